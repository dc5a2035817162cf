"""The stage on which a scenario plays: population, background, and what a scenario adds to them."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from scenarios import background, clock
from scenarios.background import Articles, event_text
from scenarios.clock import DAY, SECOND, Floats, Ints
from scenarios.grammar import LANGUAGES, TOPICS, Lexicon, Texts, lexicon
from scenarios.people import Communities, Outlets, People, communities, joined, outlets, people
from scenarios.posts import Posts

EPOCH: Final = 1_736_121_600 * SECOND  # Monday 2025-01-06, 00:00 UTC


@dataclass(frozen=True, slots=True)
class Dials:
    """What may be turned (scenarios.build)."""

    participation: float
    noise: float
    rewriting: float
    side: str
    language: str | None
    size: float


class Account(int):
    """An account by number, where a row of another table or the truth names one."""


class Post(int):
    """A post by number, where a row of another table or the truth names one."""


@dataclass(slots=True)
class Planted:
    """An operation while it is made: accounts and posts by number."""

    name: str
    pattern: str
    roles: dict[int, str]
    posts: list[int] = field(default_factory=list)
    families: dict[int, str] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


class Stage:
    """One world in the making. Everything drawn comes from `rng`, so that the same seed gives the same world."""

    def __init__(self, name: str, seed: int, dials: Dials) -> None:
        self.name, self.seed, self.dials, self.side = name, seed, dials, dials.side
        self.start, self.days = EPOCH + (seed * 7919 % 60) * 7 * DAY, 28
        self.posts = Posts()
        self.planted: list[Planted] = []
        self.benign: dict[str, set[int]] = {}
        self.expected: dict[str, Any] = {}
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.scope = "timeline"
        self.query: str | None = None
        self.since = self.start
        """How the data were gathered: collections.scope, query, since."""
        self.overrides: dict[str, dict[int, Any]] = {}
        """Column of accounts to account to value, where a scenario says otherwise."""
        self.articles: Articles
        self.engaged: list[tuple[Ints, Ints, Texts, Ints]] = []
        self._order: tuple[Ints, tuple[Ints, Ints, Floats]] | None = None

    def rng(self, purpose: str) -> Generator:
        """The generator for one purpose: what one part draws never changes what another draws."""
        return Generator(PCG64(SeedSequence([zlib.crc32(f"{self.name}/{purpose}".encode()), self.seed])))

    # The population

    def speakers(self, share: float) -> dict[str, float]:
        """Shares of the languages: the scenario's own has `share`, the others the rest."""
        own = str(self.dials.language)
        return {word: share if word == own else (1 - share) / (len(LANGUAGES) - 1) for word in LANGUAGES}

    def populate(
        self,
        accounts: int,
        mean_posts: float,
        languages: Mapping[str, float],
        platforms: Mapping[str, float],
        *,
        per_community: int = 60,
        least: int = 600,
    ) -> None:
        """Accounts, communities and outlets. `accounts` is multiplied by the dial `size`; an operation needs a world of
        `least` accounts."""
        rng = self.rng("people")
        n = max(least, round(accounts * self.dials.size))
        speaks = dict(languages)
        count = 12 + 6 * len(speaks) + n // 500
        shares = np.array(list(speaks.values())) / sum(speaks.values())
        spoken = rng.choice([LANGUAGES.index(word) for word in speaks], count, p=shares)
        for place, word in enumerate(speaks):  # nobody without papers
            spoken[place * 3 : place * 3 + 3] = LANGUAGES.index(word)
        self.outlets: Outlets = outlets(count, spoken, self.side, rng)
        groups = max(6, n // per_community)
        self.groups: Communities = communities(groups, dict(platforms), speaks, self.outlets, self.side, rng)
        persons = people(self.groups, n, mean_posts, self.side, self.start, rng)
        desks = people(self.groups, count, 1, self.side, self.start, rng)
        self._staff(desks, rng)
        self.people: People = joined(persons, desks)
        self.shown = np.zeros(len(self.people), dtype=bool)
        self.outlets.account[:] = n + np.arange(count)

    def _staff(self, desks: People, rng: Generator) -> None:
        """Make accounts into those of outlets: their name, their language, a community's platform, no posts of their own."""
        media = self.outlets
        for number in range(len(desks)):
            readers = [g for g in range(len(self.groups)) if number in self.groups.outlets[g]]
            same = np.flatnonzero(self.groups.language == media.language[number])
            home = readers[0] if readers else int(same[0]) if len(same) else 0
            desks.home[number] = desks.second[number] = home
            desks.platform[number] = self.groups.platform[home]
            desks.handle[number] = str(media.domain[number]).split(".")[0]
        desks.name[:] = media.name
        desks.posts[:] = 0
        desks.language[:] = media.language
        desks.influence[:] = media.influence * 8
        desks.outlet[:] = np.arange(len(desks))
        desks.bio[:] = [f"{name} | {domain}" for name, domain in zip(media.name, media.domain, strict=True)]
        desks.offset[:] = np.array([-5.0, 1.0, 8.0])[media.language]

    def pick(
        self,
        count: int,
        rng: Generator,
        *,
        language: str | None = None,
        platform: str | None = None,
        among: Ints | None = None,
    ) -> Ints:
        """`count` ordinary accounts nobody has picked before, in the order of their numbers."""
        who = self.people
        free = who.outlet < 0
        free[[number for one in self.planted for number in one.roles]] = False
        free[[number for group in self.benign.values() for number in group]] = False
        if language is not None:
            free &= who.language == LANGUAGES.index(language)
        if platform is not None:
            free &= who.platform == platform
        if among is not None:
            free &= np.isin(np.arange(len(who)), among)
        return np.sort(rng.choice(np.flatnonzero(free), count, replace=False))

    def cover(self, members: Ints, planted_posts: Ints) -> None:
        """Give members the ordinary posts that make `noise` of all theirs; before the background is made."""
        noise = self.dials.noise
        # As unequal as everybody's: that all members post as much would tell them.
        taste = self.rng(f"cover {members[:1]}").lognormal(-0.125, 0.5, len(members))
        ordinary = planted_posts * noise / max(1 - noise, 0.02) * taste
        self.people.posts[members] = np.round(ordinary).astype(np.int64)

    # Background

    def background(self) -> None:
        """Make every ordinary post."""
        background.fill(self)

    def texts(self, rule: str, language: Ints, topic: Ints, rng: Generator) -> Texts:
        """One text of `rule` for each language and topic (numbers)."""
        made = np.empty(len(language), dtype=object)
        pair = language * len(TOPICS) + topic
        for key in np.unique(pair):
            here = np.flatnonzero(pair == key)
            words = lexicon(LANGUAGES[key // len(TOPICS)], self.side, TOPICS[key % len(TOPICS)])
            made[here] = words.draw(rule, len(here), rng)
        return made

    def lexicon(self, topic: str = "city", language: str | None = None) -> Lexicon:
        """The words of a language (the scenario's own where none is named) about a topic, for this world's side."""
        return lexicon(language or str(self.dials.language), self.side, topic)

    def inside(self, at: Ints) -> Ints:
        """Times within the world's stretch of days."""
        return np.asarray(np.clip(at, self.start, self.start + self.days * DAY - SECOND))

    def recent_articles(self, where: Ints, at: Ints, lag: tuple[float, float], rng: Generator) -> Ints:
        """For each post an article its community reads, from before `at`; -1 where there is none."""
        articles, groups = self.articles, self.groups
        by_outlet: list[list[int]] = [[] for _ in range(len(self.outlets.name))]
        for group, reads in enumerate(groups.outlets):
            for outlet in reads:
                by_outlet[outlet].append(group)
        copies = np.array([len(found) for found in by_outlet])[articles.outlet]
        row = np.repeat(np.arange(len(articles.at)), copies)
        reader = np.array([g for outlet in articles.outlet for g in by_outlet[outlet]], dtype=np.int64)
        order = np.lexsort((articles.at[row], reader))
        row, reader = row[order], reader[order]
        found = background.recent(where, at, (reader, articles.at[row], articles.weight[row]), lag, rng)
        return np.where(found >= 0, row[np.maximum(found, 0)], -1) if len(row) else found

    def recent_posts(self, where: Ints, at: Ints, author: Ints, lag: tuple[float, float], rng: Generator) -> Ints:
        """For each post one of its community from before `at` by somebody else; -1 where there is none."""
        posts = self.posts
        if self._order is None:
            said = posts.column("author")
            home = self.people.home[said]
            weight = self.people.influence[said] * self.rng("weights").lognormal(0.0, 1.0, len(said))
            order = np.lexsort((posts.column("at"), home))
            self._order = (order, (home[order], posts.column("at")[order], weight[order]))
        order, known = self._order
        found = background.recent(where, at, known, lag, rng)
        found = np.where(found >= 0, order[np.maximum(found, 0)], -1)
        return np.where((found >= 0) & (posts.column("author")[np.maximum(found, 0)] == author), -1, found)

    def answer(self, kind: str, author: Ints, at: Ints, target: Ints, rng: Generator) -> Ints:
        """Replies to, reposts, quotes or manual reposts of `target`; what has no target (-1) becomes a remark."""
        who, posts = self.people, self.posts
        there = target >= 0
        alone = np.flatnonzero(~there)
        home = who.home[author]
        plain = self.texts("chat", who.language[author[alone]], self.groups.topic[home[alone]], rng)
        first = posts.add(author[alone], at[alone], plain)
        author, at, target = author[there], at[there], target[there]
        by = posts.column("author")[target]
        said, url, tags = (posts.column(name)[target] for name in ("text", "url", "tags"))
        name = who.handle[by]
        if kind == "repost":
            text = np.array([f"RT @{n}: {t}" for n, t in zip(name, said, strict=True)], dtype=object)
            text[who.platform[author] != "x"] = None
            made = posts.add(author, at, text, repost=target, url=url, tags=tags)
        elif kind == "manual":
            text = np.array([f"RT @{n}: {t}" for n, t in zip(name, said, strict=True)], dtype=object)
            made = posts.add(author, at, text, url=url, tags=tags, mention=by)
        else:
            rule = "reply" if kind == "reply" else "comment"
            text = self.texts(rule, who.language[author], self.groups.topic[who.home[author]], rng)
            if kind == "reply":
                text = np.array([f"@{n} {t}" for n, t in zip(name, text, strict=True)], dtype=object)
                made = posts.add(author, at, text, reply=target, mention=by)
            else:
                made = posts.add(author, at, text, quote=target)
        return np.concatenate([first, made])

    def burst(self, article: int, public: Ints, share: float, lag: tuple[float, float], rng: Generator) -> Ints:
        """News everybody hears at once: accounts of `public` that are awake share, repost or shout about `article`."""
        who, articles = self.people, self.articles
        begin = int(articles.at[article])
        public = self.present(public, begin)
        chance = share * np.minimum(clock.awake(begin, who.offset[public], who.habit[public]), 3.0)
        there = public[rng.random(len(public)) < chance]
        at = self.inside(begin + (rng.lognormal(np.log(lag[0]), lag[1], len(there)) * SECOND).astype(np.int64))
        at = at // SECOND * SECOND
        act = rng.random(len(there))
        language, topic = who.language[there], self.groups.topic[who.home[there]]
        title, url = str(articles.title[article]), str(articles.url[article])
        made = []
        shares = np.flatnonzero(act < 0.4)
        said = self.texts("comment", language[shares], topic[shares], rng)
        said[rng.random(len(said)) < 0.6] = title
        links = np.full(len(said), url, dtype=object)
        made.append(self.posts.add(there[shares], at[shares], said + f" {url}", url=links))
        shout = (act >= 0.4) & (act < 0.7)
        words = self.groups.tags[int(who.home[there[0]])] if len(there) else []
        tag = words[-1] if words else "news"
        text = event_text(self.texts("react", language[shout], topic[shout], rng), title[:40])
        tagged = rng.random(len(text)) < 0.7
        tags = np.full(len(text), None, dtype=object)
        tags[tagged] = tag
        text[tagged] += f" #{tag}"
        made.append(self.posts.add(there[shout], at[shout], text, tags=tags))
        again = (act >= 0.7) & (
            who.platform[there] == who.platform[self.posts.column("author")[articles.post[article]]]
        )
        target = np.full(int(again.sum()), articles.post[article])
        made.append(
            self.answer(
                "repost", there[again], np.maximum(at[again], self.posts.column("at")[target] + SECOND), target, rng
            )
        )
        return np.concatenate(made)

    def chat(
        self, author: Ints, at: Ints, rng: Generator, language: Ints | None = None, client: str | None = None
    ) -> Ints:
        """Everyday posts of `author`, in another language or from another client than their usual where one is given."""
        speech = self.people.language[author] if language is None else language
        text = self.texts("chat", speech, self.groups.topic[self.people.home[author]], rng)
        return self.posts.add(author, at, text, speech=speech, client=client)

    def engage(self, account: Ints, post: Ints, kind: str, at: Ints) -> None:
        """Rows of the table engagements."""
        self.engaged.append((account, post, np.full(len(account), kind, dtype=object), self.inside(at)))

    def present(self, accounts: Ints, at: int) -> Ints:
        """Those of `accounts` that are about at this time."""
        day = (at - self.start) / DAY
        window = self.people.window[accounts]
        return accounts[(window[:, 0] <= day) & (day < window[:, 1])]

    def account(self, platform: str, language: str, name: str, handle: str, **fields: Any) -> int:
        """A new account that posts nothing of its own accord; `fields` as in People. Returns its number."""
        one = people(self.groups, 1, 1, self.side, self.start, self.rng(f"account {len(self.people)}"))
        one.platform[0], one.language[0], one.name[0], one.handle[0] = platform, LANGUAGES.index(language), name, handle
        one.posts[0] = 0
        alike = np.flatnonzero((self.groups.platform == platform) & (self.groups.language == one.language[0]))
        one.home[0] = one.second[0] = alike[0] if len(alike) else 0
        for field_, value in fields.items():
            getattr(one, field_)[0] = value
        self.people = joined(self.people, one)
        self.shown = np.append(self.shown, True)
        return len(self.people) - 1

    # What is planted

    def plant(self, name: str, pattern: str, members: Sequence[int] | Ints, role: str = "amplifier") -> Planted:
        """Begin an operation of `members` (accounts by number)."""
        one = Planted(name, pattern, {int(member): role for member in members})
        self.planted.append(one)
        return one

    def harmless(self, name: str, accounts: Sequence[int] | Ints) -> None:
        """Remember innocents by what they are."""
        self.benign.setdefault(name, set()).update(int(account) for account in accounts)

    def row(self, table: str, **values: Any) -> None:
        """A row of a table beside accounts and posts; accounts and posts as numbers are put in by `tables.finish`."""
        self.tables.setdefault(table, []).append(values)
