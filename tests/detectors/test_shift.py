"""Office hours: the true offset is kept whatever the start, pause or clock change; evenings are no office."""

from datetime import UTC, datetime

import numpy as np
import pytest

from detectors import coaction
from detectors.base import no_progress
from detectors.run import run
from detectors.shift import DETECTOR, model, of_groups
from detectors.verdict import decide
from records.finding import Finding
from records.store import in_memory

MONDAY = int(datetime(2025, 3, 3, tzinfo=UTC).timestamp())
CHANGE = int(datetime(2025, 3, 30, 1, tzinfo=UTC).timestamp())


def office(offset: float, start: float, pause: float, *, summer: bool, seed: int) -> np.ndarray:
    """Six weeks of work, eight hours a day around a pause, a few posts late; clocks may change in the fourth."""
    rng = np.random.default_rng(seed)
    days = np.array([day for day in range(42) if day % 7 < 5])
    hour = rng.random(900) * 8
    local = start + hour + np.where(hour > 4, pause, 0.0)
    late = rng.random(900) < 0.04
    local[late] += rng.exponential(3, late.sum())
    at = MONDAY + rng.choice(days, 900) * 86_400 + (local - offset) * 3600
    return (at - np.where(summer & (at >= CHANGE), 3600, 0)).astype(np.int64)


@pytest.mark.parametrize("summer", [False, True])
@pytest.mark.parametrize("pause", [1.0, 3.0])
@pytest.mark.parametrize(("offset", "start"), [(-8.0, 7.0), (1.0, 9.0), (3.5, 10.0), (5.5, 6.0), (8.0, 8.5)])
def test_the_true_offset_is_kept_and_most_others_are_not(
    offset: float, start: float, pause: float, summer: bool
) -> None:
    fit = model.fit(office(offset, start, pause, summer=summer, seed=5))
    kept = model.OFFSETS[fit.kept]
    assert fit.is_office
    assert offset in kept
    assert len(kept) <= 20  # of 53


def test_who_stays_past_midnight_on_a_friday_does_not_work_on_saturdays() -> None:
    """A split shift that ends at eight, with some who go on until one: Friday's late posts are Friday's."""
    at = office(8.0, 9.0, 3.0, summer=False, seed=5)
    fridays = MONDAY + 86_400 * np.array([4, 11, 18, 25, 32, 39]) + int((24.5 - 8.0) * 3600)
    fit = model.fit(np.sort(np.concatenate([at, fridays])))
    assert 8.0 in model.OFFSETS[fit.kept]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_evenings_on_all_days_are_no_office(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hour = 18 + rng.beta(1.5, 2, 900) * 4.5
    fit = model.fit((MONDAY + rng.integers(0, 42, 900) * 86_400 + hour * 3600).astype(np.int64))
    assert not fit.is_office


def test_no_finding_names_a_place_and_hours_are_no_sign() -> None:
    (one,) = run(in_memory(dict(DETECTOR.hit)), [DETECTOR], {"shift": DETECTOR.defaults()}, 1, no_progress).findings
    assert one.signs == []
    assert not one.meets_deceptive
    assert 3.0 in one.evidence["utc_offsets"]
    assert {"two_signs", "two_windows", "deception_sign"} <= set(one.unmet)


def until(day: int) -> list[Finding]:
    """What is said of the example's posts before this day of January: forty on each working day from the eighth."""
    posts = [row for row in DETECTOR.hit["posts"] if row["created_at"] < datetime(2024, 1, day, tzinfo=UTC)]
    return run(in_memory({"posts": posts}), [DETECTOR], {"shift": DETECTOR.defaults()}, 1, no_progress).findings


def test_a_group_with_too_few_posts_is_undetermined_and_nothing_is_excluded() -> None:
    (one,) = until(17)
    assert (one.outcome, one.title_code, one.score) == ("undetermined", "shift.unclear", 0.0)
    assert one.reasons == ["too_few_events", "below_floor"]
    assert one.evidence["utc_offsets"] == model.OFFSETS.tolist()
    assert sum(map(sum, one.evidence["hours"])) == one.evidence["posts_counted"] == 280


def test_of_fewer_days_than_a_week_has_nothing_is_said() -> None:
    assert until(16) == []


def test_a_group_that_passed_one_test_only_is_asked_about_and_stays_undetermined() -> None:
    parameters = coaction.DETECTOR.defaults()
    records = in_memory(dict(DETECTOR.hit))
    groups = coaction.detect(records, parameters, 1, no_progress)
    for group in groups.findings:
        group.tests["group"]["passed"] = False
    found = of_groups(records, DETECTOR.defaults(), 1, no_progress, groups.findings, groups.posts)
    (one,) = found.findings
    assert (decide(one).outcome, one.reasons, one.score) == ("undetermined", ["below_floor"], 0.0)
