"""Do accounts act together? Edges within a window, groups of them, and whether a group's meetings exceed chance.

The data themselves say how often the group would meet without acting together, in two ways, of which the larger counts:
the same uses at other moments of the same hours (detectors/groups/meetings.py), and how often the *other* users of the same
objects met. The first leaves audiences, waking hours and the fame of a link as they are, the second leaves what makes
everybody act at once: a goal, a verdict, an alert.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, expm1, log, log10, pi, sqrt
from typing import Final

import numpy as np
import polars as pl

from detectors.groups import bicm, clusters
from detectors.groups.actions import MICROSECONDS
from detectors.groups.bicm import Floats, Ints, Model
from detectors.groups.meetings import JITTER, Uses, bound, by_chance, jittered, meetings

# Of the pairs kept for grouping, at most this share is expected to be chance; groups are tested afterwards, so a few
# wrong ties cost nothing, and too few right ones cost members.
_EDGE_SHARE: Final = 0.05
# Pairs are judged from two common objects on, on two different posts of each side: once is nothing.
LEAST: Final = 2
# What outsiders did with an object weighs like this many of their pairs: two who met by chance prove no rush.
_PRIOR_PAIRS: Final = 4
# A viral object's pairs within a window beyond this are left out of that window, and it is named.
MAX_OBJECT_PAIRS: Final = 2_000_000
# Members of a group looked at for one object; more tell nothing new and cost their square.
_MOST_PER_OBJECT: Final = 400
# Audiences that follow one source, and people of one time zone, met up to 1.6 times as often as the two expectations
# say in worlds without coordination: cascades are steeper than ten windows at their beginning. Acting together makes 3
# to 5 of it; the jitter's width allows 5.3 at most.
MIN_RATIO: Final = 2.0
# And of the meetings that were possible beyond those expected, at least a fifth must have happened.
MIN_SHARE: Final = 0.2
# An object on which this share of a group met (and two at least) is an occasion of the group.
OCCASION_SHARE: Final = 0.15
# The level of both tests of an account's membership, one of them over all accounts of the case.
_MEMBER: Final = 0.05
_ROUNDS: Final = 5
FEW_USERS: Final = 500
"""Users of a layer up to which, if they are less than half of the case, all of them may be one operation."""
FEWEST: Final = 9
"""Worlds drawn at least: their spread tells the scale of the largest values to a quarter, so that what then lies a hundred
times below alpha lies below alpha."""
EULER: Final = 0.5772156649015329
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


@dataclass(frozen=True, slots=True)
class Together:
    """What a group's meetings at one window come to, summed over its objects.

    An object that m members used counts m - 1, shared among its pairs: one object that all used is no crowd of proofs.
    """

    layer: str
    window: int
    observed: float
    expected: float
    possible: float
    objects: int
    asked: Ints
    """Members and candidates."""
    own_observed: Floats
    own_expected: Floats
    own_possible: Floats
    own_objects: Ints
    """For each of `asked`: the same, and objects on which it met a member."""
    own_surprise: Floats
    """For each: log10 of one over the chance to have used so many of the occasions' objects."""

    @property
    def statistic(self) -> float:
        """Log-likelihood ratio of the observed share of meetings against the expected one (Kulldorff 1997)."""
        return float(_ratio(np.array([self.observed]), np.array([self.expected]), np.array([self.possible]))[0])

    @property
    def own_statistic(self) -> Floats:
        return _ratio(self.own_observed, self.own_expected, self.own_possible)


def _ratio(observed: Floats, expected: Floats, possible: Floats) -> Floats:
    o, c = observed, np.maximum(possible, 1e-12)
    e = np.clip(expected, 1e-9 * c, (1 - 1e-9) * c)
    o = np.clip(o, 0.0, c)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(o > 0, o * np.log(o / e), 0.0) + np.where(c - o > 0, (c - o) * np.log((c - o) / (c - e)), 0.0)
    return np.asarray(np.where(o > e, value, 0.0), dtype=np.float64)


