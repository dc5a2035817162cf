"""What happens anyway: chatter, news, links, replies, reposts, evenings and mornings, spam by single accounts.

People of one community read the same outlets, use the same hashtags and repost the same voices, so that they share far
more than chance gives and yet do nothing together. A few times the whole language talks about one thing at once.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.random import Generator

from scenarios import clock, happenings
from scenarios.clock import HOUR, SECOND, Floats, Ints
from scenarios.grammar import EVENT, Texts

if TYPE_CHECKING:
    from scenarios.stage import Stage

KINDS: Final = {
    "chat": 0.32, "short": 0.035, "greet": 0.02, "topical": 0.15, "link": 0.12, "reply": 0.17, "repost": 0.155,
    "quote": 0.02, "manual": 0.01,
}  # fmt: skip
"""What people post, on average; everybody has habits of their own."""
ORIGINAL: Final = ("chat", "short", "greet", "topical", "link")
_OWN_TASTE: Final = 3.0  # gamma shape of a person's habits: some only repost, some never do
_CANDIDATES: Final = 24  # recent posts a repost or reply chooses among
_LINK_LAG: Final = (
    2.0 * 3600,
    1.6,
)  # seconds, lognormal spread: half of the shares of an article come within two hours
_REPOST_LAG: Final = (1.0 * 3600, 1.8)
_REPLY_LAG: Final = (0.4 * 3600, 1.7)
_EVERGREEN: Final = 0.12  # links that are no news
_HEADLINE: Final = 0.35  # link shares that repeat the headline
_TRACKED: Final = 0.15  # links copied with their tracking parameters
_SLIPS: Final = 0.12  # posts with a slip of the finger
_TAGGED: Final = {"chat": 0.07, "topical": 0.45, "link": 0.25, "greet": 0.1}


@dataclass(slots=True)
class Articles:
    """What the outlets wrote, sorted by time."""

    outlet: Ints
    at: Ints
    url: Texts
    title: Texts
    weight: Floats
    post: Ints
    """The outlet's own post with the article."""


def fill(stage: "Stage") -> None:
    """Every ordinary post of the world."""
    stage.articles = _articles(stage)
    people, rng = stage.people, stage.rng("posts")
    author = np.repeat(np.arange(len(people)), people.posts)
    at = clock.times(author, people.offset, people.habit, stage.start, stage.days, rng, people.window)
    kind = _kinds(author, len(people), rng)
    where = _where(stage, author, rng)
    originals = np.isin(kind, [list(KINDS).index(name) for name in ORIGINAL])
    _originals(stage, author[originals], at[originals], kind[originals], where[originals], rng)
    rest = ~originals
    _answers(stage, author[rest], at[rest], kind[rest], where[rest], rng)
    happenings.keen(stage, stage.rng("keen"))
    happenings.viral(stage, stage.rng("viral"))
    happenings.news(stage, stage.rng("news"))
    happenings.evenings(stage, stage.rng("evenings"))
    happenings.spam(stage, stage.rng("spam"))


def _kinds(author: Ints, accounts: int, rng: Generator) -> Ints:
    taste = rng.gamma(_OWN_TASTE, 1 / _OWN_TASTE, (accounts, len(KINDS))) * np.array(list(KINDS.values()))
    sums = np.cumsum(taste / taste.sum(axis=1, keepdims=True), axis=1)
    return np.asarray((sums[author] < rng.random(len(author))[:, None]).sum(axis=1).clip(max=len(KINDS) - 1))


def _where(stage: "Stage", author: Ints, rng: Generator) -> Ints:
    """The community each post is made in."""
    people = stage.people
    return np.where(rng.random(len(author)) < 0.82, people.home[author], people.second[author])


