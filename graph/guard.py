"""Read-only questions: the server refuses writes, the plan is looked at before anything runs, and time ends it all.

A READ session alone is not enough: the server would still fetch from the network (LOAD CSV) and run built-in procedures
that clear caches or list settings. So every question is first run as EXPLAIN, which executes nothing, and its plan must
hold only operators that read the graph.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import neo4j
from neo4j import graph as values
from neo4j import spatial, time
from neo4j.exceptions import DriverError, Neo4jError

from graph.connect import sentence
from graph.errors import EngineError, RefusedError

# Built-ins that read the graph's shape or its full-text index and nothing of the server.
PROCEDURES: Final = frozenset(
    {
        "db.labels", "db.relationshiptypes", "db.propertykeys", "db.schema.visualization", "db.schema.nodetypeproperties",
        "db.schema.reltypeproperties", "db.index.fulltext.querynodes", "db.index.fulltext.queryrelationships",
    }
)  # fmt: skip
# Operators that do something else than read the graph; named by the part before any `@database` or `(`.
REFUSED_OPERATORS: Final = {
    "LoadCSV": "reading files or addresses is not allowed here; load the file into the case with `murmur load`",
    "TransactionForeach": "CALL ... IN TRANSACTIONS is not allowed here",
    "TransactionApply": "CALL ... IN TRANSACTIONS is not allowed here",
}
# A subquery that cannot be flattened (in a list comprehension, a CASE, a reduce) gets no operators of its own: EXPLAIN
# shows it only as text within the details of the operator around it, in the server's own spelling. Tried: without this a
# LOAD CSV or a procedure in there passes.
NESTED: Final = re.compile(r"\b(?:EXISTS|COUNT|COLLECT) \{.*(?:LOAD CSV|ResolvedCall|\bCALL [^({])", re.DOTALL)
DEFAULT_SECONDS: Final = 30.0
DEFAULT_ROWS: Final = 10_000
# A row may hold a list of any length, and the server does not count what it streams: some 100 MB here, then it is cut.
MOST_VALUES: Final = 2_000_000
# Rows the driver asks for at a time; its own 1,000 would all be in memory before the first is counted.
ROWS_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Result:
    """What a question answered: plain values, and whether there was more."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool
    """There were more rows than asked for, or more values in them than this program holds."""


def read(
    driver: neo4j.Driver,
    query: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    timeout_seconds: float = DEFAULT_SECONDS,
    max_rows: int = DEFAULT_ROWS,
) -> Result:
    """Run one reading query. Raises RefusedError for what may not run, EngineError for what the server ended."""
    given = dict(parameters or {})
    try:
        with driver.session(default_access_mode=neo4j.READ_ACCESS, fetch_size=ROWS_AT_ONCE) as session:
            check(session, query, given, timeout_seconds)
            with session.begin_transaction(timeout=timeout_seconds) as transaction:
                answer = transaction.run(query, given)
                columns = list(answer.keys())
                rows: list[list[Any]] = []
                held = 0
                for record in answer:
                    if len(rows) == max_rows or held > MOST_VALUES:
                        return Result(columns, rows, True)
                    rows.append([plain(value) for value in record.values()])
                    held += _size(rows[-1])
                return Result(columns, rows, False)
    except (Neo4jError, DriverError) as problem:
        raise EngineError(sentence(problem)) from problem


def check(session: neo4j.Session, query: str, parameters: Mapping[str, Any], timeout_seconds: float) -> None:
    """Refuse a query whose plan does anything but read the graph. Nothing of it is run.

    The server's own parser decides what the query is, so neither comments nor escapes hide anything. A query that
    brings an EXPLAIN or PROFILE of its own, or several statements, does not parse behind ours.
    """
    text = neo4j.Query(f"EXPLAIN {query}", timeout=timeout_seconds)
    try:
        summary = session.run(text, dict(parameters)).consume()
    except Neo4jError as problem:
        raise RefusedError(sentence(problem)) from problem
    if summary.plan is None:
        raise RefusedError("Only questions to the graph are allowed here, no commands to the server.")
    for operator in _operators(summary.plan):
        name = str(operator["operatorType"]).split("@")[0].split("(")[0].strip()
        if name in REFUSED_OPERATORS:
            raise RefusedError(f"The question was not run: {REFUSED_OPERATORS[name]}.")
        details = str(operator.get("args", {}).get("Details", ""))
        if NESTED.search(details):
            raise RefusedError(
                "The question was not run: LOAD CSV is not allowed here, and a CALL of a procedure only outside EXISTS, COUNT and"
                " COLLECT."
            )
        if name == "ProcedureCall" and _procedure(details) not in PROCEDURES:
            raise RefusedError(
                f"The question was not run: the procedure {_procedure(details)} is not among those that only read."
            )
        if name.startswith(("Show", "Terminate")):
            raise RefusedError("Only questions to the graph are allowed here, no commands to the server.")
    if summary.query_type != "r":
        raise RefusedError(
            "The graph is read-only here: it is made anew from the case, which keeps everything that was decided."
        )


def _size(value: Any) -> int:
    """How many single values a plain value holds."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _procedure(details: str) -> str:
    """The name in a plan's `db.labels() :: ...`, in small letters and without backticks."""
    return details.split("(")[0].replace("`", "").strip().lower()


def _operators(plan: Any) -> Iterator[Any]:
    yield plan
    for child in plan.get("children", []):
        yield from _operators(child)


def plain(value: Any) -> Any:
    """A value of the driver as JSON knows it: nodes and relationships as dicts, paths as lists, times as ISO text.

    NaN and the infinities, which JSON does not have, become None.
    """
    if isinstance(value, values.Node):
        return {"_labels": sorted(value.labels), **{key: plain(item) for key, item in sorted(value.items())}}
    if isinstance(value, values.Relationship):
        ends = {
            "_type": value.type,
            "_start": value.start_node.get("id") if value.start_node else None,
            "_end": value.end_node.get("id") if value.end_node else None,
        }
        return {**ends, **{key: plain(item) for key, item in sorted(value.items())}}
    if isinstance(value, values.Path):
        parts: list[Any] = [plain(value.start_node)]
        for relationship, node in zip(value.relationships, value.nodes[1:], strict=True):
            parts += [plain(relationship), plain(node)]
        return parts
    if isinstance(value, (time.DateTime, time.Date, time.Time)):
        return value.iso_format().replace("+00:00", "Z").replace(".000000000", "")
    if isinstance(value, time.Duration):
        return value.iso_format()
    if isinstance(value, spatial.Point):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
