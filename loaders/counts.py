"""Counts as Chinese platforms show them to readers: 1.2万 is some 12,000, 10万+ is 100,000 or more."""

from typing import Final

import polars as pl

from loaders.rows import Rows

# Ten digits, so that even in units of 亿 a count stays below 2^63.
_SHORT: Final = r"^([0-9]{1,10}(?:\.[0-9]{1,6})?)\s?([万wWkK千亿]?)\s?(\+?)$"
_UNITS: Final = {"": 1, "k": 1_000, "千": 1_000, "w": 10_000, "万": 10_000, "亿": 100_000_000}
FLOORS: Final = "counts shown as a number and more (10万+), kept as that number"
ROUNDED: Final = "counts shown rounded (1.2万)"


def shown(batch: Rows, *names: str) -> tuple[pl.Series, pl.Series]:
    """The first of `names` the export has as whole numbers, and the number as text where it is only a floor.

    What is no such count refuses its row, as in Rows.integers. Both kinds are counted in the ledger.
    """
    spelt = batch.has(*names)
    if spelt is None:
        return batch.integers(*names), batch.fill(None)
    raw = batch.frame[spelt]
    parts = raw.str.strip_chars().str.replace(r"^([0-9]+),([0-9]{3})([^0-9]|$)", "$1$2$3").str.extract_groups(_SHORT)
    unit, more = parts.struct.field("2").str.to_lowercase(), (parts.struct.field("3") == "+").fill_null(False)
    factor = unit.replace_strict(_UNITS, default=None, return_dtype=pl.Int64)
    rounded = (factor > 1).fill_null(False)
    number = (parts.struct.field("1").cast(pl.Float64) * factor).round().cast(pl.Int64).cast(pl.String)
    batch.note(FLOORS, int(more.sum()))
    batch.note(ROUNDED, int((rounded & ~more).sum()))
    batch.frame = batch.frame.with_columns(number.zip_with(rounded | more, raw).alias(spelt))
    return batch.integers(*names), number.zip_with(more, batch.fill(None))
