"""The chats of a Telegram export and where in it each begins: messages do not say which chat they stand in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from loaders import items
from loaders.base import LoadError, Source

# Where messages stand: in the export of one chat, and in that of a whole account, those it has left apart.
ALONE: Final = "messages.item"
_LISTS: Final = ("chats.list.item", "left_chats.list.item")
_INSIDE: Final = ("map_key", "end_map", "end_array")
"""Events of an object or list that has begun before."""
_SAID: Final = ("name", "type", "id")


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat."""

    first: int
    """Number of its first message among those of its list, from 1."""
    id: str | None
    name: str | None
    kind: str | None
    """Telegram's word: personal_chat, private_supergroup, public_channel ..."""


def chats(source: Source, title: str) -> dict[str, list[Chat]]:
    """The chats by the place of their messages. Raises LoadError where there are none.

    The head of one chat's file says all; a whole account's is gone through once, which holds nothing but this list.
    """
    found: dict[str, list[Chat]] = {}
    said: dict[str, dict[str, Any]] = {}
    count: dict[str, int] = {}
    fields = {(f"{chat}." if chat else "") + key: (chat, key) for chat in ("", *_LISTS) for key in _SAID}
    lists = {(f"{chat}." if chat else "") + "messages": chat for chat in ("", *_LISTS)}
    messages = {f"{path}.item": chat for path, chat in lists.items()}
    for prefix, event, value in items.events(source):
        if prefix in messages:
            if event not in _INSIDE:
                count[messages[prefix]] = count.get(messages[prefix], 0) + 1
        elif prefix in fields:
            chat, key = fields[prefix]
            said.setdefault(chat, {})[key] = value
        elif prefix in lists and event == "start_array":
            chat = lists[prefix]
            said.setdefault(chat, {})["_first"] = count.get(chat, 0) + 1
            if not chat and said[chat].keys() >= {"id", "type"}:
                return {ALONE: [_chat(said[chat])]}
        elif prefix in _LISTS and event == "end_map":
            _close(found, said, prefix)
    for chat in ("", *_LISTS):  # the only one of its file, and the last one of a file that breaks off
        _close(found, said, chat)
    kept = {
        f"{chat}.messages.item" if chat else ALONE: found[chat]
        for chat in ("", *_LISTS)
        if chat in found and count.get(chat)
    }
    if not kept:
        raise LoadError(f"{source.name} is not {title}: it holds no list of messages; leave --format out.")
    return kept


def _close(found: dict[str, list[Chat]], said: dict[str, dict[str, Any]], chat: str) -> None:
    one = said.pop(chat, {})
    if "_first" in one:
        found.setdefault(chat, []).append(_chat(one))


def _chat(said: dict[str, Any]) -> Chat:
    return Chat(said["_first"], *(_text(said.get(key)) for key in ("id", "name", "type")))


def _text(value: Any) -> str | None:
    """A plain value as text; nothing for objects, of which only the events come here."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "" else None


def whole(lists: Iterable[str]) -> bool:
    """Whether the export is of an account, and not of one chat."""
    return any(where != ALONE for where in lists)
