"""Any table of shares (CSV, Parquet, JSON lines) as the rows `murmur links` works on. Imports late, see links_command."""

import csv
import gzip
import re
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A number below the limit is in that unit: 10^11 seconds are the year 5138, and so on by thousands. The second number
# is what one unit is in microseconds; still larger numbers are nanoseconds.
_UNITS: Final = ((1e11, 1_000_000.0), (1e14, 1_000.0), (1e17, 1.0))
_NANOSECOND: Final = 0.001
_DELIMITERS: Final = (",", "\t", ";", "|")
# A header line longer than this is no header.
_HEADER_BYTES: Final = 1 << 20


class LinksError(Exception):
    """One sentence that says what to do; `code` is the exit code: 1 the work failed, 2 wrong usage."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


def read(connection: "DuckDBPyConnection", file: Path, columns: dict[str, str], toolkit: bool) -> dict[str, int]:
    """Make view `shares` (row_id, object, account, content, time_us); return how many rows were left out, by reason.

    `columns` names the file's columns for object, account, content and time. `discard` frees what the view stands on.
    """
    from detectors.links import one

    source, known = _source(connection, file, columns)
    missing = [name for name in columns.values() if name not in known]
    if missing:
        names = ", ".join(repr(name) for name in dict.fromkeys(missing))
        raise LinksError(f"{file.name} has no column {names}; its columns are {', '.join(known)}.")
    # The toolkit leaves out a message that repeats another one: it shares the link by construction.
    repost = "CAST(repost_id AS VARCHAR)" if toolkit and "repost_id" in known else "CAST(NULL AS VARCHAR)"
    name = {key: _identifier(column) for key, column in columns.items()}
    number, stamp = _time(name["time"], known[columns["time"]])
    connection.execute(
        "CREATE TEMP TABLE given AS SELECT *, CASE"
        " WHEN coalesce(object, '') = '' THEN 'without_object' WHEN coalesce(account, '') = '' THEN 'without_account'"
        " WHEN coalesce(content, '') = '' THEN 'without_content' WHEN coalesce(repost, '') <> '' THEN 'reposts'"
        " WHEN stamp IS NULL AND (number IS NULL OR NOT isfinite(number)) THEN 'without_a_readable_time' END AS reason"
        f" FROM (SELECT CAST({name['object']} AS VARCHAR) AS object, CAST({name['account']} AS VARCHAR) AS account,"
        f" CAST({name['content']} AS VARCHAR) AS content, {repost} AS repost, {number} AS number, {stamp} AS stamp"
        f" FROM {source})",
        {"file": str(file)},
    )
    left_out = connection.execute(
        "SELECT reason, count(*) FROM given WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason"
    ).fetchall()
    largest, spaced = one(
        connection, "SELECT max(abs(number)), bool_or(contains(object, ' ')) FROM given WHERE reason IS NULL"
    )
    unit = next((scale for limit, scale in _UNITS if (largest or 0) < limit), _NANOSECOND)
    time = f"CAST(coalesce(round(number * {unit}), stamp) AS BIGINT) AS time_us"
    rows = "FROM given WHERE reason IS NULL"
    if toolkit and spaced:  # its column of links holds several in one cell, with spaces between them
        connection.execute(
            "CREATE TEMP TABLE split AS SELECT * FROM"
            f" (SELECT unnest(string_split(object, ' ')) AS object, account, content, {time} {rows}) WHERE object <> ''"
        )
        connection.execute("CREATE TEMP VIEW shares AS SELECT rowid AS row_id, * FROM split")
    else:
        connection.execute(
            f"CREATE TEMP VIEW shares AS SELECT rowid AS row_id, object, account, content, {time} {rows}"
        )
    return dict(left_out)


def discard(connection: "DuckDBPyConnection") -> None:
    """Free the rows once they are numbered."""
    connection.execute("DROP VIEW shares; DROP TABLE given; DROP TABLE IF EXISTS split")


def _source(connection: "DuckDBPyConnection", file: Path, columns: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The table function that reads `file` (its name as parameter `$file`), and its columns with DuckDB's types."""
    name = re.sub(r"\.(gz|zst)$", "", file.name.lower())
    if name.endswith(".parquet"):
        return "read_parquet($file)", _described(connection, "read_parquet($file)", file)
    if name.endswith((".jsonl", ".ndjson", ".json")):
        known = _described(connection, "read_json($file)", file)
        read = [column for column in dict.fromkeys([*columns.values(), "repost_id"]) if column in known]
        types = ", ".join(f"{_literal(column)}: 'VARCHAR'" for column in read)  # no id becomes a number or a date
        source = f"read_json($file, columns = {{{types}}})" if read else "read_json($file)"
        return source, dict.fromkeys(known, "VARCHAR")
    header, delimiter = _header(file, columns)
    types = ", ".join(f"{_literal(column)}: 'VARCHAR'" for column in header)
    source = (
        f"read_csv($file, auto_detect = false, header = true, delim = {_literal(delimiter)}, quote = '\"',"
        f" escape = '\"', columns = {{{types}}})"
    )
    return source, dict.fromkeys(header, "VARCHAR")


