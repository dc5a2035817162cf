"""What planted operations have in common: who takes part when, and posts made on an occasion."""

from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.clock import DAY, HOUR, SECOND, Floats, Ints
from scenarios.grammar import LANGUAGES, TOPICS, Texts
from scenarios.stage import Planted, Post, Stage

POLITICS: Final = TOPICS.index("politics")
_JOINERS: Final = 2.5  # ordinary people who take up what an operation pushed, on average, hours later
_JOIN_LAG: Final = (3 * 3600.0, 1.2)


def attendance(members: int, occasions: int, participation: float, rng: Generator) -> np.ndarray:
    """Who takes part in what: members by occasions, each member in the same share of them, at least one."""
    count = max(1, round(participation * occasions))
    return np.argsort(np.argsort(rng.random((members, occasions)), axis=1), axis=1) < count


def occasions(stage: Stage, count: int, rng: Generator, hours: tuple[float, float] = (7, 22)) -> Ints:
    """Times of `count` occasions between two hours of the day (UTC), spread over the world."""
    day = np.sort(rng.integers(0, stage.days, count))
    hour = rng.uniform(*hours, count)
    return np.asarray(stage.start + day * DAY + whole(hour * HOUR))


def whole(microseconds: Floats | Ints) -> Ints:
    """Whole seconds, in microseconds."""
    return np.asarray(microseconds, dtype=np.int64) // SECOND * SECOND


def after(at: Ints | int, median_seconds: float, spread: float, n: int, rng: Generator) -> Ints:
    """`n` times after `at`, lognormal."""
    return np.asarray(at + whole(rng.lognormal(np.log(median_seconds), spread, n) * SECOND), dtype=np.int64)


def exponential(at: int, mean_seconds: float, n: int, rng: Generator) -> Ints:
    """`n` times after `at`, most of them soon."""
    return np.asarray(at + whole(rng.exponential(mean_seconds, n) * SECOND))


def ordinary(stage: Stage, n: int, rng: Generator, language: str | None = None, platform: str | None = None) -> Ints:
    """`n` different ordinary accounts that are no members and no part of a trap (fewer where there are fewer)."""
    who = stage.people
    free = (who.outlet < 0) & (who.posts > 0)
    free[[number for one in stage.planted for number in one.roles]] = False
    free[[number for group in stage.benign.values() for number in group]] = False
    if language is not None:
        free &= who.language == LANGUAGES.index(language)
    if platform is not None:
        free &= who.platform == platform
    there = np.flatnonzero(free)
    return np.sort(rng.choice(there, min(n, len(there)), replace=False))


def topical(stage: Stage, n: int, rng: Generator, rule: str = "topical") -> Texts:
    """Political remarks in the scenario's language."""
    code = LANGUAGES.index(str(stage.dials.language))
    return stage.texts(rule, np.full(n, code), np.full(n, POLITICS), rng)


def share_link(stage: Stage, who: Ints, at: Ints, url: str, rng: Generator) -> Ints:
    """Each of `who` shares `url` with words of their own."""
    text = topical(stage, len(who), rng) + f" {url}"
    return stage.posts.add(who, stage.inside(at), text, url=np.full(len(who), url, dtype=object), speech=_speech(stage))


def share_tag(stage: Stage, who: Ints, at: Ints, tag: str, rng: Generator) -> Ints:
    """Each of `who` uses a hashtag with words of their own."""
    text = topical(stage, len(who), rng) + f" #{tag}"
    return stage.posts.add(
        who, stage.inside(at), text, tags=np.full(len(who), tag, dtype=object), speech=_speech(stage)
    )


def _speech(stage: Stage) -> int:
    return LANGUAGES.index(str(stage.dials.language))


def repost(stage: Stage, who: Ints, at: Ints, target: int, rng: Generator) -> Ints:
    """Each of `who` reposts the post `target`, not before it was written."""
    at = np.maximum(at, int(stage.posts.column("at")[target]) + SECOND)
    return stage.answer("repost", who, stage.inside(at), np.full(len(who), target), rng)


def voice(stage: Stage, at: int, platform: str, rng: Generator) -> int:
    """An ordinary post of the two hours before `at`, else the last one before it, for all to repost."""
    when = stage.posts.column("at")
    plain = (stage.posts.column("repost") < 0) & (when < at)
    plain &= (stage.people.platform == platform)[stage.posts.column("author")]
    near = np.flatnonzero(plain & (when > at - 2 * HOUR))
    return int(rng.choice(near)) if len(near) else int(np.argmax(np.where(plain, when, 0)))


def act(stage: Stage, one: Planted, who: Ints, at: int, apart: float, layer: str, rng: Generator) -> None:
    """One occasion: `who` use one object of `layer` (link, hashtag or repost), `apart` seconds after `at` on average;
    a few ordinary people take it up later, as they do with what is pushed. The object goes into one.extra["objects"]."""
    if not len(who):
        return
    language = str(stage.dials.language)
    platform = str(stage.people.platform[who[0]])
    when = exponential(at, apart, len(who), rng)
    late = ordinary(stage, int(rng.poisson(_JOINERS)), rng, language, platform)
    later = after(at, *_JOIN_LAG, len(late), rng)
    objects = one.extra.setdefault("objects", [])
    if layer == "repost":
        target = voice(stage, at, platform, rng)
        one.posts += repost(stage, who, when, target, rng).tolist()
        objects.append(Post(target))
    elif layer == "link":
        url = _address(stage, at, len(objects), rng)
        one.posts += share_link(stage, who, when, url, rng).tolist()
        share_link(stage, late, later, url, rng)
        objects.append(url)
    else:
        words = stage.lexicon("politics")
        place = words.one("places", rng).replace(" ", "").replace("-", "").replace("'", "")
        tag = f"{words.forms('h1')[0]}{place}{len(objects)}"
        one.posts += share_tag(stage, who, when, tag, rng).tolist()
        share_tag(stage, late, later, tag, rng)
        objects.append(tag)


def _address(stage: Stage, at: int, number: int, rng: Generator) -> str:
    """Every other time an article that others share too, else a page of the operation's own."""
    articles = stage.articles
    recent = np.flatnonzero((articles.at < at) & (articles.at > at - 12 * HOUR))
    if number % 2 and len(recent):
        return str(articles.url[rng.choice(recent)])
    domain = stage.outlets.domain[number % len(stage.outlets.domain)]
    return f"https://{domain}/party/{rng.integers(10**5, 10**7)}"
