"""Posts side by side: which words of each repeat in the others, so that a reader sees what was copied and what not."""

import re
from collections import Counter
from itertools import pairwise
from typing import Final

Segments = list[tuple[str, bool]]
"""Pieces of one text in order, joined they are the text; True where the piece repeats."""

RUN: Final = 3
"""Tokens in a row that must be the same: two are common in any language, and whole short texts are compared below."""
SHARE: Final = 0.1
"""Of the other texts in which a run must stand, and in one at least: marks what a family shares, not what two happen
to share among five hundred."""
MOST: Final = 20_000
"""Characters of one text that are looked at; the rest is shown unmarked."""

# Scripts written without spaces: a token is one character. Han, kana, Thai, Lao, Khmer, Myanmar.
_UNSPACED: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_TOKEN: Final = re.compile(rf"[{_UNSPACED}]|https?://\S+|[@#]?[^\W_{_UNSPACED}]+(?:['’][^\W_{_UNSPACED}]+)*")


def mark_repeats(texts: list[str]) -> list[Segments]:
    """For each text its pieces, marked where at least RUN tokens in a row also stand in other texts.

    Tokens are words, or characters in scripts without spaces; case and punctuation do not count. A text of fewer
    tokens is marked whole where another text has the same tokens. Links, mentions and hashtags are tokens.
    """
    spans = [[found.span() for found in _TOKEN.finditer(text, 0, MOST)] for text in texts]
    tokens = [[text[begin:end].casefold() for begin, end in places] for text, places in zip(texts, spans, strict=True)]
    standing: Counter[tuple[str, ...]] = Counter()
    for row in tokens:
        standing.update(set(_runs(row)))
    # The text itself is one of those counted.
    least = 1 + max(1, int((len(texts) - 1) * SHARE))
    marked = []
    for text, places, row in zip(texts, spans, tokens, strict=True):
        repeated = [False] * len(row)
        for begin, run in enumerate(_runs(row)):
            if standing[run] >= least:
                repeated[begin : begin + len(run)] = [True] * len(run)
        marked.append(_segments(text, places, repeated))
    return marked


def _runs(row: list[str]) -> list[tuple[str, ...]]:
    """Every RUN tokens in a row; a shorter text is one run of its own."""
    if not row:
        return []
    return [tuple(row[begin : begin + RUN]) for begin in range(max(1, len(row) - RUN + 1))]


def _segments(text: str, places: list[tuple[int, int]], repeated: list[bool]) -> Segments:
    """Pieces of `text`; what stands between two repeated tokens belongs to them."""
    edges = [0]
    before = False
    for (begin, end), mark in zip(places, repeated, strict=True):
        if mark and before:
            edges[-1] = end
        elif mark:
            edges += [begin, end]
        before = mark
    edges.append(len(text))
    # Pieces alternate, the first and the last are not marked, and may be empty.
    pieces = [(text[begin:end], bool(place % 2)) for place, (begin, end) in enumerate(pairwise(edges))]
    return [piece for piece in pieces if piece[0]]
