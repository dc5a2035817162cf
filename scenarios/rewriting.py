"""One text as many hands would pass it on: word by word, with a few words changed, or with only its rare phrases kept."""

import re
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.grammar import Lexicon, Texts, tidy

_KEPT: Final = re.compile(r"\[([^\]]*)\]")
_LIGHT: Final = 0.15
"""Below this only emoji and marks differ; above it more and more of what stands between the rare phrases is replaced."""
_REPLACED: Final = 1.8  # per unit above _LIGHT: a quarter at .3, all at .7
_DROPPED: Final = 0.45  # above this one rare phrase of three may be missing


def compose(words: Lexicon, rng: Generator, phrases: int = 3) -> list[tuple[str, bool]]:
    """A new text: pieces and whether each is a rare phrase (kept in rewriting), rare phrases and fillers by turns."""
    pieces: list[tuple[str, bool]] = []
    for number, phrase in enumerate(words.draw("rare", phrases, rng)):
        pieces.append((tidy(str(phrase)), True))
        if number < phrases - 1:
            pieces.append((words.one("filler", rng), False))
    return pieces


def template(text: str) -> list[tuple[str, bool]]:
    """Pieces of a text in which rare phrases stand in [brackets]."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for kept in _KEPT.finditer(text):
        pieces += [(text[end : kept.start()], False), (kept.group(1), True)]
        end = kept.end()
    pieces.append((text[end:], False))
    return [(piece.strip(), rare) for piece, rare in pieces if piece.strip()]


def copies(pieces: list[tuple[str, bool]], n: int, level: float, words: Lexicon, rng: Generator) -> Texts:
    """`n` copies at `level` of rewriting (0-1). At 0 all are the same."""
    chinese = words.language == "zh"
    joint = "，" if chinese else ". "
    made = np.empty(n, dtype=object)
    replaced = np.clip((level - _LIGHT) * _REPLACED, 0, 1)
    rare = [place for place, (_, kept) in enumerate(pieces) if kept]
    for copy in range(n):
        parts = []
        missing = rare[int(rng.integers(len(rare)))] if len(rare) > 2 and rng.random() < level - _DROPPED else -1
        for place, (piece, kept) in enumerate(pieces):
            if place == missing:
                continue
            if kept:
                parts.append(piece)
            elif rng.random() < replaced:
                parts.append(words.one("filler", rng))
            else:
                parts.append(_reworded(piece, level, words, rng))
        if rng.random() < max(level - 0.4, 0):
            parts.insert(int(rng.integers(len(parts) + 1)), words.one("filler", rng))
        text = joint.join(part.strip(" .，。") for part in parts)
        text = text[:1].upper() + text[1:]
        if rng.random() < level:
            text = f"{text} {words.one('emo', rng)}"
        elif rng.random() < level:
            text += str(rng.choice(["!", ".", "!!", "..."]))
        made[copy] = text
    return made


def _reworded(piece: str, level: float, words: Lexicon, rng: Generator) -> str:
    for word, others in words.synonyms.items():
        if word in piece and rng.random() < level:
            piece = piece.replace(word, str(rng.choice(others)), 1)
    if words.language != "zh" and " " in piece and rng.random() < level / 2:
        tokens = piece.split()
        del tokens[int(rng.integers(len(tokens)))]
        piece = " ".join(tokens)
    return piece
