"""Awakenings: the planted found in every language and for either party, people who come back left alone, chance held off."""

import numpy as np
import pytest

import scenarios
from detectors.base import Detection, no_progress
from detectors.hijack import DETECTOR
from detectors.hijack.wave import DAY, waves
from detectors.run import run
from records.store import in_memory


def found(name: str, seed: int, **dials: object) -> tuple[scenarios.World, Detection]:
    world = scenarios.build(name, seed, **dials)  # type: ignore[arg-type]
    return world, run(in_memory(world.tables), [DETECTOR], {"hijack": DETECTOR.defaults()}, 1, no_progress)


@pytest.mark.parametrize(("language", "side", "seed"), [("en", "a", 521), ("fr", "b", 522), ("zh", "a", 523)])
def test_sleepers_are_found_and_nobody_else_and_are_possible_victims(language: str, side: str, seed: int) -> None:
    world, seen = found("comment_flood", seed, participation=0.4, language=language, side=side)
    victims = {uid for uid, role in world.truth.operations[0].members.items() if role == "possible_victim"}
    (one,) = [finding for finding in seen.findings if finding.outcome == "unexplained"]
    assert len(one.member_ids() & victims) >= 0.85 * len(victims)
    assert len(one.member_ids() & victims) >= 0.95 * len(one.members)
    assert {(member["role"], member["action"]) for member in one.members} == {("possible_victim", "secure_and_restore")}
    assert one.signs == ["wake"]
    assert [sign["code"] for sign in one.tests["deception"]] == ["hijack"]
    linked = set(seen.tables["links"]["source"]) | set(seen.tables["links"]["target"])
    in_wave = set(seen.tables["signals"].filter(name="wave_at")["account"])
    assert linked == in_wave == one.member_ids()


@pytest.mark.parametrize("name", ["trap_returner", "trap_keyword_sample"])
def test_people_who_come_back_and_keyword_samples_are_quiet(name: str) -> None:
    _, seen = found(name, 524)
    assert [finding.outcome for finding in seen.findings if finding.outcome != "undetermined"] == []


def test_without_complete_timelines_a_silence_is_undetermined() -> None:
    rows = {name: table for name, table in DETECTOR.hit.items() if name != "collections"}
    (one,) = run(in_memory(rows), [DETECTOR], {"hijack": DETECTOR.defaults()}, 1, no_progress).findings
    assert (one.outcome, "coverage" in one.reasons) == ("undetermined", True)


def test_awakenings_at_random_make_a_wave_in_few_worlds() -> None:
    rng = np.random.default_rng(7)
    could, until = rng.uniform(0, 100, 60) * DAY, np.full(60, 400.0) * DAY
    limits = {"days": 14, "least": 5, "draws": 199, "alpha": 0.01, "seed": 1}
    loud = sum(bool(waves(rng.uniform(could, until), could, until, **limits)) for _ in range(60))  # type: ignore[arg-type]
    assert loud <= 4  # .01 each: five of sixty would come once in ten thousand runs
    together = np.r_[rng.uniform(could, until)[:40], np.full(20, 300.0) * DAY + np.arange(20) * DAY / 3]
    (wave,) = waves(together, could, until, **limits)  # type: ignore[arg-type]
    assert set(range(40, 60)) <= set(wave.members.tolist())
