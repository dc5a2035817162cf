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
from loaders.jsonfile import at_paths
from loaders.rows import Rows, check
from loaders.source import HEAD, cut_short
from records.chunk import Chunk, Refusal

Item = dict[str, Any]

# Items of one batch; posts with all their fields take some 5 KB each as Python objects.
_STEP: Final = 20_000
# Parts of a file's text (texts.BLOCK) that make a batch, where its items are so large that fewer than a batch's fit.
_PARTS: Final = 4
_LINES: Final = 20
"""Lines looked at for the paths of a sample."""


@dataclass(slots=True)
class _Block:
    items: list[Item] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    blank: int = 0
    encoding: str = "utf-8"


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
    looked = False
    blocks = _blocks(source, where)
    while True:
        with _undisturbed():
            if (block := next(blocks, None)) is None:
                return
            items, lines = block.items, block.lines
            if expand is not None:
                items, lines = _expanded(items, lines, expand)
            if not looked and not items and block.refused:  # one document on many lines, or another kind of file
                raise LoadError(f"{source.name} is not {title}: not one item can be read. {block.refused[0].reason}")
            frame, some = at_paths(items, lines, paths), bool(items)
            # Before anything else is done: while they live every search goes through them, and they are the most of memory.
            block.items = items = []
        if not looked and some:
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


def paths_of(head: bytes) -> frozenset[str]:
    """Dotted paths of a JSON file that begins with `head`, lists as `.item`; those of an item in an array or of a line
    begin at the item. Empty where it is no JSON."""
    text = texts.decode(head)
    found: set[str] = set()
    for line in [line for line in text.split("\n") if line.strip()][:_LINES]:
        try:
            value = orjson.loads(line)
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            break
        if not isinstance(value, dict):
            break
        _walk(value, "", found)
    if not found:
        try:
            # Without use_float a number of thousands of digits ends the whole process, and a large exponent an error.
            for prefix, _, _ in ijson.parse(text.encode("utf-8", "replace"), multiple_values=True, use_float=True):
                found.add(prefix)
        except (ijson.JSONError, UnicodeDecodeError):
            pass  # the sample ends inside the document, an escape stands for half a character, or a number for none
    stripped = {path.removeprefix("item.") for path in found}
    return frozenset(path for path in stripped if path not in ("", "item"))


def _walk(value: Any, path: str, found: set[str]) -> None:
    found.add(path)
    if isinstance(value, dict):
        for key, inner in value.items():
            _walk(inner, f"{path}.{key}" if path else key, found)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, f"{path}.item" if path else "item", found)


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
    blocks = _blocks(source, where)
    while True:
        with _undisturbed():
            block = next(blocks, None)
        if block is None:
            return
        yield from block.items


def _blocks(source: Source, where: str) -> Iterator[_Block]:
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
        found = _document(source, encoding, where if where.startswith("item.") else "item")
    elif where and not _is_line(text, where):
        found = _document(source, encoding, where)
    else:
        found = _lines(source, encoding)
    for block in found:
        if not (block.items or block.refused or block.blank):
            continue
        seen += len(block.items) + len(block.refused)
        block.encoding = encoding.name
        yield block
    if not seen:
        raise LoadError(f"{source.name} holds no items{f' under {where}' if where else ''}; export it again.")


def _is_line(text: str, where: str) -> bool:
    """Whether the first line is an item of its own, and not a document (or its beginning) that holds the items."""
    try:
        value = orjson.loads(text.split("\n", 1)[0].encode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict) and where.split(".", 1)[0] not in value


def _lines(source: Source, encoding: texts.Encoding) -> Iterator[_Block]:
    block, number, parts = _Block(), 0, 0
    with closing(source.open()) as stream:
        for lines, cut in json_lines.lines(stream, encoding):
            for line in lines:
                number += 1
                if line.isspace():
                    block.blank += 1
                    continue
                try:
                    value = orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    torn = cut if line is lines[-1] else None
                    _refuse(block, number, *json_lines.unreadable(line, error, torn))
                else:
                    _take(block, number, value, json_lines.shown(line) if b"\\u0000" in line else "")
                if len(block.items) == _STEP:
                    yield block
                    block, parts = _Block(), 0
            parts += 1
            if parts == _PARTS:
                yield block
                block, parts = _Block(), 0
    yield block


def _document(source: Source, encoding: texts.Encoding, prefix: str) -> Iterator[_Block]:
    block, number = _Block(), 0
    with closing(source.open()) as stream:
        stream.read(encoding.mark_length)
        try:
            for value in ijson.items(_utf8(stream, encoding), prefix, use_float=True):
                number += 1
                _take(block, number, value, "?")
                if len(block.items) == _STEP:
                    yield block
                    block = _Block()
        except (ijson.JSONError, UnicodeError) as error:
            cut = cut_short(stream)
            reason = cut or str(error).splitlines()[0]
            _refuse(block, number + 1, f"The file cannot be read from here on: {reason}.", "")
    yield block


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


def _take(block: _Block, number: int, value: Any, suspect: str) -> None:
    if not isinstance(value, dict):
        _refuse(block, number, "The item is JSON but not an object.", str(value))
    elif suspect and _holds_nul(value):
        _refuse(block, number, "The item holds NUL bytes.", suspect if suspect != "?" else str(value))
    else:
        block.items.append(value)
        block.lines.append(number)


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


def _refuse(block: _Block, number: int, reason: str, text: str) -> None:
    block.refused.append(Refusal(number, "", reason, texts.shown(text.rstrip("\r\n"))))
