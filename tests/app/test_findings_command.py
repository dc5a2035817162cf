"""findings, runs, ask and cypher on the example case, as a script meets them."""

from pathlib import Path

import pytest

from examples.thirteen.case import build
from records.words import DETECTOR_NAMES
from tests.app.test_commands import document, murmur


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "case"
    build(folder)
    yield folder
    murmur("graph", "stop", "--case", folder)


def test_findings_are_ranked_documents_with_state_and_effective_outcome(example: Path) -> None:
    found = document("findings", "--case", example)
    assert {d["detector"] for d in found} == set(DETECTOR_NAMES) - {"operation"}
    # What most can be said of comes first, and among the same the one most worth reading.
    said = ("none", "undetermined", "open", "unexplained", "deceptive")
    order = [(d["meets_deceptive"], said.index(d["outcome"]), d["score"]) for d in found]
    assert order == sorted(order, reverse=True)
    assert len({d["outcome"] for d in found}) > 1
    assert {d["state"] for d in found} == {"new"}
    assert {d["effective_outcome"] for d in found} == {"none", "undetermined", "open", "unexplained"}


def test_findings_are_filtered_by_detector_and_outcome(example: Path) -> None:
    assert [d["detector"] for d in document("findings", "--detector", "shift", "--case", example)] == ["shift"]
    chosen = document("findings", "--outcome", "open", "--outcome", "none", "--case", example)
    assert sorted({d["outcome"] for d in chosen}) == ["none", "open"]
    _, error = murmur("findings", "--detector", "copypaste", "--case", example, code=2)
    assert "copypaste is not one of" in error
    shown, said = murmur("findings", "--detector", "operation", "--case", example)
    assert (shown, said.split(" ", 2)[2]) == ("", "found nothing of what was asked for.\n")


def test_runs_are_listed_and_compared(example: Path) -> None:
    before, after = (run["id"] for run in document("runs", "--case", example))
    changes = document("runs", "diff", before, after, "--case", example)
    assert len(changes["changed"]) == 1
    assert sum(map(len, changes.values())) == 13
    _, error = murmur("runs", "diff", before, "zzz", "--case", example, code=1)
    assert error.startswith("murmur: No run begins with zzz; the newest are ")


@pytest.mark.engine
def test_questions_are_answered_and_writing_is_refused_in_a_sentence(example: Path) -> None:
    answer = document("ask", "find", "words=buzzing", "--case", example)
    assert answer["columns"][0] == "kind"
    assert answer["rows"]
    count = document("cypher", "MATCH (f:Finding) RETURN count(f) AS findings", "--case", example)
    assert count == {"columns": ["findings"], "rows": [[13]], "truncated": False}
    _, error = murmur("cypher", "CREATE (n) RETURN n", "--case", example, code=1)
    assert (
        error
        == "murmur: The graph is read-only here: it is made anew from the case, which keeps everything that was decided.\n"
    )
    _, error = murmur("ask", "find", "wrods=x", "--case", example, code=1)
    assert error.startswith("murmur: find does not know wrods; it has ")
    _, error = murmur("ask", "nothing", "--case", example, code=1)
    assert error.startswith("murmur: There is no question nothing; there are ")
    status = document("graph", "status", "--case", example)
    assert (status["running"], status["graph_is_current"], status["outward_requests"]) == (True, True, "blocked")
