"""Text columns into times, numbers, truth values and lists, whole columns at once; what cannot be read is marked.

Every function takes a String series in which empty is null, and returns values with a mask of the rows whose value is
there but cannot be read. Nothing is guessed from other rows: a value means the same wherever it stands.
"""

import ast
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

import orjson
import polars as pl

from loaders.base import LoadError

# Before 2000 no platform here existed, and a time after 2100 is a number read in the wrong unit.
FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)
NOTHING: Final = ("null", "none", "nan", "na", "n/a", "nat", "\\n", "absent", "undefined")
"""How programs write "unknown" in columns of numbers, times and ids; in texts these are words like any other."""
_NOTHING: Final = rf"(?i-u)^(?:{'|'.join(re.escape(word) for word in NOTHING)}|)$"

# Shapes of times: strptime format and the precision it carries. Aware ones first, then naive ones.
_AWARE: Final = (
    ("%Y-%m-%dT%H:%M:%S%.f%#z", "second"),
    ("%Y-%m-%d %H:%M:%S%.f%#z", "second"),
    ("%Y-%m-%d %H:%M:%S%.f %#z", "second"),
    ("%a %b %d %H:%M:%S %z %Y", "second"),  # Twitter's own
    ("%a, %d %b %Y %H:%M:%S %z", "second"),  # RFC 2822
    ("%d %b %Y %H:%M:%S %z", "second"),
    ("%Y-%m-%dT%H:%M%#z", "minute"),
    ("%Y-%m-%d %H:%M %#z", "minute"),
)
_NAIVE: Final = (
    ("%Y-%m-%d %H:%M:%S%.f", "second"),
    ("%Y-%m-%dT%H:%M:%S%.f", "second"),
    ("%Y-%m-%d %H:%M", "minute"),
    ("%Y-%m-%dT%H:%M", "minute"),
    ("%Y/%m/%d %H:%M:%S", "second"),
    ("%Y/%m/%d %H:%M", "minute"),
    ("%Y-%m-%d", "day"),
    ("%Y/%m/%d", "day"),
)
_CONTROL: Final = r"[\x00-\x1f]"
_EPOCH: Final = r"^\d{9,19}(\.\d*)?$|^\d\.\d+[eE]\+?\d{2}$"
# An epoch count of seconds stays below 1e11 until the year 5138; milliseconds begin above it, and so on.
_UNITS: Final = ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1))


@dataclass(frozen=True, slots=True)
class Times:
    """A column of instants."""

    values: pl.Series
    """Datetime in UTC, microseconds."""
    precision: pl.Series
    """second, minute or day, by how the value is written; null where there is none."""
    bad: pl.Series
    """Values that are no time."""
    gap: pl.Series
    """Local times that the zone's clocks left out."""
    outside: pl.Series
    """Times before `first` or after 2100."""
    naive: int
    """Values without a zone, read in the declared one."""


@cache  # the names are read from the disk anew each time, and every chunk asks
def zone(name: str) -> str:
    """An IANA zone's name, checked. Raises LoadError."""
    if name not in available_timezones():
        raise LoadError(f"{name!r} is no time zone; use an IANA name such as Europe/Berlin or UTC.")
    return name


def known(series: pl.Series) -> pl.Series:
    """The values with surrounding blanks taken off and the words for "unknown" made null; not for texts."""
    if series.null_count() == len(series):  # as most columns of a wide export are
        return series
    trimmed = series.str.strip_chars()
    nothing = trimmed.str.contains(_NOTHING)
    return _pick(~nothing, trimmed) if nothing.any() else trimmed


