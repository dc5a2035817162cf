"""Times that stand inside ids: when a post was made, for exports that leave its time out.

Every function takes a String series of ids and returns UTC instants (microseconds); null where an id is none of the
platform's, or its time lies before the platform gave out such ids or after 2100. The time is that of the id: a video
that is uploaded first and published later has the upload's. Sources: X's and Mastodon's published id generators, the AT
Protocol's TID specification, Instagram's article on sharding ids; TikTok's and Weibo's as found by others, checked here
against posts whose times are known.
"""

from datetime import UTC, datetime
from typing import Final

import polars as pl

from loaders.columns import LAST

UTC_US: Final = pl.Datetime("us", "UTC")
TAKEN: Final = "times taken from ids"
"""What the ledger says of them."""

_TID: Final = "234567abcdefghijklmnopqrstuvwxyz"
_BASE62: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Before these no such id was given out. X counted to 2.97e10 before its snowflakes, numbers which would read as the first
# seven seconds of its epoch; small numbers of Instagram's would read as the first of its. The others: Musical.ly's
# beginnings, Mastodon's and Bluesky's first records, Weibo's opening.
_X: Final = datetime(2010, 11, 4, 2, tzinfo=UTC)
_INSTAGRAM: Final = datetime(2011, 8, 25, tzinfo=UTC)
_TIKTOK: Final = datetime(2014, 4, 1, tzinfo=UTC)
_MASTODON: Final = datetime(2016, 1, 1, tzinfo=UTC)
_BLUESKY: Final = datetime(2022, 1, 1, tzinfo=UTC)
_WEIBO: Final = datetime(2009, 8, 1, tzinfo=UTC)


def tweet(ids: pl.Series) -> pl.Series:
    """X: milliseconds since 2010-11-04 01:42:54.657 above 22 bits. Ids of before then are a counter, and null."""
    return _instants(((_numbers(ids) // 2**22) + 1_288_834_974_657) * 1_000, _X)


def instagram(ids: pl.Series) -> pl.Series:
    """Instagram's numeric media ids (also as `media_owner`): milliseconds since 2011-08-24 above 23 bits."""
    own = ids.str.strip_chars().str.replace(r"_\d+$", "")
    return _instants(((_numbers(own) // 2**23) + 1_314_220_021_721) * 1_000, _INSTAGRAM)


def tiktok(ids: pl.Series) -> pl.Series:
    """TikTok's and Douyin's: seconds since 1970 above 32 bits; within a minute of the time the page shows."""
    return _instants((_numbers(ids) // 2**32) * 1_000_000, _TIKTOK)


def mastodon(ids: pl.Series) -> pl.Series:
    """Mastodon's own statuses: milliseconds since 1970 above 16 bits. Other programs of the network count otherwise."""
    return _instants((_numbers(ids) // 2**16) * 1_000, _MASTODON)


def weibo(ids: pl.Series) -> pl.Series:
    """Weibo's numeric mid: seconds since 1986-05-03 above 22 bits."""
    return _instants(((_numbers(ids) // 2**22) + 515_483_463) * 1_000_000, _WEIBO)


def weibo_mid(bids: pl.Series) -> pl.Series:
    """The numeric mid of a bid, Weibo's id in addresses: groups of four base-62 digits, each seven decimal ones."""
    text = bids.str.strip_chars()
    valid = text.str.contains(r"^[0-9A-Za-z]{9}$")
    # Where a bid is none, zeros stand in and are masked at the end.
    digits = text.zip_with(valid.fill_null(False), pl.Series(["000000000"]).new_from_index(0, len(text)))
    head, middle, tail = (
        _base(digits.str.slice(0, 1), 62),
        _base(digits.str.slice(1, 4), 62),
        _base(digits.str.slice(5), 62),
    )
    whole = (head * 10**14 + middle * 10**7 + tail).cast(pl.String)
    fits = valid.fill_null(False) & (middle < 10**7) & (tail < 10**7)
    return whole.zip_with(fits, pl.Series([None], dtype=pl.String).new_from_index(0, len(text))).alias(bids.name)


def weibo_bid(ids: pl.Series) -> pl.Series:
    """Weibo's ids as they stand in addresses (`Iy7fj4qVg`)."""
    return weibo(weibo_mid(ids))


def bluesky_tid(ids: pl.Series) -> pl.Series:
    """Bluesky's record keys, bare or at the end of an `at://` address: microseconds since 1970 above 10 bits.

    The author's program writes them, so they are no more certain than its clock.
    """
    text = ids.str.strip_chars().str.replace(r"^at://[^/]+/[^/]+/", "")
    valid = text.str.contains(r"^[2-7a-j][2-7a-z]{12}$").fill_null(False)
    digits = text.zip_with(valid, pl.Series([_TID[0] * 13]).new_from_index(0, len(text)))
    return _instants(_base(digits, 32) // 2**10, _BLUESKY)


def _numbers(ids: pl.Series) -> pl.Series:
    """Ids of digits only, below 2^63; others null."""
    text = ids.str.strip_chars()
    return text.str.extract(r"^(\d{1,19})$").cast(pl.Int64, strict=False)


def _base(text: pl.Series, base: int) -> pl.Series:
    """Numbers written in base 32 or 62; every text has the same length."""
    alphabet = _TID if base == 32 else _BASE62
    values = dict(zip(alphabet, range(base), strict=True))
    length = int(text.str.len_chars().max() or 0) if len(text) else 0  # type: ignore[arg-type]
    total = pl.Series([0], dtype=pl.Int64).new_from_index(0, len(text))
    for at in range(length):
        digit = text.str.slice(at, 1).replace_strict(values, return_dtype=pl.Int64)
        total = total * base + digit
    return total


def _instants(micros: pl.Series, first: datetime) -> pl.Series:
    # Beyond what a datetime holds a cast would wrap around.
    bounded = pl.select(
        pl.when(pl.lit(micros).is_between(0, int(LAST.timestamp() * 1_000_000))).then(micros)
    ).to_series()
    found = bounded.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return (
        pl.select(pl.when((pl.lit(found) >= first) & (pl.lit(found) < LAST)).then(found)).to_series().alias(micros.name)
    )
