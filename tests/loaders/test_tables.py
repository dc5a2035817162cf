"""Murmuration's own tables: written and read back they are the same, in every form; mappings of any other table."""

import io
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import recognise
from loaders.base import LoadError, Options, Source
from loaders.csvfile import LINE
from loaders.mapped import preview
from loaders.source import sources
from loaders.tables import Kind, write
from records.store import in_memory, query
from records.tables import TABLES, Column, conform
from tests.loaders.loader_snapshots import read

# A text of blanks only, or with NUL, is unknown or refused by design; an id may have no blanks around it.
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)
_ID = st.text(string.ascii_letters + string.digits + ":/.-_", min_size=1).map(lambda text: "i" + text)
_MOMENT = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)).map(lambda moment: moment.replace(tzinfo=UTC))


def _values(column: Column) -> st.SearchStrategy[Any]:
    if column.name == "platform":
        return st.sampled_from(["x", "telegram", "other:parler"])
    if column.words:
        return st.sampled_from(column.words)
    return {
        "time": _MOMENT,
        "int": st.integers(0, 2**62),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "bool": st.booleans(),
        "list": st.lists(_TEXT, max_size=3),
        "str": _ID if column.name.endswith("_id") else _TEXT,
    }[column.kind]


@st.composite
def _tables(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    tables = {}
    for name in draw(st.sets(st.sampled_from(sorted(TABLES)), min_size=1, max_size=3)):
        row = {
            column.name: _values(column) if column.required else st.none() | _values(column)
            for column in TABLES[name].columns
        }
        if name == "posts":
            row["time_precision"] = st.sampled_from(["second", "day"])
        tables[name] = draw(st.lists(st.fixed_dictionaries(row), min_size=1, max_size=3))
    return tables


@pytest.mark.parametrize("kind", ["csv", "jsonl.gz", "parquet"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=_tables())
def test_what_is_written_reads_back_the_same(
    kind: Kind, tables: dict[str, list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    records = in_memory(tables)
    paths = write(records, tmp_path_factory.mktemp(kind), kind)
    assert [path.name for path in paths] == [f"{name}.{kind}" for name in TABLES if name in tables]
    for path in paths:
        name = path.name.split(".")[0]
        source = sources(path)[0]
        loader = recognise(source)[0]
        assert loader is not None
        assert loader.name == "tables"
        back = read(source, "tables")
        assert not [item for chunk in back for item in chunk.refused]
        got = pl.concat([conform(name, chunk.frames[name]) for chunk in back]).drop(LINE)
        written = query(records, f"SELECT * FROM {name}").drop(LINE)
        assert got.rows() == written.rows()


def of(text: str) -> Source:
    return Source("export.csv", len(text), lambda: io.BytesIO(text.encode()))


EXPORT = "when,who,id,text,mood\n2024-01-01 12:00,anna,1,hello,calm\nsoon,bert,2,hi,\n"
MAPPING = {"when": "created_at", "who": "author_id", "id": "post_id", "x": "platform"}


def test_a_preview_shows_where_each_column_goes_and_what_would_be_refused() -> None:
    seen = preview(of(EXPORT), Options(mapping=MAPPING))
    assert seen.fields == {
        "when": "posts.created_at",
        "who": "posts.author_id",
        "id": "posts.post_id",
        "text": "posts.text",
        "mood": "extra",
    }
    assert seen.table == "posts"
    assert seen.frame.select("platform", "post_id", "author_id", "text", "extra", LINE).rows() == [
        ("x", "1", "anna", "hello", '{"mood":"calm"}', 2)
    ]
    assert [(item.line, item.column) for item in seen.refused] == [(3, "created_at")]


def test_a_mapping_may_name_another_table() -> None:
    (chunk,) = read(
        of("key,nick\n7,anna\n"), "mapped", Options(None, {"key": "accounts.account_id", "nick": "handle"}, "vk")
    )
    assert chunk.frames["accounts"].select("platform", "account_id", "handle").rows() == [("vk", "7", "anna")]


def test_follower_counts_over_time_become_history_or_metrics() -> None:
    export = "page,day,fans\nnews,2024-05-01,100\nnews,2024-05-02,110\n"
    history = {"page": "account_history.handle", "day": "observed_at", "fans": "followers", "instagram": "platform"}
    (chunk,) = read(of(export), "mapped", Options(mapping=history))
    wanted = [("instagram", "name:news", "news", 100), ("instagram", "name:news", "news", 110)]
    kept = chunk.frames["account_history"]
    assert kept.select("platform", "account_id", "handle", "followers").rows() == wanted
    assert chunk.notes["ids that stand for names"] == 2
    metrics = {"page": "metrics.entity_id", "day": "observed_at", "fans": "followers", "outlet": "entity_kind"}
    (chunk,) = read(of(export), "mapped", Options(mapping=metrics, platform="web"))
    kept = chunk.frames["metrics"].select("platform", "entity_id", "entity_kind", "followers")
    assert kept.rows() == [("web", "news", "outlet", 100), ("web", "news", "outlet", 110)]


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({}, "export.csv: say what its columns mean, as in --map column=field; they are when, who, id, text, mood."),
        ({**MAPPING, "time": "text"}, "export.csv has no column 'time'; its columns are when, who, id, text, mood."),
        ({**MAPPING, "mood": "feeling"}, "posts has no field 'feeling'; its fields are platform, "),
        (
            {**MAPPING, "mood": "post_id"},
            "Two columns of export.csv are mapped to the same field; map each field once.",
        ),
        (
            {"when": "created_at", "who": "author_id"},
            "export.csv: no column is mapped to platform, which posts needs; add --map x=platform for X.",
        ),
        (
            {"who": "author_id", "x": "platform"},
            "export.csv: no column is mapped to created_at, which posts needs; add --map column=created_at.",
        ),
        ({"who": "posts.author_id", "id": "accounts.account_id"}, "One file is mapped to one table of accounts, "),
    ],
)
def test_a_mapping_that_cannot_be_is_one_sentence(mapping: dict[str, str], sentence: str) -> None:
    with pytest.raises(LoadError) as caught:
        read(of(EXPORT), "mapped", Options(mapping=mapping))
    assert str(caught.value).startswith(sentence)


def test_a_folder_of_tables_reads_each(tmp_path: Path) -> None:
    write(in_memory({"targets": [{"platform": "x", "account_id": "1", "name": "N"}]}), tmp_path)
    write(in_memory({"media": [{"media_hash": "ab", "kind": "image"}]}), tmp_path, "parquet")
    assert [(one.name, recognise(one)[0] is not None) for one in sources(tmp_path)] == [
        ("media.parquet", True),
        ("targets.csv", True),
    ]
