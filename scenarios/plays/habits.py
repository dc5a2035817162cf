"""Habits and circumstances that look like an operation: schedulers, one loud user, people who were away, small languages,
staff, volunteers, data gathered by a word."""

from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios import clock
from scenarios.base import Scenario
from scenarios.clock import DAY, HOUR, SECOND, Ints
from scenarios.grammar import LANGUAGES
from scenarios.people import places
from scenarios.planting import POLITICS, exponential, repost, share_link, topical, whole
from scenarios.public import YEAR, come_back
from scenarios.stage import Stage


def _world(stage: Stage) -> tuple[str, Generator]:
    language = str(stage.dials.language)
    stage.populate(2000, 18, stage.speakers(0.7), {"x": 1.0})
    return language, stage.rng("plant")


def scheduler(stage: Stage) -> None:
    """Small firms plan their posts for the full hour; feeds pass on an outlet's headlines on the minute."""
    language, rng = _world(stage)
    planners, feeds = stage.pick(30, rng, language=language), stage.pick(12, rng, language=language)
    stage.harmless("scheduler", planners)
    stage.harmless("feeds", feeds)
    stage.people.posts[feeds] = 1
    stage.background()
    for number in planners:
        hours = rng.choice([8, 9, 10, 12, 15, 17, 18], int(rng.integers(1, 4)), replace=False)
        day, hour = (grid.ravel() for grid in np.meshgrid(np.arange(stage.days), hours))
        at = stage.start + day * DAY + ((hour - stage.people.offset[number]) * HOUR).astype(np.int64)
        text = topical(stage, len(at), rng)
        client = str(rng.choice(["Buffer", "Hootsuite Inc."]))
        stage.posts.add(np.full(len(at), number), stage.inside(at), text, client=client)
    own = np.flatnonzero(stage.outlets.language[stage.articles.outlet] == LANGUAGES.index(language))
    outlet = int(np.bincount(stage.articles.outlet[own]).argmax())
    news = np.flatnonzero(stage.articles.outlet == outlet)
    for number in feeds:
        passed = news[rng.random(len(news)) < 0.8]
        at = (stage.articles.at[passed] // (300 * SECOND) + 1) * 300 * SECOND  # every five minutes
        text = stage.articles.title[passed] + " " + stage.articles.url[passed]
        stage.posts.add(
            np.full(len(passed), number), stage.inside(at), text, url=stage.articles.url[passed], client="dlvr.it"
        )


def hyperactive_user(stage: Stage) -> None:
    """One person posts 2,500 times: the same few slogans at everybody, every trending link, every hour."""
    language, rng = _world(stage)
    one = stage.pick(1, rng, language=language)
    stage.harmless("hyperactive_user", one)
    stage.background()
    words, n = stage.lexicon("politics"), 2500
    author = np.full(n, one[0])
    at = clock.times(author, stage.people.offset, stage.people.habit, stage.start, stage.days, rng)
    slogans = np.array([f"{words.one('rare', rng)}. {words.one('filler', rng)}" for _ in range(6)], dtype=object)
    at_whom = rng.choice(np.flatnonzero(stage.people.outlet < 0), n)
    text = np.array(
        [f"@{stage.people.handle[w]} {t}" for w, t in zip(at_whom, rng.choice(slogans, n), strict=True)], dtype=object
    )
    half = n // 2
    stage.posts.add(author[:half], at[:half], text[:half], mention=at_whom[:half])
    recent = stage.recent_posts(stage.people.home[author[half:]], at[half:], author[half:], (600.0, 1.0), rng)
    stage.answer("repost", author[half:], at[half:], recent, rng)


def keyword_sample(stage: Stage) -> None:
    """Two years seen through one hashtag: everybody seems to sleep for months and to wake for the same events."""
    stage.days = 700
    stage.populate(2200, 1, stage.speakers(0.8), {"x": 1.0})
    stage.scope, stage.outlets.per_day = "keyword", stage.outlets.per_day * 0.01
    rng = stage.rng("plant")
    tag = stage.lexicon("politics").forms("h1")[0]
    stage.query = f"#{tag}"
    who = np.flatnonzero(stage.people.outlet < 0)
    stage.people.posts[who] = 0
    stage.background()
    stage.harmless("keyword_sample", who)
    events = stage.start + np.sort(rng.uniform(5, 690, 14) * DAY).astype(np.int64)
    n = rng.poisson(rng.lognormal(1.6, 0.9, len(who))) + 1
    author = np.repeat(who, n)
    at = rng.choice(events, len(author)) + (rng.lognormal(np.log(10), 1.0, len(author)) * HOUR).astype(np.int64)
    at = stage.inside(at) // SECOND * SECOND
    code = stage.people.language[author]
    text = stage.texts("topical", code, np.full(len(author), POLITICS), rng) + f" #{tag}"
    stage.posts.add(author, at, text, tags=np.full(len(author), tag, dtype=object))


def diaspora(stage: Stage) -> None:
    """A small language far from home: the same four papers, the same hashtags, the same evenings, each other's posts."""
    home = str(stage.dials.language)
    small = {"en": "zh", "fr": "zh", "zh": "fr"}[home]
    stage.populate(2000, 18, {home: 1.0, small: 0.06}, {"x": 1.0}, per_community=50)
    rng = stage.rng("plant")
    groups = stage.groups
    theirs = np.flatnonzero(groups.language == LANGUAGES.index(small))
    if not len(theirs):  # the draw left them out: give them the last community
        theirs = np.array([len(groups) - 1])
    place, offset = places(home, 1, rng)
    there = stage.pick(75, rng, language=home)
    who = stage.people
    who.language[there] = LANGUAGES.index(small)
    who.home[there] = who.second[there] = theirs[0]
    groups.language[theirs[0]] = LANGUAGES.index(small)
    groups.platform[theirs[0]] = "x"
    reads = np.flatnonzero(stage.outlets.language == LANGUAGES.index(small))
    groups.outlets[theirs[0]] = reads[:4] if len(reads) else groups.outlets[theirs[0]][:4]
    groups.tags[theirs[0]] = groups.tags[theirs[0]][:3]
    who.place[there], who.offset[there], who.habit[there] = place[0], offset[0], 1
    who.location[there] = np.where(rng.random(len(there)) < 0.6, place[0], who.location[there])
    who.posts[there] = np.clip(rng.lognormal(3.6, 0.7, len(there)), 8, 300).astype(np.int64)
    stage.harmless("diaspora", there)
    stage.background()


def staff(stage: Stage) -> None:
    """A party's staff, who say so in their profiles, pass on every post of the party within minutes."""
    language, rng = _world(stage)
    people = stage.pick(32, rng, language=language)
    stage.harmless("staff", people)
    n = len(people)
    code = LANGUAGES.index(language)
    stage.people.bio[people] = stage.texts("official", np.full(n, code), np.full(n, POLITICS), rng)
    words = stage.lexicon("politics")
    party = stage.account(
        "x", language, words.forms("p1")[0], words.forms("h1")[0].lower(), influence=150.0, bio=words.forms("p1")[0]
    )
    stage.background()
    for day in range(stage.days):
        for _ in range(rng.poisson(1.6)):
            at = (
                stage.start
                + day * DAY
                + int((rng.uniform(8, 19) - stage.people.offset[people[0]]) * HOUR) // SECOND * SECOND
            )
            url = f"https://party.example/news/{rng.integers(10**5, 10**6)}"
            text = topical(stage, 1, rng) + f" {url}"
            post = stage.posts.add(
                np.array([party]), stage.inside(np.array([at])), text, url=np.array([url], dtype=object)
            )
            there = people[rng.random(n) < 0.5]
            repost(stage, there, exponential(at, 420.0, len(there), rng), int(post[0]), rng)
            there = people[rng.random(n) < 0.15]
            same = np.full(len(there), text[0], dtype=object)
            stage.posts.add(
                there,
                stage.inside(exponential(at, 900.0, len(there), rng)),
                same,
                url=np.full(len(there), url, dtype=object),
            )


def returner(stage: Stage) -> None:
    """People who were away and come back: alone, with a new phone, from abroad, in another language, under a new name, or
    all at once because there is an election."""
    stage.days = YEAR
    language = str(stage.dials.language)
    stage.populate(1300, 45, stage.speakers(0.7), {"x": 1.0})
    stage.outlets.per_day *= 0.12
    rng = stage.rng("plant")
    kinds = {"returner": 25, "new_phone": 15, "emigrant": 12, "bilingual": 12, "rebrand": 8, "election_returner": 60}
    away: dict[str, Ints] = {}
    for name, count in kinds.items():
        lone = away[name] = stage.pick(count, rng, language=language)
        stage.harmless(name, lone)
        begin = rng.uniform(0, 60, len(lone))
        stage.people.window[lone] = np.stack([begin, begin + rng.uniform(40, 100, len(lone))], axis=1)
        stage.people.posts[lone] = rng.integers(25, 90, len(lone))
    _changed(stage, away, rng)
    stage.background()
    other = LANGUAGES.index("fr" if language != "fr" else "en")
    election = stage.start + 400 * DAY
    for name, lone in away.items():
        since = stage.start + (stage.people.window[lone, 1] * DAY).astype(np.int64) + 185 * DAY
        if name == "election_returner":
            back = np.maximum(since, election - whole(rng.exponential(3.0, len(lone)) * DAY))
            _campaign_talk(stage, lone, back, election, rng)
        else:
            back = since + whole(rng.random(len(lone)) * np.maximum(stage.start + (YEAR - 15) * DAY - since, DAY))
        speech = np.full(len(lone), other) if name == "bilingual" else None
        client = "Twitter for iPad" if name == "new_phone" else None
        come_back(stage, lone, back, rng, language=speech, client=client)


def _changed(stage: Stage, away: dict[str, Ints], rng: Generator) -> None:
    """What their profiles say now that they did not say before."""
    who = stage.people
    for number in away["emigrant"]:
        place, _ = places(str(rng.choice(LANGUAGES)), 1, rng)
        who.location[number] = str(place[0])
    for number in away["rebrand"]:
        who.bio[number] = f"formerly @{who.handle[number]}. {who.bio[number] or ''}".strip()
        who.handle[number] = f"{who.handle[number]}{rng.integers(10, 99)}x"


def _campaign_talk(stage: Stage, lone: Ints, back: Ints, election: int, rng: Generator) -> None:
    author = np.repeat(lone, rng.integers(3, 12, len(lone)))
    first = np.repeat(back, np.bincount(np.searchsorted(lone, author), minlength=len(lone)))
    at = stage.inside(first + whole(rng.random(len(author)) * np.maximum(election + 3 * DAY - first, DAY)))
    stage.posts.add(author, at, topical(stage, len(author), rng))


def evening_volunteers(stage: Stage) -> None:
    """Volunteers, who say so, share their party's links after work."""
    language, rng = _world(stage)
    people = stage.pick(35, rng, language=language)
    stage.harmless("evening_volunteers", people)
    n = len(people)
    stage.people.bio[people] = stage.texts(
        "volunteer", np.full(n, LANGUAGES.index(language)), np.full(n, POLITICS), rng
    )
    zone = float(np.median(stage.people.offset[people]))
    stage.people.offset[people] = zone
    stage.background()
    for day in range(stage.days):
        url = f"https://party.example/evening/{rng.integers(10**5, 10**6)}"
        there = people[rng.random(n) < (0.5 if (stage.start // DAY + day + 3) % 7 < 5 else 0.2)]
        hour = 18 + rng.beta(1.5, 2, len(there)) * 4.5 - zone
        share_link(stage, there, stage.start + day * DAY + whole(hour * HOUR), url, rng)
        more = people[rng.random(n) < 0.5]
        at = stage.start + day * DAY + whole((18 + rng.beta(1.5, 2, len(more)) * 4.5 - zone) * HOUR)
        stage.posts.add(more, stage.inside(at), topical(stage, len(more), rng))


SCENARIOS: Final = (
    Scenario(
        "trap_scheduler",
        "Planned posts on the hour, feeds on the minute.",
        "quiet",
        scheduler,
        trap="scheduler",
    ),
    Scenario(
        "trap_hyperactive_user",
        "One person posts 2,500 times.",
        "quiet",
        hyperactive_user,
        trap="hyperactive_user",
    ),
    Scenario(
        "trap_keyword_sample",
        "Two years seen through one hashtag.",
        "quiet",
        keyword_sample,
        trap="keyword_sample",
    ),
    Scenario(
        "trap_diaspora",
        "A small language far from home.",
        "quiet",
        diaspora,
        trap="diaspora",
    ),
    Scenario(
        "trap_staff",
        "A party's declared staff pass on its posts.",
        "open",
        staff,
        trap="staff",
    ),
    Scenario(
        "trap_returner",
        "People who were away come back, some for an election.",
        "quiet",
        returner,
        trap="returner",
    ),
    Scenario(
        "trap_evening_volunteers",
        "Declared volunteers share links after work.",
        "open",
        evening_volunteers,
        trap="evening_volunteers",
    ),
)
