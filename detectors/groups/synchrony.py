"""Do accounts act together? Edges within a window, groups of them, and whether a group's meetings exceed chance.

The data themselves say how often the group would meet without acting together, in two ways, of which the larger counts:
the same uses at other moments of the same hours (detectors/groups/meetings.py), and how often the *other* users of the same
objects met. The first leaves audiences, waking hours and the fame of a link as they are, the second leaves what makes
everybody act at once: a goal, a verdict, an alert.
"""

from dataclasses import dataclass
from math import log, log10
from typing import Final

import numpy as np

from detectors.groups import bicm
from detectors.groups.bicm import Floats, Ints
from detectors.groups.layers import LEAST, Layer, distinct
from detectors.groups.meetings import JITTER, Uses, by_chance, meetings

# What outsiders did with an object weighs like this many of their pairs: two who met by chance prove no rush.
_PRIOR_PAIRS: Final = 4
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
