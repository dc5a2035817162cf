"""One account taken out of a case: nothing of it is found in any file, the rest stays whole, and `verify` says so."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from detectors.base import no_progress
from evidence.case import Case
from evidence.erase import erase, erased_keys
from evidence.errors import CaseError
from evidence.keyed import keyed
from evidence.runs import find, runs
from evidence.verify import verify
from records.masking import folded
from records.store import query
from referrals.outcomes import record
from referrals.receivers import receiver
from referrals.verify import verify as verify_pack
from referrals.write import build
from tests.app.test_commands import document
from tests.evidence.thirteen import table
from tests.referrals.decided import SENDER, decided


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = decided(tmp_path / "case")
    (written,) = build(made, receiver("x"), tmp_path / "out", names=["json", "csv"], sender=SENDER)
    build(made, receiver("instagram"), tmp_path / "out", names=["json"], sender=SENDER)
    record(made, written.pack.id, "sent", "2026-03-20", "by the form", "Ada")
    return made


def commenter() -> tuple[str, str, list[str]]:
    """Id, handle and post ids of an account that commented in the example."""
    row = next(row for row in table("accounts") if row["handle"].startswith("fict_clipfan"))
    posts = [post["post_id"] for post in table("posts") if post["author_id"] == row["account_id"]]
    return row["account_id"], row["handle"], posts


def everywhere(case: Case) -> str:
    """Every file of the case, Parquet decoded, but the journal of what was done."""
    found = []
    for path in sorted(case.path.rglob("*")):
        if not path.is_file() or path.name == "journal.ndjson":
            continue
        if path.suffix == ".parquet":
            found.append(json.dumps(pl.read_parquet(path).to_dicts(), default=str, ensure_ascii=False))
        else:
            raw = path.read_bytes()
            found.append((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace"))
        found.append(path.name)
    return folded("\n".join(found))


def test_nothing_of_the_account_is_left_and_verify_says_erased(case: Case) -> None:
    account, handle, posts = commenter()
    before = everywhere(case)
    assert account in before
    assert handle in before
    assert posts[0] in before
    with case.writing("erase"):
        entry = erase(case, f"x:{account}", "Ada Lund", "asked by letter of 2 April", no_progress)
    left = everywhere(case)
    assert [word for word in (account, handle, *posts) if folded(word) in left] == []
    assert account not in (case.path / "journal.ndjson").read_text(encoding="utf-8")
    report = verify(case, no_progress)
    assert report["problems"] == []
    assert report["checked"]["erased"] == 1
    assert entry["mentioned"] == []
    with case.writing("again"):  # mends what looks unfinished: nothing does
        pass
    assert case.journal.entries()[-1]["kind"] == "erase"


def test_everybody_else_stays(case: Case) -> None:
    account, _, posts = commenter()
    counts = {name: query(case.records(), f"SELECT count(*) AS n FROM {name}").item() for name in ("posts", "accounts")}
    findings = [len(finding.members) for finding in find(case, None).findings()]
    with case.writing("erase"):
        entry = erase(case, f"x:{account}", "Ada", "asked", no_progress)
    after = {name: query(case.records(), f"SELECT count(*) AS n FROM {name}").item() for name in ("posts", "accounts")}
    assert after == {"posts": counts["posts"] - len(posts), "accounts": counts["accounts"] - 1}
    assert sum(findings) - sum(len(f.members) for f in find(case, None).findings()) == 4
    assert {one["name"] for one in entry["runs"]} == {runs(case)[-1].id}
    lines = {
        row["_source_line"]: row["text"]
        for row in query(case.records(), "SELECT _source_line, text FROM posts").to_dicts()
    }
    (original,) = (case.path / "originals").glob("*/posts.csv")
    rows = original.read_text(encoding="utf-8").splitlines()
    assert all(text.splitlines()[0] in rows[line - 1] for line, text in lines.items() if text and '"' not in text)


def test_kept_packs_that_named_the_account_are_emptied_and_their_receivers_listed(case: Case) -> None:
    account, _, _ = commenter()
    kept = {path.name: path for path in (case.path / "referrals").iterdir()}
    with case.writing("erase"):
        entry = erase(case, f"x:{account}", "Ada", "asked", no_progress)
    (pack,) = entry["packs"]
    assert (pack["receiver"], pack["sent"], pack["kind"]) == ("x", True, "referral")
    assert [path.name for path in kept[pack["name"]].iterdir()] == ["manifest.json"]
    other = next(path for name, path in kept.items() if name != pack["name"])
    assert verify_pack(other)["problems"] == []


def test_a_later_load_does_not_bring_the_account_back(case: Case, tmp_path: Path) -> None:
    account, _, _ = commenter()
    with case.writing("erase"):
        erase(case, f"x:{account}", "Ada", "asked", no_progress)
    assert erased_keys(case) == {keyed(case, f"x:{account}")}
    (tmp_path / "more").mkdir()
    more = tmp_path / "more" / "posts.csv"
    more.write_text(
        "platform,post_id,author_id,created_at,text\n"
        f"x,99991,{account},2026-04-01T10:00:00Z,back again\nx,99992,77,2026-04-01T10:00:00Z,somebody else\n"
    )
    (entry,) = document("load", more, "--case", case.path)
    assert (entry["rows_read"], entry["kept"], entry["ignored"], entry["quarantined"]) == (2, 1, 1, 0)
    assert entry["reasons"] == {"row of an account that was erased from this case": 1}
    follows = tmp_path / "more" / "follows.csv"
    follows.write_text(f"platform,follower_id,followed_id\nx,{account},77\nx,77,{account}\nx,77,78\n")
    (entry,) = document("load", follows, "--case", case.path)
    assert (entry["rows_read"], entry["kept"], entry["ignored"]) == (3, 1, 2)
    authors = query(case.records(), "SELECT author_id FROM posts WHERE post_id IN ('99991', '99992')")
    assert authors["author_id"].to_list() == ["77"]


def test_a_change_after_an_erasure_is_still_a_change(case: Case) -> None:
    account, _, _ = commenter()
    with case.writing("erase"):
        entry = erase(case, f"x:{account}", "Ada", "asked", no_progress)
    touched = next(one for one in entry["originals"] if one["new"])
    (path,) = (case.path / "originals" / touched["name"]).iterdir()
    path.write_bytes(path.read_bytes() + b"x")
    (case.path / "runs" / entry["runs"][0]["name"] / "findings.ndjson").write_bytes(b"")
    assert len(verify(case, no_progress)["problems"]) == 2


def test_erasing_again_changes_nothing_and_an_unknown_account_is_said(case: Case) -> None:
    account, _, _ = commenter()
    with case.writing("erase"):
        erase(case, f"x:{account}", "Ada", "asked", no_progress)
        again = erase(case, f"x:{account}", "Ada", "asked", no_progress)
        assert (again["batches"], again["runs"], again["originals"], again["packs"]) == ([], [], [], [])
        with pytest.raises(CaseError, match="Nothing in this case names"):
            erase(case, "x:31337000", "Ada", "asked", no_progress)
        with pytest.raises(CaseError, match="names no account"):
            erase(case, "somebody", "Ada", "asked", no_progress)
    assert verify(case, no_progress)["problems"] == []


def test_others_texts_keep_everything_but_the_name(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text(
        "platform,post_id,author_id,created_at,text,mentions,in_reply_to_account_id,in_reply_to_post_id,my_note\n"
        "x,111111,900001,2026-03-01T10:00:00Z,I am here,,,,\n"
        'x,222222,900002,2026-03-01T10:01:00Z,"thanks @Lena_Voss, see x.com/lena_voss/status/111111",lena_voss|other,900001,'
        "111111,by lena_voss\n"
        "x,333333,900003,2026-03-01T10:02:00Z,nothing to do with it,,,,\n"
    )
    (tmp_path / "accounts.csv").write_text("platform,account_id,handle\nx,900001,lena_voss\nx,900002,other\n")
    for name in ("posts.csv", "accounts.csv"):
        document("load", tmp_path / name, "--case", tmp_path / "case")
    case = Case.open(tmp_path / "case")
    with case.writing("erase"):
        erase(case, "x:900001", "Ada", "asked", no_progress)
    rows = query(case.records(), "SELECT * FROM posts ORDER BY post_id").to_dicts()
    assert [row["post_id"] for row in rows] == ["222222", "333333"]
    assert rows[0]["text"] == "thanks @[erased], see x.com/[erased]/status/[erased]"
    assert (rows[0]["mentions"], rows[0]["in_reply_to_account_id"], rows[0]["in_reply_to_post_id"]) == (
        ["other"],
        None,
        None,
    )
    assert json.loads(rows[0]["extra"]) == {"my_note": "by [erased]"}
    assert rows[1]["text"] == "nothing to do with it"
    (original,) = (case.path / "originals").glob("*/posts.csv")
    assert original.read_text().splitlines() == [
        posts.read_text().splitlines()[0],
        "",
        "",
        posts.read_text().splitlines()[3],
    ]
    assert verify(case, no_progress)["problems"] == []


def test_an_original_that_is_no_table_of_lines_is_removed_and_verify_says_erased(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    rows = [
        {
            "platform": "x",
            "post_id": str(n),
            "author_id": f"90000{n % 2}",
            "created_at": "2026-03-01T10:00:00Z",
            "text": "t",
        }
        for n in range(4)
    ]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    document("load", path, "--case", tmp_path / "case")
    case = Case.open(tmp_path / "case")
    with case.writing("erase"):
        entry = erase(case, "x:900001", "Ada", "asked", no_progress)
    assert [one["new"] for one in entry["originals"]] == [None]
    assert list((case.path / "originals").iterdir()) == []
    assert verify(case, no_progress)["problems"] == []
    assert query(case.records(), "SELECT count(*) AS n FROM posts").item() == 2


@pytest.mark.parametrize("stop", [1, 2, 5, 9, 10, 13, 14, 17])
def test_killed_at_any_moment_the_case_is_whole_and_the_same_erasure_finishes(
    case: Case, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, handle, posts = commenter()
    count = 0
    rename = Path.rename

    def dying(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == stop:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", dying)
    try:
        with case.writing("erase"):
            erase(case, f"x:{account}", "Ada", "asked", no_progress)
    except KeyboardInterrupt:
        monkeypatch.setattr(Path, "rename", rename)
        with case.writing("verify"):
            assert query(case.records(), "SELECT count(*) AS n FROM posts").item() > 100
        with case.writing("erase"):
            erase(case, f"x:{account}", "Ada", "asked", no_progress)
    monkeypatch.setattr(Path, "rename", rename)
    with case.writing("verify"):
        report = verify(case, no_progress)
    left = everywhere(case)
    assert [word for word in (account, handle, *posts) if folded(word) in left] == []
    assert report["problems"] == []


def test_the_command(case: Case) -> None:
    account, _, _ = commenter()
    (case.path / "graph").mkdir(exist_ok=True)
    (case.path / "graph" / "store").write_text("x")
    entry = document("erase", "--account", f"x:{account}", "--by", "Ada", "--note", "asked", "--case", case.path)
    assert entry["kind"] == "erase"
    assert not (case.path / "graph").exists()
    assert document("verify", "--case", case.path)["problems"] == []
