"""Groups of accounts that share more than chance gives, and whether they do so together: the two tests of `coaction`.

First: do they share too much? Every two accounts of a case are held against the configuration model, so that the
chance of even one wrong tie among all pairs is at most alpha; four accounts with two such ties each pass.
Second: do they act together? The group's meetings at each window against the data's own expectation, and against
worlds without coordination drawn from the data (detectors/groups/synchrony.py).
A group that passes the first only may be an audience.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log10
from typing import Any, Final

import numpy as np
import polars as pl

from detectors.base import OUTPUTS, Progress
from detectors.groups import bicm, clusters, synchrony, worlds
from detectors.groups import layers as of_layer
from detectors.groups.actions import MICROSECONDS
from detectors.groups.bicm import Ints
from detectors.groups.layers import Edges, Layer
from detectors.groups.synchrony import Together
from detectors.groups.worlds import Calibration

MIN_TIES: Final = 2
MIN_OCCASIONS: Final = 4
"""Objects on which a group must have met: in live news two accounts met on two or three by chance thousands of times."""
FAST: Final = "fast_repost"
"""Within seconds of the original by definition: it cannot be tested for acting at one moment, and its posts are those
of the layer `repost`. Its pairs are listed."""


@dataclass(slots=True)
class Group:
    """Accounts found together, with what the two tests say of them."""

    actors: Ints
    accounts: tuple[str, ...]
    layers: tuple[str, ...]
    """Layers in which it acts together, or shares too much; the strongest first."""
    together: list[Together] = field(default_factory=list)
    """At each window the layer in which it does so most; narrow windows first."""
    by_layer: dict[str, Together] = field(default_factory=dict)
    """For each layer the window at which it does so most."""
    shares: bool = False
    """The first test is passed."""
    shares_p: float = 1.0
    """The chance of a tie like the weakest that its core needs, anywhere in the case."""
    draws: Calibration | None = None
    """Worlds without coordination it was held against; None where it was not worth one."""
    alpha: float = 0.01

    def p(self, one: Together) -> float:
        """The chance that any group of the case meets so much without coordination."""
        return 1.0 if self.draws is None else max(self.draws.p(one.statistic), min(1.0, exp(-one.statistic)))

    def passed(self, one: Together) -> bool:
        return _stands_out(one) and self.draws is not None and self.p(one) <= self.alpha

    @property
    def acts_together(self) -> bool:
        return any(self.passed(one) for one in self.together)

    @property
    def widest(self) -> int:
        """The widest window (microseconds) at which it acts together; 0 where it does at none."""
        return max((one.window for one in self.together if self.passed(one)), default=0)


@dataclass(slots=True)
class Found:
    """What `find` makes of a case."""

    groups: list[Group]
    edges: dict[tuple[str, int], Edges]
    """Pairs by layer and window (microseconds); window 0 is any time."""
    notes: dict[str, Any]


def find(
    layers: Sequence[Layer],
    hubs: Mapping[str, np.ndarray],
    names: Sequence[str],
    parameters: Mapping[str, Any],
    seed: int,
    progress: Progress,
) -> Found:
    """Groups of all layers. `hubs` holds for each layer which objects too many use; `names` the actors' names, in
    order. Same data and seed: same groups."""
    windows = [int(window) * MICROSECONDS for window in sorted(parameters["windows"])]
    least, alpha = int(parameters["min_accounts"]), float(parameters["alpha"])
    number = {name: place for place, name in enumerate(names)}
    edges: dict[tuple[str, int], Edges] = {}
    cores: list[tuple[str, tuple[str, ...]]] = []
    audiences: list[tuple[str, tuple[str, ...]]] = []
    left_out: dict[str, int] = {}
    steps = [(layer, window) for layer in layers for window in [0, *windows]]
    for place, (layer, window) in enumerate(steps):
        progress(
            f"{layer.name} within {window // MICROSECONDS} s" if window else f"{layer.name}", 0.6 * place / len(steps)
        )
        if not window:
            found = at_any_time(layer, hubs[layer.name], alpha)
            if layer.name != FAST:
                audiences += [(layer.name, group) for group in of_layer.groups(found, names, seed, least)]
        elif layer.supports(window):
            found = of_layer.edges(layer, window)
            if layer.name != FAST:
                cores += [(layer.name, group) for group in of_layer.groups(found, names, seed, least)]
            if found.left_out:
                left_out[f"{layer.name} within {window // MICROSECONDS} s"] = len(found.left_out)
        else:
            continue
        edges[layer.name, window] = found
    tested = [layer for layer in layers if layer.name != FAST]
    acting = []
    for place, core in enumerate(joined := clusters.merged(cores)):
        progress("groups", 0.6 + 0.1 * place / len(joined))
        actors = _grown(np.array(sorted(number[name] for name in core.accounts)), tested, edges)
        if len(actors) >= least:
            acting.append((core.labels, tuple(names[actor] for actor in actors)))
    groups = []
    for merged in clusters.merged([(label, accounts) for labels, accounts in acting for label in labels]):
        actors = np.array(sorted(number[name] for name in merged.accounts))
        groups.append(_measured(actors, merged, tested, edges, windows))
    _calibrate(groups, tested, windows, names, parameters, seed, progress)
    taken = [set(group.accounts) for group in groups if group.acts_together]
    for merged in clusters.merged(audiences):
        if all(2 * len(own & set(merged.accounts)) <= min(len(own), len(merged.accounts)) for own in taken):
            actors = np.array(sorted(number[name] for name in merged.accounts))
            groups.append(_measured(actors, merged, tested, edges, windows))
    groups = [group for group in groups if group.acts_together or not group.draws]
    for group in groups:
        _share_test(group, edges, len(names), alpha)
    notes = {"objects_too_viral_for_a_window": left_out} if left_out else {}
    by_name = {layer.name: layer for layer in layers}
    kept = [
        group
        for group in groups
        if (group.acts_together or group.shares)
        and any(_occasions(by_name[name], group.actors) >= MIN_OCCASIONS for name in group.layers)
    ]
    return Found(kept, edges, notes)


def at_any_time(layer: Layer, hubs: np.ndarray, alpha: float) -> Edges:
    """Pairs that share more objects than chance gives, whenever they used them; none of them wrong at `alpha`.

    Objects that too many use are left out: what everybody uses links nobody, and its chance is the least certain.
    """
    actor, used = layer.shared // layer.objects, layer.shared % layer.objects
    kept = ~hubs[used]
    actor, used = actor[kept], used[kept]
    model = bicm.fit(actor, used, layer.actors, layer.objects)
    s, d, weight = bicm.shared(actor, used, layer.actors, layer.objects)
    expected = np.minimum(model.expected()[model.actor_class[s], model.actor_class[d]], layer.expected(s, d))
    surprise = bicm.surprise(weight, expected)
    tests = layer.actors * (layer.actors - 1) / 2
    real = surprise >= log10(max(tests, 1.0) / alpha)
    q = np.minimum(10.0 ** -surprise[real] * tests, 1.0)
    nothing = np.full(int(real.sum()), np.nan)
    return Edges(0, s[real], d[real], weight[real], expected[real], surprise[real], q, nothing, left_out=[])


def _grown(core: Ints, layers: Sequence[Layer], edges: Mapping[tuple[str, int], Edges]) -> Ints:
    """A core with all that act with it, in the layer and window in which the core acts together most."""
    best: tuple[float, Layer, Edges] | None = None
    for layer in layers:
        for window, found in _with_ties(core, layer.name, edges):
            measured = synchrony.together(layer, window, core, found.left_out, layer.uses)
            if best is None or measured.statistic > best[0]:
                best = measured.statistic, layer, found
    if best is None:
        return core[:0]
    return synchrony.grown(best[1], best[2].window, core, best[2].left_out, best[1].uses)


def _with_ties(actors: Ints, layer: str, edges: Mapping[tuple[str, int], Edges]) -> Iterator[tuple[int, Edges]]:
    """Windows of a layer at which the accounts have as many ties as a group of the smallest size needs."""
    for (name, window), found in edges.items():
        if name == layer and window and int((np.isin(found.s, actors) & np.isin(found.d, actors)).sum()) >= 4:
            yield window, found


def _measured(
    actors: Ints,
    merged: clusters.Group,
    layers: Sequence[Layer],
    edges: Mapping[tuple[str, int], Edges],
    windows: Sequence[int],
) -> Group:
    """The group at every window, in the layer in which it acts together most."""
    at: dict[int, list[Together]] = {window: [] for window in windows}
    by_layer: dict[str, Together] = {}
    for layer in layers:
        if layer.name not in merged.labels and _occasions(layer, actors) < MIN_OCCASIONS:
            continue
        for window in windows:
            if (layer.name, window) in edges:
                left_out = edges[layer.name, window].left_out
                one = synchrony.together(layer, window, actors, left_out, layer.uses)
                if one.possible == 0:
                    continue  # none of their times is known well enough
                at[window].append(one)
                if _stands_out(one) and (layer.name not in by_layer or one.statistic > by_layer[layer.name].statistic):
                    by_layer[layer.name] = one
    best = [max(ones, key=lambda one: (_stands_out(one), one.statistic, one.layer)) for ones in at.values() if ones]
    strength = {name: by_layer[name].statistic if name in by_layer else 0.0 for name in {*merged.labels, *by_layer}}
    order = tuple(sorted(strength, key=lambda name: (-strength[name], name)))
    return Group(actors, merged.accounts, order, together=best, by_layer=by_layer)


def _occasions(layer: Layer, actors: Ints) -> int:
    """Objects of a layer that two of the accounts used."""
    inside = np.isin(layer.shared // layer.objects, actors)
    return int((np.bincount(layer.shared[inside] % layer.objects) >= 2).sum())


def _stands_out(one: Together) -> bool:
    if one.objects < MIN_OCCASIONS:
        return False
    seen = np.array([one.observed]), np.array([one.expected]), np.array([one.possible])
    return bool(synchrony.strong(*seen)[0])


def _calibrate(
    groups: Sequence[Group],
    layers: Sequence[Layer],
    windows: Sequence[int],
    names: Sequence[str],
    parameters: Mapping[str, Any],
    seed: int,
    progress: Progress,
) -> None:
    """Give every group that stands out the same worlds without coordination to be held against."""
    alpha, most = float(parameters["alpha"]), int(parameters["draws"])
    asked = []
    for group in groups:
        group.alpha = alpha
        best = max((one.statistic for one in group.together if _stands_out(one)), default=0.0)
        if exp(-best) <= alpha:
            asked.append((group, best))
    if not asked:
        return
    drawn = worlds.worlds(layers, windows, names, seed, int(parameters["min_accounts"]))
    calibration = worlds.calibrate(
        [best for _, best in asked], drawn, most, alpha,
        lambda done: progress(f"worlds without coordination: {done}, at most {most}", 0.75 + 0.25 * done / most),
    )  # fmt: skip
    for group, _ in asked:
        group.draws = calibration


def _share_test(
    group: Group,
    edges: Mapping[tuple[str, int], Edges],
    actors: int,
    alpha: float,
) -> None:
    """The first test, in the layer and window (or at any time) where the group's core is tied most surely."""
    needed = log10(max(actors * (actors - 1) / 2, 1.0) / alpha)
    best = 0.0
    for found in edges.values():
        inside = np.isin(found.s, group.actors) & np.isin(found.d, group.actors) & (found.surprise >= needed)
        best = max(best, _core(found.s[inside], found.d[inside], found.surprise[inside]))
    group.shares = best > 0
    group.shares_p = min(1.0, actors * (actors - 1) / 2 * 10.0**-best) if best else 1.0


