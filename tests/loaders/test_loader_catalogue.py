"""Every loader, found by itself, against its fixtures: whole values, any order of columns, any column missing or new."""

import contextlib
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from loaders import loaders, look, recognise
from loaders.base import Loader, LoadError, Source
from loaders.source import sources
from records.tables import conform
from tests.loaders.loader_snapshots import balanced, chunks, document, expected, fixtures, options_of, read

FILES = fixtures()
TABLES_OF_TEXT = [path for path in FILES if path.suffix == ".csv"]
ITEMS = [path for path in FILES if {".json", ".jsonl", ".ndjson"} & set(path.suffixes)]
named = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
text_files = pytest.mark.parametrize("path", TABLES_OF_TEXT, ids=lambda path: f"{path.parent.name}-{path.name}")

json_files = pytest.mark.parametrize("path", ITEMS, ids=lambda path: f"{path.parent.name}-{path.name}")


def test_every_loader_has_a_fixture_and_every_fixture_a_loader() -> None:
    assert {path.parent.name for path in FILES} == set(loaders())
    assert list(loaders()) == sorted(loaders())


@pytest.mark.parametrize("loader", loaders().values(), ids=lambda loader: loader.name)
def test_a_declaration_is_complete(loader: Loader) -> None:
    assert all(getattr(loader, field.name) != "" for field in fields(Loader) if field.name != "platform")
    assert loader.sample.count("\n") >= 1
    assert loader.title[0].islower() or loader.title[0] in "MX"


@named
def test_a_fixture_becomes_exactly_these_records(path: Path) -> None:
    assert document(chunks(path)) == json.loads(expected(path).read_text(encoding="utf-8"))


@named
def test_every_row_is_kept_refused_or_ignored(path: Path) -> None:
    for chunk in chunks(path):
        assert balanced(chunk)
        for name, frame in chunk.frames.items():
            conform(name, frame)
            assert frame["_source_line"].null_count() == 0


@named
def test_a_fixture_is_recognised_as_its_own_and_nobody_elses(path: Path) -> None:
    seen = look(sources(path)[0])
    scores = {name: loader.recognise(seen) for name, loader in loaders().items()}
    own = path.parent.name
    if own == "mapped":  # nothing but a user's word makes a file this
        assert recognise(sources(path)[0])[0] is None
        return
    assert scores.pop(own) >= 60
    assert set(scores.values()) == {0}
    found, sentence = recognise(sources(path)[0])
    assert found is loaders()[own]
    assert own in sentence


def _rewritten(path: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> Source:
    """The fixture with its good rows changed, as a source of the same name."""
    text = path.read_text(encoding="utf-8")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    rows = change([row for row in rows if len(row) == len(rows[0])])
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    data = out.getvalue().encode()
    return Source(path.name, len(data), lambda: io.BytesIO(data))


def _values(source: Source, path: Path) -> dict[str, object]:
    found = document(read(source, path.parent.name, options_of(path)))
    # The quarantine shows rows as found, so their cells stand in another order, and reasons may come in another.
    found["refused"] = sorted([item[:3] for item in found["refused"]], key=str)
    return found


@text_files
def test_the_order_of_columns_changes_nothing(path: Path) -> None:
    as_it_is = _values(_rewritten(path, lambda rows: rows), path)
    backwards = _values(_rewritten(path, lambda rows: [row[::-1] for row in rows]), path)
    if path.parent.name == "mapped":  # the ids made of the row are made of its columns in their order
        for found in (as_it_is, backwards):
            for post in found["tables"]["posts"]:  # type: ignore[index]
                assert post.pop("post_id")
    assert backwards == as_it_is


@text_files
def test_an_unknown_column_is_kept_in_extra_and_named(path: Path) -> None:
    source = _rewritten(path, lambda rows: [[*row, "made up" if not i else f"v{i}"] for i, row in enumerate(rows)])
    for chunk in read(source, path.parent.name, options_of(path)):
        assert "made up" in chunk.columns_unknown
        kept = chunk.frames[chunk.primary]
        assert [json.loads(text)["made up"][0] for text in kept["extra"].to_list()] == ["v"] * kept.height


@text_files
def test_without_any_one_column_a_file_loads_or_says_which_is_missing(path: Path) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].replace(";", ",").split(",")
    for number, column in enumerate(header):

        def without(rows: list[list[str]], n: int = number) -> list[list[str]]:
            return [row[:n] + row[n + 1 :] for row in rows]

        source = _rewritten(path, without)
        try:
            found = read(source, path.parent.name, options_of(path))
        except LoadError as error:
            assert column in str(error)
            assert str(error).endswith(".")
        else:
            assert all(balanced(chunk) for chunk in found)


def _items(path: Path) -> tuple[list[dict[str, Any]], bool]:
    """The good objects of a JSON fixture, and whether it is an array; one document is a list of one."""
    with sources(path)[0].open() as stream:
        text = stream.read().decode()
    if text.lstrip().startswith("["):
        return [item for item in json.loads(text) if isinstance(item, dict)], True
    try:
        return [json.loads(text)], False
    except json.JSONDecodeError:
        found = []
        for line in text.split("\n"):
            with contextlib.suppress(json.JSONDecodeError):
                found.append(json.loads(line))
        return [item for item in found if isinstance(item, dict)], False


