"""The pack as PDF for people and courts: what the HTML page says, set by Typst with fonts that come with the program.

The bytes depend on the pack alone: no font of the machine is used, and the document's date is the pack's.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from unicodedata import name

import fontpkg_lato
import orjson
import pylopdf_fonts_ar
import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

from referrals.base import STEM, Format, Pack, nothing
from referrals.legible import legible
from referrals.paper import paper
from referrals.pictures import network_picture, timeline_picture

MOST: Final = 1_000
"""Rows of each annex that are printed, some hundred pages; further ones are counted and stand in the other files."""
LONGEST: Final = 120
"""Letters of a name that are printed: no platform allows as many, and one account must not take ten pages."""
_TEMPLATE: Final = Path(__file__).parent.parent / "templates" / "referral.typ"
_LATIN: Final = Path(fontpkg_lato.__file__).parent / "files"
_FILES: Final = (
    _LATIN / "Lato-Regular.ttf", pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_ar.sans_path(),
)  # fmt: skip
_FAMILIES: Final = ("Lato", "Noto Sans SC", "Noto Sans Arabic")
# What joins or colours signs without being one; beside a sign written as its name it has nothing to join.
_JOINERS: Final = "\u200c\u200d\ufe0e\ufe0f"

ROOM: Final = 12.0
"""Ems a word may be wide: the narrowest column of strangers' words has 12.3, and an id of 19 digits, 11.0, stays whole."""
_WORD: Final = re.compile(r"[^\s/\u4e00-\u9fff]{8,}")
# Ours, with room of their own, and to be copied whole.
_WHOLE: Final = ("sha256", "proof")


def write(pack: Pack, folder: Path) -> list[Path]:
    path = folder / f"{STEM}.pdf"
    told = paper(pack)
    for row in (*told["accounts"], *told["victims"]):
        row |= {name: legible(row[name], LONGEST) for name in ("handle", "name")}
    for rows in ("accounts", "victims", "posts"):
        told[f"{rows}_left"] = _left(len(told[rows]), rows)
        told[rows] = told[rows][:MOST]
    made = datetime.fromisoformat(pack.created)
    told |= {"fonts": _FAMILIES, "year": made.year, "month": made.month, "day": made.day}
    told = _each(told, lambda text: _breakable(_drawable(text)))
    told["pictures"] = [
        {"svg": _drawable(str(svg)), "says": says}
        for svg, says in filter(None, (timeline_picture(pack), network_picture(pack)))
    ]
    typst.compile(  # type: ignore[misc]
        _TEMPLATE.read_bytes(),
        output=path,
        sys_inputs={"pack": orjson.dumps(told).decode()},
        font_paths=sorted({str(file.parent) for file in _FILES}),
        ignore_system_fonts=True,
        timestamp=int(made.timestamp()),
    )
    return [path]


def _left(count: int, rows: str) -> str:
    return f"{count - MOST:,} further {rows} are in the other files of this pack." if count > MOST else ""


@cache
def drawn() -> dict[int, float]:
    """Every character one of the fonts has a shape for, with its width in ems."""
    widths: dict[int, float] = {}
    for file in _FILES:
        with TTFont(file, lazy=True) as font:
            em, advances = font["head"].unitsPerEm, font["hmtx"]
            for code, glyph in font.getBestCmap().items():
                widths.setdefault(code, advances[glyph][0] / em)
    return widths


def _drawable(text: str) -> str:
    """Signs no font has a shape for, such as emoji, as their names: an empty box would say nothing."""
    known = drawn()
    if all(ord(letter) in known or letter == "\n" for letter in text):
        return text
    return "".join(letter if ord(letter) in known or letter == "\n" else _named(letter) for letter in text)


def _breakable(text: str) -> str:
    """Places to break in words that would run over the next column, where a stranger's words could pass for ours."""
    return _WORD.sub(lambda word: _parted(word[0]), text)


def _parted(word: str) -> str:
    widths = [drawn()[ord(letter)] for letter in word]
    if sum(widths) <= ROOM:
        return word
    parts, run = [], 0.0
    for letter, width in zip(word, widths, strict=True):
        run += width
        if run > ROOM:
            parts.append("\u200b")
            run = width
        parts.append(letter)
    return "".join(parts)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with every string in it changed but those that are to stay whole."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: one if key in _WHOLE else _each(one, change) for key, one in value.items()}
    return [_each(one, change) for one in value] if isinstance(value, list | tuple) else value


def _named(letter: str) -> str:
    return "" if letter in _JOINERS else f"‹{name(letter, f'U+{ord(letter):04X}').lower()}›"


FORMAT: Final = Format(
    name="pdf",
    title="the same as the page for people, for printing, sending and filing",
    suffix=".pdf",
    write=write,
    lacks=nothing,
)
