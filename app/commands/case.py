"""load, formats, export, verify, doctor: what is in a case and whether it is whole."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, pairs, table

if TYPE_CHECKING:
    from loaders.tables import Kind


def register(cli: typer.Typer) -> None:
    for command in (load, formats, export, verify, doctor):
        cli.command()(command)


def load(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; .gz, .zst and .zip are read directly.")],
    case: CaseOption = DEFAULT_CASE,
    format: Annotated[str | None, typer.Option(help="The format, where it is not recognised (murmur formats).")] = None,
    map: Annotated[
        list[str] | None, typer.Option(help="column=field, for a CSV of another shape.", metavar="C=F")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of times that state none, such as Europe/Paris.")] = None,
    platform: Annotated[str | None, typer.Option(help="Platform of the rows, where the file does not say.")] = None,
    copy: Annotated[
        bool, typer.Option("--copy/--no-copy", help="Keep a copy of the originals, or only hashes.")
    ] = True,
    preview: Annotated[
        bool, typer.Option("--preview", help="With --map: show the first rows and load nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Load exports into the case and print the ledger."""
    from app.loading import load_paths
    from app.progress import Reporter
    from evidence.case import Case

    mapping = pairs(map or [], "column=field")
    if preview:
        return _preview(paths, mapping, timezone, platform, json)
    entries: list[dict[str, Any]] = []
    opened = Case.open_or_create(case)
    try:
        with Reporter() as reporter:
            for entry in load_paths(
                opened,
                paths,
                format_name=format,
                mapping=mapping,
                timezone=timezone,
                platform=platform,
                copy=copy,
                reporter=reporter,
            ):
                entries.append(entry)
    finally:
        # Also when a later file fails: what was acknowledged is in the case.
        emit(entries, json, lambda: print_ledger(entries))
    return None


def _preview(
    paths: list[Path], mapping: dict[str, str], timezone: str | None, platform: str | None, json: bool
) -> None:
    from loaders.base import Options
    from loaders.mapped import preview
    from loaders.source import sources

    options = Options(timezone=timezone, mapping=mapping, platform=platform)
    for path in paths:
        for source in sources(path):
            shown = preview(source, options)
            document = {
                "file": source.name,
                "table": shown.table,
                "fields": shown.fields,
                "rows": shown.frame.to_dicts(),
                "refused": [{"line": r.line, "column": r.column, "reason": r.reason} for r in shown.refused],
            }
            emit(document, json, partial(_print_preview, document))


def _print_preview(document: dict[str, Any]) -> None:
    table(["column", "goes to"], document["fields"].items())
    print()
    rows = document["rows"]
    names = list(rows[0]) if rows else []
    table(names, [tuple(row.values()) for row in rows])
    for refused in document["refused"]:
        note(f"line {refused['line']} {refused['column']}: {refused['reason']}")


def print_ledger(entries: list[dict[str, Any]]) -> None:
    """The ledger for people: read = kept + merged + ignored + quarantined, and what was noticed."""
    table(
        ["file", "format", "read", "= kept", "+ merged", "+ ignored", "+ quarantined"],
        [
            (
                entry["file"],
                entry["format"],
                *(f"{entry[key]:,}" for key in ("rows_read", "kept", "merged", "ignored", "quarantined")),
            )
            for entry in entries
        ],
    )
    for entry in entries:
        if entry.get("already_loaded"):
            note(f"{entry['file']} was loaded before; nothing changed.")
            continue
        note(f"{entry['file']}: times without a zone were read as {entry['timezone']}.")
        if entry["columns_unknown"]:
            note(f"  kept in extra: {', '.join(entry['columns_unknown'])}")
        for what, count in {**entry["reasons"], **entry["notes"]}.items():
            note(f"  {count:,} x {what}")


def formats(json: JsonOption = False) -> None:
    """The formats that can be loaded, and where to export them."""
    from loaders import loaders

    known = [
        {"name": f.name, "title": f.title, "platform": f.platform, "timezone": f.timezone, "sample": f.sample,
         "how_to_export": f.how_to_export}
        for f in loaders().values()
    ]  # fmt: skip
    emit(
        known,
        json,
        lambda: table(["name", "what", "where from"], [(f["name"], f["title"], f["how_to_export"]) for f in known]),
    )


def export(
    to: Annotated[Path, typer.Option(help="The folder to write into.", metavar="DIR")],
    kind: Annotated[str, typer.Option("--as", help="csv, jsonl.gz or parquet.")] = "csv",
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Write the case's current rows as files of the `tables` format."""
    from evidence.case import Case
    from loaders.tables import Kind, write

    if kind not in get_args(Kind):
        raise typer.BadParameter(f"{kind} is not one of {', '.join(get_args(Kind))}")
    written = [str(path) for path in write(Case.open(case).records(), to, cast("Kind", kind))]
    emit(written, json, lambda: table(["file"], [(path,) for path in written]))


def verify(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """Compute every hash of the case again and hold it against what was written down."""
    from app.progress import Reporter
    from evidence.case import Case
    from evidence.verify import verify as check

    opened = Case.open(case)
    # As the writer, so that what a killed process left is mended before it is judged.
    with Reporter() as reporter, opened.writing("verify"):
        report = check(opened, reporter)

    def human() -> None:
        table(["checked", "count"], [(name.replace("_", " "), count) for name, count in report["checked"].items()])
        for problem in report["problems"]:
            note(problem)
        if not report["problems"]:
            print(f"Whole. Journal head {report['journal_head'][:16]}.")

    emit(report, json, human)
    if report["problems"]:
        raise typer.Exit(1)


def doctor(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """What is missing on this machine, and the remedy."""
    from app.doctor import checks

    found = checks(case)
    emit(
        found,
        json,
        lambda: table(["", "what", "remedy"], [("ok" if c["ok"] else "!!", c["what"], c["remedy"]) for c in found]),
    )
    if not all(check["ok"] for check in found):
        raise typer.Exit(1)
