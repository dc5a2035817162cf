"""What a whole crowd says word for word without copying it from a post, and what is not priced for that reason."""

from typing import Final

import polars as pl

from detectors.texts import wording
from detectors.texts.text import ALPHABETIC, IDEOGRAPHIC, SYLLABIC

# The longest thing people say word for word without copying it from a post: greetings and condolences have up to ten
# words ("wishing everyone a happy and safe new year with family"), sixteen Chinese or some forty-five Thai characters.
# A kana is a syllable where a Chinese character is mostly a word of one: two say what it says, and the Japanese new
# year's greeting with its second sentence has thirty characters, five of them Chinese.
_SET_PHRASE: Final = (
    (rf"^[{IDEOGRAPHIC}--{SYLLABIC}]", 1 / 16),
    (rf"^[{SYLLABIC}]", 1 / 32),
    (rf"^[{ALPHABETIC}]", 1 / 45),
    (rf"^{wording.WORD}$", 1 / 10),
)
_INTERRUPTS: Final = (wording.LINK, wording.MENTION, wording.BREAK, wording.EMPTY_LINE)


def part() -> pl.Expr:
    """`plain`: what part of the longest set phrase a piece is; 0 for marks, null for what interrupts one."""
    found = pl.lit(0.0)
    for pattern, share in _SET_PHRASE:
        found = pl.when(pl.col("piece").str.contains(pattern)).then(share).otherwise(found)
    return pl.when(pl.col("piece").is_in(_INTERRUPTS)).then(None).otherwise(found).alias("plain")


def dearest(parts: list[float | None], bits: list[float]) -> float:
    """The dearest plain stretch that may be a set phrase. `parts` says what part of the longest set phrase each piece
    is (0 for marks); None ends a stretch."""
    best = length = cost = 0.0
    begin = 0
    for at, share in enumerate(parts):
        if share is None:
            begin, length, cost = at + 1, 0.0, 0.0
            continue
        length += share
        cost += bits[at]
        while length > 1 + 1e-9:
            length -= parts[begin] or 0.0
            cost -= bits[begin]
            begin += 1
        best = max(best, cost)
    return best
