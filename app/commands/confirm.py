"""A guess at the columns of an unknown table, shown on a terminal, corrected and confirmed there."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.commands.common import clean, note, table

if TYPE_CHECKING:
    from app.proposal import Proposal
    from loaders.base import Options, Source
    from loaders.guessed import Question

# Rows shown on a terminal; the first few tell whether columns are what they should be.
ROWS_SHOWN = 3
CELL = 60


def settle(paths: list[Path], options: "Options") -> "tuple[Options, dict[tuple[str, ...], Options]]":
    """Ask about every file of no known format, once for each set of columns.

    Returns the options completed by what was answered about `--map`, and the options for each unknown set of columns.
    """
    from app.loading import files_of
    from app.proposal import propose
    from loaders import recognise
    from loaders.opening import columns_of
    from loaders.source import sources

    known: dict[tuple[str, ...], Options] = {}
    for path in files_of(paths):
        for source in sources(path):
            columns = columns_of(source)
            if columns in known or len(columns) < 2 or (not options.mapping and recognise(source)[0]):
                continue
            proposal = propose(source, options)
            if proposal.guessed is None:
                continue  # the user has said everything
            known[columns] = _confirmed(source, proposal, options)
    if options.mapping and len(known) == 1:
        return next(iter(known.values())), {}
    return options, known


def print_guesses(shown: dict[str, Any]) -> None:
    """Each column with what it is taken for, how surely, and why."""
    table(
        ["column", "is", "sure", "because", "for example"],
        [
            (g["column"] or "(every row)", g["field"], g["confidence"], g["reason"], str(g["example"])[:40])
            for g in shown["guesses"]
        ],
    )
    for sentence in shown["notes"]:
        note(sentence)


def print_rows(shown: dict[str, Any]) -> None:
    """The first rows as they would be kept, one a column, and those that would be refused."""
    rows = shown["rows"][:ROWS_SHOWN]
    if rows:
        print()
        names = [name for name in rows[0] if not name.startswith("_")]
        cells = [[name, *(clean(_short(row[name])) for row in rows)] for name in names]
        table(["field", *(f"line {row['_source_line']}" for row in rows)], cells)
    for refused in shown["refused"]:
        note(f"would be refused: line {refused['line']} {refused['column']}: {refused['reason']}")


def _short(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    text = " | ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


def _confirmed(source: "Source", proposal: "Proposal", options: "Options") -> "Options":
    """The options a person agreed to; raises Abort where the file is not to be loaded."""
    from app.proposal import document, propose

    said = options
    while True:
        shown = document(proposal, "")
        note(f"{source.name} is of no known format. Its columns were guessed as {proposal.table}:")
        print_guesses(shown)
        print_rows(shown)
        if proposal.guessed is not None and proposal.guessed.questions:
            said = _answered(proposal.guessed.questions[0], said)
            proposal = propose(source, said)
            continue
        if proposal.error:
            note(proposal.error)
        answer = typer.prompt("Load it so? yes, correct, save, no", default="no" if proposal.error else "yes")
        match answer.strip().lower()[:1]:
            case "y" if not proposal.error:
                return proposal.options
            case "c":
                said = _corrected(said)
                proposal = propose(source, said)
            case "s":
                _saved(proposal.options)
            case "n":
                raise typer.Abort


def _answered(question: "Question", said: "Options") -> "Options":
    note(question.sentence)
    for number, choice in enumerate(question.choices, 1):
        note(f"  {number}  {clean(choice)}")
    while True:
        answer = typer.prompt("Number or name").strip()
        choice = (
            question.choices[int(answer) - 1]
            if answer.isdigit() and 0 < int(answer) <= len(question.choices)
            else answer
        )
        if choice in question.choices:
            break
        note(f"{answer} is none of these.")
    if question.field == "platform":
        return replace(said, platform=choice)
    if question.field == "dates":
        return replace(said, dates=choice)
    return replace(said, mapping={**said.mapping, choice: question.field})


def _corrected(said: "Options") -> "Options":
    note("Write column=field, one a line; column=extra leaves a column aside. An empty line ends.")
    corrections = dict(said.mapping)
    while word := typer.prompt("column=field", default="", show_default=False).strip():
        column, equals, field = word.rpartition("=")
        if equals and column.strip():
            corrections[column.strip()] = field.strip()
        else:
            note(f"{word} is not column=field.")
    return replace(said, mapping=corrections)


def _saved(options: "Options") -> None:
    from loaders import mapping

    path = Path(typer.prompt("File to keep the mapping in", default="mapping.toml"))
    mapping.save(mapping.of(options), path)
    note(f"The mapping is kept in {path}; --mapping {path} uses it again.")
