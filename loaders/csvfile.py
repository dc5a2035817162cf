"""CSV as people really have it, row by row with exact line numbers; a row that is broken is refused, and only that."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from loaders import csvquick
from loaders import text as texts
from loaders.ahead import ahead
from loaders.base import LoadError, Source
from loaders.source import HEAD
from records.chunk import Refusal

DELIMITERS: Final = (",", "\t", ";", "|")
# One cell with line breaks in it may span this much; beyond, the quotation mark that opened it was a mistake. Facebook
# posts have up to 63,206 characters, articles of WeChat some 200 KB.
MAX_RECORD_LINES: Final = 5_000
MAX_RECORD_CHARS: Final = 4 * 2**20
# Rows looked at when the delimiter is guessed.
_SNIFF: Final = 25
LINE: Final = "_source_line"

csv.field_size_limit(texts.MAX_LINE * 2)  # Python's own limit of 131,072 characters is below real cells

_UNCLOSED: Final = "A quotation mark opens a cell on this line and does not close it."
_BLANK: Final = "blank row"


@dataclass(slots=True)
class Batch:
    """Some rows of a table of text. items == frame.height + len(refused) + sum(ignored.values())."""

    frame: pl.DataFrame
    """One String column for each of the header, empty cells null, and Int64 `_source_line`."""
    refused: list[Refusal] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    encoding: str = "utf-8"

    @property
    def items(self) -> int:
        return self.frame.height + len(self.refused) + sum(self.ignored.values())


@dataclass(slots=True)
class Parsed:
    """What one block of lines gave."""

    rows: list[list[str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    blank: int = 0
    rest: int = 0
    """Index of the first line that belongs to a record which the next block may complete."""


def header_of(head: bytes) -> tuple[tuple[str, ...], str]:
    """Column names and delimiter of a file that begins with `head`; no names where it is no table."""
    found = texts.decode(head)
    lines = [line for line in io.StringIO(found, newline="") if line.strip()]
    if not lines or "\0" in lines[0]:
        return (), ","
    if len(head) == HEAD and len(lines) > 1:
        lines.pop()  # torn by the end of the sample
    best: tuple[float, tuple[str, ...], str] = (0.0, (), ",")
    for delimiter in DELIMITERS:
        try:
            # Fewer lines where they are long: the guess needs the shape, not the contents.
            rows = [row for _, row in zip(range(_SNIFF), csv.reader(lines, delimiter=delimiter), strict=False)]
        except csv.Error:
            continue
        if not rows:
            continue
        width = len(rows[0])
        alike = sum(len(row) == width for row in rows) / len(rows)
        if width > 1 and width * alike > best[0]:
            best = (width * alike, _names(rows[0]), delimiter)
    if not best[1]:
        return _names([lines[0].rstrip("\r\n")]), ","
    return best[1], best[2]


def read(source: Source) -> tuple[tuple[str, ...], Iterator[Batch]]:
    """Header and batches of a CSV, TSV, `;` or `|` file in whatever encoding. Raises LoadError where it is empty."""
    with source.open() as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise LoadError(f"{source.name} is empty; export it again.")
    names, delimiter = header_of(head)
    if not names:
        raise LoadError(f"{source.name} is not a table; export it as CSV.")
    return names, ahead(_batches(source, texts.detect(head), names, delimiter))


def _batches(source: Source, encoding: texts.Encoding, names: tuple[str, ...], delimiter: str) -> Iterator[Batch]:
    width = len(names)
    carried = b""
    seen_header = False
    rows = 0
    with closing(source.open()) as stream:
        for block in texts.lines(stream, encoding):
            first = block.first - texts.count(carried)
            data = carried + block.data
            if not seen_header:
                below = data.lstrip(b"\r\n")  # blank lines above the header are no items
                first += texts.count(data[: len(data) - len(below)])
                data = below
            torn = b""
            if block.cut and not data.endswith((b"\n", b"\r")):
                end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
                data, torn = data[:end], data[end:]
            quick = csvquick.records(data, first, width, delimiter)
            ready, used = quick or (None, 0)
            rest = data[used:]
            text = texts.decoded(rest, block.errors)
            lines = texts.parted(text)
            at = first + texts.count(data[:used]) if lines else first
            found = _parse(lines, at, width, delimiter, final=block.last)
            carried = b"".join(rest.splitlines(keepends=True)[found.rest :])
            if texts.damaged(text) or "\0" in text:
                _drop_unreadable(found, encoding.name, delimiter)
            if not seen_header and (ready is not None or found.rows or found.refused):
                seen_header = True
                if ready is not None:
                    ready = ready[1:]
                elif found.rows and (not found.refused or found.starts[0] < found.refused[0].line):
                    del found.rows[0], found.starts[0]
                else:
                    del found.refused[0]
            if block.cut:
                line = block.first + texts.count(block.data) - bool(torn)
                reason = f"The file ends here too early: {block.cut}."
                found.refused.append(Refusal(line, "", reason, texts.shown(texts.decoded(torn, block.errors))))
            batch = Batch(_frame(names, found, ready), found.refused, {_BLANK: found.blank} if found.blank else {})
            batch.encoding = encoding.name
            rows += batch.items - found.blank
            if batch.items:
                yield batch
    if not rows:
        raise LoadError(f"{source.name} has a header and no rows; there is nothing to load.")


def _parse(lines: list[str], first: int, width: int, delimiter: str, final: bool) -> Parsed:
    """Records of `lines`, the first of which is line `first` of the file.

    A record that is still open at the end is left to the next block, unless this is the `final` one or the record has
    grown beyond all records. Each time a record proves broken its first line alone is refused and reading goes on with
    the next. No line is read as the inside of a cell more than once or twice, so this stays linear: a line that opens a
    cell by mistake also ends the mistake of the line before it.
    """
    quick = _parse_clean(lines, first, width, delimiter)
    if quick is not None:
        return quick
    found = Parsed(rest=len(lines))
    at = 0
    while at < len(lines):
        walker: Any = iter(lines)
        walker.__setstate__(at)  # a list iterator can begin anywhere, so that nothing is copied
        reader = csv.reader(walker, delimiter=delimiter, strict=True)
        base, reason = at, ""
        try:
            for row in reader:
                after = base + reader.line_num
                if len(row) == width:
                    found.rows.append(row)
                    found.starts.append(first + at)
                elif not row:
                    found.blank += 1
                elif after - at > 1:
                    reason = _UNCLOSED
                    break
                else:
                    reason = f"{_cells(len(row))} where the header has {width}."
                    found.refused.append(Refusal(first + at, "", reason, texts.shown(lines[at].rstrip("\r\n"))))
                    reason = ""
                at = after
        except csv.Error as error:
            after = base + reader.line_num
            if "end of data" in str(error):
                size = (
                    sum(len(line) for line in lines[at:]) if len(lines) - at <= MAX_RECORD_LINES else MAX_RECORD_CHARS
                )
                if not final and size < MAX_RECORD_CHARS:
                    found.rest = at
                    return found
                reason = _UNCLOSED
            elif after - at > 1:
                reason = _UNCLOSED
            else:
                reason = "A quotation mark stands inside a quoted cell without being doubled."
        if reason:
            found.refused.append(Refusal(first + at, "", reason, texts.shown(lines[at].rstrip("\r\n"))))
            at += 1
    return found


def _parse_clean(lines: list[str], first: int, width: int, delimiter: str) -> Parsed | None:
    """All of `lines` at C speed where each is one good record; None where any is not."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    if len(rows) != len(lines) or any(len(row) != width for row in rows):
        return None
    return Parsed(rows, list(range(first, first + len(rows))), rest=len(lines))


