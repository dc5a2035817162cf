"""One text as many hands would pass it on: word by word, with a few words changed, or with only its rare phrases kept."""

import re
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.clock import apart
from scenarios.grammar import Lexicon, Texts, tidy

_KEPT: Final = re.compile(r"\[([^\]]*)\]")
_EDGES: Final = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)
_DOUBLED: Final = re.compile(r"([.,，。:])(?:\s*[.,，。])+")
_LIGHT: Final = 0.15
"""Below this only emoji and marks differ; above it more and more of what stands between the rare phrases is replaced."""
_REPLACED: Final = 1.8  # per unit above _LIGHT: a quarter at .3, all at .7
_DROPPED: Final = 0.45  # above this one rare phrase of three may be missing

Pieces = list[tuple[str, bool]]
"""A text in pieces, with their marks and spaces, and whether each is a rare phrase, which rewriting keeps."""


def compose(words: Lexicon, rng: Generator, phrases: int = 3) -> Pieces:
    """A new text: rare phrases, and between them what people say."""
    pieces: Pieces = []
    stop, _ = _marks(words)
    for number, phrase in enumerate(words.draw("rare", phrases, rng)):
        if number:
            pieces.append((f"{stop}{words.one('filler', rng)}{stop}", False))
        pieces.append((tidy(str(phrase), words.language), True))
    return pieces


def template(text: str) -> Pieces:
    """Pieces of a text in which rare phrases stand in [brackets]."""
    pieces: Pieces = []
    end = 0
    for kept in _KEPT.finditer(text):
        pieces += [(text[end : kept.start()], False), (kept.group(1), True)]
        end = kept.end()
    pieces.append((text[end:], False))
    return [(piece, rare) for piece, rare in pieces if piece.strip()]


def copies(pieces: Pieces, n: int, level: float, words: Lexicon, rng: Generator) -> Texts:
    """`n` copies at `level` of rewriting (0-1). At 0 all are the same."""
    rng = apart(rng)
    made = np.empty(n, dtype=object)
    for copy in range(n):
        made[copy] = _copy(pieces, level, words, rng)
    return made


def _copy(pieces: Pieces, level: float, words: Lexicon, rng: Generator) -> str:
    stop, _ = _marks(words)
    replaced = np.clip((level - _LIGHT) * _REPLACED, 0, 1)
    rare = [place for place, (_, kept) in enumerate(pieces) if kept]
    missing = rare[int(rng.integers(len(rare)))] if len(rare) > 2 and rng.random() < level - _DROPPED else -1
    text = ""
    for place, (piece, kept) in enumerate(pieces):
        if place == missing:
            text += stop
        elif kept:
            text += piece
        elif rng.random() < replaced:
            text += f"{stop}{words.one('filler', rng)}{stop}"
        else:
            text += _reworded(piece, level, words, rng)
    if rng.random() < max(level - 0.4, 0):
        text = f"{words.one('filler', rng)}{stop}{text}"
    text = _DOUBLED.sub(r"\1", tidy(text, words.language)).strip(" ,，。.")
    text = text[:1].upper() + text[1:]
    if rng.random() < level:
        return f"{text} {words.one('emo', rng)}"
    return text + (str(rng.choice(["!", ".", "!!", "..."])) if rng.random() < level else "")


def _marks(words: Lexicon) -> tuple[str, str]:
    """What ends a sentence, and what stands between words."""
    return ("，", "") if words.language == "zh" else (". ", " ")


def _reworded(piece: str, level: float, words: Lexicon, rng: Generator) -> str:
    before, text, after = _EDGES.match(piece).groups()  # type: ignore[union-attr]  # matches anything
    for word, others in words.synonyms.items():
        if word in text and rng.random() < level:
            text = text.replace(word, str(rng.choice(others)), 1)
    if text and rng.random() < level / 2:
        text = f"{words.one('added', rng)}{_marks(words)[1]}{text}"
    return f"{before}{text}{after}"
