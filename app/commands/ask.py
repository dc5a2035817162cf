"""ask, queries, cypher: questions to the graph, saved or one's own, always read-only."""

from typing import Annotated, Any

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, table


def register(cli: typer.Typer) -> None:
    for command in (ask, queries, cypher):
        cli.command()(command)


def ask(
    query: Annotated[str, typer.Argument(help="The saved question's name (murmur queries).")],
    values: Annotated[
        list[str] | None, typer.Argument(help="name=value parameters.", metavar="[NAME=VALUE]...")
    ] = None,
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Ask a saved question of the graph."""
    from app.asking import ask_question
    from evidence.case import Case

    _print(ask_question(Case.open(case), query, values or []), json)


def queries(json: JsonOption = False) -> None:
    """The saved questions and their parameters."""
    from app.asking import listed

    documents = listed()
    rows = [
        (d["name"], d["title"], ", ".join(f"{p['name']}={p['default']}" for p in d["params"]))
        for d in documents
    ]  # fmt: skip
    emit(documents, json, lambda: table(["name", "title", "parameters"], rows))


def cypher(
    query: Annotated[str, typer.Argument(help="A read-only Cypher query.")],
    case: CaseOption = DEFAULT_CASE,
    json: JsonOption = False,
) -> None:
    """Run your own Cypher, read-only: the server refuses what writes."""
    from app.asking import ask_cypher
    from evidence.case import Case

    _print(ask_cypher(Case.open(case), query), json)


def _print(result: dict[str, Any], json: bool) -> None:
    emit(result, json, lambda: table(result["columns"], result["rows"]))
    if result["truncated"]:
        note(f"Only the first {len(result['rows']):,} rows are shown; narrow the question.")
