"""Every loader with damaged copies of its fixtures: a sentence or balanced chunks, never another exception."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import loaders, look, recognise
from loaders.base import LoadError, Source
from loaders.source import sources
from records.tables import conform
from tests.loaders.loader_snapshots import balanced, fixtures, options_of

HOSTILE = [
    "", "null", "0", "-1", "1e400", "NaN", "9.01E+17", "99999999999999999999", "[", "{}", "[]", "[1, null]", "\0", "\ud800",
    "=cmd|' /C calc'!A0", "'; DROP TABLE posts --", "0001-01-01", "9999-12-31T23:59:59Z", "2024-02-30", "\u202e", "🙂" * 50,
    "https://[::1", "https://a.example:99999/", "@", "#", "name:", "a|b|", "\n\n", '"', "true", "٣", "\u2028",
]  # fmt: skip
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    2**64,
    1e308,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    {"": None},
    {"id": []},
    [{"id": 1}, 2, "z"],
]
# Pictures are decoded by libraries of their own, with tests of their own.
FILES = [path for path in fixtures() if path.parent.name != "media_folder"]
named = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
# A few for each fixture in the suite; `python -m benchmarks.fuzz` goes on for as long as it is told.
some = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))


def content(path: Path) -> bytes:
    with sources(path)[0].open() as stream:
        return stream.read()


def survives(path: Path, data: bytes) -> None:
    """Reading `data` under the fixture's name ends in a LoadError of one sentence or in balanced, conforming chunks."""
    name = sources(path)[0].name
    source = Source(name, max(len(data), 1), lambda: io.BytesIO(data))
    recognise(source)
    loader = loaders()[path.parent.name]
    assert 0 <= loader.recognise(look(source)) <= 100
    try:
        for chunk in loader.read(source, options_of(path)):
            assert balanced(chunk)
            for table, frame in chunk.frames.items():
                conform(table, frame)
    except LoadError as error:
        assert "\n" not in str(error)
        assert str(error).rstrip().endswith((".", ")"))


def bytes_changed(draw: Any, data: bytes) -> bytes:
    """Bytes replaced, a part cut out or said twice, the end torn off."""
    found = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        if found:
            at = draw(st.integers(0, len(found) - 1))
            found[at : at + draw(st.integers(0, 3))] = draw(
                st.binary(max_size=3) | st.sampled_from([b'"', b"\n", b"\0", b"{"])
            )
    if draw(st.booleans()):
        begin, end = sorted((draw(st.integers(0, len(found))), draw(st.integers(0, len(found)))))
        found[begin:end] = found[begin:end] * draw(st.sampled_from([0, 2]))
    return bytes(found)


def cells_changed(draw: Any, data: bytes) -> bytes:
    """Cells of a table, one column or some, become hostile values; columns go."""
    lines = data.decode("utf-8", "replace").split("\n")
    mark = ";" if ";" in lines[0] else ","
    rows = [line.split(mark) for line in lines]
    for _ in range(draw(st.integers(1, 8))):
        row = draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, len(rows[row]) - 1))
        rows[row][column] = '"' + draw(st.sampled_from(HOSTILE)).replace('"', '""') + '"'
    if draw(st.booleans()):
        gone = draw(st.integers(0, len(rows[0]) - 1))
        rows = [row[:gone] + row[gone + 1 :] for row in rows]
    return "\n".join(mark.join(row) for row in rows).encode("utf-8", "surrogatepass")


def values_changed(draw: Any, data: bytes) -> bytes:
    """Values anywhere in JSON become values of another type, or hostile text; keys go."""
    text = data.decode("utf-8", "replace")
    try:
        parts, lines = [json.loads(text)], False
    except json.JSONDecodeError:
        lines, parts = True, []
        for line in text.split("\n"):
            try:
                parts.append(json.loads(line))
            except json.JSONDecodeError:
                parts.append(line)
    for _ in range(draw(st.integers(1, 6))):
        spots: list[tuple[Any, Any]] = []
        stack: list[Any] = [parts]
        while stack:
            value = stack.pop()
            for key in list(value) if isinstance(value, dict) else range(len(value)):
                spots.append((value, key))
                if isinstance(value[key], (dict, list)):
                    stack.append(value[key])
        where, key = spots[draw(st.integers(0, len(spots) - 1))]
        if isinstance(where, dict) and draw(st.booleans()):
            del where[key]
        else:
            where[key] = draw(st.sampled_from(VALUES) | st.sampled_from(HOSTILE))
    if lines:
        return "\n".join(part if isinstance(part, str) else json.dumps(part) for part in parts).encode(
            "utf-8", "replace"
        )
    return json.dumps(parts[0]).encode()


@named
@some
@given(data=st.data())
def test_changed_bytes_end_in_a_sentence_or_a_balance(path: Path, data: st.DataObject) -> None:
    survives(path, bytes_changed(data.draw, content(path)))


@pytest.mark.parametrize(
    "path", [path for path in FILES if ".csv" in path.suffixes], ids=lambda path: f"{path.parent.name}-{path.name}"
)
@some
@given(data=st.data())
def test_hostile_cells_end_in_a_sentence_or_a_balance(path: Path, data: st.DataObject) -> None:
    survives(path, cells_changed(data.draw, content(path)))


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix == ".csv"], ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_a_number_beyond_all_counting_in_any_column_ends_in_a_sentence_or_a_balance(path: Path) -> None:
    text = content(path).decode()
    mark = max(",;\t", key=text.split("\n")[0].count)
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    numbers = ["99999999999999999999", "-1e300"]
    for column in range(len(head)):
        written = io.StringIO(newline="")
        changed = [[*row[:column], number, *row[column + 1 :]] for row, number in zip(rows, numbers, strict=False)]
        csv.writer(written, delimiter=mark).writerows([head, *changed, *rows[len(changed) :]])
        survives(path, written.getvalue().encode())


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if {".json", ".jsonl", ".ndjson"} & set(path.suffixes)],
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
@some
@given(data=st.data())
def test_changed_types_end_in_a_sentence_or_a_balance(path: Path, data: st.DataObject) -> None:
    survives(path, values_changed(data.draw, content(path)))
