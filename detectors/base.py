"""What a detector is: one module that declares DETECTOR, reads records and returns links and findings; nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from records.finding import Finding
from records.store import Records

Rows = Mapping[str, list[dict[str, Any]]]
"""Contract table name to rows, for examples."""

# Columns of the tables a detection may return beside its findings. `source` and `target` are account uids
# ("platform:account_id"), posts are post uids ("platform:post_id"), times UTC microseconds, lags seconds.
OUTPUTS: Final[dict[str, dict[str, pl.DataType]]] = {
    # undirected co-action between two accounts, source < target in text order
    "links": {
        "source": pl.String(), "target": pl.String(), "layer": pl.String(), "window_seconds": pl.Int64(),
        "weight": pl.Int64(), "mean_time_delta": pl.Float64(), "expected": pl.Float64(), "z": pl.Float64(),
        "q": pl.Float64(),
    },
    # a post that copies an earlier one (the first of its family and burst, or the nearest before it)
    "copies": {
        "post": pl.String(), "original": pl.String(), "similarity": pl.Float64(), "lag_seconds": pl.Float64(),
        "credited": pl.Boolean(),
    },
    # posts of one text family
    "families": {
        "family": pl.String(), "post": pl.String(), "account": pl.String(), "created_at": pl.Datetime("us", "UTC"),
        "is_repost": pl.Boolean(), "similarity": pl.Float64(),
    },
    # objects left out of the pair test because too many share them, always listed
    "hubs": {
        "layer": pl.String(), "object": pl.String(), "accounts": pl.Int64(), "posts": pl.Int64(), "reason": pl.String(),
    },
    # named numbers of an account (dormant_days, woke_at as epoch seconds, ...), written to the graph as properties
    "signals": {"account": pl.String(), "name": pl.String(), "value": pl.Float64()},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number or word a user may set, with the reason for its default."""

    name: str
    default: int | float | str | bool | tuple[int, ...]
    unit: str
    reason: str


@dataclass(slots=True)
class Detection:
    """What one detector found in one pass."""

    findings: list[Finding] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    """Names and columns of OUTPUTS; a table not given is empty."""
    posts: dict[str, frozenset[str]] = field(default_factory=dict)
    """Finding id to the uids of all its posts, where the finding lists only the most telling."""
    notes: dict[str, Any] = field(default_factory=dict)
    """Counts a reader of the run should know (posts looked at, objects viral, texts too short)."""


Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0..1; may raise to cancel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A detector's declaration; every field is required, so an incomplete one does not import."""

    name: str
    version: str
    """Part of every finding's id: raise it when the same input may give another answer."""
    title: str
    question: str
    """The question it answers, as an investigator would ask it."""
    definition: str
    """One sentence: what counts."""
    parameters: tuple[Parameter, ...]
    false_positives: tuple[str, ...]
    """Benign behaviour that looks like this."""
    must_see: str
    """What a person must look at before believing it."""
    disarm: tuple[str, ...]
    """DISARM 1.6 technique ids."""
    hit: Rows
    """A small example in which it finds something."""
    miss: Rows
    """A small benign example in which it finds nothing."""
    detect: Callable[[Records, Mapping[str, Any], int, Progress], Detection]
    """(records, parameters, seed, progress) -> what was found. Pure: no clock, no store, no order of rows."""
    of_groups: (
        Callable[
            [Records, Mapping[str, Any], int, Progress, Sequence[Finding], Mapping[str, frozenset[str]]], Detection
        ]
        | None
    ) = None
    """For a detector that asks about groups others found: `detect` beside the run's findings so far and their posts by
    finding id. Such a detector runs after the others; alone, its `detect` finds groups by itself."""

    def defaults(self) -> dict[str, Any]:
        return {parameter.name: parameter.default for parameter in self.parameters}


def no_progress(what: str, share: float) -> None:
    """For callers who do not watch."""
