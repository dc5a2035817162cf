"""Where each node of a network stands: groups beside each other, members inside their group; the same every time.

Coordinates are vis-network units (about a pixel at scale 1). One spring layout over everything makes a knot of a
coordinated cluster, in which nobody sees who belongs to whom: so groups are laid out first and members inside them.
"""

import math
from typing import Final

import networkit as nk
import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Shape (n, 2)."""
Pair = tuple[int, int, float]
"""Two node indices and a weight."""

SEED: Final = 11
SPACING: Final = 44.0
"""Mean distance of neighbours: two nodes of ordinary size and a gap in which an edge can be seen."""
MARGIN: Final = 70.0
"""Between groups: room for two hull outlines and a line of text."""
SPRING_LIMIT: Final = 1200
"""Above this many nodes in one group a spring layout takes seconds; PivotMDS gives the start and few steps refine."""
CENTRE_LIMIT: Final = 40
"""Groups laid out by their ties; smaller ones follow in rows beneath."""
ASPECT: Final = 1.5
"""Width over height of the place a network is usually drawn in."""
HULL_PAD: Final = 26.0
"""Outlines keep this distance from the middle of their nodes: the largest radius and a little air."""
FAR: Final = 1e12
"""A node's distance to itself where the nearest other is asked for."""


def positions(groups: list[int], edges: list[Pair]) -> Points:
    """One point a node; `groups[i]` is the group of node i (0 is the largest), `edges` index into `groups`."""
    members = [np.flatnonzero(np.asarray(groups) == group) for group in range(max(groups, default=-1) + 1)]
    place = np.empty(len(groups), dtype=np.int64)
    for indices in members:
        place[indices] = np.arange(len(indices))
    inner: list[list[Pair]] = [[] for _ in members]
    outer: dict[tuple[int, int], float] = {}
    for source, target, weight in edges:
        one, two = groups[source], groups[target]
        if one == two:
            inner[one].append((int(place[source]), int(place[target]), weight))
        else:
            key = (min(one, two), max(one, two))
            outer[key] = outer.get(key, 0.0) + weight
    discs = [_inside(len(indices), inner[group]) for group, indices in enumerate(members)]
    centres = _centres([_radius(disc) for disc in discs], outer)
    points = np.zeros((len(groups), 2))
    for indices, disc, centre in zip(members, discs, centres, strict=True):
        points[indices] = disc + centre
    return points


