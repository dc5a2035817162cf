"""The `murmur` command as a script meets it: one document on stdout, one sentence on stderr, the exit code."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from detectors import detectors

ROOT = Path(__file__).resolve().parents[2]
POSTS = """platform,post_id,author_id,created_at,text
x,1,a,2026-03-01T10:00:00Z,the bridge is closed and nobody was told about the reason for it
x,2,b,2026-03-01T10:01:00Z,the bridge is closed and nobody was told about the reason for it
x,3,c,2026-03-01T10:02:00Z,the bridge is closed and nobody was told about the reason for it
x,4,d,yesterday,a post whose time nobody can read
"""


def murmur(*words: object, code: int = 0) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-m", "app.cli", *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def document(*words: object, code: int = 0) -> Any:
    return json.loads(murmur(*words, "--json", code=code)[0])


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "posts.csv").write_text(POSTS)
    murmur("load", folder / "posts.csv", "--case", folder / "case")
    return folder / "case"


def test_load_prints_the_ledger_as_one_document(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text(POSTS)
    (entry,) = document("load", tmp_path / "posts.csv", "--case", tmp_path / "case")
    wanted = {
        "file": "posts.csv", "format": "tables", "rows_read": 4, "kept": 3, "merged": 0, "ignored": 0, "quarantined": 1,
        "tables": {"posts": 3}, "columns_unknown": [],
    }  # fmt: skip
    assert {name: entry[name] for name in wanted} == wanted
    assert sum(entry["reasons"].values()) == 1
    (again,) = document("load", tmp_path / "posts.csv", "--case", tmp_path / "case")
    assert (again["rows_read"], again["kept"], again["merged"], again["quarantined"]) == (4, 0, 3, 1)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    _, error = murmur("load", tmp_path / "none.csv", "--case", tmp_path / "case", code=1)
    assert error == f"murmur: There is no file {tmp_path}/none.csv; check the name.\n"


def test_wrong_usage_ends_with_2(case: Path) -> None:
    assert "no-such" in murmur("no-such", code=2)[1]
    murmur("load", code=2)
    murmur("findings", "--outcome", "guilty", "--case", case, code=2)
    murmur("detect", "--set", "copypasta", "--case", case, code=2)


def test_a_folder_without_a_case_says_how_to_make_one(tmp_path: Path) -> None:
    _, error = murmur("findings", "--case", tmp_path, code=1)
    assert error == f"murmur: There is no case in {tmp_path}; `murmur load FILE --case {tmp_path}` makes one.\n"


def test_a_case_without_a_run_says_how_to_make_one(case: Path) -> None:
    assert (
        murmur("findings", "--case", case, code=1)[1]
        == f"murmur: There is no run in {case} yet; `murmur detect` makes one.\n"
    )


def test_unknown_detectors_and_parameters_are_named(case: Path) -> None:
    assert (
        f"There is no detector magic; `murmur detectors` lists: {', '.join(detectors())}."
        in murmur("detect", "--only", "magic", "--case", case, code=1)[1]
    )
    assert (
        "There is no parameter copypasta.magic; there are: copypasta."
        in murmur("detect", "--only", "copypasta", "--set", "copypasta.magic=1", "--case", case, code=1)[1]
    )


def test_verify_notices_a_changed_original(case: Path, tmp_path: Path) -> None:
    assert document("verify", "--case", case)["problems"] == []
    (original,) = (case / "originals").glob("*/posts.csv")
    before = original.read_bytes()
    original.write_bytes(before + b"x")
    assert document("verify", "--case", case, code=1)["problems"] == [
        f"originals/{original.parent.name}/posts.csv was changed since it was loaded."
    ]
    original.write_bytes(before)


def test_export_writes_what_load_reads(case: Path, tmp_path: Path) -> None:
    document("export", "--to", tmp_path / "out", "--case", case)
    (entry,) = document("load", tmp_path / "out" / "posts.csv", "--case", tmp_path / "copy")
    assert (entry["format"], entry["rows_read"], entry["kept"]) == ("tables", 3, 3)
