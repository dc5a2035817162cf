"""Items of JSON exports: lines, arrays, documents and pages give the same columns, and what is broken costs only itself."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import json_lines, text
from loaders.base import LoadError, Options, Source
from loaders.items import read
from loaders.json_paths import paths_of
from loaders.rows import LINE, Rows
from loaders.source import HEAD
from records.chunk import Chunk

PATHS = {"id": "id", "name": "author.name", "tags": "tags"}
ITEMS: list[dict[str, Any]] = [
    {"id": 1, "author": {"name": "Ana"}, "tags": ["a", "b"], "more": {"x": True}},
    {"id": "2", "author": {}, "tags": [], "more": None},
    {"id": 9223372036854775807, "author": {"name": "\u5f20\u4f1f"}},
]


def source(text: str | bytes) -> Source:
    data = text.encode() if isinstance(text, str) else text
    return Source("export.json", len(data), lambda: io.BytesIO(data))


def rows_of(text: str | bytes, where: str = "", **given: Any) -> tuple[list[dict[str, Any]], list[Chunk]]:
    seen: list[dict[str, Any]] = []

    def convert(rows: Rows) -> Chunk:
        seen.extend(rows.frame.to_dicts())
        return rows.chunk(
            "posts", {"posts": rows.build({"post_id": rows.take("id"), "extra": rows.rest("name", "tags")})}
        )

    how = {"paths": PATHS, "required": ["id"], "where": where, **given}
    return seen, list(read(source(text), Options(), "a test", "UTC", convert=convert, **how))


EXPECTED: list[dict[str, Any]] = [
    {"id": "1", "name": "Ana", "tags": '["a","b"]', "more": '{"x":true}'},
    {"id": "2", "name": None, "tags": "[]", "more": None},
    {"id": "9223372036854775807", "name": "\u5f20\u4f1f", "tags": None, "more": None},
]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("\n".join(json.dumps(item) for item in ITEMS), ""),
        ("\n".join(json.dumps(item) for item in ITEMS), "messages.item"),
        (json.dumps(ITEMS), ""),
        (json.dumps(ITEMS, indent=2).encode("utf-16"), ""),
        (json.dumps({"name": "a chat", "messages": ITEMS}, indent=1), "messages.item"),
        (json.dumps({"messages": ITEMS, "z": 1}), "messages.item"),
        (b"\xef\xbb\xbf" + json.dumps({"chats": {"list": [{"messages": ITEMS[:2]}, {"messages": ITEMS[2:]}]}}).encode(),
         "chats.list.item.messages.item"),
    ],
    ids=["lines", "lines-though-a-place-is-named", "array", "utf-16", "document", "one-line", "nested"],
)  # fmt: skip
def test_every_form_gives_the_same_columns(text: str | bytes, where: str) -> None:
    seen, chunks = rows_of(text, where)
    assert [{key: row.get(key) for key in EXPECTED[0]} for row in seen] == EXPECTED
    assert [row[LINE] for row in seen] == [1, 2, 3]
    assert set().union(*(chunk.columns_unknown for chunk in chunks)) == {"more", "name", "tags"}
    assert sum(chunk.rows for chunk in chunks) == 3


def test_a_page_holds_many_items() -> None:
    seen, _ = rows_of("\n".join(json.dumps({"data": ITEMS[n:]}) for n in (0, 2)), expand=lambda page: page["data"])
    assert [row["id"] for row in seen] == ["1", "2", EXPECTED[2]["id"], EXPECTED[2]["id"]]
    assert [row[LINE] for row in seen] == [1, 1, 1, 2]


def test_what_is_broken_costs_only_itself() -> None:
    lines = [json.dumps(ITEMS[0]), "{broken", "7", '{"id": "a\\u0000b"}', "", json.dumps(ITEMS[1])]
    seen, chunks = rows_of("\n".join(lines) + "\n")
    (chunk,) = chunks
    assert [row["id"] for row in seen] == ["1", "2"]
    assert [(refusal.line, refusal.reason.split("(")[0].strip(" .")) for refusal in chunk.refused] == [
        (2, "The line is not JSON"), (3, "The item is JSON but not an object"), (4, "The item holds NUL bytes"),
    ]  # fmt: skip
    assert (chunk.rows, chunk.ignored) == (6, {"blank row": 1})


def test_a_document_cut_short_gives_what_came_before() -> None:
    whole = json.dumps(ITEMS)
    seen, (chunk,) = rows_of(whole[: whole.index('"2"') + 8])
    assert [row["id"] for row in seen] == ["1"]
    assert [refusal.line for refusal in chunk.refused] == [2]
    assert chunk.refused[0].reason.startswith("The file cannot be read from here on")


@pytest.mark.parametrize("text", ["", "a,b\n1,2", '{"nothing": []}'])
def test_a_file_without_items_is_one_clear_sentence(text: str) -> None:
    with pytest.raises(LoadError) as caught:
        rows_of(text, "messages.item")
    assert str(caught.value).endswith(".")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(LoadError, match="has no column 'id'"):
        rows_of(json.dumps([{"author": {"name": "x"}}]))


def test_paths_are_seen_in_every_form_and_in_torn_samples() -> None:
    whole = json.dumps({"name": "c", "messages": ITEMS}, indent=1).encode()
    assert {"messages.item.author.name", "messages.item.tags.item", "name"} <= paths_of(whole[:150])
    assert {"author.name", "tags.item"} <= paths_of(json.dumps(ITEMS).encode())
    assert {"author.name", "tags.item"} <= paths_of(json.dumps(ITEMS[0]).encode() + b"\n{torn")
    assert paths_of(b"a,b\n1,2\n") == frozenset()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(), VALUES), min_size=1, max_size=5), st.booleans())
def test_any_json_is_balanced(items: list[dict[str, Any]], as_lines: bool) -> None:
    text = "\n".join(json.dumps(item) for item in items) if as_lines else json.dumps(items)
    try:
        _, chunks = rows_of(text)
    except LoadError:
        return
    for chunk in chunks:
        assert chunk.rows == chunk.frames["posts"].height + len(chunk.refused) + sum(chunk.ignored.values())


def test_half_a_character_ends_the_paths_and_the_document() -> None:
    text = '[{"id": 1, "name": "a"}, {"id": "\\udc00x"}]'
    assert paths_of(text.encode()) >= {"id", "name"}
    _, chunks = rows_of(text)
    assert [len(chunk.refused) for chunk in chunks] == [1]
    assert chunks[0].frames["posts"].height == 1


ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
LINES = st.sampled_from([b'{"id": 1}', '{"id": "\u6865"}'.encode(), b"{broken", b"", b" \t", b'{"id": "\xff"}', b"[]"])


@given(st.lists(st.tuples(LINES, ENDS), min_size=1, max_size=9), st.integers(1, 9), LINES)
def test_lines_are_counted_as_an_editor_counts_them_wherever_a_block_ends(
    parts: list[tuple[bytes, bytes]], size: int, last: bytes
) -> None:
    data = b"".join(line + end for line, end in parts) + last
    whole = io.StringIO(data.decode("utf-8", "replace"), newline="").readlines()
    before, text.BLOCK = text.BLOCK, size  # type: ignore[misc]
    try:
        found = [line for part, _ in json_lines.lines(io.BytesIO(data), text.Encoding("utf-8", 0)) for line in part]
    finally:
        text.BLOCK = before  # type: ignore[misc]
    assert [line.decode("utf-8", "replace") for line in found] == whole


def test_what_is_no_text_or_too_long_is_refused_and_shown() -> None:
    long = b'{"id": "' + b"x" * (text.MAX_LINE + 2 * text.BLOCK) + b'"}'
    bridges = "\u6865" * 20  # so that one bad byte does not make it another encoding
    _, chunks = rows_of(f'{{"id": "{bridges}"}}\n'.encode() + b'{"id": "\xff"}\n' + long + b'\n{"id": 2}')
    assert [post for chunk in chunks for post in chunk.frames["posts"]["post_id"]] == [bridges, "2"]
    assert [(item.line, item.reason, item.text[:15]) for chunk in chunks for item in chunk.refused] == [
        (2, "The line holds bytes that are not valid text.", '{"id": "\\xff"}'),
        (3, "The line holds bytes that are not valid text.", '{"id": "xxxxxxx'),
    ]
    good = '{"id": "\u6865\u6c34"}\n'.encode("gb18030")
    many = HEAD // len(good) + 1
    _, chunks = rows_of(good * many + b'{"id": "\xff"}\n')
    assert [(item.line, item.text) for chunk in chunks for item in chunk.refused] == [(many + 1, '{"id": "\\xff"}')]


@pytest.mark.parametrize(
    "number", ["1" + "0" * 5000, "1e99999999999999999999", "-1e400"], ids=["digits", "exponent", "small"]
)
def test_a_number_too_large_for_a_machine_is_no_end_of_the_program(number: str) -> None:
    document = f'{{"name": "a",\n"posts": [{{"id": 1, "likes": {number}}}]}}'.encode()
    assert {"name", "posts.item.id"} <= paths_of(document)
