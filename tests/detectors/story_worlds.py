"""What the tests of the story detectors share: a world judged by one detector, and how well scores tell the planted."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import rankdata

import scenarios
from detectors import detectors
from detectors.base import Detection, no_progress
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

WORDS = [
    "harbour",
    "house",
    "rent",
    "tram",
    "bread",
    "clinic",
    "bridge",
    "school",
    "winter",
    "market",
    "ferry",
    "garden",
]
"""Twelve words to write different texts with."""


def judge(tables: Mapping[str, pl.DataFrame], *names: str, **parameters: Any) -> Detection:
    """What the detectors `names` say of these tables; `parameters` are the first one's."""
    which = [detectors()[name] for name in names]
    given = {one.name: one.defaults() for one in which}
    given[names[0]] |= parameters
    return run(in_memory(dict(tables)), which, given, 1, no_progress)


def judged(detector: str, name: str, seed: int, **dials: Any) -> tuple[scenarios.World, Detection]:
    world = scenarios.build(name, seed, **dials)
    return world, judge(world.tables, detector)


def only(found: Detection) -> Finding:
    (finding,) = found.findings
    return finding


def uid(platform: str, account: str) -> pl.Expr:
    return pl.format("{}:{}", platform, account)


def signal(found: Detection, name: str) -> dict[str, float]:
    """Account uid to the value of one signal."""
    return dict(found.tables["signals"].filter(pl.col("name") == name).select("account", "value").rows())


def auc(scores: Mapping[str, float], hit: Iterable[str], others: Iterable[str]) -> float:
    """The chance that one of `hit` has a higher score than one of `others`; who has no score has none, ties count half."""
    high, low = [scores.get(one, 0.0) for one in hit], [scores.get(one, 0.0) for one in others]
    assert high
    assert low
    ranks = rankdata(np.array(high + low))
    return float((ranks[: len(high)].sum() - len(high) * (len(high) + 1) / 2) / (len(high) * len(low)))


def without(tables: Mapping[str, pl.DataFrame], name: str) -> dict[str, pl.DataFrame]:
    return {**tables, name: tables[name].clear()}
