"""Statuses as Mastodon's API returns them, and the outbox of an account's own archive."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import polars as pl

from loaders import found, items, mastodon_outbox, mastodon_statuses, native, snowflake
from loaders.base import Loader, Options, Sample, Source
from loaders.mastodon_statuses import OTHER, PAGES, PROFILE, Numbers
from loaders.rows import Rows
from loaders.source import HEAD
from records.chunk import Chunk

_AUTHOR: Final = ("id", "display_name", "description", "created_at", "followers", "following", "posts_count",
                  "default_avatar", "profile_url", "extra")  # fmt: skip
_PATHS: Final = {
    **{name: name for name in (
        "kind", "reason", "post_id", "local_id", "created_at", "text", "title", "language", "client", "url", "urls",
        "hashtags", "mentions", "likes", "reposts", "replies", "in_reply_to_post_id", "in_reply_to_account_id",
        "unknown_parent", "repost_of_post_id", "repost_of_account_id", "is_repost", "quote_of_post_id", "extra",
    )},
    **{f"author.{name}": f"author.{name}" for name in _AUTHOR},
}  # fmt: skip
_LOST: Final = "replies whose parent has a number of a server the file does not name"
_STATUS: Final = {"account.acct", "content", "created_at"}
_TELLING: Final = {"uri", "reblogs_count", "favourites_count", "in_reply_to_id", "spoiler_text"}


def recognise(sample: Sample) -> int:
    if mastodon_outbox.WHERE + ".actor" in sample.paths and mastodon_outbox.WHERE + ".object" in sample.paths:
        return 90
    for place in ("", *(f"{page}.item." for page in PAGES)):
        if {place + key for key in _STATUS} <= sample.paths and {place + key for key in _TELLING} & sample.paths:
            return 95
    return 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    with source.open() as stream:
        archive = b'"orderedItems"' in stream.read(HEAD)
    unknown: set[str] = set()
    if archive:
        expand = partial(mastodon_outbox.take_apart, unknown=unknown)
    else:
        source = native.on_one_line(source)
        expand = partial(mastodon_statuses.take_apart, numbers=Numbers(source), unknown=unknown)
    return items.read(
        source,
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=("post_id",),
        convert=partial(_convert, unknown=unknown),
        where=mastodon_outbox.WHERE if archive else "",
        expand=expand,
    )


def _convert(batch: Rows, unknown: set[str]) -> Chunk:
    kind, reason = batch.take("kind"), batch.take("reason")
    for sentence in reason.drop_nulls().unique(maintain_order=True).to_list():
        batch.ignore(reason == sentence, sentence)
    batch.ignore(kind == PROFILE, "profile beside posts, kept in accounts")
    batch.ignore(kind == OTHER, "item that is no status")
    batch.note(_LOST, int(batch.take("unknown_parent").is_not_null().sum()))
    platform, author, text = batch.fill("mastodon"), batch.ids("author.id"), batch.take("text")
    post = batch.require(batch.ids("post_id"), "uri")
    created, precision = batch.times_or_ids("created_at", ids=batch.ids("local_id"), clock=snowflake.mastodon)
    posts = {
        "platform": platform,
        "post_id": post,
        "author_id": batch.require(author, "account"),
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "created_at"),
        "time_precision": precision,
        "content_type": batch.fill("post"),
        "text": text,
        **{name: batch.take(name) for name in ("title", "language", "client", "url")},
        **{name: batch.ids(name) for name in ("in_reply_to_post_id", "in_reply_to_account_id", "repost_of_post_id",
                                              "repost_of_account_id", "quote_of_post_id")},
        "is_repost": batch.booleans("is_repost"),
        "urls": _either(batch.lists("urls"), found.urls(text)),
        "hashtags": _either(batch.lists("hashtags"), found.hashtags(text)),
        "mentions": _either(batch.lists("mentions"), found.named(found.mentions(text))),
        **{name: batch.integers(name) for name in ("likes", "reposts", "replies")},
    }  # fmt: skip
    profile = {
        "platform": platform,
        "account_id": author,
        "handle": author,
        **{name: batch.take(f"author.{name}") for name in ("display_name", "description", "profile_url", "extra")},
        "created_at": batch.times("author.created_at")[0],
        **{name: batch.integers(f"author.{name}") for name in ("followers", "following", "posts_count")},
        "default_avatar": batch.booleans("author.default_avatar"),
    }
    posts["extra"] = batch.take("extra")
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": batch.profiles(profile)}, sorted(unknown))


def _either(listed: pl.Series, in_text: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(listed, in_text)).to_series()


LOADER: Final = Loader(
    name="mastodon",
    title="statuses of Mastodon",
    platform="mastodon",
    timezone="UTC",
    sample='[{"id": "112036800000000001", "created_at": "2024-03-04T10:00:00.000Z", "in_reply_to_id": null, "uri":\n'
    '  "https://mastodon.example/users/somebody/statuses/112036800000000001", "content": "<p>hello</p>", "reblog": null,'
    ' "account": {"id": "1", "acct": "somebody", "url": "https://mastodon.example/@somebody"}}]',
    how_to_export="What /api/v1/timelines, /accounts/ID/statuses, /statuses/ID/context or /api/v2/search answer: one array, or"
    " a status or page on each line; and outbox.json of the archive an account's owner can ask for. A post is named by the"
    " address it has on every server (`uri`), an account by name@server: numbers are a server's own. A reply names its parent"
    " by number: the parent's address stands where the file has it, else SERVER/NUMBER. What was reposted or quoted is kept"
    " and marked `included`. Reposts have the text of their original, and none of its counts.",
    recognise=recognise,
    read=read,
    apart=True,
)
