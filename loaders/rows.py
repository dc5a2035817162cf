"""One batch of an export on its way to contract rows: columns are taken by name, and what is left over is counted."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from loaders import columns, csvfile, snowflake
from loaders.ahead import each
from loaders.base import LoadError, Options, Source
from loaders.text import shown
from records import words
from records.chunk import Chunk, Refusal

LINE: Final = csvfile.LINE
NAMED: Final = "ids that stand for names"
UNZONED: Final = "times without a zone, read as"


@dataclass(frozen=True, slots=True)
class _Problem:
    mask: pl.Series
    column: str
    reason: str
    values: pl.Series | None


class Rows:
    """The columns of one batch, each taken once; rows with a value that cannot be read are refused in `chunk`."""

    def __init__(
        self, batch: csvfile.Batch, options: Options, timezone: str, found: pl.DataFrame | None = None
    ) -> None:
        """`found` are the cells as the file has them, for the quarantine, where `batch` has been rearranged."""
        self._found = batch.frame if found is None else found
        self.frame = batch.frame
        self.height = batch.frame.height
        # Where a page holds many items they share its line; until the chunk is made each goes by a number of its own.
        self._shared = batch.frame[LINE].n_unique() < self.height
        self.lines = pl.Series(LINE, range(self.height), dtype=pl.Int64) if self._shared else batch.frame[LINE]
        self.zone = columns.zone(options.timezone or timezone)
        self.notes: dict[str, int] = {}
        self._batch = batch
        self._names = {name.strip().lower(): name for name in reversed(batch.frame.columns) if name != LINE}
        self._taken: set[str] = set()
        self._problems: list[_Problem] = []
        self._ignored: dict[str, int] = {}
        self._left_out = pl.Series("", [False]).new_from_index(0, self.height)
        if batch.encoding != "utf-8" and batch.items:
            self.note(f"rows read as {batch.encoding}", batch.items)

    def has(self, *names: str) -> str | None:
        """The export's own spelling of the first of `names` it has."""
        return next((self._names[name.lower()] for name in names if name.lower() in self._names), None)

    def take(self, *names: str) -> pl.Series:
        """The first of `names` the export has, as text; all null where it has none."""
        found = self.has(*names)
        if found is None:
            return self.fill(None)
        self._taken.add(found)
        return self.frame[found]

    def fill(self, value: str | bool | None, kind: pl.DataType | None = None) -> pl.Series:
        """A column with one value for all rows."""
        dtype = kind or (pl.Boolean() if isinstance(value, bool) else pl.String())
        return pl.Series("", [value], dtype=dtype).new_from_index(0, self.height)

    def note(self, text: str, count: int) -> None:
        if count:
            self.notes[text] = self.notes.get(text, 0) + count

    def refuse(self, mask: pl.Series, column: str, reason: str, values: pl.Series | None = None) -> None:
        """Refuse the rows where `mask` is true; `{value}` in `reason` stands for what was found there."""
        if mask.any():
            self._problems.append(_Problem(mask.fill_null(False), column, reason, values))

    def ignore(self, mask: pl.Series, reason: str) -> None:
        """Leave out by design the rows where `mask` is true: they are counted under `reason`, and never refused."""
        fresh = mask.fill_null(False) & ~self._left_out
        if fresh.any():
            self._ignored[reason] = self._ignored.get(reason, 0) + int(fresh.sum())
            self._left_out = self._left_out | fresh

    def require(self, values: pl.Series, column: str) -> pl.Series:
        """Refuse rows without this value."""
        self.refuse(values.is_null(), column, f"There is no {column}.")
        return values

    def ids(self, *names: str) -> pl.Series:
        raw = self.take(*names)
        values, bad = columns.ids(raw)
        self._refuse_value(bad, names, raw, "is an id that a spreadsheet has rounded; export it again as text")
        return values

    def times(
        self, *names: str, formats: tuple[tuple[str, str], ...] = (), first: datetime | None = columns.FIRST
    ) -> tuple[pl.Series, pl.Series]:
        """Instants and how precisely they are written; unreadable, skipped and impossible ones refuse the row."""
        raw = self.take(*names)
        found = columns.times(raw, self.zone, formats, first)
        self._refuse_value(found.bad, names, raw, "is no time that can be read; write it as 2015-10-01 12:30:00")
        self._refuse_value(
            found.gap, names, raw, f"does not exist in {self.zone}, where the clocks jumped over it; check --timezone"
        )
        self._refuse_value(found.outside, names, raw, "lies before 2000 or after 2100")
        if found.naive:
            self.note(f"{UNZONED} {self.zone}", found.naive)
        return found.values, found.precision

    def times_or_ids(
        self, *names: str, ids: pl.Series, clock: Callable[[pl.Series], pl.Series]
    ) -> tuple[pl.Series, pl.Series]:
        """Like `times`; where the export has none, the time in the row's id by `clock` (of loaders.snowflake)."""
        values, precision = self.times(*names)
        raw = columns.known(self.take(*names))
        # A time that is there and cannot be read stays refused, whatever the id says.
        taken = clock(ids).zip_with(raw.is_null(), pl.Series([None], dtype=values.dtype).new_from_index(0, self.height))
        used = taken.is_not_null()
        self.note(snowflake.TAKEN, int(used.sum()))
        return values.zip_with(~used, taken), precision.zip_with(~used, self.fill("second"))

    def integers(self, *names: str) -> pl.Series:
        raw = self.take(*names)
        values, bad = columns.integers(raw)
        self._refuse_value(bad, names, raw, "is no whole number of 0 or more")
        return values

    def decimals(self, *names: str) -> pl.Series:
        raw = self.take(*names)
        values, bad = columns.decimals(raw)
        self._refuse_value(bad, names, raw, "is no number")
        return values

    def rounded(self, *names: str) -> pl.Series:
        """Decimal numbers as the nearest whole ones."""
        raw = self.take(*names)
        values, bad = columns.decimals(raw)
        whole = values.round().cast(pl.Int64, strict=False)
        self._refuse_value(
            bad | (values.is_not_null() & whole.is_null()), names, raw, "is no number that can be counted"
        )
        return whole

    def booleans(self, *names: str) -> pl.Series:
        raw = self.take(*names)
        values, bad = columns.booleans(raw)
        self._refuse_value(bad, names, raw, "is neither true nor false")
        return values

    def lists(self, *names: str, blanks: bool = False) -> pl.Series:
        raw = self.take(*names)
        values, bad = columns.lists(raw, blanks)
        self._refuse_value(bad, names, raw, "is no list; write a JSON array, or put | between the items")
        return values

    def platforms(self, *names: str) -> pl.Series:
        """The contract's words for platforms, however they are spelt; other names refuse the row."""
        raw = self.take(*names)
        distinct = raw.drop_nulls().unique().to_list()
        values = raw.replace_strict(distinct, [words.platform(name) for name in distinct], return_dtype=pl.String)
        self._refuse_value(raw.is_not_null() & values.is_null(), names, raw, "is no platform; see docs/contract.md")
        return values

    def unknown(self) -> list[str]:
        """Columns of the export nobody took."""
        return [name for name in self.frame.columns if name not in self._taken and name != LINE]

    def rest(self, *also: str, of: pl.Series | None = None) -> pl.Series:
        """What no contract column holds, as JSON: the columns nobody took, and those named in `also`; `of` these rows."""
        named = [name for item in also if (name := self.has(item))]
        frame = self.frame if of is None else self.frame[of]
        return columns.as_json(frame, list(dict.fromkeys([*named, *self.unknown()])))

    def only(self, *names: str) -> pl.Series:
        """Those of the named columns the export has, as JSON."""
        return columns.as_json(self.frame, [name for item in names if (name := self.has(item))])

    def build(self, values: Mapping[str, pl.Series]) -> pl.DataFrame:
        """Columns of one table beside their source lines."""
        return pl.DataFrame([series.alias(name) for name, series in values.items()] + [self.lines])

    def profiles(self, values: Mapping[str, pl.Series]) -> pl.DataFrame:
        """Rows of `accounts` seen beside other items: each distinct one once, without those that lack an id."""
        frame = self.build(values)
        named = [name for name in values if name not in ("platform", "account_id")]
        known = pl.any_horizontal(pl.col(name).is_not_null() for name in named)
        return frame.filter(pl.col("account_id").is_not_null() & known).unique(
            list(values), keep="first", maintain_order=True
        )

    def chunk(self, primary: str, frames: Mapping[str, pl.DataFrame], unknown: Sequence[str] | None = None) -> Chunk:
        """The batch as a chunk: refused rows leave every frame, ignored ones the primary one. Call it when every column
        has been taken."""
        bad = self.fill(False)
        reasons: dict[int, tuple[str, str]] = {}
        for problem in self._problems:
            for row in (problem.mask & ~bad & ~self._left_out).arg_true().to_list():
                value = "" if problem.values is None else repr(str(problem.values[row])[:80])
                reasons[row] = (problem.column, problem.reason.replace("{value}", value))
            bad = bad | (problem.mask & ~self._left_out)
        ignored = dict(self._batch.ignored)
        for sentence, count in self._ignored.items():
            ignored[sentence] = ignored.get(sentence, 0) + count
        refused = list(self._batch.refused)
        own = self._found.drop(LINE)
        for row, (column, reason) in sorted(reasons.items()):
            cells = own.row(row)
            if not any(cells):  # a row of delimiters only holds nothing that could be lost
                ignored["blank row"] = ignored.get("blank row", 0) + 1
                continue
            refused.append(Refusal(int(self._batch.frame[LINE][row]), column, reason, shown(_as_csv(cells))))
        kept = dict(frames)
        if reasons:
            lines = self.lines.filter(bad).implode()
            kept = {name: frame.filter(~pl.col(LINE).is_in(lines)) for name, frame in frames.items()}
        if self._ignored:
            lines = self.lines.filter(self._left_out).implode()
            kept[primary] = kept[primary].filter(~pl.col(LINE).is_in(lines))
        if self._shared:
            own_lines = self._batch.frame[LINE]
            kept = {name: frame.with_columns(own_lines.gather(frame[LINE])) for name, frame in kept.items()}
        return Chunk(
            rows=self._batch.items,
            primary=primary,
            frames={name: frame for name, frame in kept.items() if frame.height or name == primary},
            refused=refused,
            ignored=ignored,
            columns_unknown=frozenset(self.unknown() if unknown is None else unknown),
            notes=self.notes,
        )

    def _refuse_value(self, mask: pl.Series, names: tuple[str, ...], raw: pl.Series, reason: str) -> None:
        if mask.any():
            self.refuse(mask, self.has(*names) or names[0], f"{{value}} {reason}.", raw)


