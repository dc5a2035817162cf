"""The graph of a made-up case of a million posts: rebuild and upsert, beside Neo4j's importer alone on the same files.

`python -m benchmarks.graph_build [--posts N]`. The bar: 1,000,000 posts with constraints and indexes in 60 seconds.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from evidence.case import Case
from evidence.load import load
from graph import engine, home, settings
from graph.build import build
from graph.bulk import import_arguments, write_csv
from graph.connect import connect
from graph.project import Projection
from graph.upsert import upsert
from records.chunk import Chunk

HOW = {"format": "tables", "timezone": "UTC", "mapping": {}, "platform": None}
SECONDS = 60
CHUNK = 50_000
WORDS = np.array([f"word{number}" for number in range(5_000)])


def chunks(posts: int, first: int = 0) -> Iterator[Chunk]:
    """Posts of one account in fifty each, twelve words long; a third share an address, a fifth a hashtag."""
    for start in range(first, first + posts, CHUNK):
        size = min(CHUNK, first + posts - start)
        draw = np.random.default_rng(start)
        texts = WORDS[draw.integers(0, len(WORDS), (size, 12))]
        addresses, tags = draw.integers(0, 200_000, size), draw.integers(0, 5_000, size)
        linked, tagged = draw.random(size) < 1 / 3, draw.random(size) < 1 / 5
        frame = pl.DataFrame(
            {
                "platform": ["x"] * size,
                "post_id": [str(start + row) for row in range(size)],
                "author_id": draw.integers(0, max(1, posts // 50), size).astype(str).tolist(),
                "created_at": [
                    datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=start + row) for row in range(size)
                ],
                "text": [" ".join(row) for row in texts],
                "urls": [
                    [f"https://site{a % 999}.example/{a}"] if is_in else []
                    for a, is_in in zip(addresses, linked, strict=True)
                ],
                "hashtags": [[f"tag{t}"] if is_in else [] for t, is_in in zip(tags, tagged, strict=True)],
                "_source_line": list(range(start, start + size)),
            },
            schema_overrides={"created_at": pl.Datetime("us", "UTC"), "_source_line": pl.Int64()},
        )
        yield Chunk(rows=size, primary="posts", frames={"posts": frame})


def put(case: Case, posts: int, first: int) -> None:
    with case.writing("load"):
        load(case, f"made-{first}", f"{first:064x}", chunks(posts, first), HOW, False, lambda rows: None)


def importer_alone(case: Case) -> tuple[float, float]:
    """Seconds of making the importer's files, and of the importer itself."""
    folder = case.path / "alone"
    (folder / "csv").mkdir(parents=True)
    started = time.monotonic()
    with Projection(case) as projection:
        files, _ = write_csv(projection, folder / "csv", lambda what, share: None)
    written = time.monotonic()
    arguments = import_arguments([name.format(folder=folder / "csv") for name in files], folder / "report")
    engine.run_admin(folder, arguments, heap_mb=settings.memory()[0])
    return written - started, time.monotonic() - written


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    posts = parser.parse_args().posts
    with tempfile.TemporaryDirectory() as folder:
        case = Case.create(Path(folder) / "case")
        put(case, posts, 0)
        try:
            files, alone = importer_alone(case)
            report = build(case)
            few = max(1, posts // 50)
            put(case, few, posts)
            with connect(case.path) as driver, Projection(case) as projection:
                home.write_state(home.current(case.path), None)
                started = time.monotonic()
                changed = upsert(driver, projection, lambda what, share: None)
                taken = time.monotonic() - started
        finally:
            engine.stop(case.path)
    rows = changed.nodes_written + changed.relationships_written
    print(f"{'posts':>10} {'nodes':>10} {'rels':>10} {'files s':>8} {'importer s':>10} {'build s':>8} {'ratio':>6}")
    print(
        f"{posts:>10,} {report.nodes:>10,} {report.relationships:>10,} {files:>8.1f} {alone:>10.1f}"
        f" {report.seconds:>8.1f} {report.seconds / alone:>6.1f}"
    )
    print(
        f"upsert of {few:,} posts more: {rows:,} rows in {taken:.1f} s, {rows / taken:,.0f} rows/s with the comparison"
    )
    return 0 if report.seconds <= SECONDS or posts != 1_000_000 else 1


if __name__ == "__main__":
    sys.exit(main())
