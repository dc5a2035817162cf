"""JSON lines and Parquet as batches of text columns, so that every format is read by the same rules as CSV."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import chain
from typing import Any, Final

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from loaders import text as texts
from loaders.base import LoadError, Source
from loaders.csvfile import LINE, Batch
from loaders.source import HEAD, seekable
from records.chunk import Refusal

Item = dict[str, Any]

_ROWS: Final = 50_000
_NOTHING: Final[Item] = {}
_NESTED: Final = {dict, list}


def keys_of(head: bytes) -> tuple[str, ...]:
    """Keys of the first JSON object in a file that begins with `head`; none where it is no JSON lines."""
    for line in texts.decode(head).split("\n"):
        if line.strip():
            try:
                first = orjson.loads(line)
            except orjson.JSONDecodeError:
                return ()
            return tuple(first) if isinstance(first, dict) else ()
    return ()


def read_lines(source: Source) -> Iterator[Batch]:
    """One JSON object a line. A line that is none is refused. Raises LoadError where there is not one."""
    with source.open() as stream:
        encoding = texts.detect(stream.read(HEAD))
    items = 0
    with closing(source.open()) as stream:
        for block in texts.lines(stream, encoding):
            objects: list[dict[str, Any]] = []
            numbers: list[int] = []
            refused: list[Refusal] = []
            blank = 0
            lines = block.lines
            torn = lines.pop() if block.cut and lines and not lines[-1].endswith(("\n", "\r")) else ""
            for number, line in enumerate(lines, block.first):
                if not line.strip():
                    blank += 1
                    continue
                value, reason = _object(line)
                if value is None:
                    refused.append(Refusal(number, "", reason, texts.shown(line.rstrip("\r\n"))))
                else:
                    objects.append(value)
                    numbers.append(number)
            if block.cut:
                refused.append(
                    Refusal(
                        block.first + len(lines), "", f"The file ends here too early: {block.cut}.", texts.shown(torn)
                    )
                )
            items += len(objects) + len(refused)
            if objects or refused or blank:
                yield Batch(_frame(objects, numbers), refused, {"blank row": blank} if blank else {}, encoding.name)
    if not items:
        raise LoadError(f"{source.name} is empty; export it again.")


def read_parquet(source: Source) -> Iterator[Batch]:
    """Rows of a Parquet file; `_source_line` is the row's number. Raises LoadError where it is damaged or empty."""
    with closing(seekable(source)) as stream:
        try:
            file = pq.ParquetFile(stream)
            number = 1
            for part in file.iter_batches(_ROWS):
                frame = pl.from_arrow(pa.Table.from_batches([part]))
                assert isinstance(frame, pl.DataFrame)
                frame = frame.drop(LINE, strict=False)
                lines = pl.Series(LINE, range(number, number + frame.height), dtype=pl.Int64)
                number += frame.height
                yield Batch(frame.select([as_text(frame[name]) for name in frame.columns]).with_columns(lines))
        except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
            reason = str(error).splitlines()[0] if str(error) else "unknown reason"
            raise LoadError(f"{source.name} is not a readable Parquet file ({reason}); export it again.") from error
    if number == 1:
        raise LoadError(f"{source.name} has no rows; there is nothing to load.")


def _object(line: str) -> tuple[dict[str, Any] | None, str]:
    try:
        value = orjson.loads(line.encode("utf-8"))
    except UnicodeEncodeError:
        return None, "The line holds bytes that are not valid text."
    except orjson.JSONDecodeError as error:
        return None, f"The line is not JSON ({error.msg})."
    if not isinstance(value, dict):
        return None, "The line is JSON but not an object."
    if "\\u0000" in line and any("\0" in str(item) for item in value.values()):
        return None, "The row holds NUL bytes."
    return value, ""


def _frame(objects: list[dict[str, Any]], numbers: list[int]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for item in objects for name in item))
    named = {name: (name if name != LINE else f"{LINE} of the file") for name in names}
    columns = [as_cells(named[name], [item.get(name) for item in objects]) for name in names]
    return pl.DataFrame([*columns, pl.Series(LINE, numbers, dtype=pl.Int64)])


