"""What the verdicts say of real data whose truth is partly known: `python -m benchmarks.real [FILE FORMAT_OPTIONS...]`.

The Internet Research Agency's three months are held against its researchers' categories, the boxing night is a night of
ordinary fans with one swarm in it. Another table can be given with the words `murmur load` needs for it, such as
`tg_news.csv.gz --platform telegram --map ...`. Every case is made by the commands a user has.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.special import comb

DATA = Path(__file__).parent.parent / "data"
STRONG = ("open", "unexplained")


def findings(case: Path, *load: str) -> list[dict[str, Any]]:
    """All findings of a new case with the given files."""
    for words in (["load", *load], ["detect", "--no-graph"]):
        subprocess.run([sys.executable, "-m", "app.cli", *words, "--case", str(case)], check=True, capture_output=True)
    listed = [sys.executable, "-m", "app.cli", "findings", "--json", "--case", str(case)]
    return list(json.loads(subprocess.run(listed, check=True, capture_output=True).stdout))


def accounts(finding: Mapping[str, Any]) -> set[str]:
    return {str(member["id"]) for member in finding["members"]}


def adjusted_rand(one: Iterable[object], other: Iterable[object]) -> float:
    """Agreement of two partitions of the same things beyond chance (Hubert and Arabie 1985)."""
    both = list(zip(one, other, strict=True))
    cells, rows, columns = (
        float(comb(np.array(list(Counter(keys).values())), 2).sum())
        for keys in (both, [a for a, _ in both], [b for _, b in both])
    )
    expected = rows * columns / comb(len(both), 2)
    most = (rows + columns) / 2
    return (cells - expected) / (most - expected) if most > expected else float("nan")  # one part: nothing to agree on


def clusters(found: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Account to the first finding it is in."""
    cluster: dict[str, int] = {}
    for number, finding in enumerate(found):
        for account in sorted(accounts(finding)):
            cluster.setdefault(account, number)
    return cluster


def agency(folder: Path) -> Iterator[str]:
    found = findings(folder / "ira", *(str(path) for path in sorted((DATA / "ira").glob("*.csv*"))))
    kinds = dict(pl.read_csv(DATA / "ira" / "accounts.csv").select("author_id", "account_category").iter_rows())
    yield "| clusters | findings | accounts | share of the accounts that posted | of their cluster's main category | adjusted Rand |"
    yield "|---|---|---|---|---|---|"
    strong = [one for one in found if one["outcome"] in STRONG]
    strong.sort(key=lambda one: (-one["score"], one["id"]))
    for detector in sorted({one["detector"] for one in strong}):
        theirs = [one for one in strong if one["detector"] == detector]
        cluster = clusters(theirs)
        kind = [kinds.get(account, "Unknown") for account in cluster]
        main = sum(
            max(
                Counter(kinds.get(account, "Unknown") for account, n in cluster.items() if n == number).values(),
                default=0,
            )
            for number in set(cluster.values())
        )
        yield (
            f"| {detector} | {len(theirs)} | {len(cluster)} | {len(cluster) / len(kinds):.1%} |"
            f" {main / len(cluster):.1%} | {adjusted_rand(cluster.values(), kind):.3f} |"
        )


def quiet(folder: Path, name: str, *load: str) -> Iterator[str]:
    found = findings(folder / name, *load)
    yield "| data | detector | outcome | findings | accounts | meets every gate |"
    yield "|---|---|---|---|---|---|"
    for detector, outcome in sorted({(one["detector"], one["outcome"]) for one in found}):
        these = [one for one in found if (one["detector"], one["outcome"]) == (detector, outcome)]
        people = set().union(*(accounts(one) for one in these))
        meets = sum(one["meets_deceptive"] for one in these)
        yield f"| {name} | {detector} | {outcome} | {len(these)} | {len(people)} | {meets} |"


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        parts = [agency(folder), quiet(folder, "mayweather", str(DATA / "mayweather" / "tweets_pseudonymised.csv"))]
        if sys.argv[1:]:
            parts.append(quiet(folder, Path(sys.argv[1]).name.split(".")[0], *sys.argv[1:]))
        for part in parts:
            print()
            for line in part:
                print(line, flush=True)


if __name__ == "__main__":
    main()
