"""Videos and comments from TikTok's Research API: its answers, single items a line, or the tables made of them."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import columns, found, items, native, opening, rows, snowflake
from loaders.base import Loader, Options, Sample, Source
from loaders.native import Item, mapping
from loaders.rows import Rows
from records.chunk import Chunk

_FIELDS: Final = ("id", "video_id", "video_description", "text", "create_time", "region_code", "username", "share_count",
                  "view_count", "like_count", "comment_count", "reply_count", "parent_comment_id", "music_id",
                  "hashtag_names", "hashtag_info_list", "video_mention_list", "effect_ids", "voice_to_text", "playlist_id",
                  "favorites_count", "favourites_count", "video_duration", "is_stem_verified", "effect_info_list",
                  "sticker_info_list", "video_label", "video_tag")  # fmt: skip
# Understood, and of no table; what is said in a film is not what its author wrote under it.
_KEPT: Final = frozenset({"voice_to_text", "playlist_id", "favorites_count", "favourites_count", "video_duration",
    "is_stem_verified", "effect_info_list", "sticker_info_list", "video_label", "video_tag", "hashtag_info_list"})  # fmt: skip
_ANSWER: Final = "ignored"
_PATHS: Final = {name: name for name in (_ANSWER, *_FIELDS)}
_REQUIRED: Final = ("id", "create_time", ("video_description", "username", "parent_comment_id", "video_id"))
_LISTS: Final = ("videos", "comments")
_NOBODY: Final = "comments whose authors the API leaves out, each by an author of its own"


def recognise(sample: Sample) -> int:
    names = sample.paths | set(sample.columns)
    for begin in ("", "data.videos.item.", "data.comments.item.", "videos.item.", "comments.item."):
        if {f"{begin}{name}" for name in ("id", "create_time", "video_description")} <= names:
            return 90
        if {f"{begin}{name}" for name in ("id", "create_time", "video_id", "parent_comment_id")} <= names:
            return 90
    return 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    if not opening.is_json(source):
        yield from rows.read(source, options, LOADER.title, LOADER.timezone, _REQUIRED, _convert)
        return
    yield from items.read(
        native.on_one_line(source),
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=_REQUIRED,
        convert=_convert,
        expand=_take_apart,
    )


def _take_apart(item: Item) -> list[Item]:
    """The videos or comments of an answer, or the one item itself."""
    if "id" in item:
        return [item]
    body = mapping(item.get("data")) or item
    if (name := next((name for name in _LISTS if isinstance(body.get(name), list)), None)) is not None:
        return [entry if isinstance(entry, dict) else {} for entry in body[name]]
    if "error" in item:
        return [{_ANSWER: f"answer without items ({mapping(item['error']).get('code') or 'no reason given'})"}]
    return [item]


def _convert(batch: Rows) -> Chunk:
    reason = batch.take(_ANSWER)
    for sentence in reason.drop_nulls().unique(maintain_order=True).to_list():
        batch.ignore(reason == sentence, sentence)
    post, video, above = batch.require(batch.ids("id"), "id"), batch.ids("video_id"), batch.ids("parent_comment_id")
    comment = video.is_not_null() | above.is_not_null()
    author, handle = _author(batch, post, comment)
    created, precision = batch.times_or_ids("create_time", ids=post, clock=snowflake.tiktok)
    said, written = batch.take("video_description"), batch.take("text")
    text = said.zip_with(said.is_not_null(), written)
    replies, answers = batch.integers("comment_count"), batch.integers("reply_count")
    platform = batch.fill("tiktok")
    posts = {
        "platform": platform,
        "post_id": post,
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "create_time"),
        "time_precision": precision,
        "content_type": batch.fill("comment").zip_with(comment, batch.fill("video")),
        "text": text,
        # A comment on the video itself names the video as what it answers, in some versions 0 or nothing.
        "in_reply_to_post_id": above.zip_with((above != "0").fill_null(False), video),
        "urls": found.urls(text),
        "hashtags": _hashtags(batch, text),
        "mentions": _either(found.named(batch.lists("video_mention_list")), found.named(found.mentions(text))),
        "objects": _objects(batch),
        "likes": batch.integers("like_count"),
        "reposts": batch.integers("share_count"),
        "replies": replies.zip_with(replies.is_not_null(), answers),
        "views": batch.integers("view_count"),
        "url": ("https://www.tiktok.com/@" + handle + "/video/" + post).zip_with(~comment, batch.fill(None)),
    }
    accounts = batch.profiles(
        {
            "platform": platform,
            "account_id": author.zip_with(handle.is_not_null(), batch.fill(None)),
            "handle": handle,
            # Where its owner registered it, not where a film was made.
            "location": batch.take("region_code"),
            "profile_url": "https://www.tiktok.com/@" + handle,
        }
    )
    unused = native.unused(batch)
    posts["extra"] = batch.rest()
    frames = {"posts": batch.build(posts), "accounts": accounts}
    return batch.chunk("posts", frames, [name for name in unused if name not in _KEPT])


def _author(batch: Rows, post: pl.Series, comment: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Ids and names. The API gives no ids of accounts, and of commenters nothing at all: one author of all comments would
    be the busiest account there is, so each has its own, whom nothing else can join."""
    handle = columns.known(batch.take("username")).str.strip_prefix("@")
    named = rows.names_for_ids(batch, batch.fill(None), handle)
    nobody = comment & named.is_null()
    batch.note(_NOBODY, int((nobody & post.is_not_null()).sum()))
    batch.refuse(named.is_null() & ~nobody, "username", "There is no username.")
    return ("name:[unnamed]/" + post).zip_with(nobody, named), handle