def _core(s: Ints, d: Ints, surprise: np.ndarray, least: int = 4) -> float:
    """The largest surprise that `least` accounts have in ties to two others of them; 0 where there is none.

    Ties are taken the surest first, until enough accounts hold together.
    """
    order = np.argsort(-surprise, kind="stable")
    low, high, best = 1, len(order), 0.0
    while low <= high:  # more ties never make a core smaller
        middle = (low + high) // 2
        kept = order[:middle]
        if _held(s[kept], d[kept], least):
            best, high = float(surprise[order[middle - 1]]), middle - 1
        else:
            low = middle + 1
    return best


def _held(s: Ints, d: Ints, least: int) -> bool:
    """Whether `least` accounts remain when those with fewer than two ties are taken away again and again."""
    while len(s):
        names, ends = np.unique(np.concatenate([s, d]), return_inverse=True)
        ties = np.bincount(ends)
        weak = ties < MIN_TIES
        if not weak.any():
            return len(names) >= least
        first, second = ends[: len(s)], ends[len(s) :]
        kept = ~(weak[first] | weak[second])
        s, d = s[kept], d[kept]
    return False


def links(found: Found, names: Sequence[str]) -> pl.DataFrame:
    """Every pair as the output table `links` has it; window_seconds is empty for pairs at any time."""
    name = pl.Series(names, dtype=pl.String())
    frames = []
    for (layer, window), one in sorted(found.edges.items()):
        spread = np.sqrt(np.maximum(one.expected, 1e-12))
        frames.append(
            pl.DataFrame(
                {
                    "source": name.gather(one.s),
                    "target": name.gather(one.d),
                    "layer": pl.Series([layer]).new_from_index(0, len(one.s)),
                    "window_seconds": pl.Series([window // MICROSECONDS or None], dtype=pl.Int64()).new_from_index(
                        0, len(one.s)
                    ),
                    "weight": one.weight,
                    "mean_time_delta": pl.Series(one.gap, dtype=pl.Float64()).fill_nan(None),
                    "expected": one.expected,
                    "z": (one.weight - one.expected) / spread,
                    "q": one.q,
                }
            ).select(OUTPUTS["links"].keys())
        )
    return pl.concat(frames) if frames else pl.DataFrame(schema=OUTPUTS["links"])
