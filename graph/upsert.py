"""Make a running graph say what the projection says: write what is new or changed, delete what is gone, leave the rest.

Every node and relationship carries the hash of its row (schema.MARK). What the graph holds is read back as keys and
hashes, compared in DuckDB, and only the difference travels. So an upsert that was killed is finished by the next one,
whatever it left. Nothing without the mark is ever deleted: in a team's database it belongs to somebody else.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import neo4j
import pyarrow as pa

from graph.indexes import ensure
from graph.project import Projection, Rows
from graph.schema import MARK, RELATIONSHIPS, Node, Relationship

Progress = Callable[[str, float], None]

ROWS: Final = 5_000
"""Relationships and nodes read back in one go."""
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
    steps = _Steps(progress, 2 + 2 * len(nodes) + len(relationships))
    changed = Change()
    with _Writers(driver) as writers:
        steps.next("comparing nodes")
        labels = [rows.kind for rows in nodes]
        kind = "head([label IN labels(n) WHERE label IN $kinds])"
        _read(driver, projection, "node", f"MATCH (n:{'|'.join(labels)})", kind, "n.id", labels)
        steps.next("comparing relationships")
        _read(driver, projection, "rel", f"MATCH ()-[n:{'|'.join(types)}]->()", "type(n)", "elementId(n)", types)
        # Relationships first: what still hangs on a node when its turn comes is somebody else's.
        for kind in types:
            gone = _gone(projection, kind, MARK, [rows for rows in relationships if rows.kind == kind])
            changed.relationships_deleted += writers.write(_DELETE_RELATIONSHIPS, gone)
        for rows in nodes:
            steps.next(f"writing {rows.name}")
            if rows.kind != "Case":
                changed.nodes_written += writers.write(_merge_node(rows), _new(projection, rows))
        for rows in relationships:
            steps.next(f"writing {rows.name}")
            changed.relationships_written += writers.write(_merge_relationship(rows), _new(projection, rows))
        for rows in nodes:
            steps.next(f"clearing {rows.name}")
            changed.nodes_deleted += writers.write(_delete_nodes(rows.kind), _gone(projection, rows.kind, "id", [rows]))
        # Last: from here on the graph says what it stands for.
        case = next(rows for rows in nodes if rows.kind == "Case")
        changed.nodes_written += writers.write(_merge_node(case), _records(projection, case.sql, case))
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

    def write(self, statement: str, batches: Iterable[list[dict[str, Any]]]) -> int:
        """Send each batch in a transaction; gives the number of rows once all are written."""
        count = 0
        pending: list[Future[None]] = []
        for batch in batches:
            count += len(batch)
            if len(pending) > SESSIONS:
                pending.pop(0).result()
            pending.append(self._pool.submit(self._send, statement, batch))
        for future in pending:
            future.result()
        return count

    def _send(self, statement: str, batch: list[dict[str, Any]]) -> None:
        with self._driver.session(**_QUIET) as session:
            session.execute_write(lambda transaction: transaction.run(statement, rows=batch).consume())


# Comparing ------------------------------------------------------------------------------------------------------------


def _read(
    driver: neo4j.Driver, projection: Projection, what: str, match: str, kind: str, key: str, kinds: list[str]
) -> None:
    """Fill table `have_WHAT` with kind, key and hash of what the graph holds of ours."""
    connection = projection.connection
    connection.execute(f"CREATE OR REPLACE TABLE have_{what} (kind VARCHAR, key VARCHAR, {MARK} BIGINT)")
    cypher = f"{match} WHERE n.{MARK} IS NOT NULL RETURN {kind} AS kind, {key} AS key, n.{MARK} AS row"
    with driver.session(default_access_mode=neo4j.READ_ACCESS, fetch_size=ROWS, **_QUIET) as session:
        records = iter(session.run(cypher, kinds=kinds))
        while part := list(islice(records, 20 * ROWS)):
            columns = {name: [item[name] for item in part] for name in ("kind", "key", "row")}
            connection.register("_given", pa.table(columns))
            connection.execute(f"INSERT INTO have_{what} SELECT * FROM _given")
            connection.unregister("_given")


def _gone(projection: Projection, kind: str, key: str, said: list[Rows]) -> Iterator[list[dict[str, Any]]]:
    """What the graph holds and the projection does not say: nodes by `id`; relationships by hash, since a changed one
    is another one."""
    table, held = ("have_node", "key") if key == "id" else ("have_rel", MARK)
    sql = f"SELECT key FROM {table} AS have WHERE kind = '{kind}'"
    if said:
        rows = " UNION ALL ".join(f"SELECT {key} AS said FROM ({item.sql})" for item in said)
        sql = (
            f"SELECT key FROM (FROM {table} WHERE kind = '{kind}') AS have ANTI JOIN ({rows}) AS rows ON said = {held}"
        )
    for batch in projection.batches(sql):
        yield batch.to_pylist()


def _new(projection: Projection, rows: Rows) -> Iterator[list[dict[str, Any]]]:
    """The rows the graph does not hold, as its statements take them."""
    table, same = ("have_node", " AND key = id") if isinstance(rows.declared, Node) else ("have_rel", "")
    have = f"(FROM {table} WHERE kind = '{rows.kind}') AS have"
    return _records(
        projection, f"SELECT * FROM ({rows.sql}) AS rows ANTI JOIN {have} ON have.{MARK} = rows.{MARK}{same}", rows
    )


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
