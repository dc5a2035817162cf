"""From the stage to contract tables: ids, texts, counts; rows in an order that says nothing."""

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.random import Generator

from records.tables import TABLES, conform, empty
from scenarios.clock import DAY, SECOND, Ints
from scenarios.grammar import FUSED, LANGUAGES, SPACED, Texts
from scenarios.stage import Account, Planted, Post, Stage
from scenarios.world import Operation, Truth, World

_SNOWFLAKE: Final = 1_288_834_974_657  # X counts milliseconds from here (4 November 2010)
_OBSERVED_RENAMED: Final = 0.02
_OBSERVED_MOVED: Final = 0.03


def finish(stage: Stage) -> World:
    """The stage's world."""
    rng = stage.rng("finish")
    account_id = _account_ids(stage, rng)
    post_id = _post_ids(stage, rng)
    platform = stage.people.platform
    account_uid = platform + ":" + account_id
    post_uid = platform[stage.posts.column("author")] + ":" + post_id
    made: dict[str, pl.DataFrame] = {
        "accounts": _accounts(stage, account_id, rng),
        "account_history": _history(stage, account_id, rng),
        "posts": _posts(stage, account_id, post_id, rng),
        "pages": _pages(stage, account_id),
        "outlets": _outlets(stage),
        "collections": _collections(stage),
    }
    if stage.engaged:
        made["engagements"] = _engagements(stage, account_id, post_id)
    for name, rows in stage.tables.items():
        given = pl.DataFrame([_named(row, account_id, post_id) for row in rows], schema=_schema(name, rows))
        made[name] = pl.concat([made[name], given], how="diagonal") if name in made else given
    tables = {}
    for name in TABLES:
        frame = conform(name, made[name]) if name in made else empty(name)
        tables[name] = frame[rng.permutation(frame.height)] if frame.height else frame
    truth = Truth(
        operations=tuple(_operation(one, account_uid, post_uid) for one in stage.planted),
        benign={name: frozenset(account_uid[sorted(who)].tolist()) for name, who in stage.benign.items()},
        expected=stage.expected,
    )
    dials = stage.dials
    return World(stage.name, stage.seed, {name: getattr(dials, name) for name in dials.__slots__}, tables, truth)


def _named(row: dict[str, Any], account_id: Texts, post_id: Texts) -> dict[str, Any]:
    return {
        name: account_id[value] if isinstance(value, Account) else post_id[value] if isinstance(value, Post) else value
        for name, value in row.items()
    }


def _schema(name: str, rows: list[dict[str, Any]]) -> dict[str, pl.DataType]:
    given = {column for row in rows for column in row}
    return {column: kind for column, kind in TABLES[name].polars_schema.items() if column in given}


def _account_ids(stage: Stage, rng: Generator) -> Texts:
    """Numbers that grow with the age of the account, as platforms give them, and tell nothing else."""
    who = stage.people
    number = (who.created // 1000 - 1_100_000_000_000) * 1000 + rng.integers(0, 1000, len(who))
    made = np.array([str(one) for one in _apart(number)], dtype=object)
    named = np.flatnonzero([one is not None for one in who.id])
    made[named] = who.id[named]
    return made


def _post_ids(stage: Stage, rng: Generator) -> Texts:
    at = stage.posts.column("at") // 1000
    recent = np.maximum(at - _SNOWFLAKE, 1)
    return np.array([str(one) for one in _apart((recent << 22) + rng.integers(0, 1 << 22, len(at)))], dtype=object)


def _apart(numbers: Ints) -> Ints:
    """The same numbers, the later of two equal ones moved on until all differ."""
    made = numbers.copy()
    while len(np.unique(made)) < len(made):
        order = np.argsort(made, kind="stable")
        equal = np.flatnonzero(np.diff(made[order]) == 0) + 1
        made[order[equal]] += 1
    return made


def _time(at: Ints) -> pl.Series:
    return pl.Series(at, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))


def _whole(values: Ints) -> pl.Series:
    made = pl.Series(values, dtype=pl.Int64)
    return made.set(made < 0, None)


def _text(values: Any) -> pl.Series:
    return pl.Series(list(values), dtype=pl.String())


def _code(language: Ints) -> pl.Series:
    return _text(np.array(LANGUAGES, dtype=object)[language])


