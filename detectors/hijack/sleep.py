"""Accounts that slept: the longest silence of each, what they did before and after it, and whether it was a silence at all.

A silence in the collection is a silence of the account only where its timeline was collected whole.
"""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from records.store import Records, query

STRIP: Final = 100
"""Posts read on either side of the silence: the last before it and the first after. More tell nothing new of a person's
habits, and one loud account must not cost what a thousand do."""

_SILENCES: Final = """
WITH ordered AS (
    SELECT
        platform || ':' || author_id AS account, platform, author_id, created_at,
        lag(created_at) OVER turn AS last_before,
        row_number() OVER turn - 1 AS posts_before,
        count(*) OVER (PARTITION BY platform, author_id) AS total
    FROM posts
    WHERE coalesce(author_kind, 'account') = 'account'
    WINDOW turn AS (PARTITION BY platform, author_id ORDER BY created_at, post_id)
)
SELECT
    account, platform, author_id, last_before, created_at AS woke_at, posts_before, total - posts_before AS posts_after,
    (epoch_us(created_at) - epoch_us(last_before)) / 86400e6 AS gap_days
FROM ordered
WHERE
    posts_before >= $before AND total - posts_before >= $after
    AND epoch_us(created_at) - epoch_us(last_before) >= $gap * 86400e6
QUALIFY row_number() OVER (PARTITION BY account ORDER BY gap_days DESC, created_at) = 1
"""

_POSTED: Final = """
SELECT count(*) AS accounts FROM (
    SELECT 1 FROM posts WHERE coalesce(author_kind, 'account') = 'account'
    GROUP BY platform, author_id HAVING count(*) >= $least
)
"""

_USUAL: Final = """
WITH earlier AS (
    SELECT
        slept.account,
        (epoch_us(posts.created_at) - lag(epoch_us(posts.created_at)) OVER turn) / 86400e6 AS gap
    FROM posts INNER JOIN slept ON posts.platform = slept.platform AND posts.author_id = slept.author_id
    WHERE posts.created_at <= slept.last_before
    WINDOW turn AS (PARTITION BY slept.account ORDER BY posts.created_at, posts.post_id)
)
SELECT account, median(gap) AS own_median_gap_days FROM earlier WHERE gap IS NOT NULL GROUP BY account
"""

_COVERED: Final = """
SELECT slept.account, list(DISTINCT collections.collection_id ORDER BY collections.collection_id) AS coverage
FROM slept
LEFT JOIN accounts ON accounts.platform = slept.platform AND accounts.account_id = slept.author_id
INNER JOIN collections ON collections.platform = slept.platform
WHERE
    collections.scope = 'timeline' AND collections.complete = 'yes'
    AND (
        coalesce(collections.subject, '') = ''
        OR lower(ltrim(collections.subject, '@')) IN (lower(slept.author_id), lower(coalesce(accounts.handle, '')))
    )
    AND (collections.since IS NULL OR collections.since <= slept.last_before)
    AND (collections.until IS NULL OR collections.until >= slept.woke_at)
GROUP BY slept.account
"""

_STRIPS: Final = """
WITH ordered AS (
    SELECT
        slept.account, posts.platform, posts.post_id, posts.created_at,
        coalesce(posts.time_precision, 'second') AS time_precision, posts.text, posts.client, posts.urls,
        coalesce(languages.language, posts.language) AS language,
        coalesce(posts.is_repost, FALSE) OR posts.repost_of_post_id IS NOT NULL AS is_repost,
        posts.created_at >= slept.woke_at AS awake,
        row_number() OVER (
            PARTITION BY slept.account, posts.created_at >= slept.woke_at
            ORDER BY abs(epoch_us(posts.created_at) - epoch_us(slept.woke_at)), posts.post_id
        ) AS nth
    FROM posts
    INNER JOIN slept ON posts.platform = slept.platform AND posts.author_id = slept.author_id
    LEFT JOIN languages ON languages.platform = posts.platform AND languages.post_id = posts.post_id
)
SELECT * EXCLUDE (nth) FROM ordered WHERE nth <= $strip ORDER BY account, created_at, post_id
"""


@dataclass(frozen=True, slots=True)
class Slept:
    """Accounts that slept and woke."""

    accounts: pl.DataFrame
    """account (uid), platform, author_id, last_before, woke_at, gap_days, own_median_gap_days, posts_before, posts_after,
    coverage (collections that make the silence one; empty where none does), until (last post of the platform); sorted."""
    strips: pl.DataFrame
    """The posts around each silence: account, platform, post_id, created_at, time_precision, text, client, urls,
    language, is_repost, awake; sorted by account and time."""
    posted: int
    """Accounts with enough posts to have slept and woken."""


def slept(records: Records, parameters: dict[str, Any]) -> Slept:
    """The accounts of `records` that slept as the parameters say."""
    least = {"before": parameters["min_posts_before"], "after": parameters["min_posts_after"]}
    found = query(records, _SILENCES, {**least, "gap": parameters["min_gap_days"]}).sort("account")
    posted = query(records, _POSTED, {"least": least["before"] + least["after"]})["accounts"][0]
    usual = _of(records, found, _USUAL)
    found = found.join(usual, on="account", how="left", maintain_order="left").with_columns(
        pl.col("own_median_gap_days").fill_null(0.0)
    )
    found = found.filter(pl.col("gap_days") >= parameters["gap_ratio"] * pl.col("own_median_gap_days"))
    ends = query(records, "SELECT platform, max(created_at) AS until FROM posts GROUP BY platform")
    found = found.join(ends, on="platform", how="left", maintain_order="left")
    found = found.join(_of(records, found, _COVERED), on="account", how="left", maintain_order="left")
    found = found.with_columns(pl.col("coverage").fill_null([]))
    return Slept(found, _of(records, found, _STRIPS, strip=STRIP), int(posted))


def _of(records: Records, found: pl.DataFrame, sql: str, **given: int) -> pl.DataFrame:
    """The rows of a SELECT that names the accounts `slept`."""
    mine = found.select("account", "platform", "author_id", "last_before", "woke_at").to_arrow()
    cursor = records.cursor()  # its own, so that the name is nobody else's
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.register("slept", mine)
    try:
        return query(cursor, sql, dict(given))
    finally:
        cursor.unregister("slept")
        cursor.close()
