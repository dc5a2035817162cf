"""A build makes the graph say what the case says, whichever way it is done and whatever was killed before."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import neo4j
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.case import Case
from graph import build as building
from graph import engine, home
from graph.build import build, is_current
from graph.bulk import write_csv
from graph.connect import connect
from graph.errors import EngineError
from graph.project import Projection
from graph.upsert import Change, upsert
from tests.graph.small import Dump, add, at, dump, finding, run

pytestmark = pytest.mark.engine

HOSTILE = [
    'a"b\n\rc\\', '\\"', "'", ";|,\t", "😀 emoji", "中文 العربية", "x\x00y", "\ufeffbom", "  spaces  ", "a" * 200_000, "\x1f",
    "\u2028line", '""', "NULL", "\\N", ",", "e\u0301", "\x01\x7f", "--", "${x}", "<script>alert(1)</script>",
]  # fmt: skip


def rows() -> dict[str, list[dict[str, Any]]]:
    """A little of everything, with texts that break careless writers of CSV."""
    posts: list[dict[str, Any]] = [
        {
            "post_id": "10", "author_id": "1", "created_at": at(1), "urls": ["https://a.example/p?utm_source=x"],
            "mentions": ["@bob", "carol", "7"], "hashtags": ["#Foo", "foo"], "media_hashes": ["AB"],
        },
        {"post_id": "11", "author_id": "2", "created_at": at(2), "repost_of_post_id": "10", "repost_of_account_id": "1"},
        {"post_id": "12", "author_id": "3", "created_at": at(2), "in_reply_to_post_id": "99", "in_reply_to_account_id": "7"},
        {"post_id": "13", "author_id": "3", "created_at": at(3), "in_reply_to_account_id": "7", "quote_of_post_id": "10"},
        {"post_id": "14", "author_id": "rt", "author_kind": "outlet", "created_at": at(3), "time_precision": "minute"},
        {"post_id": "15", "author_id": "page", "author_kind": "page", "created_at": at(3)},
        {"post_id": "z" * 5000 + '\n",', "author_id": 'na\nme"', "created_at": datetime(1, 1, 3, tzinfo=UTC)},
    ]  # fmt: skip
    posts += [
        {
            "post_id": f"h{number}", "author_id": "1", "created_at": datetime(2020, 1, 1, 1, 2, 3, 45, tzinfo=UTC),
            "text": text, "title": text[:50], "hashtags": [text[:50]], "urls": [text[:3000]], "objects": [text, "b"],
            "latitude": 0.1 + number, "longitude": 1e-9, "likes": 2**53 + 1, "is_repost": False,
        }
        for number, text in enumerate(HOSTILE)
    ]  # fmt: skip
    return {
        "accounts": [
            {"platform": "x", "account_id": "1", "handle": "Anna", "observed_at": at(5), "verified": True},
            {"platform": "x", "account_id": "2", "handle": "bob", "description": 'he said "no"\nand left\\'},
        ],
        "account_history": [{"platform": "x", "account_id": "1", "observed_at": at(1), "handle": "before"}],
        "posts": [{"platform": "x", **post} for post in posts],
        "pages": [{"platform": "facebook", "page_id": "p", "outlet_id": "rt", "admin_countries": ["RU", "DE"]}],
        "outlets": [{"outlet_id": "rt", "name": "RT", "domain": "www.rt.com", "kind": "state"}],
        "ownership": [
            {"subject_id": "rt", "object_id": "tvn", "relation": "owned_by", "object_name": "TV-Novosti"},
            {"subject_id": "rt.com", "subject_kind": "domain", "object_id": "x:1", "object_kind": "account",
             "relation": "registered_to", "since": at(1)},
        ],
        "follows": [{"platform": "x", "follower_id": "1", "followed_id": "2", "position": 1}],
        "engagements": [
            {"platform": "x", "post_id": "10", "account_id": "2", "kind": "like"},
            {"platform": "x", "post_id": "10", "account_id": "2", "kind": "like", "at": at(3)},
        ],
        "targets": [{"platform": "x", "account_id": "7", "name": "MP", "role": "minister"}],
        "campaigns": [
            {"campaign": "Old", "indicator_kind": "account", "indicator": "1", "platform": "x"},
            {"campaign": "Old", "indicator_kind": "domain", "indicator": "a.example"},
        ],
        "media": [{"media_hash": "ab", "kind": "image", "quality": 90}],
    }  # fmt: skip


def detected(case: Case, seed: int = 1, weight: int = 3) -> None:
    run(
        case,
        [
            finding("coaction", "1 2", "10 11", first_seen="2026-01-01T00:00:00Z"),
            finding("copypasta", "1 nobody", "h0 gone"),
        ],
        {
            "links": [
                {"source": "x:1", "target": "x:2", "layer": "link", "window_seconds": 60, "weight": weight},
                {"source": "x:1", "target": "x:nobody", "layer": "link", "window_seconds": 60, "weight": 1},
            ],
            "copies": [
                {"post": "x:11", "original": "x:10", "similarity": 0.9, "lag_seconds": 3600.0, "credited": False}
            ],
            "signals": [
                {"account": "x:1", "name": "dormant_days", "value": 200.0},
                {"account": "x:1", "name": "woke_at", "value": 1.7e9},
                {"account": "x:2", "name": "handle", "value": 1.0},
            ],
        },
        seed,
    )


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = Case.create(tmp_path / "a case, with a comma")
    yield made
    engine.stop(made.path)


def dumped(case: Case) -> Dump:
    with connect(case.path) as driver:
        return dump(driver)


def anew(driver: neo4j.Driver, case: Case) -> Dump:
    """The graph an upsert makes of `case` in the empty database of `driver`."""
    driver.execute_query("MATCH (n) DETACH DELETE n")
    with Projection(case) as projection:
        upsert(driver, projection, lambda what, share: None)
    return dump(driver)


def test_import_and_upsert_give_the_same_graph(
    case: Case, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(case, rows())
    detected(case)
    monkeypatch.setattr(building, "FEW_ROWS", -1)
    report = build(case)
    assert report.how == "rebuild"
    assert is_current(case)
    assert build(case).how == "nothing"
    imported = dumped(case)
    assert (report.nodes, report.relationships) == (len(imported[0]), len(imported[1])) == (91, 103)
    assert imported == anew(driver, case)
    # A small change on top of the import, and the same case from nothing.
    monkeypatch.setattr(building, "FEW_ROWS", 1000)
    add(case, {"posts": [{"platform": "x", "post_id": "99", "author_id": "2", "created_at": at(9), "text": "found"}]})
    detected(case, seed=2, weight=4)
    assert not is_current(case)
    assert build(case).how == "upsert"
    assert dumped(case) == anew(driver, case)


def test_an_upsert_that_was_stopped_is_finished_by_the_next(tmp_path: Path, driver: neo4j.Driver) -> None:
    driver.execute_query("MATCH (n) DETACH DELETE n")
    case = Case.create(tmp_path / "case")
    add(case, rows())
    detected(case)

    class StopError(Exception):
        pass

    def stop(what: str, share: float) -> None:
        if what == "writing POSTED Account Post":
            raise StopError

    with Projection(case) as projection, pytest.raises(StopError):
        upsert(driver, projection, stop)
    assert driver.execute_query("MATCH (c:Case) RETURN c.input_hash").records == []
    with Projection(case) as projection:
        changed = upsert(driver, projection, lambda what, share: None)
        assert (changed.nodes_written, changed.relationships_written) == (1, 103)
    whole = dump(driver)
    assert whole == anew(driver, case)
    with Projection(case) as projection:
        assert upsert(driver, projection, lambda what, share: None) == Change(1, 0, 0, 0)


def test_only_what_is_ours_is_ever_deleted(tmp_path: Path, driver: neo4j.Driver) -> None:
    """A colleague's nodes and relationships stay, and so does what they hang on."""
    driver.execute_query("MATCH (n) DETACH DELETE n")
    case = Case.create(tmp_path / "case")
    add(case, rows())
    detected(case)
    with Projection(case) as projection:
        upsert(driver, projection, lambda what, share: None)
    driver.execute_query(
        "MATCH (f:Finding {detector: 'coaction'}), (p:Post {id: 'x:10'}), (q:Post {id: 'x:11'})"
        " CREATE (:Note {text: 'mine'})-[:ABOUT]->(f), (p)-[:COPIES {why: 'mine'}]->(q), (:Account {id: 'x:mine'})"
    )
    run(case, [], seed=9)
    with Projection(case) as projection:
        changed = upsert(driver, projection, lambda what, share: None, runs_only=True)
    assert (changed.nodes_deleted, changed.relationships_deleted) == (3, 12)
    left = driver.execute_query("MATCH (f:Finding) RETURN f.detector AS d, f._row AS r").records
    assert [(record["d"], record["r"]) for record in left] == [("coaction", None)]
    assert driver.execute_query("MATCH (:Note)-[r]->(:Finding) RETURN count(r) AS n").records[0]["n"] == 1
    assert driver.execute_query("MATCH ()-[r:COPIES]->() RETURN r.why AS why").records[0]["why"] == "mine"
    assert driver.execute_query("MATCH (a:Account {id: 'x:mine'}) RETURN count(a) AS n").records[0]["n"] == 1
    signals = driver.execute_query("MATCH (a:Account {id: 'x:1'}) RETURN a.dormant_days AS d").records
    assert signals[0]["d"] is None


