"""Statuses of Mastodon taken apart: pages, reposts and quotes with what they are of, and whom a server's numbers mean."""

from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from loaders import items, markup
from loaders.base import Source
from loaders.native import Item, listed, mapping, text_of

STATUS, PROFILE, OTHER = "status", "profile", "other"
PAGES: Final = ("statuses", "ancestors", "descendants")
"""Lists of statuses in a page: a search, and what stands above and below a status."""
_USED: Final = frozenset({"id", "uri", "url", "account", "created_at", "in_reply_to_id", "in_reply_to_account_id", "reblog",
    "content", "spoiler_text", "language", "application", "mentions", "tags", "favourites_count", "reblogs_count",
    "replies_count", "quote"})  # fmt: skip
# What they say is about whoever asked, or where small pictures are fetched from.
_ASKED: Final = frozenset({"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered", "emojis", "text",
                           "quote_approval"})  # fmt: skip
# Known, and kept as they are.
_KEPT: Final = frozenset({"visibility", "sensitive", "media_attachments", "card", "poll", "edited_at", "quotes_count"})
_PROFILE: Final = ("fields", "bot", "group", "moved", "suspended", "limited")
DIRECT: Final = "direct message, which was for those it names only"


class Numbers:
    """Which statuses and accounts the numbers of one server mean, as far as the file itself says: some 300 bytes a status,
    held for the time of the load. A reply names its parent by that server's number alone."""

    def __init__(self, source: Source) -> None:
        """Raises LoadError where the file holds no items."""
        self.posts: dict[str, str | None] = {}
        self.accounts: dict[str, str | None] = {}
        self._homes: set[str] = set()
        for item in items.objects(source):
            for status in statuses(item):
                for one in (
                    status,
                    mapping(status.get("reblog")),
                    mapping(mapping(status.get("quote")).get("quoted_status")),
                ):
                    self._note(one)

    @property
    def home(self) -> str | None:
        """The server that was asked: that of the accounts it shows without one. None where there is none, or several."""
        return next(iter(self._homes)) if len(self._homes) == 1 else None

    def _note(self, status: Item) -> None:
        account = mapping(status.get("account"))
        name, host = text_of(account.get("acct")), _host(account.get("url"))
        if name and host and "@" not in name:
            self._homes.add(host)
        for known, number, meant in (
            (self.posts, status.get("id"), text_of(status.get("uri"))),
            (self.accounts, account.get("id"), address(account)),
        ):
            if isinstance(number, (str, int)) and meant:
                # Statuses of several servers in one file may have one number, which then means none of them.
                known[str(number)] = meant if known.get(str(number), meant) == meant else None


def statuses(item: Item) -> list[Item]:
    """The statuses of a page, or the one an item is."""
    if pages := [key for key in PAGES if isinstance(item.get(key), list)]:
        return [status for key in pages for status in listed(item[key])]
    return [item] if "account" in item and ("content" in item or "reblog" in item) else []


def take_apart(item: Item, numbers: Numbers, unknown: set[str]) -> list[Item]:
    """A row for each status, for those that came along as what was reposted or quoted, and for each profile of a page."""
    found = statuses(item)
    rows = [row for status in found for row in _with_originals(status, numbers, unknown)]
    profiles = listed(item.get("accounts")) if any(key in item for key in PAGES) else []
    rows += [{"kind": PROFILE, "author": _profile(account)} for account in profiles]
    return rows or [{"kind": OTHER}]


def _with_originals(status: Item, numbers: Numbers, unknown: set[str]) -> list[Item]:
    rows = [_row(status, numbers, unknown)]
    for original in (mapping(status.get("reblog")), mapping(mapping(status.get("quote")).get("quoted_status"))):
        if original:
            row = _row(original, numbers, unknown)
            rows.append(row | {"extra": {**row.get("extra", {}), "included": True}})
    return rows


