"""After an erasure: no graph made before it is left, neither in the store's files nor on a team's server."""

from evidence.case import Case
from evidence.files import remove
from graph import engine, home
from graph.build import build
from graph.connect import team_server


def forget(case: Case) -> None:
    """Delete the embedded graph, which the next question has built anew; bring a team's server to what is left now.

    Raises EngineError where the team's server cannot be reached; `murmur graph` builds it when it can.
    """
    if team_server():
        build(case)
    made = [place for place in (home.current(case.path), home.new(case.path), home.old(case.path)) if place.exists()]
    if made:
        with engine.stopped(case.path):
            for place in made:
                remove(place)
