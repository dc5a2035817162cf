"""Posts a second of every loader that reads big files, beside DuckDB reading the same file into Parquet, and the memory.

`python -m benchmarks.loading [--rows N] [--repeats N] [--gigabytes G] [--only LOADER]`: each loader's fixture, grown to N
items with ids of their own (benchmarks/growing.py), and one real file are loaded into a new case as `murmur load` does
it, hashing and counting and writing included, without languages and places (benchmarks/derive.py has those). Every file is
loaded by a process of its own, whose peak memory is printed. `--gigabytes` adds an X archive of that size, loaded by the
command.
"""

import argparse
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from app.loading import load_paths
from benchmarks.growing import CSV, JSON, Grown, grow
from evidence.case import Case
from loaders.base import Options

ROOT = Path(__file__).resolve().parents[1]
# A case with its copies, and DuckDB's file, take less than this many times what is read.
ROOM = 3
# DuckDB reads a document of one line at once, up to this size; larger ones have no ratio.
ONE_OBJECT = 2**30


def load(loader: str, path: Path, folder: Path) -> int:
    """Load a file into a new case in `folder`; returns the items kept."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        case = Case.create(Path(name) / "case")
        entries = list(
            load_paths(
                case, [path], options=Options(), copy=False, reporter=lambda what, share: None, format_name=loader
            )
        )
    return sum(entry["kept"] + entry["merged"] for entry in entries)


def duck(path: Path, out: Path) -> None:
    """The same file to Parquet by DuckDB alone: cells as they are, or JSON with the types it finds."""
    reading = (
        f"read_csv('{path}', all_varchar=true, ignore_errors=true, strict_mode=false)"
        if path.suffix == ".csv"
        else f"read_json('{path}', maximum_object_size={ONE_OBJECT if path.suffix == '.json' else 2**24})"
    )
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"COPY (SELECT * FROM {reading}) TO '{out / 'duck.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        )


def seconds(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def one(loader: str, path: Path, repeats: int) -> None:
    """Measure one file in this process; prints what was measured as JSON."""
    kept = load(loader, path, path.parent)
    spent = seconds(lambda: load(loader, path, path.parent), repeats)
    # Before DuckDB reads; and here, not in the process that starts this one: a child begins with the peak of its parent.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        ratio = f"{spent / seconds(lambda: duck(path, path.parent), repeats):.1f}x"
    except duckdb.Error as error:
        ratio = f"not read ({type(error).__name__})"
    print(json.dumps({"rows": kept, "seconds": spent, "peak": peak / 1e6, "ratio": ratio}))


def row(label: str, loader: str, path: Path, repeats: int) -> str:
    """One line of the table."""
    words = [sys.executable, "-m", "benchmarks.loading", "--one", loader, str(path), "--repeats", str(repeats)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    ours = json.loads(done.stdout)
    speed = ours["rows"] / ours["seconds"]
    return f"| {label} | {ours['rows']:,} | {path.stat().st_size / 1e6:,.0f} | {speed:,.0f} | {ours['ratio']} | {ours['peak']:.2f} |"


def big(gigabytes: float, folder: Path) -> str:
    """`murmur load` of a generated file into a new case; returns a line with its size, speed and peak memory."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < gigabytes * ROOM:
        return f"A file of {gigabytes} GB was not loaded: {free:.0f} GB of disk are free, {gigabytes * ROOM:.0f} are needed."
    archive = next(what for what in CSV if what.loader == "x_archive")
    sample = grow(archive, 10_000, folder).stat().st_size / 10_000
    path = grow(archive, int(gigabytes * 1e9 / sample), folder)
    begin = time.perf_counter()
    words = [sys.executable, "-m", "app.cli", "load", str(path), "--case", str(folder / "case"), "--no-copy", "--json"]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    spent = time.perf_counter() - begin
    rows = json.loads(done.stdout)[0]["kept"]
    # The largest of all children, those that measured the loaders before among them: never less than this load's own.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    size = path.stat().st_size / 1e9
    return f"`murmur load` of {size:.2f} GB, {rows:,} rows kept: {rows / spent:,.0f} rows/s, peak memory {peak:.2f} GB"


def measured(wanted: argparse.Namespace, folder: Path) -> None:
    """Print the table, a line as soon as it is known."""
    print("| file | rows | MB | rows/s | times DuckDB | peak GB |\n|---|--:|--:|--:|--:|--:|", flush=True)

    def show(what: Grown) -> None:
        with tempfile.TemporaryDirectory(dir=folder) as inner:
            path = grow(what, wanted.rows, Path(inner))
            print(row(f"{what.loader}, {what.fixture}", what.loader, path, wanted.repeats), flush=True)

    for what in (*CSV, *JSON):
        if wanted.only in (None, what.loader):
            show(what)
    if wanted.only in (None, "ira"):
        real = folder / "real.csv"
        real.write_bytes(gzip.decompress((ROOT / "data/ira/posts_2015-10-01_2015-12-05.csv.gz").read_bytes()))
        print(row("ira, real posts", "ira", real, wanted.repeats), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--gigabytes", type=float, default=0.0)
    parser.add_argument("--only")
    parser.add_argument("--one", nargs=2, metavar=("LOADER", "FILE"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one:
        return one(wanted.one[0], Path(wanted.one[1]), wanted.repeats)
    print(f"{os.cpu_count()} processors, load of the last minute at the beginning {os.getloadavg()[0]:.1f}.\n")
    with tempfile.TemporaryDirectory() as name:
        measured(wanted, Path(name))
        ending = f"\nLoad of the last minute at the end {os.getloadavg()[0]:.1f}."
        print(ending, flush=True)
        if wanted.gigabytes:
            print(f"\n{big(wanted.gigabytes, Path(name))}")
    return None


if __name__ == "__main__":
    main()
