"""Sentences made of rules and word lists: thousands of texts at once, in three languages, for either party.

A text is drawn from `words/LANGUAGE.toml`: a rule is a list of forms, a form may hold `{rules}` within words; `{Rule}`
begins with a capital, `{rule?}` is left out half of the time. Early words of a list are more frequent than late ones, as
in any language.
"""

import re
import tomllib
import zlib
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.random import Generator

LANGUAGES: Final = ("en", "fr", "zh")
TOPICS: Final = ("sport", "music", "transport", "food", "tech", "garden", "film", "city", "politics")
SIDES: Final = ("a", "b")
EVENT: Final = "<event>"
SITE: Final = "<site>"
TOWN: Final = "<town>"
NAME: Final = "<name>"
SOURCE: Final = "<source>"

_WORDS: Final = Path(__file__).parent / "words"
_SLOT: Final = re.compile(r"\{(\w+)(\??)\}")
_RARE_NAMES: Final = 500
_LONG_LIST: Final = 12  # words; shorter lists are forms of one thing, and all as likely

Texts = np.ndarray[Any, np.dtype[np.object_]]
Part = str | tuple[str, bool, bool]
"""Words, or (rule, begins with a capital, may be left out)."""


class Lexicon:
    """The rules of one language, one side's parties and one topic."""

    def __init__(self, language: str, rules: dict[str, list[str]], synonyms: dict[str, list[str]]) -> None:
        self.language = language
        self.synonyms = synonyms
        self._forms = {name: [_parts(form, rules) for form in forms] for name, forms in rules.items()}
        self._plain = {
            name: np.array([form[0] if form else "" for form in forms], dtype=object)
            for name, forms in self._forms.items()
            if all(len(form) < 2 and all(isinstance(part, str) for part in form) for form in forms)
        }
        self._sums = {name: _sums(len(forms), name in self._plain) for name, forms in self._forms.items()}

    def draw(self, rule: str, n: int, rng: Generator) -> Texts:
        """`n` texts of `rule`."""
        picked = np.searchsorted(self._sums[rule], rng.random(n), side="right")
        if rule in self._plain:
            return self._plain[rule][picked]
        texts = np.empty(n, dtype=object)
        order = np.argsort(picked, kind="stable")
        bounds = np.searchsorted(picked[order], np.arange(len(self._forms[rule]) + 1))
        for form, low, high in zip(self._forms[rule], bounds[:-1], bounds[1:], strict=True):
            if low < high:
                texts[order[low:high]] = self._form(form, int(high - low), rng)
        return texts

    def one(self, rule: str, rng: Generator) -> str:
        return tidy(str(self.draw(rule, 1, rng)[0]), self.language)

    def form(self, rule: str, number: int, rng: Generator) -> str:
        """One text of the `number`-th form of `rule`, beginning again after the last."""
        forms = self._forms[rule]
        return tidy(str(self._form(forms[number % len(forms)], 1, rng)[0]), self.language)

    def forms(self, rule: str) -> list[str]:
        """Every word of a list, forms with rules in them filled with their first word."""
        return ["".join(self._first(part) for part in form) for form in self._forms[rule]]

    def _first(self, part: Part) -> str:
        return part if isinstance(part, str) else self.forms(part[0])[0]

    def _form(self, form: list[Part], n: int, rng: Generator) -> Texts:
        made = np.full(n, "", dtype=object)
        for part in form:
            if isinstance(part, str):
                made = made + part
                continue
            rule, capital, optional = part
            piece = self.draw(rule, n, rng)
            if capital:
                piece = np.array([text[:1].upper() + text[1:] for text in piece], dtype=object)
            if optional:
                piece[rng.random(n) < 0.5] = ""
            made = made + piece
        return made


def _sums(count: int, plain: bool) -> np.ndarray[Any, np.dtype[np.float64]]:
    weights = 1 / np.sqrt(np.arange(count) + 3.0) if plain and count > _LONG_LIST else np.ones(count)
    sums = np.cumsum(weights / weights.sum())
    sums[-1] = 1.0
    return sums


def _parts(form: str, rules: dict[str, list[str]]) -> list[Part]:
    parts: list[Part] = []
    end = 0
    for slot in _SLOT.finditer(form):
        if slot.start() > end:
            parts.append(form[end : slot.start()])
        name = slot.group(1)
        lower = name[0].lower() + name[1:]
        if name not in rules and lower not in rules:
            raise KeyError(f"no rule {name!r} for {form!r}")
        parts.append((name if name in rules else lower, name not in rules, bool(slot.group(2))))
        end = slot.end()
    if end < len(form):
        parts.append(form[end:])
    return parts


SPACED: Final = ((r" {2,}", " "), (" ,", ","))
FUSED: Final = {
    "en": ((r"\b([Aa]) ([aeiou])", "${1}n ${2}"),),
    "fr": (
        (r"\b([Dd])e le ", "${1}u "), (r"\b([Dd])e les ", "${1}es "), (r"\bà le ", "au "), (r"\bà les ", "aux "),
        (r"\b([Dd])e ([AEIOUÉÎ])", "${1}'${2}"),
    ),
    "zh": (),
}  # fmt: skip
"""What becomes of words where rules meet, by language: articles and elisions; in any, SPACED."""


def tidy(text: str, language: str) -> str:
    """The text as people would write it: one space, none before a comma, FUSED."""
    for old, new in (*SPACED, *FUSED[language]):
        text = re.sub(old, new.replace("${1}", r"\1").replace("${2}", r"\2"), text)
    return text.strip()


@cache
def _source(language: str) -> dict[str, Any]:
    return tomllib.loads((_WORDS / f"{language}.toml").read_text(encoding="utf-8"))


def _listed(value: str | list[str]) -> list[str]:
    return value.split("|") if isinstance(value, str) else value


def _named(source: dict[str, Any], name: str) -> list[str]:
    """A list of names: those given, and behind them rarer ones made of heads and tails, in an order without rhyme."""
    kind = name.removesuffix("s")
    heads, tails = (_listed(source.get(f"{kind}_{part}", [])) for part in ("heads", "tails"))
    made = sorted({head + tail for head in heads for tail in tails}, key=lambda word: zlib.crc32(word.encode()))
    return _listed(source[name]) + made[:_RARE_NAMES]


@cache
def lexicon(language: str, side: str = "a", topic: str = "city") -> Lexicon:
    """The rules of `language` for talk about `topic`. Side `b` swaps the two parties in every text."""
    source = _source(language)
    rules = {name: _named(source, name) for name in ("places", "first", "last", "outlet")}
    rules |= {name: _listed(value) for name, value in source["rules"].items()}
    rules |= {name: _listed(value) for name, value in source["stories"].items()}
    rules |= {name: _listed(value) for name, value in source["topics"][topic].items()}
    own, other = source["parties"][side], source["parties"]["b" if side == "a" else "a"]
    rules |= {name: [own[name]] for name in own} | {f"{name[0]}2": [other[name]] for name in other}
    rules.setdefault("law", _listed(source["topics"]["politics"]["law"]))
    # What the occasion gives, put into the finished text: the news of the hour, a spammer's site, a rally's town.
    rules |= {"ev": [EVENT], "site": [SITE], "town": [TOWN], "name": [NAME], "source": [SOURCE]}
    return Lexicon(language, rules, {name: _listed(value) for name, value in source["synonyms"].items()})
