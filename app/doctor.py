"""What this machine lacks, each in one sentence with its remedy."""

import platform
import shutil
from pathlib import Path
from typing import Any

import psutil

from graph import fetch, settings
from graph.connect import connect, team_server
from graph.errors import EngineError

# A demonstration case with its graph and originals takes 0.7 GB; the rest is room to work.
LEAST_DISK_GB = 3


def checks(case: Path) -> list[dict[str, Any]]:
    """{what, ok, remedy} for each thing murmur needs; remedy is empty where nothing is to be done."""
    found = [_row(f"Python {platform.python_version()}", True, "")]
    try:
        heap, cache = settings.memory()
        memory = psutil.virtual_memory().total / settings.GIB
        found.append(_row(f"{memory:.0f} GB of memory: heap {heap} MB, page cache {cache} MB", True, ""))
    except EngineError as problem:
        found.append(_row("Memory", False, str(problem)))
    existing = next(folder for folder in [case.resolve(), *case.resolve().parents] if folder.exists())
    free = shutil.disk_usage(existing).free / 1e9
    found.append(
        _row(
            f"{free:.0f} GB free for the case",
            free >= LEAST_DISK_GB,
            "Free some space." if free < LEAST_DISK_GB else "",
        )
    )
    if uri := team_server():
        found.append(_team(uri, case))
    else:
        here = fetch.present()
        remedy = "" if here else "`murmur graph fetch` brings it; without a network carry it over (MURMUR_JARS)."
        found.append(_row(f"Neo4j {fetch.version()} on this machine", here, remedy))
    return found


def _team(uri: str, case: Path) -> dict[str, Any]:
    try:
        with connect(case):
            return _row(f"The team's server at {uri} answers", True, "")
    except EngineError as problem:
        return _row(f"The team's server at {uri}", False, str(problem))


def _row(what: str, ok: bool, remedy: str) -> dict[str, Any]:
    return {"what": what, "ok": ok, "remedy": remedy}