def _hashtags(batch: Rows, text: pl.Series) -> pl.Series:
    """Names as they are listed, else those of the longer list, else what stands in the text."""
    listed, longer = batch.lists("hashtag_names"), batch.lists("hashtag_info_list")
    named = pl.lit(longer).list.eval(pl.element().str.json_path_match("$.hashtag_name")).list.drop_nulls()
    return _either(listed, _either(pl.select(named).to_series(), found.hashtags(text)))


def _objects(batch: Rows) -> pl.Series:
    """The sound and the effects of a video, in the words other exports of TikTok are read in; 0 is none."""
    sound, effects = batch.ids("music_id"), batch.lists("effect_ids")
    sound = sound.zip_with((sound != "0").fill_null(False), batch.fill(None))
    used = pl.lit(effects).list.eval("object:effect-" + pl.element().filter(pl.element() != "0"))
    both = pl.concat_list("media:music-" + pl.lit(sound), used.fill_null([])).list.drop_nulls()
    every = pl.select(both.list.unique(maintain_order=True)).to_series()
    return pl.select(pl.when(every.list.len() > 0).then(every)).to_series()


def _either(listed: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(listed, other)).to_series()


LOADER: Final = Loader(
    name="tiktok_research",
    title="videos or comments from TikTok's Research API",
    platform="tiktok",
    timezone="UTC",
    sample='{"data": {"videos": [{"id": 7342000000000000001, "video_description": "hello #bridge", "create_time": 1709546400,'
    ' "region_code": "CA",\n "like_count": 12, "comment_count": 3, "share_count": 1, "view_count": 900, "music_id":'
    ' 7100000000000000001, "hashtag_names": ["bridge"], "username": "somebody"}], "cursor": 100, "has_more": true},'
    ' "error": {"code": "ok"}}',
    how_to_export="The answers of /v2/research/video/query/ and /v2/research/video/comment/list/ as they come, one a file or a"
    " line; the videos or comments in them, one a line or in an array; or a table of them. The API gives names of accounts and"
    " no ids, and of commenters nothing: each comment has an author of its own, whom nothing else can join. Sounds and effects"
    " become objects; what a film says (voice_to_text) stays in `extra`; region_code is the account's location.",
    recognise=recognise,
    read=read,
    apart=True,
)
