"""Contract tables as views of one DuckDB connection: what detectors read, wherever the rows come from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from records.tables import TABLES, conform, empty

Records = duckdb.DuckDBPyConnection
"""A connection in which every contract table is a view or table of that name; detectors only SELECT from it."""

DERIVED: Final = {
    "languages": "platform VARCHAR, post_id VARCHAR, language VARCHAR, confidence DOUBLE, source VARCHAR",
    "places": "location VARCHAR, country VARCHAR, region VARCHAR, city VARCHAR, latitude DOUBLE, longitude DOUBLE,"
    " kind VARCHAR, ambiguous BOOLEAN, source VARCHAR",
    "media_posts": "platform VARCHAR, post_id VARCHAR, media_hash VARCHAR, quality BIGINT, path VARCHAR, matched_by VARCHAR",
}
"""Tables worked out from the records (evidence/derive.py), beside the contract's; empty where that was not done."""


def connect(memory_mb: int = 1024, temp: str | None = None, threads: int = 2) -> Records:
    """A new in-memory connection in UTC that spills to `temp` above `memory_mb`."""
    config: dict[str, Any] = {
        "memory_limit": f"{memory_mb}MB",
        "threads": threads,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if temp is not None:
        # DuckDB makes the folder itself when it first spills, but not the folders above it.
        Path(temp).mkdir(parents=True, exist_ok=True)
        config["temp_directory"] = temp
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def in_memory(tables: Mapping[str, pl.DataFrame | list[dict[str, Any]]]) -> Records:
    """Records made of frames or of rows, those of DERIVED too; tables not named are empty. For tests and examples."""
    connection = connect()
    for name in TABLES:
        given = tables.get(name, [])
        if isinstance(given, pl.DataFrame):
            frame = given
        else:
            schema = {k: v for k, v in TABLES[name].polars_schema.items() if any(k in row for row in given)}
            frame = pl.DataFrame(given, schema=schema) if given else empty(name)
        connection.register(f"_{name}", conform(name, frame).to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _{name}")
        connection.unregister(f"_{name}")
    for name, columns in DERIVED.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        given = tables.get(name, [])
        frame = given if isinstance(given, pl.DataFrame) else pl.DataFrame(given)
        if frame.height:
            connection.register(f"_{name}", frame.to_arrow())
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM _{name}")
            connection.unregister(f"_{name}")
    return connection


def query(records: Records, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> pl.DataFrame:
    """The rows of one SELECT as a Polars frame; values only as `parameters`, never inside `sql`."""
    frame = pl.from_arrow(records.sql(sql, params=parameters or None).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame
