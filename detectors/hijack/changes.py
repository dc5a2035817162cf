"""What is different about an account after its silence: language, hours, client, topic, links, and its profile.

A profile of habits as in COMPA (Egele et al. 2013), before against after. Each change is measured against the account's
own earlier habits only; which changes count as a takeover is for the group to say, never for one account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from detectors import profiles
from detectors.groups.bicm import Floats
from detectors.hijack.sleep import Slept
from detectors.texts import text
from records.finding import Json
from records.store import Records
from records.urls import canonical_frame

MOST: Final = 0.5
"""Share of the later posts that must show the new language or client: half, for a hijacker's reposts and the like may come
from elsewhere."""
RARE: Final = 0.05
"""What made up less than this of the earlier posts is new."""
ENOUGH: Final = 5
"""Posts on either side that show anything at all of a habit."""
JSD: Final = 0.5
"""Divergence of hours (DETECTION.md's starting default; 1 is nothing in common)."""
_CHANCE: Final = 0.02
"""And at most this share of shuffles of the account's own days differs as much: a few sittings look like new hours."""
_SHUFFLES: Final = 199
TOPIC: Final = 0.5
"""Words after the silence are at most half as near to those before as the earlier halves are to each other. A cosine of
.2, the default we began with, is what ordinary people reach with thirty posts in one language."""
TOPIC_POSTS: Final = 10  # in each of the three parts that are compared: fewer share no words by accident
LINKS: Final = 0.8  # of the later links lead to sites never linked before; people do find a new paper
_SHOWN: Final = 3
_WORDS: Final = 3
_FIELDS: Final = {"handle": "handle", "display_name": "name", "location": "location"}
IDENTITY: Final = frozenset({"language", "handle", "name"})
"""Changes that tell of somebody else. A new phone, an occasion with its own hours and words, and a move are all that a
person's own return brings along."""

# An hour early or late is the same habit.
_NEAR: Final = np.minimum(np.arange(24), 24 - np.arange(24))
_SMOOTH: Final = np.stack([np.roll(np.exp(-0.5 * _NEAR**2.0), hour) for hour in range(24)])


@dataclass(frozen=True, slots=True)
class _Sides:
    """The posts around each silence, with what they show: the columns of `Slept.strips`, numbered."""

    posts: pl.DataFrame

    def counted(self, column: str, posts: pl.DataFrame | None = None) -> pl.DataFrame:
        """account, awake, the value of `column`, n (posts), of (posts with any value on that side)."""
        rows = (self.posts if posts is None else posts).drop_nulls(column).filter(pl.col(column) != "")
        found = rows.group_by("account", "awake", column).len("n")
        return found.with_columns(pl.col("n").sum().over("account", "awake").alias("of"))


def changes(records: Records, found: Slept) -> tuple[dict[str, list[Json]], frozenset[str]]:
    """For each account (uid) the changes, as the evidence schema has them (accounts without any are not there), and the
    accounts known to write in the language and to go by the handle and name they had before."""
    sides = _Sides(found.strips.with_row_index("number"))
    own = sides.posts.filter(~pl.col("is_repost"))  # what somebody else wrote says nothing of who passes it on
    named = profiles.sides(records, found.accounts)
    made = [
        _replaced("language", sides.counted("language", own), own),
        _replaced("client", sides.counted("client"), sides.posts),
        _hours(sides.posts),
        _topic(own),
        _links(own),
        *_profile(named),
    ]
    result: dict[str, list[Json]] = {}
    for one in made:
        for account, change in one.items():
            result.setdefault(account, []).append(change)
    return result, frozenset(uid for uid in profiles.kept(named) if not somebody_else(result.get(uid, ())))


def somebody_else(changes: Iterable[Json]) -> bool:
    """Whether one of the changes tells of another person, and not only of another time."""
    return any(change["kind"] in IDENTITY for change in changes)


def _change(kind: str, before: str, after: str, measure: str, value: float | None, posts: list[list[Json]]) -> Json:
    return {
        "kind": kind, "before": before, "after": after, "measure": measure,
        "value": None if value is None else round(value, 3), "posts_before": posts[0], "posts_after": posts[1],
    }  # fmt: skip


def _replaced(kind: str, counts: pl.DataFrame, posts: pl.DataFrame) -> dict[str, Json]:
    """Most later posts have a value that was rare or unknown before."""
    before = counts.filter(~pl.col("awake") & (pl.col("of") >= ENOUGH))
    after = counts.filter(pl.col("awake") & (pl.col("of") >= ENOUGH))
    known = before.filter(pl.col("n") >= RARE * pl.col("of")).select("account", kind)
    new = after.join(known, on=["account", kind], how="anti").join(before.select("account").unique(), on="account")
    share = new.group_by("account").agg((pl.col("n").sum() / pl.col("of").first()).alias("share"))
    share = share.filter(pl.col("share") >= MOST)
    order = ["n", kind]
    usual = before.sort(order, descending=[True, False]).group_by("account").agg(pl.col(kind).first().alias("was"))
    now = new.sort(order, descending=[True, False]).group_by("account").agg(pl.col(kind).first().alias("is"))
    rows = share.join(usual, on="account").join(now, on="account")
    shown = _showing(posts.join(rows.select("account", "was", "is"), on="account"), kind)
    return {
        row["account"]: _change(kind, row["was"], row["is"], "share", row["share"], shown[row["account"]])
        for row in rows.iter_rows(named=True)
    }


def _showing(posts: pl.DataFrame, column: str) -> dict[str, list[list[Json]]]:
    """Per account, the last posts that show the value it `was` before and the first that show what it `is` after."""
    result: dict[str, list[list[Json]]] = {}
    for (account,), part in posts.partition_by("account", as_dict=True, maintain_order=True).items():
        early = part.filter(~pl.col("awake") & (pl.col(column) == pl.col("was"))).tail(_SHOWN)
        late = part.filter(pl.col("awake") & (pl.col(column) == pl.col("is"))).head(_SHOWN)
        result[str(account)] = [_named(early), _named(late)]
    return result


def _named(posts: pl.DataFrame) -> list[Json]:
    return posts.select("platform", "post_id").to_dicts()


def _hours(posts: pl.DataFrame) -> dict[str, Json]:
    """Hours of the day that have little in common with those before."""
    timed = posts.filter(pl.col("time_precision") != "day").with_columns(
        pl.col("created_at").dt.hour().cast(pl.Int64()).alias("hour"),
        pl.col("created_at").dt.truncate("1d").alias("day"),
    )
    result = {}
    for (account,), part in timed.partition_by("account", as_dict=True, maintain_order=True).items():
        awake = part["awake"].to_numpy()
        if min(int(awake.sum()), int((~awake).sum())) < ENOUGH:
            continue
        hour = part["hour"].to_numpy()
        early, late = _clock(hour[~awake]), _clock(hour[awake])
        value = float(_divergence(early, late))
        if value < JSD or _by_chance(part, value) > _CHANCE:
            continue
        names = [f"{int(one.argmax()):02d}:00 UTC" for one in (early, late)]
        sides = [_named(part.filter(~pl.col("awake")).tail(_SHOWN)), _named(part.filter(pl.col("awake")).head(_SHOWN))]
        result[str(account)] = _change("hours", names[0], names[1], "jsd", min(value, 1.0), sides)
    return result


def _clock(hours: np.ndarray) -> Floats:
    smooth = np.bincount(hours, minlength=24) @ _SMOOTH
    return np.asarray(smooth / smooth.sum(), dtype=np.float64)


def _divergence(one: Floats, other: Floats) -> Floats:
    """Jensen-Shannon divergence in bits; each row of `one` against that of `other`. Both are positive everywhere."""
    middle = (one + other) / 2
    value = (one * np.log2(one / middle) + other * np.log2(other / middle)).sum(axis=-1) / 2
    return np.asarray(value, dtype=np.float64)


def _by_chance(part: pl.DataFrame, value: float) -> float:
    """The share of shuffles of the account's days that differ as much: posts of one day stay together."""
    days = part.group_by("day", maintain_order=True).agg("hour", pl.col("awake").first())
    counts = np.stack([np.bincount(np.array(hours), minlength=24) for hours in days["hour"].to_list()])
    awake = days["awake"].to_numpy()
    rng = np.random.default_rng(len(awake))
    labels = np.stack([rng.permutation(awake) for _ in range(_SHUFFLES)]).astype(np.float64)
    late, early = labels @ counts @ _SMOOTH, (1 - labels) @ counts @ _SMOOTH
    values = _divergence(late / late.sum(1, keepdims=True), early / early.sum(1, keepdims=True))
    return float((1 + (values >= value).sum()) / (1 + _SHUFFLES))


def _topic(own: pl.DataFrame) -> dict[str, Json]:
    """Words that are far from those before, within the language of the later posts: another language has other words
    whatever is said, and is a change of its own."""
    spoken = own.filter("awake").drop_nulls("language").group_by("account", "language").len()
    spoken = (
        spoken.sort(["len", "language"], descending=[True, False])
        .group_by("account")
        .agg(pl.col("language").first().alias("now"))
    )
    rows = own.join(spoken, on="account").filter(pl.col("language") == pl.col("now")).sort("number")
    half = (pl.int_range(pl.len()) * 2 >= pl.len()).over("account", "awake").cast(pl.Int8())
    rows = rows.with_columns(pl.when("awake").then(pl.lit(2, dtype=pl.Int8())).otherwise(half).alias("part"))
    sizes = rows.group_by("account", "part").len().filter(pl.col("len") >= TOPIC_POSTS)
    whole = sizes.group_by("account").len().filter(pl.col("len") == 3)
    rows = rows.join(whole.select("account"), on="account", how="semi").sort("number")
    if not rows.height:
        return {}
    words = text.tokens_frame(text.normal_frame(rows["text"])["normal"])
    words = words.join(rows.select("account", "part").with_row_index("text"), on="text")
    counts = words.group_by("account", "part", "token").agg(pl.col("share").sum().alias("n"))
    near = {pair: _cosine(counts, *pair) for pair in ((0, 1), (0, 2), (1, 2))}
    both = near[0, 2].join(near[1, 2], on="account", suffix="_2").join(near[0, 1], on="account", suffix="_own")
    both = both.with_columns((pl.col("cosine") + pl.col("cosine_2")).truediv(2).alias("value"))
    both = both.filter(pl.col("value") <= TOPIC * pl.col("cosine_own"))
    telling = _telling(counts.join(both.select("account"), on="account", how="semi"))
    result = {}
    for account, value in both.select("account", "value").rows():
        part = rows.filter(account=account)
        sides = [_named(part.filter(~pl.col("awake")).tail(_SHOWN)), _named(part.filter(pl.col("awake")).head(_SHOWN))]
        result[account] = _change("topic", *telling[account], "cosine", value, sides)
    return result


def _cosine(counts: pl.DataFrame, one: int, other: int) -> pl.DataFrame:
    """account, cosine of the words of two parts."""
    left, right = (counts.filter(part=part).drop("part") for part in (one, other))
    norms = [side.group_by("account").agg((pl.col("n") ** 2).sum().sqrt().alias("norm")) for side in (left, right)]
    product = left.join(right, on=["account", "token"], suffix="_other")
    product = product.group_by("account").agg((pl.col("n") * pl.col("n_other")).sum().alias("product"))
    rows = norms[0].join(norms[1], on="account", suffix="_other").join(product, on="account", how="left")
    cosine = pl.col("product").fill_null(0.0) / (pl.col("norm") * pl.col("norm_other"))
    return rows.select("account", cosine.alias("cosine"))


def _telling(counts: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """Per account, the words that were used most on one side beyond their use on the other."""
    sides = (
        counts.with_columns((pl.col("part") == 2).alias("late"))
        .group_by("account", "token", "late")
        .agg(pl.col("n").sum())
    )
    sides = sides.with_columns((pl.col("n") / pl.col("n").sum().over("account", "late")).alias("share"))
    signed = pl.when("late").then(pl.col("share")).otherwise(-pl.col("share"))
    lean = sides.group_by("account", "token").agg(signed.sum().alias("lean")).sort("lean", "token")
    ends = lean.group_by("account", maintain_order=True).agg(
        pl.col("token").head(_WORDS).alias("was"), pl.col("token").tail(_WORDS).reverse().alias("is")
    )
    return {account: (", ".join(was), ", ".join(now)) for account, was, now in ends.rows()}


def _links(own: pl.DataFrame) -> dict[str, Json]:
    """Links to sites that were never linked before."""
    rows = own.select("account", "awake", "platform", "post_id", "number", pl.col("urls").alias("url"))
    rows = rows.filter(pl.col("url").list.len() > 0).explode("url").drop_nulls("url")
    sites = canonical_frame(rows["url"]).select("url", pl.col("domain").alias("links"))
    rows = rows.join(sites, on="url").filter(pl.col("links") != "").sort("number", "url")
    found = _replaced("links", _Sides(rows).counted("links"), rows)
    return {account: change for account, change in found.items() if change["value"] >= LINKS}


def _profile(found: pl.DataFrame) -> list[dict[str, Json]]:
    """Handle, name and place: the last known before it woke against the newest; one dict for each of the three."""
    return [
        {
            account: _change(kind, was, now, "changed", None, [[], []])
            for account, _, was, now in found.filter(field=field).rows()
            if not profiles.same(was, now)
        }
        for field, kind in _FIELDS.items()
    ]
