"""Tweets as X's own pages receive them, taken apart: the current layout of 2025, the one before, and the adaptive one."""

import re
from typing import Any

from loaders.native import Item, first, listed, mapping, text_of

_TAG = re.compile(r"<[^>]*>")
# Each of these is read in part; what else they hold is for drawing the page.
USED = frozenset({"rest_id", "id", "core", "legacy", "views", "source", "note_tweet", "quoted_status_result", "user",
                  "promoted", "type", "__typename"})  # fmt: skip
ADDRESSES = frozenset({"card", "edit_control", "unmention_data"})


def take_apart(data: Item) -> list[Item]:
    """The tweet, and the tweet it reposts or quotes where that came along whole."""
    found = _tweet(data)
    legacy = mapping(data.get("legacy"))
    inside = [first(legacy, "retweeted_status_result.result"), first(data, "quoted_status_result.result")]
    whole = [_whole(item) for item in inside]
    return [found, *(_tweet(item) | {"included": "true"} for item in whole if item.get("legacy"))]


def _whole(item: Any) -> Item:
    item = mapping(item)
    return mapping(item.get("tweet")) or item


def _tweet(data: Item) -> Item:
    data = _whole(data)
    legacy = mapping(data.get("legacy"))
    user = mapping(first(data, "core.user_results.result"))
    profile = mapping(user.get("legacy")) or mapping(data.get("user"))
    named = mapping(user.get("core"))  # since 2025 names stand here
    account = first(legacy, "user_id_str") or user.get("rest_id") or profile.get("id_str")
    original = _whole(first(legacy, "retweeted_status_result.result"))
    long = mapping(first(data, "note_tweet.note_tweet_results.result"))
    told = original or data
    if original:
        long = mapping(first(original, "note_tweet.note_tweet_results.result"))
    entities = mapping(long.get("entity_set")) or mapping(first(told, "legacy.entities"))
    post = first(data, "rest_id") or legacy.get("id_str")
    handle = named.get("screen_name") or profile.get("screen_name")
    place = mapping(legacy.get("place"))
    source = text_of(data.get("source") or legacy.get("source"))
    quoted = legacy.get("quoted_status_id_str")
    counts: Item = {} if original else {
        "likes": legacy.get("favorite_count"),
        "reposts": legacy.get("retweet_count"),
        "replies": legacy.get("reply_count"),
        "views": first(data, "views.count") or first(data, "ext_views.count"),
        "quote_count": legacy.get("quote_count"),
    }  # fmt: skip
    return {
        "post_id": post,
        "author_id": account,
        "handle": handle,
        "created_at": legacy.get("created_at"),
        "content_type": "ad" if data.get("promoted") is True else "post",
        "text": long.get("text") or first(told, "legacy.full_text"),
        "language": legacy.get("lang"),
        "client": _TAG.sub("", source) if source else None,
        "location": place.get("full_name"),
        "in_reply_to_post_id": legacy.get("in_reply_to_status_id_str"),
        "in_reply_to_account_id": legacy.get("in_reply_to_user_id_str"),
        "repost_of_post_id": original.get("rest_id") or legacy.get("retweeted_status_id_str"),
        "repost_of_account_id": first(original, "legacy.user_id_str"),
        "is_repost": bool(original or legacy.get("retweeted_status_id_str")),
        "quote_of_post_id": None if original else quoted,
        "urls": [url.get("expanded_url") or url.get("url") for url in listed(entities.get("urls"))],
        "hashtags": [tag.get("text") for tag in listed(entities.get("hashtags"))],
        "mentions": [item.get("id_str") or f"name:{item.get('screen_name')}" for item in
                     listed(entities.get("user_mentions"))],
        "objects": [f"media:{item['media_key']}" for item in listed(first(told, "legacy.entities.media"))
                    if item.get("media_key")],
        "url": f"https://x.com/{handle}/status/{post}" if handle and post else None,
        **counts,
        "author": {
            "display_name": named.get("name") or profile.get("name"),
            "description": profile.get("description") or first(user, "profile_bio.description"),
            "created_at": named.get("created_at") or profile.get("created_at"),
            "location": text_of(profile.get("location")) or first(user, "location.location"),
            "followers": profile.get("followers_count"),
            "following": profile.get("friends_count"),
            "posts_count": profile.get("statuses_count"),
            "verified": user.get("is_blue_verified", profile.get("verified")),
            "default_avatar": profile.get("default_profile_image"),
        },
    }  # fmt: skip
