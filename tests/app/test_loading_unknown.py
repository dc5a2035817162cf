"""A table of no known format on the command line: guessed, asked about, confirmed or corrected, kept as a mapping."""

import json
import os
import pty
import select
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from evidence.case import Case
from loaders.mapping import load as load_mapping
from records.store import query

ROOT = Path(__file__).resolve().parents[2]
TEXT = "the bridge is closed and nobody was told about the reason for it"
EXPORT = "who,what,when,crowd\n" + "".join(f"anna{n},{TEXT} {n},0{n}/05/2024 12:3{n},{n}00\n" for n in range(1, 7))
WORDS = [
    "--map",
    "who=handle",
    "--map",
    "what=text",
    "--map",
    "when=created_at",
    "--dates",
    "day-first",
    "--platform",
    "vk",
]


def murmur(folder: Path, *words: object, code: int = 0) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "160"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def document(folder: Path, *words: object) -> Any:
    return json.loads(murmur(folder, *words, "--json")[0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "export.csv").write_text(EXPORT)
    return tmp_path


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    return query(Case.open(folder / "case").records(), sql).rows()


def test_without_a_terminal_it_says_which_command_to_run_and_never_asks(folder: Path) -> None:
    wanted = (
        "murmur: export.csv is of no known format; `murmur load export.csv --preview` shows what its columns look like"
        " and says the command that loads it.\n"
    )
    assert murmur(folder, "load", "export.csv", code=1)[1] == wanted
    assert murmur(folder, "load", "export.csv", "--json", code=1)[1] == wanted


def test_the_preview_shows_the_guess_and_what_has_to_be_said(folder: Path) -> None:
    shown = document(folder, "load", "export.csv", "--preview")
    assert {one["column"]: (one["field"], one["confidence"]) for one in shown["guesses"]} == {
        "who": ("author.handle", "moderate"), "what": ("text", "moderate"), "when": ("created_at", "moderate"),
        "crowd": ("extra", "high"),
    }  # fmt: skip
    assert [one["field"] for one in shown["questions"]] == ["platform", "dates"]
    assert shown["rows"][0]["platform"] == "?"
    out, error = murmur(folder, "load", "export.csv", "--preview")
    assert "add --dates day-first or --dates month-first" in error
    assert "murmur load export.csv --map who=author.handle --map what=text --map when=created_at" in out
    assert not (folder / "case").exists()


def test_the_command_of_a_preview_loads_the_file(folder: Path) -> None:
    out, _ = murmur(folder, "load", "export.csv", "--preview", "--platform", "vk", "--dates", "day-first", "--map",
                    "crowd=author.followers")  # fmt: skip
    command = out.strip().splitlines()[-1].split()
    assert command[:3] == ["murmur", "load", "export.csv"]
    (entry,) = document(folder, *command[1:])
    assert (entry["kept"], entry["columns_unknown"], entry["dates"]) == (6, [], "day-first")
    assert rows(folder, "SELECT handle, followers FROM accounts ORDER BY 1")[:2] == [("anna1", 100), ("anna2", 200)]


def test_a_mapping_is_kept_used_again_and_refused_where_it_does_not_fit(folder: Path) -> None:
    murmur(folder, "load", "export.csv", *WORDS, "--save-mapping", "m.toml")
    (folder / "second.csv").write_text(EXPORT.replace("anna", "bert"))
    (again, second) = document(folder, "load", "export.csv", "second.csv", "--mapping", "m.toml")
    assert (again["already_loaded"], again["kept"], second["kept"]) == (True, 0, 6)
    (folder / "third.csv").write_text("who,when\na,b\n")
    assert murmur(folder, "load", "third.csv", "--mapping", "m.toml", code=1)[1].startswith(
        "murmur: third.csv has no column 'what'; its columns are who, when."
    )
    _, error = murmur(folder, "load", "export.csv", "--preview", "--save-mapping", "n.toml", code=1)
    assert error.endswith("murmur: The mapping of export.csv is not settled; answer what is asked, then save it.\n")
    murmur(
        folder,
        "load",
        "export.csv",
        "--preview",
        "--platform",
        "vk",
        "--dates",
        "day-first",
        "--save-mapping",
        "n.toml",
    )
    assert load_mapping(folder / "n.toml").columns == {
        "who": "author.handle", "what": "text", "when": "created_at",
    }  # fmt: skip


def typed(folder: Path, words: list[str], answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run murmur on a terminal; each answer is typed once its prompt stands there. Returns exit code and screen."""
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(folder)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "160", "TERM": "dumb"}
        os.execve(sys.executable, [sys.executable, "-m", "app.cli", *words], environment)
    screen, end, waiting = "", time.monotonic() + 60, list(answers)
    seen = 0
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                data = os.read(terminal, 65536)
            except OSError:  # the process has ended
                break
            if not data:
                break
            screen += data.decode(errors="replace")
        if waiting and (at := screen.find(waiting[0][0], seen)) >= 0:
            seen = at + len(waiting[0][0])
            os.write(terminal, (waiting.pop(0)[1] + "\n").encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen


def test_on_a_terminal_it_asks_shows_corrects_keeps_and_loads(folder: Path) -> None:
    code, screen = typed(
        folder,
        ["load", "export.csv"],
        [
            ("Number or name", "vk"),
            ("Number or name", "month-first"),
            ("yes, correct, save, no", "correct"),
            ("column=field", "crowd=author.followers"),
            ("column=field", ""),
            ("yes, correct, save, no", "save"),
            ("File to keep the mapping in", "kept.toml"),
            ("yes, correct, save, no", "yes"),
        ],
    )
    assert code == 0, screen
    assert "Which platform are the rows of export.csv of?" in screen
    assert rows(folder, "SELECT platform, author_id, created_at::DATE::VARCHAR FROM posts ORDER BY 2 LIMIT 1") == [
        ("vk", "name:anna1", "2024-01-05")
    ]
    assert load_mapping(folder / "kept.toml").columns["crowd"] == "author.followers"


def test_on_a_terminal_no_loads_nothing(folder: Path) -> None:
    code, screen = typed(
        folder,
        ["load", "export.csv", "--platform", "vk", "--dates", "day-first"],
        [("yes, correct, save, no", "no")],
    )
    assert code == 1, screen
    assert not (folder / "case").exists()


def test_how_a_file_was_gathered_is_missed_said_and_corrected(folder: Path) -> None:
    _, error = murmur(folder, "load", "export.csv", *WORDS)
    assert (
        "How export.csv was gathered is not known: claims on dormancy, echo and what is usual stay undetermined"
        " (coverage). If you know it, say: murmur load export.csv --scope timeline|keyword|replies|followers|sample"
        " --complete yes|no" in error
    )
    (entry,) = document(folder, "load", "export.csv", "--scope", "keyword", "--query", "bridge", "--complete", "no")
    assert (entry["already_loaded"], entry["gathered"]["scope"]) == (True, "keyword")
    wanted = "SELECT platform, scope, query, complete, until::VARCHAR FROM collections"
    assert rows(folder, wanted) == [("vk", "keyword", "bridge", "no", None)]
    _, error = murmur(folder, "load", "export.csv", "--scope", "timeline", "--complete", "yes", "--until", "2024-06-01")
    assert "gathered by timeline, until 2024-06-01; complete: yes" in error
    assert "not known" not in error
    assert rows(folder, wanted) == [("vk", "timeline", None, "yes", "2024-06-01 00:00:00+00")]
    batches = len(Case.open(folder / "case").batches())
    murmur(folder, "load", "export.csv", "--scope", "timeline", "--complete", "yes", "--until", "2024-06-01")
    assert len(Case.open(folder / "case").batches()) == batches
    ledger = [
        (one["format"], one["rows_read"], one["kept"], one["merged"]) for one in Case.open(folder / "case").ledger()
    ]
    assert ledger == [("mapped", 6, 6, 0), ("gathered", 1, 1, 0), ("gathered", 1, 0, 1)]
    assert json.loads(murmur(folder, "verify", "--json")[0])["problems"] == []


def test_a_word_that_is_no_scope_is_one_sentence(folder: Path) -> None:
    _, error = murmur(folder, "load", "export.csv", *WORDS, "--scope", "sometimes", code=1)
    assert error.endswith(
        "murmur: sometimes is no scope; say one of timeline, keyword, replies, followers, sample, unknown.\n"
    )
    _, error = murmur(folder, "load", "export.csv", *WORDS, "--scope", "keyword", "--since", "then", code=1)
    assert error.endswith("murmur: then is no time for --since; write it as 2024-03-01 or 2024-03-01T12:00:00Z.\n")
    murmur(folder, "load", "export.csv", *WORDS, "--complete", "yes", code=2)


def test_formats_are_listed_by_kind_with_a_line_of_each(folder: Path) -> None:
    listed = json.loads(murmur(folder, "formats", "--json")[0])
    assert {one["name"] for one in listed} >= {"mapped", "tables", "x_archive"}
    assert {one["name"]: one["kind"] for one in listed}["x_archive"] == "X"
    out, _ = murmur(folder, "formats")
    assert [line for line in out.splitlines() if line == "Tools for several platforms, registries and lists"]
    assert "when,who,what" in out


def test_a_file_beside_the_data_is_passed_by_and_named_but_one_that_is_named_is_an_error(folder: Path) -> None:
    exports = folder / "exports"
    exports.mkdir()
    header = "object_id,account_id,content_id,timestamp_share\n"
    (exports / "shares.csv").write_text(header + "http://a.example/,anna,p1,1700000000\n")
    (exports / "README.md").write_text("# What this is\n")
    (exports / "NOTICE").write_text("Licensed under a licence, to whom it concerns\n")
    (exports / "export.csv").write_text(EXPORT)
    out, said = murmur(folder, "load", exports, "--json")
    assert [entry["file"] for entry in json.loads(out)] == ["shares.csv"]
    assert "Not read in exports, being of no known format: NOTICE, README.md, export.csv." in said
    assert not list((folder / "case" / "originals").glob("*README*"))
    assert len(list((folder / "case" / "originals").iterdir())) == 1  # what is not read is no evidence
    assert "README.md is of no known format" in murmur(folder, "load", exports / "README.md", code=1)[1]
    (exports / "shares.csv").unlink()
    assert "holds no file of a known format" in murmur(folder, "load", exports, "--case", "empty", code=1)[1]


def test_a_file_beside_the_data_in_an_archive_is_passed_by_and_named(folder: Path) -> None:
    with zipfile.ZipFile(folder / "sent.zip", "w") as archive:
        archive.writestr("LICENSE", "as is, without warranty")
        archive.writestr(
            "shares.csv",
            "object_id,account_id,content_id,timestamp_share\nhttp://a.example/,anna,p1,1700000000\n",
        )
    out, said = murmur(folder, "load", "sent.zip", "--json")
    assert [entry["file"] for entry in json.loads(out)] == ["sent.zip!shares.csv"]
    assert "Not read in sent.zip, being of no known format: LICENSE." in said
