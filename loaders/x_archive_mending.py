"""Rows of X's archive whose quotation marks a copyist broke, put right where there is one way to read them only."""

import csv
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import polars as pl

from loaders.csvfile import LINE, Batch
from records.chunk import Refusal

# What the quarantine shows of a row is cut here; a row that may go on cannot be mended.
_SHOWN: Final = 2_000
_BROKEN: Final = ("quotation mark", "where the header has")
# A lone quotation mark that neither opens nor closes a cell belongs to the text.
_INNER: Final = r'(?<![{0}"\\])"(?![{0}"]|$)(?<!^")'
# What these columns hold in every release; a reading in which they hold something else is a wrong one.
_CERTAIN: Final = {
    "tweetid": re.compile(r"\d{1,19}"),
    "tweet_time": re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*"),
    "is_retweet": re.compile(r"(?i)true|false|"),
    "follower_count": re.compile(r"\d*(\.0)?"),
    "like_count": re.compile(r"\d*(\.0)?|nan|absent"),
}


def mended(batch: Batch, names: tuple[str, ...], delimiter: str) -> tuple[Batch, int]:
    r"""The batch with the refused rows that could be put right, and how many.

    Some copies escape quotation marks by a backslash (`\"`), some that quote every cell do not escape them at all. A row
    is taken if exactly one reading has as many cells as the header, each certain column holding what it must.
    """
    places = {name.lower(): number for number, name in enumerate(names)}
    rows: list[list[str | None]] = []
    lines: list[int] = []
    refused: list[Refusal] = []
    for item in batch.refused:
        cells = _mend(item, len(names), places, delimiter) if any(sign in item.reason for sign in _BROKEN) else None
        if cells is None:
            refused.append(item)
        else:
            rows.append([cell or None for cell in cells])
            lines.append(item.line)
    if not rows:
        return batch, 0
    schema: dict[str, pl.DataType] = dict.fromkeys(names, pl.String())
    found = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.Series(LINE, lines, dtype=pl.Int64))
    frame = pl.concat([batch.frame, found]).sort(LINE)
    return Batch(frame, refused, batch.ignored, batch.encoding), len(rows)


def _mend(item: Refusal, width: int, places: Mapping[str, int], delimiter: str) -> list[str] | None:
    if len(item.text) >= _SHOWN:
        return None
    marked = {item.text.replace('\\"', '""'), re.sub(_INNER.format(re.escape(delimiter)), '""', item.text)}
    readings = []
    for text in marked - {item.text}:
        with suppress(csv.Error):
            readings += list(csv.reader([text], delimiter=delimiter, strict=True))
    if item.text.startswith('"') and item.text.endswith('"'):
        readings.append([cell.replace('""', '"') for cell in item.text[1:-1].split(f'"{delimiter}"')])
    fitting = [cells for cells in readings if len(cells) == width and _certain(cells, places)]
    distinct = {tuple(cell.replace('\\"', '"') for cell in cells) for cells in fitting}
    return list(next(iter(distinct))) if len(distinct) == 1 else None


def _certain(cells: list[str], places: Mapping[str, int]) -> bool:
    return all(pattern.fullmatch(cells[places[name]]) for name, pattern in _CERTAIN.items() if name in places)
