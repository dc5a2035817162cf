"""Long work as a job: one `murmur` process with a progress file, started and ended by its id."""

import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psutil

from evidence.case import Case
from evidence.files import read_json, write_json


def start(case: Case, arguments: list[str], what: str) -> str:
    """Start `murmur ARGUMENTS --case CASE` in the background; returns the job's id."""
    job = uuid.uuid4().hex[:12]
    path = case.path / "jobs" / f"{job}.json"
    path.parent.mkdir(exist_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(path, {"id": job, "title": what, "what": what, "share": 0.0, "started": now})
    log = path.with_suffix(".log")
    with log.open("wb") as errors, path.with_suffix(".out").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", *arguments, "--case", str(case.path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env={**os.environ, "MURMUR_JOB": str(path)},
            start_new_session=True,
        )
    born = psutil.Process(process.pid).create_time()
    write_json(path.with_suffix(".pid"), {"pid": process.pid, "born": born})
    return job


def status(case: Case, job: str) -> dict[str, Any]:
    """{id, title, what, share, started, running, message}: `message` is the last line the process wrote to stderr."""
    path = case.path / "jobs" / f"{job}.json"
    document: dict[str, Any] = read_json(path)
    process = _process(path)
    lines = path.with_suffix(".log").read_text(errors="replace").strip().splitlines()
    return {**document, "running": process is not None, "message": lines[-1] if lines else ""}


def running(case: Case) -> list[dict[str, Any]]:
    """Jobs of this case that are still at work, oldest first."""
    jobs = [status(case, path.stem) for path in (case.path / "jobs").glob("*.json")]
    return sorted((job for job in jobs if job["running"]), key=lambda job: job["started"])


def cancel(case: Case, job: str) -> None:
    """Ask the job to stop; what it had finished stays, the rest is as it was."""
    process = _process(case.path / "jobs" / f"{job}.json")
    if process is not None:
        process.terminate()


def _process(path: Path) -> psutil.Process | None:
    """The job's process if it still runs; a pid that now belongs to another process is not it."""
    try:
        known = read_json(path.with_suffix(".pid"))
        process = psutil.Process(known["pid"])
        alive = process.create_time() == known["born"] and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, orjson.JSONDecodeError, psutil.NoSuchProcess):
        return None
    return process if alive else None
