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
TAKEN: Final = ("id", "type", "from", "from_id", "forwarded_from", "forwarded_from_id", "reply_to_message_id",
                "reply_to_peer_id", "via_bot", "place_name", "views", "forwards")  # fmt: skip
"""Keys of a message that are columns as they stand; the last two are written by programs that follow the format."""
MADE: Final = ("action", "date", "text", "urls", "hashtags", "mentions", "forwarded", "likes", "reacted", "content_type",
               "latitude", "longitude", "extra")  # fmt: skip
"""Columns made of the others."""
_READ: Final = frozenset(
    {*TAKEN, "text", "text_entities", "reactions", "date", "date_unixtime", "location_information"}
)
# Known, and kept as they are: the names of files are what a folder of media is matched by.
_KEPT: Final = frozenset({"author", "media_type", "photo", "file", "file_name", "thumbnail", "mime_type", "duration_seconds",
    "width", "height", "edited", "edited_unixtime", "reactions", "saved_from", "photo_file_size", "file_size",
    "thumbnail_file_size", "media_spoiler", "sticker_emoji", "performer", "title", "poll", "address",
    "inline_bot_buttons"})  # fmt: skip
_FILMS: Final = ("video_file", "video_message")
_BLOCK: Final = 1024 * 1024


def take_apart(message: Item, unknown: set[str]) -> Item:
    """The columns of a message: its text as one text, and beside it the links, hashtags and mentions Telegram saw in it.

    What no column stands for is kept in `extra`; of its keys those nobody knows are added to `unknown`.
    """
    if message.get("type") == "service":
        return {key: message.get(key) for key in ("id", "type", "action")}
    item: Item = {key: message[key] for key in TAKEN if key in message}
    extra = {key: value for key, value in message.items() if key not in _READ}
    # A text with nothing in it is plain; `text_entities`, which older files lack, says the same in more words.
    parts = message["text"] if "text" in message else message.get("text_entities")
    if isinstance(parts, list):
        _read(item, parts)
    else:
        item["text"] = parts
    item["date"] = message.get("date_unixtime") or message.get("date")
    if "forwarded_from" in message or "forwarded_from_id" in message:
        item["forwarded"] = True  # also where the name is null: Telegram then does not say whose it was
    if "reactions" in message:
        _react(item, extra, message)
    if isinstance(place := message.get("location_information"), dict):
        item["latitude"], item["longitude"] = place.get("latitude"), place.get("longitude")
    film = message.get("media_type") in _FILMS
    item["content_type"] = "video" if film else "image" if message.get("photo") else "post"
    if extra:
        item["extra"] = extra
        unknown.update(extra.keys() - _KEPT)
    return item


def _read(item: Item, parts: list[Any]) -> None:
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
    item["text"] = "".join(texts)
    for name, values in (("urls", urls), ("hashtags", hashtags), ("mentions", mentions)):
        if values:
            item[name] = list(dict.fromkeys(values))


def _react(item: Item, extra: Item, message: Item) -> None:
    """How many reacted; who, as far as it is said, and when: `ID INSTANT`."""
    reactions = listed(message["reactions"])
    counted = [
        count
        for one in reactions
        if one.get("type") != _PAID and isinstance(count := one.get("count"), int) and count >= 0
    ]
    if counted:
        item["likes"] = sum(counted)
    extra["reactions"] = [{key: value for key, value in one.items() if key != "recent"} for one in reactions]
    if people := [
        person for one in reactions for person in listed(one.get("recent")) if text_of(person.get("from_id"))
    ]:
        ahead = _ahead(message)
        item["reacted"] = [f"{person['from_id']} {_instant(person.get('date'), ahead)}" for person in people]


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