def times(
    series: pl.Series, local: str = "UTC", formats: tuple[tuple[str, str], ...] = (), first: datetime | None = FIRST
) -> Times:
    """Instants from every way times are written here; `formats` are a loader's own, tried before the common naive ones.

    Values without a zone are read in `local`. The repeated hour of autumn is read as its first pass. Numbers of 9
    digits or more are seconds, milliseconds or microseconds since 1970, by their size. `first` None allows any past.
    """
    text = known(series)
    values = pl.Series(series.name, [None], dtype=pl.Datetime("us", "UTC")).new_from_index(0, len(series))
    precision = pl.Series("precision", [None], dtype=pl.String).new_from_index(0, len(series))
    gap = pl.Series("gap", [False]).new_from_index(0, len(series))
    naive = 0
    rest = text
    for attempt in (*((f, p, True) for f, p in (*formats, *_NAIVE)), ("", "second", False), *_aware()):
        if rest.null_count() == len(rest):
            break
        format_, exactness, is_naive = attempt
        if not format_:
            found = _epochs(rest)
        elif is_naive:
            wall = rest.str.to_datetime(format_, strict=False, time_unit="us")
            hit = wall.is_not_null()
            if not hit.any():
                continue
            found = wall.dt.replace_time_zone(local, ambiguous="earliest", non_existent="null")
            found = found.dt.convert_time_zone("UTC")
            gap = gap | (hit & found.is_null())
            naive += int(hit.sum())
            rest = _pick(~hit, rest)
        else:
            worded = rest.str.replace(r" (GMT|UTC)\b", " +0000") if "%a" in format_ or "%d %b" in format_ else rest
            worded = worded.str.replace(r" UTC$", "Z") if "#z" in format_ else worded
            found = worded.str.to_datetime(format_, strict=False, time_unit="us")
        hit = found.is_not_null()
        if hit.any():
            values = values.zip_with(~hit, found.cast(pl.Datetime("us", "UTC")))
            precision = precision.zip_with(~hit, pl.Series([exactness]).new_from_index(0, len(series)))
            rest = _pick(~hit, rest)
    outside = (values >= LAST) | ((values < first) if first else pl.Series([False]).new_from_index(0, len(series)))
    return Times(values, precision, rest.is_not_null(), gap, outside.fill_null(False), naive)


