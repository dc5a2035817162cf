"""Meetings: every pair within the window and no other, bounds that hold, the chance of the jitter as draws give it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.groups.meetings import JITTER, Uses, bound, by_chance, jittered, meetings

SECOND = 1_000_000
ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 60)), max_size=40)


def uses_of(rows: list[tuple[int, int, int]], precision: int = 0) -> Uses:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    post = np.arange(len(table), dtype=np.int64)
    order = np.lexsort((post, table[:, 2], table[:, 0]))
    column = table[order]
    return Uses(column[:, 0], column[:, 1], column[:, 2] * SECOND, np.full(len(table), precision), post[order])


@given(ROWS, st.integers(1, 30))
def test_every_pair_within_the_window_meets_once(rows: list[tuple[int, int, int]], seconds: int) -> None:
    uses = uses_of(rows)
    found = meetings(uses, seconds * SECOND)
    assert (found.s < found.d).all()
    got = sorted(zip(found.o, found.post_s, found.post_d, found.gap, strict=True))
    expected = []
    for i, (o, a, t) in enumerate(rows):
        for j, (p, b, u) in enumerate(rows):
            if o == p and a < b and abs(t - u) <= seconds:
                expected.append((o, i, j, abs(t - u) * SECOND))
    assert got == sorted(expected)
    limits = bound(uses, seconds * SECOND, 4)
    assert (np.bincount(found.o, minlength=4) <= limits).all()


@pytest.mark.parametrize("gap", [0, 30, 60, 120, 400, 700])
def test_the_chance_is_that_of_two_shifts(gap: int) -> None:
    dice = np.random.default_rng(gap)
    window = 60
    shifts = dice.uniform(-JITTER * window, JITTER * window, (2, 400_000))
    drawn = (np.abs(gap + shifts[0] - shifts[1]) <= window).mean()
    (chance,) = by_chance(np.array([gap * SECOND]), window * SECOND, 0)
    assert chance == pytest.approx(drawn, abs=0.003)


def test_a_post_moves_once_for_all_it_shares_and_no_farther_than_it_may() -> None:
    uses = uses_of([(n % 3, n % 5, 10 * n) for n in range(30)])._replace(post=np.arange(30) // 2)
    moved = jittered(uses, 60 * SECOND, 15, np.random.default_rng(1))
    before = {(o, a, p, t) for o, a, p, t in zip(uses.o, uses.a, uses.post, uses.t, strict=True)}
    shifts: dict[int, set[int]] = {}
    for o, a, p, t in zip(moved.o, moved.a, moved.post, moved.t, strict=True):
        (was,) = [row[3] for row in before if row[:3] == (o, a, p)]
        shifts.setdefault(int(p), set()).add(int(t - was))
    assert all(len(found) == 1 and abs(next(iter(found))) <= 300 * SECOND for found in shifts.values())
    assert (np.diff(moved.o) >= 0).all()


def test_times_known_to_the_minute_stay_on_the_minute() -> None:
    uses = uses_of([(0, n, 60 * n) for n in range(9)], precision=60 * SECOND)
    moved = jittered(uses, 300 * SECOND, 9, np.random.default_rng(2))
    assert (moved.t % (60 * SECOND) == 0).all()
