"""Who answered in a flood: how often, how old, woken when, with whose words and whose pictures."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.stats import binom

from detectors import profiles
from detectors.scopes import Covered
from detectors.texts import neardup, text
from records.store import Records, query

HOUR: Final = 3600
_SLEEP_DAYS: Final = 180
# Who wrote ten posts and then nothing for half a year slept; who writes twice a year did not.
_BEFORE: Final = 10
_AWAKE_DAYS: Final = 60
"""A sleep that ended longer ago has nothing to do with this flood."""
_SHARED_BY: Final = 3
"""Accounts that make a text or a picture a repeated one: two may quote each other."""
_SAME_PICTURE: Final = 10
"""Bits of 256 in which PDQ hashes of one picture differ at most (its paper; detectors of it look by hand up to 31)."""
_CHUNKS: Final = 16
_SURPRISE: Final = 6.0
"""Decimal places of chance beyond which more do not tell more."""
_PARTS: Final = (0.4, 0.3, 0.3)
"""What being there again and again, being new or woken, and repeating others weigh in an account's score."""
AGES: Final = (0, 30, 365, 1095, 3650)

_ACCOUNTS: Final = """
    SELECT platform || ':' || account_id AS account, platform, account_id, handle, created_at AS made FROM accounts
    WHERE created_at IS NOT NULL OR handle IS NOT NULL
"""
_WOKEN: Final = """
    WITH turns AS (
        SELECT platform || ':' || author_id AS account, created_at AS woke_at,
               epoch(created_at) - epoch(lag(created_at) OVER turn) AS gap, row_number() OVER turn - 1 AS before
        FROM posts WHERE platform || ':' || author_id IN (SELECT account FROM _repliers)
        WINDOW turn AS (PARTITION BY platform, author_id ORDER BY created_at, post_id)
    )
    SELECT account, woke_at, gap / 86400.0 AS slept_days FROM turns
    WHERE gap >= $sleep * 86400 AND before >= $before ORDER BY account, woke_at
"""


# A count of posts that stood still from one observation to another: a silence the platform itself tells, whatever of the
# timeline was collected. When it ended nobody saw; not before the last of them.
_STOOD: Final = """
    WITH seen AS (
        SELECT platform || ':' || account_id AS account, observed_at, posts_count FROM account_history
        UNION ALL
        SELECT platform || ':' || account_id AS account, observed_at, posts_count FROM accounts
    )
    SELECT account, max(observed_at) AS woke_at FROM seen
    WHERE posts_count >= $before AND observed_at IS NOT NULL AND account IN (SELECT account FROM _repliers)
    GROUP BY account, posts_count
    HAVING epoch(max(observed_at)) - epoch(min(observed_at)) >= $sleep * 86400
    ORDER BY account, woke_at
"""


@dataclass(frozen=True, slots=True)
class Repeats:
    """A text or a picture that several accounts answered with."""

    shown: str
    posts: pl.DataFrame
    """post, platform, post_id, account; earliest first."""


