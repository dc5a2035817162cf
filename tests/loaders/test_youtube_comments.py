"""A film with more comments than a sample shows is read comment by comment, and says what a small one says."""

import io
import json
from typing import Any

import pytest

from loaders import recognise
from loaders.base import Options, Source
from loaders.source import HEAD
from loaders.youtube_comments import LOADER
from tests.loaders.loader_snapshots import FIXTURES, balanced, document

FILM: dict[str, Any] = json.loads((FIXTURES / "youtube_comments" / "bridge.info.json").read_text(encoding="utf-8"))


def source(value: dict[str, Any], indent: int | None) -> Source:
    data = json.dumps(value, indent=indent, ensure_ascii=False).encode()
    return Source("bridge.info.json", len(data), lambda: io.BytesIO(data))


@pytest.mark.parametrize("indent", [None, 1], ids=["on one line", "indented"])
@pytest.mark.parametrize("padding", [0, HEAD], ids=["small", "large"])
def test_a_film_is_read_the_same_whatever_its_size(padding: int, indent: int | None) -> None:
    formats = [{"format_id": "18", "url": "https://rr1.example/" + "x" * padding}]
    given = source({**FILM, "formats": formats}, indent)
    chunks = list(LOADER.read(given, Options()))
    found = document(chunks)
    posts = found["tables"]["posts"]
    assert recognise(given)[0] is LOADER
    assert all(balanced(chunk) for chunk in chunks)
    assert found["rows"] == 7
    assert [(post["content_type"], post["time_precision"]) for post in posts] == [
        ("video", "second"), ("comment", "hour"), ("comment", "minute"), ("comment", "day"),
    ]  # fmt: skip
    assert {post.get("in_reply_to_post_id") for post in posts} == {None, posts[0]["post_id"], posts[1]["post_id"]}
    assert [refusal[1] for refusal in found["refused"]].count("publishedAt") == 2