def read(
    source: Source,
    options: Options,
    title: str,
    timezone: str,
    required: Sequence[str | tuple[str, ...]],
    convert: Callable[[Rows], Chunk],
) -> Iterator[Chunk]:
    """A CSV file chunk by chunk. Each of `required` is a column that must be there, or some of which one must.

    Raises LoadError, saying what the file holds instead, where one is not.
    """
    names, batches = csvfile.read(source)
    check(source, names, title, required)
    yield from each(lambda batch: convert(Rows(batch, options, timezone)), batches)


def check(source: Source, names: Sequence[str], title: str, required: Sequence[str | tuple[str, ...]]) -> None:
    """Raise LoadError unless the header `names` has what `title` cannot do without."""
    have = {name.lower() for name in names}
    for item in required:
        choices = (item,) if isinstance(item, str) else item
        if not any(choice.lower() in have for choice in choices):
            wanted = " or ".join(repr(choice) for choice in choices)
            # A broken quotation mark can make a whole page of text a column's name.
            shown_names = ", ".join(" ".join(name.split())[:60] for name in names[:8]) + (
                ", ..." if len(names) > 8 else ""
            )
            raise LoadError(
                f"{source.name} is not {title}: it has no column {wanted}; its columns are {shown_names}. "
                "Leave --format out, or map them with --map column=field."
            )


def known_platform(options: Options, default: str) -> str:
    """The platform the user named, in the contract's word, else the default. Raises LoadError."""
    if options.platform is None:
        return default
    word = words.platform(options.platform)
    if word is None:
        raise LoadError(f"{options.platform!r} is no platform; use one of {', '.join(words.PLATFORMS)} or other:NAME.")
    return word


def names_for_ids(rows: Rows, ids: pl.Series, handles: pl.Series) -> pl.Series:
    """Account ids; where one is missing `name:` and the handle stand in, and are counted."""
    missing = ids.is_null() & handles.is_not_null()
    rows.note(NAMED, int(missing.sum()))
    return ids.zip_with(~missing, "name:" + handles) if missing.any() else ids


def _as_csv(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().rstrip("\r\n")
