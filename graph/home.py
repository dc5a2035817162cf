"""The folders a case's graph lives in, and what the graph there stands for.

`graph/` is the home in use. A new graph is made in `graph.new/` and put in its place by two renames; `settle` finishes or
takes back what was killed between them, so that there is always the old graph or the new one, never half of one.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import orjson

from evidence.case import Case
from evidence.files import remove, write_json
from evidence.runs import Run
from graph.schema import VERSION

STATE: Final = "stands-for.json"
"""In a home: what its graph was made of. A home without it is not finished, or is being changed."""


@dataclass(frozen=True, slots=True)
class StandsFor:
    """What a graph was made of."""

    case: str
    input_hash: str
    run: str | None
    schema: int
    batches: list[str]
    indexed: bool
    """The constraints and indexes are there too, and the counts were checked."""


def wanted(case: Case, run: Run | None) -> StandsFor:
    """What the graph of `case` should stand for."""
    names = [batch.name for batch in case.batches()]
    return StandsFor(case.id, case.input_hash(), run.id if run else None, VERSION, names, True)


def current(case: Path) -> Path:
    return case / "graph"


def new(case: Path) -> Path:
    return case / "graph.new"


def old(case: Path) -> Path:
    return case / "graph.old"


def state(home: Path) -> StandsFor | None:
    """What the graph in `home` stands for; None where there is none, or none that is finished."""
    try:
        return StandsFor(**orjson.loads((home / STATE).read_bytes()))
    except (FileNotFoundError, NotADirectoryError, orjson.JSONDecodeError, TypeError):
        return None


def write_state(home: Path, document: StandsFor | None) -> None:
    """Say what the graph in `home` stands for; None: it is being changed."""
    if document is None:
        (home / STATE).unlink(missing_ok=True)
    else:
        write_json(home / STATE, asdict(document))


def unsettled(case: Path) -> bool:
    """A build was killed between the two renames of `swap`; the engine must not run while `settle` ends it."""
    return state(current(case)) is None and (state(new(case)) is not None or state(old(case)) is not None)


def settle(case: Path) -> None:
    """Bring a finished graph back into `graph/` where a killed build left none, and clear away the rest."""
    if unsettled(case):
        finished = new(case) if state(new(case)) is not None else old(case)
        remove(current(case))
        finished.rename(current(case))
    remove(new(case))
    remove(old(case))


def swap(case: Path) -> None:
    """Put the finished `graph.new/` in the place of `graph/`; no engine may be running on either."""
    remove(old(case))
    if current(case).exists():
        current(case).rename(old(case))
    new(case).rename(current(case))
    remove(old(case))
