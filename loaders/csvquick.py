"""The well-formed part of a block of CSV at the speed of a C parser; whatever is doubtful is left to loaders.csvfile.

What it reads it reads exactly as the tolerant reader would: it takes only text that a grammar of CSV without any licence
accepts as a whole, and rows that all have the header's width.
"""

import codecs
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from loaders import text as texts

_QUOTE: Final = ord('"')


def records(data: bytes, first: int, width: int, delimiter: str) -> tuple[pl.DataFrame, int] | None:
    """Rows at the beginning of `data`, whose first line is line `first` of the file, and how many bytes they take.

    The frame has columns "0", "1" ..., empty cells null, and "line". None where the beginning is not well-formed CSV of
    `width` columns, or no UTF-8; the tolerant reader then says what is wrong with it.
    """
    if width < 2 or not data:
        return None
    quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == _QUOTE)
    if len(quotes) % 2:
        data = data[: _whole(data)]
        quotes = quotes[: np.searchsorted(quotes, len(data))]
    if not data or b"\0" in data or data.startswith(codecs.BOM_UTF8):  # Arrow takes such a mark off any block
        return None
    size = len(data)
    if not data.endswith((b"\n", b"\r")):
        data += b"\n"
    if not _well_formed(data, quotes, delimiter):
        return None
    names = [str(number) for number in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            arrow_csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=len(quotes) > 0, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                check_utf8=True,
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:  # some row has another width, or bytes that are no text
        return None
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    if frame.select(pl.all_horizontal(pl.all().is_null()).any()).item():
        return None  # a blank line, which is no row, or a row of delimiters, which is one; the parser tells neither
    return frame.with_columns(pl.Series("line", _starts(data, quotes) + first)), size


def _whole(data: bytes) -> int:
    """How many bytes end with a record where the last one is open: up to where quotation marks are even again."""
    end = len(data)
    while end:
        start = max(data.rfind(b"\n", 0, end - 1), data.rfind(b"\r", 0, end - 1)) + 1
        if data.count(b'"', start, end) % 2:
            return start
        end = start
    return 0


def _well_formed(data: bytes, quotes: NDArray[np.intp], delimiter: str) -> bool:
    """Whether each quotation mark that opens stands at the beginning of a cell, and each that closes at its end; two beside
    each other inside a cell close and open it."""
    signs = np.frombuffer(data, np.uint8)
    opening, closing = quotes[::2], quotes[1::2]
    edges = np.zeros(256, dtype=bool)
    edges[[ord(delimiter), ord("\n"), ord("\r"), _QUOTE]] = True
    before = signs[opening[1 if len(opening) and not opening[0] else 0 :] - 1]
    return bool(edges[before].all() and edges[signs[closing + 1]].all())


def _starts(data: bytes, quotes: NDArray[np.intp]) -> NDArray[np.int64]:
    """How many lines stand before each record: it begins after a line end outside of quotation marks."""
    ends = texts.ends(data)
    outside = np.searchsorted(quotes, ends) % 2 == 0
    return np.concatenate(([0], np.flatnonzero(outside)[:-1] + 1)).astype(np.int64)
