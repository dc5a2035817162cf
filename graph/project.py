"""From a case to the rows of the graph: the same rows feed the bulk build and the upsert, so both give the same graph.

graph/projection.sql says what the rows are; here its tables are given to it, and its views are read in the types that
graph/schema.py declares. Nothing is kept in memory: DuckDB spills into the case's cache, rows leave in batches.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa

from detectors.base import OUTPUTS
from evidence.case import Case
from evidence.runs import Run, latest
from graph.schema import MARK, NODES, RELATIONSHIPS, VERSION, Node, Property, Relationship, Type
from records.finding import Finding
from records.urls import canonical_frame

SQL: Final = Path(__file__).with_name("projection.sql")

# The importer's buffer has to hold the biggest value, and nobody reads more in a browser; the case keeps the whole.
LONGEST_TEXT: Final = 1_000_000
ADDRESSES_AT_ONCE: Final = 200_000
"""Distinct addresses spelled in one go: some 100 MB of Python strings."""
ROWS_AT_ONCE: Final = 5_000
"""Rows of one Arrow batch, and of one transaction of the upsert."""

ARRAY_DELIMITER: Final = "\x1f"
"""Separates the values of a list in the import's files; taken out of the values, which are texts of people."""

# How a value becomes what Neo4j can hold: no NUL, no endless text, nothing empty, no NaN, no year 10000.
_FIT: Final[dict[Type, str]] = {
    "string": f"nullif(left(replace(CAST({{0}} AS VARCHAR), chr(0), '�'), {LONGEST_TEXT}), '')",
    "long": "CAST({0} AS BIGINT)",
    "double": "CASE WHEN isfinite(CAST({0} AS DOUBLE)) THEN CAST({0} AS DOUBLE) END",
    "boolean": "CAST({0} AS BOOLEAN)",
    "datetime": "CASE WHEN CAST({0} AS TIMESTAMPTZ) BETWEEN TIMESTAMPTZ '0001-01-02 00:00:00Z'"
    " AND TIMESTAMPTZ '9999-12-30 00:00:00Z' THEN CAST({0} AS TIMESTAMPTZ) END",
    "string[]": "nullif(list_transform(list_filter(CAST({0} AS VARCHAR[]), lambda x: x <> ''),"
    f" lambda x: left(replace(replace(x, chr(0), '�'), chr(31), ' '), {LONGEST_TEXT})), [])",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one label, or of one relationship type between two labels."""

    declared: Node | Relationship
    start_label: str
    """"" for nodes."""
    end_label: str
    columns: tuple[str, ...]
    """The keys: `id`, or `start` and `end`."""
    properties: tuple[Property, ...]
    """In the order of the columns, without keys and mark; an account has the run's signals among them."""
    sql: str
    """SELECT of the keys, the properties and the mark."""

    @property
    def kind(self) -> str:
        """The label or type."""
        return self.declared.label if isinstance(self.declared, Node) else self.declared.type

    @property
    def name(self) -> str:
        """Such as `Account` or `REPOSTS Post Account`."""
        return " ".join(filter(None, (self.kind, self.start_label, self.end_label)))


class Projection:
    """The rows of one case and its newest run (or of `run`); a context manager, since it holds a connection."""

    def __init__(self, case: Case, run: Run | None = None) -> None:
        self.run = run or latest(case)
        self.stands_for: dict[str, Any] = {
            "input_hash": case.input_hash(),
            "run": self.run.id if self.run else None,
            "schema": VERSION,
        }
        self.connection = case.records()
        self.signals: tuple[Property, ...] = ()
        self._give(case)
        self.connection.execute(SQL.read_text(encoding="utf-8"))

    def __enter__(self) -> "Projection":
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.close()

    def nodes(self) -> list[Rows]:
        """The rows of every label, in the order they are written."""
        return [self._node(node) for node in NODES]

    def relationships(self) -> Iterator[Rows]:
        """The rows of every type between every two labels that occur."""
        for declared in RELATIONSHIPS:
            yield from self._relationships(declared)

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a SELECT in Arrow batches of ROWS_AT_ONCE; times are UTC with a fixed offset."""
        cursor = self.connection.cursor()  # its own, so that the caller may go on asking while it reads
        cursor.execute("SET TimeZone = 'UTC'")
        yield from cursor.sql(sql).to_arrow_reader(ROWS_AT_ONCE)

    def _node(self, declared: Node) -> Rows:
        extra = self.signals if declared.label == "Account" else ()
        return self._rows(declared, f'"node {declared.label}"', "", "", ("id",), declared.properties + extra)

    def _relationships(self, declared: Relationship) -> Iterator[Rows]:
        kinship = declared.type not in self._views()
        source = f"(FROM kin WHERE type = '{declared.type}')" if kinship else f'"rel {declared.type}"'
        columns = self._columns(source)
        start = "start_label" if "start_label" in columns else f"'{declared.starts[0]}'"
        end = "end_label" if "end_label" in columns else f"'{declared.ends[0]}'"
        pairs = [(declared.starts[0], declared.ends[0])]
        if "start_label" in columns or "end_label" in columns:
            pairs = self.connection.execute(f"SELECT DISTINCT {start}, {end} FROM {source} ORDER BY ALL").fetchall()
        for start_label, end_label in pairs:
            # Two ends of one row may be unknown where ids were empty: such a row says nothing.
            kept = (
                f"(SELECT * FROM {source} WHERE {start} = '{start_label}' AND {end} = '{end_label}'"
                ' AND start IS NOT NULL AND "end" IS NOT NULL)'
            )
            yield self._rows(declared, kept, start_label, end_label, ("start", "end"), declared.properties)

    def _rows(
        self,
        declared: Node | Relationship,
        source: str,
        start_label: str,
        end_label: str,
        keys: tuple[str, ...],
        properties: tuple[Property, ...],
    ) -> Rows:
        there = self._columns(source)
        fitted = [
            f"{_FIT[item.type].format(_quoted(item.name) if item.name in there else 'NULL')} AS {_quoted(item.name)}"
            for item in properties
        ]
        picked = ", ".join([*map(_quoted, keys), *fitted])
        # DuckDB's hash has 64 bits without sign; Neo4j's integers have 63 and a sign.
        said = declared.label if isinstance(declared, Node) else f"{declared.type} {start_label} {end_label}"
        hashed = [f"'{said}'", *map(_quoted, keys), *(_quoted(item.name) for item in properties)]
        row = f"CAST(hash({', '.join(hashed)}) >> 1 AS BIGINT)"
        # Two rows that say exactly the same about the same two ends are one relationship.
        distinct = "DISTINCT " if isinstance(declared, Relationship) and properties else ""
        sql = f"SELECT *, {row} AS {MARK} FROM (SELECT {distinct}{picked} FROM {source})"
        return Rows(declared, start_label, end_label, keys, properties, sql)

    def _columns(self, source: str) -> set[str]:
        return {column[0] for column in self.connection.execute(f"SELECT * FROM {source} LIMIT 0").description}

    def _views(self) -> set[str]:
        found = self.connection.execute("SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'rel %'").fetchall()
        return {name.removeprefix("rel ") for (name,) in found}

    def _give(self, case: Case) -> None:
        """Everything projection.sql reads beside the contract's tables."""
        run = self.run
        findings = list({item.id: item for item in run.findings()}.values()) if run else []
        self._table("finding", [_finding_row(item) for item in findings], _FINDING)
        self._table(
            "member",
            [{"finding": item.id, **member} for item in findings for member in item.members],
            {"finding": _S, "platform": _S, "id": _S, "kind": _S, "role": _S, "score": _F, "action": _S},
        )
        self._table(
            "evidence",
            [{"finding": item.id, **post} for item in findings for post in item.posts],
            {"finding": _S, "platform": _S, "post_id": _S},
        )
        case_row = {"id": case.id, "name": case.meta.get("name"), **self.stands_for}
        self._table("this_case", [case_row], {"id": _S, "name": _S, "input_hash": _S, "run": _S, "schema": _I})
        self._table("this_run", [_run_row(run)] if run else [], _RUN)
        for table, name in (("link", "links"), ("copied", "copies"), ("_signal", "signals")):
            self._run_table(table, name)
        self.signals = self._pivot_signals()
        self._spell()

    def _table(self, name: str, rows: list[dict[str, Any]], schema: dict[str, pl.DataType]) -> None:
        self._register(name, pl.DataFrame(rows, schema=schema))

    def _register(self, name: str, frame: pl.DataFrame) -> None:
        self.connection.register("_given", frame.to_arrow())
        self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _given")
        self.connection.unregister("_given")

    def _run_table(self, table: str, name: str) -> None:
        """One of the run's tables, read from its file where it lies; a run need not have every table."""
        path = self.run.path / f"{name}.parquet" if self.run else None
        if path is not None and path.exists():
            quoted = str(path).replace("'", "''")
            self.connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{quoted}')")
        else:
            self._register(table, pl.DataFrame(schema=OUTPUTS[name]))

    def _pivot_signals(self) -> tuple[Property, ...]:
        """Table `signal`: one row an account, one column a signal; names ending in `_at` are times."""
        names = [row[0] for row in self.connection.execute("SELECT DISTINCT name FROM _signal ORDER BY 1").fetchall()]
        declared = {item.name for node in NODES if node.label == "Account" for item in node.properties}
        signals = tuple(
            Property(name, "datetime" if name.endswith("_at") else "double", "a signal of the run")
            for name in names
            if re.fullmatch(r"[a-z][a-z0-9_]*", name) and name not in declared
        )
        columns = []
        for item in signals:
            value = f"max(value) FILTER (WHERE name = '{item.name}' AND isfinite(value))"
            columns.append(f'{f"to_timestamp({value})" if item.type == "datetime" else value} AS "{item.name}"')
        picked = ", ".join(["account", *columns])
        self.connection.execute(f"CREATE TABLE signal AS SELECT {picked} FROM _signal GROUP BY account")
        return signals

    def _spell(self) -> None:
        """Table `spelling`: every address and domain of the records once, with its canonical form and its domain."""
        self.connection.execute("CREATE TABLE spelling (url VARCHAR, canonical VARCHAR, domain VARCHAR)")
        addresses = self.connection.cursor().sql("""
            SELECT DISTINCT url FROM (
                SELECT unnest(urls) AS url FROM posts
                UNION ALL SELECT domain FROM outlets
                UNION ALL SELECT subject_id FROM ownership WHERE subject_kind = 'domain'
                UNION ALL SELECT object_id FROM ownership WHERE object_kind = 'domain'
                UNION ALL SELECT indicator FROM campaigns WHERE indicator_kind IN ('url', 'domain')
            ) WHERE url <> ''
        """)
        for batch in addresses.to_arrow_reader(ADDRESSES_AT_ONCE):
            spelled = canonical_frame(pl.Series("url", batch.column(0)))
            self.connection.register("_given", spelled.to_arrow())
            self.connection.execute("INSERT INTO spelling SELECT * FROM _given")
            self.connection.unregister("_given")


_S: Final = pl.String()
_I: Final = pl.Int64()
_F: Final = pl.Float64()
_L: Final = pl.List(pl.String())
_FINDING: Final[dict[str, pl.DataType]] = {
    "id": _S, "detector": _S, "detector_version": _S, "title_code": _S, "outcome": _S, "meets_deceptive": pl.Boolean(),
    "unmet": _L, "reasons": _L, "likelihood": _S, "confidence": _S, "source_grade": _S, "score": _F, "members": _I,
    "posts": _I, "layers": _L, "signs": _L, "disarm": _L, "first_seen": _S, "last_seen": _S, "observed": _F,
    "expected": _F, "supersedes": _S,
}  # fmt: skip
_RUN: Final[dict[str, pl.DataType]] = {
    "id": _S, "number": _I, "created": _S, "input_hash": _S, "seed": _I, "detectors": _L,
}  # fmt: skip


def _finding_row(finding: Finding) -> dict[str, Any]:
    row = {name: getattr(finding, name) for name in _FINDING}
    return {**row, "members": len(finding.members), "posts": len(finding.posts)}


def _run_row(run: Run) -> dict[str, Any]:
    detectors = sorted(f"{name} {given['version']}" for name, given in run.meta["detectors"].items())
    return {**{name: run.meta.get(name) for name in _RUN}, "id": run.id, "detectors": detectors}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
