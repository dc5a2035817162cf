"""queue, verdict, approve, reveal: what waits for a person, and what a person decided."""

from typing import Annotated

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, table

FindingArgument = Annotated[str, typer.Argument(help="The finding's id, or its beginning.")]
ByOption = Annotated[str, typer.Option("--by", help="Your name; it stands in the journal.", metavar="NAME")]
NoteOption = Annotated[str, typer.Option("--note", help="Why, in your own words.", metavar="TEXT")]


def register(cli: typer.Typer) -> None:
    for command in (queue, verdict, approve, reveal):
        cli.command()(command)


def queue(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """Findings of the newest run that wait for a person: for a verdict, to be confirmed again, for a second reviewer."""
    from evidence.case import Case
    from evidence.review import queue as waiting
    from evidence.runs import find
    from records.finding import from_json
    from views.sentences import title

    opened = Case.open(case)
    documents = waiting(opened, find(opened, None).findings())
    emit(
        documents,
        json,
        lambda: table(
            ["#", "id", "what stands out", "outcome", "state", "needs"],
            [
                (rank, d["id"], title(from_json(d), "en"), d["effective_outcome"], d["state"],
                 d["needs"].replace("_", " "))
                for rank, d in enumerate(documents, start=1)
            ],
        ),
    )  # fmt: skip


def verdict(
    finding: FindingArgument,
    state: Annotated[str, typer.Argument(help="in_review, confirmed, dismissed or unsure.")],
    by: ByOption,
    why: NoteOption,
    outcome: Annotated[
        str | None, typer.Option(help="deceptive, where the finding meets its gates.", metavar="deceptive")
    ] = None,
    alternative: Annotated[
        list[str] | None, typer.Option(help="An explanation you weighed; may be given again.", metavar="CODE")
    ] = None,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Decide about a finding. The decision is journaled with your name; it can be followed by another, never erased."""
    from evidence.case import Case
    from evidence.review import DECISIONS, decide, finding_of

    if state not in DECISIONS:
        raise typer.BadParameter(f"{state} is not one of {', '.join(DECISIONS)}")
    opened = Case.open(case)
    with opened.writing("verdict"):
        entry = decide(opened, finding_of(opened, finding), state, by, why, outcome, alternative or [])

    def human() -> None:
        print(f"{entry['finding']} is {state}{f', {outcome}' if outcome else ''}, says {entry['by']}.")
        weighed = ", ".join(entry["alternatives"]) or "none"
        whose = "you weighed" if entry["alternatives_from"] == "reviewer" else "the finding lists"
        note(f"Other explanations {whose}: {weighed}.")
        if outcome == "deceptive":
            note(f"Removal also needs another person: `murmur approve {entry['finding']} --by NAME`.")

    emit(entry, json, human)


def approve(finding: FindingArgument, by: ByOption, case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """Agree, as a second person, with the verdict on a finding."""
    from evidence.case import Case
    from evidence.review import approve as agree
    from evidence.review import finding_of

    opened = Case.open(case)
    with opened.writing("approve"):
        entry = agree(opened, finding_of(opened, finding), by)
    emit(entry, json, lambda: print(f"{entry['finding']} is approved, says {entry['by']} (name not authenticated)."))


def reveal(
    finding: FindingArgument,
    account: Annotated[str, typer.Argument(help="The account.", metavar="PLATFORM:ID")],
    by: ByOption,
    why: NoteOption,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Show a pseudonymised victim or bystander of a finding; the journal says who looked, and why."""
    from evidence.case import Case
    from evidence.review import finding_of
    from evidence.review import reveal as look
    from records.store import query

    opened = Case.open(case)
    with opened.writing("reveal"):
        entry = look(opened, finding_of(opened, finding), account, by, why)
    rows = query(
        opened.records(),
        "SELECT handle, display_name, profile_url FROM accounts WHERE platform || ':' || account_id = ?",
        [account],
    ).to_dicts()
    shown = {"account": account, **(rows[0] if rows else {"handle": None, "display_name": None, "profile_url": None})}
    emit({**entry, **shown}, json, lambda: table(list(shown), [tuple(shown.values())]))
