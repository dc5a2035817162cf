"""Items of a JSON export as batches of text columns: lines, one array, or one document with the items inside it.

So that nested formats are read by the same rules as CSV: a loader says which path of an item is which column.
"""

import codecs
import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import ijson
import orjson

from loaders import json_lines
from loaders import text as texts
from loaders.base import LoadError, Options, Source
from loaders.csvfile import LINE, Batch
from loaders.jsonfile import Table
from loaders.portion import OWN, Portion
from loaders.rows import Rows, check
from loaders.source import HEAD, cut_short
from records.chunk import Chunk, Refusal

Item = dict[str, Any]

# Items of one batch.
_STEP: Final = 20_000
# Items parsed before they become cells: with all their fields posts take some 5 KB each as Python objects, and so many are
# still in the processor's cache when they are taken apart.
_GROUP: Final = 200
# Parts of a file's text (texts.BLOCK) that make a batch, where its items are so large that fewer than a batch's fit.
_PARTS: Final = 2


Take = Callable[[list[Item], list[int]], None]
"""Gets some items and the lines they begin on."""


@dataclass(slots=True)
class _Block:
    """What is known of some items when they have been handed over to `take`, _GROUP at a time."""

    take: Take
    count: int = 0
    refused: list[Refusal] = field(default_factory=list)
    blank: int = 0
    encoding: str = "utf-8"
    items: list[Item] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, number: int, value: Any, suspect: str) -> None:
        if not isinstance(value, dict):
            self.refuse(number, "The item is JSON but not an object.", str(value))
        elif suspect and _holds_nul(value):
            self.refuse(number, "The item holds NUL bytes.", suspect if suspect != "?" else str(value))
        else:
            self.count += 1
            self.items.append(value)
            self.lines.append(number)
            if len(self.items) == _GROUP:
                self.done()

    def refuse(self, number: int, reason: str, text: str) -> None:
        self.refused.append(Refusal(number, "", reason, texts.shown(text.rstrip("\r\n"))))

    def done(self) -> "_Block":
        """Hand over what is left."""
        if self.items:
            self.take(self.items, self.lines)
            self.items, self.lines = [], []
        return self


def read(
    source: Source,
    options: Options,
    title: str,
    timezone: str,
    *,
    paths: Mapping[str, str],
    required: Sequence[str | tuple[str, ...]],
    convert: Callable[[Rows], Chunk],
    where: str = "",
    expand: Callable[[Item], list[Item]] | None = None,
    unknown: Collection[str] = (),
) -> Iterator[Chunk]:
    """The export chunk by chunk.

    `paths`: column -> dotted path inside an item (`author.public_metrics.followers_count`); objects and lists become
    JSON text, numbers and truth values their text. Keys of an item that no path begins with are columns of their own.
    `required`: columns (or alternatives) that must occur in the first batch. `where`: ijson prefix of the items inside
    one document (`messages.item`). `expand`: the items of a page. `unknown`: keys that `expand` finds and has no use for, as they
    stand when a chunk is made, which names them. Raises LoadError where there is not one item, or a required column
    occurs in none.
    """
    table, looked = Table(paths), False

    def take(found: list[Item], lines: list[int]) -> None:
        if expand is not None:
            found, lines = _expanded(found, lines, expand)
        table.add(found, lines)

    blocks = _blocks(source, where, OWN, take)
    while True:
        with _undisturbed():
            if (block := next(blocks, None)) is None:
                return
            frame, table = table.frame(), Table(paths)
        if (
            OWN.first and not looked and not frame.height and block.refused
        ):  # one document on many lines, or another kind of file
            raise LoadError(f"{source.name} is not {title}: not one item can be read. {block.refused[0].reason}")
        if OWN.first and not looked and frame.height:
            filled = [name for name in frame.columns if name != LINE and frame[name].null_count() < frame.height]
            check(source, filled, title, required)
            looked = True
        ignored = {"blank row": block.blank} if block.blank else {}
        chunk = convert(Rows(Batch(frame, block.refused, ignored, block.encoding), options, timezone))
        chunk.columns_unknown |= frozenset(unknown)
        yield chunk


def _expanded(
    pages: list[Item], lines: list[int], expand: Callable[[Item], list[Item]]
) -> tuple[list[Item], list[int]]:
    found = [expand(page) for page in pages]
    counted = [line for line, page in zip(lines, found, strict=True) for _ in page]
    return [item for page in found for item in page], counted


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No search for cycles meanwhile: what JSON holds has none, and Python would go through all of it again and again as it
    grows, for a third of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def events(source: Source) -> Iterator[tuple[str, str, Any]]:
    """What stands where in one document: path, event and value as ijson names them, up to where it breaks off.

    For what must be known of a document before its items are read; building nothing, it holds nothing.
    """
    with source.open() as stream:
        encoding = texts.detect(stream.read(HEAD))
    with closing(source.open()) as stream:
        stream.read(encoding.mark_length)
        try:
            yield from ijson.parse(_utf8(stream, encoding), use_float=True)
        except (ijson.JSONError, UnicodeError):
            return  # the reading proper says where and why


