"""graph start|stop|status|browser|build|fetch: the engine behind the graph."""

import typer

group = typer.Typer(no_args_is_help=True, help="The graph engine: Neo4j, on this machine's own address only.")


def register(cli: typer.Typer) -> None:
    cli.add_typer(group, name="graph")
