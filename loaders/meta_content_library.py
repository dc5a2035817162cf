"""Posts and comments from the Meta Content Library: Facebook, Instagram and Threads, with ids that are the library's own."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import crowdtangle, found, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.csvfile import LINE
from loaders.rows import Rows
from records.chunk import Chunk

OWN_IDS: Final = "ids of the Meta Content Library, which the platforms themselves do not know"
_OWNERS: Final = ("post_owner", "owner")
_REQUIRED: Final = (
    "id",
    "creation_time",
    tuple(f"{owner}.{part}" for owner in _OWNERS for part in ("id", "username", "name")),
)
_PAGES: Final = ("page", "facebook_page", "group", "facebook_group", "event", "facebook_event")
_FACEBOOK: Final = ("page", "group", "event", "profile")


def recognise(sample: Sample) -> int:
    columns = set(sample.columns)
    owned = any({f"{owner}.name", f"{owner}.id", f"{owner}.username"} & columns for owner in _OWNERS)
    return 95 if {"id", "creation_time"} <= columns and owned and _is_csv(sample) else 0


def _is_csv(sample: Sample) -> bool:
    return sample.head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in (b"{", b"[")


def read(source: Source, options: Options) -> Iterator[Chunk]:
    said = rows.known_platform(options, "") or None
    return rows.read(source, options, LOADER.title, LOADER.timezone, _REQUIRED, lambda batch: _convert(batch, said))


def _convert(batch: Rows, said: str | None) -> Chunk:
    comments = bool(batch.has("owner.id", "owner.username", "owner.name"))
    owner = "owner" if comments else "post_owner"
    handle, name = batch.take(f"{owner}.username"), batch.take(f"{owner}.name")
    author = rows.names_for_ids(batch, batch.ids(f"{owner}.id"), handle.zip_with(handle.is_not_null(), name))
    author = batch.require(author, f"{owner}.id")
    platform, kind = _platform(batch, said), batch.take(f"{owner}.type").str.to_lowercase()
    place = batch.take("surface.type").str.to_lowercase()
    is_page = kind.is_in(_PAGES).fill_null(False)
    author_kind = pl.select(pl.when(is_page).then(pl.lit("page")).otherwise(pl.lit("account"))).to_series()
    created, precision = batch.times("creation_time")
    text = batch.take("text", "caption")
    seen = batch.times("statistics.views_date_last_refreshed")[0]
    views = batch.integers("statistics.views")
    media = batch.take("content_type", "media_type")
    link = batch.take("link_attachment.link", "link_url")
    hashtags = _hashtags(batch) if batch.has("hashtags") else found.hashtags(text)
    # A reshare with words of its own says something about the original; without, it only spreads it.
    original = batch.ids("shared_post_id")
    bare = text.is_null()
    nothing = batch.fill(None)
    post = batch.ids("id")
    batch.note(OWN_IDS, int(post.is_not_null().sum()))
    posts = {
        "platform": batch.require(platform, "content_type"),
        "post_id": batch.require(post, "id"),
        "author_id": author,
        "author_kind": author_kind,
        "created_at": batch.require(created, "creation_time"),
        "time_precision": precision,
        "content_type": batch.fill("comment") if comments else crowdtangle.content(media),
        "text": text,
        "title": batch.take("link_attachment.name", "link_title"),
        "language": batch.take("lang"),
        "in_reply_to_post_id": pl.select(pl.coalesce(batch.ids("parent_id"), batch.ids("post_id"))).to_series(),
        "repost_of_post_id": original.zip_with(bare, nothing),
        "is_repost": (original.is_not_null() if batch.has("shared_post_id") else batch.booleans("is_reshare")) & bare,
        "quote_of_post_id": original.zip_with(~bare, nothing),
        "urls": crowdtangle.shared(text, link),
        "hashtags": hashtags,
        "mentions": found.named(found.mentions(text)),
        "likes": batch.integers("statistics.like_count", "statistics.likes"),
        "reposts": batch.integers("statistics.share_count"),
        "replies": batch.integers("statistics.comment_count", "statistics.comments"),
        "views": views,
        "url": batch.take("mcl_url"),
    }
    posts["extra"] = batch.rest("content_type", "media_type", "surface.type")
    profile = {"platform": platform, "account_id": author, "handle": handle, "display_name": name}
    accounts = batch.build({**profile, "kind": author_kind}).filter(pl.col("kind") == "account").drop("kind")
    named = pl.any_horizontal(pl.col("handle").is_not_null(), pl.col("display_name").is_not_null())
    page = {"platform": platform, "page_id": author, "name": name, "handle": handle, "kind": author_kind}
    pages = [batch.build(page).filter(pl.col("kind") == "page").drop("kind"), _surfaces(batch, platform, place)]
    measured = {"platform": platform, "entity_id": post, "entity_kind": batch.fill("post"), "observed_at": seen}
    measured["views"] = views
    frames = {
        "posts": batch.build(posts),
        "accounts": accounts.filter(named).unique(list(profile), keep="first", maintain_order=True),
        "pages": pl.concat(pages, how="diagonal"),
        "metrics": batch.build(measured).drop_nulls(["observed_at", "views"]),
    }
    chunk = batch.chunk("posts", frames)
    if "pages" in chunk.frames:
        chunk.frames["pages"] = chunk.frames["pages"].unique(["platform", "page_id"], keep="first", maintain_order=True)
    return chunk


def _hashtags(batch: Rows) -> pl.Series:
    """Hashtags without #, from a JSON array, a Python list or words with commas between them."""
    column = pl.col(batch.has("hashtags") or "")
    parted = pl.when(column.str.starts_with("[")).then(column).otherwise(column.str.replace_all(r"\s*,\s*", "|"))
    batch.frame = batch.frame.with_columns(parted.alias(batch.has("hashtags") or ""))
    return batch.lists("hashtags").list.eval(pl.element().str.strip_prefix("#"))


