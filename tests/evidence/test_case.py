"""A case keeps what was loaded: whole batches, merged entities, an unbroken journal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evidence.batch import quarantine
from evidence.case import Case
from evidence.errors import BusyError, CaseError
from evidence.journal import Journal
from evidence.load import keep_original, load, loaded_before
from evidence.runs import diff, find, store
from evidence.verify import verify
from records.chunk import Chunk, Refusal
from records.finding import Finding
from records.store import query
from records.tables import TABLES

HOW = {"format": "tables", "timezone": "UTC", "mapping": {}, "platform": None}


def at(day: int) -> datetime:
    return datetime(2026, 1, day, tzinfo=UTC)


def accounts(*rows: dict[str, Any]) -> Chunk:
    frame = pl.DataFrame(
        [{"platform": "x", "_source_line": line, **row} for line, row in enumerate(rows, start=2)],
        schema_overrides={"observed_at": pl.Datetime("us", "UTC"), "followers": pl.Int64},
    )
    return Chunk(rows=len(rows), primary="accounts", frames={"accounts": frame})


def put(case: Case, path: Path, *chunks: Chunk) -> dict[str, Any]:
    with case.writing("load"):
        digest, _ = keep_original(case, path, copy=True)
        return load(case, path.name, digest, chunks, HOW, True, lambda rows: None)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "case")


def source(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_an_empty_case_has_every_table(case: Case) -> None:
    records = case.records()
    assert {name: query(records, f"SELECT * FROM {name}").height for name in TABLES} == dict.fromkeys(TABLES, 0)
    assert verify(case, lambda what, share: None)["problems"] == []


def test_the_newest_row_wins_column_by_column_and_the_earlier_become_history(case: Case, tmp_path: Path) -> None:
    put(
        case,
        source(tmp_path, "one.csv", "1"),
        accounts({"account_id": "7", "handle": "old", "location": "Truro", "followers": 10, "observed_at": at(1)}),
    )
    entry = put(
        case,
        source(tmp_path, "two.csv", "2"),
        accounts(
            {"account_id": "7", "handle": "new", "location": None, "followers": 90, "observed_at": at(5)},
            {"account_id": "8", "handle": "other", "location": None, "followers": None, "observed_at": at(5)},
        ),
    )
    assert (entry["rows_read"], entry["kept"], entry["merged"]) == (2, 1, 1)
    records = case.records()
    assert query(records, "SELECT account_id, handle, location, followers FROM accounts ORDER BY 1").rows() == [
        ("7", "new", "Truro", 90),
        ("8", "other", None, None),
    ]
    assert query(records, "SELECT account_id, handle, followers, observed_at FROM account_history").rows() == [
        ("7", "old", 10, at(1))
    ]


def test_a_post_seen_again_keeps_its_earlier_counts_as_metrics(case: Case, tmp_path: Path) -> None:
    def post(likes: int, day: int) -> Chunk:
        frame = pl.DataFrame(
            {
                "platform": ["x"], "post_id": ["1"], "author_id": ["7"], "created_at": [at(1)], "likes": [likes],
                "collected_at": [at(day)], "urls": [["https://a.example"]], "_source_line": [2],
            }
        )  # fmt: skip
        return Chunk(rows=1, primary="posts", frames={"posts": frame})

    put(case, source(tmp_path, "later.csv", "1"), post(50, 3))
    put(case, source(tmp_path, "earlier.csv", "2"), post(5, 2))
    records = case.records()
    assert query(records, "SELECT post_id, likes, urls FROM posts").rows() == [("1", 50, ["https://a.example"])]
    assert query(records, "SELECT entity_id, entity_kind, interactions, age_hours FROM metrics").rows() == [
        ("1", "post", 5, 24.0)
    ]


def test_a_post_in_several_rows_shares_what_all_of_them_say(case: Case, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "platform": ["x"] * 3, "post_id": ["1", "1", "2"], "author_id": ["7"] * 3, "created_at": [at(1)] * 3,
            "objects": [["object:b"], ["object:a", "object:b"], None], "hashtags": [["y", "x"], None, None],
            "_source_line": [2, 3, 4],
        }
    )  # fmt: skip
    entry = put(case, source(tmp_path, "a.csv", "1"), Chunk(rows=3, primary="posts", frames={"posts": frame}))
    assert (entry["kept"], entry["merged"]) == (2, 1)
    assert query(case.records(), "SELECT post_id, objects, hashtags FROM posts ORDER BY 1").rows() == [
        ("1", ["object:a", "object:b"], ["y", "x"]),
        ("2", None, None),
    ]


def test_an_engagement_seen_twice_is_one(case: Case, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"platform": ["x"] * 2, "post_id": ["1"] * 2, "account_id": ["7"] * 2, "kind": ["like"] * 2, "at": [at(1)] * 2,
         "_source_line": [2, 3]}
    )  # fmt: skip
    put(case, source(tmp_path, "a.csv", "1"), Chunk(rows=2, primary="engagements", frames={"engagements": frame}))
    assert query(case.records(), 'SELECT post_id, account_id, kind, "at" FROM engagements').rows() == [
        ("1", "7", "like", at(1))
    ]


def test_the_same_bytes_read_the_same_way_bring_nothing_new(case: Case, tmp_path: Path) -> None:
    path = source(tmp_path, "a.csv", "1")
    entry = put(case, path, accounts({"account_id": "7"}, {"account_id": "7"}, {"account_id": "9"}))
    assert (entry["kept"], entry["merged"]) == (2, 1)
    again = loaded_before(case, entry["sha256"], "a.csv", HOW)
    assert again is not None
    assert (again["rows_read"], again["kept"], again["merged"], again["already_loaded"]) == (3, 0, 3, True)
    assert loaded_before(case, entry["sha256"], "a.csv", {**HOW, "timezone": "Asia/Shanghai"}) is None


def test_rows_the_contract_does_not_allow_go_to_the_quarantine(case: Case, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "platform": ["x", "x", "x"], "post_id": ["1", "", "3"], "author_id": ["a", "b", "c"],
            "created_at": [at(1)] * 3, "content_type": ["post", "post", "haiku"], "_source_line": [2, 3, 4],
        }
    )  # fmt: skip
    refused = [Refusal(5, "created_at", "not a time", "x,9,d,yesterday")]
    entry = put(
        case,
        source(tmp_path, "p.csv", "1"),
        Chunk(rows=5, primary="posts", frames={"posts": frame}, refused=refused, ignored={"service message": 1}),
    )
    assert (entry["rows_read"], entry["kept"], entry["merged"], entry["ignored"], entry["quarantined"]) == (
        5,
        1,
        0,
        1,
        3,
    )
    rows = pl.read_parquet(quarantine(case)).select("line", "column", "reason").rows()
    assert sorted(rows) == [
        (3, "post_id", "no value for the required post_id"),
        (4, "content_type", "not a word the contract knows for content_type"),
        (5, "created_at", "not a time"),
    ]


def test_a_load_that_fails_leaves_the_case_as_it_was(case: Case, tmp_path: Path) -> None:
    before = case.input_hash()

    def chunks() -> Any:
        yield accounts({"account_id": "7"})
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), case.writing("load"):
        load(case, "a.csv", "0" * 64, chunks(), HOW, False, lambda rows: None)
    assert case.input_hash() == before
    assert list((case.path / "evidence").glob(".pending-*")) == []


def test_the_second_writer_is_told_who_writes(case: Case) -> None:
    other = Case.open(case.path)
    with (
        case.writing("load"),
        pytest.raises(BusyError, match=r"process \d+, load\) is writing this case; wait"),
        other.writing("detect"),
    ):
        pass


def test_a_folder_without_a_case_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="There is no case in"):
        Case.open(tmp_path / "none")


def test_a_case_killed_while_it_was_made_can_be_made_again(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "c")
    (case.path / "case.json").unlink()
    assert Case.open_or_create(tmp_path / "c").ledger() == []


def test_a_torn_journal_line_is_cut_off_and_an_edited_one_is_noticed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.ndjson")
    journal.append("one", note="a")
    journal.append("two", note="b")
    with journal.path.open("ab") as stream:
        stream.write(b'{"seq": 3, "kind": "ha')
    assert [entry["kind"] for entry in journal.entries()] == ["one", "two"]
    journal.append("three")
    assert [entry["seq"] for entry in journal.entries()] == [1, 2, 3]
    assert journal.problems() == []
    journal.path.write_bytes(journal.path.read_bytes().replace(b'"note":"a"', b'"note":"x"'))
    assert journal.problems() == ["journal.ndjson line 1 was changed after it was written."]


def test_verify_names_what_was_changed(case: Case, tmp_path: Path) -> None:
    entry = put(case, source(tmp_path, "a.csv", "1"), accounts({"account_id": "7"}))
    report = verify(case, lambda what, share: None)
    assert (report["checked"], report["problems"]) == (
        {
            "originals": 1,
            "originals_not_kept": 0,
            "batches": 1,
            "runs": 0,
            "packs": 0,
            "erased": 0,
            "journal_entries": 2,
        },
        [],
    )
    (case.path / "originals" / entry["sha256"] / "a.csv").write_text("2")
    (case.path / "evidence" / "batches" / entry["batch"] / "accounts.parquet").write_bytes(b"x")
    assert verify(case, lambda what, share: None)["problems"] == [
        f"{entry['batch']}/accounts.parquet was changed after it was written.",
        f"originals/{entry['sha256']}/a.csv was changed since it was loaded.",
    ]


def finding(*ids: str, posts: int = 0) -> Finding:
    return Finding(
        detector="copypasta",
        detector_version="1",
        title_code="copypasta.families",
        score=1.0,
        members=[
            {"platform": "x", "id": i, "kind": "account", "role": "amplifier", "score": None, "action": "investigate"}
            for i in ids
        ],
        posts=[{"platform": "x", "post_id": str(number)} for number in range(posts)],
        parameters={"minimum": 3},
        evidence={},
    )


def test_a_run_is_named_by_the_libraries_that_languages_and_places_come_from(case: Case) -> None:
    detectors = {"copypasta": {"version": "1", "parameters": {"minimum": 3}}}
    with case.writing("detect"):
        old, new, again = (
            store(case, [], {}, detectors=detectors, seed=1, notes={}, libraries={"babel": version})
            for version in ("2.1", "2.2", "2.1")
        )
    assert [old.meta["libraries"], new.meta["libraries"]] == [{"babel": "2.1"}, {"babel": "2.2"}]
    assert old.id == again.id != new.id
    assert find(case, None).id == new.id


def test_the_same_run_twice_is_one_run_and_a_later_one_knows_what_it_supersedes(case: Case, tmp_path: Path) -> None:
    detectors = {"copypasta": {"version": "1", "parameters": {"minimum": 3}}}
    with case.writing("detect"):
        first = store(case, [finding("a", "b", "c"), finding("q")], {}, detectors=detectors, seed=1, notes={})
        assert store(case, [], {}, detectors=detectors, seed=1, notes={}).id == first.id
    put(case, source(tmp_path, "a.csv", "1"), accounts({"account_id": "7"}))
    with case.writing("detect"):
        second = store(
            case, [finding("a", "b", "c", "d"), finding("q"), finding("z")], {}, detectors=detectors, seed=1, notes={}
        )
    assert find(case, None).id == second.id
    old, kept = first.findings()[0], finding("q").id
    assert {f.id: f.supersedes for f in second.findings()} == {
        finding("a", "b", "c", "d").id: finding("a", "b", "c").id,
        kept: None,
        finding("z").id: None,
    }
    assert diff(first, second) == {
        "new": [finding("z").id],
        "changed": [finding("a", "b", "c", "d").id],
        "kept": [kept],
        "gone": [],
    }
    assert old.run == first.id
    assert verify(case, lambda what, share: None)["problems"] == []
