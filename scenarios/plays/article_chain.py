"""How stories travel: a domestic paper, a state tabloid, a short video with the headline, accounts that name no source;
beside it wire copy, press releases and papers of one house, which travel as fast and openly."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.base import Scenario
from scenarios.clock import DAY, HOUR, SECOND, Ints
from scenarios.grammar import tidy
from scenarios.planting import attendance
from scenarios.press import TICK, Article, Outlet, copied, everyday, outlet, owned, publish, write
from scenarios.stage import Account, Planted, Post, Stage

STORIES: Final = 14
COPIERS: Final = 8
WIRE_STORIES, PAPERS = 24, 6
_HIGH: Final = (96_000, 108_000)
"""Views of the tabloid's two articles on the day of the first story; usual are some thousands."""


def _stage(stage: Stage, days: int = 60) -> tuple[str, Generator]:
    stage.days = days
    language = str(stage.dials.language)
    stage.populate(700, 14, {language: 1.0}, {"wechat": 0.5, "douyin": 0.5})
    stage.outlets.per_day *= 0.3
    return language, stage.rng("plant")


def _named(stage: Stage, language: str, rng: Generator) -> str:
    return stage.lexicon("politics", language).one("outlet", rng)


def play(stage: Stage) -> None:
    language, rng = _stage(stage)
    paper = outlet(stage, _named(stage, language, rng), "web", language, "independent", rng)
    tabloid = outlet(stage, _named(stage, language, rng), "web", language, "state", rng)
    video = outlet(stage, _named(stage, language, rng), "douyin", language, "state-affiliated", rng)
    copiers = [outlet(stage, _named(stage, language, rng), "wechat", language, "unknown", rng) for _ in range(COPIERS)]
    _ownership(stage, tabloid, video, copiers)
    roles = {paper.account: "source", tabloid.account: "copier", video.account: "copier"}
    one = stage.plant("chain", "article_chain", [])
    one.roles |= roles | {copier.account: "copier" for copier in copiers}
    stage.harmless("wire", [])
    stage.background()
    taking = attendance(COPIERS, STORIES, stage.dials.participation, rng)
    days = np.sort(rng.choice(np.arange(2, stage.days - 3), STORIES, replace=False))
    for number, day in enumerate(days):
        begin = stage.start + int(day) * DAY + int(rng.uniform(5, 10) * HOUR)
        _story(
            stage,
            one,
            number,
            begin,
            [paper, tabloid, video],
            [c for c, there in zip(copiers, taking[:, number], strict=True) if there],
            rng,
        )
    # A habit shows against what else they print.
    quiet = max(stage.dials.noise, 0.05) / max(1 - stage.dials.noise, 0.05)
    everyday(stage, [paper, tabloid, video, *copiers], STORIES / stage.days * 7 * quiet + 0.5, rng)
    _wire(stage, language, rng, PAPERS, WIRE_STORIES)


def _ownership(stage: Stage, tabloid: Outlet, video: Outlet, copiers: list[Outlet]) -> None:
    """Who owns them, as far as anybody wrote it down: the copiers lead to two firms, and one of these on."""
    owned(stage, tabloid, "org:state-press", "State Press Group", grade="A1")
    owned(stage, video, "org:state-press", "State Press Group", grade="A2")
    for number, copier in enumerate(copiers):
        if number % 4 == 3:
            continue  # nobody knows
        firm = "org:blue-lotus" if number % 2 else "org:north-gate"
        owned(
            stage, copier, firm, "Blue Lotus Media" if number % 2 else "North Gate Culture", "registered_to", grade="C3"
        )
    owned(stage, "org:blue-lotus", "org:state-press", "State Press Group", "funded_by", grade="C3")


def _story(
    stage: Stage, one: Planted, number: int, begin: int, media: list[Outlet], copiers: list[Outlet], rng: Generator
) -> None:
    paper, tabloid, video = media
    language = paper.language
    article = write(stage, language, rng)
    dated = "day" if number % 5 == 4 else None  # some of its articles bear a date only
    first = publish(stage, paper, begin, article, views=int(rng.integers(2_000, 9_000)), precision=dated)
    at = begin + int(rng.uniform(2.5, 9) * HOUR)
    told = copied(stage, article, language, 0.8, rng)
    shock = stage.lexicon("politics", language).one("shock", rng)
    told.title = tidy(f"{shock}{' ' if shock and language != 'zh' else ''}{article.title}", language)
    views = _HIGH[0] if number == 0 else int(rng.integers(3_000, 9_000))
    second = publish(stage, tabloid, at, told, credited=paper.name, views=views)
    _step(stage, one, number, first, None, None)
    _step(stage, one, number, second, first, True)
    if number == 0:
        again = copied(stage, told, language, 0.6, rng, new=5)
        again.title = stage.lexicon("politics", language).one("headline", rng)
        _step(stage, one, number, publish(stage, tabloid, at + HOUR, again, views=_HIGH[1]), second, False)
    at += int(rng.uniform(1.5, 6) * HOUR)
    clip = Article(told.title, [told.title])
    third = publish(stage, video, at, clip, kind="video", views=int(rng.integers(20_000, 90_000)))
    _step(stage, one, number, third, second, False)
    level = stage.dials.rewriting
    for place, copier in enumerate(copiers):
        at_copy = at + int((rng.uniform(8, 26) + place * 0.2) * HOUR)
        text = copied(stage, told, language, 0.95 - 0.35 * level, rng, new=round(4 * level))
        copy = publish(stage, copier, at_copy, text, views=int(rng.integers(500, 30_000)))
        _step(stage, one, number, copy, second, False)


