"""Identifiers found in free text however they are written, and covered: ids, handles and addresses of people.

An identifier is met in any width, case and composition, with invisible characters between its letters, percent-encoded
or as HTML entities. It would rather cover a word too much than let a name through.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Final
from urllib.parse import unquote

import polars as pl

CERTAIN: Final = 8
"""From this length on an identifier is covered wherever it stands, inside longer words too; shorter ones stand alone."""
TOO_SHORT: Final = 4
"""Below this length only where an @ or a slash stands before it: `the` is a word, `@the` a name."""
DIGITS_TOO_SHORT: Final = 5
"""The same for numbers: `2026` is a year."""
_ENCODED: Final = re.compile(r"\S*(?:%[0-9A-Fa-f]{2}|&#?\w{2,8};)\S*")


@cache
def _invisible() -> dict[int, None]:
    """Format characters and marks: nobody reads a name by them. Built once, in some 0.3 s."""
    points = range(0x110000)
    return {point: None for point in points if unicodedata.category(chr(point)) in ("Cf", "Mn", "Me")}


def folded(text: str) -> str:
    """`text` as identifiers are compared: one width, one case, without marks and invisible characters."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return text.translate(_invisible())


def _unspaced(letter: str) -> bool:
    """Whether `letter` is of a script that writes without spaces, where a name has no edges."""
    return any(
        low <= letter <= high
        for low, high in (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u3040", "\u30ff"),
                          ("\u1100", "\u11ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7af"), ("\U00020000", "\U0003ffff"))
    )  # fmt: skip


class Mask:
    """Covers identifiers in texts; made once for many texts."""

    def __init__(self, hide: Mapping[str, str], keep: Iterable[str] = ()) -> None:
        """`hide`: identifier to what stands in its place. `keep`: identifiers left standing, and what is inside them."""
        self.keep = {folded(word) for word in keep}
        self.hide = {folded(word): instead for word, instead in hide.items()}
        self.hide = {word: instead for word, instead in self.hide.items() if word.strip() and word not in self.keep}
        self.keep = {word for word in self.keep if word.strip()}
        self._patterns = pl.Series([sorted(self.hide.keys() | self.keep)], dtype=pl.List(pl.String))

    def texts(self, texts: Collection[str]) -> list[str]:
        """Every text with what is hidden covered, in the order given."""
        given = list(texts)
        if not self.hide or not given:
            return given
        given = self._decoded(given)
        plain = pl.Series([folded(text) for text in given], dtype=pl.String)
        places = plain.str.find_many(self._patterns, overlapping=True)
        words = plain.str.extract_many(self._patterns, overlapping=True)
        for number in (places.list.len() > 0).arg_true().to_list():
            given[number] = self._covered(
                given[number], plain[number], places[number].to_list(), words[number].to_list()
            )
        return given

    def text(self, text: str) -> str:
        return self.texts([text])[0]

    def _decoded(self, texts: list[str]) -> list[str]:
        """Encoded words that hide an identifier written as what they mean, so that it can be covered."""
        encoded = {word for text in texts if "%" in text or "&" in text for word in _ENCODED.findall(text)}
        if not encoded:
            return texts
        meant = {word: html.unescape(unquote(word)) for word in sorted(encoded)}
        plain = pl.Series([folded(text) for text in meant.values()], dtype=pl.String)
        hits = plain.str.find_many(self._patterns, overlapping=True).list.len() > 0
        hiding = {word for word, hit in zip(meant, hits, strict=True) if hit}
        return [_ENCODED.sub(lambda found: meant[found[0]] if found[0] in hiding else found[0], text) for text in texts]

    def _covered(self, text: str, plain: str, places: list[int], words: list[str]) -> str:
        # Polars counts bytes of the folded text; from bytes to its characters, and from those to the text's own.
        at_byte = range(len(plain)) if plain.isascii() else _offsets(plain)
        spans = [(at_byte[place], at_byte[place] + len(word), word) for place, word in zip(places, words, strict=True)]
        spans = [span for span in spans if _stands(plain, *span)]
        kept = [(start, end) for start, end, word in spans if word in self.keep]
        hidden = [
            (start, end, self.hide[word])
            for start, end, word in sorted(spans, key=lambda span: (span[0], -span[1]))
            if word in self.hide and not any(low <= start and end <= high for low, high in kept)
        ]
        if not hidden:
            return text
        origin: Sequence[int] = range(len(text))
        if not text.isascii():
            origin = [n for n, letter in enumerate(text) for _ in (letter if letter < "\x80" else folded(letter))]
        pieces, done = [], 0
        for start, end, instead in hidden:
            first, last = origin[start], origin[end - 1] + 1
            if first < done:  # overlaps what is covered already
                done = max(done, last)
                continue
            pieces += [text[done:first], instead]
            done = last
        return "".join([*pieces, text[done:]])


def _offsets(text: str) -> dict[int, int]:
    """Byte offset in UTF-8 to character offset."""
    found, byte = {}, 0
    for number, letter in enumerate(text):
        found[byte] = number
        byte += len(letter.encode("utf-8", "surrogatepass"))
    return found


def _stands(text: str, start: int, end: int, word: str) -> bool:
    """Whether an identifier met at `start` is one, and no part of an ordinary word or number."""
    if len(word) >= CERTAIN:
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    if _glued(before, word[0]) or _glued(word[-1], after):
        return False
    short = DIGITS_TOO_SHORT if word.isdigit() else 2 if any(map(_unspaced, word)) else TOO_SHORT
    return len(word) >= short or before in ("@", "/")


def _glued(one: str, two: str) -> bool:
    """Whether two neighbours belong to one word."""
    if not one or not two or _unspaced(one) or _unspaced(two):
        return False
    return (one.isalnum() or one == "_") and (two.isalnum() or two == "_")
