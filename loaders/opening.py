"""Any table as batches of text columns, whatever it is written as: CSV, JSON lines, a JSON array, or one JSON document."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

import orjson
import polars as pl

from loaders import csvfile, items, json_paths, text
from loaders.base import LoadError, Options, Source
from loaders.csvfile import LINE, Batch
from loaders.flatten import flattened
from loaders.rows import Rows
from loaders.source import HEAD
from records.chunk import Chunk

_ITEMS: Final = "items"


def open_table(source: Source) -> tuple[tuple[str, ...], Iterator[Batch]]:
    """Column names and batches of a table. Objects inside JSON items are columns of their own (`author.name`).

    Raises LoadError where it is none.
    """
    head = _head(source)
    if not _is_json(head):
        return csvfile.read(source)
    batches = _items(source, head)
    first = next(batches)  # later items may have keys the first ones lack
    return tuple(name for name in first.frame.columns if name != LINE), chain([first], batches)


def is_json(source: Source) -> bool:
    """Whether a file of a format that is written either way begins as JSON does, rather than as a table."""
    return _is_json(_head(source))


def beginning(batches: Iterator[Batch], rows: int) -> Batch:
    """The first `rows` rows and more, as far as they go: the last line of a file may be a batch of its own."""
    first = next(batches)
    frames, refused, height = [first.frame], list(first.refused), first.frame.height
    while height < rows and (batch := next(batches, None)) is not None:
        frames.append(batch.frame)
        refused += batch.refused
        height += batch.frame.height
    return Batch(pl.concat(frames, how="diagonal"), refused, encoding=first.encoding)


def columns_of(source: Source) -> tuple[str, ...]:
    """The columns of a table; none where the file is none."""
    try:
        return open_table(source)[0]
    except LoadError:
        return ()


def _head(source: Source) -> bytes:
    with source.open() as stream:
        return stream.read(HEAD)


def _is_json(head: bytes) -> bool:
    return text.decode(head).lstrip().startswith(("{", "["))


def _items(source: Source, head: bytes) -> Iterator[Batch]:
    encoding = text.detect(head).name

    def whole(rows: Rows) -> Chunk:
        return rows.chunk(_ITEMS, {_ITEMS: rows.frame})

    read = items.read(
        source, Options(), "a table of JSON", "UTC", paths={}, required=(), convert=whole, where=_where(head)
    )
    for chunk in read:
        yield Batch(flattened(chunk.frames[_ITEMS]), chunk.refused, chunk.ignored, encoding)


def _where(head: bytes) -> str:
    """Where in one document the items stand: its only list of objects (`data.item`); "" for lines and arrays."""
    lines = [line for line in text.decode(head).splitlines() if line.strip()]
    if not lines or lines[0].lstrip().startswith("["):
        return ""
    if len(lines) > 1 and _is_object(lines[0]):
        return ""
    paths = json_paths.paths_of(head)
    lists = {path for path in paths if path.endswith(".item") and path.count(".") == 1}
    of_objects = [path for path in sorted(lists) if any(inner.startswith(f"{path}.") for inner in paths)]
    return of_objects[0] if len(of_objects) == 1 else ""


def _is_object(line: str) -> bool:
    try:
        return isinstance(orjson.loads(line.encode("utf-8", "replace")), dict)
    except orjson.JSONDecodeError:
        return False
