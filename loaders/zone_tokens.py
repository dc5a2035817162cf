"""Times that end in the abbreviation of a zone, such as `2021-05-18 15:24:56 EDT`, given their offset from UTC."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

# Abbreviations mean several zones; these are the ones American and European tools write. A zone the user declares goes
# first, so that CST is China's for somebody who says --timezone Asia/Shanghai.
_OFFSETS: Final = {
    "UTC": "+00:00", "GMT": "+00:00", "WET": "+00:00", "WEST": "+01:00", "BST": "+01:00", "CET": "+01:00",
    "CEST": "+02:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "SAST": "+02:00", "IST": "+05:30",
    "PKT": "+05:00", "WIB": "+07:00", "HKT": "+08:00", "SGT": "+08:00", "PHT": "+08:00", "AWST": "+08:00",
    "JST": "+09:00", "KST": "+09:00", "AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00",
    "NST": "-03:30", "NDT": "-02:30", "AST": "-04:00", "ADT": "-03:00", "EST": "-05:00", "EDT": "-04:00",
    "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00",
    "AKST": "-09:00", "AKDT": "-08:00", "HST": "-10:00", "ART": "-03:00", "BRT": "-03:00", "BRST": "-02:00",
}  # fmt: skip
# Both halves of a year, in which a zone has both its names.
_HALVES: Final = (datetime(2021, 1, 1), datetime(2021, 7, 1))
# Zones without an abbreviation are written as -03 or +0530.
_BARE: Final = r"^(.*\d) ([+-]\d{2}):?(\d{2})?$"


def plain(times: pl.Series, zone: str) -> pl.Series:
    """The same times with offsets in place of abbreviations; `zone` is the declared one. Unknown ones stay as found."""
    token = times.str.extract(r"\d ([A-Z]{3,4})$")
    bare = times.str.contains(_BARE).fill_null(False)
    if token.null_count() == len(token) and not bare.any():
        return times
    offset = token.replace_strict({**_OFFSETS, **_own(zone)}, default=None, return_dtype=pl.String)
    minutes = times.str.replace(_BARE, "$1$2:$3").str.replace(r":$", ":00")
    written = times.str.replace(r" [A-Z]{3,4}$", "") + offset
    return minutes.zip_with(bare, written.zip_with(offset.is_not_null(), times)).alias(times.name)


def _own(zone: str) -> dict[str, str]:
    moments = [half.replace(tzinfo=ZoneInfo(zone)) for half in _HALVES]
    return {moment.strftime("%Z"): moment.strftime("%z")[:3] + ":" + moment.strftime("%z")[3:] for moment in moments}
