"""Makes small cases for graph tests: rows of contract tables and, where wanted, a run."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import neo4j
import polars as pl

from detectors.base import OUTPUTS
from evidence.case import Case
from evidence.load import load
from evidence.runs import Run, store
from records.chunk import Chunk
from records.finding import Finding
from records.tables import TABLES

HOW = {"format": "tables", "timezone": "UTC", "mapping": {}, "platform": None}
_digest = itertools.count(1)


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, second, tzinfo=UTC)


def add(case: Case, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Load rows as one batch a table."""
    for name, rows in tables.items():
        schema = {k: v for k, v in TABLES[name].polars_schema.items() if any(k in row for row in rows)}
        frame = pl.DataFrame(
            [{**row, "_source_line": line} for line, row in enumerate(rows, start=2)],
            schema={**schema, "_source_line": pl.Int64()},
        )
        with case.writing("load"):
            chunks = [Chunk(rows=frame.height, primary=name, frames={name: frame})]
            load(case, f"{name}.csv", f"{next(_digest):064x}", chunks, HOW, False, lambda rows: None)


def run(
    case: Case,
    findings: Sequence[Finding] = (),
    outputs: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    seed: int = 1,
) -> Run:
    """Store a run with these findings and rows of the tables in detectors.base.OUTPUTS."""
    tables = {
        name: pl.DataFrame([{**dict.fromkeys(OUTPUTS[name]), **row} for row in rows], schema=OUTPUTS[name])
        for name, rows in (outputs or {}).items()
    }
    detectors = {
        name: {"version": "1", "parameters": {}} for name in sorted({f.detector for f in findings}) or ["coaction"]
    }
    with case.writing("detect"):
        return store(case, list(findings), tables, detectors=detectors, seed=seed, notes={})


def finding(detector: str, members: str, posts: str, **given: Any) -> Finding:
    """A finding of X accounts and posts, each list as words."""
    return Finding(
        detector=detector,
        detector_version="1",
        title_code=f"{detector}.cluster",
        score=given.pop("score", 1.0),
        members=[
            {"platform": "x", "id": name, "kind": "account", "role": "amplifier", "score": 0.5, "action": "investigate"}
            for name in members.split()
        ],
        posts=[{"platform": "x", "post_id": name} for name in posts.split()],
        parameters={},
        evidence={},
        **given,
    )


Dump = tuple[list[str], list[str]]


def dump(driver: neo4j.Driver) -> Dump:
    """Every node and relationship of a graph with all their properties, as text in text order."""
    nodes = driver.execute_query("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties").records
    relationships = driver.execute_query(
        "MATCH (a)-[r]->(b) RETURN labels(a)[0] AS a, a.id AS start, type(r) AS type, labels(b)[0] AS b, b.id AS end,"
        " properties(r) AS properties"
    ).records
    return sorted(repr(_plain(record)) for record in nodes), sorted(repr(_plain(record)) for record in relationships)


def _plain(record: neo4j.Record) -> dict[str, Any]:
    return {**record.data(), "properties": sorted(record["properties"].items())}
