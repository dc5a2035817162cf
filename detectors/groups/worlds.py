"""How large a group's statistic grows where nobody coordinates: worlds of jittered posts, and what they calibrate."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, expm1, pi, sqrt
from typing import Final

import numpy as np

from detectors.groups.layers import Layer, edges, groups
from detectors.groups.meetings import Uses, jittered
from detectors.groups.synchrony import together

FEWEST: Final = 9
"""Worlds drawn at least: their spread tells the scale of the largest values to a quarter, so that what then lies a hundred
times below alpha lies below alpha."""
EULER: Final = 0.5772156649015329


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
