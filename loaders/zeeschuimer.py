"""What a browser was shown, as Zeeschuimer keeps it: posts in the form the platform sent them, one a line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders import (
    found,
    items,
    native,
    rows,
    snowflake,
    zeeschuimer_bytedance,
    zeeschuimer_meta,
    zeeschuimer_pages,
    zeeschuimer_truth,
    zeeschuimer_x,
)
from loaders.base import Loader, Options, Sample, Source
from loaders.native import Item, mapping
from loaders.rows import Rows
from records.chunk import Chunk


@dataclass(frozen=True, slots=True)
class _Site:
    """How the posts of one platform are read."""

    platform: str
    take_apart: Callable[[Item], list[Item]]
    """The post in the contract's words, and the posts that came along inside it."""
    used: frozenset[str]
    """Keys of the platform's object that `take_apart` reads."""
    addresses: frozenset[str]
    """Keys that hold only where pictures and films are fetched from; these addresses expire within days."""


_X: Final = _Site("x", zeeschuimer_x.take_apart, zeeschuimer_x.USED, zeeschuimer_x.ADDRESSES)


def _meta(platform: str, take_apart: Callable[[Item], list[Item]]) -> _Site:
    return _Site(platform, take_apart, zeeschuimer_meta.USED, zeeschuimer_meta.ADDRESSES)


def _film(platform: str, take_apart: Callable[[Item], list[Item]]) -> _Site:
    return _Site(platform, take_apart, zeeschuimer_bytedance.USED, zeeschuimer_bytedance.ADDRESSES)


_SITES: Final = {
    "x.com": _X,
    "twitter.com": _X,
    "instagram.com": _meta("instagram", zeeschuimer_meta.instagram),
    "threads.net": _meta("threads", zeeschuimer_meta.threads),
    "threads.com": _meta("threads", zeeschuimer_meta.threads),
    "tiktok.com": _film("tiktok", zeeschuimer_bytedance.tiktok),
    "tiktok-comments": _film("tiktok", zeeschuimer_bytedance.tiktok_comment),
    "douyin.com": _film("douyin", zeeschuimer_bytedance.douyin),
    "xiaohongshu.com": _film("xiaohongshu", zeeschuimer_bytedance.xiaohongshu),
    "truthsocial.com": _Site(
        "other:truth_social", zeeschuimer_truth.take_apart, zeeschuimer_truth.USED, zeeschuimer_truth.ADDRESSES
    ),
    "rednote.com": _film("xiaohongshu", zeeschuimer_bytedance.xiaohongshu),
}
# Platforms whose ids hold the time of posting.
_TIMED: Final = {"x": snowflake.tweet, "tiktok": snowflake.tiktok, "douyin": snowflake.tiktok}
_IMPORTED: Final = "__import_meta"
_OWN: Final = ("nav_index", "item_id", "timestamp_collected", "source_platform", "source_platform_url", "source_url",
               "user_agent")  # fmt: skip
_TEXTS: Final = ("platform", "ignored", "post_id", "author_id", "handle", "created_at", "content_type", "text", "title",
                 "language", "client", "location", "latitude", "longitude", "in_reply_to_post_id",
                 "in_reply_to_account_id", "repost_of_post_id", "repost_of_account_id", "is_repost", "quote_of_post_id",
                 "likes", "reposts", "replies", "views", "url", "included", "quote_count")  # fmt: skip
_LISTS: Final = ("urls", "hashtags", "mentions", "objects", "links_more", "mentions_more")
_AUTHOR: Final = ("display_name", "description", "created_at", "location", "followers", "following", "posts_count",
                  "verified", "default_avatar", "sec_uid")  # fmt: skip
_PATHS: Final = {
    **{name: f"post.{name}" for name in (*_TEXTS, *_LISTS)},
    **{f"author.{name}": f"post.author.{name}" for name in _AUTHOR},
    **{name: f"meta.{name}" for name in _OWN},
    "data": "data",
}


def recognise(sample: Sample) -> int:
    own, imported = {"source_platform", "timestamp_collected"}, f"{_IMPORTED}.source_platform"
    paths = sample.paths
    return 95 if (own <= paths and any(path.startswith("data") for path in paths)) or imported in paths else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    unknown: set[str] = set()

    return items.read(
        source,
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=("source_platform",),
        convert=_convert,
        expand=lambda item: _take_apart(item, unknown),
        unknown=unknown,
    )


def _take_apart(item: Item, unknown: set[str]) -> list[Item]:
    """An item as Zeeschuimer saves it, or as 4CAT gives it out again with Zeeschuimer's own columns aside."""
    if _IMPORTED in item:
        meta = mapping(item[_IMPORTED])
        data = {key: value for key, value in item.items() if key != _IMPORTED}
    else:
        meta, data = item, mapping(item.get("data"))
    named = str(meta.get("source_platform") or "").lower()
    own = {key: meta.get(key) for key in _OWN}
    site = _SITES.get(named)
    if site is None:
        return [{"meta": own, "post": {"ignored": f"of {named}, which is not mapped" if named else "of no platform"}}]
    left = {key: value for key, value in data.items() if key not in site.used and key not in site.addresses}
    unknown.update(f"data.{key}" for key in left)
    posts = site.take_apart(data)
    posts[0]["ignored"] = _incomplete(posts[0], site.platform)
    rest = [left or None, *([None] * (len(posts) - 1))]
    return [
        {"meta": own, "data": kept, "post": {**post, "platform": site.platform}}
        for post, kept in zip(posts, rest, strict=True)
    ]


