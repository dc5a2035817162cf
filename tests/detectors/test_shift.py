"""Office hours: the true offset is kept whatever the start, pause or clock change; evenings are no office."""

from datetime import UTC, datetime

import numpy as np
import pytest

from detectors.base import no_progress
from detectors.run import run
from detectors.shift import DETECTOR, model
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
@pytest.mark.parametrize(("offset", "start"), [(-8.0, 7.0), (1.0, 9.0), (3.5, 10.0), (8.0, 8.5)])
def test_the_true_offset_is_kept_and_most_others_are_not(
    offset: float, start: float, pause: float, summer: bool
) -> None:
    fit = model.fit(office(offset, start, pause, summer=summer, seed=5))
    kept = model.OFFSETS[fit.kept]
    assert fit.is_office
    assert offset in kept
    assert len(kept) <= 20  # of 53


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
