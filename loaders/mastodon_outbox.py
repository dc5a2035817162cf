"""The outbox of a Mastodon archive taken apart: what an account wrote and reposted, as ActivityPub says it."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from loaders import markup
from loaders.mastodon_statuses import DIRECT, STATUS, said
from loaders.native import Item, listed, mapping, text_of

WHERE: Final = "orderedItems.item"
_OWN: Final = frozenset({"id", "type", "actor", "published", "to", "cc", "object", "signature"})
_USED: Final = frozenset({"id", "type", "url", "published", "content", "contentMap", "summary", "inReplyTo", "tag",
                          "attributedTo", "actor", "object"})  # fmt: skip
# Where it is kept and to whom it went, said again in every post; addresses within the account's own server.
_ROUTES: Final = frozenset({"to", "cc", "atomUri", "inReplyToAtomUri", "conversation", "context", "replies", "likes",
                            "shares", "signature"})  # fmt: skip
_KEPT: Final = frozenset({"sensitive", "attachment", "updated", "directMessage"})
# https://server/users/name, /@name, and what stands below them. Newer servers number accounts: no name can be read there.
_PERSON: Final = re.compile(r"^/(?:users/|@)([^/@]+)")


def take_apart(activity: Item, unknown: set[str]) -> list[Item]:
    """A row for each post and repost; what is neither says what it is."""
    kind, about = activity.get("type"), activity.get("object")
    person = _address(activity.get("actor"))
    row: Item = {
        "kind": STATUS,
        "created_at": activity.get("published"),
        "author": {"id": person, "profile_url": text_of(activity.get("actor"))},
    }
    extra = {key: value for key, value in activity.items() if key not in _OWN and said(value)}
    if kind == "Announce":
        original = about.get("id") if isinstance(about, dict) else about
        row |= {"post_id": activity.get("id"), "is_repost": True, "repost_of_post_id": original}
        row["repost_of_account_id"] = _address(original)
    elif kind == "Create" and isinstance(about, dict) and _direct(activity):
        return [{"reason": DIRECT, "post_id": about.get("id")}]
    elif kind == "Create" and isinstance(about, dict):
        _note(row, about)
        extra |= {key: value for key, value in about.items() if key not in _USED and key not in _ROUTES and said(value)}
    else:
        return [{"reason": f"activity that is no post ({kind})", "post_id": activity.get("id")}]
    if extra:
        row["extra"] = extra
        unknown.update(extra.keys() - _KEPT)
    return [row]


def _direct(activity: Item) -> bool:
    """Whether it went to certain accounts only: neither to everybody nor to those who follow."""
    named = [one for key in ("to", "cc") if isinstance(activity.get(key), list) for one in activity[key]]
    return bool(named) and not any(str(one).endswith(("#Public", ":Public", "/followers")) for one in named)


def _note(row: Item, note: Item) -> None:
    row["post_id"], row["url"], row["title"] = note.get("id"), note.get("url"), note.get("summary")
    row["created_at"] = note.get("published") or row["created_at"]
    row["is_repost"] = False
    if html := text_of(note.get("content")):
        row["text"], row["urls"] = markup.read(html)
    if len(languages := mapping(note.get("contentMap"))) == 1:
        row["language"] = next(iter(languages))
    row["in_reply_to_post_id"] = note.get("inReplyTo")
    row["in_reply_to_account_id"] = _address(note.get("inReplyTo"))
    tags = listed(note.get("tag"))
    row["mentions"] = [
        name for tag in tags if tag.get("type") == "Mention" and (name := _address(tag.get("href")) or _named(tag))
    ] or None
    row["hashtags"] = [
        name.lstrip("#") for tag in tags if tag.get("type") == "Hashtag" and (name := text_of(tag.get("name")))
    ] or None


def _named(tag: Item) -> str | None:
    """`@name@server` as it stands in a text."""
    name = (text_of(tag.get("name")) or "").lstrip("@")
    return name if "@" in name else None


def _address(uri: Any) -> str | None:
    """The account an address is of, as `name@server`; None where it does not say."""
    try:
        parts = urlsplit(uri) if isinstance(uri, str) else None
    except ValueError:
        return None
    person = _PERSON.match(parts.path) if parts else None
    return f"{person[1]}@{parts.hostname}" if parts and person and parts.hostname else None
