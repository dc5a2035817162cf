"""Near-duplicate texts: exactness against brute force, and how long real posts take. `python benchmarks/neardup.py`."""

import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from detectors.texts import neardup  # noqa: E402
from detectors.texts.text import normal_frame, tokens_frame  # noqa: E402


def real_posts() -> pl.Series:
    """The texts of data/ira, repeats included."""
    path = ROOT / "data" / "ira" / "posts_2015-10-01_2015-12-05.csv.gz"
    return pl.read_csv(path, columns=["content"], infer_schema=False)["content"].fill_null("")


def brute_force(sets: pl.DataFrame) -> set[tuple[int, int]]:
    """All pairs at Jaccard >= 4/5 by counting common tokens of every two sets, a thousand sets at a time."""
    number, token = (sets[name].to_numpy().astype(np.int64) for name in ("set", "token"))
    count = int(number.max()) + 1
    sizes = np.bincount(number)
    order = np.argsort(token, kind="stable")
    holders = np.split(number[order], np.cumsum(np.bincount(token))[:-1])
    starts = np.cumsum(sizes) - sizes
    found = set()
    for one in range(count):
        common = np.zeros(count, dtype=np.int64)
        for word in token[starts[one] : starts[one] + sizes[one]]:
            common[holders[word]] += 1
        near = 9 * common >= 4 * (sizes[one] + sizes)
        found.update((one, int(other)) for other in np.flatnonzero(near) if other > one)
    return found


def run(texts: pl.Series) -> tuple[float, int, set[tuple[int, int]], pl.DataFrame]:
    """Seconds for normalising, tokens, collapse and join; distinct sets; pairs; the sets."""
    begin = time.perf_counter()
    distinct = texts.unique(maintain_order=True)
    normal = normal_frame(distinct)["normal"].unique(maintain_order=True)
    sets, _, _ = neardup.collapse(tokens_frame(normal), len(normal))
    found = neardup.pairs(sets)
    seconds = time.perf_counter() - begin
    return seconds, sets["set"].n_unique(), set(found.select("a", "b").rows()), sets


def main() -> None:
    posts = real_posts()
    _, count, found, sets = run(posts.unique(maintain_order=True).head(20_000))
    truth = brute_force(sets)
    hit = len(found & truth)
    print(f"20,000 distinct real texts, {count} distinct token sets: {len(truth)} pairs by brute force,", end=" ")
    print(f"recall {hit / len(truth):.6f}, precision {hit / len(found):.6f}")
    for size in (50_000, 100_000, 200_000):
        times = sorted(run(posts.head(size))[0] for _ in range(3))
        print(f"{size:>9,} real posts: {times[1]:.2f} s whole (median of 3)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
