"""graph start|stop|status|build|browser|fetch: the engine behind the graph."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.common import DEFAULT_CASE, CaseOption, JsonOption, emit, note, table

group = typer.Typer(no_args_is_help=True, help="The graph engine: Neo4j, on this machine's own address only.")


def register(cli: typer.Typer) -> None:
    cli.add_typer(group, name="graph")


def _rows(document: dict[str, Any]) -> None:
    table(["", ""], [(name.replace("_", " "), value) for name, value in document.items()])


@group.command()
def start(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """Start the case's engine, fetching it first where it is missing."""
    from evidence.case import Case
    from graph import engine

    path = Case.open(case).path
    _fetched(None)
    engine.start(path)
    document = engine.status(path)
    emit(document, json, lambda: _rows(document))


@group.command()
def stop(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """End the case's engine."""
    from evidence.case import Case
    from graph import engine

    stopped = {"stopped": engine.stop(Case.open(case).path)}
    emit(stopped, json, lambda: print("Stopped." if stopped["stopped"] else "No engine was running."))


@group.command()
def status(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """Whether the engine runs, and whether the graph stands for the case as it is."""
    from evidence.case import Case
    from graph import engine
    from graph.build import is_current
    from graph.connect import connect, outward, team_server

    opened = Case.open(case)
    document: dict[str, Any] = {"server": team_server() or "embedded", **engine.status(opened.path)}
    document["graph_is_current"] = is_current(opened)
    if team_server() or document["running"]:
        with connect(opened.path) as driver:
            document["outward_requests"] = outward(driver)
    emit(document, json, lambda: _rows(document))


@group.command()
def build(case: CaseOption = DEFAULT_CASE, json: JsonOption = False) -> None:
    """Bring the graph up to the case and its newest run."""
    from dataclasses import asdict

    from app.progress import Reporter
    from evidence.case import Case
    from graph.build import build as bring_up

    _fetched(None)
    with Reporter() as reporter:
        report = asdict(bring_up(Case.open(case), reporter))
    emit(report, json, lambda: _rows(report))


@group.command()
def browser(case: CaseOption = DEFAULT_CASE) -> None:
    """Open Neo4j Browser on the graph until Ctrl-C; afterwards the engine has no HTTP again."""
    from evidence.case import Case
    from graph import engine
    from graph.connect import team_server
    from graph.errors import EngineError

    if team_server():
        raise EngineError("NEO4J_URI names a team's server; open that server's own Neo4j Browser.")
    opened = Case.open(case)
    _fetched(None)
    lease = engine.start(opened.path, http=True)
    place = engine.Place(opened.path)
    print(f"Neo4j Browser: http://127.0.0.1:{lease['http_port']}/browser/")
    print(f"Connect to bolt://127.0.0.1:{lease['port']} as {engine.USER}, password {place.password}")
    note("Ctrl-C ends it. What is changed there is lost: the graph is made anew from the case.")
    holder = engine.hold(place)
    try:
        while engine.leased(place):
            time.sleep(1)
    finally:
        holder.unlink(missing_ok=True)
        if engine.live_holders(place):
            engine.start(opened.path, http=False)  # others still ask; they get a new server, without HTTP
        else:
            engine.stop(opened.path)


@group.command()
def fetch(
    to: Annotated[
        Path | None, typer.Option(help="Into this folder, to carry it to a room without a network.", metavar="DIR")
    ] = None,
    jars: Annotated[
        Path | None, typer.Option(help="From this folder, filled elsewhere by --to.", metavar="DIR")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Fetch the Neo4j server's jars, each checked by hash."""
    folder = _fetched(to, jars)
    emit({"jars": str(folder)}, json, lambda: print(f"The jars are in {folder}."))


def _fetched(to: Path | None, carried: Path | None = None) -> Path:
    from app.progress import Reporter
    from graph import fetch as jars

    if not jars.present(to):
        note("Fetching the Neo4j server (Community Edition, GPLv3, a separate program) to this machine.")
    with Reporter() as reporter:
        return jars.fetch(to, reporter, carried)
