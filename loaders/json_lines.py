"""The lines of a file of JSON lines as bytes, and what to say of one that is none."""

from collections.abc import Iterator
from typing import BinaryIO, Final

import orjson

from loaders import text
from loaders.source import cut_short

_OVERLONG: Final = b"\xff"
"""Ends what is left of a line longer than text.MAX_LINE: no text has it."""


def lines(stream: BinaryIO, encoding: text.Encoding) -> Iterator[tuple[list[bytes], str | None]]:
    """Physical lines as UTF-8, many at a time, and with the last ones why the file ends where it should go on.

    Of UTF-8 nothing is decoded before the parser does.
    """
    if encoding.name != "utf-8":
        for part in text.lines(stream, encoding):
            yield [line.encode("utf-8", "surrogatepass") for line in part.lines], part.cut
        return
    stream.read(encoding.mark_length)
    rest = b""
    while block := stream.read(text.BLOCK):
        data = rest + block
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1  # the last \r may be half of an \r\n
        if not end and len(data) > text.MAX_LINE:
            rest = data[:2_000] + _OVERLONG  # what follows up to the line's end joins it, and is refused with it
            continue
        rest = data[end:]
        yield data[:end].splitlines(keepends=True), None
    yield rest.splitlines(keepends=True), cut_short(stream)


def unreadable(line: bytes, error: orjson.JSONDecodeError, torn: str | None) -> tuple[str, str]:
    """Why a line cannot be read, and the line."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return "The line holds bytes that are not valid text.", shown(line)
    reason = f"The file ends here too early: {torn}." if torn else f"The line is not JSON ({error.msg})."
    return reason, shown(line)


def shown(line: bytes) -> str:
    """A line as text, with what does not decode as the marks of loaders.text, which may stand there already."""
    try:
        return line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return line.decode("utf-8", "murmuration_mark")