def finished(folder: Path, run_id: str) -> None:
    folder.mkdir()
    home.write_state(folder, home.StandsFor("c", "h", run_id, 1, [], True))


@pytest.mark.parametrize(
    ("there", "kept"),
    [
        ({}, None),
        ({"graph": "a"}, "a"),
        ({"graph": "a", "graph.new": None}, "a"),
        ({"graph": "a", "graph.old": "o"}, "a"),
        ({"graph.old": "o", "graph.new": "n"}, "n"),
        ({"graph.old": "o", "graph.new": None}, "o"),
        ({"graph": None, "graph.old": "o", "graph.new": "n"}, "n"),
        ({"graph": None, "graph.old": "o"}, "o"),
    ],
)
def test_a_kill_around_the_swap_leaves_the_old_graph_or_the_new(
    tmp_path: Path, there: dict[str, str | None], kept: str | None
) -> None:
    for name, run_id in there.items():
        if run_id is None:
            (tmp_path / name).mkdir()
        else:
            finished(tmp_path / name, run_id)
    assert home.unsettled(tmp_path) == (kept in ("n", "o"))
    home.settle(tmp_path)
    found = home.state(home.current(tmp_path))
    assert (found.run if found else None) == kept
    assert not home.new(tmp_path).exists()
    assert not home.old(tmp_path).exists()


