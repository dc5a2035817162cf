"""load: exports into the case, by their format, by a mapping, or by a guess that a person has confirmed."""

import shlex
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.case import print_ledger
from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note

if TYPE_CHECKING:
    from app.gathered import Statement
    from evidence.case import Case
    from loaders.base import Options

# Files named in one line of a terminal; the rest are counted.
NAMED = 6


def register(cli: typer.Typer) -> None:
    cli.command()(load)


def load(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; .gz, .zst and .zip are read directly.")],
    case: CaseOption = DEFAULT_CASE,
    format: Annotated[str | None, typer.Option(help="The format, where it is not recognised (murmur formats).")] = None,
    map: Annotated[
        list[str] | None, typer.Option(help="column=field, for a table of no known format.", metavar="C=F")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping kept before; --map stands above it.")] = None,
    save_mapping: Annotated[Path | None, typer.Option(help="Keep the mapping as this TOML file.")] = None,
    dates: Annotated[
        str | None, typer.Option(help="day-first or month-first, for dates such as 03/04/2024 in a mapped table.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of times that state none, such as Europe/Paris.")] = None,
    platform: Annotated[str | None, typer.Option(help="Platform of the rows, where the file does not say.")] = None,
    copy: Annotated[
        bool, typer.Option("--copy/--no-copy", help="Keep a copy of the originals, or only hashes.")
    ] = True,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show format or guess and the first rows; load nothing.")
    ] = False,
    scope: Annotated[
        str | None,
        typer.Option(help="How it was gathered: timeline, keyword, replies, followers or sample.", metavar="SCOPE"),
    ] = None,
    query: Annotated[str | None, typer.Option(help="With --scope: the words searched for.")] = None,
    subject: Annotated[str | None, typer.Option(help="With --scope: the account, page or post it is about.")] = None,
    since: Annotated[str | None, typer.Option(help="With --scope: gathered from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="With --scope: gathered up to this time.")] = None,
    complete: Annotated[
        str | None, typer.Option(help="With --scope: yes, no or unknown: nothing is missing in it.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Load exports into the case and print the ledger."""
    from app.gathered import Statement

    options = _options(map or [], mapping, dates, timezone, platform)
    if scope is None and any((query, subject, since, until, complete)):
        raise typer.BadParameter("--query, --subject, --since, --until and --complete belong to --scope")
    statement = Statement(scope, query, subject, since, until, complete or "unknown") if scope else None
    if preview:
        return _preview(paths, options, format, case, save_mapping, json)
    known: dict[tuple[str, ...], Options] = {}
    if format is None and not json and sys.stdin.isatty() and sys.stdout.isatty():
        from app.commands.confirm import settle

        options, known = settle(paths, options)
    if save_mapping:
        _save(options, known, save_mapping)
    return _load(paths, case, format, options, known, statement, copy, json)


def _load(
    paths: list[Path],
    folder: Path,
    format: str | None,
    options: "Options",
    known: "dict[tuple[str, ...], Options]",
    statement: "Statement | None",
    copy: bool,
    json: bool,
) -> None:
    from app.loading import load_paths
    from app.progress import Reporter
    from evidence.case import Case

    entries: list[dict[str, Any]] = []
    unread: dict[Path, list[str]] = {}
    opened = Case.open_or_create(folder)
    try:
        with Reporter() as reporter:
            for entry in load_paths(
                opened,
                paths,
                options=options,
                copy=copy,
                reporter=reporter,
                format_name=format,
                known=known,
                statement=statement,
                unread=lambda where, name: unread.setdefault(where, []).append(name),
            ):
                entries.append(entry)
    finally:
        # Also when a later file fails: what was acknowledged is in the case.
        emit(entries, json, lambda: print_ledger(opened, entries) if entries else None)
        for where, names in unread.items():
            several = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
            note(f"Not read in {where.name or where}, being of no known format: {', '.join(names[:NAMED])}{several}.")
        if unread:
            note("`murmur load FILE --preview` shows what the columns of a table among them look like.")
    _say_what_is_lost(opened, folder, entries, paths)


def _say_what_is_lost(opened: "Case", folder: Path, entries: list[dict[str, Any]], paths: list[Path]) -> None:
    from app.gathered import LOST, untold
    from app.loading import files_of

    held = opened.held()
    silent = [entry["file"] for entry in entries if untold(held, entry)]
    if silent:
        several = f"{silent[0]} and {len(silent) - 1} more" if len(silent) > 1 else silent[0]
        path = next((path for path in files_of(paths) if path.name == silent[0].partition("!")[0]), Path(silent[0]))
        command = ["murmur", "load", str(path), *([] if folder == DEFAULT_CASE else ["--case", str(folder)])]
        note(LOST.format(file=several, command=shlex.join(command)))


def _options(
    words: list[str], kept: Path | None, dates: str | None, timezone: str | None, platform: str | None
) -> "Options":
    from app.loading import with_platform
    from loaders import mapping as mappings
    from loaders.base import Options
    from loaders.dates import ORDERS

    if dates not in (None, *ORDERS):
        raise typer.BadParameter(f"{dates} is not {' or '.join(ORDERS)}", param_hint="--dates")
    said = {}
    for word in words:
        column, equals, field = word.rpartition("=")  # columns may hold a =, fields do not
        if not equals or not column.strip():
            raise typer.BadParameter(f"{word} is not column=field")
        said[column.strip()] = field.strip()
    options = with_platform(Options(timezone=timezone, mapping=said, platform=platform, dates=dates))
    return mappings.options(mappings.load(kept), options) if kept else options


def _save(options: "Options", known: "dict[tuple[str, ...], Options]", path: Path) -> None:
    from loaders import mapping as mappings
    from loaders.base import LoadError

    kept = [options] if options.mapping else list(known.values())
    if len(kept) != 1:
        raise LoadError(
            f"There is {'no' if not kept else 'more than one'} mapping to save in {path}; "
            "`murmur load FILE --preview --save-mapping` keeps the one guessed for a file."
        )
    mappings.save(mappings.of(kept[0]), path)
    note(f"The mapping is kept in {path}; --mapping {path} uses it again.")


def _preview(
    paths: list[Path], options: "Options", format: str | None, case: Path, save: Path | None, json: bool
) -> None:
    from app.loading import files_of
    from app.proposal import document, propose, words
    from loaders.base import LoadError
    from loaders.source import sources

    for path in files_of(paths):
        for source in sources(path):
            proposal = propose(source, options, format)
            command = ["murmur", "load", str(path), *words(proposal)]
            command += ["--format", format] if format else []
            command += [] if case == DEFAULT_CASE else ["--case", str(case)]
            shown = document(proposal, shlex.join(command))
            emit(shown, json, partial(_print_preview, shown))
            if save and not proposal.settled:
                raise LoadError(f"The mapping of {source.name} is not settled; answer what is asked, then save it.")
            if save:
                _save(proposal.options, {}, save)


def _print_preview(shown: dict[str, Any]) -> None:
    from app.commands.confirm import print_guesses, print_rows

    if shown["guesses"]:
        note(f"{shown['file']} is of no known format. Its columns were guessed as {shown['table']}:")
        print_guesses(shown)
    else:
        note(f"{shown['file']} is read as format {shown['format']}, into {shown['table']}:")
    print_rows(shown)
    for question in shown["questions"]:
        note(f"To be said: {question['question']}")
        field = question["field"]
        if field == "dates":
            note(f"  shown above as {question['choices'][0]}")
        ways = [
            f"--{field} {choice}" if field in ("platform", "dates") else f"--map {shlex.quote(f'{choice}={field}')}"
            for choice in question["choices"][:6]
        ]
        note(f"  add {' or '.join(ways)}{' ...' if len(question['choices']) > 6 else ''}")
    if shown["missing"]:
        note(f"No column looks like {', '.join(shown['missing'])}, which {shown['table']} cannot do without.")
    elif shown["error"]:
        note(shown["error"])
    else:
        wrong = "corrected with --map column=field where it is wrong"
        note(f"With that added, {wrong}:" if shown["questions"] else f"To load it so, {wrong}:")
        print(shown["command"])