def outline(points: Points) -> list[tuple[float, float]]:
    """A convex outline HULL_PAD outside of `points`, with round corners."""
    angles = np.linspace(0.0, 2 * math.pi, 16, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * HULL_PAD
    corners = np.array(hull(points))  # only they can lie on the outline
    return hull((corners[:, None, :] + ring[None, :, :]).reshape(-1, 2))


def hull(points: Points) -> list[tuple[float, float]]:
    """The convex hull of `points`, counter-clockwise, without points on its sides; fewer than 3 come back sorted."""
    unique = sorted({(float(x), float(y)) for x, y in points})
    if len(unique) < 3:
        return unique

    def half(order: list[tuple[float, float]]) -> list[tuple[float, float]]:
        line: list[tuple[float, float]] = []
        for x, y in order:
            while len(line) > 1:
                (ax, ay), (bx, by) = line[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                line.pop()
            line.append((x, y))
        return line[:-1]

    return half(unique) + half(unique[::-1])


def _inside(count: int, edges: list[Pair]) -> Points:
    """Members of one group around (0, 0)."""
    if count == 1:
        return np.zeros((1, 2))
    if count == 2:
        return np.array([[-SPACING / 2, 0.0], [SPACING / 2, 0.0]])
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(count))
    # Logarithm: a pair with 500 shared posts must not swallow the one with 2.
    graph.add_edges_from([(a, b, 1.0 + math.log1p(max(weight, 0.0))) for a, b, weight in edges])
    start, steps = (_pivots(count, edges), 12) if count > SPRING_LIMIT else (None, 120)
    found = rx.spring_layout(
        graph, pos=start, k=1.6 / math.sqrt(count), num_iter=steps, weight_fn=lambda weight: weight, seed=SEED
    )
    points = np.array([found[index] for index in range(count)], dtype=np.float64)
    points -= points.mean(axis=0)
    extent = float(np.quantile(np.hypot(points[:, 0], points[:, 1]), 0.9)) or 1.0
    points *= SPACING * 0.62 * math.sqrt(count) / extent
    # A far outlier would make a hull of empty space: distances beyond the edge of the disc are compressed.
    radius = SPACING * 0.75 * math.sqrt(count)
    distance = np.hypot(points[:, 0], points[:, 1])
    points *= np.where(distance > radius, (radius + (distance - radius) * 0.15) / np.maximum(distance, 1e-9), 1)[
        :, None
    ]
    return _apart(points) if count <= SPRING_LIMIT else points


def _pivots(count: int, edges: list[Pair]) -> dict[int, tuple[float, float]]:
    """PivotMDS coordinates; pieces without a tie between them are joined to one helper node, which is left out."""
    nk.engineering.setSeed(SEED, False)
    graph = nk.Graph(count)
    for a, b, _ in edges:
        graph.addEdge(a, b)
    parts = nk.components.ConnectedComponents(graph)
    parts.run()
    pieces = parts.getComponents()
    if len(pieces) > 1:
        helper = graph.addNode()
        for piece in pieces:
            graph.addEdge(helper, min(piece))
    layout = nk.viz.PivotMDS(graph, 2, 30)
    layout.run()
    points = np.array(layout.getCoordinates()[:count], dtype=np.float64)
    points -= points.mean(axis=0)
    points /= float(np.abs(points).max()) or 1.0
    # Nodes with the same distances to every pivot fall on one point, where a spring has no direction to push.
    points += np.random.default_rng(SEED).normal(0.0, 0.03, points.shape)
    return {index: (float(x), float(y)) for index, (x, y) in enumerate(points)}


def _apart(points: Points, least: float = SPACING * 0.72, rounds: int = 30) -> Points:
    """Push nodes closer than `least` away from each other."""
    x, y = points[:, 0].copy(), points[:, 1].copy()
    for _ in range(rounds):
        across, down = x[:, None] - x, y[:, None] - y
        squared = across * across + down * down
        np.fill_diagonal(squared, FAR)
        one, other = np.nonzero(squared < least * least)
        if not len(one):
            break
        distance = np.sqrt(squared[one, other])
        push = (least - distance) / np.maximum(distance, 0.5) * 0.35
        x += np.bincount(one, push * across[one, other], len(x))
        y += np.bincount(one, push * down[one, other], len(y))
    return np.column_stack([x, y])


def _radius(disc: Points) -> float:
    return float(np.hypot(disc[:, 0], disc[:, 1]).max()) + SPACING / 2


def _centres(radii: list[float], ties: dict[tuple[int, int], float]) -> list[Points]:
    """The middle of each group: the first CENTRE_LIMIT by their ties, the others in rows beneath, none overlapping."""
    count = min(len(radii), CENTRE_LIMIT)
    # Isolated accounts and pairs in the middle would hide the pattern; they go to the rows.
    while count > 1 and radii[count - 1] <= SPACING * 1.1:
        count -= 1
    if not count:
        return []
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(count))
    graph.add_edges_from([(a, b, 1.0 + math.log1p(weight)) for (a, b), weight in sorted(ties.items()) if b < count])
    found = rx.spring_layout(graph, num_iter=200, weight_fn=lambda weight: weight, seed=SEED)
    size = np.array(radii[:count])
    points = _lying(np.array([found[index] for index in range(count)])) * float(size.sum())
    need = size[:, None] + size[None, :] + MARGIN
    for _ in range(400):
        points *= (0.99, 0.97)  # drawn together, more in height than in width
        gap = points[:, None, :] - points[None, :, :]
        distance = np.hypot(gap[..., 0], gap[..., 1])
        np.fill_diagonal(distance, FAR)
        push = np.where(distance < need, (need - distance) / np.maximum(distance, 1.0) * 0.5, 0.0)
        points = points + np.einsum("ij,ijk->ik", push, gap) * 0.5
    points *= _stretch(points, need)
    return [*points, *_rows(radii[count:], points, size)]


def _lying(points: Points) -> Points:
    """`points` turned so that their longest extent lies flat, as screens do."""
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    # The sign of an axis is the library's whim; the largest part of each points one way on every machine.
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    turned: Points = centred @ (axes * np.where(signs == 0, 1, signs)[:, None]).T
    return turned if turned.shape[1] == 2 else centred


def _stretch(points: Points, need: Points) -> float:
    """By how much all distances must grow so that no two groups overlap."""
    gap = points[:, None, :] - points[None, :, :]
    distance = np.hypot(gap[..., 0], gap[..., 1])
    np.fill_diagonal(distance, FAR)
    return max(1.0, float((need / np.maximum(distance, 1.0)).max()))


def _rows(radii: list[float], points: Points, size: Points) -> list[Points]:
    """Middles of the small groups, in rows under the large ones."""
    left, right = float((points[:, 0] - size).min()), float((points[:, 0] + size).max())
    below = float((points[:, 1] + size).max()) + MARGIN
    wanted = math.sqrt(ASPECT * sum((2 * radius + SPACING) ** 2 for radius in radii))
    middle, width = (left + right) / 2, max(right - left, wanted)
    found: list[Points] = []
    x, y, height = 0.0, below, 0.0
    for radius in radii:
        if x and x + 2 * radius > width:
            x, y, height = 0.0, y + height + SPACING * 0.6, 0.0
        height = max(height, 2 * radius)
        found.append(np.array([middle - width / 2 + x + radius, y + radius]))
        x += 2 * radius + SPACING * 0.6
    return found
