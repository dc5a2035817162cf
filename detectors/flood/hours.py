"""Hours in which somebody is answered far more than at the same hour of the week before."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import nbinom

WEEK: Final = 168 * 3600
_DAY: Final = 24 * 3600
PAST_WEEKS: Final = 2
"""With less past there is no usual hour of the week."""
# How many weeks of everybody's rhythm a target's own week counts against: one answer a month at three in the morning
# does not make three in the morning its hour.
_SHARED_WEEKS: Final = 4.0
# Answers come in volleys, one after every post. Their size does not depend on the hour, so the variance grows with the
# mean and not with its square (the negative binomial of type 1). Never less uneven than this (variance over mean).
_UNEVEN: Final = 1.2
# How uneven ordinary hours are is told by hours below _VOLLEY, so that no flood is taken for one; without the largest
# ordinary ones they look too even by about so much.
_LARGEST: Final = 1.5
_ROUNDS: Final = 10
"""Of asking what is usual without what is not: three or four are enough."""
LEAST: Final = 3
"""Answers in an hour: fewer flood nobody, however seldom they come. In longer stretches volleys add up: as the root."""
_VOLLEY: Final = 8
"""Answers in an hour that a post may bring by itself; more are not counted as a volley until they are known to be usual."""
_HIGH: Final = 0.99
Floats = NDArray[np.float64]


def hours(rows: pl.DataFrame, width: int, alpha: float) -> tuple[pl.DataFrame, int]:
    """Each target's answers by stretches of `width` seconds (a divisor of the week), and how many stretches were tested.

    Returns rows `target`, `bin` (its start, epoch seconds), `observed`, `expected`, `high`, `p`, `q` (Benjamini-Hochberg
    over all targets and stretches), `beyond` (q below `alpha`); only stretches with an answer, by target and time.
    `expected` is null in the first weeks. What is beyond usual is left out of the past, and all is asked again, so that
    one flood does not hide the next.
    """
    cells = (
        rows.with_columns((pl.col("at").dt.epoch("s") // width * width).alias("bin"))
        .group_by("target", "bin")
        .agg(pl.len().alias("observed"))
        .sort("target", "bin")
    )
    if cells.is_empty():
        return cells.with_columns(*_EMPTY), 0
    # Weeks begin on the day of the first answer, so that the first one is whole.
    start = int(cells["bin"].min()) // _DAY * _DAY  # type: ignore[arg-type]
    week = ((cells["bin"] - start) // WEEK).to_numpy()
    phase = ((cells["bin"] - start) % WEEK // width).to_numpy()
    target = cells["target"].rank("dense").to_numpy().astype(np.int64) - 1
    observed = cells["observed"].to_numpy().astype(np.float64)
    # Whose first answer came late was not there before it: its past begins with the week of that answer.
    begins = np.full(int(target.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(begins, target, week)
    last = int(week.max())
    tests = int(np.maximum(last + 1 - PAST_WEEKS - begins, 0).sum()) * (WEEK // width)
    # First every busy hour is left out, then what is no more than usual is put back: large floods, once believed to be
    # ordinary, would hide all others.
    root = (width / 3600) ** 0.5
    least = LEAST * root
    volleys = _unevenness(target, week, begins, np.where(observed < _VOLLEY * root, observed, 0.0))
    beyond = observed >= least
    expected = size = p = np.full(len(observed), np.nan)
    q = np.ones(len(observed))
    for _ in range(_ROUNDS):
        expected, size = _usual(
            target, week, phase, observed, np.where(beyond, 0.0, observed), volleys, begins, WEEK // width
        )
        p = np.where(np.isnan(expected), np.nan, nbinom.sf(observed - 1, size, size / (size + expected)))
        q = _adjusted(p, tests)
        now = (q <= alpha) & (observed >= least)
        if (now == beyond).all():
            break
        beyond = now
    high = nbinom.ppf(_HIGH, size, size / (size + expected))
    return cells.with_columns(
        pl.Series("expected", expected).fill_nan(None), pl.Series("high", high).fill_nan(None),
        pl.Series("p", p).fill_nan(None), pl.Series("q", q), pl.Series("beyond", beyond),
    ), tests  # fmt: skip


_EMPTY: Final = [
    pl.lit(None, dtype=kind).alias(name)
    for name, kind in {
        "expected": pl.Float64(), "high": pl.Float64(), "p": pl.Float64(), "q": pl.Float64(), "beyond": pl.Boolean(),
    }.items()
]  # fmt: skip


def together(cells: pl.DataFrame, least: int) -> pl.DataFrame:
    """The same with `beyond` only where at least `least` people had such a stretch within a week of it: a loud hour in
    spring and another one in autumn are no one flood."""
    hit = cells.filter("beyond").select("target", "bin")
    near = hit.join(hit, how="cross", suffix="_other").filter((pl.col("bin") - pl.col("bin_other")).abs() <= WEEK)
    several = near.group_by("target", "bin").agg((pl.col("target_other").n_unique() >= least).alias("several"))
    joined = cells.join(several, on=["target", "bin"], how="left", maintain_order="left")
    return joined.with_columns((pl.col("beyond") & pl.col("several").fill_null(False)).alias("beyond")).drop("several")


def _usual(
    target: NDArray[np.int64],
    week: NDArray[np.int64],
    phase: NDArray[np.int64],
    observed: Floats,
    calm: Floats,
    volleys: Floats,
    begins: NDArray[np.int64],
    phases: int,
) -> tuple[Floats, Floats]:
    """Expected answers in each cell and the size of its negative binomial, from the weeks before; NaN without a past.

    `calm` has the counts without those that are beyond usual, `volleys` each cell's variance over mean.
    """
    expected, size = np.full(len(observed), np.nan), np.full(len(observed), np.nan)
    targets = len(begins)
    own = np.zeros((targets, phases))
    order = np.argsort(week, kind="stable")
    cuts = np.searchsorted(week[order], np.arange(int(week.max()) + 2))
    for now in range(int(week.max()) + 1):
        here = order[cuts[now] : cuts[now + 1]]
        lived = np.maximum(now - begins, 0)
        known = here[lived[target[here]] >= PAST_WEEKS]
        if len(known):
            total = own.sum(axis=1)
            # One answer more than there was: an hour without any past answer is not impossible.
            rate = (total + 1) / np.maximum(lived, 1)
            rhythm = own.sum(axis=0) + max(float(total.sum()) ** 0.5, 1.0) / phases
            rhythm = rhythm / rhythm.sum()
            t, h, weeks = target[known], phase[known], lived[target[known]]
            expected[known] = (own[t, h] + _SHARED_WEEKS * rate[t] * rhythm[h]) / (weeks + _SHARED_WEEKS)
            size[known] = expected[known] / (volleys[known] - 1)
        np.add.at(own, (target[here], phase[here]), calm[here])
    return expected, size


def _unevenness(target: NDArray[np.int64], week: NDArray[np.int64], begins: NDArray[np.int64], calm: Floats) -> Floats:
    """Variance over mean of each cell's target, in the weeks before it; never below that of all targets together, for a
    short past knows little of volleys. Most hours have no answer, so it is the sum of squares over the sum."""
    span = int(week.max()) + 2
    place = target * span + week
    sums = [
        np.bincount(place, weights=values, minlength=len(begins) * span).reshape(len(begins), span).cumsum(axis=1)
        for values in (calm, calm**2)
    ]
    before = [np.where(week > 0, total[target, np.maximum(week - 1, 0)], 0.0) for total in sums]
    everybody = [np.where(week > 0, total.sum(axis=0)[np.maximum(week - 1, 0)], 0.0) for total in sums]
    shared = everybody[1] / np.maximum(everybody[0], 1.0)
    own = before[1] / np.maximum(before[0], 1.0)
    return np.maximum(1 + _LARGEST * (np.maximum(own, shared) - 1), _UNEVEN)


def _adjusted(p: Floats, tests: int) -> Floats:
    """Benjamini-Hochberg over `tests`, of which those not listed have p = 1; what was not tested (NaN) has q = 1."""
    filled = np.nan_to_num(p, nan=1.0)
    order = np.argsort(filled, kind="stable")
    steps = filled[order] * max(tests, 1) / np.arange(1, len(filled) + 1)
    made = np.empty(len(filled))
    made[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return np.where(np.isnan(p), 1.0, made)
