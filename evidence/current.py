"""From every row ever read to the current ones: the newest wins column by column, the earlier become history.

A batch keeps each row as it was read. Where two rows name the same entity, the current row takes each column from the
newest row that has it (newest by the table's own time, else by batch and line). Earlier accounts with a time of
observation go to `account_history`, earlier posts' counts to `metrics`; nothing is lost.
"""

import hashlib
from pathlib import Path
from typing import Any

from records.store import Records
from records.tables import TABLES, Table


def input_hash(seals: list[str]) -> str:
    """SHA-256 over the seals of all batches, in any order."""
    return hashlib.sha256("\n".join(sorted(seals)).encode()).hexdigest()


def has_repeats(ledgers: list[dict[str, Any]], table: str) -> bool:
    """Whether some entity of `table` stands in more than one row of the case."""
    return any(ledger["tables"].get(table, 0) != ledger["new"].get(table, 0) for ledger in ledgers)


def attach(connection: Records, files: dict[str, list[Path]], repeats: dict[str, bool], cache: Path) -> None:
    """Give `connection` one view for each table; tables with repeats are resolved once into `cache`.

    `cache` is a folder named by the input hash; it may be deleted at any time and is made again.
    """
    for name, table in TABLES.items():
        paths = ", ".join(_quoted(path) for path in files[name])
        connection.execute(f"CREATE VIEW raw_{name} AS SELECT * FROM read_parquet([{paths}])")
        if not repeats[name]:
            connection.execute(f"CREATE VIEW {name}_newest AS SELECT * FROM raw_{name}")
            continue
        resolved = cache / f"{name}.parquet"
        if not resolved.exists():
            cache.mkdir(parents=True, exist_ok=True)
            temporary = cache / f".{name}.{id(connection)}"
            connection.execute(f"COPY ({_newest(table)}) TO {_quoted(temporary)} (FORMAT parquet, COMPRESSION zstd)")
            temporary.replace(resolved)
        connection.execute(f"CREATE VIEW {name}_newest AS SELECT * FROM read_parquet({_quoted(resolved)})")
    for name in TABLES:
        earlier = {"account_history": _EARLIER_ACCOUNTS, "metrics": _EARLIER_POSTS}.get(name)
        source = {"account_history": "accounts", "metrics": "posts"}.get(name, "")
        extra = f" UNION ALL BY NAME {earlier}" if earlier and repeats[source] else ""
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {name}_newest{extra}")


def _newest(table: Table) -> str:
    """One row for each key: every column from the newest row in which it is known."""
    keys = ", ".join(f'"{column}"' for column in table.key)
    order = f"{table.newest_by} NULLS FIRST, " if table.newest_by else ""
    columns = [*table.names, "extra", "_source_sha256", "_source_line", "_batch"]
    picked = ", ".join(_picked(table, column) for column in columns)
    return f"""
        WITH ranked AS (
            SELECT *, row_number() OVER (PARTITION BY {keys} ORDER BY {order}_batch, _source_line) AS _rank,
                   count(*) OVER (PARTITION BY {keys}) AS _rows
            FROM raw_{table.name}
        )
        SELECT {", ".join(f'"{column}"' for column in columns)} FROM ranked WHERE _rows = 1
        UNION ALL
        SELECT {picked} FROM ranked WHERE _rows > 1 GROUP BY {keys}
    """


def _picked(table: Table, column: str) -> str:
    """The SQL for one column of rows that name the same entity."""
    if column in table.key:
        return f'"{column}"'
    if (table.name, column) == ("posts", "objects"):
        # Some exports write one row for each thing a post shares: all of them are the post's.
        return "list_sort(list_distinct(flatten(list(objects) FILTER (objects IS NOT NULL)))) AS objects"
    if table.name == "collections":
        # A later word on how something was gathered replaces the earlier one whole, with what it leaves open.
        return f'arg_max_null("{column}", _rank) AS "{column}"'
    return f'arg_max("{column}", _rank) AS "{column}"'


_EARLIER_ACCOUNTS = """
    SELECT DISTINCT ON (platform, account_id, observed_at)
           platform, account_id, observed_at, handle, display_name, description, location, language, followers,
           following, posts_count, extra, _source_sha256, _source_line, _batch
    FROM (SELECT *, max(observed_at) OVER (PARTITION BY platform, account_id) AS _newest FROM raw_accounts)
    WHERE observed_at < _newest
"""
_EARLIER_POSTS = """
    SELECT DISTINCT ON (platform, post_id, collected_at)
           platform, post_id AS entity_id, 'post' AS entity_kind, collected_at AS observed_at,
           coalesce(likes, 0) + coalesce(reposts, 0) + coalesce(replies, 0) AS interactions, views,
           epoch(collected_at - created_at) / 3600 AS age_hours, _source_sha256, _source_line, _batch
    FROM (SELECT *, max(collected_at) OVER (PARTITION BY platform, post_id) AS _newest FROM raw_posts)
    WHERE collected_at < _newest AND coalesce(likes, reposts, replies, views) IS NOT NULL
"""


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
