"""Accounts: who they are, where they live, what they talk about, how much they post."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.clock import DAY, SECOND, Floats, Ints
from scenarios.grammar import LANGUAGES, TOPICS, Texts, lexicon, tidy

CLIENTS: Final[dict[str, dict[str, float]]] = {
    "x": {
        "Twitter for iPhone": 0.38, "Twitter for Android": 0.31, "Twitter Web App": 0.24, "TweetDeck": 0.03,
        "Twitter for iPad": 0.02, "Buffer": 0.01, "Hootsuite Inc.": 0.01,
    },
    "weibo": {"iPhone客户端": 0.37, "Android客户端": 0.33, "微博网页版": 0.2, "华为手机": 0.1},
    "telegram": {}, "facebook": {}, "instagram": {}, "wechat": {}, "douyin": {}, "web": {},
}  # fmt: skip
_JOKES: Final = (
    "somewhere",
    "Earth",
    "the internet",
    "🌍",
    "home",
    "between two trains",
    "everywhere",
    "ici et là",
    "宇宙",
)
_SYLLABLES: Final = [
    a + b for a in ("b", "ch", "d", "f", "g", "h", "j", "k", "l", "m", "n", "q", "sh", "t", "w", "x", "y", "zh")
    for b in ("an", "ei", "i", "ing", "ong", "uan")
]  # fmt: skip
"""Parts of Latin handles for names in other scripts."""


@dataclass(slots=True)
class Communities:
    """People who read and talk about the same: each of one platform, one language and one topic."""

    platform: Texts
    language: Ints
    topic: Ints
    outlets: list[Ints]
    """Numbers of the outlets its people read, the dearest first."""
    tags: list[list[str]]
    pool: list[list[str]]
    """Links people of this community share at any time: its podcast, its wiki, its favourite video."""

    def __len__(self) -> int:
        return len(self.platform)


@dataclass(slots=True)
class Outlets:
    """Media: each writes articles on its own domain and has an account on a platform."""

    name: Texts
    domain: Texts
    language: Ints
    topic: Ints
    influence: Floats
    per_day: Floats
    account: Ints
    """Number of the account that posts its articles."""
    kind: Texts
    country: Texts


@dataclass(slots=True)
class People:
    """Every account of a world; all fields have one value an account."""

    platform: Texts
    language: Ints
    offset: Floats
    """Hours from UTC."""
    habit: Ints
    home: Ints
    """Community."""
    second: Ints
    posts: Ints
    """Ordinary posts to be made."""
    influence: Floats
    created: Ints
    handle: Texts
    name: Texts
    bio: Texts
    location: Texts
    place: Texts
    """Where the account really is."""
    client: Texts
    outlet: Ints
    """Number of its outlet, -1 for people."""
    kind: Texts
    window: Floats
    """First and last day on which it posts of its own accord, counted from the world's start."""
    id: Texts
    """Its id where the platform does not number accounts (sites, WeChat), else None."""

    def __len__(self) -> int:
        return len(self.platform)


