"""A sample of followers, one by one: the five signs of accounts made by the hundred, and the bands they were made in."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import binom, poisson

from detectors.follower_farm.growth import Jump
from detectors.follower_farm.handles import machine_tails
from records.store import Records, query

SIGNS: Final = (
    "follows_many", "machine_handle", "creation_band", "content_without_engagement", "default_or_foreign",
)  # fmt: skip
# Hundreds followed, a few dozen followers: people who follow hundreds are followed back by some.
_FOLLOWING: Final = 500
_FOLLOWERS: Final = 100
_TIMES: Final = 10
# Content: one post nobody noticed is everybody's; two and never a like, a repost or an answer is less so.
_POSTS: Final = 2
# A language of a tenth of what is said on and under the page is its public's.
_PUBLIC: Final = 0.1
_DAY: Final = 86_400.0
WIDTHS: Final = (21_600, 86_400, 604_800, 2_592_000)
"""Seconds between the making of two accounts: a quarter day, a day, a week, a month."""
_BAND: Final = 129_600.0
"""Seconds: accounts made within a day and a half of each other may be one night's work, told in UTC."""
_NEIGHBOURS: Final = 20
_BEYOND: Final = 0.01
"""Chance that any follower of a sample made without bands is said to be in one."""
_REFERENCE: Final = 20_000
_WHOLE: Final = 0.9
"""Of the followers counted at most so many may be missing from a list that numbers them as the counter does: people leave."""

_PROFILE: Final = """
    SELECT platform || ':' || account_id AS account, account_id, handle, created_at, followers, following, language,
           default_avatar
    FROM accounts WHERE platform = $platform
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Followers who came with one leap, in the order in which they came where that is known."""

    followers: pl.DataFrame
    """account, account_id, position, followed_at, created_at, followers, following, and a boolean for each of SIGNS and
    `signs` (how many)."""
    part: float
    """How much of these came with the leap: all where times or places tell who did, else the leap's part of all
    followers, but never less than half: of fewer, those who were there before would be judged instead."""
    chronological: bool
    bands: list[dict[str, Any]]
    widths: list[dict[str, Any]]
    """Followers next to each other who were made within each of WIDTHS of each other: window_seconds, observed, expected,
    p; empty where the order is not known."""
    usual: float
    """Share of other accounts that would count as farm accounts by as many signs."""


def sample(records: Records, jump: Jump, needed: int) -> Sample:
    """Those followers of the account of `jump` who came with it, as far as that can be told, with their signs; only those
    of whom at least `needed` signs can be known."""
    platform, followed = jump.platform, jump.id
    rows = query(
        records,
        f"""
        SELECT f.follower_id AS account_id, f.position, f.followed_at,
               coalesce(f.position_is_chronological, false) AS in_order, p.* EXCLUDE (account_id)
        FROM follows f LEFT JOIN ({_PROFILE}) p ON p.account_id = f.follower_id
        WHERE f.platform = $platform AND f.followed_id = $followed
        """,
        {"platform": platform, "followed": followed},
    )
    # Of a list in which most have a time, those without are left out like those without a profile.
    timed = rows.height > 0 and 2 * rows["followed_at"].null_count() < rows.height
    ordered = rows.height > 0 and bool(rows["in_order"].all()) and rows["position"].null_count() == 0
    listed = rows
    rows, before, part = _came(rows, jump, timed=timed, ordered=ordered)
    # Who followed later may be more of the same, and no measure of what is ordinary; who followed before is.
    others = _others(records, platform, listed.join(before, on="account_id", how="anti"))
    rows = rows.drop_nulls("account")
    rows = rows.sort("followed_at" if timed and not ordered else "position", "account", nulls_last=True)
    reactions = _reactions(records, platform)
    public = _public(records, platform, followed)
    chronological = timed or ordered
    # Who follows on joining is made in step with whoever else does, by nature: an order of such tells nothing.
    joined = pl.col("created_at") >= pl.coalesce(
        pl.col("followed_at") - pl.duration(seconds=_BAND), jump.at(jump.since)
    )
    rows = rows.with_columns(joined.fill_null(False).alias("joined"))
    near = _near(rows, others) if chronological else np.zeros(rows.height, dtype=bool)
    signed = _signed(rows, others, reactions, public).with_columns(pl.Series("creation_band", near) & ~pl.col("joined"))
    signed = signed.with_columns(pl.sum_horizontal(pl.col(name).cast(pl.Int64()) for name in SIGNS).alias("signs"))
    signed = signed.filter(_known(chronological=chronological, foreign=bool(public)) >= needed)
    return Sample(
        signed,
        part,
        chronological,
        _bands(signed, others) if chronological else [],
        _widths(signed.filter(~pl.col("joined"))) if chronological else [],
        _usual(_signed(others, others, reactions, public), needed),
    )


