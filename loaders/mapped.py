"""Any CSV or JSON lines whose columns a user has mapped to the contract's with --map column=field or a mapping file."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders import dates, found, rows, tables
from loaders.base import Loader, Options, Sample, Source
from loaders.csvfile import LINE, Batch
from loaders.opening import beginning, open_table
from loaders.plan import AUTHOR, EXTRA, NAMED_BY, IncompleteError, Plan, plan
from records.chunk import Chunk, Refusal
from records.tables import Column, conform

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
    """The file as one table. Raises LoadError where the mapping names a column or field that is not there, or where
    dates are written in numbers and nobody said which comes first."""
    names, batches = open_table(source)
    planned = plan(source.name, names, options)
    for number, batch in enumerate(batches):
        if not number and not options.dates:
            _settled(source.name, batch.frame, planned)
        yield _convert(batch, planned, options)


def preview(source: Source, options: Options) -> Preview:
    """The first twenty rows under `options.mapping`. Raises LoadError as `read` does."""
    names, batches = open_table(source)
    planned = plan(source.name, names, options)
    table, batch = planned.table, beginning(batches, PREVIEW_ROWS)
    if not options.dates:
        _settled(source.name, batch.frame, planned)
    short = Batch(batch.frame.head(PREVIEW_ROWS), batch.refused[:PREVIEW_ROWS], encoding=batch.encoding)
    chunk = _convert(short, planned, options)
    frame, refused = conform(table.name, chunk.frames[table.name]), chunk.refused
    if "accounts" in chunk.frames and table.name == "posts":
        people = chunk.frames["accounts"].drop("platform", "account_id", "observed_at", strict=False)
        people = people.rename({name: f"author.{name}" for name in people.columns if name != LINE})
        frame = frame.join(people, on=LINE, how="left", maintain_order="left")
    filled = [column for column in frame.columns if frame[column].null_count() < frame.height]
    places = dict.fromkeys(names, EXTRA)
    for field, columns in planned.fields.items():
        for column in columns:
            place = f"{table.name}.{field}" if field not in AUTHOR else field
            place += f" (joined: {' + '.join(columns)})" if len(columns) > 1 else ""
            places[column] = place if places[column] == EXTRA else f"{places[column]}, {place}"
    return Preview(table.name, places, frame.select(filled), refused)


def _kind(planned: Plan, field: str) -> Column:
    return AUTHOR[field] if field in AUTHOR else planned.table.column(field)


def _settled(file: str, frame: pl.DataFrame, planned: Plan) -> None:
    """Raise LoadError where a column of times holds dates like 03/04/2024, which mean two days."""
    for field, columns in planned.fields.items():
        column = next((name for name in columns if name in frame.columns), None)
        if _kind(planned, field).kind != "time" or column is None:
            continue
        order = dates.order(frame[column])
        if order is not None:
            example = frame[column].filter(dates.numeric(frame[column])["first"].is_not_null())[0]
            say = f"--dates {order}" if order else " or ".join(f"--dates {choice}" for choice in dates.ORDERS)
            raise IncompleteError(
                f"{file}: {column} holds dates such as {example[:40]!r}; say which number comes first: {say}."
            )


def _convert(batch: Batch, planned: Plan, options: Options) -> Chunk:
    frame = _renamed(batch.frame, planned, options)
    table = planned.table
    if table.name in NAMED_BY:
        frame = _named(frame, *NAMED_BY[table.name])
    if table.name == "posts" and "post_id" not in frame.columns:
        frame = frame.with_columns(_made_ids(batch.frame))
    taken = rows.Rows(Batch(frame, batch.refused, batch.ignored, batch.encoding), options, LOADER.timezone, batch.frame)
    people = {field: _typed(taken, field, column) for field, column in AUTHOR.items() if field in frame.columns}
    chunk = tables.convert(taken, table, people)
    if table.name in NAMED_BY:
        ids = chunk.frames[table.name][NAMED_BY[table.name][0]]
        if named := int(ids.str.starts_with("name:").sum()):
            chunk.notes[rows.NAMED] = named
    if table.name == "posts":
        _enrich(chunk, people, taken.lines)
    return chunk


def _enrich(chunk: Chunk, people: dict[str, pl.Series], lines: pl.Series) -> None:
    """What stands inside the texts, and what the rows say of their authors."""
    posts = chunk.frames["posts"]
    for name, find in (("hashtags", found.hashtags), ("urls", found.urls)):
        if name not in posts.columns and "text" in posts.columns:
            posts = posts.with_columns(find(posts["text"]).alias(name))
    if "mentions" not in posts.columns and "text" in posts.columns:
        posts = posts.with_columns(found.named(found.mentions(posts["text"])).alias("mentions"))
    chunk.frames["posts"] = posts
    if people:
        said = pl.DataFrame([values.alias(AUTHOR[field].name) for field, values in people.items()] + [lines])
        own = [AUTHOR[field].name for field in people]
        seen = [pl.col("collected_at").alias("observed_at")] if "collected_at" in posts.columns else []
        account = posts.select("platform", pl.col("author_id").alias("account_id"), *seen, LINE)
        accounts = account.join(said, on=LINE, maintain_order="left").filter(
            pl.any_horizontal(pl.col(name).is_not_null() for name in own)
        )
        distinct = [name for name in accounts.columns if name != LINE]
        chunk.frames["accounts"] = accounts.unique(distinct, keep="first", maintain_order=True)


def _renamed(frame: pl.DataFrame, planned: Plan, options: Options) -> pl.DataFrame:
    """The batch with its columns named after fields; those that are no field keep their names beside them."""
    fields = {field: columns for field, columns in planned.fields.items() if set(columns) <= set(frame.columns)}
    made = []
    for field, columns in fields.items():
        column = _kind(planned, field)
        value = pl.col(columns[0])
        if len(columns) > 1 and field.endswith("_id"):
            # A mark that no part holds, and every part: half an id is none.
            value = pl.concat_str(columns, separator="/")
        elif len(columns) > 1:
            joined = pl.concat_str(columns, separator=" ", ignore_nulls=True)  # a date without its hour is still one
            value = pl.when(joined != "").then(joined)
        series = frame.select(value.alias(field)).to_series()
        if column.name == "handle":  # the @ before a name is no part of it: mentions have none
            series = series.str.strip_prefix("@")
        made.append(dates.plain(series, options.dates) if column.kind == "time" else series)
    used = {column for columns in fields.values() for column in columns}
    taken = {*planned.table.names, *AUTHOR, *planned.constants}
    for name in frame.columns:
        if name not in used:  # one that bears a field's name without being it must not be taken for it
            made.append(frame[name].alias(f"{name} (not mapped)" if name.lower() in taken else name))
    constants = [pl.lit(value).alias(field) for field, value in planned.constants.items()]
    return pl.DataFrame(made).with_columns(constants)


def _typed(taken: rows.Rows, field: str, column: Column) -> pl.Series:
    if column.kind == "time":
        return taken.times(field)[0]
    if column.kind == "int":
        return taken.integers(field)
    return taken.booleans(field) if column.kind == "bool" else taken.take(field)


def _named(frame: pl.DataFrame, field: str, handle: str) -> pl.DataFrame:
    """`name:` and the handle for ids that the export lacks."""
    if handle not in frame.columns:
        return frame
    known = pl.col(field) if field in frame.columns else pl.lit(None, pl.String)
    return frame.with_columns(pl.coalesce(known, pl.concat_str(pl.lit("name:"), handle)).alias(field))


def _made_ids(as_found: pl.DataFrame) -> pl.Series:
    """Ids for posts that have none, of the row as the file has it: a corrected mapping must not make other posts."""
    # Each value with its column's name, in the order of names: what a row says is the same in any order of columns, and
    # whatever keys other lines have.
    said = [pl.concat_str(pl.lit(f"{name}\x1e"), name) for name in sorted(as_found.columns) if name != LINE]
    cells = as_found.select(pl.concat_str(said, separator="\x1f", ignore_nulls=True)).to_series()
    ids = [hashlib.blake2b(value.encode(), digest_size=10).hexdigest() for value in cells.to_list()]
    return pl.Series("post_id", ids, dtype=pl.String)


LOADER: Final = Loader(
    name="mapped",
    title="a table mapped with --map",
    platform="",
    timezone="UTC",
    sample="when,who,what\n2024-01-01 12:00,somebody,hello",
    how_to_export="Any CSV or JSON lines. `murmur load FILE --preview` guesses what its columns mean and says the command"
    " that loads it; --map when=created_at --map who=handle --map what=text --platform x says it yourself, and --mapping"
    " FILE.toml uses a mapping that was kept. A table other than posts is named before the field: --map"
    " name=accounts.handle.",
    recognise=recognise,
    read=read,
)
