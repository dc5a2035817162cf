"""Mastodon beyond the fixtures: HTML as readers see it, and what the numbers of one server mean."""

import io
import json
from typing import Any

import pytest

from loaders import markup
from loaders.base import Source
from loaders.mastodon_statuses import Numbers
from tests.loaders.loader_snapshots import read


@pytest.mark.parametrize(
    ("html", "text", "links"),
    [
        ("no tags", "no tags", None),
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree", None),
        ("<p>a<br />b<BR/>c</p>", "a\nb\nc", None),
        ("<blockquote>said</blockquote><p>answered</p>", "said\n\nanswered", None),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo", None),
        ("2 &lt; 3 &amp;&#39;桥", "2 < 3 &'桥", None),
        ("<p>unclosed <b>bold", "unclosed bold", None),
        ("</p></div>stray", "stray", None),
        ("<p></p>", "", None),
        ("<!-- nothing -->", "", None),
        (
            '<a href="https://a.example/x?b=1&amp;c=2"><span class="invisible">https://</span>a.example</a> '
            '<a href="https://a.example/x?b=1&amp;c=2">again</a> <a class="mention hashtag" href="https://b.example">#b</a>',
            "https://a.example again #b",
            ["https://a.example/x?b=1&c=2"],
        ),
        ('<?xml version="1.0" encoding="utf-8"?><p>x', '<?xml version="1.0" encoding="utf-8"?><p>x', None),
    ],
)
def test_html_is_read_as_a_reader_sees_it(html: str, text: str, links: list[str] | None) -> None:
    assert markup.read(html) == (text, links)


def status(number: str, server: str, name: str = "lena", seen_from: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "uri": f"https://{server}/users/{name}/statuses/{number}",
        "created_at": "2024-03-04T10:00:00.000Z",
        "content": "<p>hello</p>",
        "account": {
            "id": "1",
            "acct": name if server == seen_from else f"{name}@{server}",
            "url": f"https://{server}/@{name}",
        },
        **more,
    }


def source(*statuses: dict[str, Any]) -> Source:
    data = "\n".join(json.dumps(one) for one in statuses).encode()
    return Source("statuses.jsonl", len(data), lambda: io.BytesIO(data))


def parents(*statuses: dict[str, Any]) -> list[str | None]:
    found = [chunk.frames["posts"]["in_reply_to_post_id"] for chunk in read(source(*statuses), "mastodon")]
    return [parent for series in found for parent in series.to_list()]


def test_a_parent_is_found_before_and_after_its_reply() -> None:
    first, reply = status("1", "a.example", seen_from="a.example"), status("2", "b.example", in_reply_to_id="1")
    assert parents(first, reply) == [None, first["uri"]]
    assert parents(reply, first) == [first["uri"], None]


def test_a_parent_that_is_not_in_the_file_is_named_by_the_server_that_was_asked() -> None:
    reply, neighbour = status("2", "b.example", in_reply_to_id="9"), status("3", "a.example", seen_from="a.example")
    assert parents(reply, neighbour) == ["a.example/9", None]
    assert parents(reply) == [None]


def test_where_several_servers_were_asked_a_number_means_only_what_is_certain() -> None:
    one, other = status("1", "a.example", seen_from="a.example"), status("1", "b.example", seen_from="b.example")
    sure = status("5", "c.example")
    replies = [status("7", "d.example", in_reply_to_id=number) for number in ("1", "5", "9")]
    assert parents(one, other, sure, *replies) == [None, None, None, None, sure["uri"], None]
    assert Numbers(source(one, other)).home is None
