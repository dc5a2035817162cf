"""The graph built anew: CSV out of the projection, Neo4j's own importer into an empty home beside the one in use."""

import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from evidence.files import remove
from graph import engine, settings
from graph.errors import EngineError
from graph.project import ARRAY_DELIMITER, Projection, Rows
from graph.schema import MARK, NODES, RELATIONSHIPS, Node, Property

# A text may be LONGEST_TEXT characters of any script; the importer's buffer must hold the biggest value.
_READ_BUFFER: Final = "16m"

Progress = Callable[[str, float], None]


def rebuild(projection: Projection, case: Path, home: Path, progress: Progress) -> dict[str, int]:
    """Make the store of the projection in the empty folder `home`; gives the rows of each label and type by name.

    Its indexes are made when it runs for the first time (graph.indexes). Raises EngineError; nothing outside `home`
    is touched.
    """
    engine.end_stray_admin(home)
    remove(home)
    home.mkdir(parents=True)
    folder = home / "csv"
    folder.mkdir()
    with ThreadPoolExecutor(1) as beside:
        # Java takes seconds to start for the password; meanwhile DuckDB writes.
        password = beside.submit(engine.set_password, case, home)
        files, counts = write_csv(projection, folder, lambda what, share: progress(what, 0.4 * share))
        password.result()
    progress("importing", 0.4)
    with _plain(folder) as plain:
        arguments = import_arguments([given.format(folder=plain) for given in files], home / "import.report")
        said = engine.run_admin(home, arguments, heap_mb=settings.memory()[0])
    _check(said, counts)
    remove(folder)
    progress("imported", 1.0)
    return counts


def write_csv(projection: Projection, folder: Path, progress: Progress) -> tuple[list[str], dict[str, int]]:
    """The projection as the importer's files; gives its arguments (with `{folder}`) and the rows of each by name."""
    arguments = []
    counts: dict[str, int] = {}
    everything = [*projection.nodes(), *projection.relationships()]
    for number, rows in enumerate(everything):
        progress(f"writing {rows.name}", number / len(everything))
        if not (count := _copy(projection, rows, folder / f"{number:03d}.csv")):
            continue
        counts[rows.name] = count
        header = folder / f"{number:03d}-header.csv"
        header.write_text(_header(rows) + "\n", encoding="utf-8")
        if isinstance(rows.declared, Node):
            kind = f"--nodes={rows.declared.label}"
        else:
            kind = f"--relationships={rows.declared.type}"
        arguments.append(f"{kind}={{folder}}/{header.name},{{folder}}/{number:03d}.csv")
    return arguments, counts


def import_arguments(files: list[str], report: Path) -> list[str]:
    """The importer's whole command line: strict, since the projection promises unique ids and known ends."""
    return [
        "database",
        "import",
        "full",
        "neo4j",  # before the files, which would swallow it
        "--id-type=string",
        "--multiline-fields=true",
        f"--array-delimiter=U+{ord(ARRAY_DELIMITER):04X}",
        f"--read-buffer-size={_READ_BUFFER}",
        "--bad-tolerance=0",
        "--strict=true",
        f"--report-file={report}",
        *files,
    ]


def _copy(projection: Projection, rows: Rows, path: Path) -> int:
    """Write one file without header; texts always quoted, so that unknown (nothing) differs from any text."""
    columns = [*rows.columns, *(item.name for item in rows.properties), MARK]
    quoted = ", ".join(
        f'"{name}"'
        for name in [*rows.columns, *(item.name for item in rows.properties if item.type in ("string", "string[]"))]
    )
    types = {item.name: item.type for item in rows.properties}
    cells = ", ".join(f'{_cell(name, types.get(name))} AS "{name}"' for name in columns)
    target = str(path).replace("'", "''")
    done = projection.connection.execute(
        f"COPY (SELECT {cells} FROM ({rows.sql})) TO '{target}'"
        f" (FORMAT csv, HEADER false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', FORCE_QUOTE ({quoted}))"
    ).fetchone()
    assert done is not None
    return int(done[0])


def _cell(name: str, kind: str | None) -> str:
    if kind == "datetime":
        return f"strftime(\"{name}\", '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind == "string[]":
        return f'array_to_string("{name}", chr({ord(ARRAY_DELIMITER)}))'
    return f'"{name}"'


def _header(rows: Rows) -> str:
    if isinstance(rows.declared, Node):
        keys = [f"id:ID({rows.declared.label})"]
    else:
        keys = [f":START_ID({rows.start_label})", f":END_ID({rows.end_label})"]
    return ",".join([*keys, *map(_column, rows.properties), f"{MARK}:long"])


def _column(item: Property) -> str:
    return f"{item.name}:{item.type}"


@contextmanager
def _plain(folder: Path) -> Iterator[Path]:
    """The folder under a name without commas: the importer takes its files as a list separated by them."""
    if "," not in str(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="murmur-") as temporary:
        link = Path(temporary) / "csv"
        link.symlink_to(folder, target_is_directory=True)
        yield link


def _check(said: str, counts: dict[str, int]) -> None:
    """The importer must have taken every row."""
    for word, names in (
        ("nodes", {node.label for node in NODES}),
        ("relationships", {relationship.type for relationship in RELATIONSHIPS}),
    ):
        expected = sum(count for name, count in counts.items() if name.split()[0] in names)
        found = re.search(rf"^\s*(\d+) {word}$", said, re.MULTILINE)
        taken = int(found[1]) if found else 0
        if taken != expected:
            raise EngineError(
                f"Neo4j's importer took {taken:,} of {expected:,} {word}; the graph stays as it was, try again."
            )
