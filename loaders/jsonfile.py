"""JSON lines and Parquet as batches of text columns, so that every format is read by the same rules as CSV."""

import json
from collections.abc import Iterator, Mapping, Sequence
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
            torn = block.lines.pop() if block.cut and block.lines and not block.lines[-1].endswith(("\n", "\r")) else ""
            for number, line in enumerate(block.lines, block.first):
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
                line_number = block.first + len(block.lines)
                refused.append(
                    Refusal(line_number, "", f"The file ends here too early: {block.cut}.", texts.shown(torn))
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
    columns = [pl.Series(named[name], [as_cell(item.get(name)) for item in objects], dtype=pl.String) for name in names]
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
        try:
            return orjson.dumps(value).decode()
        except TypeError:  # an integer beyond 64 bits
            return json.dumps(value, ensure_ascii=False)
    return repr(value)


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


def at_paths(items: list[Item], lines: list[int], paths: Mapping[str, str]) -> pl.DataFrame:
    """What stands at the paths of each item, as text columns beside `lines`; then the keys no path begins with."""
    parents: dict[str, list[Item]] = {"": items}
    # A loader's paths name more parts than any one export has; those nothing has cost nothing.
    keys = {"": dict.fromkeys(chain.from_iterable(items))}
    columns = []
    for name, path in paths.items():
        prefix, _, key = path.rpartition(".")
        inside = _parents(path, parents)
        if prefix not in keys:
            keys[prefix] = dict.fromkeys(chain.from_iterable(inside))
        columns.append(_column(name, inside if key in keys[prefix] else (), key, len(items)))
    begun = {path.split(".", 1)[0] for path in paths.values()} | {LINE}
    others = [key for key in keys[""] if key not in begun]
    columns += [_column(f"{key} (of the file)" if key in paths else key, items, key, len(items)) for key in others]
    return pl.DataFrame([*columns, pl.Series(LINE, lines, dtype=pl.Int64)])


def _column(name: str, parents: Sequence[Item], key: str, height: int) -> pl.Series:
    if not parents:
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, height)
    # Most values are text or missing; only the others need a call.
    cells = [
        value if (value := parent.get(key)) is None or (type(value) is str and value) else as_cell(value)
        for parent in parents
    ]
    return pl.Series(name, cells, dtype=pl.String)


def _parents(path: str, known: dict[str, list[Item]]) -> list[Item]:
    """For each item the object in which the last key of `path` stands, an empty one where it has none."""
    prefix = path.rpartition(".")[0]
    if prefix not in known:
        key = prefix.rpartition(".")[2]
        values = [parent.get(key) for parent in _parents(prefix, known)]
        known[prefix] = [value if isinstance(value, dict) else _NOTHING for value in values]
    return known[prefix]
