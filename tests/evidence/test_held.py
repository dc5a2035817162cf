"""What a case holds, kept in mind by its writer: many small files are counted as one file would be, at no growing cost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evidence import case as case_module
from evidence.batch import quarantine
from evidence.case import Batch, Case
from evidence.held import TOGETHER, Held
from evidence.journal import TAIL, Journal
from evidence.load import load, loaded_before
from evidence.verify import verify
from records.chunk import Chunk
from records.store import query

HOW = {"format": "tables", "timezone": "UTC", "mapping": {}, "platform": None}


def put(case: Case, number: int, *ids: str) -> dict[str, Any]:
    frame = pl.DataFrame({"platform": "x", "account_id": ids, "_source_line": range(1, len(ids) + 1)})
    chunk = Chunk(rows=len(ids), primary="accounts", frames={"accounts": frame})
    return load(case, f"{number}.csv", f"{number:064x}", [chunk], HOW, False, lambda rows: None)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "case")


def test_files_loaded_in_one_go_are_counted_against_all_before_them(case: Case) -> None:
    many = 2 * TOGETHER + 5
    with case.writing("load"):
        for number in range(many):
            # Each brings one account of its own, the one of the file before, and one that all of them have.
            entry = put(case, number, f"a{number}", f"a{number - 1}", "everybody")
            assert (entry["kept"], entry["merged"]) == ((3, 0) if number == 0 else (1, 2))
            assert len(case.held().files("accounts")) <= TOGETHER + 1
    assert query(case.records(), "SELECT count(*) AS n FROM accounts").rows() == [(many + 2,)]
    assert [entry["file"] for entry in case.ledger()] == [f"{number}.csv" for number in range(many)]
    assert verify(case, lambda what, share: None)["problems"] == []
    assert not list(case.path.glob("**/.pending-*"))
    assert quarantine(case) == []


def test_no_file_is_read_again_for_the_next_one(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(Journal, "entries", _counted(Journal.entries, seen))
    monkeypatch.setattr(Case, "batches", _counted(Case.batches, seen))
    monkeypatch.setattr(case_module, "read_json", lambda path: seen.append(path))
    with case.writing("load"):
        put(case, 0, "a")
        seen.clear()
        for number in range(1, 5):
            assert loaded_before(case, f"{number:064x}", "b.csv", HOW) is None
            put(case, number, "a")
        assert loaded_before(case, f"{3:064x}", "b.csv", HOW) is not None
    assert seen == []


def _counted(method: Any, seen: list[Path]) -> Any:
    def counting(self: Any) -> Any:
        seen.append(self.path)
        return method(self)

    return counting


def test_what_another_writer_added_is_seen(case: Case) -> None:
    other = Case.open(case.path)
    with case.writing("load"):
        assert put(case, 1, "a")["kept"] == 1
    with other.writing("load"):
        assert put(other, 2, "b")["kept"] == 1
    with case.writing("load"):
        assert put(case, 3, "a", "b", "c")["kept"] == 1
        assert loaded_before(case, f"{2:064x}", "2.csv", HOW) is not None
    assert [batch.name[:6] for batch in case.batches()] == ["000000", "000001", "000002", "000003"]


def test_a_batch_that_fails_is_not_held(case: Case) -> None:
    def chunks() -> Iterator[Chunk]:
        frame = pl.DataFrame({"platform": ["x"], "account_id": ["a"], "_source_line": [1]})
        yield Chunk(rows=1, primary="accounts", frames={"accounts": frame})
        raise OSError(28, "No space left on device")

    with case.writing("load"):
        with pytest.raises(OSError, match="No space"):
            load(case, "a.csv", "0" * 64, chunks(), HOW, False, lambda rows: None)
        assert case.held().batches == 1
        assert put(case, 1, "a")["batch"] == "000001-00000000"


def test_an_entry_longer_than_what_is_read_first_is_still_the_newest(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.ndjson")
    for length in (1, 3 * TAIL, 1, TAIL - 300, 10 * TAIL, TAIL):
        entry = journal.append("note", text="é" * length)
        assert journal.head() == entry["hash"]
    with journal.path.open("ab") as stream:
        stream.write(b'{"seq": 7, "text": "' + b"x" * 3 * TAIL)  # torn by a kill
    assert journal.head() == entry["hash"]
    assert journal.append("last")["seq"] == 7
    assert journal.problems() == []


def test_the_first_batch_alone_stands_for_a_table_nobody_filled(case: Case) -> None:
    held = Held(case)
    assert held.files("posts") == [case.batches()[0].path / "posts.parquet"]
    held.add(Batch("x", case.path), {"sha256": "1", "file": "a.zip!b", "tables": {"posts": 3}})
    assert held.files("posts") == [case.batches()[0].path / "posts.parquet"]  # its file is not there
    assert [entry["file"] for entry in held.entries("1", "renamed.zip!b")] == ["a.zip!b"]
    assert held.entries("1", "a.zip!c") == ()
