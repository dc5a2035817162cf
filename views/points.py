"""What speaks for or against an explanation, each point with its numbers and none twice."""

from collections.abc import Iterable
from typing import Any, Final

from views.catalogue import catalogue
from views.words import figure, get, percent, word

_SHARES: Final = frozenset(
    {
        "few_posts_on_the_minute", "followers_like_others", "largest_share_of_one_account", "new_or_woken_repliers",
        "one_account_posts_most", "one_client_posts_most", "posts_on_the_minute", "replies_that_repeat",
        "same_accounts_again", "share_of_all_accounts_reacted",
    }
)  # fmt: skip
"""Points whose number is a share of 1."""
_VALUES: Final = 3
"""Values of one point listed one by one; of more the least and the most are said."""


def points(told: Iterable[Any], language: str) -> tuple[str, ...]:
    """What speaks for or against, each with its numbers; the same point of several findings once, with all of them."""
    phrases = catalogue(language)["phrases"]
    texts: dict[str, list[tuple[float, str]]] = {}
    for point in told:
        if isinstance(point, str):
            texts.setdefault(word("points", point, language), [])
            continue
        code, observed, expected = str(point["code"]), point.get("observed"), point.get("expected")
        # One code says of some detectors how many there are, of others the share of the largest.
        share = observed is not None and (code in _SHARES or (code == "several_clients" and observed < 1))
        text = (share and get(catalogue(language), "shares", code)) or word("points", code, language)
        found = texts.setdefault(str(text), [])
        if observed is not None:
            written = percent if share else figure
            number = written(observed, language)
            if expected is not None:
                number = phrases["observed_expected"].format(observed=number, expected=written(expected, language))
            if (observed, number) not in found:
                found.append((observed, number))
    return tuple(_with_numbers(text, found, phrases) for text, found in texts.items())


def _with_numbers(text: str, found: list[tuple[float, str]], phrases: dict[str, str]) -> str:
    if not found:
        return text
    numbers = [number for _, number in found]
    if len(found) > _VALUES:
        numbers = [phrases["from_to"].format(least=min(found)[1], most=max(found)[1])]
    return phrases["numbers"].format(text=text, observed=" · ".join(numbers))
