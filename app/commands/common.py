"""What the commands share: the --case and --json options and how a result is printed."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

CaseOption = Annotated[Path, typer.Option("--case", help="The case folder.", metavar="DIR")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
DEFAULT_CASE = Path("case")


def emit(document: Any, as_json: bool, human: Callable[[], None]) -> None:
    """Print `document` as JSON, or let `human` print it for people."""
    if as_json:
        import orjson

        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.flush()
    else:
        human()


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as a table; control characters in outside text never reach the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(clean(value)) for value in row))
    Console().print(grid)


def clean(value: Any) -> str:
    """`value` as one line of printable text: escapes and control characters would steer the terminal."""
    text = "" if value is None else str(value)
    return "".join(character if character.isprintable() else " " for character in text)


def note(sentence: str) -> None:
    """Something a person should know, beside the result; names of files and columns in it cannot steer the terminal."""
    print(clean(sentence), file=sys.stderr)


def pairs(words: Sequence[str], what: str) -> dict[str, str]:
    """`key=value` words as a dict; wrong usage where one has no `=`."""
    result = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{word} is not {what}")
        result[key.strip()] = value.strip()
    return result
