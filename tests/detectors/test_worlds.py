"""Verdicts on made-up worlds: silence where nobody coordinates, the planted found, both parties and any order alike."""

import random
from typing import Any

import polars as pl
import pytest

import scenarios
from benchmarks.verdicts import judged, measured, strong
from detectors import detectors
from detectors.base import no_progress
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

# Seeds no threshold was ever looked at with; small worlds, so that twenty take a minute.
NULLS = range(7001, 7021)
SMALL = 0.4


@pytest.mark.slow
def test_twenty_worlds_without_coordination_are_quiet() -> None:
    loud = {}
    for seed in NULLS:
        _, found = judged("null", seed, size=SMALL)
        assert not any(one.meets_deceptive for one in found.findings)
        if strong(found):
            loud[seed] = [(one.detector, one.outcome, len(one.members)) for one in strong(found)]
    # Family-wise .01 a case: two of twenty would already be ten times too many.
    assert len(loud) <= 1, loud


@pytest.mark.slow
@pytest.mark.parametrize("name", [one for one in scenarios.names() if one.startswith("trap_")])
def test_no_trap_is_unexplained(name: str) -> None:
    world, found = judged(name, 7101)
    innocent = {uid for group in world.truth.benign.values() for uid in group}
    assert not any(one.meets_deceptive for one in found.findings)
    assert [
        one.title_code for one in found.findings if one.outcome == "unexplained" and one.member_ids() & innocent
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "participation"), [("coaction", 0.4), ("copypasta", 0.4), ("rally_posts", 0.4)])
def test_what_is_planted_is_found_and_nobody_else(name: str, participation: float) -> None:
    hit, true, flagged = (0, 0, 0)
    for seed in (7201, 7202):
        world, found = judged(name, seed, participation=participation)
        counts = measured(world, found)
        hit, true, flagged = hit + counts[0], true + counts[1], flagged + counts[2]
    assert hit >= 0.9 * true
    assert hit >= 0.95 * flagged


def told(found: list[Finding]) -> list[Any]:
    return sorted((one.detector, one.outcome, one.unmet, len(one.members), len(one.posts)) for one in found)


@pytest.mark.slow
def test_the_other_party_gets_the_same_answer() -> None:
    worlds = [judged("comment_flood", 7301, side=side) for side in ("a", "b")]
    (_, ours), (_, theirs) = worlds
    assert told(strong(ours)) == told(strong(theirs))
    assert strong(ours)


@pytest.mark.slow
def test_shuffled_rows_give_the_same_findings() -> None:
    world = scenarios.build("coaction", 7401, size=SMALL)
    which = list(detectors().values())
    parameters = {detector.name: detector.defaults() for detector in which}
    seen = []
    for turn in range(2):
        tables = {name: shuffled(frame, turn) for name, frame in world.tables.items()}
        seen.append([one.to_json() for one in run(in_memory(tables), which, parameters, 1, no_progress).findings])
    assert seen[0] == seen[1]
    assert seen[0]


def shuffled(frame: pl.DataFrame, turn: int) -> pl.DataFrame:
    order = list(range(frame.height))
    random.Random(turn).shuffle(order)
    return frame[order]