def _accounts(stage: Stage, account_id: Texts, rng: Generator) -> pl.DataFrame:
    who = stage.people
    n = len(who)
    made = np.bincount(stage.posts.column("author"), minlength=n)
    days = (stage.start - who.created) / DAY
    seen = np.flatnonzero((made > 0) | stage.shown)
    frame = pl.DataFrame(
        {
            "platform": _text(who.platform),
            "account_id": _text(account_id),
            "handle": _text(who.handle),
            "display_name": _text(who.name),
            "description": _text(who.bio),
            "created_at": _time(who.created),
            "location": _text(who.location),
            "language": _code(who.language),
            "followers": (who.influence * rng.lognormal(4.6, 0.7, n)).astype(np.int64),
            "following": rng.lognormal(5.3, 0.9, n).astype(np.int64),
            "posts_count": made + (days * rng.lognormal(-1.0, 1.0, n)).astype(np.int64),
            "verified": who.influence > 30,
            "default_avatar": rng.random(n) < 0.06,
            "observed_at": _time(np.full(n, stage.start + stage.days * DAY)),
        }
    )
    for column, values in stage.overrides.items():
        rows = pl.Series(list(values), dtype=pl.Int64)
        frame = frame.with_columns(
            frame[column].scatter(rows, pl.Series(list(values.values()), dtype=frame[column].dtype))
        )
    return frame[seen]


def _history(stage: Stage, account_id: Texts, rng: Generator) -> pl.DataFrame:
    """What profiles said before: one earlier look at half of the accounts; a few had another handle or place then."""
    who = stage.people
    seen = np.flatnonzero(rng.random(len(who)) < 0.5)
    old = rng.random(len(seen))
    handle, location = who.handle[seen].copy(), who.location[seen].copy()
    renamed = np.flatnonzero(old < _OBSERVED_RENAMED)
    handle[renamed] = [
        f"{text}_{digits}" for text, digits in zip(handle[renamed], rng.integers(10, 999, len(renamed)), strict=True)
    ]
    moved = np.flatnonzero((old >= _OBSERVED_RENAMED) & (old < _OBSERVED_RENAMED + _OBSERVED_MOVED))
    location[moved] = rng.permutation(who.place)[moved]
    at = np.maximum(who.created[seen] + DAY, stage.start - rng.integers(5, 300, len(seen)) * DAY)
    return pl.DataFrame(
        {
            "platform": _text(who.platform[seen]),
            "account_id": _text(account_id[seen]),
            "observed_at": _time(at),
            "handle": _text(handle),
            "display_name": _text(who.name[seen]),
            "description": _text(who.bio[seen]),
            "location": _text(location),
            "language": _code(who.language[seen]),
            "followers": (who.influence[seen] * rng.lognormal(4.4, 0.7, len(seen))).astype(np.int64),
        }
    )


_LISTS: Final = {"urls": "url", "hashtags": "tags", "media_hashes": "media", "objects": "objects"}


def _posts(stage: Stage, account_id: Texts, post_id: Texts, rng: Generator) -> pl.DataFrame:
    who, posts = stage.people, stage.posts
    author = posts.column("author")
    n = len(author)
    reply, repost, quote, mention = (posts.column(name) for name in ("reply", "repost", "quote", "mention"))
    client = posts.column("client").copy()
    usual = np.flatnonzero([one is None for one in client])
    client[usual] = who.client[author[usual]]
    reposts = np.bincount(repost[repost >= 0], minlength=n)
    replies = np.bincount(reply[reply >= 0], minlength=n)
    likes = posts.column("likes").copy()
    drawn = rng.poisson(np.minimum(reposts * 3 + who.influence[author] * rng.lognormal(0.0, 1.0, n), 1e6))
    likes = np.where(likes >= 0, likes, np.where(repost >= 0, -1, drawn))
    said = posts.column("speech")
    speech = _spoken(np.where(said >= 0, said, who.language[author]), posts.column("text"))
    shares = posts.column("shares")
    reposts = np.where(shares >= 0, shares, reposts)
    columns: dict[str, Any] = {
        "platform": _text(who.platform[author]),
        "post_id": _text(post_id),
        "author_id": _text(account_id[author]),
        "author_kind": _text(who.kind[author]),
        "created_at": _time(posts.column("at")),
        "time_precision": _text([one or "second" for one in posts.column("precision")]),
        "content_type": _text([one or "post" for one in posts.column("type")]),
        "text": _fused(_text(posts.column("text")), speech),
        "title": _fused(_text(posts.column("title")), speech),
        "language": speech,
        "client": _text(client),
        "location": _text(posts.column("place")),
        "in_reply_to_post_id": _other(reply, post_id),
        "in_reply_to_account_id": _other(np.where(reply >= 0, author[reply], -1), account_id),
        "repost_of_post_id": _other(repost, post_id),
        "repost_of_account_id": _other(np.where(repost >= 0, author[repost], -1), account_id),
        "quote_of_post_id": _other(quote, post_id),
        "is_repost": repost >= 0,
        "mentions": _other(mention, who.handle).str.split(" "),
        "likes": _whole(likes),
        "reposts": _whole(np.where(repost >= 0, -1, reposts)),
        "replies": _whole(np.where(repost >= 0, -1, replies)),
        "views": _whole(posts.column("views")),
        "credited_to": _text(posts.column("credited")),
        "url": _text(posts.column("address")),
    }
    columns |= {name: _text(posts.column(column)).str.split(" ") for name, column in _LISTS.items()}
    return pl.DataFrame(columns)


