"""The public around an operation: members of parliament, what they hear in ordinary times, likes, people who come back."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios import clock
from scenarios.clock import DAY, SECOND, Ints
from scenarios.grammar import LANGUAGES
from scenarios.planting import POLITICS, after, ordinary
from scenarios.stage import Account, Stage

YEAR: Final = 420
"""Days of the worlds in which accounts sleep."""


def watched(stage: Stage, language: str, rng: Generator, count: int) -> Ints:
    """Members of parliament: accounts of their own that post now and then; rows of the table targets."""
    words = stage.lexicon("politics", language)
    parties = words.forms("p2") + words.forms("p1")
    first, last = words.draw("first", count, rng), words.draw("last", count, rng)
    members = stage.pick(count, rng, language=language)
    who = stage.people
    since = datetime.fromtimestamp((stage.start - 700 * DAY) / SECOND, UTC)
    for place, number in enumerate(members):
        who.name[number] = last[place] + first[place] if language == "zh" else f"{first[place]} {last[place]}"
        who.influence[number] = 25 + rng.lognormal(2.5, 0.8)
        # The operation is the first party's; the flooded are the other's, and a few of nobody's choice.
        party = parties[0] if place < count * 0.8 else parties[1]
        stage.row("targets", platform=str(who.platform[number]), account_id=Account(number), name=str(who.name[number]),
                  role="member", party=party, since=since)  # fmt: skip
    who.posts[members] = rng.integers(40, 110, count) * stage.days // YEAR + 20
    who.window[members] = [0.0, 1e9]
    stage.harmless("members", members)
    return members


def constituents(stage: Stage, members: Ints, rng: Generator) -> None:
    """What members hear in ordinary times: a few answers to each post, in everybody's own words."""
    posts, who = stage.posts, stage.people
    said = np.flatnonzero(np.isin(posts.column("author"), members) & (posts.column("repost") < 0))
    target = np.repeat(said, rng.poisson(1.6, len(said)))
    language = LANGUAGES[int(who.language[members[0]])]
    public = ordinary(stage, 10**9, rng, language, str(who.platform[members[0]]))
    author = rng.choice(public, len(target))
    at = stage.inside(after(posts.column("at")[target], 1.5 * 3600, 1.3, len(target), rng))
    there = who.window[author]
    day = (at - stage.start) / DAY
    kept = (there[:, 0] <= day) & (day < there[:, 1]) & (at > posts.column("at")[target])
    author, target, at = author[kept], target[kept], at[kept]
    text = stage.texts("thanks", who.language[author], np.full(len(author), POLITICS), rng)
    by = posts.column("author")[target]
    text = np.array([f"@{who.handle[b]} {t}" for b, t in zip(by, text, strict=True)], dtype=object)
    stage.posts.add(author, at, text, reply=target, mention=by)


def come_back(
    stage: Stage, lone: Ints, first: Ints, rng: Generator, *, language: Ints | None = None, client: str | None = None
) -> Ints:
    """Everyday posts of `lone` from the times `first` on to the end of the world."""
    who = stage.people
    made = []
    for place, number in enumerate(lone):
        n = int(rng.integers(12, 40))
        author = np.full(n, number)
        left = max(1, int((stage.start + stage.days * DAY - first[place]) // DAY))
        at = clock.times(author, who.offset, who.habit, int(first[place]), left, rng)
        speech = None if language is None else np.full(n, language[place])
        made.append(stage.chat(author, at, rng, speech, client))
    return np.concatenate(made)


def usual_likes(stage: Stage, count: int, rng: Generator) -> None:
    """Likes of ordinary posts by people of the same community."""
    posts, who = stage.posts, stage.people
    plain = np.flatnonzero((posts.column("repost") < 0) & (who.posts[posts.column("author")] > 0))
    weight = who.influence[posts.column("author")[plain]]
    liked = rng.choice(plain, count, p=weight / weight.sum())
    public = ordinary(stage, 10**9, rng)
    by = rng.choice(public, count)
    same = who.home[by] == who.home[posts.column("author")[liked]]
    kept = (same | (rng.random(count) < 0.15)) & (by != posts.column("author")[liked])
    at = after(posts.column("at")[liked[kept]], 2 * 3600, 1.3, int(kept.sum()), rng)
    stage.engage(by[kept], liked[kept], "like", at)
