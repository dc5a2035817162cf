"""Films and comments of TikTok and Douyin, and notes of Xiaohongshu, as their own pages receive them."""

import re
from typing import Any, Final

from loaders.native import Item, first, listed, mapping

USED = frozenset({"id", "aweme_id", "awemeId", "desc", "createTime", "create_time", "author", "authorInfo", "authorStats",
                  "authorStatsV2", "stats", "statsV2", "statistics", "challenges", "textExtra", "text_extra", "textLanguage",
                  "music", "cid", "text", "user", "digg_count", "reply_comment_total", "reply_id", "comment_language",
                  "isAd", "is_ads", "author_user_id", "authorUserId", "note_card", "note", "note_id", "locationCreated",
                  "duetInfo", "author_id", "authorId", "nickname"})  # fmt: skip
ADDRESSES = frozenset({"video", "images", "image_list", "imagePost", "cover", "share_info", "avatar_thumb", "image_infos",
                       "video_control", "itemControl", "img_bitrate", "cha_list"})  # fmt: skip

_ROUNDED: Final = re.compile(r"(\d+(?:\.\d+)?)(万)?\+?")


def tiktok(data: Item) -> list[Item]:
    author = data.get("author")
    user = author if isinstance(author, dict) else {"uniqueId": author, "id": data.get("authorId"),
                                                    "nickname": data.get("nickname")}  # fmt: skip
    known = mapping(data.get("authorStatsV2")) or mapping(data.get("authorStats"))
    counts = {**mapping(data.get("stats")), **mapping(data.get("statsV2"))}  # one may lack what the other has
    parts = listed(data.get("textExtra"))
    tags = [tag.get("title") for tag in listed(data.get("challenges"))] or [part.get("hashtagName") for part in parts]
    handle, post = user.get("uniqueId"), data.get("id")
    sound = first(data, "music.id")
    return [
        {
            "post_id": post,
            "author_id": user.get("id"),
            "handle": handle,
            "created_at": data.get("createTime"),
            "content_type": "ad" if data.get("isAd") is True else "image" if data.get("imagePost") else "video",
            "text": data.get("desc"),
            "language": data.get("textLanguage"),
            "hashtags": tags,
            "mentions": [part.get("userId") for part in parts],
            "objects": [f"media:music-{sound}"] if sound else [],
            "likes": counts.get("diggCount"),
            "reposts": counts.get("shareCount"),
            "replies": counts.get("commentCount"),
            "views": counts.get("playCount"),
            "url": f"https://www.tiktok.com/@{handle}/video/{post}" if handle and post else None,
            "author": {
                "display_name": user.get("nickname"),
                "description": user.get("signature"),
                "created_at": user.get("createTime") or None,
                "followers": known.get("followerCount"),
                "following": known.get("followingCount"),
                "posts_count": known.get("videoCount"),
                "verified": user.get("verified"),
            },
        }
    ]


def tiktok_comment(data: Item) -> list[Item]:
    user = mapping(data.get("user"))
    above = data.get("reply_id")
    return [
        {
            "post_id": data.get("cid"),
            "author_id": user.get("uid"),
            "handle": user.get("unique_id"),
            "created_at": data.get("create_time"),
            "content_type": "comment",
            "text": data.get("text"),
            "language": data.get("comment_language"),
            "in_reply_to_post_id": data.get("aweme_id") if above in (None, "", "0", 0) else above,
            "mentions": [part.get("user_id") for part in listed(data.get("text_extra"))],
            "likes": data.get("digg_count"),
            "replies": data.get("reply_comment_total"),
            "author": {"display_name": user.get("nickname"), "description": user.get("signature")},
        }
    ]


def douyin(data: Item) -> list[Item]:
    """A film, in the spelling of Douyin's API or of its pages. Broadcasts have no time of their own and are not mapped."""
    author = mapping(data.get("author")) or mapping(data.get("authorInfo"))
    counts = mapping(data.get("statistics")) or mapping(data.get("stats"))
    parts = listed(data.get("text_extra")) or listed(data.get("textExtra"))
    post = data.get("aweme_id") or data.get("awemeId")
    sound = first(data, "music.id_str") or first(data, "music.id")
    return [
        {
            "post_id": post,
            "author_id": data.get("author_user_id") or data.get("authorUserId") or author.get("uid"),
            "handle": author.get("unique_id") or (author.get("short_id") if author.get("short_id") != "0" else None),
            "created_at": data.get("create_time") or data.get("createTime"),
            "content_type": "ad" if data.get("is_ads") is True else "image" if data.get("images") else "video",
            "text": data.get("desc"),
            "hashtags": [part.get("hashtag_name") or part.get("hashtagName") for part in parts],
            "mentions": [part.get("user_id") or part.get("userId") for part in parts],
            "objects": [f"media:music-{sound}"] if sound else [],
            "likes": _either(counts, "digg_count", "diggCount"),
            "reposts": _either(counts, "share_count", "shareCount"),
            "replies": _either(counts, "comment_count", "commentCount"),
            "views": _either(counts, "play_count", "playCount") or None,  # Douyin writes 0 where it does not tell
            "url": f"https://www.douyin.com/video/{post}" if post else None,
            "author": {
                "display_name": author.get("nickname"),
                "description": author.get("signature"),
                "location": author.get("ip_location") or author.get("region"),
                "followers": _either(author, "follower_count", "followerCount"),
                "following": _either(author, "following_count", "followingCount"),
                "sec_uid": _either(author, "sec_uid", "secUid"),
            },
        }
    ]


def xiaohongshu(data: Item) -> list[Item]:
    """A note. Lists of search results leave out when it was written; pages of single notes have it."""
    note = mapping(data.get("note_card")) or mapping(data.get("note")) or data
    user = mapping(note.get("user"))
    counts = mapping(note.get("interact_info")) or mapping(note.get("interactInfo"))
    post = data.get("id") or data.get("note_id") or note.get("note_id") or note.get("noteId")
    tags = listed(note.get("tag_list")) or listed(note.get("tagList"))
    return [
        {
            "post_id": post,
            "author_id": user.get("user_id") or user.get("userId"),
            "created_at": note.get("time"),
            "content_type": "video" if note.get("type") == "video" else "image",
            "title": note.get("display_title") or note.get("displayTitle") or note.get("title"),
            "text": note.get("desc"),
            "location": note.get("ip_location") or note.get("ipLocation"),
            "hashtags": [tag.get("name") for tag in tags] or None,
            "likes": _count(_either(counts, "liked_count", "likedCount")),
            "replies": _count(_either(counts, "comment_count", "commentCount")),
            "reposts": _count(_either(counts, "share_count", "shareCount")),
            "url": f"https://www.xiaohongshu.com/explore/{post}" if post else None,
            "author": {"display_name": user.get("nickname") or user.get("nick_name")},
        }
    ]


def _either(values: Item, one: str, other: str) -> Any:
    found = values.get(one)
    return values.get(other) if found is None else found


def _count(value: Any) -> Any:
    """A count as Xiaohongshu shows it: `1.2万` is some 12,000, `10万+` at least 100,000."""
    match = _ROUNDED.fullmatch(value) if isinstance(value, str) else None
    return round(float(match[1]) * (10_000 if match[2] else 1)) if match else value