def as_cell(value: Any) -> str | None:
    """A JSON value as the text a CSV cell would have: null and "" empty, lists and objects as JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return _packed(value)
    return repr(value)


def _packed(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer beyond 64 bits
        return json.dumps(value, ensure_ascii=False)


def as_text(series: pl.Series) -> pl.Series:
    """A Parquet column as the text that reads back to the same value."""
    kind = series.dtype
    if isinstance(kind, pl.Datetime):
        if kind.time_zone:
            return series.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
        return series.dt.to_string("%Y-%m-%dT%H:%M:%S%.6f")
    if isinstance(kind, (pl.List, pl.Struct, pl.Array)):
        packed = pl.DataFrame({"v": series}).select(pl.struct("v").struct.json_encode())["v"]
        inner = packed.str.strip_prefix('{"v":').str.strip_suffix("}").alias(series.name)
        return pl.select(pl.when(series.is_not_null()).then(inner).alias(series.name)).to_series()
    if kind == pl.Binary:
        return series.bin.encode("hex")
    text = series.cast(pl.String)
    return pl.select(pl.when(text != "").then(text).alias(series.name)).to_series()


class Table:
    """What stands at the paths of items, as text columns; then the keys no path begins with.

    Items are added some at a time and not held: taken while the parser's work is still at hand they cost half of what they
    cost later, column by column through all the memory of a batch.
    """

    def __init__(self, paths: Mapping[str, str]) -> None:
        """`paths`: column -> dotted path inside an item."""
        self._paths = {name: path.rpartition(".")[::2] for name, path in paths.items()}
        self._begun = {path.split(".", 1)[0] for path in paths.values()} | {LINE}
        self._cells: dict[str, list[Any]] = {name: [] for name in paths}
        self._lines: list[int] = []

    def add(self, items: list[Item], lines: list[int]) -> None:
        """Take over what stands in `items`, which begin on `lines`."""
        parents: dict[str, list[Item]] = {"": items}
        # A loader's paths name more parts than any one export has; those nothing has cost nothing.
        keys = {"": dict.fromkeys(chain.from_iterable(items))}
        for name, (prefix, key) in self._paths.items():
            inside = _parents(prefix, parents)
            if prefix not in keys:
                keys[prefix] = dict.fromkeys(chain.from_iterable(inside))
            if key in keys[prefix]:
                self._extend(name, inside, key)
        for key in keys[""]:
            if key not in self._begun:
                self._extend(f"{key} (of the file)" if key in self._paths else key, items, key)
        self._lines += lines

    def frame(self) -> pl.DataFrame:
        """All that was added, with `_source_line`."""
        height = len(self._lines)
        columns = [
            as_cells(name, _padded(cells, height))
            if cells
            else pl.Series(name, [None], pl.String).new_from_index(0, height)
            for name, cells in self._cells.items()
        ]
        return pl.DataFrame([*columns, pl.Series(LINE, self._lines, dtype=pl.Int64)])

    def _extend(self, name: str, parents: list[Item], key: str) -> None:
        values = [parent.get(key) for parent in parents]
        if not _NESTED.isdisjoint(map(type, values)):
            values = [_packed(value) if type(value) in _NESTED else value for value in values]
        cells = _padded(self._cells.setdefault(name, []), len(self._lines))
        cells += values


def _padded(cells: list[Any], height: int) -> list[Any]:
    """The column with what items before it had: nothing."""
    cells += [None] * (height - len(cells))
    return cells


def as_cells(name: str, values: list[Any]) -> pl.Series:
    """`as_cell` of many values: where they are of one kind, as they nearly always are, without a call for each."""
    kinds = set(map(type, values)) - {type(None)}
    try:
        if kinds <= {str}:
            text = pl.Series(name, values, dtype=pl.String)
            empty = text == ""
            return text.set(empty, None) if empty.any() else text
        if kinds == {bool}:
            return pl.Series(name, values, dtype=pl.Boolean).cast(pl.String)
        if kinds == {int}:
            return pl.Series(name, values, dtype=pl.Int64).cast(pl.String)
    except (TypeError, UnicodeEncodeError):  # an integer beyond 64 bits, half a character
        pass
    return pl.Series(name, [as_cell(value) for value in values], dtype=pl.String)


def _parents(prefix: str, known: dict[str, list[Item]]) -> list[Item]:
    """For each item the object at the path `prefix`, an empty one where it has none."""
    if prefix not in known:
        above, _, key = prefix.rpartition(".")
        values = [parent.get(key) for parent in _parents(above, known)]
        known[prefix] = [value if type(value) is dict else _NOTHING for value in values]
    return known[prefix]
