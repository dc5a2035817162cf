"""The well-formed part of a block of CSV at the speed of a C parser; whatever is doubtful is left to loaders.csvfile.

What it reads it reads exactly as the tolerant reader would: it takes only text that a grammar of CSV without any licence
accepts as a whole, and rows that all have the header's width.
"""

import codecs
import re
from functools import cache
from typing import Final

import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from loaders import text as texts

_LINE_END: Final = r"\r\n|\n|\r"


def records(text: str, first: int, width: int, delimiter: str) -> tuple[pl.DataFrame, int] | None:
    """Rows at the beginning of `text`, whose first line is line `first` of the file, and how many characters they take.

    The frame has columns "0", "1" ..., empty cells null, and "line". None where the beginning is not well-formed CSV of
    `width` columns; the tolerant reader then says what is wrong with it. The text holds no broken bytes.
    """
    if width < 2 or not text:
        return None
    data, size = text.encode(), len(text)
    if data.count(b'"') % 2:
        data = data[: _whole(data)]
        size = len(data.decode())
    if not data or b"\0" in data or data.startswith(codecs.BOM_UTF8):  # Arrow takes such a mark off any block
        return None
    if not data.endswith((b"\n", b"\r")):
        data += b"\n"
    if b'"' in data and not pl.Series([data.decode()]).str.contains(_grammar(delimiter))[0]:
        return None
    names = [str(number) for number in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            arrow_csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:  # some row has another width, or none
        return None
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    if frame.select(pl.all_horizontal(pl.all().is_null()).any()).item():
        return None  # a blank line, which is no row, or a row of delimiters, which is one; the parser tells neither
    return frame.with_columns(_starts(frame, first, texts.count(text))), size


def _whole(data: bytes) -> int:
    """How many bytes end with a record where the last one is open: up to where quotation marks are even again."""
    end = len(data)
    while end:
        start = max(data.rfind(b"\n", 0, end - 1), data.rfind(b"\r", 0, end - 1)) + 1
        if data.count(b'"', start, end) % 2:
            return start
        end = start
    return 0


def _starts(frame: pl.DataFrame, first: int, count: int) -> pl.Series:
    if frame.height == count:
        return pl.Series("line", range(first, first + count), dtype=pl.Int64)
    inside = frame.select(pl.sum_horizontal(pl.all().str.count_matches(_LINE_END)).cast(pl.Int64)).to_series()
    after = (inside + 1).cum_sum()
    return (after.shift(1, fill_value=0) + first).alias("line")


@cache
def _grammar(delimiter: str) -> str:
    mark = re.escape(delimiter)
    cell = rf'(?:"(?:[^"]|"")*"|[^"{mark}\r\n]*)'
    return rf"^(?:{cell}(?:{mark}|{_LINE_END}))*$"
