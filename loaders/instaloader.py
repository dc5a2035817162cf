"""Posts, profiles and comments of Instagram as Instaloader saves them, each in a file of its own."""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from loaders import found, items, native, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.native import Item, first, listed, mapping
from loaders.rows import Rows
from loaders.source import HEAD
from records.chunk import Chunk

_POST: Final = ("post_id", "author_id", "handle", "created_at", "content_type", "text", "title", "location", "latitude",
                "longitude", "in_reply_to_post_id", "mentions", "likes", "replies", "views", "url", "is_ad")  # fmt: skip
_PROFILE: Final = ("account_id", "handle", "display_name", "description", "followers", "following", "posts_count",
                   "verified", "profile_url", "private")  # fmt: skip
_PATHS: Final = {
    **{name: f"post.{name}" for name in _POST},
    **{f"profile.{name}": f"profile.{name}" for name in _PROFILE},
    "kind": "kind",
    "node": "left",
}
_COMMENT: Final = {"id", "created_at", "text", "owner"}
# Keys whose contents are read, and keys that hold only addresses of pictures and films, which expire.
_USED: Final = frozenset({"shortcode", "code", "id", "owner", "taken_at_timestamp", "date", "edge_media_to_caption",
    "caption", "title", "location", "edge_media_to_tagged_user", "edge_media_preview_like", "edge_liked_by",
    "edge_media_to_comment", "edge_media_to_parent_comment", "video_view_count", "video_play_count", "is_ad",
    "__typename", "is_video", "username", "full_name", "biography", "edge_followed_by", "edge_follow",
    "edge_owner_to_timeline_media", "is_verified", "is_private", "external_url", "iphone_struct", "comments", "likes",
    "display_url", "display_src", "display_resources", "thumbnail_src", "thumbnail_resources", "video_url",
    "edge_sidecar_to_children", "dash_info", "profile_pic_url", "profile_pic_url_hd", "media_preview", "answers",
    "created_at", "text", "likes_count", "edge_felix_video_timeline", "edge_mutual_followed_by", "edge_saved_media",
    "edge_media_collections", "edge_threaded_comments"})  # fmt: skip


def recognise(sample: Sample) -> int:
    paths = sample.paths
    if "instaloader.node_type" in paths or {"instaloader.version", "node"} <= paths:
        return 95
    comment = {f"item.{key}" for key in _COMMENT} | {"item.likes_count", "item.owner.username"}
    return 90 if comment <= paths or {path.removeprefix("item.") for path in comment} <= paths else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    with source.open() as stream:
        comments = stream.read(HEAD).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"[")
    unknown: set[str] = set()

    return items.read(
        source,
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=("kind", ("post_id", "profile.profile_url")),
        convert=_convert,
        where="" if comments else "node",
        expand=lambda item: (
            _comments([item], None, unknown) if comments and set(item) >= _COMMENT else _node(item, unknown)
        ),
        unknown=unknown,
    )


def _node(node: Item, unknown: set[str]) -> list[Item]:
    """A post with the comments that came along, or a profile."""
    unknown.update(key for key in node if key not in _USED)
    left = {key: value for key, value in node.items() if key not in _USED} or None
    if not (code := node.get("shortcode") or node.get("code")):
        named = node.get("username") and {"edge_followed_by", "biography", "profile_pic_url"} & set(node)
        kind = "profile" if named else f"a node of another kind ({node.get('__typename') or 'unnamed'})"
        return [{"kind": kind, "profile": _profile(node) if named else None, "left": left}]
    edges = listed(first(node, "edge_media_to_parent_comment.edges")) or listed(
        first(node, "edge_media_to_comment.edges")
    )
    owner = mapping(node.get("owner"))
    item = {"kind": "post", "post": _post(node, code, owner), "profile": _profile(owner), "left": left}
    return [item, *_comments([mapping(edge.get("node")) for edge in edges], str(code), unknown)]


def _post(node: Item, code: Any, owner: Item) -> Item:
    captions = listed(first(node, "edge_media_to_caption.edges"))
    film = node.get("is_video") is True or node.get("__typename") == "GraphVideo"
    place = mapping(node.get("location"))
    likes = [first(node, "edge_media_preview_like.count"), first(node, "edge_liked_by.count")]
    return {
        "post_id": code,
        "author_id": owner.get("id"),
        "handle": owner.get("username"),
        "created_at": node.get("taken_at_timestamp") or node.get("date"),
        "content_type": "ad" if node.get("is_ad") is True else "video" if film else "image",
        "text": first(captions[0], "node.text") if captions else node.get("caption"),
        "title": node.get("title"),
        "location": place.get("name"),
        "latitude": place.get("lat"),
        "longitude": place.get("lng"),
        "mentions": [first(edge, "node.user.id") or _named(first(edge, "node.user.username"))
                     for edge in listed(first(node, "edge_media_to_tagged_user.edges"))],
        # Hidden likes are written as -1.
        "likes": next((count for count in likes if isinstance(count, int) and count >= 0), None),
        "replies": next((count for key in ("edge_media_to_parent_comment", "edge_media_to_comment", "comments")
                         if (count := first(node, f"{key}.count")) is not None), None),
        "views": node.get("video_view_count") if film else None,
        "url": f"https://www.instagram.com/p/{code}/",
    }  # fmt: skip


