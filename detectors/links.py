"""Accounts that share the same object within a window of each other: edges, without keeping the pairs.

The work is the SQL in `sql/links_*.sql`, one SELECT a file, kept to what carries over to Spark. This module strings the
files together for two published definitions, which it reproduces exactly:

- `cooRTweet`: an edge's weight counts pairs of posts; `min_participation` counts an account's posts in pairs with
  whomever (CooRTweet, detect_groups and generate_coordinated_network). The numbers of contents are each account's own,
  where CooRTweet's belong to whoever posted first in each pair;
- `toolkit`: an edge's weight counts the source's different messages (coordination-network-toolkit 1.5.2, co_link),
  for rows that have an object.

Imports nothing but DuckDB: `murmur links` is timed as a whole process.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

Mode = Literal["cooRTweet", "toolkit"]
MODES: Final[tuple[Mode, ...]] = ("cooRTweet", "toolkit")

SQL: Final = Path(__file__).parent / "sql"

# Only objects with this many shares can make so many pairs that the bound below matters: 2,000 shares make 2 million.
BUSY_SHARES: Final = 2_000
# An object whose shares would make more pairs than this is set aside and named: at some 10 million pairs a second a
# single object would take most of a minute, and 74,000 shares within one minute would make 2.7 thousand million edges
# that no one can read.
MAX_PAIRS: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as an edge."""

    window_us: int
    """Two shares are together when at most this many microseconds apart, both ends included."""
    mode: Mode = "cooRTweet"
    min_participation: int = 2
    """Mode cooRTweet: posts in pairs an account needs."""
    min_edge_weight: int = 2
    """Mode toolkit: different messages the source of an edge needs."""
    max_pairs: int = MAX_PAIRS
    """Objects that would make more pairs are set aside."""


@dataclass(frozen=True, slots=True)
class Busy:
    """An object with very many shares, and what was done with it."""

    object: str
    shares: int
    pairs_at_most: int
    set_aside: bool


@dataclass(slots=True)
class Summary:
    """What the edges were made from."""

    rows: int
    accounts: int
    """Accounts with enough rows to take part."""
    objects: int
    busy: list[Busy]


def statement(name: str, *, over_pairs: bool = False) -> str:
    """The SELECT of `sql/NAME.sql`; with `over_pairs` its table `pairs` is `links_pairs.sql`, computed in passing."""
    text = (SQL / f"{name}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")
    if not over_pairs:
        return text
    return f"WITH pairs AS (\n{statement('links_pairs')}\n)\n{text}"


def number(connection: duckdb.DuckDBPyConnection, rules: Rules) -> Summary:
    """Read `shares` into the tables `build` works on; what `shares` stands on may be dropped afterwards.

    `shares` has object, account, content (text), time_us (whole microseconds) and row_id (integers, each once); none is
    null.
    """
    toolkit = rules.mode == "toolkit"
    rows = _numbered(connection, toolkit)
    participation = 1 if toolkit else rules.min_participation
    _table(connection, "accounts", "links_accounts", {"participation": participation})
    _table(connection, "objects", "links_objects")
    # A window of nothing still needs a bucket of something.
    _table(connection, "all_actions", "links_actions", {"bucket": max(rules.window_us, 1)})
    return _summary(connection, rules, rows)


def build(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """After `number`, leave table `sided`: edges by account numbers. `result` names them.

    Same rows in any order and with any number of threads: same edges.
    """
    window = {"window": rules.window_us}
    _view(connection, "all_actions", "1", "own = 0 AND o NOT IN (SELECT o FROM set_aside)")
    if rules.mode == "cooRTweet":
        _table(connection, "paired", "links_paired", window, over_pairs=True)
        _table(connection, "kept", "links_kept", {"participation": rules.min_participation})
        _table(connection, "kept_actions", "links_kept_actions")
        _view(connection, "kept_actions", "k", "TRUE")
    _table(connection, "edges", "links_edges", window, over_pairs=True)
    _table(connection, "repeated", "links_repeated")
    _view(connection, "repeated", "k", "TRUE")
    _table(connection, "contents", "links_contents", window, over_pairs=True)
    _table(connection, "sided", "links_sided")


def result(rules: Rules) -> tuple[str, dict[str, Any]]:
    """The sorted SELECT over what `build` left, and its parameters."""
    if rules.mode == "toolkit":
        return statement("links_result_toolkit"), {"edge_weight": rules.min_edge_weight}
    return statement("links_result_coortweet"), {}


def _table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    name: str,
    parameters: dict[str, Any] | None = None,
    *,
    over_pairs: bool = False,
) -> None:
    connection.execute(f"CREATE TEMP TABLE {table} AS {statement(name, over_pairs=over_pairs)}", parameters or {})


def _view(connection: duckdb.DuckDBPyConnection, table: str, k: str, where: str) -> None:
    """What `links_pairs.sql` joins with itself from here on."""
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW actions AS SELECT o, a, c, t, b, {k} AS k FROM {table} WHERE {where}"
    )


def _numbered(connection: duckdb.DuckDBPyConnection, toolkit: bool) -> int:
    """Let `numbered` hold each share once, its content as a number; return how many rows there were.

    A table with several kinds of objects repeats a post's rows for each; CooRTweet's own results on such data count
    them once. The toolkit keeps a message's object once; where rows disagree we keep the earliest, whatever their
    order.
    """
    # CooRTweet leaves out pairs in which a post is itself the shared object.
    own = "0" if toolkit else "CASE WHEN object = content THEN 1 ELSE 0 END"
    rows, contents = one(connection, "SELECT count(*), count(DISTINCT content) FROM shares")
    if rows == contents:  # one row a post, as most exports have it: the row's number is the content's
        connection.execute(
            "CREATE TEMP VIEW numbered AS"
            f" SELECT object, account, time_us, row_id, row_id AS c, {own} AS own FROM shares"
        )
        return int(rows)
    once = (
        "SELECT object, account, content, time_us FROM shares"
        " QUALIFY row_number() OVER (PARTITION BY content, object ORDER BY time_us, account) = 1"
        if toolkit
        else "SELECT DISTINCT object, account, content, time_us FROM shares"
    )
    connection.execute(f"CREATE TEMP TABLE once AS {once}")
    connection.execute(
        "CREATE TEMP TABLE numbered AS SELECT object, account, time_us, rowid AS row_id,"
        f" min(rowid) OVER (PARTITION BY content) AS c, {own} AS own FROM once"
    )
    connection.execute("DROP TABLE once")
    return int(rows)


def _summary(connection: duckdb.DuckDBPyConnection, rules: Rules, rows: int) -> Summary:
    connection.execute("CREATE OR REPLACE TEMP TABLE set_aside (o INTEGER)")
    busy = []
    for number, name, shares, pairs in connection.execute(statement("links_busy"), {"shares": BUSY_SHARES}).fetchall():
        if pairs > rules.max_pairs:
            connection.execute("INSERT INTO set_aside VALUES ($o)", {"o": number})
        busy.append(Busy(name, shares, pairs, pairs > rules.max_pairs))
    accounts, objects = one(connection, "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM objects)")
    return Summary(rows=rows, accounts=accounts, objects=objects, busy=busy)


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The one row of a SELECT that always has one."""
    row = connection.execute(sql).fetchone()
    assert row is not None
    return tuple(row)
