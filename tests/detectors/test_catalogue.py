"""Every detector: a whole declaration, an example that hits, one that does not, and findings as the contract says.

A new detector is tested here without a line of new test code.
"""

import random
import re
from typing import Any

import polars as pl
import pytest

from detectors import detectors
from detectors.base import OUTPUTS, Detection, Rows, no_progress
from detectors.run import run as whole_run
from evidence.schemas import validate
from records.store import in_memory
from records.tables import TABLES
from records.words import DETECTOR_NAMES

named = pytest.mark.parametrize("name", list(detectors()))


def run(name: str, rows: Rows, seed: int = 1) -> Detection:
    detector = detectors()[name]
    return whole_run(in_memory(dict(rows)), [detector], {name: detector.defaults()}, seed, no_progress)


def shuffled(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    order = random.Random(7)
    mixed = {table: list(found) for table, found in rows.items()}
    for found in mixed.values():
        order.shuffle(found)
    return mixed


def test_the_detectors_are_those_the_contract_names() -> None:
    assert set(detectors()) | {"operation"} <= set(DETECTOR_NAMES)
    assert {"coaction", "copypasta"} <= set(detectors())


@named
def test_a_declaration_is_whole(name: str) -> None:
    detector = detectors()[name]
    for text in (detector.title, detector.question, detector.definition, detector.must_see, *detector.false_positives):
        assert len(text.strip()) >= 10, text
    assert detector.name == name
    assert detector.question.endswith("?")
    assert detector.false_positives
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in detector.disarm)
    assert len({parameter.name for parameter in detector.parameters}) == len(detector.parameters)
    assert all(len(parameter.reason) >= 20 for parameter in detector.parameters)
    assert set(detector.hit) | set(detector.miss) <= set(TABLES)


@named
def test_the_example_hits_and_its_findings_keep_the_contract(name: str) -> None:
    found = run(name, detectors()[name].hit)
    assert found.findings
    for finding in found.findings:
        document = finding.to_json()
        assert validate({**document, "run": "0" * 12, "input_hash": "0" * 64}) == []
        assert finding.detector == name
        # No one detector can meet every gate: two independent signs take two.
        assert not finding.meets_deceptive
        known = {f"{row['platform']}:{row['post_id']}" for row in detectors()[name].hit.get("posts", [])}
        assert {f"{post['platform']}:{post['post_id']}" for post in finding.posts} <= known


@named
def test_the_benign_example_stays_quiet(name: str) -> None:
    assert run(name, detectors()[name].miss).findings == []


@named
def test_no_data_is_no_finding(name: str) -> None:
    assert run(name, {}).findings == []


@named
def test_row_order_changes_nothing(name: str) -> None:
    rows = detectors()[name].hit
    first, second = run(name, rows), run(name, shuffled(rows))
    assert [finding.to_json() for finding in first.findings] == [finding.to_json() for finding in second.findings]
    for table in OUTPUTS:
        a, b = (found.tables.get(table, pl.DataFrame(schema=OUTPUTS[table])) for found in (first, second))
        assert a.sort(a.columns).equals(b.sort(b.columns)), table


@named
def test_its_tables_have_the_columns_that_were_promised(name: str) -> None:
    for table, frame in run(name, detectors()[name].hit).tables.items():
        assert set(OUTPUTS[table]) <= set(frame.columns)
