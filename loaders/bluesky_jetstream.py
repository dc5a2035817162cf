"""Bluesky as it happens: events of Jetstream, one a line, each a post, repost, like, follow, profile or change of handle."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import polars as pl

from loaders import bluesky_records, columns, found, items, snowflake
from loaders.base import Loader, Options, Sample, Source
from loaders.bluesky_records import ACCOUNTS, FOLLOWS, IGNORED, LIKES, POSTS
from loaders.csvfile import Batch
from loaders.native import Item
from loaders.rows import Rows
from records.chunk import Chunk

_WHOLE: Final = "items"
_PATHS: Final = {name: name for name in (
    "did", "time_us", "kind", "table", "reason", "collection", "rkey", "post_id", "deleted", "created_at", "text", "language",
    "parent", "quote", "subject", "urls", "hashtags", "mentions", "objects", "handle", "display_name", "description",
    "avatar", "extra",
)}  # fmt: skip
_MOVED: Final = "times claimed that do not fit with when the network saw the record, replaced"
_GONE: Final = "deletions, kept as posts of which only author, time and end are known"
# A record's time is what the author's program claims. Programs' clocks are some minutes fast; the stream has stood still for
# hours, seldom for a day. What claims to be older was put there later, as imports from other networks are, or is a lie.
_FAST: Final = pl.duration(minutes=5)
_LATE: Final = pl.duration(days=1)


def recognise(sample: Sample) -> int:
    return 95 if {"did", "time_us", "kind"} <= sample.paths else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    unknown: set[str] = set()

    def whole(batch: Rows) -> Chunk:
        return batch.chunk(_WHOLE, {_WHOLE: batch.frame})

    parts = items.read(
        source,
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=("did", "time_us", "kind"),
        convert=whole,
        expand=partial(_take_apart, unknown=unknown),
    )
    tables = {POSTS: _posts, LIKES: _likes, FOLLOWS: _follows, ACCOUNTS: _accounts}
    for part in parts:
        frame = part.frames[_WHOLE]
        table = pl.col("table").fill_null("")
        # What is ignored, or of no kind at all, is counted beside the posts.
        for name, convert in tables.items():
            rows = frame.filter(~table.is_in(list(tables)[1:]) if name == POSTS else table == name)
            if name == POSTS:
                batch = Batch(rows, part.refused, part.ignored)
            elif rows.height:
                batch = Batch(rows)
            else:
                continue
            chunk = convert(Rows(batch, options, LOADER.timezone), sorted(unknown))
            if name == POSTS:
                chunk.notes.update(part.notes)
            yield chunk


def _take_apart(event: Item, unknown: set[str]) -> list[Item]:
    return [bluesky_records.take_apart(event, unknown)]


def _posts(batch: Rows, unknown: list[str]) -> Chunk:
    batch.require(batch.take("kind"), "kind")
    reason, table = batch.take("reason"), batch.take("table")
    for sentence in reason.drop_nulls().unique(maintain_order=True).to_list():
        batch.ignore((table == IGNORED) & (reason == sentence), sentence)
    author, post = batch.require(batch.ids("did"), "did"), batch.require(batch.take("post_id"), "rkey")
    deleted, seen = batch.take("deleted").is_not_null(), batch.times("time_us")[0]
    written = snowflake.bluesky_tid(batch.ids("rkey"))
    batch.ignore(deleted & written.is_null(), "deletion of a post whose id holds no time")
    batch.note(_GONE, int((deleted & post.is_not_null() & written.is_not_null()).sum()))
    created = _created(batch, written, seen, post.is_not_null() & ~deleted)
    text, original, parent, quote = (batch.take(name) for name in ("text", "subject", "parent", "quote"))
    again = batch.take("collection") == bluesky_records.REPOST
    none = pl.Series([None], dtype=seen.dtype).new_from_index(0, batch.height)
    posts = {
        "platform": batch.fill("bluesky"),
        "post_id": post,
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(written.zip_with(deleted, created), "createdAt"),
        "time_precision": batch.fill("second"),
        "content_type": batch.fill("post"),
        "text": text,
        "language": batch.take("language"),
        "in_reply_to_post_id": parent,
        "in_reply_to_account_id": _author(parent),
        "repost_of_post_id": original,
        "repost_of_account_id": _author(original),
        "is_repost": again,
        "quote_of_post_id": quote,
        "urls": _either(batch.lists("urls"), found.urls(text)),
        "hashtags": _either(batch.lists("hashtags"), found.hashtags(text)),
        "mentions": _either(batch.lists("mentions"), found.named(found.mentions(text))),
        "objects": batch.lists("objects"),
        "url": post.str.replace(r"^at://([^/]+)/app\.bsky\.feed\.post/([^/]+)$", "https://bsky.app/profile/$1/post/$2")
        .zip_with(~again.fill_null(False), batch.fill(None)),
        # A deletion knows nothing of the post, and must not stand above what was read of it before or after.
        "collected_at": none.zip_with(deleted, seen),
        "deleted_at": seen.zip_with(deleted, none),
        "extra": batch.take("extra"),
    }  # fmt: skip
    return batch.chunk("posts", {"posts": batch.build(posts)}, unknown)


def _likes(batch: Rows, unknown: list[str]) -> Chunk:
    engagements = {
        "platform": batch.fill("bluesky"),
        "post_id": batch.require(batch.take("subject"), "subject"),
        "account_id": batch.require(batch.ids("did"), "did"),
        "kind": batch.fill("like"),
        "at": _at(batch),
        "extra": batch.take("extra"),
    }
    return batch.chunk("engagements", {"engagements": batch.build(engagements)}, unknown)


def _follows(batch: Rows, unknown: list[str]) -> Chunk:
    follows = {
        "platform": batch.fill("bluesky"),
        "follower_id": batch.require(batch.ids("did"), "did"),
        "followed_id": batch.require(batch.ids("subject"), "subject"),
        "followed_at": _at(batch),
        "extra": batch.take("extra"),
    }
    return batch.chunk("follows", {"follows": batch.build(follows)}, unknown)


def _accounts(batch: Rows, unknown: list[str]) -> Chunk:
    """Profiles as their owners wrote them, and handles as they changed. Each is what was true when it was seen: the newest
    stands, the earlier become the account's history."""
    account = batch.require(batch.ids("did"), "did")
    avatar = batch.booleans("avatar")
    accounts = {
        "platform": batch.fill("bluesky"),
        "account_id": account,
        "handle": batch.take("handle"),
        "display_name": batch.take("display_name"),
        "description": batch.take("description"),
        "created_at": _claims(batch),
        "default_avatar": ~avatar,
        "profile_url": "https://bsky.app/profile/" + account,
        "observed_at": batch.times("time_us")[0],
        "extra": batch.take("extra"),
    }
    return batch.chunk("accounts", {"accounts": batch.build(accounts)}, unknown)