def objects(source: Source, where: str = "") -> Iterator[Item]:
    """Every item once, for what must be known of all of them before one is read. Raises LoadError as `read` does."""
    held: list[Item] = []

    def take(found: list[Item], lines: list[int]) -> None:
        held.extend(found)

    blocks = _blocks(source, where, Portion(), take)
    while True:
        with _undisturbed():
            if next(blocks, None) is None:
                return
        yield from held
        held.clear()


def _blocks(source: Source, where: str, portion: Portion, take: Take) -> Iterator[_Block]:
    with source.open() as stream:
        head = stream.read(HEAD)
    encoding = texts.detect(head)
    text = texts.decode(head).lstrip()
    if not text:
        raise LoadError(f"{source.name} is empty; export it again.")
    if text[0] not in "{[":
        raise LoadError(f"{source.name} is no JSON: it begins with {text[:20]!r}.")
    seen = 0
    if text[0] == "[":
        found = _document(source, encoding, where if where.startswith("item.") else "item", portion, take)
    elif where and not _is_line(text, where):
        found = _document(source, encoding, where, portion, take)
    else:
        found = _lines(source, encoding, portion, take)
    for block in found:
        if not (block.count or block.refused or block.blank):
            continue
        seen += block.count + len(block.refused)
        block.encoding = encoding.name
        yield block
    if portion.first and not seen and not portion.shared:
        raise LoadError(f"{source.name} holds no items{f' under {where}' if where else ''}; export it again.")


def _is_line(text: str, where: str) -> bool:
    """Whether the first line is an item of its own, and not a document (or its beginning) that holds the items."""
    try:
        value = orjson.loads(text.split("\n", 1)[0].encode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict) and where.split(".", 1)[0] not in value


def _lines(source: Source, encoding: texts.Encoding, portion: Portion, take: Take) -> Iterator[_Block]:
    """A block for each batch of lines of this portion; those of others are counted and not parsed."""
    number = 1
    with closing(source.open()) as stream:
        for turn, (lines, cut) in enumerate(_batched(json_lines.lines(stream, encoding))):
            if portion.takes(turn):
                yield _parsed(lines, number, cut, take)
            number += len(lines)


def _batched(parts: Iterator[tuple[list[bytes], str | None]]) -> Iterator[tuple[list[bytes], str | None]]:
    """Lines _STEP at a time, or _PARTS parts where they are long; with the last why it is torn, if it is."""
    held: list[bytes] = []
    count, torn = 0, None
    for lines, cut in parts:
        held, count, torn = held + lines, count + 1, cut if lines else None
        while len(held) > _STEP:
            yield held[:_STEP], None
            held, count = held[_STEP:], 1
        if count == _PARTS and not cut:
            yield held, None
            held, count = [], 0
    yield held, torn


def _parsed(lines: list[bytes], first: int, torn: str | None, take: Take) -> _Block:
    """The items of some lines, the first of which is line `first` of the file."""
    block = _Block(take)
    for number, line in enumerate(lines, first):
        if line.isspace():
            block.blank += 1
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            last = torn if line is lines[-1] else None
            block.refuse(number, *json_lines.unreadable(line, error, last))
        else:
            block.add(number, value, json_lines.shown(line) if b"\\u0000" in line else "")
    return block.done()


def _document(source: Source, encoding: texts.Encoding, prefix: str, portion: Portion, take: Take) -> Iterator[_Block]:
    turn, block, number = 0, _Block(take), 0
    mine = portion.takes(turn)
    with closing(source.open()) as stream:
        stream.read(encoding.mark_length)
        try:
            for value in ijson.items(_utf8(stream, encoding), prefix, use_float=True):
                number += 1
                if mine:
                    block.add(number, value, "?")
                if number % _STEP == 0:
                    if mine:
                        yield block.done()
                    turn, block = turn + 1, _Block(take)
                    mine = portion.takes(turn)
        except (ijson.JSONError, UnicodeError) as error:
            cut = cut_short(stream)
            reason = cut or str(error).splitlines()[0]
            block.refuse(number + 1, f"The file cannot be read from here on: {reason}.", "")
    if mine:
        yield block.done()


def _utf8(stream: BinaryIO, encoding: texts.Encoding) -> Any:
    return stream if encoding.name == "utf-8" else _Recoded(stream, encoding.name)


class _Recoded:
    """A stream's bytes as UTF-8. Raises UnicodeError where they do not decode."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")

    def read(self, size: int) -> bytes:
        if not size:
            return b""  # the parser asks so whether this is text or bytes
        data = self._stream.read(size)
        return self._decoder.decode(data, final=not data).encode() or (data and self.read(size))


def _holds_nul(value: Any) -> bool:
    try:
        if b"\\u0000" not in orjson.dumps(value):
            return False
    except TypeError:  # an integer beyond 64 bits, half a character, or nested too deep for it
        pass
    return _has_nul(value)  # what was found may be a backslash before u0000


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_has_nul(inner) for inner in value)