def _fused(text: pl.Series, language: pl.Series) -> pl.Series:
    """grammar.tidy for many texts."""
    frame = pl.DataFrame({"text": text, "language": language})
    words = pl.col("text")
    for old, new in SPACED:
        words = words.str.replace_all(old, new)
    for code, rules in FUSED.items():
        for old, new in rules:
            words = pl.when(pl.col("language") == code).then(words.str.replace_all(old, new)).otherwise(words)
    return frame.select(words.str.strip_chars())[:, 0]


def _spoken(language: Ints, text: Texts) -> pl.Series:
    """The language as a platform states it; nothing where a post has no words."""
    return pl.Series(
        [LANGUAGES[code] if one else None for code, one in zip(language, text, strict=True)], dtype=pl.String()
    )


def _other(number: Ints, names: Texts) -> pl.Series:
    return pl.Series([None if one < 0 else names[one] for one in number], dtype=pl.String())


def _engagements(stage: Stage, account_id: Texts, post_id: Texts) -> pl.DataFrame:
    account, post, kind, at = (np.concatenate(parts) for parts in zip(*stage.engaged, strict=True))
    frame = pl.DataFrame(
        {
            "platform": _text(stage.people.platform[account]),
            "post_id": _text(post_id[post]),
            "account_id": _text(account_id[account]),
            "kind": _text(kind),
            "at": _time(at),
        }
    )
    return frame.unique(["platform", "post_id", "account_id", "kind"], keep="first", maintain_order=True)


def _pages(stage: Stage, account_id: Texts) -> pl.DataFrame:
    media, who = stage.outlets, stage.people
    account = media.account
    return pl.DataFrame(
        {
            "platform": _text(who.platform[account]),
            "page_id": _text(account_id[account]),
            "name": _text(media.name),
            "handle": _text(who.handle[account]),
            "created_at": _time(who.created[account]),
            "outlet_id": _text(media.domain),
        }
    )


def _outlets(stage: Stage) -> pl.DataFrame:
    media = stage.outlets
    return pl.DataFrame(
        {
            "outlet_id": _text(media.domain),
            "name": _text(media.name),
            "domain": _text(media.domain),
            "country": _text(media.country),
            "language": _code(media.language),
            "kind": _text(media.kind),
        }
    )


def _collections(stage: Stage) -> pl.DataFrame:
    names = sorted(set(stage.people.platform.astype(str)))
    until = datetime.fromtimestamp((stage.start + stage.days * DAY) / SECOND, UTC)
    return pl.DataFrame(
        [
            {
                "collection_id": f"{stage.scope}-{name}", "platform": name, "scope": stage.scope, "query": stage.query,
                "since": datetime.fromtimestamp(stage.since / SECOND, UTC), "until": until,
                "complete": "yes" if stage.scope == "timeline" else "unknown",
            }
            for name in names
        ],
        schema={column: TABLES["collections"].polars_schema[column] for column in
                ("collection_id", "platform", "scope", "query", "since", "until", "complete")},
    )  # fmt: skip


def _operation(one: Planted, account_uid: Texts, post_uid: Texts) -> Operation:
    return Operation(
        name=one.name,
        pattern=one.pattern,
        members={str(account_uid[number]): role for number, role in sorted(one.roles.items())},
        posts=frozenset(str(post_uid[number]) for number in one.posts),
        families={str(post_uid[number]): family for number, family in sorted(one.families.items())},
        steps=tuple({name: _plain(value, account_uid, post_uid) for name, value in step.items()} for step in one.steps),
        targets=frozenset(str(account_uid[number]) for number in one.targets),
        extra={name: _plain(value, account_uid, post_uid) for name, value in one.extra.items()},
    )


def _plain(value: Any, account_uid: Texts, post_uid: Texts) -> Any:
    """The same with uids for accounts and posts."""
    if isinstance(value, Account):
        return str(account_uid[value])
    if isinstance(value, Post):
        return str(post_uid[value])
    if isinstance(value, list):
        return [_plain(item, account_uid, post_uid) for item in value]
    return value
