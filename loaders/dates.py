"""Dates as people and spreadsheets write them, turned into the shapes every loader reads: 27/08/2017, Aug 27, 2017, 8月27日."""

from typing import Final

import polars as pl

ORDERS: Final = ("day-first", "month-first")
_CLOCK: Final = (
    r"(?:[T,]?\s*(\d{1,2})[:hH.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?)?\s*([AaPp]\.?[Mm]\.?|上午|下午)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
)
_NUMERIC: Final = r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2}),?" + _CLOCK
_CHINESE: Final = r"^(\d{4})年(\d{1,2})月(\d{1,2})日?" + _CLOCK
# 2017-08-27 12:05 PM and 2017/8/27 9:05: the year first, but not as a machine writes it.
_YEAR: Final = r"^(\d{4})[./-](\d{1,2})[./-](\d{1,2})" + _CLOCK
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier", "feb february févr fevr févr. février fevrier fév", "mar march mars",
            "apr april avr avril", "may mai", "jun june juin", "jul july juil juillet", "aug august août aout",
            "sep sept september septembre", "oct october octobre", "nov november novembre",
            "dec december déc décembre decembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY: Final = r"^(?:\p{L}+\.?,?\s+)?"
_DAY: Final = r"(\d{1,2})(?:st|n[d]|rd|th|er)?"
_MONTH: Final = r"(\p{L}{3,9})"
_WITH_YEAR: Final = r",?\s+(\d{4})(?:\s+(?:at|à))?,?" + _CLOCK
_WORD_FIRST: Final = _WEEKDAY + _MONTH + r"\.?\s+" + _DAY + _WITH_YEAR
_DAY_WORD: Final = _WEEKDAY + _DAY + r"\s+" + _MONTH + r"\.?" + _WITH_YEAR


def numeric(series: pl.Series) -> pl.DataFrame:
    """Columns `first` and `second`, the first two numbers of dates such as 27/08/2017; null for everything else."""
    found = series.str.strip_chars().str.extract_groups(_NUMERIC).struct
    return pl.DataFrame({"first": found[0].cast(pl.Int64), "second": found[1].cast(pl.Int64)})


def order(series: pl.Series) -> str | None:
    """day-first or month-first where the values settle it, "" where they contradict each other or could be either,
    None where no value is such a date."""
    parts = numeric(series)
    if parts["first"].null_count() == parts.height:
        return None
    day, month = bool((parts["first"] > 12).any()), bool((parts["second"] > 12).any())
    return "" if day == month else ORDERS[0] if day else ORDERS[1]


def plain(series: pl.Series, dates: str | None) -> pl.Series:
    """Dates people write as `YYYY-MM-DD HH:MM:SS`, as exact as they were; `dates` is the order of numeric ones.

    Everything else, and numeric dates without an order, stays as it is.
    """
    text = series.str.strip_chars()
    frame = pl.DataFrame({"text": text})
    shapes = [(_CHINESE, (1, 2, 3)), (_YEAR, (1, 2, 3)), (_WORD_FIRST, (3, 1, 2)), (_DAY_WORD, (3, 2, 1))]
    if dates:
        shapes.insert(0, (_NUMERIC, (3, 2, 1) if dates == ORDERS[0] else (3, 1, 2)))
    # What a machine writes is left to it; most columns hold nothing else, and five patterns on each cell cost time.
    by_people = frame.filter(~pl.col("text").str.contains(r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}|$)|$)|^\d{9,}"))
    # Chinese says the half of the day before the hour.
    said = pl.col("text").str.replace(r"(上午|下午)\s*(\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)", "$2 $1").alias("said")
    left, done = by_people.unique().drop_nulls().select("text", said), list[pl.DataFrame]()
    for pattern, places in shapes:
        if left.is_empty():
            break
        read = left.with_columns(plain=_read(pattern, places))
        done.append(read.filter(pl.col("plain").is_not_null()).select("text", "plain"))
        left = read.filter(pl.col("plain").is_null()).drop("plain")
    if not any(part.height for part in done):
        return series
    joined = frame.join(pl.concat(done), on="text", how="left", maintain_order="left")
    return joined.select(pl.coalesce("plain", "text").alias(series.name)).to_series()


def _read(pattern: str, places: tuple[int, int, int]) -> pl.Expr:
    """The text as `YYYY-MM-DD[ HH:MM[:SS]][zone]`, null where it is not of this pattern."""
    groups = pl.col("said").str.extract_groups(pattern).struct
    year, month, day = (groups.field(str(place)) for place in places)
    if "\\p{L}{3,9}" in pattern:
        month = month.str.to_lowercase().replace_strict(_MONTHS, default=None, return_dtype=pl.Int64).cast(pl.String)
    year = pl.when(year.str.len_chars() == 2).then(pl.lit("20") + year).otherwise(year)
    hour, half = groups.field("4").cast(pl.Int64), groups.field("7").str.to_lowercase()
    late, early = half.str.starts_with("p") | (half == "下午"), half.str.starts_with("a") | (half == "上午")
    hour = pl.when(late & (hour < 12)).then(hour + 12).when(early & (hour == 12)).then(0).otherwise(hour)
    clock = pl.concat_str(pl.lit(" "), _two(hour.cast(pl.String)), pl.lit(":"), groups.field("5"))
    second = pl.concat_str(pl.lit(":"), groups.field("6"))
    zone = groups.field("8").replace({"UTC": "Z", "GMT": "Z"})
    date = pl.concat_str(year, pl.lit("-"), _two(month), pl.lit("-"), _two(day))
    written = pl.concat_str(date, clock.fill_null(""), second.fill_null(""), zone.fill_null(""))
    # A month above 12 is left as it was found, for the quarantine to show.
    return pl.when(month.cast(pl.Int64) <= 12).then(written)


def _two(number: pl.Expr) -> pl.Expr:
    return number.str.zfill(2)
