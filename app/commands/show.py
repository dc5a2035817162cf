"""demo, app, links: the demonstration, the screens, and co-action edges of any table."""

from typing import Annotated

import typer

from app.commands.common import DEFAULT_CASE, CaseOption


def register(cli: typer.Typer) -> None:
    from app.links_command import links

    cli.command()(demo)
    cli.command()(app)
    cli.command()(links)


def demo(
    no_app: Annotated[bool, typer.Option("--no-app", help="Build the case and stop.")] = False,
    case: CaseOption = DEFAULT_CASE,
) -> None:
    """Build the demonstration case from real data, and open the app on it."""
    from app.demo import build_demo, opens_on
    from app.serve import serve

    opened = build_demo(case)
    if not no_app:
        hoax = opens_on(opened)
        serve(opened, screen=f"finding?id={hoax}" if hoax else "")


def app(
    case: CaseOption = DEFAULT_CASE,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    address: Annotated[str, typer.Option(help="Where it listens; leave it, unless inside a container.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Open the app on a case."""
    from app.serve import serve
    from evidence.case import Case

    serve(Case.open_or_create(case), port=port, browser=browser, address=address)