def _json_source(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Source:
    """The fixture's good objects, each changed, as a source of the same name."""
    items, array = _items(path)
    changed = [change(item) for item in items]
    data = (json.dumps(changed) if array else "\n".join(map(json.dumps, changed))).encode()
    name = sources(path)[0].name
    return Source(name, len(data), lambda: io.BytesIO(data))


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _backwards(inner) for key, inner in reversed(value.items())}
    return [_backwards(inner) for inner in value] if isinstance(value, list) else value


def _ordered(value: Any) -> Any:
    """Values with the JSON inside texts ordered by its keys."""
    if isinstance(value, dict):
        return {key: _ordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_ordered(inner) for inner in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(json.JSONDecodeError):
            return json.dumps(json.loads(value), sort_keys=True)
    return value


@json_files
def test_the_order_of_keys_changes_nothing(path: Path) -> None:
    as_it_is, backwards = (_ordered(_values(_json_source(path, change), path)) for change in (dict, _backwards))
    if path.parent.name == "mapped":  # the ids made of the row are made of its columns in their order
        for found in (as_it_is, backwards):
            for post in found["tables"]["posts"]:
                assert post.pop("post_id")
    assert backwards == as_it_is


def _with_more(value: Any) -> Any:
    """The value with a key nobody knows in each of its objects: an item may stand anywhere inside a page."""
    if isinstance(value, dict):
        return {**{key: _with_more(inner) for key, inner in value.items()}, "made up": "kept"}
    return [_with_more(inner) for inner in value] if isinstance(value, list) else value


@json_files
def test_an_unknown_key_is_named_and_kept(path: Path) -> None:
    found = read(_json_source(path, _with_more), path.parent.name, options_of(path))
    for chunk in found:
        kept = chunk.frames[chunk.primary]
        if not kept.height:
            continue
        assert any(name.endswith("made up") for name in chunk.columns_unknown)
        assert any("made up" in (text or "") for text in kept["extra"].to_list())


def _rows_of(value: Any, array: bool) -> list[Any]:
    """The list that holds a JSON fixture's rows: its lines, its array, or the longest list of objects in its document."""
    if array or len(value) > 1 or "data" in value[0]:  # a page of an API: more of them may follow
        return value  # type: ignore[no-any-return]
    found: list[list[Any]] = [value]
    stack = [value[0]]
    while stack:
        part = stack.pop()
        for inner in part.values() if isinstance(part, dict) else part:
            if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
                found.append(inner)
            if isinstance(inner, (dict, list)):
                stack.append(inner)
    return max(found, key=len)


def _lacking(item: Any) -> Iterator[Any]:
    """Copies of an item, each without one key, however deep it stands."""
    for key in list(item) if isinstance(item, dict) else range(len(item)):
        if isinstance(item, dict):
            yield {name: item[name] for name in item if name != key}
        if isinstance(item[key], (dict, list)):
            for inner in _lacking(item[key]):
                copy = dict(item) if isinstance(item, dict) else list(item)
                copy[key] = inner
                yield copy


@json_files
def test_rows_that_lack_a_nested_key_change_nothing_in_the_others(path: Path) -> None:
    items, array = _items(path)
    rows = _rows_of(items, array)
    rows.extend([copy for item in list(rows) for copy in _lacking(item)])
    data = (json.dumps(items) if array else "\n".join(map(json.dumps, items))).encode()
    source = Source(sources(path)[0].name, len(data), lambda: io.BytesIO(data))
    as_it_is = [
        chunk.frames[chunk.primary] for chunk in read(_json_source(path, dict), path.parent.name, options_of(path))
    ]
    found = read(source, path.parent.name, options_of(path))
    assert all(balanced(chunk) for chunk in found)
    after = [row for chunk in found for row in chunk.frames[chunk.primary].to_dicts()]
    assert [row for frame in as_it_is for row in frame.to_dicts() if row not in after] == []


@json_files
def test_without_any_one_key_a_file_loads_or_says_what_is_missing(path: Path) -> None:
    for key in dict.fromkeys(key for item in _items(path)[0] for key in item):

        def without(item: dict[str, Any], gone: str = key) -> dict[str, Any]:
            return {name: item[name] for name in item if name != gone}

        source = _json_source(path, without)
        try:
            found = read(source, path.parent.name, options_of(path))
        except LoadError as error:
            assert str(error).endswith(".")
            assert path.name.split(".")[0] in str(error)
        else:
            assert all(balanced(chunk) for chunk in found)


@named
def test_the_wrong_format_says_what_it_saw_instead(path: Path) -> None:
    for name, loader in loaders().items():
        if name == path.parent.name:
            continue
        with pytest.raises(LoadError) as caught:
            read(sources(path)[0], loader.name)
        assert path.name in str(caught.value)
        assert str(caught.value).endswith(".")
        assert "\n" not in str(caught.value)
