"""Groups of accounts that are tied to each other more than to the rest: Leiden communities, the same every time.

What comes out depends on the edges and the seed only: not on the order of rows, nor on the machine.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

import polars as pl

# Ten full cycles: on the graphs measured nothing moved after three.
_ITERATIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts found together, and the labels (layers) under which they were."""

    accounts: tuple[str, ...]
    """In text order."""
    labels: tuple[str, ...]
    """In the order of the groups that were joined, each once."""


def communities(edges: pl.DataFrame, seed: int, resolution: float = 1.0) -> dict[str, int]:
    """Account to community number, by Leiden on modularity. `edges` has source, target, weight > 0, each pair once.

    A connected part is divided only if it divides better than a random graph of its size and density would: modularity
    cuts even a single ring in two. Numbers run from 0 in the order of each community's first account in text order.
    """
    from graspologic_native import leiden

    ordered = edges.select("source", "target", pl.col("weight").cast(pl.Float64())).sort("source", "target").rows()
    neighbours: dict[str, set[str]] = defaultdict(set)
    for source, target, _ in ordered:
        neighbours[source].add(target)
        neighbours[target].add(source)
    part_of = {account: number for number, part in enumerate(_connected(neighbours)) for account in part}
    parts: dict[int, list[tuple[str, str, float]]] = defaultdict(list)
    for edge in ordered:
        parts[part_of[edge[0]]].append(edge)
    found: dict[str, tuple[int, int]] = dict.fromkeys(part_of, (0, 0))
    for number, part in parts.items():
        quality, division = leiden(part, seed=seed, resolution=resolution, iterations=_ITERATIONS)
        divided = quality > _random_modularity(len(division), len(part))
        found.update({account: (number, where if divided else 0) for account, where in division.items()})
    numbers: dict[tuple[int, int], int] = {}
    return {account: numbers.setdefault(found[account], len(numbers)) for account in sorted(found)}


def _random_modularity(nodes: int, edges: int) -> float:
    """What the best division of a random graph scores (Reichardt and Bornholdt 2006): 0.97 sqrt((1 - p) / (p n))."""
    density = 2 * edges / (nodes * (nodes - 1))
    return 0.97 * sqrt((1 - density) / (density * nodes))


def groups(edges: pl.DataFrame, seed: int, min_size: int = 4, min_ties: int = 2) -> list[tuple[str, ...]]:
    """Communities of at least `min_size` accounts, each tied to at least `min_ties` others of the same one.

    The second condition undoes chains: A met B, B met C and C met D does not make four accounts a group. Largest
    first, then by text; accounts in text order.
    """
    numbers = communities(edges, seed)
    neighbours: dict[str, set[str]] = defaultdict(set)
    for source, target in edges.select("source", "target").iter_rows():
        if numbers[source] == numbers[target]:
            neighbours[source].add(target)
            neighbours[target].add(source)
    loose = [account for account, others in neighbours.items() if len(others) < min_ties]
    while loose:
        account = loose.pop()
        for other in neighbours.pop(account, ()):
            neighbours[other].discard(account)
            if len(neighbours[other]) < min_ties:
                loose.append(other)
    return _large(_connected(neighbours), min_size)


def merged(found: Iterable[tuple[str, tuple[str, ...]]], overlap: float = 0.5) -> list[Group]:
    """Groups of several layers as one where they are the same accounts: layers of the same posts count once.

    Two are the same when more than `overlap` of the smaller is in the larger. `found` holds (label, accounts); larger
    groups take in smaller ones, until no two of what they then hold are the same.
    """
    groups: list[tuple[frozenset[str], tuple[str, ...]]] = [
        (frozenset(accounts), (label,)) for label, accounts in found
    ]
    while True:
        kept: list[tuple[frozenset[str], tuple[str, ...]]] = []
        for accounts, labels in sorted(groups, key=lambda group: (-len(group[0]), group[1], sorted(group[0]))):
            best = max(range(len(kept)), key=lambda place: len(kept[place][0] & accounts), default=None)
            if best is not None and len(kept[best][0] & accounts) > overlap * len(accounts):
                kept[best] = kept[best][0] | accounts, tuple(dict.fromkeys(kept[best][1] + labels))
            else:
                kept.append((accounts, labels))
        if len(kept) == len(groups):
            return [Group(tuple(sorted(accounts)), labels) for accounts, labels in kept]
        groups = kept


def _connected(neighbours: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """What is left of a community may be in pieces; each is a group of its own."""
    parts, seen = [], set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        part, ahead = {start}, [start]
        while ahead:
            fresh = neighbours[ahead.pop()] - part
            part |= fresh
            ahead.extend(fresh)
        seen |= part
        parts.append(tuple(sorted(part)))
    return parts


def _large(parts: list[tuple[str, ...]], min_size: int) -> list[tuple[str, ...]]:
    return sorted((part for part in parts if len(part) >= min_size), key=lambda part: (-len(part), part))
