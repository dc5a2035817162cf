"""What a scenario makes: contract tables, and beside them what was planted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import orjson
import polars as pl

from records.tables import TABLES

Kind = Literal["parquet", "csv"]
TRUTH_SUFFIX: Final = ".truth.json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One planted operation."""

    name: str
    pattern: str
    """The detector or the story whose case it is."""
    members: Mapping[str, str]
    """Account uid ("platform:account_id") to role."""
    posts: frozenset[str]
    """Uids of the posts the members made for it; their ordinary posts are not in it."""
    families: Mapping[str, str] = field(default_factory=dict)
    """Post uid to the name of its text family."""
    steps: tuple[Mapping[str, Any], ...] = ()
    """Of a chain, origin first: story, post, account, at, copies, credited."""
    targets: frozenset[str] = frozenset()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """utc_offset in hours, places, objects and what else the pattern has."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is in a world."""

    operations: tuple[Operation, ...]
    benign: Mapping[str, frozenset[str]]
    """Name of a trap or of innocents to their account uids."""
    expected: Mapping[str, Any]
    """The reading a good detector may give: outcomes, and for traps the trap's name."""

    @property
    def members(self) -> frozenset[str]:
        """Members of all operations."""
        return frozenset(member for operation in self.operations for member in operation.members)

    @property
    def families(self) -> dict[str, str]:
        """Post uid to text family, of all operations."""
        return {post: family for operation in self.operations for post, family in operation.families.items()}


@dataclass(frozen=True, slots=True)
class World:
    """A made-up data set."""

    name: str
    seed: int
    dials: Mapping[str, Any]
    tables: dict[str, pl.DataFrame]
    """Every contract table by name, columns as stored, provenance null; rows in an order that says nothing."""
    truth: Truth


def write(world: World, folder: Path, kind: Kind = "parquet") -> list[Path]:
    """Files of the `tables` format in `folder`, one for each table that has rows, and the truth beside the folder as
    FOLDER.truth.json. Returns the tables' files, for `murmur load`.

    Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in world.tables.items():
        if frame.is_empty():
            continue
        path = folder / f"{name}.{kind}"
        plain = frame.select(TABLES[name].names)
        if kind == "parquet":
            plain.write_parquet(path)
        else:
            plain.select(_as_text(plain[column.name], column.kind) for column in TABLES[name].columns).write_csv(
                path, quote_style="non_numeric"
            )
        written.append(path)
    (folder.parent / f"{folder.name}{TRUTH_SUFFIX}").write_bytes(
        orjson.dumps(_plain(world), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    )
    return written


def _as_text(column: pl.Series, kind: str) -> pl.Series:
    if kind == "list":
        return pl.Series(
            column.name,
            [None if value is None else orjson.dumps(value.to_list()).decode() for value in column],
            dtype=pl.String(),
        )
    return column.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ") if kind == "time" else column


def _plain(world: World) -> dict[str, Any]:
    return {
        "name": world.name,
        "seed": world.seed,
        "dials": dict(world.dials),
        "expected": dict(world.truth.expected),
        "benign": {name: sorted(uids) for name, uids in world.truth.benign.items()},
        "operations": [
            {
                "name": one.name,
                "pattern": one.pattern,
                "members": dict(sorted(one.members.items())),
                "posts": sorted(one.posts),
                "families": dict(sorted(one.families.items())),
                "steps": [dict(step) for step in one.steps],
                "targets": sorted(one.targets),
                "extra": dict(one.extra),
            }
            for one in world.truth.operations
        ],
    }