@cache
def _places() -> dict[str, list[tuple[str, float, float]]]:
    found: dict[str, list[tuple[str, float, float]]] = {language: [] for language in LANGUAGES}
    with (Path(__file__).parent / "words" / "places.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["lang"]].append((row["place"], float(row["offset"]), float(row["weight"])))
    return found


def places(language: str, n: int, rng: Generator) -> tuple[Texts, Floats]:
    """Real places where speakers of `language` live, and their hours from UTC."""
    rows = _places()[language]
    weights = np.array([row[2] for row in rows])
    picked = rng.choice(len(rows), n, p=weights / weights.sum())
    return (
        np.array([row[0] for row in rows], dtype=object)[picked],
        np.array([row[1] for row in rows])[picked],
    )


def spread(n: int, shares: dict[str, float], rng: Generator) -> Texts:
    """`n` words drawn by their shares."""
    names = np.array(list(shares), dtype=object)
    weights = np.array(list(shares.values()))
    return names[rng.choice(len(names), n, p=weights / weights.sum())]


def outlets(count: int, language: Ints, side: str, rng: Generator) -> Outlets:
    """`count` outlets; the first few of each language are the large ones."""
    name = np.empty(count, dtype=object)
    for code, word in enumerate(LANGUAGES):
        here = np.flatnonzero(language == code)
        made = lexicon(word, side).draw("outlet", len(here), rng)
        for place, number in enumerate(here):
            name[number] = f"{made[place]}" if made[place] not in name[:number] else f"{made[place]} {number}"
    domain = np.array([f"{_ascii(text, rng)}{number}.example" for number, text in enumerate(name)], dtype=object)
    return Outlets(
        name=name,
        domain=domain,
        language=language,
        topic=rng.integers(0, len(TOPICS), count),
        influence=rng.lognormal(2.0, 1.0, count),
        per_day=np.clip(rng.lognormal(1.4, 0.6, count), 1.0, 20.0),
        account=np.full(count, -1, dtype=np.int64),
        kind=spread(count, {"independent": 0.7, "unknown": 0.2, "state-affiliated": 0.1}, rng),
        country=np.array([("CA", "FR", "CN")[code] for code in language], dtype=object),
    )


def _ascii(text: str, rng: Generator) -> str:
    plain = "".join(char for char in text.lower() if char.isascii() and char.isalnum())
    return plain or "".join(rng.choice(_SYLLABLES, 2))


def communities(
    count: int, platforms: dict[str, float], languages: dict[str, float], media: Outlets, side: str, rng: Generator
) -> Communities:
    """`count` communities; each reads five outlets of its language, its first one more than the rest."""
    platform, language = _shared_out(_sizes(count), platforms, languages)
    topic = rng.integers(0, len(TOPICS), count)
    reads, tags, pool = [], [], []
    for number in range(count):
        same = np.flatnonzero(media.language == language[number])
        liking = media.influence[same] * np.where(media.topic[same] == topic[number], 6.0, 1.0)
        picked = rng.choice(same, min(5, len(same)), replace=False, p=liking / liking.sum())
        reads.append(picked)
        words = lexicon(LANGUAGES[language[number]], side, TOPICS[topic[number]])
        town = words.one("places", rng).lower().replace(" ", "").replace("-", "")
        own = [words.one("last", rng).lower().replace("-", "") + town, town]
        tags.append([*rng.permutation(words.forms("tags")).tolist(), *own])
        show = f"https://{_ascii(town, rng)}{number}.example"
        pool.append([f"{show}/{word}/{rng.integers(100, 999)}" for word in ("episode", "wiki", "watch", "shop") * 3])
    return Communities(platform, language, topic, reads, tags, pool)


def _sizes(count: int) -> Floats:
    """Shares of the accounts by community: Zipf's law, a little flatter."""
    weights = 1 / (np.arange(count) + 2.0) ** 0.8
    return np.asarray(weights / weights.sum())


def _shared_out(sizes: Floats, platforms: dict[str, float], languages: dict[str, float]) -> tuple[Texts, Ints]:
    """A platform and a language for each community, so that their accounts come near the shares asked for; the smallest
    communities go to those that have none yet."""
    pairs = [(one, other) for one in platforms for other in languages]
    wanted = np.array([platforms[one] * languages[other] for one, other in pairs])
    wanted /= wanted.sum()
    given = np.zeros(len(pairs))
    chosen = []
    for number, size in enumerate(sizes):
        missing = np.flatnonzero(given == 0)
        if len(missing) and len(sizes) - number <= len(missing):
            pick = int(missing[0])
        else:
            pick = int(np.argmax(wanted * sizes[: number + 1].sum() - given))
        given[pick] += size
        chosen.append(pairs[pick])
    platform = np.array([one for one, _ in chosen], dtype=object)
    return platform, np.array([LANGUAGES.index(other) for _, other in chosen])


def people(groups: Communities, n: int, mean_posts: float, side: str, start: int, rng: Generator) -> People:
    """`n` ordinary accounts in `groups`, community sizes by Zipf's law, activity and influence heavy-tailed."""
    home = rng.choice(len(groups), n, p=_sizes(len(groups)))
    second = _neighbour(groups, home, rng)
    language = groups.language[home]
    offset, place = np.zeros(n), np.empty(n, dtype=object)
    name, bio, base = np.empty(n, dtype=object), np.empty(n, dtype=object), np.empty(n, dtype=object)
    for code, word in enumerate(LANGUAGES):
        here = np.flatnonzero(language == code)
        place[here], offset[here] = places(word, len(here), rng)
        words = lexicon(word, side)
        first, last = words.draw("first", len(here), rng), words.draw("last", len(here), rng)
        name[here] = last + first if word == "zh" else np.where(rng.random(len(here)) < 0.6, first + " " + last, first)
    pairs = np.stack([language, groups.topic[home]], axis=1)
    for code, topic in np.unique(pairs, axis=0):
        here = np.flatnonzero((pairs == (code, topic)).all(axis=1))
        texts = lexicon(LANGUAGES[code], side, TOPICS[topic]).draw("bio", len(here), rng)
        bio[here] = [tidy(text, LANGUAGES[code]) for text in texts]
    bio[rng.random(n) < 0.18] = None
    for number in range(n):
        base[number] = "".join(char for char in name[number].lower() if char.isascii() and char.isalpha())
    short = np.array([len(text) < 3 for text in base])
    made = rng.choice(_SYLLABLES, (n, 2))
    base = np.where(short, (made[:, 0].astype(object) + made[:, 1].astype(object)), base)
    digits = np.array([str(number) for number in rng.integers(1, 9999, n)], dtype=object)
    digits[rng.random(n) < 0.35] = ""
    location = place.copy()
    vague = rng.random(n)
    location[vague < 0.28] = None
    joking = (vague >= 0.28) & (vague < 0.36)
    location[joking] = rng.choice(np.array(_JOKES, dtype=object), int(joking.sum()))
    platform = groups.platform[home]
    client = np.full(n, None, dtype=object)
    for word in sorted(set(platform)):
        shares = CLIENTS.get(word, {})
        if shares:
            here = np.flatnonzero(platform == word)
            client[here] = spread(len(here), shares, rng)
    activity = rng.lognormal(0.0, 1.1, n)
    return People(
        platform=platform,
        language=language,
        offset=offset,
        habit=rng.choice(5, n, p=(0.3, 0.3, 0.2, 0.1, 0.1)),
        home=home,
        second=second,
        posts=np.clip(np.round(activity / activity.mean() * mean_posts), 1, 60 * mean_posts).astype(np.int64),
        influence=rng.lognormal(0.0, 1.3, n),
        created=(start - (rng.beta(1.2, 1.6, n) * 14 * 365 + 10) * DAY).astype(np.int64) // SECOND * SECOND,
        handle=unique(base + digits, rng),
        name=name,
        bio=bio,
        location=location,
        place=place,
        client=client,
        outlet=np.full(n, -1, dtype=np.int64),
        kind=np.full(n, "account", dtype=object),
        window=np.tile([0.0, 1e9], (n, 1)),
        id=np.full(n, None, dtype=object),
    )


def _neighbour(groups: Communities, home: Ints, rng: Generator) -> Ints:
    """A second community of the same platform and language for each account; its own where there is none."""
    second = home.copy()
    keys = np.array([f"{p}/{code}" for p, code in zip(groups.platform, groups.language, strict=True)], dtype=object)
    for key in sorted(set(keys)):
        alike = np.flatnonzero(keys == key)
        here = np.flatnonzero(np.isin(home, alike))
        second[here] = rng.choice(alike, len(here))
    return second


def unique(handles: Texts, rng: Generator) -> Texts:
    """The same handles, digits added to those taken."""
    taken: set[str] = set()
    made = np.empty(len(handles), dtype=object)
    for number, handle in enumerate(handles):
        word = str(handle)
        while word in taken:
            word = f"{handle}{rng.integers(10, 99_999)}"
        taken.add(word)
        made[number] = word
    return made


def joined(one: People, other: People) -> People:
    """The accounts of both, `one` first."""
    return People(*(np.concatenate([getattr(one, field), getattr(other, field)]) for field in one.__slots__))
