"""A message of Telegram Desktop taken apart: its text and what stands in it, its reactions; and files with broken escapes."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Final

from loaders.base import Source
from loaders.native import Item, listed, text_of

# Telegram Desktop writes control characters in a text as \x0B, which is no JSON: one such message would end the file.
_ESCAPE: Final = re.compile(rb"(\\\\)|\\x([0-9A-Fa-f]{2})")
_WEB: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# Stars are paid by the dozen, and their number is no number of people.
_PAID: Final = "paid"
_READ: Final = frozenset({"text", "text_entities", "reactions", "date", "date_unixtime"})
_BLOCK: Final = 1024 * 1024


def take_apart(message: Item) -> Item:
    """The message with its text as one text, and beside it the links, hashtags and mentions Telegram saw in it."""
    if message.get("type") == "service":
        return {key: message.get(key) for key in ("id", "type", "action")}
    item = {key: value for key, value in message.items() if key not in _READ}
    entities = message.get("text_entities")
    # Both say the same; older files have only `text`, a plain one where there is nothing in it.
    parts = entities if isinstance(entities, list) and entities else message.get("text")
    made = _read(parts) if isinstance(parts, list) else {"text": parts}
    made["time"] = message.get("date_unixtime") or message.get("date")
    if "forwarded_from" in message or "forwarded_from_id" in message:
        made["forwarded"] = True  # also where the name is null: Telegram then does not say whose it was
    if "reactions" in message:
        made.update(_react(message, listed(message["reactions"])))
    item["made"] = made
    return item


def _read(parts: list[Any]) -> Item:
    texts: list[str] = []
    urls: list[str] = []
    hashtags: list[str] = []
    mentions: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        if not isinstance(part, dict) or not (text := text_of(part.get("text"))):
            continue
        texts.append(text)
        kind = part.get("type")
        if kind == "link":
            # Telegram takes norland.example/a for a link, and opens it so.
            urls.append(text if _WEB.match(text) else f"https://{text}")
        elif kind == "text_link" and (target := text_of(part.get("href"))):
            urls.append(target)
        elif kind == "hashtag":
            hashtags.append(text.lstrip("#＃"))
        elif kind == "mention":
            mentions.append(f"name:{text.lstrip('@')}")
        elif kind == "mention_name" and part.get("user_id"):
            mentions.append(str(part["user_id"]))
    found = {"text": "".join(texts)}
    lists = {"urls": urls, "hashtags": hashtags, "mentions": mentions}
    return {**found, **{name: list(dict.fromkeys(values)) for name, values in lists.items() if values}}


def _react(message: Item, reactions: list[Item]) -> Item:
    """How many reacted; who, as far as it is said, and when: `ID INSTANT`."""
    counted = [
        count
        for one in reactions
        if one.get("type") != _PAID and isinstance(count := one.get("count"), int) and count >= 0
    ]
    recent = [person for one in reactions for person in listed(one.get("recent")) if text_of(person.get("from_id"))]
    ahead = _ahead(message) if recent else None
    return {
        "likes": sum(counted) if counted else None,
        "reactions": [{key: value for key, value in one.items() if key != "recent"} for one in reactions],
        "reacted": [f"{person['from_id']} {_instant(person.get('date'), ahead)}" for person in recent] or None,
    }


def _ahead(message: Item) -> timedelta | None:
    """How far ahead of UTC the clock was of the computer that wrote the file: the message's time stands there twice."""
    try:
        exact = datetime.fromtimestamp(int(message["date_unixtime"]), UTC).replace(tzinfo=None)
        return datetime.fromisoformat(message["date"]).replace(tzinfo=None) - exact
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _instant(wall: Any, ahead: timedelta | None) -> str:
    """A time of that clock as one of UTC; "" where it is unknown."""
    try:
        return (datetime.fromisoformat(wall).replace(tzinfo=None) - ahead).isoformat() if ahead is not None else ""
    except (TypeError, ValueError, OverflowError):
        return ""


def mended(source: Source) -> Source:
    """The same file with escapes JSON does not know written as it does."""
    return Source(source.name, source.size, lambda: io.BufferedReader(_Mended(source.open()), _BLOCK))


class _Mended(io.RawIOBase):
    """Bytes of a stream, `\\x0B` as `\\u000B`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._rest = b""
        self._ready = b""

    @property
    def cut(self) -> str | None:
        """Why the stream underneath ended before its file did."""
        return getattr(getattr(self._stream, "raw", self._stream), "cut", None)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready:
            block = self._stream.read(_BLOCK)
            data = self._rest + block
            if not data:
                return 0
            # An escape may be parted between two blocks: what follows the last backslash waits, with it, for the next one.
            end = len(data) if not block else _whole(data)
            self._rest = data[end:]
            self._ready = _ESCAPE.sub(_written, data[:end]) if b"\\x" in data else data[:end]
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _whole(data: bytes) -> int:
    """How much of `data` ends with no escape begun: at most three bytes of `\\x0B` can have come already."""
    run = len(data)
    at = data.rfind(b"\\", max(0, run - 3))
    if at < 0:
        return run
    before = at
    while before > 0 and data[before - 1] == 0x5C:
        before -= 1
    # In a row of backslashes every second one is what the one before it stands for.
    return at if (at - before) % 2 == 0 else run


def _written(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] else b"\\u00" + found[2]
