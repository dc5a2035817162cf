"""Tweets as X's API v2 returns them: pages as twarc2 and other tools keep them, and single tweets as twarc flattens them."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import found, items, native, rows, x_entities
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from loaders.x_pages import ERROR, INCLUDED, KIND, PROFILE, take_apart
from records.chunk import Chunk

_PROFILE: Final = ("id", "username", "name", "description", "created_at", "location", "verified", "profile_image_url",
                   "url", "public_metrics.followers_count", "public_metrics.following_count",
                   "public_metrics.tweet_count")  # fmt: skip
_UNUSED: Final = ("public_metrics.quote_count", "public_metrics.bookmark_count", "attachments.poll_ids",
                  "entities.cashtags", "entities.annotations", "geo.place_id", "geo.country_code", "__twarc.version",
                  "author.entities", "author.pinned_tweet_id", "author.protected", "author.verified_type",
                  "author.public_metrics.listed_count", "author.withheld")  # fmt: skip
"""Parts of objects that are read only in part; they stay in `extra`."""
_OWN: Final = (INCLUDED,)
"""Columns of `extra` that the loader itself makes."""
_PATHS: Final = {
    path: path
    for path in (
        KIND, INCLUDED, "id", "text", "note_tweet.text", "created_at", "author_id", "lang", "source", "in_reply_to_user_id",
        "references.replied_to.id", "references.retweeted.id", "references.retweeted.author_id",
        "references.quoted.id", "references.replied_to.author_id", "references.quoted.author_id", "entities.hashtags",
        "entities.mentions", "entities.urls", "note_tweet.entities.hashtags", "note_tweet.entities.mentions",
        "note_tweet.entities.urls", "attachments.media_keys", "geo.full_name", "geo.coordinates.coordinates",
        *x_entities.COUNTS, *(f"author.{part}" for part in _PROFILE), "error.title",
        "error.resource_type", "__twarc.retrieved_at", "__twarc.url", *_UNUSED,
    )
}  # fmt: skip


def recognise(sample: Sample) -> int:
    paths = sample.paths
    if {"data.id", "data.item.id"} & paths and {"data.item.text", "data.text", "data.item.username"} & paths:
        return 90
    # Where a page begins with thousands of profiles, its tweets lie beyond the sample.
    if {"includes.users.item.username", "__twarc.retrieved_at"} <= paths:
        return 90
    flat = {"id", "text", "author_id", "conversation_id", "public_metrics.like_count"}
    return 90 if flat <= paths or ("__twarc.retrieved_at" in paths and "id" in paths) else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return items.read(
        native.on_one_line(source),
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=(KIND, ("author_id", "author.id", "error.title")),
        convert=_convert,
        expand=take_apart,
    )


def _convert(batch: Rows) -> Chunk:
    kind = batch.take(KIND)
    batch.ignore(kind == PROFILE, "profile beside posts, kept in accounts")
    title = batch.take("error.title").zip_with(kind != ERROR, batch.take("error.title").fill_null("no reason given"))
    for reason in title.drop_nulls().unique(maintain_order=True).to_list():
        batch.ignore((kind == ERROR) & (title == reason), f"named by X but not returned ({reason})")
    handle = batch.take("author.username")
    author = pl.select(pl.coalesce(batch.ids("author_id"), batch.ids("author.id"))).to_series()
    author = rows.names_for_ids(batch, author, handle)
    long = batch.take("note_tweet.text")
    text = long.zip_with(long.is_not_null(), batch.take("text"))
    post = batch.require(batch.ids("id"), "id")
    seen = batch.times("__twarc.retrieved_at")[0]
    original = batch.ids("references.retweeted.id")
    is_repost = original.is_not_null()
    posts = {
        **x_entities.tweet(batch, post, author, text, seen, is_repost),
        "in_reply_to_post_id": batch.ids("references.replied_to.id"),
        "in_reply_to_account_id": _either(
            batch.ids("in_reply_to_user_id"), batch.ids("references.replied_to.author_id")
        ),
        "repost_of_post_id": original,
        "repost_of_account_id": batch.ids("references.retweeted.author_id"),
        "quote_of_post_id": batch.ids("references.quoted.id"),
        "urls": _either(x_entities.links(_entities(batch, "urls")), found.urls(text)),
        "hashtags": _either(x_entities.hashtags(_entities(batch, "hashtags")), found.hashtags(text)),
        "mentions": _either(x_entities.mentions(_entities(batch, "mentions")), found.named(found.mentions(text))),
    }
    accounts = batch.profiles(x_entities.profile(batch, author, handle, batch.take("author.description"), seen))
    address = batch.take("__twarc.url")
    asked = x_entities.collected(batch, address)
    posts["extra"] = x_entities.left_over(batch, is_repost)
    frames = {"posts": batch.build(posts), "accounts": accounts, "collections": asked}
    frames["follows"] = x_entities.follows(batch, author, kind == PROFILE, address)
    return batch.chunk("posts", frames, [name for name in native.unused(batch) if name not in _OWN])


def _entities(batch: Rows, name: str) -> pl.Series:
    """Entities of the whole text where a long one is given beside the first 280 characters of it."""
    return pl.select(
        pl.coalesce(batch.lists(f"note_tweet.entities.{name}"), batch.lists(f"entities.{name}"))
    ).to_series()


def _either(listed: pl.Series, in_text: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(listed, in_text)).to_series()


LOADER: Final = Loader(
    name="x_api",
    title="tweets from X's API v2",
    platform="x",
    timezone="UTC",
    sample='{"data": [{"id": "1632000000000000001", "author_id": "2244994945", "created_at": "2023-03-04T13:26:40.000Z",'
    ' "text": "hello"}], "includes": {"users": [{"id": "2244994945", "username": "somebody", "name": "Somebody"}]},'
    ' "__twarc": {"url": "https://api.twitter.com/2/tweets/search/all?query=bridge", "retrieved_at":'
    ' "2023-03-09T10:15:30+00:00"}}\n',
    how_to_export="`twarc2 search`, `timeline`, `conversation`, `followers` and the like write one page a line; `twarc2"
    " flatten` and academictwitteR one tweet a line or an array. Tweets that came along (the originals of reposts) are kept"
    " and marked `included`; profiles without a tweet become accounts, and follows where the page was one of followers."
    " Reposts have the whole text of their original, and none of its counts. The question becomes a collection.",
    recognise=recognise,
    read=read,
    apart=True,
)
