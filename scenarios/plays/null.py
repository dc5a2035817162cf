"""Worlds in which nobody coordinates; every seed another size, another mix of platforms and languages."""

from typing import Final

from scenarios.base import Scenario
from scenarios.grammar import LANGUAGES
from scenarios.stage import Stage

_PLATFORMS: Final = ("x", "facebook", "telegram", "weibo")


def play(stage: Stage) -> None:
    rng = stage.rng("null")
    accounts = int(rng.integers(800, 5001))
    mean = float(rng.uniform(10, 40))
    stage.days = int(rng.integers(14, 43))
    languages = dict(zip(LANGUAGES, rng.dirichlet([2.0, 1.2, 1.2]) + 0.02, strict=True))
    if rng.random() < 0.4:
        languages = {str(stage.dials.language): 1.0}
    platforms = {"x": 1.0}
    if rng.random() < 0.4:
        platforms = dict(zip(_PLATFORMS, rng.dirichlet([3.0, 1.0, 1.0, 1.0]) + 0.02, strict=True))
    stage.populate(accounts, mean, languages, platforms, per_community=int(rng.integers(25, 140)))
    stage.background()


SCENARIOS: Final = (
    Scenario(
        "null", "Background only: communities, news, chatter, single spammers; nobody coordinates.", "quiet", play
    ),
)