def marked(rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The answers with `bin` (their hour) and `flood` (whether their target's hour was beyond usual)."""
    beyond = cells.filter("beyond").select("target", "bin", pl.lit(True).alias("flood"))
    rows = rows.with_columns((pl.col("at").dt.epoch("s") // HOUR * HOUR).alias("bin"))
    return rows.join(beyond, on=["target", "bin"], how="left", maintain_order="left").with_columns(
        pl.col("flood").fill_null(False)
    )


def repeats(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Repeats], list[Repeats]]:
    """The answers with `repeated` (text or picture), the repeated texts and the repeated pictures, most frequent first."""
    texts = text.normal_frame(rows["text"])["normal"]
    known = pl.DataFrame({"normal": texts.unique().sort()}).filter(pl.col("normal") != "").with_row_index("key")
    tokens = text.tokens_frame(known["normal"])
    sets, of, _ = neardup.collapse(tokens.select("text", "token"), known.height)
    label = neardup.connected(sets)
    family = [None if one is None else int(label[one]) for one in of.to_list()]
    of_text = known.select("normal", pl.Series("family", family, dtype=pl.Int64))
    told = rows.with_columns(texts.alias("normal")).join(of_text, on="normal", how="left", maintain_order="left")
    shown = told.filter(pl.col("family").is_not_null())
    families = shown.filter(pl.col("account").n_unique().over("family") >= _SHARED_BY)
    pictures = _pictures(rows).filter(pl.col("account").n_unique().over("picture") >= _SHARED_BY)
    both = pl.concat([families.select("post"), pictures.select("post")]).unique()
    marked_rows = rows.join(
        both.with_columns(pl.lit(True).alias("repeated")), on="post", how="left", maintain_order="left"
    )
    return (
        marked_rows.with_columns(pl.col("repeated").fill_null(False)),
        _listed(families, "family", "text"),
        _listed(pictures, "picture", "media_hash"),
    )


def _listed(rows: pl.DataFrame, by: str, shown: str) -> list[Repeats]:
    made = []
    for _, part in rows.sort("at", "post").group_by(by, maintain_order=True):
        made.append(
            Repeats(
                str(part[shown][0]),
                part.select("post", "platform", "post_id", "account").unique("post", maintain_order=True),
            )
        )
    return sorted(made, key=lambda one: (-one.posts.height, one.shown))


def _pictures(rows: pl.DataFrame) -> pl.DataFrame:
    """Answers with pictures, each picture with the number of those that look the same."""
    shown = rows.explode("media_hashes", empty_as_null=False, keep_nulls=False).rename({"media_hashes": "media_hash"})
    shown = shown.filter(pl.col("media_hash").str.contains("^[0-9a-f]{64}$"))
    names = shown.select("media_hash").unique().sort("media_hash").with_row_index("number")
    if names.is_empty():
        return shown.with_columns(pl.lit(None, dtype=pl.Int64).alias("picture"))
    width = 64 // _CHUNKS
    # Ten bits cannot touch all sixteen parts of a hash: two hashes of one picture agree in one of them to the letter.
    parts = pl.concat(
        names.select(
            "number", pl.lit(part).alias("part"), pl.col("media_hash").str.slice(part * width, width).alias("piece")
        )
        for part in range(_CHUNKS)
    )
    near = parts.join(parts, on=["part", "piece"]).filter(pl.col("number") < pl.col("number_right"))
    near = near.select("number", "number_right").unique()
    bits = np.unpackbits(np.array([list(bytes.fromhex(name)) for name in names["media_hash"]], dtype=np.uint8), axis=1)
    a, b = near["number"].to_numpy(), near["number_right"].to_numpy()
    same = np.array([int(np.sum(bits[x] != bits[y])) <= _SAME_PICTURE for x, y in zip(a, b, strict=True)], dtype=bool)
    pairs = pl.DataFrame({"a": a[same], "b": b[same]}) if len(a) else pl.DataFrame({"a": [], "b": []})
    label = neardup.components(pairs.cast(pl.Int64()), names.height)
    return shown.join(names.with_columns(pl.Series("picture", label, dtype=pl.Int64)), on="media_hash").drop("number")


def repliers(records: Records, rows: pl.DataFrame, scope: Covered, young_days: float, odds: float) -> pl.DataFrame:
    """Everybody who answered: `account`, `platform`, `author_id`, `answers`, `flood` (answers in a flood), `hours` (floods
    it was in), `targets` (it met in one), `first` (its first answer in a flood, else of all), `age_days` then, `new`,
    `woken` (by another name; null where neither a whole timeline nor a count of its posts tells), `repeated` (share of
    its answers in a flood that repeat others'), `score`. `odds` is the share of ordinary answers that falls into the same hours."""
    flood = pl.col("flood")
    made = rows.group_by("account", "platform", "author_id").agg(
        pl.len().alias("answers"),
        flood.sum().alias("flood"),
        pl.struct("target", "bin").filter(flood).n_unique().alias("hours"),
        pl.col("target").filter(flood).n_unique().alias("targets"),
        pl.coalesce(pl.col("at").filter(flood).min(), pl.col("at").min()).alias("first"),
        (pl.col("repeated").filter(flood)).mean().fill_null(0.0).alias("repeated"),
    )
    known = query(records, _ACCOUNTS).drop("platform", "account_id")
    made = made.join(known, on="account", how="left").sort("account")
    age = (pl.col("first") - pl.col("made")).dt.total_seconds() / 86_400
    whole = [
        scope.account(platform, name, handle)
        for platform, name, handle in made.select("platform", "author_id", "handle").rows()
    ]
    made = made.with_columns(age.clip(lower_bound=0.0).alias("age_days"), pl.Series("whole", whole, dtype=pl.Boolean))
    made = made.with_columns((pl.col("age_days") < young_days).fill_null(False).alias("new"))
    posted, counted = (_woken(records, made, sql) for sql in (_WOKEN, _STOOD))
    slept = made.join(posted, on="account", how="left", maintain_order="left")
    slept = slept.join(counted, on="account", how="left", maintain_order="left", suffix="_counted")
    woke, stood = (
        ((pl.col("first") - pl.col(at)).dt.total_seconds() / 86_400).is_between(0, _AWAKE_DAYS).fill_null(False)
        for at in ("woke_at", "woke_at_counted")
    )
    told = pl.when(stood).then(True).when("whole").then(woke).otherwise(None)
    made = slept.with_columns(told.alias("woken"))
    made = made.with_columns((pl.col("woken") & ~_themselves(records, made)).alias("woken")).drop(
        "made", "handle", "whole", "woke_at", "woke_at_counted"
    )
    chance = binom.sf(made["flood"].to_numpy() - 1, made["answers"].to_numpy(), min(odds, 0.5))
    often = np.minimum(-np.log10(np.maximum(chance, 1e-300)) / _SURPRISE, 1.0)
    strange = (pl.col("new") | pl.col("woken").fill_null(False)).cast(pl.Float64())
    score = _PARTS[0] * pl.Series("often", often) + _PARTS[1] * strange + _PARTS[2] * pl.col("repeated")
    there = pl.when(pl.col("flood") > 0).then(score).otherwise(0.0)
    return made.with_columns(there.round(4).alias("score"))


def _themselves(records: Records, made: pl.DataFrame) -> pl.Series:
    """Who woke by the name it had before. People come back for an election by the dozen: where more of those in the flood
    are known to be themselves than to be called otherwise, nobody is a stranger for having slept."""
    woke = made.select("account", "woken", "flood", woke_at=pl.max_horizontal("woke_at", "woke_at_counted"))
    named = profiles.sides(records, woke.drop_nulls("woke_at"))
    kept, known = profiles.kept(named), named.filter(pl.col("field") != "location")["account"].unique()
    there = set(woke.filter(pl.col("woken") & (pl.col("flood") > 0))["account"])
    back = len(there & kept)
    everybody = back > len(there & set(known)) - back
    return made["account"].is_in(kept) | everybody


def _woken(records: Records, made: pl.DataFrame, sql: str) -> pl.DataFrame:
    """The last time each replier woke before its first answer, as `sql` tells it: `account`, `woke_at`."""
    records.register("_repliers", made.select("account").to_arrow())
    slept = query(records, sql, {"sleep": _SLEEP_DAYS, "before": _BEFORE})
    records.unregister("_repliers")
    slept = slept.join(made.select("account", "first"), on="account").filter(pl.col("woke_at") <= pl.col("first"))
    return slept.group_by("account").agg(pl.col("woke_at").max())


def ages(who: pl.DataFrame) -> list[dict[str, Any]]:
    """How many of them had which age when they first answered."""
    known = who["age_days"].drop_nulls().to_numpy()
    counts = np.histogram(known, [*AGES, np.inf])[0]
    return [
        {"from_days": low, "to_days": high, "accounts": int(count)}
        for low, high, count in zip(AGES, [*AGES[1:], None], counts, strict=True)
    ]
