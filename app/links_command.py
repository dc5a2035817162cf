"""`murmur links`: co-action edges of any table; no case, no graph.

Imports as little as it can, and late: people run it on a million rows and wait for the whole process.
"""

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from detectors.links import Busy, Mode, Rules

# Enough for five million rows without spilling; DuckDB's own count, the process takes some 300 MB more.
MEMORY_MB: Final = 1_000
# Objects with at least this share of all rows are named in the summary however little they cost.
VIRAL_SHARE: Final = 0.01
# A number larger than this is not in the unit before it: 10^11 seconds are the year 5138, and so on by thousands.
_LARGEST: Final = ((1e11, 1_000_000.0), (1e14, 1_000.0), (1e17, 1.0))


class LinksError(Exception):
    """One sentence that says what to do; `code` is the exit code: 1 the work failed, 2 wrong usage."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


def run(
    file: Path,
    *,
    object_column: str,
    account_column: str,
    content_column: str,
    time_column: str,
    window: float,
    out: Path,
    mode: str = "cooRTweet",
    min_participation: int = 2,
    min_edge_weight: int = 2,
    max_pairs: int | None = None,
    threads: int | None = None,
) -> dict[str, Any]:
    """Write the edges of `file` to `out` and say what they were made from. Raises LinksError, one sentence."""
    import duckdb

    from detectors import links

    if mode not in links.MODES:
        raise LinksError(f"There is no mode {mode!r}; the modes are {' and '.join(links.MODES)}.")
    if not 0 <= window <= 10 * 366 * 86_400:
        raise LinksError("--window is a number of seconds, from 0 to ten years.")
    if min_participation < 1 or min_edge_weight < 1:
        raise LinksError("--min-participation and --min-edge-weight are at least 1.")
    if not file.is_file():
        raise LinksError(f"There is no file {file}.")
    kind = _kind(out)
    if not out.parent.is_dir():
        raise LinksError(f"There is no folder {out.parent} to write {out.name} into.")
    rules = links.Rules(
        window_us=round(window * 1_000_000),
        mode=cast("Mode", mode),
        min_participation=min_participation,
        min_edge_weight=min_edge_weight,
        max_pairs=max_pairs or links.MAX_PAIRS,
    )
    columns = {"object": object_column, "account": account_column, "content": content_column, "time": time_column}
    try:
        with tempfile.TemporaryDirectory(prefix="murmur-links-") as spill:
            connection = _connect(spill, threads or os.cpu_count() or 1)
            left_out = _read(connection, file, columns, mode == "toolkit")
            summary = links.number(connection, rules)
            connection.execute("DROP VIEW shares; DROP TABLE given")
            links.build(connection, rules)
            edges = _write(connection, rules, out, kind)
            connection.close()
    except duckdb.Error as error:
        raise LinksError(_sentence(file, error), 1) from error
    rows = summary.shares + sum(left_out.values())
    return {
        "file": str(file),
        "out": str(out),
        "mode": mode,
        "window_seconds": window,
        "rows_used": summary.shares,
        "left_out": left_out,
        "accounts": summary.accounts,
        "objects": summary.objects,
        "edges": edges,
        "viral_objects": [_viral(busy) for busy in summary.busy if busy.set_aside or busy.shares >= VIRAL_SHARE * rows],
    }


def links_command(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet or JSON lines; .gz and .zst are read directly.")],
    object_column: Annotated[str, typer.Option("--object", help="Column of the shared thing: a link, a hashtag ...")],
    account_column: Annotated[str, typer.Option("--account", help="Column of the account.")],
    content_column: Annotated[str, typer.Option("--content", help="Column of the post's id.")],
    time_column: Annotated[str, typer.Option("--time", help="Column of the time: epoch s, ms or us, or ISO 8601.")],
    window: Annotated[float, typer.Option("--window", help="Seconds within which two shares are together.")],
    out: Annotated[Path, typer.Option("--out", help="Where the edges go; CSV or Parquet by its name.")],
    mode: Annotated[str, typer.Option("--mode", help="Whose definition: cooRTweet or toolkit.")] = "cooRTweet",
    min_participation: Annotated[
        int, typer.Option("--min-participation", help="Mode cooRTweet: posts in pairs an account needs.")
    ] = 2,
    min_edge_weight: Annotated[
        int, typer.Option("--min-edge-weight", help="Mode toolkit: different messages the source needs.")
    ] = 2,
    max_pairs: Annotated[
        int | None, typer.Option("--max-pairs", help="Set objects aside, by name, that would make more pairs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON document.")] = False,
) -> None:
    """Which accounts share the same things together: the edges of any table, without a case."""
    try:
        document = run(
            file,
            object_column=object_column,
            account_column=account_column,
            content_column=content_column,
            time_column=time_column,
            window=window,
            out=out,
            mode=mode,
            min_participation=min_participation,
            min_edge_weight=min_edge_weight,
            max_pairs=max_pairs,
        )
    except LinksError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(error.code) from error
    if as_json:
        import json

        print(json.dumps(document, ensure_ascii=False, indent=2))
    for line in sentences(document):
        print(line, file=sys.stderr)


def sentences(document: dict[str, Any]) -> list[str]:
    """The summary for a person."""
    lines = [
        f"{document['edges']:,} edges from {document['rows_used']:,} rows of {document['accounts']:,} accounts and "
        f"{document['objects']:,} objects, written to {document['out']}."
    ]
    reasons = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in document["left_out"].items())
    if reasons:
        lines.append(f"Rows left out: {reasons}.")
    for viral in document["viral_objects"]:
        done = (
            f"set aside: it would make up to {viral['pairs_at_most']:,} pairs; raise --max-pairs to include it"
            if viral["set_aside"]
            else "included"
        )
        lines.append(f"Viral object {viral['object']!r}: {viral['shares']:,} shares, {done}.")
    return lines


def _viral(busy: "Busy") -> dict[str, Any]:
    return {
        "object": busy.object[:200],
        "shares": busy.shares,
        "pairs_at_most": busy.pairs_at_most,
        "set_aside": busy.set_aside,
    }


def _kind(out: Path) -> str:
    """What COPY is told, by the name the user gave."""
    name = out.name.lower()
    if name.endswith(".parquet"):
        return "FORMAT parquet, COMPRESSION zstd"
    for ending, compression in ((".csv", "none"), (".csv.gz", "gzip"), (".csv.zst", "zstd")):
        if name.endswith(ending):
            return f"FORMAT csv, HEADER, COMPRESSION {compression}"
    raise LinksError(f"--out {out.name} should end in .csv, .csv.gz, .csv.zst or .parquet.")


def _connect(spill: str, threads: int) -> "DuckDBPyConnection":
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": f"{MEMORY_MB}MB",
            "temp_directory": spill,
            "threads": threads,
            "preserve_insertion_order": "false",  # nothing here depends on the order of rows
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _source(file: Path) -> str:
    """The table function that reads `file`, its name as parameter `$file`."""
    name = re.sub(r"\.(gz|zst)$", "", file.name.lower())
    if name.endswith(".parquet"):
        return "read_parquet($file)"
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return "read_json($file, format = 'auto', sample_size = 2000)"
    return "read_csv($file, all_varchar = true, header = true, quote = '\"')"


def _read(connection: "DuckDBPyConnection", file: Path, columns: dict[str, str], toolkit: bool) -> dict[str, int]:
    """Make the view `shares` over table `given`; return how many rows were left out, by reason."""
    from detectors.links import one

    source, given = _source(file), {"file": str(file)}
    known = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}", given).fetchall()}
    missing = [name for name in columns.values() if name not in known]
    if missing:
        names = ", ".join(repr(name) for name in dict.fromkeys(missing))
        raise LinksError(f"{file.name} has no column {names}; its columns are {', '.join(known)}.")
    # The toolkit leaves out a message that repeats another one: it shares the link by construction.
    repost = "repost_id" if toolkit and "repost_id" in known else None
    if source.startswith("read_json"):  # read as text: no id becomes a number or a date
        read = dict.fromkeys([*columns.values(), *([repost] if repost else [])])
        types = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in read)
        source, known = f"read_json($file, columns = {{{types}}})", dict.fromkeys(read, "VARCHAR")
    name = {key: _identifier(column) for key, column in columns.items()}
    number, stamp = _time(name["time"], known[columns["time"]])
    connection.execute(
        f"CREATE TEMP TABLE given AS SELECT *, CASE"
        " WHEN coalesce(object, '') = '' THEN 'without_object' WHEN coalesce(account, '') = '' THEN 'without_account'"
        " WHEN coalesce(content, '') = '' THEN 'without_content' WHEN coalesce(repost, '') <> '' THEN 'reposts'"
        " WHEN number IS NULL AND stamp IS NULL THEN 'without_a_readable_time' END AS reason"
        f" FROM (SELECT CAST({name['object']} AS VARCHAR) AS object, CAST({name['account']} AS VARCHAR) AS account,"
        f" CAST({name['content']} AS VARCHAR) AS content, {repost or 'NULL'}::VARCHAR AS repost,"
        f" {number} AS number, {stamp} AS stamp FROM {source})",
        given,
    )
    left_out = connection.execute(
        "SELECT reason, count(*) FROM given WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason"
    ).fetchall()
    largest, spaced = one(
        connection, "SELECT max(abs(number)), bool_or(contains(object, ' ')) FROM given WHERE reason IS NULL"
    )
    # The toolkit's column of links holds several in one cell, with spaces between them.
    objects = "unnest(string_split(object, ' '))" if toolkit and spaced else "object"
    connection.execute(
        f"CREATE TEMP VIEW shares AS SELECT * FROM (SELECT {objects} AS object, account, content,"
        f" CAST(coalesce(round(number * {_microseconds(largest or 0)}), stamp) AS BIGINT) AS time_us"
        " FROM given WHERE reason IS NULL) WHERE object <> ''"
    )
    return dict(left_out)


def _time(column: str, kind: str) -> tuple[str, str]:
    """Two expressions: the time as a number of unknown unit (DOUBLE), and as microseconds (BIGINT); one is null."""
    if kind.startswith(("TIMESTAMP", "DATE")):
        return "CAST(NULL AS DOUBLE)", f"epoch_us(CAST({column} AS TIMESTAMPTZ))"
    number = f"TRY_CAST({column} AS DOUBLE)"
    stamp = f"CASE WHEN {number} IS NULL THEN epoch_us(TRY_CAST(CAST({column} AS VARCHAR) AS TIMESTAMPTZ)) END"
    return f"CASE WHEN isfinite({number}) THEN {number} END", stamp


def _microseconds(largest: float) -> float:
    """What one unit of a column of epoch numbers is in microseconds, judged by its largest."""
    return next((scale for limit, scale in _LARGEST if largest < limit), 0.001)


def _write(connection: "DuckDBPyConnection", rules: "Rules", out: Path, kind: str) -> int:
    """Write the edges beside `out` and put them in place whole; return their number."""
    from detectors.links import result

    select, parameters = result(rules)
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        row = connection.execute(f"COPY ({select}) TO {_literal(str(beside))} ({kind})", parameters).fetchone()
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return int(row[0]) if row else 0


def _sentence(file: Path, error: "Exception") -> str:
    """DuckDB's paragraph as one sentence with the line it names."""
    text = str(error)
    line = re.search(r"Line:? (\d+)", text)
    where = f"{file.name} line {line[1]}" if line else file.name
    first = re.sub(r"\s+", " ", text.splitlines()[0]).strip()
    return f"{where}: {first.removeprefix('Invalid Input Error: ')[:300]}"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
