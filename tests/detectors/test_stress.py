"""Stress: a real group stands without any one thing, a chain hung on one account or object does not, shaken worlds fall."""

from typing import Any

from detectors.base import no_progress
from detectors.coaction import DETECTOR
from detectors.run import run
from detectors.stress import stress
from records.finding import Finding, Json
from records.store import in_memory
from tests.detectors.test_coaction import crowd, ring


def stressed(rows: list[dict[str, Any]]) -> tuple[Finding, dict[str, Json], Json]:
    records = in_memory({"posts": rows})
    (finding,) = run(records, [DETECTOR], {"coaction": DETECTOR.defaults()}, 7, no_progress).findings
    found = stress(records, DETECTOR, DETECTOR.defaults(), 7, finding, no_progress)
    return finding, {row["code"]: row for row in found["variants"]}, found


def test_a_ring_in_two_layers_stands_without_any_one_thing() -> None:
    rows = ring("urls", 12, authors="abcdefgh")
    tags = ring("hashtags", 12, authors="abcdefgh", apart=6)
    for number, row in enumerate(tags):
        row["post_id"] = f"tag-{number}"
    _, by_code, found = stressed([*rows, *tags, *crowd()])
    assert set(by_code) == {"without_layer", "without_account", "without_object", "without_coordination"}
    for code in ("without_layer", "without_account", "without_object"):
        assert by_code[code]["stands"], by_code[code]
    assert by_code["without_layer"]["what"] in ("link", "hashtag")
    assert by_code["without_account"]["members"] == 7
    assert not by_code["without_coordination"]["stands"]
    gaps = found["gaps"]
    assert sum(row["observed"] for row in gaps) == sum(row["observed"] for row in gaps if row["up_to_seconds"]) > 100
    # Shaken by up to five hours each way, next to nothing follows within seconds any more.
    close = [row for row in gaps if row["up_to_seconds"] and row["up_to_seconds"] <= 10]
    assert sum(row["drawn"] for row in close) < sum(row["observed"] for row in close) / 4


def test_a_ring_of_as_few_occasions_as_are_needed_falls_without_one() -> None:
    finding, by_code, _ = stressed([*ring("urls", 4), *crowd()])
    assert finding.outcome == "unexplained"
    assert not by_code["without_object"]["stands"]


def test_the_same_seed_gives_the_same_answer() -> None:
    rows = [*ring("urls", 6), *crowd()]
    assert stressed(rows)[2] == stressed(list(reversed(rows)))[2]
