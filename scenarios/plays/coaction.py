"""Groups of accounts that share the same links, hashtags or posts in bursts."""

from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.base import Scenario
from scenarios.clock import DAY, HOUR, SECOND, Ints
from scenarios.grammar import LANGUAGES, TOPICS
from scenarios.stage import Planted, Stage

SIZES: Final = (5, 8, 12, 20, 35, 60)
OCCASIONS: Final = 25
_POLITICS: Final = TOPICS.index("politics")
_SPREADS: Final = (20.0, 60.0, 200.0)
"""Seconds an occasion's posts lie apart (exponential): machines, a chat group, people told to."""


def attendance(members: int, occasions: int, participation: float, rng: Generator) -> np.ndarray:
    """Who takes part in what: members by occasions, each member in the same share of them."""
    count = max(1, round(participation * occasions))
    return np.argsort(np.argsort(rng.random((members, occasions)), axis=1), axis=1) < count


def occasions(stage: Stage, count: int, rng: Generator) -> Ints:
    """Times of `count` occasions, by day, spread over the world."""
    day = np.sort(rng.integers(0, stage.days, count))
    hour = rng.uniform(7, 22, count)
    return np.asarray(stage.start + day * DAY + (hour * HOUR).astype(np.int64) // SECOND * SECOND)


def play(stage: Stage) -> None:
    """Three groups, one a layer: links, hashtags, reposts; their sizes change with the seed."""
    language = str(stage.dials.language)
    stage.populate(2400, 20, {language: 0.6, "en": 0.3, "fr": 0.2, "zh": 0.2}, {"x": 1.0})
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
        act(stage, one, members, taking, str(one.extra["layer"]), rng)


def act(stage: Stage, one: Planted, members: Ints, taking: np.ndarray, layer: str, rng: Generator) -> None:
    """The members' planted posts: on each occasion those who attend use its object within a short time."""
    begin = occasions(stage, taking.shape[1], rng)
    apart = float(rng.choice(_SPREADS))
    one.extra |= {"spread_seconds": apart, "objects": []}
    code = LANGUAGES.index(str(stage.dials.language))
    for number, at in enumerate(begin):
        who = members[taking[:, number]]
        if not len(who):
            continue
        when = at + (rng.exponential(apart, len(who)) * SECOND).astype(np.int64) // SECOND * SECOND
        topic = np.full(len(who), _POLITICS)
        text = stage.texts("topical", np.full(len(who), code), topic, rng)
        if layer == "repost":
            target = _voice(stage, int(at), rng)
            made = stage.answer("repost", who, when, np.full(len(who), target), rng)
            one.extra["objects"].append(int(target))
        elif layer == "link":
            url = (
                f"https://{stage.outlets.domain[number % len(stage.outlets.domain)]}/party/{rng.integers(10**5, 10**7)}"
            )
            made = stage.posts.add(who, when, text + f" {url}", url=np.full(len(who), url, dtype=object))
            one.extra["objects"].append(url)
        else:
            words = stage.lexicon("politics")
            tag = f"{words.forms('h1')[0]}{words.one('places', rng)}".replace(" ", "").replace("-", "")
            made = stage.posts.add(who, when, text + f" #{tag}", tags=np.full(len(who), tag, dtype=object))
            one.extra["objects"].append(tag)
        one.posts += made.tolist()


def _voice(stage: Stage, at: int, rng: Generator) -> int:
    """An ordinary post of the last two hours (else the last one before), for all to repost."""
    when = stage.posts.column("at")
    plain = stage.posts.column("repost") < 0
    near = np.flatnonzero(plain & (when < at) & (when > at - 2 * HOUR))
    if not len(near):
        near = np.array([np.argmax(np.where(plain & (when < at), when, 0))])
    return int(rng.choice(near))


SCENARIOS: Final = (
    Scenario("coaction", "Three groups share links, hashtags and reposts in bursts.", "unexplained", play),
)
