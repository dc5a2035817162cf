"""Crowds that look like one hand and are not: fans, petitioners, everybody at the news, buttons, apps, anger at a vote."""

from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.base import Scenario
from scenarios.clock import DAY, HOUR, SECOND, Ints
from scenarios.grammar import EVENT, LANGUAGES, NAME, SITE, Texts
from scenarios.planting import POLITICS, after, exponential, occasions, ordinary, repost
from scenarios.public import constituents, watched
from scenarios.stage import Stage


def _world(stage: Stage, accounts: int = 2000, least: int = 600) -> tuple[str, Generator]:
    language = str(stage.dials.language)
    stage.populate(accounts, 18, stage.speakers(0.7), {"x": 1.0}, least=least)
    return language, stage.rng("plant")


def _said(stage: Stage, rule: str, n: int, rng: Generator, **words: str) -> Texts:
    code = LANGUAGES.index(str(stage.dials.language))
    text = stage.texts(rule, np.full(n, code), np.full(n, POLITICS), rng)
    for mark, word in words.items():
        text = np.array([one.replace(f"<{mark}>", word) for one in text], dtype=object)
    return text


def _profile(stage: Stage, who: Ints, rule: str, rng: Generator, **words: str) -> None:
    stage.people.bio[who] = _said(stage, rule, len(who), rng, **words)


def fan_club(stage: Stage) -> None:
    """Fans who say so in their profiles, and twice a day call each other to vote and to stream."""
    language, rng = _world(stage)
    words = stage.lexicon("music")
    star = (
        words.one("last", rng) + words.one("first", rng)
        if language == "zh"
        else f"{words.one('first', rng)} {words.one('last', rng)}"
    )
    fans = stage.pick(55, rng, language=language)
    stage.harmless("fan_club", fans)
    _profile(stage, fans, "fan", rng, town=star)
    idol = stage.account(
        "x", language, star, f"{star.split()[0].lower() if star.isascii() else 'star'}official", influence=200.0
    )
    stage.background()
    tag = star.replace(" ", "").replace("-", "") + "No1"
    for at in occasions(stage, 30, rng, (16, 22)):
        there = fans[rng.random(len(fans)) < 0.6]
        text = _said(stage, "chant", len(there), rng, town=star) + f" #{tag}"
        stage.posts.add(there, stage.inside(exponential(int(at), 240.0, len(there), rng)), text,
                        tags=np.full(len(there), tag, dtype=object))  # fmt: skip
        call = stage.posts.add(np.array([idol]), np.array([int(at) - 300 * SECOND]), _said(stage, "chat", 1, rng))
        repost(stage, there, exponential(int(at) - 280 * SECOND, 90.0, len(there), rng), int(call[0]), rng)


def template_letter(stage: Stage) -> None:
    """A campaign publishes a letter on its page; people send it to their members, most as it stands."""
    language, rng = _world(stage)
    members = watched(stage, language, rng, 12)
    writers = stage.pick(160, rng, language=language)
    stage.harmless("template_letter", writers)
    letter = stage.lexicon("politics").forms("letter")[0]
    url = "https://letters.example/harbour-act"
    page = stage.account(
        "x", language, "Open Letters", "openletters", kind="page", bio=f"{url} | campaigns anyone can join"
    )
    stage.harmless("template_letter", [page])
    stage.row("outlets", outlet_id="letters.example", name="Open Letters", domain="letters.example", kind="independent")
    stage.background()
    constituents(stage, members, rng)
    begin = stage.start + 8 * DAY + 9 * HOUR
    stage.posts.add(np.array([page]), np.array([begin]), np.array([f"{letter} {url}"], dtype=object),
                    url=np.array([url], dtype=object), title=np.array(["Write to your member"], dtype=object))  # fmt: skip
    at = stage.inside(after(begin, 20 * 3600, 1.1, len(writers), rng))
    to = rng.choice(members, len(writers))
    own = rng.random(len(writers)) < 0.2
    text = np.full(len(writers), letter, dtype=object)
    text[own] = np.array([f"{letter} {extra}" for extra in _said(stage, "reason", int(own.sum()), rng)], dtype=object)
    handle = stage.people.handle[to]
    text = np.array([f"@{name} {one} {url}" for name, one in zip(handle, text, strict=True)], dtype=object)
    stage.posts.add(writers, at, text, mention=to, url=np.full(len(writers), url, dtype=object))


def breaking_news(stage: Stage) -> None:
    """An evening on which a quarter of all accounts share the same three links within minutes."""
    language, rng = _world(stage, 2400)
    stage.background()
    public = ordinary(stage, 10**9, rng, language)
    stage.harmless("breaking_news", public)
    local = np.median(stage.people.offset[public])
    evening = stage.start + 15 * DAY + int((20 - local) * HOUR)
    articles = stage.articles
    near = np.argsort(
        np.abs(articles.at - evening) + 10**15 * (stage.outlets.language[articles.outlet] != LANGUAGES.index(language))
    )
    for place, which in enumerate(near[:6]):
        stage.burst(int(which), public, 0.3 if place < 3 else 0.1, (240.0, 0.9), rng)