def _described(connection: "DuckDBPyConnection", source: str, file: Path) -> dict[str, str]:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}", {"file": str(file)}).fetchall()
    return {row[0]: row[1] for row in rows}


def _header(file: Path, columns: dict[str, str]) -> tuple[list[str], str]:
    """Column names and the delimiter: the one that yields the columns asked for, else the most columns.

    Read here because one ragged row misleads a guess over many rows.
    """
    try:
        with _opened(file) as stream:
            line = stream.readline(_HEADER_BYTES).decode("utf-8-sig")
    except (OSError, EOFError, ValueError) as error:  # zstandard's own error is met when DuckDB reads on
        raise LinksError(f"{file.name} cannot be read as UTF-8 text: {error}.", 1) from error
    if not line.strip():
        raise LinksError(f"{file.name} has no header line.", 1)
    split = [(next(csv.reader([line], delimiter=delimiter)), delimiter) for delimiter in _DELIMITERS]
    names, delimiter = max(split, key=lambda found: (len(set(columns.values()) & set(found[0])), len(found[0])))
    seen: dict[str, int] = {}
    unique = []
    for name in names:  # a name met again is another column, which nothing asks for
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return unique, delimiter


def _opened(file: Path) -> IO[bytes]:
    if file.name.lower().endswith(".gz"):
        return gzip.open(file, "rb")  # type: ignore[return-value]
    if file.name.lower().endswith(".zst"):
        import io

        import zstandard

        return io.BufferedReader(zstandard.open(file, "rb"))
    return file.open("rb")


def _time(column: str, kind: str) -> tuple[str, str]:
    """Two expressions: the time as a number of unknown unit (DOUBLE), and as microseconds (BIGINT); one is null."""
    if kind.startswith(("TIMESTAMP", "DATE")):
        return "CAST(NULL AS DOUBLE)", f"epoch_us(CAST({column} AS TIMESTAMPTZ))"
    number = f"TRY_CAST({column} AS DOUBLE)"
    stamp = f"CASE WHEN {number} IS NULL THEN epoch_us(TRY_CAST(CAST({column} AS VARCHAR) AS TIMESTAMPTZ)) END"
    return number, stamp


def sentence(file: Path, error: Exception) -> str:
    """DuckDB's paragraph as one sentence with the line it names."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if line is None:
        return f"{file.name}: {' '.join(text.splitlines()[0].split())[:300]}"
    found = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if found:
        what = f"{found[2]} columns where the header has {found[1]}"
    elif "unterminated quote" in text:
        what = "a quote that is never closed"
    elif "not utf-8" in text:
        what = "bytes that are not UTF-8; convert the file to UTF-8"
    else:
        what = "a row that cannot be read"
    return f"{file.name} line {line[1]}: {what}."


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
