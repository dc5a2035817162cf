"""kill -9 at random moments of load, detect and build: nothing acknowledged is lost, nothing is half done.

`python -m benchmarks.kills 100` kills a hundred times (seeded) and prints one line for each kind of work; the test suite
runs the same with fewer kills. A kill ends the `murmur` process alone, as a user's would: what it had started must be
found and mended by the next command.
"""

import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from evidence.case import Case
from evidence.runs import runs
from evidence.verify import verify
from records.store import query
from records.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
IRA = ROOT / "data" / "ira" / "posts_2015-10-01_2015-12-05.csv.gz"
# Enough rows that each step takes seconds, few enough that a hundred kills end within the hour.
ROWS = 6_000


def kills(count: int, seed: int, folder: Path) -> Counter[str]:
    """Kill `count` times, in turn over load, detect and build; returns how many kills hit each kind of work.

    Raises AssertionError at the first case that lost something or is half done.
    """
    rng = random.Random(seed)
    files = _files(folder)
    whole = _whole(folder / "whole", files)
    hit: Counter[str] = Counter()
    for number in range(count):
        kind = ("load", "detect", "build")[number % 3]
        path = folder / f"case-{number}"
        if kind == "load":
            steps, seconds = [["load", *map(str, files)]], whole["load"]
        elif kind == "detect":
            _murmur(path, ["load", *map(str, files)])
            steps, seconds = [["detect", "--no-graph"]], whole["detect"]
        else:
            _murmur(path, ["load", *map(str, files)])
            _murmur(path, ["detect", "--no-graph"])
            steps, seconds = [["graph", "build"]], whole["build"]
        before = _acknowledged(path)
        for step in steps:
            hit[kind] += _killed(path, step, rng.uniform(0, float(seconds)))
        after = _acknowledged(path)
        assert before <= after, f"kill {number} in {kind}: acknowledged entries are gone: {before - after}"
        for command in (["load", *map(str, files)], ["detect", "--no-graph"]):
            _murmur(path, command)
        assert _state(path) == whole["state"], f"kill {number} in {kind}: {_state(path)} is not {whole['state']}"
        if kind == "build":
            _murmur(path, ["graph", "build"])
            assert _graph(path) == whole["graph"], f"kill {number} in build: {_graph(path)} is not {whole['graph']}"
            _murmur(path, ["graph", "stop"])
        shutil.rmtree(path)
    return hit


def _files(folder: Path) -> list[Path]:
    """Two files cut out of the real posts, with no row in both."""
    with gzip.open(IRA, "rt", encoding="utf-8", newline="") as stream:
        lines = [next(stream) for _ in range(ROWS)]
    cut = folder / "first.csv", folder / "second.csv"
    half = len(lines) // 2
    cut[0].write_text("".join(lines[:half]), encoding="utf-8")
    cut[1].write_text(lines[0] + "".join(lines[half:]), encoding="utf-8")
    return list(cut)


def _whole(path: Path, files: list[Path]) -> dict[str, object]:
    """How long each step takes undisturbed and what stands at the end."""
    seconds: dict[str, object] = {}
    for name, command in (
        ("load", ["load", *map(str, files)]),
        ("detect", ["detect", "--no-graph"]),
        ("build", ["graph", "build"]),
    ):
        start = time.monotonic()
        _murmur(path, command)
        seconds[name] = time.monotonic() - start
    seconds["state"], seconds["graph"] = _state(path), _graph(path)
    _murmur(path, ["graph", "stop"])
    return seconds


def _command(path: Path, words: list[str]) -> list[str]:
    return [sys.executable, "-m", "app.cli", *words, "--case", str(path)]


def _murmur(path: Path, words: list[str]) -> None:
    done = subprocess.run(_command(path, words), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"murmur {' '.join(words[:2])}: {done.stderr}"


def _killed(path: Path, words: list[str], after: float) -> bool:
    """Start, wait, kill -9; False where the work had ended by itself before."""
    process = subprocess.Popen(_command(path, words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    # No poll before: it would bury a process that has ended, and its pid could be another's by now.
    os.kill(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def _acknowledged(path: Path) -> set[str]:
    """Seals of what the journal has acknowledged and the case still holds whole."""
    if not (path / "case.json").exists():
        return set()
    case = Case.open(path)
    with case.writing("check"):
        assert verify(case, lambda what, share: None)["problems"] == []
    return {str(entry["seal"]) for entry in case.journal.entries() if "seal" in entry}


def _state(path: Path) -> dict[str, object]:
    """What a case holds, told without the moments at which it came to hold it."""
    case = Case.open(path)
    records = case.records()
    return {
        "rows": {name: query(records, f"SELECT count(*) FROM {name}").item() for name in TABLES},
        "files": sorted((entry["file"], entry["rows_read"], entry["kept"]) for entry in case.ledger()),
        "findings": [[finding.id for finding in run.findings()] for run in runs(case)],
    }


def _graph(path: Path) -> list[list[object]]:
    """Labels and types of relationships with their counts, and the sum of what their posts say."""
    from app.asking import ask_cypher

    case = Case.open(path)
    questions = (
        "MATCH (n) RETURN labels(n)[0] AS label, count(*) AS n ORDER BY label",
        "MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n ORDER BY type",
        "MATCH (p:Post) RETURN sum(size(p.text)) AS characters, count(p.created_at) AS times",
    )
    return [row for question in questions for row in ask_cypher(case, question)["rows"]]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        hit = kills(count, 1, Path(folder))
    print(f"{count} kills, {sum(hit.values())} while at work ({dict(hit)}): nothing lost, nothing half done")


if __name__ == "__main__":
    main()
