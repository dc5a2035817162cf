"""Articles and who prints whose: outlets with sites and accounts, bodies of text, copies with and without credit."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.random import Generator

from scenarios.clock import DAY, HOUR, SECOND
from scenarios.grammar import SOURCE, TOPICS, tidy
from scenarios.stage import Account, Stage

_SENTENCES: Final = (9, 16)
_LAUGHS: Final = re.compile(r"\s(?:lol|mdr)\b|哈哈")
_EMOJI_FROM: Final = 0x1F000
_OLD_EMOJI: Final = "❤✨☕☀️"
TICK: Final = {"second": SECOND, "minute": 60 * SECOND, "day": DAY}
_PLATFORM_WORDS: Final = {"web": "site", "wechat": "gh", "douyin": "dy", "x": "x"}


@dataclass(slots=True)
class Outlet:
    """A medium of the story."""

    id: str
    name: str
    account: int
    platform: str
    language: str
    domain: str | None


@dataclass(slots=True)
class Article:
    """A text in the making of copies."""

    title: str
    body: list[str]
    """Sentences."""


def outlet(stage: Stage, name: str, platform: str, language: str, kind: str, rng: Generator) -> Outlet:
    """A new outlet with an account."""
    number = len(stage.tables.get("outlets", []))
    id_ = f"{_PLATFORM_WORDS[platform]}{number}-{rng.integers(100, 999)}.example" if platform == "web" else (
        f"{_PLATFORM_WORDS[platform]}_{rng.integers(16**9, 16**10):x}")  # fmt: skip
    account = stage.account(
        platform, language, name, id_.split(".")[0], kind="outlet", id=id_, bio=None, client=None, location=None,
        influence=float(rng.uniform(15, 40)),
    )  # fmt: skip
    domain = id_ if platform == "web" else None
    stage.row("outlets", outlet_id=id_, name=name, domain=domain, language=language, kind=kind)
    if platform != "web":
        stage.row("pages", platform=platform, page_id=Account(account), name=name, outlet_id=id_,
                  created_at=datetime.fromtimestamp(int(stage.people.created[account]) // SECOND, UTC))  # fmt: skip
    return Outlet(id_, name, account, platform, language, domain)


def owned(
    stage: Stage, subject: Outlet | str, owner: str, owner_name: str, relation: str = "owned_by", **more: Any
) -> None:
    """An edge of ownership, with its document."""
    row = {
        "subject_id": subject if isinstance(subject, str) else subject.id,
        "object_id": owner,
        "relation": relation,
        "subject_kind": "organisation" if isinstance(subject, str) else "outlet",
        "object_kind": "organisation",
        "object_name": owner_name,
        "since": datetime(2016, 3, 1, tzinfo=UTC),
        "source": "company register",
        "grade": "B2",
    }
    stage.row("ownership", **(row | more))


def write(stage: Stage, language: str, rng: Generator, topic: str = "politics") -> Article:
    """An article nobody else has written."""
    return several(stage, language, 1, rng, topic)[0]


def several(stage: Stage, language: str, n: int, rng: Generator, topic: str = "politics") -> list[Article]:
    """`n` such articles, drawn at once."""
    words = stage.lexicon(topic, language)
    length = rng.integers(*_SENTENCES, n)
    ends = np.cumsum(length)
    titles = words.draw("headline", n, rng)
    # News and remarks by turns.
    lines = np.empty(int(length.sum()), dtype=object)
    lines[1::2], lines[::2] = (
        words.draw("headline", len(lines) // 2, rng),
        words.draw("topical", -(-len(lines) // 2), rng),
    )
    return [
        Article(
            tidy(str(title), language),
            [_sentence(tidy(str(line), language), language) for line in lines[end - count : end]],
        )
        for title, count, end in zip(titles, length, ends, strict=True)
    ]


def _sentence(text: str, language: str) -> str:
    """In print: no emoji, no laughter, a capital and a full stop."""
    plain = _LAUGHS.sub("", "".join(char for char in text if ord(char) < _EMOJI_FROM and char not in _OLD_EMOJI))
    plain = plain.strip(" .!。！…")
    return plain[:1].upper() + plain[1:] + ("。" if language == "zh" else ".")


def text_of(article: Article, language: str) -> str:
    return ("" if language == "zh" else " ").join(article.body)


def copied(stage: Stage, article: Article, language: str, kept: float, rng: Generator, new: int = 2) -> Article:
    """The article as another would print it: `kept` of its sentences, in order, a few of the copier's own among them."""
    words = stage.lexicon("politics", language)
    body = [sentence for sentence in article.body if rng.random() < kept] or article.body[:3]
    for _ in range(new):
        body.insert(int(rng.integers(len(body) + 1)), _sentence(words.one("headline", rng), language))
    return Article(article.title, body)


def publish(
    stage: Stage,
    medium: Outlet,
    at: int,
    article: Article,
    *,
    kind: str = "article",
    credited: str | None = None,
    views: int = -1,
    likes: int = -1,
    shares: int = -1,
    precision: str | None = None,
) -> int:
    """A post of the outlet with the article as its text; a credit stands in the text and in credited_to. Sites give
    their times to the minute, or as `precision` says."""
    precision = precision or ("minute" if medium.platform == "web" else "second")
    text = text_of(article, medium.language)
    if credited:
        words = stage.lexicon("politics", medium.language)
        mark = words.one("credit", stage.rng(f"credit {stage.posts.count}")).replace(SOURCE, credited)
        text = f"{mark}{'，' if medium.language == 'zh' else ': '}{text}"
    address = f"https://{medium.domain or 'mp.example/' + medium.id}/{stage.posts.count * 7919 % 10**6}"
    made = stage.posts.add(
        np.array([medium.account]),
        np.array([at // TICK[precision] * TICK[precision]]),
        np.array([tidy(text, medium.language)], dtype=object),
        type=kind,
        title=np.array([article.title], dtype=object),
        credited=credited,
        precision=precision,
        address=address,
        views=views,
        likes=likes,
        shares=shares,
    )
    return int(made[0])


def everyday(stage: Stage, media: list[Outlet], per_week: float, rng: Generator, *, views: float = 4_000.0) -> None:
    """What each outlet prints of its own."""
    for medium in media:
        for article in several(
            stage, medium.language, int(rng.poisson(per_week * stage.days / 7)), rng, str(rng.choice(TOPICS))
        ):
            at = stage.start + int(rng.integers(0, stage.days)) * DAY + int(np.clip(rng.normal(11, 4), 0, 23.9) * HOUR)
            count = int(views * rng.lognormal(0, 0.5))
            video = medium.platform == "douyin"
            text = Article(article.title, [article.title]) if video else article
            publish(stage, medium, at, text, kind="video" if video else "article", views=count, likes=count // 40)