def _drop_unreadable(found: Parsed, encoding: str, delimiter: str) -> None:
    """Refuse the rows that hold bytes which did not decode, NUL bytes or an endless line."""
    rows, starts = [], []
    for row, start in zip(found.rows, found.starts, strict=True):
        joined = delimiter.join(row)
        reason = ""
        if texts.OVERLONG in joined:
            reason = f"The line is longer than {texts.MAX_LINE >> 20} MiB."
        elif not _encodes(joined):
            reason = f"The row holds bytes that are not valid {encoding.upper()}."
        elif "\0" in joined:
            reason = "The row holds NUL bytes."
        if reason:
            found.refused.append(Refusal(start, "", reason, texts.shown(joined)))
        else:
            rows.append(row)
            starts.append(start)
    found.rows, found.starts = rows, starts


def _encodes(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _frame(names: tuple[str, ...], found: Parsed, ready: pl.DataFrame | None) -> pl.DataFrame:
    """The rows as columns: those of `ready`, and those of `found`, which stand below them."""
    parts = [] if ready is None else [ready.rename(dict(zip(ready.columns, (*names, LINE), strict=True)))]
    if found.rows or not parts:
        columns = list(zip(*found.rows, strict=True)) if found.rows else [()] * len(names)
        frame = pl.DataFrame(
            [pl.Series(name, values, dtype=pl.String) for name, values in zip(names, columns, strict=True)]
        )
        parts.append(
            frame.with_columns(
                [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names]
                + [pl.Series(LINE, found.starts, dtype=pl.Int64)]
            )
        )
    return pl.concat(parts)


def _names(cells: list[str]) -> tuple[str, ...]:
    """Column names of a header: trimmed, empty and repeated ones numbered so that every column keeps its values."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        cell = cell if _encodes(cell) else texts.shown(cell)  # bytes that did not decode
        name = cell.strip().strip("\ufeff") or f"column {number}"
        while name in names or name == LINE:
            name += f" ({number})"
        names.append(name)
    return tuple(names)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
