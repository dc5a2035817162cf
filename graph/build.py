"""Bring a case's graph to what the case says: nothing to do, a small change, or built anew; `build` decides.

Who asks the graph calls `build` first: where nothing changed it returns at once, and whatever a killed build left is
finished then.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import duckdb
import filelock
import neo4j

from evidence.case import Case
from evidence.runs import Run, latest
from graph import engine, home
from graph.bulk import rebuild
from graph.connect import claim, connect, team_server
from graph.errors import EngineError
from graph.home import StandsFor
from graph.indexes import ensure
from graph.project import Projection
from graph.upsert import upsert

Progress = Callable[[str, float], None]

# An import of any size spends some ten seconds on starting Java twice; in that time 50,000 rows are upserted.
FEW_ROWS: Final = 50_000
WAIT_SECONDS: Final = 3600
"""How long a second process waits for the first one's build; it has nothing to do then."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    how: Literal["nothing", "rebuild", "upsert"]
    run: str | None
    """The run the graph shows."""
    nodes: int
    """In the graph now; 0 where nothing was done."""
    relationships: int
    seconds: float


def is_current(case: Case) -> bool:
    """Whether the graph stands for the case and its newest run, without starting an engine."""
    want = home.wanted(case, latest(case))
    if team_server():
        with connect(case.path) as driver:
            return _team_state(driver, case.id) == _essence(want)
    return home.state(home.current(case.path)) == want


def build(case: Case, progress: Progress = lambda what, share: None) -> BuildReport:
    """Make the graph stand for the case and its newest run. Raises EngineError with one sentence; the case is safe then,
    and so is the graph: it is the old one, the new one, or known to be unfinished and finished by the next build."""
    started = time.monotonic()
    if is_current(case) and not home.unsettled(case.path):
        run = latest(case)
        return BuildReport("nothing", run.id if run else None, 0, 0, 0.0)
    with _alone(case.path, progress), _sentences():
        run = latest(case)
        if team_server():
            how, (nodes, relationships) = "upsert", _team(case, run, progress)
        else:
            how, (nodes, relationships) = _embedded(case, run, progress)
    progress("done", 1.0)
    seconds = round(time.monotonic() - started, 2)
    return BuildReport(how, run.id if run else None, nodes, relationships, seconds)  # type: ignore[arg-type]


def _embedded(case: Case, run: Run | None, progress: Progress) -> tuple[str, tuple[int, int]]:
    path = case.path
    engine.end_stray_admin(home.new(path))
    if home.unsettled(path):
        with engine.stopped(path):
            home.settle(path)
    home.settle(path)
    want, have = home.wanted(case, run), home.state(home.current(path))
    how = "nothing"
    if have is not None and replace(have, indexed=True) == want:
        pass  # killed after the swap: only the indexes are missing
    elif not _erased(want, have) and _rows_to_write(case, run, want, have) <= FEW_ROWS:
        how = "upsert"
        with connect(path) as driver, Projection(case, run) as projection:
            home.write_state(home.current(path), None)
            same = have is not None and have.input_hash == want.input_hash and have.schema == want.schema
            upsert(driver, projection, lambda what, share: progress(what, 0.9 * share), runs_only=same)
    else:
        how = "rebuild"
        progress("reading the case", 0.0)
        with Projection(case, run) as projection:
            rebuild(projection, path, home.new(path), lambda what, share: progress(what, 0.05 + 0.75 * share))
        with engine.stopped(path):
            home.write_state(home.new(path), replace(want, indexed=False))
            home.swap(path)
    with connect(path) as driver:
        progress("indexing", 0.9)
        ensure(driver)
        counts = _counts(driver)
    home.write_state(home.current(path), want)
    return ("rebuild" if how == "nothing" else how), counts


def _team(case: Case, run: Run | None, progress: Progress) -> tuple[int, int]:
    want = home.wanted(case, run)
    with connect(case.path) as driver, Projection(case, run) as projection:
        claim(driver, case.id)
        have = _team_state(driver, case.id)
        same = have is not None and (have[0], have[2]) == (want.input_hash, want.schema)
        upsert(driver, projection, progress, runs_only=same)
        return _counts(driver)


def _rows_to_write(case: Case, run: Run | None, want: StandsFor, have: StandsFor | None) -> int:
    """About how many rows differ: those of the batches the graph does not know, and those of the run."""
    known: set[str] = set()
    if have is not None and have.schema == want.schema:
        known = set(have.batches)
    rows = sum(sum(batch.ledger.get("tables", {}).values()) for batch in case.batches() if batch.name not in known)
    if run is not None and (have is None or have.run != run.id):
        rows += sum(run.meta.get("counts", {}).get(name, 0) for name in ("findings", "links", "copies", "signals"))
    return int(rows)


def _erased(want: StandsFor, have: StandsFor | None) -> bool:
    """Something was taken out of the case: it must be gone from the store's own files too, so it is built anew."""
    return have is not None and not set(have.batches) <= set(want.batches)


def _essence(document: StandsFor) -> tuple[str, str | None, int]:
    return document.input_hash, document.run, document.schema


def _team_state(driver: neo4j.Driver, case_id: str) -> tuple[str, str | None, int] | None:
    records = driver.execute_query(
        "MATCH (c:Case {id: $id}) RETURN c.input_hash AS input_hash, c.run AS run, c.schema AS schema", id=case_id
    ).records
    if not records or records[0]["input_hash"] is None:
        return None
    return records[0]["input_hash"], records[0]["run"], records[0]["schema"]


def _counts(driver: neo4j.Driver) -> tuple[int, int]:
    records = driver.execute_query(
        "CALL () { MATCH (n) RETURN count(n) AS nodes } CALL () { MATCH ()-[r]->() RETURN count(r) AS relationships }"
        " RETURN nodes, relationships"
    ).records
    return records[0]["nodes"], records[0]["relationships"]


@contextmanager
def _alone(case: Path, progress: Progress) -> Iterator[None]:
    """One build a case at a time; a second waits and then finds nothing to do, or only what came since."""
    lock = filelock.FileLock(case / ".graph.lock")
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            lock.acquire(timeout=1.0)
            break
        except filelock.Timeout:
            progress("waiting for another murmur that builds this graph", 0.0)
            if time.monotonic() > end:
                raise EngineError(
                    "Another murmur has been building this graph for an hour; end it, then try again."
                ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _sentences() -> Iterator[None]:
    """What may go wrong outside the engine, in one sentence."""
    try:
        yield
    except OSError as problem:
        raise EngineError(
            f"The graph could not be built: {problem.strerror or problem}; the case is unharmed."
        ) from problem
    except duckdb.Error as problem:
        said = str(problem).splitlines()[0]
        raise EngineError(f"The rows of the graph could not be made: {said}; the case is unharmed.") from problem
