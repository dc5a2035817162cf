"""erase: a person's data taken out of the case, and what was done written down."""

from typing import Annotated, Any

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, table
from app.commands.review import ByOption, NoteOption


def register(cli: typer.Typer) -> None:
    cli.command()(erase)


def erase(
    account: Annotated[str, typer.Option(help="Whose data.", metavar="PLATFORM:ID")],
    by: ByOption,
    why: NoteOption,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Take an account's data out of originals, tables, runs, kept packs and graph; a keyed hash keeps it out."""
    from app.progress import Reporter
    from evidence.case import Case
    from evidence.erase import erase as take_out
    from graph.forget import forget

    opened = Case.open(case)
    with Reporter() as reporter, opened.writing("erase"):
        entry = take_out(opened, account, by, why, reporter)
    forget(opened)

    def human() -> None:
        table(
            ["what", "rewritten", "removed"],
            [
                ("tables", len(entry["batches"]), 0),
                ("runs", len(entry["runs"]), 0),
                ("originals", *_counts(entry["originals"])),
                ("packs kept here", 0, len(entry["packs"])),
            ],
        )
        for pack in entry["packs"]:
            sent = "was sent" if pack["sent"] else "may have been sent"
            note(f"Pack {pack['name']} {sent} to {pack['receiver']}: ask for its deletion there.")
        if entry["mentioned"]:
            numbers = ", ".join(map(str, entry["mentioned"]))
            note(f"The journal cannot be rewritten, and its entries {numbers} name the account in a note or file name.")

    emit(entry, json, human)


def _counts(originals: list[dict[str, Any]]) -> tuple[int, int]:
    removed = sum(one["new"] is None for one in originals)
    return len(originals) - removed, removed