def _incomplete(post: Item, platform: str) -> str | None:
    """Pages show stubs beside posts: broadcasts, tiles of search results, notices of what was removed."""
    if not post.get("post_id") or not (post.get("author_id") or post.get("handle")):
        return "stub without a post or its author"
    return None if post.get("created_at") or platform in _TIMED else "stub without the time of posting"


def _convert(batch: Rows) -> Chunk:
    reason = batch.take("ignored")
    for sentence in reason.drop_nulls().unique(maintain_order=True).to_list():
        batch.ignore(reason == sentence, sentence)
    for name in _OWN:
        batch.take(name)
    handle, text, platform = batch.take("handle"), batch.take("text"), batch.take("platform")
    author = rows.names_for_ids(batch, batch.ids("author_id"), handle)
    post = batch.require(batch.ids("post_id"), "post_id")
    created, precision = _created(batch, platform, post)
    seen = batch.times("timestamp_collected")[0]
    listed = {name: batch.lists(name) for name in _LISTS}
    posts = {
        "platform": platform,
        "post_id": post,
        "author_id": batch.require(author, "author_id"),
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "created_at"),
        "time_precision": precision,
        "content_type": batch.take("content_type"),
        "text": text,
        **{name: batch.take(name) for name in ("title", "language", "client", "location", "url")},
        "latitude": batch.decimals("latitude"),
        "longitude": batch.decimals("longitude"),
        **{name: batch.ids(name) for name in _TEXTS if name.endswith(("_post_id", "_account_id"))},
        "is_repost": batch.booleans("is_repost"),
        "urls": _joined(listed["urls"], found.urls(text), listed["links_more"]),
        "hashtags": _joined(listed["hashtags"], found.hashtags(text)),
        "mentions": _joined(
            listed["mentions"], found.named(found.mentions(text)), found.named(listed["mentions_more"])
        ),
        "objects": listed["objects"],
        **{name: batch.integers(name) for name in ("likes", "reposts", "replies", "views")},
        "collected_at": seen,
    }
    accounts = batch.profiles(
        {
            "platform": platform,
            "account_id": author,
            "handle": handle,
            **{name: batch.take(f"author.{name}") for name in ("display_name", "description", "location")},
            "created_at": batch.times("author.created_at")[0],
            **{name: batch.integers(f"author.{name}") for name in ("followers", "following", "posts_count")},
            **{name: batch.booleans(f"author.{name}") for name in ("verified", "default_avatar")},
            "observed_at": seen,
        }
    )
    posts["extra"] = batch.rest("source_platform_url")
    known = {"data", "included", "quote_count", "author.sec_uid"}
    unknown = [name for name in native.unused(batch) if name not in known]
    asked = zeeschuimer_pages.collected(batch, platform, batch.take("source_platform_url"))
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts, "collections": asked}, unknown)


def _created(batch: Rows, platform: pl.Series, post: pl.Series) -> tuple[pl.Series, pl.Series]:
    """When posts were made, and how precisely; from their ids where a page leaves it out."""
    values, precision = batch.times("created_at")
    absent = batch.take("created_at").is_null() & post.is_not_null() & batch.take("ignored").is_null()
    for word, time_of in _TIMED.items():
        missing = absent & (platform == word)
        if missing.any():
            values = values.zip_with(~missing, time_of(post))
            precision = precision.zip_with(~missing, batch.fill("second"))
            batch.note(snowflake.TAKEN, int((missing & values.is_not_null()).sum()))
    return values, precision


def _joined(given: pl.Series, in_text: pl.Series, more: pl.Series | None = None) -> pl.Series:
    """What the platform lists, where it lists it at all, else what stands in the text; and what is listed elsewhere."""
    chosen = pl.coalesce(pl.lit(given), pl.lit(in_text))
    both = pl.concat_list(chosen.fill_null([]), pl.lit(more).fill_null([])) if more is not None else chosen
    items_ = pl.select(both.list.drop_nulls().list.unique(maintain_order=True)).to_series()
    return pl.select(pl.when((items_.list.len() > 0) | given.is_not_null()).then(items_)).to_series()


LOADER: Final = Loader(
    name="zeeschuimer",
    title="posts that Zeeschuimer saw",
    platform="",
    timezone="UTC",
    sample='{"nav_index": "1:2:0", "item_id": "1632000000000000001", "timestamp_collected": 1678000000000,'
    ' "source_platform": "twitter.com", "source_platform_url": "https://x.com/search?q=bridge", "source_url": "https://x.com'
    '/i/api/graphql/a/SearchTimeline", "data": {"rest_id": "1632000000000000001", "legacy": {"full_text": "hello"}}}\n',
    how_to_export="Zeeschuimer's .ndjson button, or the same posts downloaded from 4CAT as NDJSON (with __import_meta)."
    " Read are X, Instagram, Threads, TikTok with its comments, Douyin, Xiaohongshu and Truth Social; posts of other platforms"
    " are counted and left out, as are stubs that pages show beside posts. Addresses of pictures and films are left out: they"
    " expire. Searches, accounts and posts that were looked at become collections.",
    recognise=recognise,
    read=read,
    apart=True,
)