def _came(rows: pl.DataFrame, jump: Jump, *, timed: bool, ordered: bool) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    """The followers who came with the leap, or all where nothing tells; those known to have come before; `Sample.part`."""
    small, large = jump.followers(jump.since), jump.followers(jump.until)
    if timed:
        when, since, until = pl.col("followed_at"), pl.lit(jump.at(jump.since)), pl.lit(jump.at(jump.until))
    # Places tell who came when only if the list numbers its followers as the counter does.
    elif ordered and (rows["position"] >= _WHOLE * large).any():
        when, since, until = pl.col("position"), pl.lit(small), pl.lit(large)
    else:
        return rows, rows.clear(), max(jump.gained / large, 0.5)
    # A time may be but a date: whoever followed on the day of the count may be of either side, and is of neither.
    surely = since - pl.duration(days=1) if timed else since
    return rows.filter((when > since) & (when <= until)), rows.filter(when <= surely), 1.0


def _known(*, chronological: bool, foreign: bool) -> pl.Expr:
    """Of how many signs it can be known whether a follower has them: empty is unknown, not no."""
    known = (
        pl.col("following").is_not_null() & pl.col("followers").is_not_null(),
        pl.col("handle").is_not_null(),
        pl.col("created_at").is_not_null() & chronological,
        pl.col("posts").is_not_null(),
        pl.col("default_avatar").is_not_null() | (pl.col("language").is_not_null() & foreign),
    )
    return pl.sum_horizontal(one.cast(pl.Int64()) for one in known)


