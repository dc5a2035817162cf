"""Telegram's files beyond the fixtures: escapes that are no JSON, wherever a block ends, and chats in any order of keys."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import telegram_text
from loaders.base import Source
from loaders.source import Unpacked
from loaders.telegram_chats import Chat, chats
from loaders.telegram_desktop import LOADER
from tests.loaders.loader_snapshots import balanced, read


def source(data: bytes, most: int = 1 << 20) -> Source:
    return Source("result.json", len(data), lambda: io.BufferedReader(_Drops(data, most), 1))  # type: ignore[arg-type]


class _Drops(io.RawIOBase):
    """Bytes that come a few at a time."""

    def __init__(self, data: bytes, most: int) -> None:
        self._stream, self._most = io.BytesIO(data), most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(min(len(buffer), self._most))
        buffer[: len(data)] = data
        return len(data)


def message(number: int, text: str) -> str:
    return f'{{"id": {number}, "type": "message", "date_unixtime": "1709550000", "from_id": "user1", "text": "{text}"}}'


PIECES = st.lists(st.sampled_from(["\\\\", '\\"', "\\n", "\\x0B", "\\x1F", "\\u000b", "x0B", "a", "桥"]), max_size=12)


@given(PIECES, st.integers(1, 7))
def test_escapes_json_does_not_know_are_mended_wherever_a_block_ends(pieces: list[str], most: int) -> None:
    text = f'{{"text": "{"".join(pieces)}"}}'
    wanted = "".join({"\\x0B": "\\u000B", "\\x1F": "\\u001F"}.get(piece, piece) for piece in pieces)
    data = text.encode()
    telegram_text_block, telegram_text._BLOCK = telegram_text._BLOCK, most  # type: ignore[misc]
    try:
        with telegram_text.mended(source(data, most)).open() as stream:
            found = stream.read()
    finally:
        telegram_text._BLOCK = telegram_text_block  # type: ignore[misc]
    assert json.loads(found) == json.loads(f'{{"text": "{wanted}"}}')


def test_a_message_with_such_an_escape_is_read_and_nothing_after_it_lost() -> None:
    data = (
        f'{{"id": 5, "type": "private_group", "messages": [{message(1, "a" + chr(92) + "x0Bb")}, {message(2, "c")}]}}'
    )
    (chunk,) = read(source(data.encode()), "telegram_desktop")
    assert chunk.frames["posts"]["text"].to_list() == ["a\vb", "c"]
    assert chunk.refused == []


def test_why_a_packed_file_ends_is_said() -> None:
    data = f'{{"id": 5, "type": "private_group", "messages": [{message(1, "a")}, {{"id": 2, "text": "'.encode()
    torn = Source("result.json.gz", len(data), lambda: io.BufferedReader(_torn(data)))
    (chunk,) = read(torn, "telegram_desktop")
    assert balanced(chunk)
    assert chunk.frames["posts"]["post_id"].to_list() == ["5/1"]
    assert "damaged" in chunk.refused[0].reason


def _torn(data: bytes) -> Unpacked:
    class _Breaks(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if found := super().read(size):
                return found
            raise OSError("the disk ends here")

    return Unpacked("result.json.gz", _Breaks(data), len(data), lambda stream: stream)


ROOMS: list[dict[str, Any]] = [
    {"name": "A", "type": "private_group", "id": 1, "messages": [{"id": 1}, 7, {"id": 2, "x": {"id": 9}}]},
    {"name": None, "type": "public_channel", "id": 2, "messages": []},
    {"name": "C", "type": "public_channel", "id": 3, "messages": [{"id": 1}]},
]
FOUND = [Chat(1, "1", "A", "private_group"), Chat(4, "2", None, "public_channel"), Chat(4, "3", "C", "public_channel")]


@pytest.mark.parametrize("backwards", [False, True])
def test_every_chat_is_known_by_the_number_of_its_first_message(backwards: bool) -> None:
    rooms = [dict(reversed(room.items())) if backwards else room for room in ROOMS]
    account = {"about": "x", "chats": {"list": rooms}, "left_chats": {"list": rooms[:1]}}
    assert chats(source(json.dumps(account).encode()), LOADER.title) == {
        "chats.list.item.messages.item": FOUND,
        "left_chats.list.item.messages.item": FOUND[:1],
    }
    assert chats(source(json.dumps(rooms[2], indent=1).encode()), LOADER.title) == {
        "messages.item": [Chat(1, "3", "C", "public_channel")]
    }
