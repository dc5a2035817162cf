"""Contract tables as files: posts.csv, accounts.jsonl.gz, ownership.parquet and so on, read and written."""

import gzip
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path
from typing import Final, Literal

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from loaders import csvfile, jsonfile
from loaders.ahead import each
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.columns import FIRST
from loaders.portion import OWN
from loaders.rows import Rows, check
from loaders.source import HEAD, stem
from records.chunk import Chunk
from records.store import Records, query
from records.tables import TABLES, Column, Table

Kind = Literal["csv", "jsonl.gz", "parquet"]
_PARQUET: Final = b"PAR1"
# Firms and offices are older than the platforms: their times may lie in any past.
_ANY_PAST: Final = ("ownership", "targets")
_PROVENANCE: Final = ("_source_sha256", "_batch")
_ROWS: Final = 50_000


def recognise(sample: Sample) -> int:
    named = stem(sample.name)
    if sample.head.startswith(_PARQUET):
        return 90 if named in TABLES else 0
    table = _table(named, sample.columns)
    if table is None:
        return 0
    return 98 if table.name == named else 60


def read(source: Source, options: Options) -> Iterator[Chunk]:
    with source.open() as stream:
        head = stream.read(HEAD)
    packed, lines = head.startswith(_PARQUET), head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    if packed or lines:
        whole = jsonfile.read_parquet(source) if packed else jsonfile.read_lines(source)
        first = next(whole)
        table = _require(source, tuple(first.frame.columns))
        batches = OWN.mine(chain([first], whole))
    else:
        names, batches = csvfile.read(source)
        table = _require(source, names)
    yield from each(lambda batch: convert(Rows(batch, options, LOADER.timezone), table), batches)


def write(records: Records, folder: Path, kind: Kind = "csv") -> list[Path]:
    """Every table of `records` that has rows, as a file of its name in `folder`; the `tables` format reads them back."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in TABLES.values():
        names = [f'"{name}"' for name in (*table.names, "extra")]  # `at` is a word of SQL
        if not query(records, f"SELECT count(*) AS n FROM {table.name}")["n"][0]:
            continue
        path = folder / f"{table.name}.{kind}"
        frames = _frames(records, f"SELECT {', '.join(names)} FROM {table.name}")
        if kind == "parquet":
            _write_parquet(path, frames)
        elif kind == "csv":
            with path.open("wb") as out:
                for number, frame in enumerate(frames):
                    text = frame.select([jsonfile.as_text(frame[name]) for name in frame.columns])
                    text.write_csv(out, include_header=not number, quote_style="always")
        else:
            with gzip.open(path, "wb") as packed:
                for frame in frames:
                    _write_lines(packed, frame)
        written.append(path)
    return written


def _frames(records: Records, sql: str) -> Iterator[pl.DataFrame]:
    for part in records.sql(sql).to_arrow_reader(_ROWS):
        yield pl.DataFrame(pa.Table.from_batches([part]))


def _write_parquet(path: Path, frames: Iterator[pl.DataFrame]) -> None:
    writer: pq.ParquetWriter | None = None
    for frame in frames:
        part = frame.to_arrow()
        writer = writer or pq.ParquetWriter(path, part.schema, compression="zstd")
        writer.write_table(part)
    if writer:
        writer.close()


def _write_lines(out: gzip.GzipFile, frame: pl.DataFrame) -> None:
    for row in frame.iter_rows(named=True):
        known = {name: value for name, value in row.items() if value is not None}
        out.write(orjson.dumps(known, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))


def _table(named: str, columns: tuple[str, ...]) -> Table | None:
    """The table these columns are of: the one the file is named after, else the one that knows most of them."""
    have = {column.lower() for column in columns}
    fitting = [
        table for table in TABLES.values() if all(column.name in have for column in table.columns if column.required)
    ]
    for table in fitting:
        if table.name == named:
            return table
    return max(fitting, key=lambda table: len(have & set(table.names)), default=None)


def _require(source: Source, columns: tuple[str, ...]) -> Table:
    table = _table(stem(source.name), columns)
    if table is None:
        named = TABLES.get(stem(source.name), TABLES["posts"])
        check(source, columns, f"a table of {named.name}", [column.name for column in named.columns if column.required])
        raise LoadError(f"{source.name} is no contract table; name it after one of {', '.join(TABLES)}.")
    return table


def convert(rows: Rows, table: Table, known: Collection[str] = ()) -> Chunk:
    """Columns that bear the table's own names into its rows; those in `known` are the caller's, the rest `extra`."""
    values: dict[str, pl.Series] = {}
    for column in table.columns:
        if table.name == "posts" and column.name == "created_at":
            values["created_at"], written = rows.times("created_at")
        elif rows.has(column.name) or column.required:
            values[column.name] = _column(rows, table, column)
        if column.required:
            rows.require(values[column.name], column.name)
    if table.name == "posts":
        given = values.get("time_precision", written)
        values["time_precision"] = given.zip_with(given.is_not_null(), written)
    for name in (*_PROVENANCE, *known):
        rows.take(name)
    kept = rows.take("extra")
    found = rows.rest()
    values["extra"] = _joined(kept, found)
    unknown = rows.unknown()
    return rows.chunk(table.name, {table.name: rows.build(values)}, unknown)


def _column(rows: Rows, table: Table, column: Column) -> pl.Series:
    name = column.name
    if name == "platform":
        return rows.platforms(name)
    if column.kind == "time":
        return rows.times(name, first=None if table.name in _ANY_PAST else FIRST)[0]
    if column.kind == "int":
        return rows.integers(name)
    if column.kind == "float":
        return rows.decimals(name)
    if column.kind == "bool":
        return rows.booleans(name)
    if column.kind == "list":
        return rows.lists(name)
    if name.endswith("_id"):
        return rows.ids(name)
    text = rows.take(name)
    if column.words:
        wrong = text.is_not_null() & ~text.is_in(list(column.words))
        rows.refuse(wrong, name, f"{{value}} is none of {', '.join(column.words)}.", text)
    return text


def _joined(kept: pl.Series, found: pl.Series) -> pl.Series:
    """The file's own `extra` with what its other columns add."""
    frame = pl.DataFrame({"kept": kept, "found": found})
    both = pl.concat_str(pl.col("kept").str.strip_suffix("}"), pl.lit(","), pl.col("found").str.strip_prefix("{"))
    return frame.select(
        pl.when(pl.col("kept").is_in(["{}"]))
        .then(pl.col("found"))
        .otherwise(pl.coalesce(both, pl.col("kept"), pl.col("found")))
        .alias("extra")
    )["extra"]


LOADER: Final = Loader(
    name="tables",
    title="Murmuration's own tables",
    platform="",
    timezone="UTC",
    sample="platform,post_id,author_id,created_at,text\nx,901656910939770881,2535564756,2017-08-27T00:05:34Z,hello",
    how_to_export="Any program that writes the tables of docs/contract.md as CSV, TSV, JSON lines or Parquet, each file"
    " named after its table: posts.csv, accounts.jsonl.gz, ownership.parquet.",
    recognise=recognise,
    read=read,
    apart=True,
)
