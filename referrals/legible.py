"""Text of strangers for people to read: what steers a screen or a printer is shown as a sign instead of obeyed."""

import unicodedata
from typing import Final

_KEPT: Final = "\n\u200c\u200d"
"""Line ends, and the joiners that Persian, Hindi and emoji need."""


def legible(text: str, most: int | None = None) -> str:
    """`text` with control characters as their pictures and invisible ones by their numbers; cut to `most` characters."""
    if most is not None and len(text) > most:
        text = text[: most - 1] + "…"
    text = text.replace("\r\n", "\n").replace("\t", " ")
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in _KEPT else _shown(letter) for letter in text)


def _shown(letter: str) -> str:
    number = ord(letter)
    if number < 0x20:
        return chr(0x2400 + number)
    if unicodedata.category(letter) in ("Zs", "Zl", "Zp"):
        return " "
    return f"‹U+{number:04X}›"
