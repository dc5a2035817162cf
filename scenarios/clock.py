"""When people post: by their own clock, in sittings, more in the evening than at night."""

from typing import Any, Final

import numpy as np
from numpy.random import PCG64, Generator

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

SECOND: Final = 1_000_000  # times are microseconds since 1970
HOUR: Final = 3600 * SECOND
DAY: Final = 24 * HOUR
_BINS: Final = 96  # quarter hours
_SITTING: Final = 2.2  # posts people make at one sitting, on average
_WITHIN_SECONDS: Final = 400.0
_DAYS: Final = np.array([1.0, 1.0, 1.0, 1.0, 1.05, 1.2, 1.25])
"""Monday to Sunday: a little more at weekends."""


def _curve(*bumps: tuple[float, float, float]) -> Floats:
    """Share of posts by quarter hour: (hour, width in hours, weight) around a clock's face, and a few at any time."""
    hour = np.arange(_BINS) / 4
    curve = np.full(_BINS, 0.015)
    for centre, width, weight in bumps:
        away = np.abs(hour - centre)
        curve += weight * np.exp(-0.5 * (np.minimum(away, 24 - away) / width) ** 2)
    return np.cumsum(curve / curve.sum())


HABITS: Final = np.stack(
    [
        _curve((7.5, 1.2, 0.7), (12.5, 1.5, 0.6), (19, 2.0, 1.0)),
        _curve((9, 2.0, 0.6), (13, 2.0, 0.6), (21, 2.2, 1.2)),
        _curve((11, 2.0, 0.5), (16, 3.0, 0.7), (22.5, 2.0, 1.2)),
        _curve((1, 2.5, 1.0), (15, 3.0, 0.6), (21, 2.5, 0.8)),
        _curve((6, 1.0, 0.9), (10, 2.0, 0.7), (15, 2.5, 0.6)),
    ]
)
"""Cumulative share of the day by habit: worker, evening, late riser, night, early bird."""


def apart(rng: Generator) -> Generator:
    """A generator of its own, for draws whose number depends on words: the two sides' worlds must not drift apart."""
    return Generator(PCG64(int(rng.integers(2**62))))


def times(
    author: Ints, offset: Floats, habit: Ints, start: int, days: int, rng: Generator, window: Floats | None = None
) -> Ints:
    """A time for each post: `author` is the posts' authors, `offset` (hours) and `habit` are the accounts', `window`
    the accounts' first and last day (of `days`) where they were not there all the time.

    Posts of one account gather in sittings. UTC microseconds within `days` days of `start`, unsorted.
    """
    n = len(author)
    sitting = author * 4096 + (rng.random(n) * np.maximum(_per_author(author) / _SITTING, 1.0)).astype(np.int64)
    key, inverse = np.unique(sitting, return_inverse=True)
    who = key // 4096
    weekday = ((start // DAY) + 3 + np.arange(days)) % 7
    share = np.cumsum(_DAYS[weekday] / _DAYS[weekday].sum())
    where = rng.random(len(key))
    if window is not None:
        bounds = np.concatenate([[0.0], share])[np.clip(window, 0, days).astype(np.int64)]
        where = bounds[who, 0] + where * (bounds[who, 1] - bounds[who, 0])
    day = np.searchsorted(share, where)
    bin_ = (HABITS[habit[who]] < rng.random(len(key))[:, None]).sum(axis=1)
    local = np.minimum(day, days - 1) * 24 + (bin_ + rng.random(len(key))) / 4
    # The clock goes round: an evening west of Greenwich is a night of the same stretch of days.
    at = (((local - offset[who]) % (days * 24)) * HOUR).astype(np.int64)
    at = start + at[inverse] + (rng.exponential(_WITHIN_SECONDS, n) * SECOND).astype(np.int64)
    return np.asarray(np.minimum(at, start + days * DAY - SECOND) // SECOND * SECOND, dtype=np.int64)


def _per_author(author: Ints) -> Floats:
    return np.bincount(author)[author].astype(np.float64)


def awake(at: int, offset: Floats, habit: Ints) -> Floats:
    """How likely each account posts at the moment `at`, against its own daily average."""
    hour = ((at / HOUR) + offset) % 24
    bin_ = np.minimum((hour * 4).astype(np.int64), _BINS - 1)
    share = np.diff(HABITS, axis=1, prepend=0.0)
    return np.asarray(share[habit, bin_] * _BINS, dtype=np.float64)
