"""Awakenings in step: the fortnight in which most woke, against everybody waking at a time of their own.

A scan statistic (Kulldorff 1997): the largest likelihood ratio of any window, held against the largest in worlds in which
each of the same accounts woke at any moment at which it could have, so the search over windows is paid for.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.groups.bicm import Floats, Ints

DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Wave:
    """Accounts that woke within one window."""

    members: Ints
    """Places in the arrays given."""
    since: float
    """Its first awakening, seconds since 1970."""
    until: float
    """Its last one."""
    expected: float
    """Awakenings expected in the window, had each come at a time of its own."""
    statistic: float
    p: float
    """The chance of a window like this anywhere in the case."""


def waves(
    woke: Floats, could: Floats, until: Floats, *, days: float, least: int, draws: int, alpha: float, seed: int
) -> list[Wave]:
    """Windows of `days` in which `least` or more woke and which chance gives at most at `alpha`, the surest first.

    Seconds since 1970: `woke`, and from `could` to `until` each might have woken. An account is in one wave only.
    """
    if len(woke) < least:
        return []
    until = np.maximum(np.maximum(until, woke), could + DAY)
    could = np.minimum(could, woke)
    cumulative = _Expected(could, until)
    rng = np.random.default_rng(seed)
    width = days * DAY
    largest = np.array(
        [float(_ratios(np.sort(rng.uniform(could, until)), cumulative, width)[0].max()) for _ in range(draws)]
    )
    found: list[Wave] = []
    left = np.arange(len(woke))
    while len(left) >= least:
        order = left[np.argsort(woke[left], kind="stable")]
        ratios, counts, expected = _ratios(woke[order], cumulative, width, len(woke))
        ratios = np.where(counts >= least, ratios, 0.0)
        best = int(ratios.argmax())
        p = float((1 + (largest >= ratios[best]).sum()) / (1 + draws))
        if ratios[best] <= 0 or p > alpha:
            break
        members = order[best : best + int(counts[best])]
        found.append(
            Wave(
                np.sort(members), float(woke[members].min()), float(woke[members].max()), float(expected[best]),
                float(ratios[best]), p,
            )
        )  # fmt: skip
        left = np.setdiff1d(left, members)
    return found


class _Expected:
    """Awakenings expected up to a moment: each account's chance grows evenly from when it could to the end."""

    def __init__(self, could: Floats, until: Floats) -> None:
        rate = 1.0 / (until - could)
        ends = np.concatenate([could, until])
        order = np.argsort(ends, kind="stable")
        self.at = ends[order]
        slope = np.cumsum(np.concatenate([rate, -rate])[order])
        self.value = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(self.at))])

    def __call__(self, moment: Floats) -> Floats:
        return np.asarray(np.interp(moment, self.at, self.value), dtype=np.float64)


def _ratios(woke: Floats, expected: _Expected, width: float, total: int | None = None) -> tuple[Floats, Ints, Floats]:
    """For the window that begins at each of the sorted times: likelihood ratio, how many woke, how many were expected."""
    n = float(total or len(woke))
    k = np.searchsorted(woke, woke + width, side="right") - np.arange(len(woke))
    e = np.clip(expected(woke + width) - expected(woke), 1e-9, n - 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(k < n, (n - k) * np.log((n - k) / (n - e)), 0.0)
        ratio = np.where(k > e, k * np.log(k / e) + rest, 0.0)
    return ratio, k, e
