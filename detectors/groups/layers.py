"""One layer of a case: its uses, the null of degree classes, and the pairs and groups that met beyond it within a window."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from detectors.groups import bicm, clusters
from detectors.groups.actions import MICROSECONDS
from detectors.groups.bicm import Floats, Ints, Model
from detectors.groups.meetings import Uses, bound, meetings

# Of the pairs kept for grouping, at most this share is expected to be chance; groups are tested afterwards, so a few
# wrong ties cost nothing, and too few right ones cost members.
_EDGE_SHARE: Final = 0.05
# Pairs are judged from two common objects on, on two different posts of each side: once is nothing.
LEAST: Final = 2
# A viral object's pairs within a window beyond this are left out of that window, and it is named.
MAX_OBJECT_PAIRS: Final = 2_000_000
FEW_USERS: Final = 500
"""Users of a layer up to which, if they are less than half of the case, all of them may be one operation."""
# What one account uses more often than this says nothing of any moment; it counts for sharing, not for acting together.
MOST_USES: Final = 10


@dataclass(slots=True)
class Layer:
    """The uses of one layer, with what chance would make of them."""

    name: str
    uses: Uses
    """Afterwards those that can meet another: of objects of two actors or more, none used all the time."""
    actors: int
    """Actors of the case."""
    objects: int
    posts: int
    """Posts of the case."""
    presence: Floats
    """Share of each actor in the posts of the case."""
    degree: Ints = field(init=False)
    """Actors of each object."""
    activity: Ints = field(init=False)
    """Objects of each actor."""
    model: Model = field(init=False)
    shared: Ints = field(init=False)
    """Each actor's objects, once, as actor times objects plus object."""

    def __post_init__(self) -> None:
        pairs, inverse = distinct(self.uses.a * self.objects + self.uses.o)
        self.shared = pairs
        actor, used = pairs // self.objects, pairs % self.objects
        self.degree = np.bincount(used, minlength=self.objects).astype(np.int64)
        times = np.bincount(inverse)[inverse]
        alone = self.degree[self.uses.o] < 2
        if (alone | (times > MOST_USES)).any():
            self.uses = self.uses.take(~alone & (times <= MOST_USES))
        self.activity = np.bincount(actor, minlength=self.actors).astype(np.int64)
        self.model = bicm.fit(actor, used, self.actors, self.objects)

    def expected(self, s: Ints, d: Ints, share: Floats | None = None) -> Floats:
        """Objects that each pair is expected to have in common; `share` of each class of objects where given.

        In a layer that few use, the model has nothing but those few to go by, and finds that of course they use it.
        There the chance is that of the case's actors by how much they post, whichever is smaller.
        """
        known = self.model.expected(share)[self.model.actor_class[s], self.model.actor_class[d]]
        users = int((self.activity > 0).sum())
        if users > min(FEW_USERS, self.actors / 2):
            return known
        weight = np.ones(self.objects) if share is None else share[self.model.object_class]
        each = float((weight * self.degree.astype(np.float64) ** 2).sum())
        return np.minimum(known, self.presence[s] * self.presence[d] * each)

    def supports(self, window: int) -> bool:
        """Whether any two times here are known well enough for the window (microseconds)."""
        return len(self.uses.p) > 0 and bool((self.uses.p <= window).any())


@dataclass(slots=True)
class Edges:
    """Pairs of one layer and window that met more often than chance allows."""

    window: int
    s: Ints
    d: Ints
    weight: Ints
    """Objects in common within the window, no more than the different posts of either side."""
    expected: Floats
    surprise: Floats
    """log10 of one over the chance of the weight, under the configuration model."""
    q: Floats
    gap: Floats
    """Mean seconds between the two."""
    left_out: list[int]
    """Objects with too many pairs for this window."""


def edges(layer: Layer, window: int, uses: Uses | None = None) -> Edges:
    """Edges at `window` microseconds; `uses` are the layer's own unless another world's are given."""
    uses = layer.uses if uses is None else uses
    if (uses.p > window).any():
        uses = uses.take(uses.p <= window)
    many = np.flatnonzero(bound(uses, window, layer.objects) > MAX_OBJECT_PAIRS)
    if len(many):
        uses = uses.take(~np.isin(uses.o, many))
    found = meetings(uses, window)
    pair, pair_of = distinct(found.s * layer.actors + found.d)
    met, _ = distinct(found.o * len(pair) + pair_of)
    met_object, met_pair = met // max(len(pair), 1), met % max(len(pair), 1)
    enough = np.bincount(met_pair, minlength=len(pair)) >= LEAST
    rows = enough[pair_of]
    weight = np.full(len(pair), np.iinfo(np.int64).max)
    for column in (found.o, found.post_s, found.post_d):
        different, _ = distinct(column[rows] * len(pair) + pair_of[rows])
        weight = np.minimum(weight, np.bincount(different % max(len(pair), 1), minlength=len(pair)))
    kept = np.flatnonzero(enough & (weight >= LEAST))
    gap = np.bincount(pair_of, weights=found.gap, minlength=len(pair)) / np.maximum(np.bincount(pair_of), 1)
    s, d = pair[kept] // layer.actors, pair[kept] % layer.actors
    share = _window_share(layer, np.bincount(met_object, minlength=layer.objects))
    expected = layer.expected(s, d, share)
    surprise = bicm.surprise(weight[kept], expected)
    tests = layer.actors * (layer.actors - 1) / 2
    real = surprise >= bicm.significant(surprise, tests, _EDGE_SHARE)
    return Edges(
        window=window,
        s=s[real],
        d=d[real],
        weight=weight[kept][real],
        expected=expected[real],
        surprise=surprise[real],
        q=_q_values(surprise, tests)[real],
        gap=(gap[kept] / MICROSECONDS)[real],
        left_out=many.tolist(),
    )


def distinct(keys: Ints) -> tuple[Ints, Ints]:
    """The different keys, sorted, and which of them each key is."""
    values, inverse = np.unique(keys, return_inverse=True)
    return values, inverse.astype(np.int64)


def _window_share(layer: Layer, met: Ints) -> Floats:
    """Of two users of an object of each class, the share that met within the window."""
    possible = layer.degree * (layer.degree - 1) / 2
    by_class = layer.model.object_class
    count = len(layer.model.objects)
    return np.bincount(by_class, weights=met, minlength=count) / np.maximum(
        np.bincount(by_class, weights=possible, minlength=count), 1.0
    )


def _q_values(surprise: Floats, tests: float) -> Floats:
    order = np.argsort(-surprise, kind="stable")
    raw = np.minimum(10.0 ** -surprise[order] * tests / np.arange(1, len(order) + 1), 1.0)
    q = np.empty(len(order))
    q[order] = np.minimum.accumulate(raw[::-1])[::-1]
    return q


def groups(found: Edges, names: Sequence[str], seed: int, min_accounts: int) -> list[tuple[str, ...]]:
    """Groups of accounts (their names) tied by the edges."""
    if not len(found.s):
        return []
    frame = pl.DataFrame(
        {"source": [names[i] for i in found.s], "target": [names[i] for i in found.d], "weight": found.surprise}
    )
    return clusters.groups(frame, seed, min_accounts)