def _others(records: Records, platform: str, apart: pl.DataFrame) -> pl.DataFrame:
    """Accounts of the platform but those `apart`: what is ordinary here."""
    rows = query(records, _PROFILE, {"platform": platform}).join(apart, on="account_id", how="anti").sort("account")
    return rows.gather_every(-(-rows.height // _REFERENCE)) if rows.height else rows


def _reactions(records: Records, platform: str) -> pl.DataFrame:
    """What accounts posted and how often anybody reacted: `account`, `posts`, `reactions`; counts unknown left out."""
    return query(
        records,
        """
        SELECT platform || ':' || author_id AS account, count(*) AS posts,
               sum(likes + coalesce(reposts, 0) + coalesce(replies, 0)) AS reactions
        FROM posts WHERE platform = $platform AND likes IS NOT NULL AND NOT coalesce(is_repost, false)
        GROUP BY ALL
        """,
        {"platform": platform},
    )


def _public(records: Records, platform: str, followed: str) -> list[str]:
    """Languages of the page's own posts, and those of a tenth of the answers to it."""
    rows = query(
        records,
        """
        SELECT lower(split_part(language, '-', 1)) AS language, count(*) AS posts, bool_or(author_id = $followed) AS own
        FROM posts WHERE platform = $platform AND (author_id = $followed OR in_reply_to_account_id = $followed)
          AND language IS NOT NULL GROUP BY 1 ORDER BY 1
        """,
        {"platform": platform, "followed": followed},
    )
    enough = pl.col("own") | (pl.col("posts") >= _PUBLIC * pl.col("posts").sum())
    return [str(one) for one in rows.filter(enough)["language"].to_list()]


def _signed(rows: pl.DataFrame, others: pl.DataFrame, reactions: pl.DataFrame, public: list[str]) -> pl.DataFrame:
    """The rows with every sign that needs no order."""
    handles = rows["handle"].fill_null("").to_list()
    tails = machine_tails(handles, others["handle"].drop_nulls().to_list()) if handles else []
    rows = rows.join(reactions, on="account", how="left", maintain_order="left")
    many = (
        (pl.col("following") >= _FOLLOWING)
        & (pl.col("followers") <= _FOLLOWERS)
        & (pl.col("following") >= _TIMES * (pl.col("followers") + 1))
    )
    spoken = pl.col("language").str.to_lowercase().str.split("-").list.first()
    foreign = ~spoken.is_in(public) if public else pl.lit(False)
    return rows.with_columns(
        many.fill_null(False).alias("follows_many"),
        pl.Series("machine_handle", tails, dtype=pl.Boolean),
        ((pl.col("posts") >= _POSTS) & (pl.col("reactions") == 0)).fill_null(False).alias("content_without_engagement"),
        (pl.col("default_avatar").fill_null(False) | foreign.fill_null(False)).alias("default_or_foreign"),
    )


def _usual(others: pl.DataFrame, needed: int) -> float:
    """Share of ordinary accounts with `needed` signs; their order among followers is not known, so of those that lack
    one sign one in twenty is taken to have been made in step with its neighbours by accident."""
    if others.is_empty():
        return 0.05  # nobody to compare with: as many as no honest page would have
    counted = others.select(pl.sum_horizontal(pl.col(name).cast(pl.Int64()) for name in SIGNS if name != SIGNS[2]))
    signs = counted.to_series().to_numpy()
    return float(((signs >= needed).sum() + 0.05 * (signs == needed - 1).sum() + 1) / (len(signs) + 2))


def _days(rows: pl.DataFrame) -> NDArray[np.float64]:
    return rows["created_at"].dt.epoch("us").cast(pl.Float64()).to_numpy() / 1e6


def _near(rows: pl.DataFrame, others: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether more of a follower's neighbours in the order were made at the same time than accounts are made by."""
    made = _days(rows)
    size = len(made)
    reach = max(min(_NEIGHBOURS, size // 5), 1)
    density = _density(made, others)
    found = np.zeros(size, dtype=bool)
    for place in range(size):
        low, high = max(place - reach, 0), min(place + reach + 1, size)
        same = int(np.sum(np.abs(made[low:high] - made[place]) <= _BAND)) - 1
        if np.isnan(made[place]) or same < 2:
            continue
        chance = float(poisson.sf(same - 1, (high - low - 1) * density[place]))
        found[place] = chance * size <= _BEYOND
    return found


def _density(made: NDArray[np.float64], others: pl.DataFrame) -> NDArray[np.float64]:
    """Share of ordinary accounts made within a band's width of each time; where there are few, of an even spread over
    the years the sample spans."""
    ordinary = np.sort(_days(others.drop_nulls("created_at"))) if others.height else np.zeros(0)
    known = made[~np.isnan(made)]
    span = max(float(np.ptp(known)) if len(known) else 0.0, 365 * _DAY)
    even = np.full(len(made), 2 * _BAND / span)
    if len(ordinary) < 100:
        return even
    # Over a month around: single days of the others are too few to tell one day from the next.
    wide = 15 * _DAY
    inside = np.searchsorted(ordinary, made + wide, "right") - np.searchsorted(ordinary, made - wide, "left")
    return np.maximum((inside + 1) / (len(ordinary) + 2) * _BAND / wide, even / 10)


def _bands(rows: pl.DataFrame, others: pl.DataFrame) -> list[dict[str, Any]]:
    """The bands: followers in step with their neighbours, cut where a day and a half brought no new one."""
    place = rows.with_row_index("place").filter("creation_band").sort("created_at", "place")
    if place.is_empty():
        return []
    gap = place["created_at"].diff().dt.total_seconds().fill_null(0) > _BAND
    place = place.with_columns(gap.cum_sum().alias("band"))
    shown = pl.coalesce("position", pl.col("place").cast(pl.Int64()) + 1)
    found = place.group_by("band", maintain_order=True).agg(
        pl.col("created_at").min().alias("since"),
        pl.col("created_at").max().alias("until"),
        shown.min().alias("position_from"),
        shown.max().alias("position_to"),
        pl.len().alias("accounts"),
    )
    middle = found["since"] + (found["until"] - found["since"]) / 2
    share = _density(_days(middle.alias("created_at").to_frame()), others)
    # Density is told for two widths of a band around a time.
    width = (found["until"] - found["since"]).dt.total_seconds().cast(pl.Float64()).to_numpy() / (2 * _BAND)
    expected = rows.height * share * np.maximum(width, 1 / 36)
    return found.with_columns(pl.Series("expected", np.round(expected, 3))).sort("position_from", "since").to_dicts()


def _widths(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Of followers next to each other, how many were made within each width, against any two followers of the sample."""
    made = _days(rows.drop_nulls("created_at"))
    size = len(made)
    if size < 2:
        return []
    ordered = np.sort(made)
    table = []
    for width in WIDTHS:
        observed = int(np.sum(np.abs(np.diff(made)) <= width))
        pairs = int(np.sum(np.searchsorted(ordered, ordered + width, "right") - np.arange(size) - 1))
        share = pairs / (size * (size - 1) / 2)
        table.append(
            {
                "window_seconds": width, "observed": observed, "expected": round((size - 1) * share, 3),
                "p": float(f"{binom.sf(observed - 1, size - 1, share):.3g}"),
            }
        )  # fmt: skip
    return table
