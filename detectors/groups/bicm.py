"""The bipartite configuration model: how much any two accounts would share by chance, given how much everybody shares.

Of all random worlds in which every account uses as many objects, and every object is used by as many accounts, as in
the data, the one that assumes nothing else: each use is independent, with p_ua = x_u y_a / (1 + x_u y_a) (Saracco et al.
2015, 2017). Accounts of one degree share one x, objects of one degree one y, so everything is a table over classes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import pdtrc

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Degrees up to this have a class of their own; larger ones share a class with those within some 5 %, and count as
# their mean: at a thousand uses, fifty more or less change nothing that can be seen.
_OWN_CLASS: Final = 60
_WIDTH: Final = 1.05
# Cells likelier than this are drawn one by one; below it a draw with replacement hits a cell twice in less than 5 %.
_DENSE: Final = 0.05
_PART: Final = 20_000_000  # uses met by others' uses that are counted at once: some 500 MB
_ROUNDS: Final = 5_000
_EXACT: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model."""

    actor_class: Ints
    """Class of each actor."""
    object_class: Ints
    """Class of each object."""
    actors: Ints
    """Actors of each class."""
    objects: Ints
    """Objects of each class."""
    p: Floats
    """Probability of a use, classes of actors by classes of objects."""

    def expected(self, weight: Floats | None = None) -> Floats:
        """Objects that two actors are expected to have in common, by their classes; `weight` counts each class of
        objects by a factor, such as the share of common uses that fall within a window."""
        per_object = self.objects if weight is None else self.objects * weight
        return np.asarray((self.p * per_object) @ self.p.T, dtype=np.float64)

    def draw(self, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """One world of the model: actors and objects of its uses, each use once."""
        cells = np.argwhere(self.p > 0)
        sizes = self.actors[cells[:, 0]] * self.objects[cells[:, 1]]
        chances = self.p[cells[:, 0], cells[:, 1]]
        by_class_a, first_a = _members(self.actor_class, len(self.actors))
        by_class_o, first_o = _members(self.object_class, len(self.objects))
        thin = chances <= _DENSE
        counts = rng.binomial(sizes[thin], chances[thin])
        actor_cell = np.repeat(cells[thin, 0], counts)
        object_cell = np.repeat(cells[thin, 1], counts)
        actors = [by_class_a[first_a[actor_cell] + rng.integers(0, self.actors[actor_cell])]]
        objects = [by_class_o[first_o[object_cell] + rng.integers(0, self.objects[object_cell])]]
        for (a, o), size, chance in zip(cells[~thin], sizes[~thin], chances[~thin], strict=True):
            hit = np.flatnonzero(rng.random(int(size)) < chance)
            actors.append(by_class_a[first_a[a] + hit // self.objects[o]])
            objects.append(by_class_o[first_o[o] + hit % self.objects[o]])
        uses = np.unique(np.concatenate(actors) * len(self.object_class) + np.concatenate(objects))
        return uses // len(self.object_class), uses % len(self.object_class)


def fit(actors: Ints, objects: Ints, actor_count: int, object_count: int) -> Model:
    """The model of uses (actors[i] uses objects[i], each use once), numbers below the counts; both degrees kept."""
    actor_class, actor_degree, of_actors = _classes(np.bincount(actors, minlength=actor_count))
    object_class, object_degree, of_objects = _classes(np.bincount(objects, minlength=object_count))
    total = max(float(len(actors)), 1.0)
    x, y = actor_degree / np.sqrt(total), object_degree / np.sqrt(total)
    for _ in range(_ROUNDS):
        new_x = actor_degree / np.maximum((of_objects * y / (1 + np.outer(x, y))).sum(1), 1e-300)
        new_y = object_degree / np.maximum((of_actors * new_x / (1 + np.outer(y, new_x))).sum(1), 1e-300)
        moved = max(_moved(x, new_x), _moved(y, new_y))
        x, y = new_x, new_y
        if moved < _EXACT:
            break
    odds = np.outer(x, y)
    return Model(actor_class, object_class, of_actors, of_objects, odds / (1 + odds))


def shared(actors: Ints, objects: Ints, actor_count: int, object_count: int, least: int = 2) -> tuple[Ints, Ints, Ints]:
    """Pairs of actors with at least `least` objects in common: first, second (first < second), and how many."""
    uses = sparse.csr_matrix((np.ones(len(actors), dtype=np.int32), (actors, objects)), (actor_count, object_count))
    users = uses.T.tocsr()
    firsts, seconds, counts = [], [], []
    # Pairs a row of the product can have, summed, tell where to cut: the product of everything may not fit in memory.
    weight = np.asarray(uses @ np.diff(users.indptr).astype(np.int64)).ravel()
    bounds = np.searchsorted(np.cumsum(weight), np.arange(_PART, weight.sum() + _PART, _PART))
    begin = 0
    for end in [*bounds.tolist(), actor_count]:
        end = min(max(end + 1, begin), actor_count)
        common = (uses[begin:end] @ users).tocoo()
        first = common.row.astype(np.int64) + begin
        kept = (common.col > first) & (common.data >= least)
        firsts.append(first[kept])
        seconds.append(common.col[kept].astype(np.int64))
        counts.append(common.data[kept].astype(np.int64))
        begin = end
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(counts)


def surprise(count: Ints, expected: Floats) -> Floats:
    """log10 of one over the chance that a Poisson number of this mean is `count` or more, at most 300."""
    chance = pdtrc(np.maximum(count - 1, 0), expected)
    return np.asarray(np.where(count > 0, -np.log10(np.maximum(chance, 1e-300)), 0.0), dtype=np.float64)


def significant(surprises: Floats, tests: float, share: float) -> float:
    """The surprise from which on at most `share` of what is kept is expected to be chance, among `tests` tests
    (Benjamini and Hochberg 1995); infinity where nothing is."""
    if not len(surprises):
        return float("inf")
    ordered = np.sort(surprises)[::-1]
    needed = np.log10(tests / (share * np.arange(1, len(ordered) + 1)))
    passing = np.flatnonzero(ordered >= needed)
    return float(ordered[passing[-1]]) if len(passing) else float("inf")


def _classes(degrees: Ints) -> tuple[Ints, Floats, Ints]:
    """Class of each number, mean degree and size of each class."""
    large = np.floor(np.log(np.maximum(degrees, 1) / _OWN_CLASS) / np.log(_WIDTH)).astype(np.int64)
    keys = np.where(degrees <= _OWN_CLASS, degrees, _OWN_CLASS + 1 + large)
    _, classes, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    means = np.bincount(classes, weights=degrees) / sizes
    return classes.astype(np.int64), means.astype(np.float64), sizes.astype(np.int64)


def _members(classes: Ints, count: int) -> tuple[Ints, Ints]:
    """Numbers in the order of their classes, and where each class begins."""
    order = np.argsort(classes, kind="stable").astype(np.int64)
    first = np.concatenate([[0], np.cumsum(np.bincount(classes, minlength=count))[:-1]]).astype(np.int64)
    return order, first


def _moved(old: Floats, new: Floats) -> float:
    if not len(old):
        return 0.0
    return float(np.max(np.abs(new - old) / np.maximum(new, 1e-300)))