def together(layer: Layer, window: int, members: Ints, left_out: list[int], uses: Uses) -> Together:
    """How the group `members` (actors) meets within `window` in the world `uses`.

    Accounts that met members over LEAST objects are candidates, whose own numbers count their meetings with members.
    What outsiders do is read from accounts that are neither, so that the part of an operation that is not found yet
    does not pass for the public.
    """
    others = _near(layer, window, members, left_out, uses)
    kind = np.zeros(layer.actors, dtype=np.int8)  # 0 outsider, 1 candidate, 2 member
    kind[others] = 1
    kind[members] = 2
    rows = (kind[uses.a] == 2) & (uses.p <= window)
    own = np.unique(uses.a[rows] * layer.objects + uses.o[rows])
    size = np.bincount(own % layer.objects, minlength=layer.objects)
    wanted = (size >= (1 if len(others) else 2)) & (size <= _MOST_PER_OBJECT)
    if left_out:
        wanted[left_out] = False
    here = uses.take(wanted[uses.o] & (uses.p <= window))
    asked = np.flatnonzero(kind)
    mine = here.take(kind[here.a] > 0)
    public = here.take(kind[here.a] == 0)
    o, s, d, met, chance = _pairs(layer, mine, window, kind)
    inside = (kind[s] == 2) & (kind[d] == 2)
    m = np.where(wanted, size, 0).astype(np.float64)
    pairs = np.maximum(m * (m - 1) / 2, 1.0)
    jitter = np.bincount(o[inside], weights=chance[inside], minlength=layer.objects) / pairs
    rate = np.minimum(np.maximum(jitter, _outside(layer, public, window, jitter)), 1.0)
    in_met = np.bincount(o[inside], weights=met[inside], minlength=layer.objects)
    shared = np.maximum(m - 1, 0.0)
    # Each account's own share: of the members that used an object too, those it met.
    position = np.zeros(layer.actors, dtype=np.int64)
    position[asked] = np.arange(len(asked))
    who, partner, what = np.r_[s, d], np.r_[d, s], np.r_[o, o]
    hit = np.r_[met, met] & (kind[partner] == 2)
    company = np.maximum(m[what] - (kind[who] == 2), 1.0)
    used = np.unique(mine.a * layer.objects + mine.o)
    user, object_ = used // layer.objects, used % layer.objects
    joined = m[object_] - (kind[user] == 2) >= 1
    user, object_ = position[user[joined]], object_[joined]
    count = len(asked)
    own_met, _ = distinct(what[hit] * count + position[who[hit]])
    met_object, met_account = own_met // max(count, 1), own_met % max(count, 1)
    by_member = np.bincount(met_object[kind[asked[met_account]] == 2], minlength=layer.objects)
    occasion = by_member >= max(LEAST, OCCASION_SHARE * len(members))
    # An object is as popular as the public and one account make it: a group's own uses must not make its objects common.
    users = np.unique(public.a * layer.objects + public.o) % layer.objects
    popularity = (np.bincount(users, minlength=layer.objects)[occasion] + 1).sum() / layer.degree.sum()
    attended = np.bincount(met_account[occasion[met_object]], minlength=count).astype(np.int64)
    return Together(
        layer=layer.name,
        window=window,
        observed=float((in_met / pairs * shared).sum()),
        expected=float((rate * shared).sum()),
        possible=float(shared.sum()),
        objects=int((in_met > 0).sum()),
        asked=asked,
        own_observed=np.bincount(position[who[hit]], weights=1 / company[hit], minlength=count).astype(np.float64),
        own_expected=np.bincount(user, weights=rate[object_], minlength=count).astype(np.float64),
        own_possible=np.bincount(user, minlength=count).astype(np.float64),
        own_objects=np.bincount(met_account, minlength=count).astype(np.int64),
        own_surprise=bicm.surprise(attended, layer.activity[asked] * popularity),
    )


def _pairs(layer: Layer, mine: Uses, window: int, kind: np.ndarray) -> tuple[Ints, Ints, Ints, np.ndarray, Floats]:
    """Pairs with a member in them, each once an object: object, s, d, whether they met, the chance that they would."""
    wide = meetings(mine, window + 2 * JITTER * window)
    counts = (kind[wide.s] == 2) | (kind[wide.d] == 2)
    pair, pair_of = distinct(wide.s[counts] * layer.actors + wide.d[counts])
    key, inverse = distinct(wide.o[counts] * max(len(pair), 1) + pair_of)
    precision = int(mine.p.max()) if len(mine.p) else 0
    gap = wide.gap[counts]
    chance = np.bincount(inverse, weights=by_chance(gap, window, precision), minlength=len(key))
    met = np.bincount(inverse, weights=gap <= window, minlength=len(key)) > 0
    o, named = key // max(len(pair), 1), pair[key % max(len(pair), 1)] if len(pair) else key
    return o, named // layer.actors, named % layer.actors, met, np.minimum(chance, 1.0)


