"""One account to be forgotten: by what it is known, and how tables, documents and texts look without it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import polars as pl

from records.masking import Mask
from records.store import Records, query

ERASED: Final = "[erased]"
OWNERS: Final = {
    "accounts": ("account_id",),
    "account_history": ("account_id",),
    "posts": ("author_id",),
    "pages": ("page_id",),
    "follows": ("follower_id", "followed_id"),
    "engagements": ("account_id",),
    "metrics": ("entity_id",),
    "targets": ("account_id",),
    "campaigns": ("indicator",),
}
"""Whose row it is, by table: rows of the erased account are dropped whole, and kept out of later loads."""
_THEIR_POSTS: Final = {"engagements": "post_id", "metrics": "entity_id"}
# Columns in which another's row points at the account or at its posts.
_POINTS_AT_ACCOUNT: Final = ("in_reply_to_account_id", "repost_of_account_id")
_POINTS_AT_POST: Final = ("in_reply_to_post_id", "repost_of_post_id", "quote_of_post_id")
# Free text and addresses of other rows, where a name is covered; ids, words, hashes and times are left as they are.
_TEXTS: Final = (
    "text", "title", "description", "display_name", "name", "location", "client", "credited_to", "url", "profile_url",
    "subject", "query", "source", "object_name", "indicator", "extra", "path",
)  # fmt: skip
_LISTS: Final = ("urls", "mentions", "objects", "hashtags")


@dataclass(frozen=True)
class Person:
    """What names the account, and what hides it."""

    platform: str
    id: str
    names: frozenset[str]
    """Handles, old ones too, without @."""
    posts: frozenset[str]
    """Ids of its posts."""
    addresses: frozenset[str]
    mask: Mask = field(init=False, compare=False)
    """Covers all of these in texts."""

    def __post_init__(self) -> None:
        words = {self.id, self.uid, *self.names, *self.posts, *self.addresses}
        object.__setattr__(self, "mask", Mask(dict.fromkeys(words, ERASED)))

    def joined(self, told: dict[str, list[str]]) -> "Person":
        """With what an earlier, unfinished erasure knew."""
        return Person(
            self.platform, self.id, self.names | set(told["names"]), self.posts | set(told["posts"]),
            self.addresses | set(told["addresses"]),
        )  # fmt: skip

    @property
    def uid(self) -> str:
        return f"{self.platform}:{self.id}"

    def in_text(self, text: str) -> bool:
        return self.mask.text(text) != text


def person_of(records: Records, platform: str, account_id: str) -> Person:
    """Everything the case knows the account by, in all rows ever loaded."""
    at = [platform, account_id]
    told = query(
        records,
        "SELECT handle, profile_url FROM raw_accounts WHERE platform = $1 AND account_id = $2"
        " UNION SELECT handle, NULL FROM raw_account_history WHERE platform = $1 AND account_id = $2"
        " UNION SELECT handle, NULL FROM raw_pages WHERE platform = $1 AND page_id = $2",
        at,
    )
    posts = query(records, "SELECT DISTINCT post_id, url FROM raw_posts WHERE platform = $1 AND author_id = $2", at)
    names = {str(name).lstrip("@") for name in told["handle"].drop_nulls() if str(name).strip("@ ")}
    if account_id.startswith("name:"):  # where an export had no ids, the name stands for one
        names.add(account_id.removeprefix("name:"))
    addresses = [*told["profile_url"].drop_nulls(), *posts["url"].drop_nulls()]
    return Person(platform, account_id, frozenset(names), frozenset(posts["post_id"]), frozenset(addresses))


def without(person: Person, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a contract table that are not the person's, with what names the person covered in them."""
    theirs = pl.lit(False)
    for column in OWNERS.get(table, ()):
        values = (
            [person.id, *person.names, *(f"@{name}" for name in person.names)] if table == "campaigns" else [person.id]
        )
        theirs = theirs | pl.col(column).is_in(values)
    if posts := _THEIR_POSTS.get(table):
        theirs = theirs | pl.col(posts).is_in(sorted(person.posts))
    if table in OWNERS:
        frame = frame.filter(~(theirs & (pl.col("platform") == person.platform)).fill_null(False))
    if "platform" in frame.columns:
        here = pl.col("platform") == person.platform
        gone: list[tuple[str, list[str]]] = [
            (column, [person.id]) for column in _POINTS_AT_ACCOUNT if column in frame.columns
        ]
        gone += [(column, sorted(person.posts)) for column in _POINTS_AT_POST if column in frame.columns]
        frame = frame.with_columns(
            pl.when(here & pl.col(column).is_in(values)).then(None).otherwise(pl.col(column)).alias(column)
            for column, values in gone
        )
    return frame.with_columns(
        [_covered(person, frame[name]) for name in _TEXTS if name in frame.columns]
        + [_listed(person, frame[name]) for name in _LISTS if name in frame.columns]
    )


def _covered(person: Person, column: pl.Series) -> pl.Series:
    texts = column.drop_nulls().unique(maintain_order=True).to_list()
    known = dict(zip(texts, person.mask.texts(texts), strict=True))
    if column.name == "extra":
        known.update({text: _document(person, text) for text, after in known.items() if after != text})
    changed = {text: after for text, after in known.items() if after != text}
    return column.replace(changed) if changed else column


def _document(person: Person, text: str) -> str:
    """A JSON document with names covered inside its strings, so that it stays one."""
    try:
        return orjson.dumps(covered(person, orjson.loads(text))).decode()
    except orjson.JSONDecodeError:
        return person.mask.text(text)


def _listed(person: Person, column: pl.Series) -> pl.Series:
    """Lists with names covered; a mention of the person is left out whole."""
    values = column.list.explode().drop_nulls().unique().to_list()
    known = dict(zip(values, person.mask.texts(values), strict=True))
    names = {name.casefold() for name in person.names} | {person.id}
    gone = {value for value in values if value.lstrip("@").casefold() in names}
    changed = {value: known[value] for value in values if value in gone or known[value] != value}
    if not changed:
        return column
    element = pl.element()
    if column.name == "mentions":
        return column.list.eval(element.filter(~element.is_in(sorted(changed))))
    return column.list.eval(element.replace(changed))


def covered(person: Person, node: Any) -> Any:
    """A document with every text in it covered; keys that name the person go with what stands under them."""
    texts = sorted(set(_strings(node)))  # all at once: a mask is made for many texts
    return _replaced(node, dict(zip(texts, person.mask.texts(texts), strict=True)))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from node
        for item in node.values():
            yield from _strings(item)
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)


def _replaced(node: Any, known: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _replaced(item, known) for key, item in node.items() if known[key] == key}
    if isinstance(node, list):
        return [_replaced(item, known) for item in node]
    return known[node] if isinstance(node, str) else node


def forgotten(person: Person, node: Any) -> Any:
    """A finding's document without the objects that name the person or its posts."""
    if isinstance(node, dict):
        return {key: forgotten(person, item) for key, item in node.items() if not _names(person, item)}
    if isinstance(node, list):
        return [forgotten(person, item) for item in node if not _names(person, item)]
    return node


def _names(person: Person, node: Any) -> bool:
    if not isinstance(node, dict) or node.get("platform") != person.platform:
        return False
    ids = [node.get(key) for key in ("id", "account_id", "author_id")]
    return person.id in ids or node.get("post_id") in person.posts
