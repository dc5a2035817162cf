"""Made-up worlds in which is known what is in them: stories, traps and nothing at all, over a demanding background.

Fictional people, parties, towns and outlets in English, French and Chinese. The same name, seed and dials give the same
world, byte for byte; side `b` is the same world with the two parties' names swapped.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from scenarios import plays
from scenarios.base import Scenario
from scenarios.finish import finish
from scenarios.grammar import LANGUAGES, SIDES
from scenarios.stage import Dials, Stage
from scenarios.world import TRUTH_SUFFIX, Operation, Truth, World, write

__all__ = ["TRUTH_SUFFIX", "Operation", "Scenario", "Truth", "World", "build", "catalogue", "names", "write"]

_SHARES: Final = ("participation", "noise", "rewriting")


@cache
def catalogue() -> Mapping[str, Scenario]:
    """Every scenario by name, found in the modules of `plays/`."""
    found = [
        scenario
        for module in iter_modules(plays.__path__)
        for scenario in import_module(f"scenarios.plays.{module.name}").SCENARIOS
    ]
    return {scenario.name: scenario for scenario in sorted(found, key=lambda one: one.name)}


def names() -> list[str]:
    """Names `build` knows, in alphabetical order."""
    return list(catalogue())


def build(
    name: str,
    seed: int = 1,
    *,
    participation: float = 0.6,
    noise: float = 0.3,
    rewriting: float = 0.3,
    side: str = "a",
    language: str | None = None,
    size: float = 1.0,
) -> World:
    """The world `name`.

    participation: share of an operation's objects or occasions each member takes part in.
    noise: share of a member's posts that are ordinary.
    rewriting: 0 copies word by word, .3 a few words changed, .7 only the rare phrases kept.
    side: `a` or `b`, which party's operation it is. language: en, fr or zh; None is the scenario's own.
    size: times the accounts of the background; operations keep their size.
    Raises ValueError for a name, side or language that does not exist and for a dial out of range.
    """
    scenario = catalogue().get(name)
    if scenario is None:
        raise ValueError(f"There is no scenario {name!r}; there are {', '.join(names())}.")
    if side not in SIDES:
        raise ValueError(f"side is {side!r}; it must be one of {', '.join(SIDES)}.")
    if language is not None and language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; it must be one of {', '.join(LANGUAGES)}.")
    for dial, value in zip(_SHARES, (participation, noise, rewriting), strict=True):
        if not 0 <= value <= 1:
            raise ValueError(f"{dial} is {value}; it must lie between 0 and 1.")
    if size <= 0:
        raise ValueError(f"size is {size}; it must be above 0.")
    stage = Stage(name, seed, Dials(participation, noise, rewriting, side, language or scenario.language, size))
    stage.expected = {"reading": scenario.reading, "trap": scenario.trap}
    scenario.play(stage)
    return finish(stage)
