"""Bytes of a text export into lines, in the encoding it really has; bytes that do not decode are marked, never lost."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from loaders.source import HEAD, cut_short

BLOCK: Final = 4 * 2**20
# Lines handed over at once, so that a chunk stays within some 50,000 rows.
STEP: Final = 50_000
# A line longer than this is no record of any export known (the largest cells seen are 200 KB); it is refused whole.
MAX_LINE: Final = 16 * 2**20
# A valid multi-byte sequence hardly ever arises by chance in another encoding; ten for each broken byte means that the
# file is UTF-8 with damage, and not another encoding.
_UTF8_SHARE: Final = 10
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MARK: Final = "[\udc00-\udcff]"
"""What a byte that does not decode becomes: a lone surrogate, which no valid text holds."""
OVERLONG: Final = "\ud800"
"""Ends what is left of a line longer than MAX_LINE."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: one byte (one unit of UTF-16 or UTF-32) is marked and decoding goes on after it."""
    assert isinstance(error, UnicodeDecodeError)
    step = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}.get(error.encoding, 1)
    return chr(0xDC00 + error.object[error.start]), min(error.start + step, len(error.object))


codecs.register_error("murmuration_mark", _mark)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are text."""

    name: str
    mark_length: int
    """Bytes of the byte order mark to skip."""


@dataclass(slots=True)
class Lines:
    """Some physical lines of a file, line ends kept."""

    first: int
    """1-based number of the first."""
    data: bytes
    """As UTF-8. Not taken apart: who reads well-formed tables never needs text or single lines, which take longer than the
    reading."""
    errors: str
    """How Python decodes what is no UTF-8 in it to MARKs."""
    last: bool
    """Nothing follows."""
    cut: str | None = None
    """Why the file ends here although it should go on; the last line, if it has no end, is then a torn one."""

    @property
    def lines(self) -> list[str]:
        return parted(decoded(self.data, self.errors))


_NULS: Final = 64
"""NUL bytes among the first thousand, where it is not UTF-16: a table has a few at most, a picture is no text at all."""


def detect(head: bytes) -> Encoding:
    """The encoding of a file that begins with `head`: BOM, UTF-16 by its zeros, strict UTF-8, gb18030, cp1252."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, len(mark))
    if wide := _utf16(head[:4096]):
        return Encoding(wide, 0)
    if head[:1024].count(0) > _NULS:
        return Encoding("cp1252", 0)
    # The sample may end inside a character, so the end is not held against an encoding.
    if _decodes(head, "utf-8") or _mostly_utf8(head):
        return Encoding("utf-8", 0)
    if _decodes(head, "gb18030"):
        return Encoding("gb18030", 0)
    return Encoding("cp1252", 0)


def decode(head: bytes) -> str:
    """A sample as text, for recognition; a torn last character is left out."""
    encoding = detect(head)
    decoder = codecs.getincrementaldecoder(encoding.name)("murmuration_mark")
    return decoder.decode(head[encoding.mark_length :])


def lines(stream: BinaryIO, encoding: Encoding) -> Iterator[Lines]:
    r"""The file in blocks of whole physical lines; lines end with \n, \r\n or \r, as an editor counts them."""
    utf8 = encoding.name == "utf-8"
    errors = "murmuration_mark" if utf8 else "surrogatepass"
    decoder = codecs.getincrementaldecoder(encoding.name)("murmuration_mark")
    stream.read(encoding.mark_length)
    number, rest = 1, b""
    while block := stream.read(BLOCK):
        data = rest + (block if utf8 else decoder.decode(block).encode("utf-8", errors))
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1  # the last \r may be half of an \r\n
        if not end and len(data) > MAX_LINE:
            # What follows up to the line's end joins it, and is refused with it.
            rest = data[:2000] + OVERLONG.encode("utf-8", "surrogatepass")
            continue
        rest = data[end:]
        for part, lines_of in _steps(data[:end]):
            yield Lines(number, part, errors, last=False)
            number += lines_of
    rest += decoder.decode(b"", final=True).encode("utf-8", errors)
    yield Lines(number, rest, errors, last=True, cut=cut_short(stream))


def decoded(data: bytes, errors: str) -> str:
    """The text of some lines, with MARKs and OVERLONG where they belong."""
    text = data.decode("utf-8", errors)
    return text if errors == "surrogatepass" else text.replace("\udced\udca0\udc80", OVERLONG)


def damaged(text: str) -> bool:
    """Whether a text holds MARKs."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def ends(data: bytes) -> NDArray[np.intp]:
    """Where the line ends of some lines stand, of \r\n the \n. Ten times as fast as counting them in text."""
    signs = np.frombuffer(data, np.uint8)
    found = signs == 10
    if b"\r" in data:
        returns = signs == 13
        returns[:-1] &= ~found[1:]
        found |= returns
    return np.flatnonzero(found)


def count(data: bytes) -> int:
    """How many lines there are."""
    return len(ends(data)) + bool(data and not data.endswith((b"\n", b"\r")))


def parted(text: str) -> list[str]:
    """The lines of a text, line ends kept."""
    return list(io.StringIO(text, newline=""))


def _steps(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Whole lines, STEP at a time, and how many they are."""
    found = ends(data)
    for start in range(0, len(found), STEP):
        at = found[start - 1] + 1 if start else 0
        part = found[start : start + STEP]
        yield data[at : part[-1] + 1], len(part)


def shown(text: str) -> str:
    r"""Text for a person: bytes that did not decode as `\xNN`, NUL as `\x00`, at most 2,000 characters."""
    cleaned = "".join(f"\\x{ord(c) - 0xDC00:02x}" if "\udc00" <= c <= "\udcff" else c for c in text[:2000])
    return cleaned.replace("\0", "\\x00").encode("utf-8", "replace").decode("utf-8")[:2000]


def _utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: the header is ASCII, so every second byte of the beginning is zero."""
    first = head[:64]
    if len(first) < 8:
        return None
    even, odd = first[::2], first[1::2]
    if odd.count(0) > 0.7 * len(odd) and even.count(0) == 0:
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) == 0:
        return "utf-16-be"
    return None


def _decodes(head: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)("strict").decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(head: bytes) -> bool:
    text = head.decode("utf-8", "murmuration_mark")
    broken = sum("\udc00" <= c <= "\udcff" for c in text)
    valid = sum(c > "\x7f" for c in text) - broken
    return valid >= _UTF8_SHARE * broken