def _step(stage: Stage, one: Planted, story: int, post: int, copies: int | None, credited: bool | None) -> None:
    author, at = int(stage.posts.column("author")[post]), int(stage.posts.column("at")[post])
    one.posts.append(post)
    one.families[post] = f"story/{story}"
    order = None
    if copies is not None:
        before = int(stage.posts.column("at")[copies])
        # Two times tie where the earlier one's minute or day is not over when the later begins.
        order = "tie" if at < before + TICK[stage.posts.column("precision")[copies] or "second"] else "known"
    one.steps.append(
        {
            "story": story,
            "post": Post(post),
            "account": Account(author),
            "at": datetime.fromtimestamp(at / SECOND, UTC).isoformat(),
            "copies": None if copies is None else Post(copies),
            "credited": credited,
            "order": order,
        }
    )


def _wire(stage: Stage, language: str, rng: Generator, papers: int, stories: int) -> None:
    """An agency's copy in many papers within minutes, each with its mark."""
    agency = outlet(stage, f"{stage.lexicon('city', language).one('places', rng)} Press", "web", language, "wire", rng)
    printing = [outlet(stage, _named(stage, language, rng), "web", language, "independent", rng) for _ in range(papers)]
    stage.harmless("wire", [agency.account, *(one.account for one in printing)])
    for at in _times(stage, stories, rng):
        article = write(stage, language, rng, "city")
        publish(stage, agency, int(at), article, views=-1)
        for one in printing:
            if rng.random() < 0.7:
                lag = int(rng.lognormal(np.log(12 * 60), 0.9) * 1_000_000)
                text = article if rng.random() < 0.7 else copied(stage, article, language, 0.9, rng, new=1)
                publish(stage, one, int(at) + lag, text, credited=agency.name, views=int(rng.integers(500, 9_000)))
    everyday(stage, [agency, *printing], 3, rng)


def _times(stage: Stage, count: int, rng: Generator) -> Ints:
    return np.sort(stage.start + (rng.uniform(0, stage.days - 2, count) * DAY).astype(np.int64))


def wire(stage: Stage) -> None:
    language, rng = _stage(stage, 30)
    stage.background()
    _wire(stage, language, rng, 15, 40)


def press_release(stage: Stage) -> None:
    """A firm's release, printed word by word by many, none of which copied from another."""
    language, rng = _stage(stage, 30)
    words = stage.lexicon("city", language)
    firm = stage.account(
        "wechat",
        language,
        f"{words.one('places', rng)} Works",
        "works.press",
        kind="page",
        bio=words.one("release", rng)[:40],
    )
    papers = [outlet(stage, _named(stage, language, rng), "web", language, "independent", rng) for _ in range(12)]
    stage.harmless("press_release", [firm, *(one.account for one in papers)])
    stage.background()
    for at in _times(stage, 6, rng):
        release = words.one("release", rng)
        stage.posts.add(np.array([firm]), np.array([int(at)]), np.array([release], dtype=object), type="article",
                        title=np.array([words.one("headline", rng)], dtype=object))  # fmt: skip
        for one in papers:
            if rng.random() < 0.8:
                text = Article(
                    words.one("headline", rng),
                    [release, *write(stage, language, rng, "city").body[: int(rng.integers(0, 3))]],
                )
                publish(
                    stage,
                    one,
                    int(at) + int(rng.lognormal(np.log(2.5), 0.8) * HOUR),
                    text,
                    views=int(rng.integers(200, 4_000)),
                )
    everyday(stage, papers, 4, rng)


def same_owner(stage: Stage) -> None:
    """Local papers of one house share their pages; the register says so."""
    language, rng = _stage(stage, 30)
    papers = [outlet(stage, _named(stage, language, rng), "web", language, "independent", rng) for _ in range(7)]
    for one in papers:
        owned(stage, one, "org:valley-house", "Valley House Newspapers", grade="A1")
    stage.harmless("same_owner", [one.account for one in papers])
    stage.background()
    for at in _times(stage, 40, rng):
        article = write(stage, language, rng, "city")
        order = rng.permutation(len(papers))
        for place, number in enumerate(order[: int(rng.integers(3, 8))]):
            publish(stage, papers[number], int(at) + int(place * rng.uniform(2, 30) * HOUR / 60), article)
    everyday(stage, papers, 4, rng)


SCENARIOS: Final = (
    Scenario(
        "article_chain",
        "Stories go from a paper to a tabloid, a short video and accounts that name no source.",
        "unexplained",
        play,
        "zh",
    ),
    Scenario("trap_wire", "An agency's copy in many papers, with its mark.", "quiet", wire, trap="wire"),
    Scenario("trap_press_release", "A firm's release in many papers.", "open", press_release, trap="press_release"),
    Scenario("trap_same_owner", "Papers of one house share their pages.", "open", same_owner, trap="same_owner"),
)
