"""Make a running graph say what the projection says: write what is new or changed, delete what is gone, leave the rest.

Every node and relationship carries the hash of its row (schema.MARK). What the graph holds is read back as keys and
hashes, compared in DuckDB, and only the difference travels. So an upsert that was killed is finished by the next one,
whatever it left. Nothing without the mark is ever deleted: in a team's database it belongs to somebody else.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import neo4j
import pyarrow as pa

from graph.indexes import ensure
from graph.project import Projection, Rows
from graph.schema import MARK, RELATIONSHIPS, Node, Relationship

Progress = Callable[[str, float], None]

ROWS: Final = 5_000
"""Relationships and nodes read back in one go."""
IN_A_PART: Final = 1_000_000
"""Hashes the server collects at once, some 40 MB of the 256 a transaction may take."""
LIST: Final = 50_000
"""Hashes in one record."""
BYTES: Final = 8_000_000
"""Of rows in one transaction at most (and ROWS_AT_ONCE rows): the server lets a transaction take 256 MB."""
_QUIET: Final[dict[str, Any]] = {"notifications_min_severity": "OFF"}
"""The server warns of every label and type a small case does not have."""
SESSIONS: Final = 2
"""Sessions at once: the server writes with one core while the other parses; more of them wait for locks."""

_UTC: Final = pa.timestamp("us", tz="+00:00")
"""A fixed offset, as the importer writes `Z`: the driver sends a named zone as another kind of value."""


@dataclass(slots=True)
class Change:
    """How many nodes and relationships an upsert wrote and deleted."""

    nodes_written: int = 0
    nodes_deleted: int = 0
    relationships_written: int = 0
    relationships_deleted: int = 0


def upsert(driver: neo4j.Driver, projection: Projection, progress: Progress, *, runs_only: bool = False) -> Change:
    """Bring the graph behind `driver` to the projection; `runs_only` where only the run differs from what it holds.

    While it works the case's node has no `input_hash`, so that nobody takes a half for the whole. Raises the driver's
    errors; whatever was written stays, and the next upsert goes on from there.
    """
    ensure(driver)  # before the first row: MERGE without its unique index would look through all nodes for each
    driver.execute_query("MATCH (c:Case) REMOVE c.input_hash")
    nodes = [rows for rows in projection.nodes() if rows.declared.of_run or not runs_only]
    types = [item.type for item in RELATIONSHIPS if item.of_run or not runs_only]
    relationships = [rows for rows in projection.relationships() if rows.kind in types]
    steps = _Steps(progress, 3 + len(nodes) + len(relationships))
    changed = Change()
    with _Writers(driver) as writers:
        labels = [rows.kind for rows in nodes]
        steps.next("comparing nodes")
        gone_nodes = _compare(driver, projection, f"(n:{'|'.join(labels)})", nodes)
        steps.next("comparing relationships")
        gone = _compare(driver, projection, f"()-[n:{'|'.join(types)}]->()", relationships)
        # Relationships first: what still hangs on a node when its turn comes is somebody else's.
        found = _find(driver, f"()-[n:{'|'.join(types)}]->()", "elementId(n)", gone)
        changed.relationships_deleted = writers.write(_DELETE_RELATIONSHIPS, found, 1)
        # Before they change, since a changed node is found by what it was.
        doomed = {
            label: list(_find(driver, f"(n:{label})", "n.id", gone_nodes)) if gone_nodes else [] for label in labels
        }
        for rows in nodes:
            steps.next(f"writing {rows.name}")
            if rows.kind != "Case":
                changed.nodes_written += writers.write(_merge_node(rows), _new(projection, rows), SESSIONS)
        for rows in relationships:
            steps.next(f"writing {rows.name}")
            # One session: two of them wait for each other at the nodes everybody links to.
            changed.relationships_written += writers.write(_merge_relationship(rows), _new(projection, rows), 1)
        steps.next("clearing")
        for rows in nodes:
            unsaid = _unsaid(projection, rows, doomed[rows.kind])
            changed.nodes_deleted += writers.write(_delete_nodes(rows.kind), unsaid, 1)
        # Last: from here on the graph says what it stands for.
        case = next(rows for rows in nodes if rows.kind == "Case")
        changed.nodes_written += writers.write(_merge_node(case), _records(projection, case.sql, case), 1)
    return changed


class _Steps:
    """Progress by steps of about the same length."""

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress, self._count, self._done = progress, count, 0

    def next(self, what: str) -> None:
        self._progress(what, self._done / self._count)
        self._done += 1


class _Writers:
    """A few sessions that write batches side by side, never more of them in memory than are being written."""

    def __init__(self, driver: neo4j.Driver) -> None:
        self._driver = driver
        self._pool = ThreadPoolExecutor(SESSIONS)

    def __enter__(self) -> "_Writers":
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def write(self, statement: str, batches: Iterable[list[dict[str, Any]]], sessions: int) -> int:
        """Send each batch in a transaction, so many at once; gives the number of rows once all are written."""
        count = 0
        pending: list[Future[None]] = []
        for batch in batches:
            count += len(batch)
            if len(pending) == sessions:
                pending.pop(0).result()
            pending.append(self._pool.submit(self._send, statement, batch))
        for future in pending:
            future.result()
        return count

    def _send(self, statement: str, batch: list[dict[str, Any]]) -> None:
        with self._driver.session(**_QUIET) as session:
            session.execute_write(lambda transaction: transaction.run(statement, rows=batch).consume())


# Comparing ------------------------------------------------------------------------------------------------------------


def _compare(driver: neo4j.Driver, projection: Projection, pattern: str, said: list[Rows]) -> list[int]:
    """Fill table `have` with the hashes of what the graph holds of ours; gives those the projection does not say.

    Hashes alone, and in lists: a list of ten thousand numbers travels fifty times faster than ten thousand records.
    """
    table = "have_nodes" if pattern.startswith("(n") else "have_relationships"
    connection = projection.connection
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({MARK} BIGINT)")
    ours = f"MATCH {pattern} WHERE n.{MARK} IS NOT NULL"
    with driver.session(default_access_mode=neo4j.READ_ACCESS, fetch_size=10, **_QUIET) as session:
        count = session.run(f"{ours} RETURN count(n) AS rows").single(strict=True)["rows"]
        # One list holds all of a part, so a part has to fit into a transaction's memory.
        parts = 1 + count // IN_A_PART
        for part in range(parts):
            packed = session.run(
                f"{ours} AND n.{MARK} % {parts} = {part} WITH collect(n.{MARK}) AS held"
                f" UNWIND range(0, size(held) - 1, {LIST}) AS i RETURN held[i..i + {LIST}] AS rows"
            )
            for record in packed:
                connection.register("_given", pa.table({"row": pa.array(record["rows"], pa.int64())}))
                connection.execute(f"INSERT INTO {table} SELECT * FROM _given")
                connection.unregister("_given")
    rows = " UNION ALL ".join(f"SELECT {MARK} FROM ({item.sql})" for item in said)
    anti = f"ANTI JOIN ({rows}) USING ({MARK})" if said else ""
    return [row[0] for row in connection.execute(f"SELECT {MARK} FROM {table} {anti}").fetchall()]


def _find(driver: neo4j.Driver, pattern: str, key: str, rows: list[int]) -> Iterator[list[dict[str, Any]]]:
    """The keys of what carries one of these hashes: one pass over the pattern for each hundred thousand of them."""
    for start in range(0, len(rows), 20 * ROWS):
        with driver.session(default_access_mode=neo4j.READ_ACCESS, fetch_size=ROWS, **_QUIET) as session:
            cypher = f"MATCH {pattern} WHERE n.{MARK} IN $rows RETURN {key} AS key"
            found = session.run(cypher, rows=rows[start : start + 20 * ROWS]).data()
        for first in range(0, len(found), ROWS):
            yield found[first : first + ROWS]


def _unsaid(projection: Projection, rows: Rows, doomed: list[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """Of the nodes that are not as they were, those whose id is not said any more."""
    for batch in doomed:
        keys = pa.table({"key": [item["key"] for item in batch]})
        projection.connection.register("_given", keys)
        gone = projection.connection.execute(
            f"SELECT key FROM _given ANTI JOIN (SELECT id FROM ({rows.sql})) ON id = key"
        ).fetchall()
        projection.connection.unregister("_given")
        yield [{"key": key} for (key,) in gone]


def _new(projection: Projection, rows: Rows) -> Iterator[list[dict[str, Any]]]:
    """The rows the graph does not hold, as its statements take them."""
    table = "have_nodes" if isinstance(rows.declared, Node) else "have_relationships"
    return _records(projection, f"SELECT * FROM ({rows.sql}) ANTI JOIN {table} USING ({MARK})", rows)


def _records(projection: Projection, sql: str, rows: Rows) -> Iterator[list[dict[str, Any]]]:
    for batch in projection.batches(sql):
        columns = [column.cast(_UTC) if pa.types.is_timestamp(column.type) else column for column in batch.columns]
        fixed = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
        step = max(1, fixed.num_rows * BYTES // max(fixed.nbytes, BYTES))
        for start in range(0, fixed.num_rows, step):
            records = fixed.slice(start, step).to_pylist()
            if isinstance(rows.declared, Relationship):
                records = [{"start": item.pop("start"), "end": item.pop("end"), "properties": item} for item in records]
            yield records


# Statements -----------------------------------------------------------------------------------------------------------


def _merge_node(rows: Rows) -> str:
    # A node of another hand under our id becomes ours: there is one account x:123. `=`: signals of an older run go.
    return f"UNWIND $rows AS row MERGE (n:{rows.kind} {{id: row.id}}) SET n = row"


def _merge_relationship(rows: Rows) -> str:
    # MERGE, not CREATE: a transaction may be sent again when only its answer was lost.
    return (
        f"UNWIND $rows AS row MATCH (a:{rows.start_label} {{id: row.start}}) MATCH (b:{rows.end_label} {{id: row.end}})"
        f" MERGE (a)-[r:{rows.kind} {{{MARK}: row.properties.{MARK}}}]->(b) SET r = row.properties"
    )


_DELETE_RELATIONSHIPS: Final = "UNWIND $rows AS row MATCH ()-[r]->() WHERE elementId(r) = row.key DELETE r"


def _delete_nodes(label: str) -> str:
    # One that somebody else's relationship still hangs on stays, without our mark.
    return (
        f"UNWIND $rows AS row MATCH (n:{label} {{id: row.key}}) WHERE n.{MARK} IS NOT NULL"
        f" FOREACH (gone IN CASE WHEN EXISTS {{ (n)--() }} THEN [] ELSE [n] END | DELETE gone)"
        f" FOREACH (kept IN CASE WHEN EXISTS {{ (n)--() }} THEN [n] ELSE [] END | REMOVE kept.{MARK})"
    )
