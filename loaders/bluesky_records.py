"""One event of Bluesky's stream taken apart: what kind of record it is about, and the columns of its table."""

from typing import Any, Final

from loaders.native import Item, first, listed, mapping, text_of

POST: Final = "app.bsky.feed.post"
REPOST: Final = "app.bsky.feed.repost"
LIKE: Final = "app.bsky.feed.like"
FOLLOW: Final = "app.bsky.graph.follow"
PROFILE: Final = "app.bsky.actor.profile"
POSTS, LIKES, FOLLOWS, ACCOUNTS, IGNORED = "posts", "engagements", "follows", "accounts", "ignored"
"""The table an event is a row of; `ignored` where it is of none."""
_BROKEN: Final = "handle.invalid"
"""What the network writes where a handle no longer leads to its account; thousands have it at a time."""
_EVENT: Final = frozenset({"did", "time_us", "kind", "commit", "identity", "account"})
_COMMIT: Final = frozenset({"operation", "collection", "rkey", "record"})
# What a record consists of that becomes a column.
_USED: Final = {
    POST: frozenset({"$type", "text", "createdAt", "facets", "tags"}),
    REPOST: frozenset({"$type", "createdAt", "subject"}),
    LIKE: frozenset({"$type", "createdAt", "subject"}),
    FOLLOW: frozenset({"$type", "createdAt", "subject"}),
    PROFILE: frozenset({"$type", "createdAt", "displayName", "description"}),
}
# Known, and kept as they are.
_KEPT: Final = frozenset({"rev", "cid", "langs", "reply", "embed", "labels", "via", "avatar", "banner",
                          "pinnedPost", "joinedViaStarterPack", "pronouns", "website"})  # fmt: skip
_TABLES: Final = {POST: POSTS, REPOST: POSTS, LIKE: LIKES, FOLLOW: FOLLOWS, PROFILE: ACCOUNTS}


def take_apart(event: Item, unknown: set[str]) -> Item:
    """The columns of an event. What no column stands for is kept in `extra`; of its keys those nobody knows are added to
    `unknown`."""
    kind = event.get("kind")
    item: Item = {"did": event.get("did"), "time_us": event.get("time_us"), "kind": kind}
    extra = {key: value for key, value in event.items() if key not in _EVENT}
    if kind == "commit":
        _commit(item, mapping(event.get("commit")), extra)
    elif kind == "identity":
        handle = first(event, "identity.handle")
        handle = None if handle == _BROKEN else handle
        item["handle"] = handle
        item["table"] = ACCOUNTS if handle else IGNORED
        item["reason"] = "identity event that names no handle"
    elif kind == "account":
        state = first(event, "account.status") or ("active" if first(event, "account.active") is True else "not active")
        item["table"], item["reason"] = IGNORED, f"account event ({state})"
    elif kind is not None:
        item["table"], item["reason"] = IGNORED, f"event of a kind nobody knows ({kind})"
    if extra:
        item["extra"] = extra
        unknown.update(extra.keys() - _KEPT)
    return item


def _commit(item: Item, commit: Item, extra: Item) -> None:
    collection, key = commit.get("collection"), commit.get("rkey")
    item["collection"], item["rkey"] = collection, key
    used = _USED.get(collection) if isinstance(collection, str) else None
    if not isinstance(collection, str) or used is None:
        item["table"], item["reason"] = IGNORED, f"event of {collection}, which no record here holds"
        extra.clear()
        return
    table = item["table"] = _TABLES[collection]
    if table == POSTS and item["did"] and key:
        item["post_id"] = f"at://{item['did']}/{collection}/{key}"
    extra |= {name: value for name, value in commit.items() if name not in _COMMIT}
    if commit.get("operation") == "delete":
        item["deleted"] = True
        if table != POSTS:
            item["table"], item["reason"] = IGNORED, f"deletion in {collection}, which does not say of what"
        return
    record = mapping(commit.get("record"))
    item["created_at"] = record.get("createdAt")
    extra |= {name: value for name, value in record.items() if name not in used}
    if collection == POST:
        _post(item, record, extra)
    elif collection == FOLLOW:
        item["subject"] = record.get("subject")
    elif collection == PROFILE:
        item["display_name"], item["description"] = record.get("displayName"), record.get("description")
        item["avatar"] = bool(record.get("avatar"))
    else:
        item["subject"] = subject = mapping(record.get("subject")).get("uri")
        if collection == LIKE and not _is_post(subject):
            item["table"], item["reason"] = IGNORED, "like of something that is no post"


def _post(item: Item, record: Item, extra: Item) -> None:
    item["text"] = record.get("text")
    langs = record.get("langs")
    if isinstance(langs, list) and langs:
        item["language"] = langs[0]
        if len(langs) == 1:
            extra.pop("langs", None)
    if "reply" in record:
        item["parent"] = first(record, "reply.parent.uri")
    urls: list[str] = []
    mentions: list[str] = []
    tags = [tag for tag in record["tags"] if isinstance(tag, str)] if isinstance(record.get("tags"), list) else []
    for facet in listed(record.get("facets")):
        for feature in listed(facet.get("features")):
            if uri := text_of(feature.get("uri")):
                urls.append(uri)
            elif did := text_of(feature.get("did")):
                mentions.append(did)
            elif tag := text_of(feature.get("tag")):
                tags.append(tag)
    media: list[str] = []
    if embed := mapping(record.get("embed")):
        _embed(item, embed, urls, media)
    for name, values in (("urls", urls), ("hashtags", tags), ("mentions", mentions), ("objects", media)):
        if values:
            item[name] = list(dict.fromkeys(values))


def _embed(item: Item, embed: Item, urls: list[str], media: list[str]) -> None:
    """What hangs below a post: a card, a quoted post, pictures or a film, or a quoted post with one of the others."""
    inner = mapping(embed.get("record"))
    quoted = inner.get("uri") or first(inner, "record.uri")
    if _is_post(quoted):  # feeds, lists and profiles are embedded in the same way
        item["quote"] = quoted
    for holder in (embed, mapping(embed.get("media"))):
        if uri := text_of(first(holder, "external.uri")):
            urls.append(uri)
        blobs = [mapping(one.get("image")) for one in listed(holder.get("images"))] + [mapping(holder.get("video"))]
        # The address of a picture's bytes: the same picture posted twice has one.
        media.extend(f"media:{link}" for blob in blobs if (link := text_of(first(blob, "ref.$link"))))


def _is_post(uri: Any) -> bool:
    return isinstance(uri, str) and f"/{POST}/" in uri
