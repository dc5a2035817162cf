"""Groups of accounts that share the same links, hashtags or posts in bursts."""

from typing import Final

from scenarios.base import Scenario
from scenarios.planting import act, attendance, occasions
from scenarios.stage import Stage

SIZES: Final = (5, 8, 12, 20, 35, 60)
OCCASIONS: Final = 25
_SPREADS: Final = (20.0, 60.0, 200.0)
"""Seconds an occasion's posts lie apart (exponential): machines, a chat group, people told to."""


def play(stage: Stage) -> None:
    """Three groups, one a layer: links, hashtags, reposts; their sizes change with the seed."""
    language = str(stage.dials.language)
    stage.populate(2400, 20, stage.speakers(0.6), {"x": 1.0})
    rng = stage.rng("plant")
    sizes = rng.permutation(SIZES)[:3]
    groups = []
    for layer, size in zip(("link", "hashtag", "repost"), sizes, strict=True):
        members = stage.pick(int(size), rng, language=language)
        taking = attendance(len(members), OCCASIONS, stage.dials.participation, rng)
        stage.cover(members, taking.sum(axis=1))
        one = stage.plant(layer, "coaction", members)
        one.extra |= {"layer": layer, "occasions": OCCASIONS}
        groups.append((one, members, taking))
    stage.background()
    for one, members, taking in groups:
        apart = float(rng.choice(_SPREADS))
        one.extra["spread_seconds"] = apart
        for number, at in enumerate(occasions(stage, OCCASIONS, rng)):
            act(stage, one, members[taking[:, number]], int(at), apart, str(one.extra["layer"]), rng)


SCENARIOS: Final = (
    Scenario("coaction", "Three groups share links, hashtags and reposts in bursts.", "unexplained", play),
)