def _at(batch: Rows) -> pl.Series:
    """When a like or follow was made."""
    written = snowflake.bluesky_tid(batch.ids("rkey"))
    return _created(batch, written, batch.times("time_us")[0], batch.fill(True))


def _claims(batch: Rows) -> pl.Series:
    """The times records claim; null where one is none, which authors may write at will."""
    times = columns.times(batch.take("created_at"), batch.zone)
    return times.values.zip_with(
        ~times.outside, pl.Series([None], dtype=times.values.dtype).new_from_index(0, batch.height)
    )


def _created(batch: Rows, written: pl.Series, seen: pl.Series, of: pl.Series) -> pl.Series:
    """The time a record claims where it fits with when the network saw it, else that in its id, else when it was seen.

    Where `of` is true the ledger counts those that were replaced; the claim then stands in `extra`.
    """
    raw = batch.take("created_at")
    frame = pl.DataFrame({"claimed": _claims(batch), "written": written, "seen": seen, "raw": raw, "of": of})

    def fits(name: str) -> pl.Expr:
        near = pl.col(name).is_between(pl.col("seen") - _LATE, pl.col("seen") + _FAST)
        return pl.col(name).is_not_null() & (pl.col("seen").is_null() | near)

    found_times = frame.select(
        pl.when(fits("claimed")).then("claimed").when(fits("written")).then("written").otherwise("seen").alias("at"),
        (pl.col("of") & pl.col("raw").is_not_null() & ~fits("claimed")).alias("moved"),
        (pl.col("of") & pl.col("raw").is_null() & fits("written")).alias("taken"),
    )
    moved = found_times["moved"]
    batch.note(_MOVED, int(moved.sum()))
    batch.note(snowflake.TAKEN, int(found_times["taken"].sum()))
    if moved.any():
        claim = columns.as_json(pl.DataFrame({"createdAt": raw}), ["createdAt"])
        extra = batch.frame["extra"]
        both = (claim.str.strip_suffix("}") + "," + extra.str.strip_prefix("{")).zip_with(extra.is_not_null(), claim)
        batch.frame = batch.frame.with_columns(both.zip_with(moved, extra).alias("extra"))
    return found_times["at"]


def _author(uri: pl.Series) -> pl.Series:
    return uri.str.extract(r"^at://([^/]+)/")


def _either(listed: pl.Series, in_text: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(listed, in_text)).to_series()


LOADER: Final = Loader(
    name="bluesky_jetstream",
    title="events of Bluesky's Jetstream",
    platform="bluesky",
    timezone="UTC",
    sample='{"did":"did:plc:lena2345lena2345lena2345","time_us":1709546400123456,"kind":"commit","commit":{"rev":"3kmu5xyz2ab2c",\n'
    '"operation":"create","collection":"app.bsky.feed.post","rkey":"3kmu5xabc2d2e","record":{"$type":"app.bsky.feed.post",'
    '"createdAt":"2024-03-04T10:00:00.000Z","langs":["en"],"text":"hello"},"cid":"bafyrei..."}}',
    how_to_export="Any client of wss://jetstream2.us-east.bsky.network/subscribe that writes each message on a line (`websocat"
    " URL > events.jsonl`); .zst is read too. A post is named by its at:// address, as replies, quotes and reposts name it."
    " Its time is the one it claims, unless the network saw it more than a day later or five minutes earlier: then that in its"
    " id or of the stream. Deletions become posts of which only author, time and end are known, or end a post that was read."
    " Likes become engagements; changes of handle and profiles accounts and their history. The rest is left out and counted.",
    recognise=recognise,
    read=read,
    apart=True,
)