def _surfaces(batch: Rows, platform: pl.Series, place: pl.Series) -> pl.DataFrame:
    """The page or group a post stands on, where somebody else may have written it."""
    values = {
        "platform": platform,
        "page_id": batch.frame[name] if (name := batch.has("surface.id")) else batch.fill(None),
        "name": batch.frame[name] if (name := batch.has("surface.name")) else batch.fill(None),
        "place": place,
    }
    frame = batch.build(values).filter(pl.col("place").is_in(_PAGES) & pl.col("page_id").is_not_null())
    return frame.select("platform", "page_id", "name", LINE)


def _platform(batch: Rows, said: str | None) -> pl.Series:
    """Whose post it is: what the user says, the platform that the address or a type names, else what columns betray."""
    if said:
        return batch.fill(said)
    telling = ("mcl_url", "post_owner.type", "owner.type", "surface.type", "content_type")
    columns = [batch.frame[name] for column in telling if (name := batch.has(column))]
    # The library's own address is on facebook.com for all of them; the path says which one is meant.
    words = [column.str.to_lowercase().str.extract(r"(instagram|threads|facebook)[/_]") for column in columns]
    # Owners on Instagram and Threads are personal, business or creator accounts.
    owner = batch.frame[name] if (name := batch.has("post_owner.type", "owner.type")) else batch.fill(None)
    words.append(owner.str.to_lowercase().replace_strict(dict.fromkeys(_FACEBOOK, "facebook"), default=None))
    # Reactions, counts of shares, places and reshares exist on Facebook alone.
    own = (
        "statistics.love_count",
        "statistics.reaction_count",
        "statistics.share_count",
        "surface.id",
        "shared_post_id",
    )
    default = batch.fill("facebook" if batch.has(*own) else "instagram")
    return pl.select(pl.coalesce(*words, default)).to_series()


LOADER: Final = Loader(
    name="meta_content_library",
    title="posts from the Meta Content Library",
    platform="",
    timezone="UTC",
    sample="id,text,creation_time,modified_time,hashtags,lang,content_type,post_owner.type,post_owner.id,post_owner.name,"
    "post_owner.username,mcl_url,statistics.like_count,statistics.comment_count,statistics.views,"
    "statistics.views_date_last_refreshed\n"
    "963780000000001,hello,2024-05-01 09:00:00+00:00,2024-05-01 09:00:00+00:00,,en,photos,page,55500001,Name,handle,,12,3,"
    "450,2024-05-03 00:00:00+00:00",
    how_to_export="CSV from the Meta Content Library's clean room or search page: posts or comments of Facebook, Instagram or"
    " Threads. Its ids are its own: they join the library's tables with each other, never with other exports of the same"
    " posts, and no platform can look them up. Where a file does not tell whose posts they are, --platform does.",
    recognise=recognise,
    read=read,
)
