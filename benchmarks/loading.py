"""Posts a second of every loader, beside DuckDB reading the same CSV into Parquet; memory on a file of any size.

`python -m benchmarks.loading [--rows N] [--gigabytes G]`: each loader reads its fixture's good rows, repeated with new
ids to N, and real files as they are; the big file is an X archive of G gigabytes, made on the fly and read by a process
of its own whose peak memory is printed.
"""

import argparse
import csv
import gzip
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from loaders import loaders
from loaders.base import Options
from loaders.source import sources
from records.tables import TABLES, conform

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "loaders" / "fixtures"
# A fixture for each loader of CSV, and the column whose value makes a row one of its own.
REPEATED = {
    "coortweet": ("four.csv", "content_id"),
    "ira": ("posts.csv", "updates"),
    "mayweather": ("tweets.csv", "id"),
    "tables": ("posts.csv", "post_id"),
    "toolkit": ("messages.csv", "message_id"),
    "x_archive": ("tweets.csv", "tweetid"),
}
REPEATS = 5


def grown(path: Path, key: str, rows: int, out: Path) -> Path:
    """The rows of a fixture its loader keeps, again and again with another `key`, until there are `rows`."""
    lines = {
        line
        for chunk in loaders()[path.parent.name].read(sources(path)[0], Options())
        for line in chunk.frames[chunk.primary]["_source_line"].to_list()
    }
    text = path.read_text(encoding="utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header, good, before = next(reader), [], reader.line_num
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            before = reader.line_num
            continue
        if before + 1 in lines:
            good.append(row)
        before = reader.line_num
    at = header.index(key)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(rows):
            row = list(good[number % len(good)])
            row[at] = str(10**17 + number) if key != "updates" else str(number)
            writer.writerow(row)
    return out


def load(loader: str, path: Path, out: Path) -> int:
    """Read a file as a case does, into Parquet; returns the rows kept."""
    writers: dict[str, pq.ParquetWriter] = {}
    kept = 0
    for chunk in loaders()[loader].read(sources(path)[0], Options()):
        for name, frame in chunk.frames.items():
            schema = TABLES[name].arrow_schema
            if name not in writers:
                writers[name] = pq.ParquetWriter(out / f"{name}.parquet", schema, compression="zstd")
            writers[name].write_table(conform(name, frame).to_arrow().cast(schema))
        kept += chunk.frames[chunk.primary].height
    for writer in writers.values():
        writer.close()
    return kept


def duck(path: Path, out: Path) -> None:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{path}', all_varchar=true, ignore_errors=true, strict_mode=false))"
            f" TO '{out / 'duck.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        )


def seconds(work: object, *arguments: object) -> float:
    assert callable(work)
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        work(*arguments)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def big(gigabytes: float, folder: Path) -> str:
    """`murmur load` of a generated file into a new case; returns a line with its size, speed and peak memory."""
    fixture = FIXTURES / "x_archive" / "tweets.csv"
    sample = grown(fixture, "tweetid", 10_000, folder / "sample.csv").stat().st_size / 10_000
    path = grown(fixture, "tweetid", int(gigabytes * 1e9 / sample), folder / "big.csv")
    begin = time.perf_counter()
    words = [sys.executable, "-m", "app.cli", "load", str(path), "--case", str(folder / "case"), "--no-copy", "--json"]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    spent = time.perf_counter() - begin
    rows = json.loads(done.stdout)[0]["kept"]
    # The largest of all children; nothing else that ran here before comes near it.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return f"{path.stat().st_size / 1e9:.2f} GB, {rows:,} rows kept: {rows / spent:,.0f} rows/s, peak memory {peak / 1e6:.2f} GB"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--gigabytes", type=float, default=0.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'loader':<12}{'rows':>10}{'rows/s':>12}{'DuckDB rows/s':>16}{'times DuckDB':>14}")
        files = {
            loader: grown(FIXTURES / loader / fixture, key, wanted.rows, folder / f"{loader}.csv")
            for loader, (fixture, key) in REPEATED.items()
        }
        real = folder / "real ira.csv"
        real.write_bytes(gzip.decompress((ROOT / "data/ira/posts_2015-10-01_2015-12-05.csv.gz").read_bytes()))
        for label, path in {**files, "ira, real": real}.items():
            loader = label.split(",")[0]
            if loader == "tables":
                path = path.rename(folder / "posts.csv")
            rows = load(loader, path, folder)
            ours, theirs = seconds(load, loader, path, folder), seconds(duck, path, folder)
            print(f"{label:<12}{rows:>10,}{rows / ours:>12,.0f}{rows / theirs:>16,.0f}{ours / theirs:>13.1f}x")
        if wanted.gigabytes:
            print(big(wanted.gigabytes, folder))


if __name__ == "__main__":
    main()
