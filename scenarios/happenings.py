"""What happens in the background beyond everyday posts: news for all, evenings together, posts that go far, spam."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.random import Generator

from scenarios import clock
from scenarios.clock import DAY, HOUR, SECOND
from scenarios.grammar import LANGUAGES, SITE, lexicon

if TYPE_CHECKING:
    from scenarios.stage import Stage

_KEEN: Final = 0.006
_KEEN_SECONDS: Final = 40.0
_PER_VIRAL: Final = 120  # accounts for one viral post in four weeks
_BURST_SHARE: Final = (0.04, 0.16)  # accounts of a language that take part in a burst of news
_BURST_LAG: Final = (600.0, 1.1)


def keen(stage: "Stage", rng: Generator) -> None:
    """Readers who have an outlet's posts sent to their phone and pass some of them on at once."""
    people, articles = stage.people, stage.articles
    persons = np.flatnonzero((people.outlet < 0) & (people.posts > 0))
    for number in rng.choice(persons, round(_KEEN * len(persons)), replace=False):
        favourite = int(stage.groups.outlets[people.home[number]][0])
        if people.platform[stage.outlets.account[favourite]] != people.platform[number]:
            continue
        own = articles.post[articles.outlet == favourite]
        posted = stage.posts.column("at")[own]
        day = (posted - stage.start) / DAY
        own = own[(people.window[number, 0] <= day) & (day < people.window[number, 1])]
        own = rng.choice(own, min(len(own), 2 + rng.poisson(5)), replace=False)
        lag = (rng.lognormal(np.log(_KEEN_SECONDS), 1.0, len(own)) * SECOND).astype(np.int64) // SECOND * SECOND
        stage.answer("repost", np.full(len(own), number), stage.posts.column("at")[own] + lag, own, rng)


def viral(stage: "Stage", rng: Generator) -> None:
    """A few posts that leave their community: reposts by Pareto's law, from everywhere, over a day or two."""
    people, posts = stage.people, stage.posts
    author, plain, when = posts.column("author"), posts.column("repost") < 0, posts.column("at")
    keys = np.array([f"{p}/{code}" for p, code in zip(people.platform, people.language, strict=True)], dtype=object)
    for key in sorted(set(keys)):
        public = np.flatnonzero((keys == key) & (people.outlet < 0) & (people.posts > 0))
        own = np.flatnonzero(plain & (keys == key)[author])
        if len(public) < 50 or not len(own):
            continue
        for target in rng.choice(own, max(1, round(len(public) * stage.days / 28 / _PER_VIRAL)), replace=False):
            n = int(min(8 * (1 + rng.pareto(1.1)), len(public) / 8))
            there = stage.present(rng.choice(public, n, replace=False), int(when[target]))
            lag = (rng.lognormal(np.log(3 * 3600), 1.2, len(there)) * SECOND).astype(np.int64)
            at = when[target] + lag // SECOND * SECOND
            inside = (at < stage.start + stage.days * DAY) & (there != author[target])
            stage.answer("repost", there[inside], at[inside], np.full(int(inside.sum()), target), rng)


def news(stage: "Stage", rng: Generator) -> None:
    """Bursts: within minutes hundreds share one link, say the same thing's name or repost the outlet that had it first."""
    people, articles = stage.people, stage.articles
    for code in np.unique(people.language):
        public = np.flatnonzero((people.language == code) & (people.outlet < 0) & (people.posts > 0))
        own = np.flatnonzero(stage.outlets.language[articles.outlet] == code)
        if len(public) < 50 or not len(own):
            continue
        for _ in range(2 + rng.poisson(2 + stage.days / 14)):
            which = int(rng.choice(own, p=articles.weight[own] / articles.weight[own].sum()))
            stage.burst(which, public, rng.uniform(*_BURST_SHARE), _BURST_LAG, rng)


def evenings(stage: "Stage", rng: Generator) -> None:
    """Once a week a community watches something together and says so under one hashtag."""
    groups, people = stage.groups, stage.people
    for group in range(len(groups)):
        viewers = np.flatnonzero((people.home == group) & (people.outlet < 0) & (people.posts > 0))
        if len(viewers) < 15 or rng.random() < 0.5:
            continue
        tag, code = groups.tags[group][-2], int(groups.language[group])
        first = stage.start + int(rng.integers(0, 7)) * DAY + int((20 - np.median(people.offset[viewers])) * HOUR)
        for week in range(stage.days // 7):
            there = stage.present(rng.choice(viewers, max(3, len(viewers) // 5)), first + week * 7 * DAY)
            at = (
                first + week * 7 * DAY + (rng.beta(1.3, 2.0, len(there)) * 2 * HOUR).astype(np.int64) // SECOND * SECOND
            )
            topics = np.full(len(there), groups.topic[group])
            text = stage.texts("reply", np.full(len(there), code), topics, rng)
            tags = np.full(len(there), tag, dtype=object)
            stage.posts.add(there, stage.inside(at), text + f" #{tag}", tags=tags)


def spam(stage: "Stage", rng: Generator) -> None:
    """Single accounts that advertise the same thing all day, and people with two accounts."""
    people = stage.people
    persons = np.flatnonzero((people.outlet < 0) & (people.posts > 0))
    for number in rng.choice(persons, -(-len(persons) // 300), replace=False):
        if people.window[number, 0] > 0 or people.window[number, 1] < stage.days:
            continue
        n = int(rng.integers(8, 60))
        words = lexicon(LANGUAGES[people.language[number]], stage.side)
        url = f"https://{words.one('places', rng).encode().hex()[:8]}{rng.integers(10, 99)}.example/win"
        advert = words.one("promo", rng).replace(SITE, url)
        at = clock.times(np.full(n, number), people.offset, people.habit, stage.start, stage.days, rng)
        near = rng.choice(persons, n)
        handle = people.handle[near]
        text = np.array([f"@{one} {advert}" if rng.random() < 0.6 else advert for one in handle], dtype=object)
        stage.posts.add(np.full(n, number), at, text, url=np.full(n, url, dtype=object))
    for number in rng.choice(persons, len(persons) // 200, replace=False):
        other = int(rng.choice(persons))
        apart = people.window[[number, other]]
        alike = (people.language == people.language[number]) & (people.platform == people.platform[number])
        if other == number or not alike[other] or apart[:, 0].max() > 0 or apart[:, 1].min() < stage.days:
            continue
        n = int(rng.integers(2, 8))
        at = clock.times(np.full(n, number), people.offset, people.habit, stage.start, stage.days, rng)
        text = stage.texts("chat", np.full(n, people.language[number]), np.full(n, 0), rng)
        stage.posts.add(np.full(n, number), at, text)
        stage.posts.add(np.full(n, other), stage.inside(at + rng.integers(20, 600, n) * SECOND), text)
