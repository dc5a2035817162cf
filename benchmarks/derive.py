"""Posts a second of working out languages and places, in a process of its own whose peak memory is printed.

`python -m benchmarks.derive [--posts N]`: the Internet Research Agency's real posts (their languages are mostly English,
Russian and German), each ending in a number of its own so that no text comes twice, by a tenth as many accounts whose
locations are all different; then the same with the posts as they are, copies among them. Reading the
case's posts and counting their letters is the measure beside it.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from app.loading import load_paths
from evidence.case import Case
from evidence.derive import derive
from loaders.base import Options
from records.gazetteer import gazetteer

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = ("", ", ON", ", Canada", " 🇨🇦", ", your mom's house")


def made(folder: Path, posts: int, distinct: bool) -> Case:
    """A case of `posts` posts by a tenth as many accounts."""
    real = pl.read_csv(ROOT / "data/ira/posts_2015-10-01_2015-12-05.csv.gz", infer_schema=False)["content"].drop_nulls()
    number = pl.int_range(posts, eager=True)
    text = real.gather(number % real.len())
    if distinct:
        text = text + " " + number.cast(pl.String)
    folder.mkdir()
    pl.DataFrame(
        {
            "platform": "x",
            "post_id": number.cast(pl.String),
            "author_id": (number % max(posts // 10, 1)).cast(pl.String),
            "created_at": "2026-01-01T00:00:00Z",
            "text": text,
        }
    ).write_csv(folder / "posts.csv")
    names = pl.Series(list(gazetteer().names))
    accounts = pl.int_range(max(posts // 10, 1), eager=True)
    pl.DataFrame(
        {
            "platform": "x",
            "account_id": accounts.cast(pl.String),
            "location": names.gather(accounts % names.len()) + pl.Series(SUFFIXES).gather(accounts % len(SUFFIXES)),
        }
    ).write_csv(folder / "accounts.csv")
    case = Case.create(folder / "case")
    files = [folder / "posts.csv", folder / "accounts.csv"]
    list(load_paths(case, files, options=Options(), copy=False, reporter=lambda what, share: None))
    return case


def measure(path: Path) -> None:
    case = Case.open(path)
    begin = time.perf_counter()
    case.records().execute("SELECT sum(length(text)) FROM posts").fetchall()
    read = time.perf_counter() - begin
    begin = time.perf_counter()
    with case.writing("derive"):
        counts = derive(case, lambda what, share: None)
    spent = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{counts['posts']:>10,}{counts['texts']:>11,}{counts['locations']:>11,}{counts['posts'] / spent:>12,.0f}"
        f"{spent / read:>14.0f}x{peak:>10.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=500_000)
    parser.add_argument("--case", type=Path)
    wanted = parser.parse_args()
    if wanted.case:
        return measure(wanted.case)
    print(f"{'posts':>10}{'texts':>11}{'locations':>11}{'posts/s':>12}{'times reading':>15}{'peak GB':>10}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        for distinct in (True, False):
            case = made(Path(name) / str(distinct), wanted.posts, distinct)
            words = [sys.executable, "-m", "benchmarks.derive", "--case", str(case.path)]
            subprocess.run(words, cwd=ROOT, check=True)
    return None


if __name__ == "__main__":
    main()