def test_a_full_disk_is_said_in_a_sentence_and_the_old_graph_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case.create(tmp_path / "case")
    finished(home.current(case.path), "old")
    monkeypatch.setattr(building, "FEW_ROWS", -1)

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("graph.bulk.write_csv", full)
    with pytest.raises(EngineError, match="could not be built: No space left on device; the case is unharmed"):
        build(case)
    found = home.state(home.current(case.path))
    assert found is not None
    assert found.run == "old"


@settings(max_examples=8, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=30))
def test_any_text_survives_the_importers_files(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Read back with another CSV reader, every cell is the projection's value."""
    case = Case.create(tmp_path_factory.mktemp("csv") / "case")
    add(
        case,
        {
            "posts": [
                {
                    "platform": "x",
                    "post_id": str(n),
                    "author_id": "a",
                    "created_at": at(1),
                    "text": text,
                    "objects": [text, "b"],
                }
                for n, text in enumerate(texts)
            ]
        },
    )
    folder = case.path / "csv"
    folder.mkdir()
    with Projection(case) as projection:
        files, counts = write_csv(projection, folder, lambda what, share: None)
        posts = next(item for item in projection.nodes() if item.kind == "Post")
        said = {row["id"]: row for batch in projection.batches(posts.sql) for row in batch.to_pylist()}
    assert counts["Post"] == len(texts)
    named = next(name for name in files if name.startswith("--nodes=Post="))
    header, body = (Path(part.format(folder=folder)) for part in named.removeprefix("--nodes=Post=").split(","))
    columns = [name.split(":")[0] for name in header.read_text().strip().split(",")]
    with body.open(newline="", encoding="utf-8") as stream:
        for cells in csv.reader(stream):
            row = dict(zip(columns, cells, strict=True))
            assert row["text"] == (said[row["id"]]["text"] or "")
            assert row["objects"].split("\x1f") == said[row["id"]]["objects"]
            assert int(row["_row"]) == said[row["id"]]["_row"]


def test_a_teams_server_holds_one_case_and_refuses_another(
    tmp_path: Path, engine_case: Path, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.execute_query("MATCH (n) DETACH DELETE n")
    monkeypatch.setenv("NEO4J_URI", f"bolt://127.0.0.1:{engine.start(engine_case)['port']}")
    monkeypatch.setenv("NEO4J_PASSWORD", engine.Place(engine_case).password)
    case = Case.create(tmp_path / "case")
    add(case, rows())
    assert not is_current(case)
    assert build(case).how == "upsert"
    assert is_current(case)
    detected(case)
    report = build(case)
    assert (report.how, report.nodes, report.relationships) == ("upsert", 91, 103)
    assert build(case).how == "nothing"
    assert not home.current(case.path).exists()
    with pytest.raises(EngineError, match="holds something else than this case"):
        build(Case.create(tmp_path / "other"))
    monkeypatch.undo()
    assert dump(driver) == anew(driver, case)