def share_button(stage: Stage) -> None:
    """A paper's button writes the post for its readers."""
    language, rng = _world(stage, least=1000)
    readers = stage.pick(220, rng, language=language)
    stage.harmless("share_button", readers)
    stage.background()
    own = np.flatnonzero(stage.outlets.language == LANGUAGES.index(language))
    favourite = own[np.argsort(-np.bincount(stage.articles.outlet, minlength=len(stage.outlets.name))[own])[0]]
    articles = np.flatnonzero(stage.articles.outlet == favourite)
    popular = rng.choice(articles, min(40, len(articles)), replace=False)
    weight = 1 / np.arange(1, len(popular) + 1)
    for reader in readers:
        for which in rng.choice(popular, int(rng.integers(1, 7)), p=weight / weight.sum()):
            url = str(stage.articles.url[which])
            text = _said(stage, "share", 1, rng)
            text[0] = (
                text[0]
                .replace(EVENT, str(stage.articles.title[which]))
                .replace(SITE, str(stage.outlets.name[favourite]))
                + f" {url}"
            )
            at = stage.inside(after(int(stage.articles.at[which]), 3 * 3600, 1.3, 1, rng))
            stage.posts.add(np.array([reader]), at, text, url=np.array([url], dtype=object))


def app_post(stage: Stage) -> None:
    """A running app posts for its users, in its own words."""
    language, rng = _world(stage)
    runners = stage.pick(150, rng, language=language)
    stage.harmless("app_post", runners)
    stage.background()
    runs = np.repeat(runners, rng.integers(2, 12, len(runners)))
    day = rng.integers(0, stage.days, len(runs))
    hour = rng.choice([6.8, 12.4, 18.3], len(runs), p=[0.35, 0.15, 0.5]) + rng.normal(0, 0.5, len(runs))
    at = stage.start + day * DAY + ((hour - stage.people.offset[runs]) * HOUR).astype(np.int64) // SECOND * SECOND
    link = np.array(
        [f"https://runmate.example/run/{number}" for number in rng.integers(10**6, 10**8, len(runs))], dtype=object
    )
    text = _said(stage, "apppost", len(runs), rng)
    stage.posts.add(runs, stage.inside(at), text + " " + link, url=link, client="RunMate",
                    tags=np.full(len(runs), "RunMate", dtype=object))  # fmt: skip


def outrage_after_vote(stage: Stage) -> None:
    """The evening after a vote: members hear from everybody at once, each in words of their own."""
    language, rng = _world(stage, 2600)
    members = watched(stage, language, rng, 14)
    stage.background()
    constituents(stage, members, rng)
    angry = ordinary(stage, 900, rng, language)
    stage.harmless("outrage_after_vote", angry)
    posts, who = stage.posts, stage.people
    vote = stage.start + 18 * DAY + int((17 - np.median(who.offset[angry])) * HOUR)
    author, when = posts.column("author"), posts.column("at")
    last = {int(m): int(np.argmax(np.where((author == m) & (when < vote), when, 0))) for m in members}
    writer = np.repeat(angry, rng.poisson(0.8, len(angry)) + 1)
    victim = rng.choice(members[:6], len(writer))
    text = _said(stage, "vote_anger", len(writer), rng)
    tag = stage.lexicon("politics").one("law", rng).replace(" ", "").replace("'", "")
    text = np.array(
        [f"@{who.handle[v]} {t.replace(NAME, str(who.name[v]))}" + (f" #{tag}" if c else "")
         for v, t, c in zip(victim, text, rng.random(len(writer)) < 0.3, strict=True)], dtype=object,
    )  # fmt: skip
    at = stage.inside(after(vote, 3 * 3600, 0.9, len(writer), rng))
    posts.add(writer, at, text, reply=np.array([last[int(v)] for v in victim]), mention=victim)


SCENARIOS: Final = (
    Scenario(
        "trap_fan_club",
        "Declared fans call each other to vote and stream.",
        "open",
        fan_club,
        trap="fan_club",
    ),
    Scenario(
        "trap_template_letter",
        "People send a published letter to their members.",
        "open",
        template_letter,
        trap="template_letter",
    ),
    Scenario(
        "trap_breaking_news",
        "A quarter of all accounts share three links within minutes.",
        "quiet",
        breaking_news,
        trap="breaking_news",
    ),
    Scenario(
        "trap_share_button",
        "A paper's button writes its readers' posts.",
        "quiet",
        share_button,
        trap="share_button",
    ),
    Scenario(
        "trap_app_post",
        "A running app posts for its users.",
        "quiet",
        app_post,
        trap="app_post",
    ),
    Scenario(
        "trap_outrage_after_vote",
        "Members hear from everybody after a vote.",
        "quiet",
        outrage_after_vote,
        trap="outrage_after_vote",
    ),
)