def integers(series: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Whole numbers of 0 and more, with commas or blanks between thousands and with a `.0` that spreadsheets add."""
    text = known(series)
    values = text.cast(pl.Int64, strict=False)
    if (others := (text.is_not_null() & values.is_null()).arg_true()).len():
        values = values.scatter(others, _written_out(text.gather(others)))
    values = _pick(values >= 0, values)
    return values, text.is_not_null() & values.is_null()


def _written_out(text: pl.Series) -> pl.Series:
    """Numbers with something between thousands or a fraction of zeros, as Int64; null where it is no number."""
    plain = text.str.replace_all(r"(\d)[, \u{00a0}\u{202f}](\d{3})\b", "$1$2").str.replace(r"\.0*$", "")
    return plain.str.replace_all(r"(\d)[,](\d{3})\b", "$1$2").cast(pl.Int64, strict=False)


def decimals(series: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Finite decimal numbers."""
    text = known(series)
    values = text.cast(pl.Float64, strict=False)
    values = _pick(values.is_finite(), values)
    return values, text.is_not_null() & values.is_null()


def booleans(series: pl.Series) -> tuple[pl.Series, pl.Series]:
    """true, t, yes, y, 1 and their opposites, in any case."""
    text = known(series).str.to_lowercase()
    yes, no = text.is_in(["true", "t", "yes", "y", "1", "1.0"]), text.is_in(["false", "f", "no", "n", "0", "0.0"])
    return _pick(yes | no, yes), (text.is_not_null() & ~(yes | no)).fill_null(False)


def ids(series: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Ids exactly as they stand; those a spreadsheet has rounded (`9.01E+17`, `901656910939770881.0`) are marked."""
    text = known(series)
    rounded = text.str.contains(r"[+.]").fill_null(False)  # hardly any id has these, and to look for them takes no time
    if rounded.any():
        rounded = rounded & text.str.contains(r"^\d+(\.\d+)?[eE]\+\d+$|^\d{16,}\.0+$").fill_null(False)
    return text, rounded


def lists(series: pl.Series, blanks: bool = False) -> tuple[pl.Series, pl.Series]:
    """Lists of strings written as JSON, as Python, as `[a, b]` or with `|` (or, on demand, blanks) between the items."""
    text = series.str.strip_chars()
    distinct = text.drop_nulls().unique()
    read = [_list(value, blanks) for value in distinct.to_list()]
    table = pl.DataFrame({"text": distinct, "items": pl.Series(read, dtype=pl.List(pl.String))})
    values = pl.DataFrame({"text": text}).join(table, on="text", how="left", maintain_order="left")["items"]
    empty = text == ""
    return values.alias(series.name), (text.is_not_null() & ~empty & values.is_null()).fill_null(False)


def as_json(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    """The columns as one JSON object a row, unknown values left out; null where nothing is left."""
    if not columns or not frame.height:
        return pl.Series("extra", [None], dtype=pl.String).new_from_index(0, frame.height)
    parts = [_member(frame[name]).alias(f"part {number}") for number, name in enumerate(columns)]
    inside = pl.concat_str(parts, separator=",", ignore_nulls=True)
    joined = frame.select(pl.when(inside != "").then(pl.concat_str(pl.lit("{"), inside, pl.lit("}"))).alias("extra"))
    return joined["extra"]


def _member(series: pl.Series) -> pl.Expr:
    """`"name":value` of a JSON object; null where there is no value."""
    column = pl.col(series.name)
    if series.dtype != pl.String or series.str.contains(_CONTROL).any():
        encoded = pl.struct(column).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")
        return pl.when(column.is_not_null()).then(encoded)
    # The same at a fraction of the time: without control characters JSON escapes two signs.
    escaped = column.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.concat_str(pl.lit(orjson.dumps(series.name).decode() + ':"'), escaped, pl.lit('"'))


def _as_python(value: str) -> Any:
    """What Python printed. Without double quotation marks and backslashes inside, it is JSON once its quotes are JSON's, which
    is read twenty times as fast."""
    if '"' not in value and "\\" not in value:
        try:
            return orjson.loads(value.replace("'", '"'))
        except orjson.JSONDecodeError:
            pass
    return ast.literal_eval(value)


def _list(value: str, blanks: bool) -> list[str] | None:
    if not value.startswith("["):
        if blanks:
            return value.split()
        return [part for item in value.split("|") if (part := item.strip())]
    read: Any = None
    try:
        read = orjson.loads(value)
    except orjson.JSONDecodeError:
        try:
            read = _as_python(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            if value.endswith("]") and "'" not in value and '"' not in value and "[" not in value[1:]:
                read = [part for item in value[1:-1].split(",") if (part := item.strip())]
    if not isinstance(read, list):
        return None
    return [item if isinstance(item, str) else _json(item) for item in read if item is not None]


def _json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer beyond 64 bits, or a Python set
        return str(value)


def _aware() -> tuple[tuple[str, str, bool], ...]:
    return tuple((format_, exactness, False) for format_, exactness in _AWARE)


def _epochs(text: pl.Series) -> pl.Series:
    digits = _pick(text.str.contains(_EPOCH), text)
    number = digits.cast(pl.Float64, strict=False)
    scaled = pl.Series([None], dtype=pl.Float64).new_from_index(0, len(text))
    for below, factor in reversed(_UNITS):
        scaled = scaled.zip_with(~(number < below).fill_null(False), number * factor)
    whole = digits.str.contains(r"^\d{15,17}$").fill_null(False)
    micros = scaled.round().cast(pl.Int64, strict=False)
    micros = micros.zip_with(~whole, digits.cast(pl.Int64, strict=False))  # a float would round microseconds
    return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _pick(mask: pl.Series, values: pl.Series) -> pl.Series:
    """The values where the mask is true, else null."""
    nulls = pl.Series(values.name, [None], dtype=values.dtype).new_from_index(0, len(values))
    return values.zip_with(mask.fill_null(False), nulls) if len(values) else values
