"""A news account with a record of 30,000 interactions an article, and two days on which it has three to four times as many."""

from datetime import UTC, datetime
from typing import Final, Literal

import numpy as np
from numpy.random import Generator

from scenarios.base import Scenario
from scenarios.clock import DAY, HOUR, SECOND
from scenarios.grammar import LANGUAGES
from scenarios.planting import POLITICS, after, attendance, exponential, ordinary
from scenarios.press import Article, Outlet, outlet, publish, several, write
from scenarios.rewriting import copies, template
from scenarios.stage import Post, Stage

_DAYS: Final = 120
USUAL: Final = 30_000
_USUAL_SPREAD: Final = 0.2
SURGE: Final = (85_000, 130_000)
_ARTICLES: Final = 4  # articles of each surge date
_ACCOUNTS: Final = 70
_PER_DAY: Final = 2.0
_PEERS: Final = 6

Kind = Literal["surge", "scoop", "boost"]


def _record(stage: Stage, medium: Outlet, usual: float, rng: Generator) -> None:
    """What it usually has: articles every day, each counted after one and after three days."""
    day = np.repeat(np.arange(_DAYS - 3), rng.poisson(_PER_DAY, _DAYS - 3))
    for text, on in zip(several(stage, medium.language, len(day), rng, "city"), day, strict=True):
        at = stage.start + int(on) * DAY + int(rng.uniform(0, 14) * HOUR)
        _article(stage, medium, at, int(usual * rng.lognormal(0, _USUAL_SPREAD)), text, rng)


def _article(
    stage: Stage, medium: Outlet, at: int, interactions: int, text: Article, rng: Generator, kind: str = "article"
) -> int:
    likes, shares = int(interactions * 0.72), int(interactions * 0.2)
    post = publish(
        stage, medium, at, text, kind=kind, likes=likes, shares=shares, views=int(interactions * rng.uniform(9, 14))
    )
    for hours, share in ((24.0, 0.8), (72.0, 1.0)):
        stage.row("metrics", platform=medium.platform, entity_id=Post(post), entity_kind="post", age_hours=hours,
                  observed_at=datetime.fromtimestamp(at / SECOND + hours * 3600, UTC), interactions=int(interactions * share),
                  views=int(interactions * share * 11))  # fmt: skip
    return post


def _play(stage: Stage, what: Kind) -> None:
    stage.days = _DAYS
    rng = stage.rng("plant")
    language = str(stage.dials.language)
    stage.populate(900, 25, {language: 1.0}, {"wechat": 1.0})
    stage.outlets.per_day *= 0.15
    named = [stage.lexicon("politics").one("outlet", rng) for _ in range(_PEERS + 1)]
    medium, *peers = [outlet(stage, name, "wechat", language, "unknown", rng) for name in named]
    dates = np.sort(rng.choice(np.arange(40, _DAYS - 8), 2, replace=False)).tolist()
    crew = stage.pick(_ACCOUNTS, rng, language=language)
    if what == "surge":
        one = stage.plant("surge", "engagement_surge", crew, "commenter")
        one.roles[medium.account] = "source"
        one.extra |= {"account": medium.id, "dates": [_date(stage, day) for day in dates], "usual": USUAL}
        taking = attendance(len(crew), 2 * _ARTICLES, stage.dials.participation, rng)
        stage.cover(crew, taking.sum(axis=1) * 2)
    else:
        stage.harmless("scoop" if what == "scoop" else "paid_boost", [medium.account])
    stage.background()
    _record(stage, medium, USUAL, rng)
    for peer in peers:
        _record(stage, peer, float(rng.lognormal(9.5, 0.8)), rng)
    for number, day in enumerate(dates if what != "scoop" else dates[:1]):
        for place in range(_ARTICLES if what == "surge" else 1 if what == "scoop" else 3):
            at = stage.start + day * DAY + int((1 + place * 3) * HOUR)
            kind = "ad" if what == "boost" else "article"
            text = write(stage, language, rng)
            post = _article(stage, medium, at, int(rng.integers(*SURGE)), text, rng, kind)
            readers = ordinary(stage, 260 if what == "scoop" else 40, rng, language)
            said = stage.texts("comment", stage.people.language[readers], np.full(len(readers), POLITICS), rng)
            when = stage.inside(after(at, 4 * 3600, 1.0, len(readers), rng))
            stage.posts.add(readers, when, said, reply=np.full(len(readers), post), type="comment")
            stage.engage(readers, np.full(len(readers), post), "like", when)
            if what == "surge":
                one.posts.append(post)
                _comments(stage, post, at, crew[taking[:, number * _ARTICLES + place]], number * _ARTICLES + place, rng)


def _comments(stage: Stage, post: int, at: int, who: np.ndarray, number: int, rng: Generator) -> None:
    """Praise and blame by turns under one article, as if two camps fought."""
    one = stage.planted[0]
    words = stage.lexicon("politics")
    for mood in ("praise", "blame"):
        camp = who[np.arange(len(who)) % 2 == (mood == "blame")]
        text = copies(template(words.one(mood, rng)), len(camp), stage.dials.rewriting, words, rng)
        when = stage.inside(exponential(at + 900 * SECOND, 1200.0, len(camp), rng))
        made = stage.posts.add(camp, when, text, reply=np.full(len(camp), post), type="comment",
                               speech=LANGUAGES.index(words.language))  # fmt: skip
        stage.engage(camp, np.full(len(camp), post), "like", when)
        one.posts += made.tolist()
        one.families |= {int(comment): f"{mood}/{number}" for comment in made}


def _date(stage: Stage, day: int) -> str:
    return datetime.fromtimestamp((stage.start + day * DAY) / SECOND, UTC).date().isoformat()


def play(stage: Stage) -> None:
    _play(stage, "surge")


def scoop(stage: Stage) -> None:
    _play(stage, "scoop")


def paid_boost(stage: Stage) -> None:
    _play(stage, "boost")


SCENARIOS: Final = (
    Scenario("engagement_surge", "Two days of 85,000 to 130,000 interactions where 30,000 are usual, praise and blame mixed.",
             "unexplained", play, "zh"),
    Scenario("trap_scoop", "One article everybody wants to read.", "quiet", scoop, "zh", trap="scoop"),
    Scenario("trap_paid_boost", "Advertised posts, marked as such.", "quiet", paid_boost, "zh", trap="paid_boost"),
)  # fmt: skip