def _articles(stage: "Stage") -> Articles:
    media, rng = stage.outlets, stage.rng("articles")
    outlet = np.repeat(np.arange(len(media.name)), rng.poisson(media.per_day * stage.days))
    hour = np.clip(rng.normal(13, 4.5, len(outlet)), 0, 23.9)
    local = rng.integers(0, stage.days, len(outlet)) * 24 + hour
    zone = stage.people.offset[media.account[outlet]]
    at = stage.start + (((local - zone) % (stage.days * 24)) * HOUR).astype(np.int64) // SECOND * SECOND
    order = np.lexsort((outlet, at))
    outlet, at = outlet[order], at[order]
    title = stage.texts("headline", media.language[outlet], media.topic[outlet], rng)
    slug = rng.integers(100_000, 9_999_999, len(outlet))
    url = np.array(
        [f"https://{media.domain[o]}/{2020 + s % 7}/{s}" for o, s in zip(outlet, slug, strict=True)], dtype=object
    )
    weight = rng.lognormal(0.0, 1.4, len(outlet)) * media.influence[outlet]
    post = stage.posts.add(
        media.account[outlet], at + rng.integers(2, 40, len(at)) * SECOND, title + " " + url, url=url
    )
    return Articles(outlet, at, url, title, weight, post)


def _originals(stage: "Stage", author: Ints, at: Ints, kind: Ints, where: Ints, rng: Generator) -> None:
    language, topic = stage.groups.language[where], stage.groups.topic[where]
    text = np.full(len(author), "", dtype=object)
    url = np.full(len(author), None, dtype=object)
    tags = np.full(len(author), None, dtype=object)
    for number, name in enumerate(KINDS):
        here = np.flatnonzero(kind == number)
        if name not in ORIGINAL or not len(here):
            continue
        if name == "link":
            text[here], url[here] = _link(stage, at[here], where[here], rng)
        else:
            text[here] = stage.texts(name, language[here], topic[here], rng)
        tagged = here[rng.random(len(here)) < _TAGGED.get(name, 0.0)]
        tags[tagged] = _tags(stage, where[tagged], rng)
    text = _styled(text, author, tags, rng)
    shown = np.array([f" {one}" if one else "" for one in url], dtype=object)
    stage.posts.add(author, at, text + shown, url=url, tags=tags)


def _link(stage: "Stage", at: Ints, where: Ints, rng: Generator) -> tuple[Texts, Texts]:
    """A comment or the headline, and the link."""
    articles = stage.articles
    chosen = stage.recent_articles(where, at, _LINK_LAG, rng)
    text = stage.texts("comment", stage.groups.language[where], stage.groups.topic[where], rng)
    url = np.array([stage.groups.pool[group][pick] for group, pick in
                    zip(where, np.minimum(rng.geometric(0.3, len(where)) - 1, 11), strict=True)], dtype=object)  # fmt: skip
    news = (chosen >= 0) & (rng.random(len(at)) >= _EVERGREEN)
    url[news] = articles.url[chosen[news]]
    headline = news & (rng.random(len(at)) < _HEADLINE)
    said = articles.title[chosen[headline]]
    style = rng.random(len(said))
    name = stage.outlets.name[articles.outlet[chosen[headline]]]
    text[headline] = np.where(
        style < 0.5, said, np.where(style < 0.7, said + " | " + name, text[headline] + " " + said)
    )
    tracked = rng.random(len(url)) < _TRACKED
    url[tracked] = url[tracked] + "?utm_source=share"
    return text, url


def _tags(stage: "Stage", where: Ints, rng: Generator) -> Texts:
    """One to three hashtags of the community, the first ones most."""
    count = 1 + (rng.random(len(where)) < 0.35) + (rng.random(len(where)) < 0.12)
    pick = np.minimum(rng.geometric(0.25, (len(where), 3)) - 1, 9)
    made = np.empty(len(where), dtype=object)
    for row, (group, n) in enumerate(zip(where, count, strict=True)):
        own = stage.groups.tags[group]
        made[row] = " ".join(dict.fromkeys(own[p % len(own)] for p in pick[row, :n]))
    return made