def _comments(comments: list[Item], post: str | None, unknown: set[str]) -> list[Item]:
    """Comments and the answers below them; a file of comments does not say which post they stand under."""
    made: list[Item] = []
    for comment in comments:
        owner = mapping(comment.get("owner"))
        unknown.update(key for key in comment if key not in _USED)
        left = {key: value for key, value in comment.items() if key not in _USED} or None
        said = {
            "post_id": comment.get("id"),
            "author_id": owner.get("id"),
            "handle": owner.get("username"),
            "created_at": comment.get("created_at"),
            "content_type": "comment",
            "text": comment.get("text"),
            "in_reply_to_post_id": post,
            "likes": comment.get("likes_count", first(comment, "edge_liked_by.count")),
        }
        made.append({"kind": "post", "post": said, "profile": _profile(owner), "left": left})
        below = listed(comment.get("answers")) or [
            mapping(edge.get("node")) for edge in listed(first(comment, "edge_threaded_comments.edges"))
        ]
        made += _comments(below, str(comment.get("id")), unknown)
    return made


def _profile(node: Item) -> Item:
    handle = node.get("username")
    return {
        "account_id": node.get("id"),
        "handle": handle,
        "display_name": node.get("full_name"),
        "description": node.get("biography"),
        "followers": first(node, "edge_followed_by.count"),
        "following": first(node, "edge_follow.count"),
        "posts_count": first(node, "edge_owner_to_timeline_media.count"),
        "verified": node.get("is_verified"),
        "profile_url": f"https://www.instagram.com/{handle}/" if handle else None,
    }


def _named(handle: Any) -> str | None:
    return f"name:{handle}" if handle else None


def _convert(batch: Rows) -> Chunk:
    kind = batch.take("kind")
    for other in kind.drop_nulls().unique(maintain_order=True).to_list():
        if other == "profile":
            batch.ignore(kind == other, "profile, kept in accounts")
        elif other != "post":
            batch.ignore(kind == other, other)
    handle, text = batch.take("handle"), batch.take("text")
    platform = batch.fill("instagram")
    author = rows.names_for_ids(batch, batch.ids("author_id"), handle)
    created, precision = batch.times("created_at")
    tagged, in_text = batch.lists("mentions"), found.named(found.mentions(text))
    both = pl.concat_list(pl.lit(tagged).fill_null([]), pl.lit(in_text).fill_null([]))
    mentions = pl.select(both.list.unique(maintain_order=True)).to_series()
    posts = {
        "platform": platform,
        "post_id": batch.require(batch.ids("post_id"), "post_id"),
        "author_id": batch.require(author, "owner"),
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "created_at"),
        "time_precision": precision,
        "content_type": batch.take("content_type"),
        "text": text,
        "title": batch.take("title"),
        "location": batch.take("location"),
        "latitude": batch.decimals("latitude"),
        "longitude": batch.decimals("longitude"),
        "in_reply_to_post_id": batch.ids("in_reply_to_post_id"),
        "urls": found.urls(text),
        "hashtags": found.hashtags(text),
        "mentions": pl.select(pl.when(mentions.list.len() > 0).then(mentions)).to_series(),
        "likes": batch.integers("likes"),
        "replies": batch.integers("replies"),
        "views": batch.integers("views"),
        "url": batch.take("url"),
    }
    handles = batch.take("profile.handle")
    accounts = batch.profiles(
        {
            "platform": platform,
            "account_id": rows.names_for_ids(batch, batch.ids("profile.account_id"), handles),
            "handle": handles,
            **{name: batch.take(f"profile.{name}") for name in ("display_name", "description", "profile_url")},
            **{name: batch.integers(f"profile.{name}") for name in ("followers", "following", "posts_count")},
            "verified": batch.booleans("profile.verified"),
        }
    )
    posts["extra"] = batch.rest()
    return batch.chunk(
        "posts",
        {"posts": batch.build(posts), "accounts": accounts},
        [name for name in native.unused(batch) if name != "node"],
    )


LOADER: Final = Loader(
    name="instaloader",
    title="a post, profile or comments that Instaloader saved",
    platform="instagram",
    timezone="UTC",
    sample='{"instaloader": {"node_type": "Post", "version": "4.14"},\n "node": {"__typename": "GraphImage", "shortcode": '
    '"CpXyz12AbCd", "taken_at_timestamp": 1678000000, "owner": {"id": "1700000001", "username": "somebody"}}}',
    how_to_export="`instaloader --comments PROFILE` writes DATE_UTC.json.xz (or .json with --no-compress-json) for each post,"
    " PROFILE_ID.json.xz for the profile and DATE_UTC_comments.json. Load the folder. Posts are named by their short code; a"
    " file of comments does not say which post they stand under.",
    recognise=recognise,
    read=read,
)
