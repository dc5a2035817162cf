"""`murmur links`: co-action edges of any table; no case, no graph.

Imports as little as it can, and late: people run it on a million rows and wait for the whole process.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, get_args

import typer

from app.links_table import LinksError, discard, read, sentence

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from detectors.links import Busy, Rules

# Enough for five million rows without spilling; DuckDB's own count, the process takes some 300 MB more.
MEMORY_MB: Final = 1_000
# Objects with at least this share of all rows are named in the summary however little they cost.
VIRAL_SHARE: Final = 0.01


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

    from detectors import links as engine

    if mode not in engine.MODES:
        raise LinksError(f"There is no mode {mode!r}; the modes are {' and '.join(engine.MODES)}.")
    if not 0 <= window <= 10 * 366 * 86_400:
        raise LinksError("--window is a number of seconds, from 0 to ten years.")
    if min_participation < 1 or min_edge_weight < 1:
        raise LinksError("--min-participation and --min-edge-weight are at least 1.")
    if not file.is_file():
        raise LinksError(f"There is no file {file}.")
    kind = _kind(out)
    if not out.parent.is_dir():
        raise LinksError(f"There is no folder {out.parent} to write {out.name} into.")
    rules = engine.Rules(
        window_us=round(window * 1_000_000),
        mode=mode,
        min_participation=min_participation,
        min_edge_weight=min_edge_weight,
        max_pairs=max_pairs or engine.MAX_PAIRS,
    )
    columns = {"object": object_column, "account": account_column, "content": content_column, "time": time_column}
    try:
        with tempfile.TemporaryDirectory(prefix="murmur-links-") as spill:
            connection = _connect(spill, threads or os.cpu_count() or 1)
            left_out = read(connection, file, columns, mode == "toolkit")
            summary = engine.number(connection, rules)
            discard(connection)
            engine.build(connection, rules)
            edges = _write(connection, rules, out, kind)
            connection.close()
    except duckdb.Error as error:
        raise LinksError(sentence(file, error), 1) from error
    rows = summary.rows + sum(left_out.values())
    return {
        "file": str(file),
        "out": str(out),
        "mode": mode,
        "window_seconds": window,
        "rows_used": summary.rows,
        "left_out": left_out,
        "accounts": summary.accounts,
        "objects": summary.objects,
        "edges": edges,
        "viral_objects": [_viral(busy) for busy in summary.busy if busy.set_aside or busy.shares >= VIRAL_SHARE * rows],
    }


def links(
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
    code = _report(
        as_json,
        file=file,
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
    if code:
        raise typer.Exit(code)


def main(argv: list[str]) -> int:
    """The command `links` without typer's own parser, which takes a third of a second to import; returns its exit code.

    Options, defaults and types are those of `links`: they are read from it.
    """
    import argparse
    import inspect

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            print(f"murmur: {message}; `murmur links --help` lists the options.", file=sys.stderr)
            sys.exit(2)

    parser = Parser(prog="murmur links", add_help=False, allow_abbrev=False)
    for name, parameter in inspect.signature(links).parameters.items():
        kind, declared = get_args(parameter.annotation)
        required = parameter.default is inspect.Parameter.empty
        # In an annotation typer keeps the option's name where a default would stand.
        names = [word for word in (declared.default, *(declared.param_decls or ())) if str(word).startswith("--")]
        if isinstance(declared, typer.models.ArgumentInfo):
            parser.add_argument(name, type=kind)
        elif kind is bool:
            parser.add_argument(*names, dest=name, action="store_true")
        else:
            plain = next(item for item in get_args(kind) or (kind,) if item is not type(None))
            default = None if required else parameter.default
            parser.add_argument(*names, dest=name, type=plain, required=required, default=default)
    given = vars(parser.parse_args(argv))
    return _report(given.pop("as_json"), **given)


def _report(as_json: bool, *, file: Path, **options: Any) -> int:
    """Run and say what was done: the summary on stdout as JSON if asked for, sentences on stderr."""
    try:
        document = run(file, **options)
    except LinksError as error:
        print(f"murmur: {error}", file=sys.stderr)
        return error.code
    if as_json:
        import json

        print(json.dumps(document, ensure_ascii=False, indent=2))
    for line in sentences(document):
        print(line, file=sys.stderr)
    return 0


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


def _write(connection: "DuckDBPyConnection", rules: "Rules", out: Path, kind: str) -> int:
    """Write the edges beside `out` and put them in place whole; return their number."""
    from detectors.links import result

    select, parameters = result(rules)
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        row = connection.execute(
            f"COPY ({select}) TO $beside ({kind})", {**parameters, "beside": str(beside)}
        ).fetchone()
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return int(row[0]) if row else 0
