"""The example, plain and hostile, becomes a case: nothing lost on the way, and a run that says what the findings say."""

import pytest

from detectors.base import OUTPUTS, no_progress
from evidence.case import Case
from evidence.runs import latest, runs
from evidence.schemas import validate
from evidence.verify import verify
from examples.thirteen.case import build
from records.finding import Finding
from records.store import query
from records.tables import TABLES
from tests.evidence import hostile
from tests.evidence.thirteen import findings, table


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return build(tmp_path_factory.mktemp("thirteen") / "case")


@pytest.fixture(scope="module")
def hostile_case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "files").mkdir()
    return hostile.build(folder / "case", folder / "files")


def without_run(finding: Finding) -> dict[str, object]:
    return {**finding.to_json(), "run": "", "input_hash": ""}


def test_every_row_of_the_example_is_kept(case: Case):
    read = {entry["file"]: (entry["rows_read"], entry["kept"]) for entry in case.ledger()}
    assert read == {f"{name}.csv": (len(table(name)),) * 2 for name in TABLES}
    counts = {name: query(case.records(), f"SELECT count(*) AS n FROM {name}")["n"][0] for name in TABLES}
    assert {name: counts[name] for name in ("posts", "accounts", "ownership", "media")} == {
        name: len(table(name)) for name in ("posts", "accounts", "ownership", "media")
    }
    assert verify(case, no_progress)["problems"] == []


def test_the_example_is_stored_as_two_runs_with_valid_findings(case: Case):
    before, now = runs(case)
    assert [finding.detector for finding in before.findings()] == ["coaction"]
    assert {finding.id: without_run(finding) for finding in now.findings()} == {row["id"]: row for row in findings()}
    assert [problem for finding in now.findings() for problem in validate(finding.to_json())] == []
    assert now.meta["input_hash"] == case.input_hash()


def test_the_examples_run_has_the_links_copies_and_signals_its_findings_speak_of(case: Case):
    run = latest(case)
    assert run is not None
    assert {name: run.table(name).height for name in OUTPUTS} == {
        "links": 28,  # every two of eight pages
        "families": 30,
        "copies": 28 + 4,  # each family's posts but its first, and the hops of the chain
        "hubs": 0,
        "signals": 18,
    }
    assert run.table("links")["weight"].to_list() == [5] * 28
    assert run.table("copies").filter(credited=True).height == 1


def test_the_hostile_case_loads_whole_but_for_the_rows_with_nul(hostile_case: Case):
    refused = {entry["file"]: entry["quarantined"] for entry in hostile_case.ledger() if entry["quarantined"]}
    assert refused == {f"{name}.csv": 1 for name in hostile.NUL_TABLES}
    kept = {entry["file"]: entry["kept"] for entry in hostile_case.ledger()}
    assert kept == {f"{name}.csv": len(table(name)) for name in TABLES}


@pytest.mark.parametrize("payload", hostile.PAYLOADS, ids=range(len(hostile.PAYLOADS)))
def test_every_payload_comes_back_from_the_hostile_case_as_it_went_in(hostile_case: Case, payload: str):
    texts = query(hostile_case.records(), "SELECT text FROM posts WHERE text = ?", [payload])
    assert texts.height > 0


def test_hostile_findings_are_valid_and_keep_their_ids():
    documents = hostile.documents()
    assert [problem for document in documents for problem in validate(document)] == []
    assert [document["id"] for document in documents] == [finding["id"] for finding in findings()]
    text = str(documents)
    assert [payload for payload in hostile.PAYLOADS if repr(payload)[1:-1] not in text] == []