def _styled(text: Texts, author: Ints, tags: Texts, rng: Generator) -> Texts:
    """Everybody's way of writing: small letters only, or none but large; hashtags behind the text."""
    shown = np.array(["" if one is None else " #" + one.replace(" ", " #") for one in tags], dtype=object)
    small = (author * 7919 % 100) < 22  # a habit of the account, whatever its number
    loud = rng.random(len(text)) < 0.01
    written = [t.lower() if s else t.upper() if up else t for t, s, up in zip(text, small, loud, strict=True)]
    slips = np.flatnonzero(rng.random(len(text)) < _SLIPS)
    fingers = clock.apart(rng)
    for place in slips:
        written[place] = _slip(written[place], fingers)
    styled: Texts = np.array(written, dtype=object) + shown
    return styled


def _slip(text: str, rng: Generator) -> str:
    """A slip of the finger: two letters of a word exchanged, one left out or one typed twice."""
    place = int(rng.integers(0, max(len(text) - 3, 1)))
    word = text[place : place + 3]
    if len(word) < 3 or not word.isalpha() or not word.isascii():
        return text
    made = (word[0] + word[2] + word[1], word[0] + word[2], word[0] + word[1] * 2 + word[2])[int(rng.integers(3))]
    return text[:place] + made + text[place + 3 :]


def _answers(stage: "Stage", author: Ints, at: Ints, kind: Ints, where: Ints, rng: Generator) -> None:
    """Replies, reposts and quotes of what was said in the community shortly before."""
    names = list(KINDS)
    for name, lag in (("reply", _REPLY_LAG), ("repost", _REPOST_LAG), ("quote", _REPOST_LAG), ("manual", _REPOST_LAG)):
        here = np.flatnonzero(kind == names.index(name))
        stage.answer(
            name, author[here], at[here], stage.recent_posts(where[here], at[here], author[here], lag, rng), rng
        )


def event_text(text: Texts, title: str) -> Texts:
    """Reactions with the news put into them."""
    return np.array([one.replace(EVENT, title) for one in text], dtype=object)


def recent(keys: Ints, at: Ints, order: tuple[Ints, Ints, Floats], lag: tuple[float, float], rng: Generator) -> Any:
    """For each (key, at) something of the same key from before, -1 where there is nothing: its age about `lag` (median
    in seconds, lognormal spread), the popular among its neighbours in time far more often.

    `order` holds the keys and times of what there is, sorted by them, and its weights.
    """
    there, when, weight = order
    span = int(when.max() - when.min()) + 2 if len(when) else 1
    base = int(when.min()) if len(when) else 0
    composite = there * span + (when - base)
    wanted = at - (rng.lognormal(np.log(lag[0]), lag[1], len(at)) * SECOND).astype(np.int64)
    clipped = np.clip(wanted - base, -1, span - 2)
    place = np.searchsorted(composite, keys * span + clipped, side="right") - 1
    low = np.searchsorted(composite, keys * span, side="left")
    choice = np.full(len(at), -1, dtype=np.int64)
    for first in range(0, len(at), 50_000):  # bounded memory for a million posts
        rows = slice(first, first + 50_000)
        near = place[rows, None] + _CANDIDATES // 3 - np.arange(_CANDIDATES)
        known = near.clip(0, len(when) - 1)
        age = np.maximum((at[rows, None] - when[known]) / SECOND, 1.0)
        # Where little is said the neighbours lie days apart: of them the ones of a likelier age.
        likely = -0.5 * ((np.log(age) - np.log(lag[0])) / lag[1]) ** 2
        score = np.log(weight[known] + 1e-9) + likely + rng.gumbel(size=near.shape)
        wrong = (near < low[rows, None]) | (near >= len(when)) | (there[known] != keys[rows, None])
        score[wrong | (when[known] >= at[rows, None])] = -np.inf
        best = score.argmax(axis=1)
        found = near[np.arange(len(best)), best]
        choice[rows] = np.where(np.isfinite(score.max(axis=1)), found, -1)
    return choice
