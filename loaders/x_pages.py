"""One page of X's API v2 taken apart: its tweets with their authors, the tweets and profiles it includes, its errors."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Item = dict[str, Any]
KIND: Final = "_kind"
TWEET: Final = "tweet"
INCLUDED: Final = "included"
"""Marks a tweet that came along with those asked for, as the original of a repost does."""
PROFILE: Final = "profile"
ERROR: Final = "error"
OTHER: Final = "other"
# What a reference to a tweet that X did not return consists of.
_BARE: Final = {"type", "id"}
_NUMBER: Final = "0123456789.eE+-"
"""What an id is written with, rounded by a spreadsheet or not."""


def take_apart(page: Item) -> list[Item]:
    """Every tweet, profile and error of a page, or of one tweet as twarc flattens it, each marked with what it is."""
    kept = {key: page[key] for key in ("__twarc", "matching_rules") if page.get(key)}
    if "data" not in page and "errors" not in page:
        return [{**item, **kept} for item in _flat(page)]
    includes = _mapping(page.get("includes"))
    users = {str(user.get("id")): user for user in _objects(includes.get("users"))}
    tweets = {str(tweet.get("id")): tweet for tweet in _objects(includes.get("tweets"))}
    places = {str(place.get("id")): place for place in _objects(includes.get("places"))}
    found: list[Item] = []
    for item in _objects(page.get("data")):
        if "username" in item and "text" not in item:
            found.append({KIND: PROFILE, "author": item})
        else:
            found.append(_tweet(item, users, tweets, places))
    have = {str(item.get("id")) for item in found}
    found += [
        _tweet(tweet, users, tweets, places) | {INCLUDED: True} for key, tweet in tweets.items() if key not in have
    ]
    authors = {str(item.get("author_id")) for item in found}
    found += [{KIND: PROFILE, "author": user} for key, user in users.items() if key not in authors]
    found += [{KIND: ERROR, "error": error} for error in _objects(page.get("errors"))]
    return [{**item, **kept} for item in found]


def _flat(tweet: Item) -> Iterator[Item]:
    """A tweet that carries its author and the tweets it refers to inside itself."""
    if not {"id", "text"} <= set(tweet) or not ("author_id" in tweet or "username" in _mapping(tweet.get("author"))):
        yield {KIND: OTHER}
        return
    if str(tweet["id"]).strip(_NUMBER):  # comments of other platforms have the same keys, and ids with letters
        yield {KIND: OTHER}
        return
    referenced = {str(item.get("id")): item for item in _objects(tweet.get("referenced_tweets"))}
    whole = {key: item for key, item in referenced.items() if set(item) - _BARE}
    users = {str(user.get("id")): user for item in (tweet, *whole.values()) if (user := _mapping(item.get("author")))}
    answered = _mapping(tweet.get("in_reply_to_user"))
    yield _tweet({key: value for key, value in tweet.items() if key != "in_reply_to_user"}, users, whole, {})
    for item in whole.values():
        bare = {key: value for key, value in item.items() if key != "type"}
        yield _tweet(bare, users, whole, {}) | {INCLUDED: True}
    if answered and str(answered.get("id")) not in users:
        yield {KIND: PROFILE, "author": answered}


def _tweet(tweet: Item, users: Mapping[str, Item], tweets: Mapping[str, Item], places: Mapping[str, Item]) -> Item:
    """A tweet with its author, its place, and what it refers to by kind of reference."""
    item: Item = {**tweet, KIND: TWEET}
    if author := users.get(str(tweet.get("author_id"))):
        item["author"] = author
    geo = _mapping(tweet.get("geo"))
    if place := places.get(str(geo.get("place_id"))):
        item["geo"] = {**geo, "full_name": place.get("full_name"), "country_code": place.get("country_code")}
    references: Item = {}
    for reference in _objects(item.pop("referenced_tweets", None)):
        original = tweets.get(str(reference.get("id")), {})
        references[str(reference.get("type"))] = {"id": reference.get("id"), "author_id": original.get("author_id")}
        if reference.get("type") == "retweeted" and original.get("text"):
            # X cuts the text of a repost short, and with it what stands inside; the original has all of it.
            for key in ("text", "note_tweet", "entities", "attachments"):
                item.pop(key, None)
                if key in original:
                    item[key] = original[key]
    if references:
        item["references"] = references
    return item


def _objects(value: Any) -> list[Item]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, dict)]


def _mapping(value: Any) -> Item:
    return value if isinstance(value, dict) else {}
