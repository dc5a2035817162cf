"""Answers to the people who are watched, or to those answered most where nobody is named."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from records.store import Records, query

_MOST: Final = 200
"""Accounts looked at where nobody is named: beyond the most answered ones there is nothing to flood."""
_REPLIES: Final = 30
_REPLIERS: Final = 10
"""Answers, and people they come from, in the whole case: below that there is no usual number of answers an hour."""

_ANSWERS: Final = """
    CREATE OR REPLACE TEMP VIEW answers AS
    SELECT p.platform, p.post_id, p.author_id,
           coalesce(p.in_reply_to_account_id, parent.author_id) AS target_id, p.created_at AS at, p.text, p.media_hashes,
           coalesce(p.time_precision, 'second') AS time_precision
    FROM posts p
    LEFT JOIN posts parent
      ON parent.platform = p.platform AND parent.post_id = p.in_reply_to_post_id AND p.in_reply_to_account_id IS NULL
    WHERE (p.in_reply_to_account_id IS NOT NULL OR p.in_reply_to_post_id IS NOT NULL)
      AND NOT coalesce(p.is_repost, false)
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered to whom."""

    rows: pl.DataFrame
    """`target`, `account` (uids), `platform`, `target_id`, `author_id`, `post` (uid), `post_id`, `at`, `text`,
    `media_hashes`, `time_precision`; one answer a row, by time."""
    names: dict[str, str]
    """Target uid to the watched person's name."""
    watched: bool
    """Whether the table targets names whom to look at."""


def answers(records: Records) -> Answers:
    """Answers to watched people by anybody but themselves."""
    records.execute(_ANSWERS)
    watched = query(
        records,
        "SELECT platform, account_id AS target_id, min(coalesce(name, account_id)) AS name FROM targets"
        " GROUP BY ALL ORDER BY ALL",
    )
    named = watched.height > 0
    if not named:
        watched = query(
            records,
            "SELECT a.platform, a.target_id, min(coalesce(c.display_name, c.handle, a.target_id)) AS name"
            " FROM answers a LEFT JOIN accounts c ON c.platform = a.platform AND c.account_id = a.target_id"
            " WHERE a.target_id IS NOT NULL AND a.author_id <> a.target_id GROUP BY ALL"
            " HAVING count(DISTINCT a.post_id) >= $replies AND count(DISTINCT a.author_id) >= $repliers"
            " ORDER BY count(*) DESC, a.platform, a.target_id LIMIT $most",
            {"replies": _REPLIES, "repliers": _REPLIERS, "most": _MOST},
        )
    records.register("_asked", watched.select("platform", "target_id").to_arrow())
    rows = query(
        records,
        "SELECT a.* FROM answers a SEMI JOIN _asked USING (platform, target_id) WHERE a.author_id <> a.target_id"
        " ORDER BY a.at, a.post_id",
    )
    records.unregister("_asked")
    records.execute("DROP VIEW answers")
    uid = [
        pl.format("{}:{}", "platform", column).alias(name)
        for name, column in (("target", "target_id"), ("account", "author_id"), ("post", "post_id"))
    ]
    names = {f"{platform}:{target}": name for platform, target, name in watched.rows()}
    return Answers(rows.with_columns(uid), names, named)
