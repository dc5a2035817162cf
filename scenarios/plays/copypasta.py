"""Planted text families: accounts that post one text as if each had written it, again and again with new texts."""

from typing import Final

from scenarios.base import Scenario
from scenarios.planting import attendance, exponential, occasions
from scenarios.rewriting import compose, copies
from scenarios.stage import Stage

_GROUPS: Final = ((8, 12), (20, 8), (40, 5))
"""(accounts, texts): a small group with many texts, a large one with few."""
_SPREAD_SECONDS: Final = 900.0


def play(stage: Stage) -> None:
    language = str(stage.dials.language)
    stage.populate(2400, 20, stage.speakers(0.6), {"x": 1.0})
    rng = stage.rng("plant")
    groups = []
    for number, (size, texts) in enumerate(_GROUPS):
        members = stage.pick(size, rng, language=language)
        taking = attendance(size, texts, stage.dials.participation, rng)
        stage.cover(members, taking.sum(axis=1))
        groups.append((stage.plant(f"texts_{number + 1}", "copypasta", members), members, taking))
    stage.background()
    words = stage.lexicon("politics")
    for one, members, taking in groups:
        for number, at in enumerate(occasions(stage, taking.shape[1], rng)):
            who = members[taking[:, number]]
            when = exponential(int(at), _SPREAD_SECONDS, len(who), rng)
            text = copies(compose(words, rng), len(who), stage.dials.rewriting, words, rng)
            made = stage.posts.add(who, stage.inside(when), text)
            one.posts += made.tolist()
            one.families |= {int(post): f"{one.name}/{number}" for post in made}


SCENARIOS: Final = (
    Scenario("copypasta", "Three groups post texts of their own making as many hands.", "unexplained", play),
)
