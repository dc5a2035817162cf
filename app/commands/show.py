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
    scenario: Annotated[
        str | None, typer.Option(help="A made-up world instead, in which is known what is planted.", metavar="NAME")
    ] = None,
    seed: Annotated[int, typer.Option(help="With --scenario: another number is another world.")] = 1,
    no_app: Annotated[bool, typer.Option("--no-app", help="Build the case and stop.")] = False,
    case: CaseOption = DEFAULT_CASE,
) -> None:
    """Build the demonstration case from real data, or a made-up world, and open the app on it."""
    from app.demo import build_demo, build_scenario, opens_on
    from app.serve import serve

    opened = build_scenario(case, scenario, seed) if scenario else build_demo(case)
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
