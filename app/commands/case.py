"""formats, export, verify, doctor: what is in a case and whether it is whole; and the ledger as people read it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, table

if TYPE_CHECKING:
    from evidence.case import Case
    from loaders.tables import Kind

# A header tells a format by its first columns.
SAMPLE_SHOWN = 70


def register(cli: typer.Typer) -> None:
    for command in (formats, export, verify, doctor):
        cli.command()(command)


def print_ledger(case: "Case", entries: list[dict[str, Any]]) -> None:
    """The ledger for people: read = kept + merged + ignored + quarantined, and what was noticed."""
    from app.refused import reasons
    from evidence.batch import OTHER_REASONS

    folders = {batch.name: batch.path for batch in case.batches()}
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
            _print_gathered(entry)
            continue
        note(f"{entry['file']}: times without a zone were read as {entry['timezone']}.")
        if entry["columns_unknown"]:
            note(f"  kept in extra: {', '.join(entry['columns_unknown'])}")
        _print_gathered(entry)
        refused = reasons(folders[entry["batch"]])
        for line in dict.fromkeys(refused.values()):
            note(f"  {line}")
        for what, count in {**entry["reasons"], **entry["notes"]}.items():
            if what not in refused and not (refused and what == OTHER_REASONS):
                note(f"  {count:,} x {what}")


def _print_gathered(entry: dict[str, Any]) -> None:
    if how := entry.get("gathered"):
        said = [f"{name} {how[name]}" for name in ("query", "subject", "since", "until") if how[name]]
        note(f"  gathered by {', '.join([how['scope'], *said])}; complete: {how['complete']}")


def formats(json: JsonOption = False) -> None:
    """The formats that can be loaded, a line of each, and where to export it."""
    from loaders.guide import kinds_of_source

    known = [
        {"name": f.name, "title": f.title, "kind": kind, "platform": f.platform, "timezone": f.timezone,
         "sample": f.sample, "how_to_export": f.how_to_export}
        for kind, found in kinds_of_source().items()
        for f in found
    ]  # fmt: skip
    emit(known, json, lambda: _print_formats(known))


def _print_formats(known: list[dict[str, str]]) -> None:
    from itertools import groupby

    for kind, found in groupby(known, key=lambda one: one["kind"]):
        print(f"\n{kind}\n")
        table(
            ["name", "what, and where from", "first lines"],
            [(one["name"], f"{one['title']}. {one['how_to_export']}", _beginning(one["sample"])) for one in found],
        )


def _beginning(sample: str) -> str:
    """Header and line of a sample, as far as they tell the format; docs/formats.md has them whole."""
    lines = [line if len(line) <= SAMPLE_SHOWN else line[: SAMPLE_SHOWN - 1] + "…" for line in sample.splitlines()[:2]]
    return " ⏎ ".join(lines)


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
            erased = f" {report['checked']['erased']} erased on request." if report["checked"]["erased"] else ""
            print(f"Whole.{erased} Journal head {report['journal_head'][:16]}.")

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
