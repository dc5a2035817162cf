"""Any CSV or JSON lines whose columns a user has mapped to the contract's with --map column=field."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

import polars as pl

from loaders import csvfile, jsonfile, rows, tables
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.csvfile import LINE, Batch
from loaders.source import HEAD
from records import words
from records.chunk import Chunk, Refusal
from records.tables import TABLES, Table, conform

HANDLE: Final = "handle"
"""A field of posts besides the contract's: the author's handle, which stands in where the export has no account id."""
PREVIEW_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What a mapping makes of the beginning of a file."""

    table: str
    fields: dict[str, str]
    """Each column of the export and where it goes: `posts.text`, or `extra`."""
    frame: pl.DataFrame
    """The first rows as they would be kept, columns that stay empty left out."""
    refused: list[Refusal]
    """What would go to the quarantine among them, with reasons."""


def recognise(sample: Sample) -> int:
    return 0  # only a user can know what these columns mean


def read(source: Source, options: Options) -> Iterator[Chunk]:
    """The file as one table. Raises LoadError where the mapping names a column or field that is not there."""
    names, batches = _open(source)
    table, fields, constants = plan(source.name, names, options)
    for batch in batches:
        yield _convert(batch, table, fields, constants, options)


def preview(source: Source, options: Options) -> Preview:
    """The first twenty rows under `options.mapping`. Raises LoadError as `read` does."""
    names, batches = _open(source)
    table, fields, constants = plan(source.name, names, options)
    frame, refused = pl.DataFrame(), list[Refusal]()
    for batch in islice(batches, 1):
        short = Batch(batch.frame.head(PREVIEW_ROWS), batch.refused[:PREVIEW_ROWS], encoding=batch.encoding)
        chunk = _convert(short, table, fields, constants, options)
        frame, refused = conform(table.name, chunk.frames[table.name]), chunk.refused
    filled = [column for column in frame.columns if frame[column].null_count() < frame.height]
    places = {name: f"{table.name}.{fields[name]}" if name in fields else "extra" for name in names}
    return Preview(table.name, places, frame.select(filled), refused)


def plan(file: str, names: tuple[str, ...], options: Options) -> tuple[Table, dict[str, str], dict[str, str]]:
    """The table, column -> field, and field -> constant that a mapping means.

    `column=field` or `column=table.field`; a platform's name in place of a column (`x=platform`) is that platform for
    every row. Columns that already bear a field's name need no mapping. Raises LoadError.
    """
    if not options.mapping:
        raise LoadError(f"{file}: say what its columns mean, as in --map column=field; they are {', '.join(names)}.")
    wanted = {column.strip(): field.strip() for column, field in options.mapping.items()}
    prefixes = {field.partition(".")[0] for field in wanted.values() if "." in field}
    if len(prefixes) > 1 or prefixes - set(TABLES):
        raise LoadError(
            f"One file is mapped to one table of {', '.join(TABLES)}; this mapping names {sorted(prefixes)}."
        )
    table = TABLES[prefixes.pop()] if prefixes else TABLES["posts"]
    allowed = [*table.names, HANDLE] if table.name == "posts" else table.names
    by_lower = {name.lower(): name for name in names}
    fields: dict[str, str] = {}
    constants: dict[str, str] = {}
    for column, target in wanted.items():
        field = target.rpartition(".")[2]
        if field not in allowed:
            raise LoadError(f"{table.name} has no field {field!r}; its fields are {', '.join(allowed)}.")
        if column.lower() in by_lower:
            fields[by_lower[column.lower()]] = field
        elif field == "platform" and words.platform(column):
            constants[field] = words.platform(column) or ""
        else:
            raise LoadError(f"{file} has no column {column!r}; its columns are {', '.join(names)}.")
    taken = [*fields.values(), *constants]
    if len(set(taken)) < len(taken):
        raise LoadError(f"Two columns of {file} are mapped to the same field; map each field once.")
    for name in names:
        if name not in fields and name.lower() in allowed and name.lower() not in taken:
            fields[name] = name.lower()
    if "platform" in table.names and "platform" not in (*fields.values(), *constants):
        constants["platform"] = rows.known_platform(options, "")
    _complete(file, table, {*fields.values(), *(name for name, value in constants.items() if value)})
    return table, fields, constants


def _complete(file: str, table: Table, have: set[str]) -> None:
    if table.name == "posts":  # both can be made from the rest
        have |= {"post_id"} | ({"author_id"} if HANDLE in have else set())
    for column in table.columns:
        if column.required and column.name not in have:
            hint = "--map x=platform for X" if column.name == "platform" else f"--map column={column.name}"
            raise LoadError(f"{file}: no column is mapped to {column.name}, which {table.name} needs; add {hint}.")


def _open(source: Source) -> tuple[tuple[str, ...], Iterator[Batch]]:
    with source.open() as stream:
        head = stream.read(HEAD)
    if names := jsonfile.keys_of(head):
        return names, jsonfile.read_lines(source)
    return csvfile.read(source)


def _convert(
    batch: Batch, table: Table, fields: Mapping[str, str], constants: Mapping[str, str], options: Options
) -> Chunk:
    # Columns with a field's name that are mapped elsewhere, or whose place is taken, must not be taken for it.
    clash = {name: f"{name} (not mapped)" for name in batch.frame.columns if name not in fields and name in table.names}
    present = {name: field for name, field in fields.items() if name in batch.frame.columns}
    frame = batch.frame.rename({**clash, **present})
    frame = frame.with_columns(pl.lit(value).alias(field) for field, value in constants.items() if value)
    if table.name == "posts":
        frame = _completed(frame)
    renamed = Batch(frame, batch.refused, batch.ignored, batch.encoding)
    chunk = tables.convert(rows.Rows(renamed, options, LOADER.timezone, batch.frame), table, {HANDLE})
    if HANDLE in frame.columns and table.name == "posts":
        posts = chunk.frames["posts"].select("platform", pl.col("author_id").alias("account_id"), LINE)
        people = posts.join(frame.select(HANDLE, LINE).drop_nulls(), on=LINE, maintain_order="left")
        chunk.frames["accounts"] = people.unique(["platform", "account_id", HANDLE], keep="first", maintain_order=True)
        if "author_id" not in fields.values():
            chunk.notes[rows.NAMED] = posts.height
    return chunk


def _completed(frame: pl.DataFrame) -> pl.DataFrame:
    """Posts with an author made of the handle and an id made of the row, where the export has none."""
    if "author_id" not in frame.columns and HANDLE in frame.columns:
        frame = frame.with_columns(pl.concat_str(pl.lit("name:"), HANDLE).alias("author_id"))
    if "post_id" in frame.columns:
        return frame
    cells = frame.drop(LINE).select(pl.concat_str(pl.all().fill_null(""), separator="\x1f")).to_series()
    ids = [hashlib.blake2b(value.encode(), digest_size=10).hexdigest() for value in cells.to_list()]
    return frame.with_columns(pl.Series("post_id", ids, dtype=pl.String))


LOADER: Final = Loader(
    name="mapped",
    title="a table mapped with --map",
    platform="",
    timezone="UTC",
    sample="when,who,what\n2024-01-01 12:00,somebody,hello",
    how_to_export="Any CSV or JSON lines: name the contract's field for each column, such as --map when=created_at --map"
    " who=handle --map what=text --map x=platform. Columns left out stay in `extra`. A table other than posts is named"
    " before the field: --map name=accounts.handle.",
    recognise=recognise,
    read=read,
)
