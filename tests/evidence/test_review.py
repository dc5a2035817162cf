"""Decisions about findings: who may say what, what the journal keeps, and that no one person can ask for a removal."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import review
from evidence.case import Case
from evidence.errors import CaseError
from evidence.runs import find, store
from examples.thirteen.case import build
from records.finding import Finding
from tests.app.test_commands import document, murmur

SWARM, HIJACK, PAGES = "c26a80d3df1826d0", "70aacb0795c2c320", "0a79c8b3ae4156b0"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return build(tmp_path / "case")


def of(case: Case, finding_id: str) -> Finding:
    return review.finding_of(case, finding_id)


def documents(case: Case) -> dict[str, dict[str, object]]:
    return {d["id"]: d for d in review.reviewed(case, find(case, None).findings())}


def test_a_verdict_keeps_name_time_note_and_the_alternatives_weighed(case: Case) -> None:
    entry = review.decide(case, of(case, SWARM), "confirmed", " Ada  Lund ", "read all thirty", "deceptive", ["staff"])
    assert {k: entry[k] for k in entry.keys() - {"seq", "at", "prev", "hash", "run"}} == {
        "kind": "verdict", "finding": SWARM, "state": "confirmed", "outcome": "deceptive", "by": "Ada Lund",
        "note": "read all thirty", "alternatives": ["staff"], "alternatives_from": "reviewer", "authenticated": False,
    }  # fmt: skip
    assert (documents(case)[SWARM]["state"], documents(case)[SWARM]["effective_outcome"]) == ("confirmed", "deceptive")
    assert case.journal.problems() == []


def test_without_alternatives_the_entry_names_those_of_the_finding_and_says_so(case: Case) -> None:
    entry = review.decide(case, of(case, SWARM), "unsure", "Ada", "need the profiles")
    assert entry["alternatives"] == [row["code"] for row in of(case, SWARM).alternatives]
    assert entry["alternatives_from"] == "finding"
    # What the finding lists, nobody has said to have weighed.
    assert review.weighed(entry) == []


@pytest.mark.parametrize(
    ("finding", "state", "by", "note", "outcome", "alternatives"),
    [
        (HIJACK, "confirmed", "Ada", "n", "deceptive", []),  # its run did not meet the gates
        (SWARM, "dismissed", "Ada", "n", "deceptive", []),
        (SWARM, "confirmed", "Ada", "n", "none", []),
        (SWARM, "confirmed", " \u200b\n", "n", None, []),
        (SWARM, "confirmed", "Ada", " ", None, []),
        (SWARM, "confirmed", "Ada", "n" * 4001, None, []),
        (SWARM, "confirmed", "Ada", "n", None, ["bad_moon"]),
        (SWARM, "reconfirm", "Ada", "n", None, []),
    ],
)
def test_what_the_rules_forbid_is_refused_and_not_journaled(
    case: Case, finding: str, state: str, by: str, note: str, outcome: str | None, alternatives: list[str]
) -> None:
    before = case.journal.head()
    with pytest.raises(CaseError):
        review.decide(case, of(case, finding), state, by, note, outcome, alternatives)
    assert case.journal.head() == before


def test_deceptive_in_the_journal_counts_only_where_the_run_meets_the_gates(case: Case) -> None:
    # Somebody with an editor, not our commands.
    case.journal.append("verdict", finding=HIJACK, run="", state="confirmed", outcome="deceptive", by="Ada", note="x")
    case.journal.append("verdict", finding=SWARM, run="", state="unsure", outcome="deceptive", by="Ada", note="x")
    assert documents(case)[HIJACK]["effective_outcome"] == "unexplained"
    assert documents(case)[SWARM]["effective_outcome"] == "unexplained"


@pytest.mark.parametrize(
    "second", ["Ada Lund", "ADA LUND", "ada\u00a0lund", " Ａda Lund", "Ada\u200b Lund\ufeff", "AdaLund"]
)
def test_nobody_approves_their_own_verdict_however_they_write_their_name(case: Case, second: str) -> None:
    review.decide(case, of(case, SWARM), "confirmed", "Ada Lund", "read", "deceptive")
    with pytest.raises(CaseError, match="another person"):
        review.approve(case, of(case, SWARM), second)
    assert review.approval(case, SWARM) is None


def test_an_approval_is_of_one_verdict_and_falls_with_it(case: Case) -> None:
    with pytest.raises(CaseError, match="not confirmed"):
        review.approve(case, of(case, SWARM), "Bo")
    review.decide(case, of(case, SWARM), "confirmed", "Ada", "read", "deceptive")
    entry = review.approve(case, of(case, SWARM), "Bo")
    assert entry["authenticated"] is False
    assert review.approval(case, SWARM) == entry
    review.decide(case, of(case, SWARM), "confirmed", "Ada", "read again", "deceptive")
    assert review.approval(case, SWARM) is None


def test_an_approval_by_the_same_name_in_the_journal_approves_nothing(case: Case) -> None:
    verdict = review.decide(case, of(case, SWARM), "confirmed", "Ada", "read", "deceptive")
    case.journal.append("approval", finding=SWARM, verdict=verdict["hash"], by="ADA ", authenticated=False)
    assert review.approval(case, SWARM) is None


def test_what_supersedes_a_judged_finding_is_to_be_confirmed_again_even_two_runs_later(case: Case) -> None:
    judged = of(case, PAGES)
    assert judged.supersedes is not None
    review.decide(case, of(case, judged.supersedes), "confirmed", "Ada", "read")
    assert documents(case)[PAGES]["state"] == "reconfirm"
    later = Finding(**{**judged.to_json(), "id": "", "supersedes": PAGES, "parameters": {"windows": [60]}})
    ran = {"coaction": {"version": "9", "parameters": {"windows": [60]}}}
    store(case, [later], {}, detectors=ran, seed=0, notes={})
    (document_,) = review.reviewed(case, [later])
    assert document_["state"] == "reconfirm"
    assert [d["needs"] for d in review.queue(case, [later])] == ["confirm_again"]


def test_the_queue_holds_what_waits_for_a_person(case: Case) -> None:
    found = find(case, None).findings()
    assert {d["needs"] for d in review.queue(case, found)} == {"verdict"}
    review.decide(case, of(case, SWARM), "confirmed", "Ada", "read", "deceptive")
    review.decide(case, of(case, HIJACK), "confirmed", "Ada", "read")
    needs = {d["id"]: d["needs"] for d in review.queue(case, found)}
    assert (needs[SWARM], HIJACK in needs, len(needs)) == ("approval", False, len(found) - 1)
    review.approve(case, of(case, SWARM), "Bo")
    assert SWARM not in {d["id"] for d in review.queue(case, found)}


def test_revealing_is_journaled_without_the_account(case: Case) -> None:
    account = "x:480000000101"
    review.reveal(case, of(case, HIJACK), account, "Ada", "to warn the owner")
    assert "480000000101" not in (case.path / "journal.ndjson").read_text()
    assert review.is_revealed(case, HIJACK, account)
    assert not review.is_revealed(case, HIJACK, "x:480000000102")
    assert not review.is_revealed(case, SWARM, account)
    assert (case.path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(CaseError, match="is not in"):
        review.reveal(case, of(case, HIJACK), "x:1", "Ada", "curious")


@given(st.text(min_size=1), st.sampled_from(["NFKC", "NFKD"]), st.booleans())
def test_a_name_is_the_same_in_any_writing(name: str, form: str, upper: bool) -> None:
    import unicodedata

    other = unicodedata.normalize(form, name)  # type: ignore[arg-type]
    assert review.same_person(name, other)
    assert review.same_person(name, f" {other}\t")
    assert not review.same_person(name, f"{name}b")


def test_an_edited_journal_is_noticed(case: Case) -> None:
    review.decide(case, of(case, SWARM), "confirmed", "Ada", "read", "deceptive")
    review.approve(case, of(case, SWARM), "Bo")
    path = case.path / "journal.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"by":"Bo"', b'"by":"Cy"'))
    assert case.journal.problems() == ["journal.ndjson line 18 was changed after it was written."]


def test_the_commands(case: Case) -> None:
    at = ("--case", case.path)
    assert len(document("queue", *at)) == 13
    entry = document("verdict", SWARM[:6], "confirmed", "--by", "Ada", "--note", "read", "--outcome", "deceptive", *at)
    assert (entry["finding"], entry["state"], entry["authenticated"]) == (SWARM, "confirmed", False)
    _, error = murmur("approve", SWARM, "--by", "ADA", *at, code=1)
    assert error == "murmur: Ada gave the verdict; another person has to approve it.\n"
    assert document("approve", SWARM, "--by", "Bo", *at)["verdict"] == entry["hash"]
    shown = document("reveal", HIJACK, "x:480000000101", "--by", "Ada", "--note", "to warn", *at)
    assert shown["handle"]
    murmur("verdict", SWARM, "guilty", "--by", "Ada", "--note", "n", *at, code=2)
    murmur("verdict", SWARM, "confirmed", "--by", "Ada", *at, code=2)
    assert murmur("verdict", "ffff", "unsure", "--by", "Ada", "--note", "n", *at, code=1)[1].startswith(
        "murmur: No finding"
    )