def _row(status: Item, numbers: Numbers, unknown: set[str]) -> Item:
    account, original = mapping(status.get("account")), mapping(status.get("reblog"))
    shown = original or status  # a repost has the text of its original, and what stands in it
    row: Item = {
        "kind": STATUS,
        "post_id": _name(status, numbers),
        "local_id": status.get("id"),
        "created_at": status.get("created_at"),
        "title": shown.get("spoiler_text"),
        "language": shown.get("language"),
        "client": mapping(status.get("application")).get("name"),
        "url": status.get("url"),
        "author": _profile(account),
    }
    if html := text_of(shown.get("content")):
        row["text"], row["urls"] = markup.read(html)
    if status.get("visibility") == "direct":
        row["reason"] = DIRECT
    row["hashtags"] = [name for tag in listed(shown.get("tags")) if (name := text_of(tag.get("name")))] or None
    row["mentions"] = [name for one in listed(shown.get("mentions")) if (name := address(one))] or None
    if original:
        row["repost_of_post_id"] = _name(original, numbers)
        row["repost_of_account_id"] = address(mapping(original.get("account")))
        row["is_repost"] = True
    else:
        row["likes"], row["reposts"] = status.get("favourites_count"), status.get("reblogs_count")
        row["replies"], row["is_repost"] = status.get("replies_count"), False
        _answer(row, status, account, numbers)
    if quoted := mapping(mapping(status.get("quote")).get("quoted_status")):
        row["quote_of_post_id"] = _name(quoted, numbers)
    elif number := mapping(status.get("quote")).get("quoted_status_id"):
        row["quote_of_post_id"] = _post(number, numbers)
    # Most of what is there is there empty.
    extra = {key: value for key, value in status.items() if key not in _USED and key not in _ASKED and said(value)}
    if extra:
        row["extra"] = extra
        unknown.update(extra.keys() - _KEPT)
    return row


def _name(status: Item, numbers: Numbers) -> Any:
    """The status by the address it has on every server; an older copy without one by its server and its number there."""
    return text_of(status.get("uri")) or text_of(status.get("url")) or _post(status.get("id"), numbers)


def _post(number: Any, numbers: Numbers) -> str | None:
    """What a server's number means: the status's address, or, where it is not in the file, `SERVER/NUMBER`."""
    if not isinstance(number, (str, int)) or not number:
        return None
    if known := numbers.posts.get(str(number)):
        return known
    return f"{numbers.home}/{number}" if numbers.home else None


def _answer(row: Item, status: Item, account: Item, numbers: Numbers) -> None:
    if parent := status.get("in_reply_to_id"):
        row["in_reply_to_post_id"] = _post(parent, numbers)
        row["unknown_parent"] = True if row["in_reply_to_post_id"] is None else None
    if not (person := status.get("in_reply_to_account_id")):
        return
    # Whom it answers it mostly names, unless it answers itself.
    near = [account, *listed(status.get("mentions"))]
    named = next((address(one) for one in near if one.get("id") == person), None)
    row["in_reply_to_account_id"] = named or numbers.accounts.get(str(person))


def address(account: Item) -> str | None:
    """`name@server`, by which every server knows an account; its own server shows it without."""
    name = text_of(account.get("acct"))
    if not name or "@" in name:
        return name
    host = _host(account.get("url"))
    return f"{name}@{host}" if host else None


def said(value: Any) -> bool:
    """Whether a value says more than that there is nothing; a 0 does."""
    return value is not None and value is not False and value not in ("", [], {})


def _host(url: Any) -> str | None:
    return _host_of(url) if isinstance(url, str) else None


@lru_cache(maxsize=10_000)  # the accounts of a page wrote many of its statuses
def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _profile(account: Item) -> Item:
    avatar = text_of(account.get("avatar"))
    kept = {key: value for key in _PROFILE if said(value := account.get(key))}
    return {
        "id": address(account),
        "display_name": account.get("display_name"),
        "description": markup.read(note)[0] if (note := text_of(account.get("note"))) else None,
        "created_at": account.get("created_at"),
        "followers": account.get("followers_count"),
        "following": account.get("following_count"),
        "posts_count": account.get("statuses_count"),
        "default_avatar": avatar.endswith("/missing.png") if avatar else None,
        "profile_url": account.get("url"),
        "extra": kept or None,
    }
