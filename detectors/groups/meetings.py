"""Uses of the same object within a window: who met whom, and how often they would have met had each come at another
moment of the same hours."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from detectors.groups.bicm import Floats, Ints

JITTER: Final = 5
"""Each use is thought to have been possible up to this many windows earlier or later.

Interval jitter (Date, Bienenstock and Geman 1998; Amarasingham et al. 2012, for spike trains): what moves slower than
some ten windows (time zones, waking hours, the fame of a link, an audience that follows one source) stays as it was;
only acting at the same moment is undone. Narrower leaves too little to tell apart, wider begins to undo the hours.
"""


class Uses(NamedTuple):
    """Uses of one layer, sorted by object and time; all arrays of one length."""

    o: Ints
    """Object."""
    a: Ints
    """Actor."""
    t: Ints
    """Microseconds since 1970."""
    p: Ints
    """Microseconds the time may be off by."""
    post: Ints

    def take(self, rows: Ints | np.ndarray) -> "Uses":
        return Uses(*(column[rows] for column in self))

    def at(self, moved: Ints) -> "Uses":
        """The same uses at other times, sorted again."""
        if not len(moved):
            return self
        span = int(moved.max() - moved.min()) + 1
        if (int(self.o[-1]) + 1) * span < 2**62:  # one key sorts several times faster than three
            order = np.argsort(self.o * span + (moved - moved.min()), kind="stable")
        else:
            order = np.lexsort((moved, self.o))
        return self._replace(t=moved).take(order)


class Meetings(NamedTuple):
    """Two uses of one object by different actors; `s` and `d` are their actors, s < d."""

    o: Ints
    s: Ints
    d: Ints
    post_s: Ints
    post_d: Ints
    gap: Ints
    """Microseconds between them."""


def meetings(uses: Uses, window: int) -> Meetings:
    """All meetings within `window` microseconds."""
    parts = list(_by_distance(uses, window))
    left = np.concatenate([part[0] for part in parts]) if parts else np.empty(0, dtype=np.int64)
    right = np.concatenate([part[1] for part in parts]) if parts else np.empty(0, dtype=np.int64)
    swap = uses.a[left] > uses.a[right]
    first, second = np.where(swap, right, left), np.where(swap, left, right)
    return Meetings(
        uses.o[left], uses.a[first], uses.a[second], uses.post[first], uses.post[second], uses.t[right] - uses.t[left]
    )


def _by_distance(uses: Uses, window: int) -> Iterator[tuple[Ints, Ints]]:
    """Rows that meet, by how many rows they are apart: once a row meets no one so far away, it meets none farther."""
    left = np.arange(len(uses.o), dtype=np.int64)
    step = 0
    while len(left):
        step += 1
        left = left[left + step < len(uses.o)]
        right = left + step
        near = (uses.o[left] == uses.o[right]) & (uses.t[right] - uses.t[left] <= window)
        left, right = left[near], right[near]
        apart = uses.a[left] != uses.a[right]
        yield left[apart], right[apart]


def bound(uses: Uses, window: int, objects: int) -> Floats:
    """For each object, at least as many meetings as it has within the window: whole buckets, and the one after."""
    if not len(uses.o):
        return np.zeros(objects)
    bucket = uses.t // window
    starts = np.flatnonzero(np.r_[True, (np.diff(uses.o) != 0) | (np.diff(bucket) != 0)])
    size = np.diff(np.r_[starts, len(uses.o)]).astype(np.float64)
    o, b = uses.o[starts], bucket[starts]
    follows = np.r_[(o[1:] == o[:-1]) & (b[1:] == b[:-1] + 1), False]
    after = np.where(follows, np.r_[size[1:], 0.0], 0.0)
    return np.bincount(o, weights=size * (size - 1) / 2 + size * after, minlength=objects).astype(np.float64)


def by_chance(gap: Ints, window: int, precision: int) -> Floats:
    """The chance that two uses `gap` apart would have met, had each been up to JITTER windows earlier or later.

    The difference of two such shifts has a triangular distribution. Times known to the minute only meet in a window
    wider by the half minute that rounding adds.
    """
    reach = 2.0 * JITTER * window
    width = window + precision / 2.0

    def below(value: Floats) -> Floats:
        x = np.clip(value / reach, -1.0, 1.0)
        return np.asarray(np.where(x < 0, (1 + x) ** 2 / 2, 1 - (1 - x) ** 2 / 2), dtype=np.float64)

    return below(np.asarray(width - gap, dtype=np.float64)) - below(np.asarray(-width - gap, dtype=np.float64))


def jittered(uses: Uses, window: int, posts: int, rng: np.random.Generator) -> Uses:
    """One world in which every post came up to JITTER windows earlier or later, written as precisely as it is."""
    shift = np.rint(rng.uniform(-JITTER * window, JITTER * window, posts)).astype(np.int64)
    moved = uses.t + shift[uses.post]
    step = np.maximum(uses.p, 1)
    return uses.at(moved // step * step)