def _outside(layer: Layer, public: Uses, window: int, jitter: Floats) -> Floats:
    """For each object, the share of its other users' pairs that met, drawn to `jitter` where there are few."""
    found = meetings(public, window)
    pair, pair_of = distinct(found.s * layer.actors + found.d)
    met, _ = distinct(found.o * max(len(pair), 1) + pair_of)
    met_pairs = np.bincount(met // max(len(pair), 1), minlength=layer.objects)
    users = np.unique(public.a * layer.objects + public.o)
    number = np.bincount(users % layer.objects, minlength=layer.objects).astype(np.float64)
    return np.asarray(
        (met_pairs + _PRIOR_PAIRS * jitter) / (number * (number - 1) / 2 + _PRIOR_PAIRS), dtype=np.float64
    )


def grown(layer: Layer, window: int, members: Ints, left_out: list[int], uses: Uses) -> Ints:
    """The group with everyone who acts together with it, without those who do not.

    Few pairs of a loose group reach the edges' significance; against the whole group even a member that took part in
    two fifths of what was done stands out.
    """
    for _ in range(_ROUNDS):
        judged = together(layer, window, members, left_out, uses)
        after = judged.asked[_belongs(judged, layer.actors)]
        if len(after) == len(members) and (after == members).all():
            break
        members = after
        if len(members) < 2:
            break
    return members


def _belongs(judged: Together, actors: int) -> np.ndarray:
    """Which of the accounts asked about are of the group: by both tests, one of them so sure that of all accounts of the
    case _MEMBER are expected to pass it by chance."""
    meets, attends = judged.own_statistic / log(10), judged.own_surprise
    sure = log10(actors / _MEMBER)
    return np.asarray(
        (np.minimum(meets, attends) >= -log10(_MEMBER))
        & (np.maximum(meets, attends) >= sure)
        & (judged.own_objects >= LEAST)
        & strong(judged.own_observed, judged.own_expected, judged.own_possible)
    )


def _near(layer: Layer, window: int, members: Ints, left_out: list[int], uses: Uses) -> Ints:
    """Accounts that met members over LEAST objects."""
    member = np.zeros(layer.actors, dtype=bool)
    member[members] = True
    wanted = np.zeros(layer.objects, dtype=bool)
    wanted[uses.o[member[uses.a]]] = True
    wanted[left_out] = False
    here = uses.take(wanted[uses.o] & (uses.p <= window))
    found = meetings(here, window)
    who = np.r_[found.s[member[found.d]], found.d[member[found.s]]]
    what = np.r_[found.o[member[found.d]], found.o[member[found.s]]]
    key, _ = distinct(who * layer.objects + what)
    often = np.flatnonzero(np.bincount(key // layer.objects, minlength=layer.actors) >= LEAST)
    return often[~member[often]]


def strong(observed: Floats, expected: Floats, possible: Floats) -> np.ndarray:
    """Whether so many meetings are more than audiences and habits make of themselves, however sure the number is."""
    return (observed >= MIN_RATIO * expected) & (observed - expected >= MIN_SHARE * (possible - expected))


def strongest(layer: Layer, window: int, names: Sequence[str], seed: int, min_accounts: int, world: Uses) -> float:
    """The largest statistic of any group in `world`, found and measured as in the data."""
    found = edges(layer, window, world)
    number = {name: i for i, name in enumerate(names)}
    largest = 0.0
    for group in groups(found, names, seed, min_accounts):
        members = np.array(sorted(number[name] for name in group))
        largest = max(largest, together(layer, window, members, found.left_out, world).statistic)
    return largest


def worlds(
    layers: Sequence[Layer], windows: Sequence[int], names: Sequence[str], seed: int, min_accounts: int
) -> Iterator[float]:
    """For each world without coordination, the largest statistic of any group, layer and window; endless."""
    draw = 0
    while True:
        largest = 0.0
        for window in windows:
            rng = np.random.default_rng([seed, draw, window])
            state = rng.bit_generator.state
            for layer in layers:
                if layer.supports(window):
                    rng.bit_generator.state = state  # a post moves once, whatever layers it acts on
                    world = jittered(layer.uses, window, layer.posts, rng)
                    largest = max(largest, strongest(layer, window, names, seed, min_accounts, world))
        yield largest
        draw += 1


@dataclass(slots=True)
class Calibration:
    """How large the statistic grows where nobody coordinates."""

    largest: list[float] = field(default_factory=list)
    """One value a world, in the order drawn."""

    def p(self, statistic: float) -> float:
        """The chance that any group of the case is as strong without coordination.

        Where worlds were as strong, their share (Davison and Hinkley 1997). Beyond them all, the Gumbel distribution
        fitted to their largest values (Abrams, Kulldorff and Kleinman 2010 for scan statistics), and never less than
        the likelihood ratio's own bound.
        """
        above = sum(value >= statistic for value in self.largest)
        if above or len(self.largest) < 2:
            return (above + 1) / (len(self.largest) + 1)
        scale = max(float(np.std(self.largest, ddof=1)) * sqrt(6) / pi, 1e-9)
        mode = float(np.mean(self.largest)) - EULER * scale
        tail = -expm1(-exp(min(-(statistic - mode) / scale, 700.0)))
        return min(1.0, max(tail, exp(-statistic)))


def calibrate(
    statistics: Sequence[float], draws: Iterator[float], most: int, alpha: float, step: Callable[[int], None]
) -> Calibration:
    """Draw until each of `statistics` is decided at `alpha`, or `most` worlds were drawn.

    Decided are those so many worlds reach that they cannot be significant any more, and, after FEWEST worlds, those
    a hundred times below alpha.
    """
    found = Calibration()
    allowed = int(alpha * (most + 1)) - 1  # worlds that may be as strong before the chance exceeds alpha
    open_ = list(statistics)
    while open_ and len(found.largest) < most:
        step(len(found.largest))
        found.largest.append(next(draws))
        lost = [own for own in open_ if sum(value >= own for value in found.largest) > allowed]
        sure = len(found.largest) >= FEWEST
        open_ = [own for own in open_ if own not in lost and not (sure and found.p(own) <= alpha / 100)]
    return found
