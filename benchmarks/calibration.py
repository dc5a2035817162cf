"""Whether a finding's strength tells how likely it is an operation: `python -m benchmarks.calibration [--seeds N] [--svg FILE]`.

A likelihood may be printed only where it is calibrated. The honest look-alikes are groups that act together and do not say
why: worlds of every trap and of every operation, from which everything is taken that explains a trap (profiles, clients,
owners, how the data were gathered). An isotonic curve from strength (minus the logarithm of the group test's p) to the
share of operations is fitted on half of the worlds and judged on the other half, by its Brier score beside that of the
plain share; each kind of world has one vote, because how many there are of each in the real world nobody knows.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from scipy.optimize import isotonic_regression

import scenarios
from benchmarks.text_families import rate, wilson
from detectors import detectors
from detectors.base import no_progress
from detectors.run import run
from records.store import in_memory

PARTICIPATIONS: Final = (0.4, 0.6)
BINS: Final = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One `unexplained` finding of a blinded world."""

    world: str
    detector: str
    strength: float
    operation: bool
    """Half of its accounts or more were planted."""


def blinded(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables without what people, programs and collections say of themselves."""
    nothing = pl.lit(None, dtype=pl.String)
    silent = {
        "accounts": tables["accounts"].with_columns(description=nothing, display_name=nothing),
        "posts": tables["posts"].with_columns(client=nothing),
    }
    return {
        **tables,
        **silent,
        **{name: tables[name].clear() for name in ("collections", "outlets", "ownership", "pages")},
    }


def cases(seeds: Iterable[int]) -> Iterator[Case]:
    which = list(detectors().values())
    parameters = {detector.name: detector.defaults() for detector in which}
    for seed in seeds:
        for name in scenarios.names():
            for participation in PARTICIPATIONS[: 1 if name.startswith("trap_") or name == "null" else None]:
                world = scenarios.build(name, seed, participation=participation, size=0.5)
                found = run(in_memory(blinded(world.tables)), which, parameters, 1, no_progress)
                for finding in found.findings:
                    p = finding.tests.get("group", {}).get("p")
                    if finding.outcome == "unexplained" and p is not None:
                        share = len(finding.member_ids() & world.truth.members) / len(finding.member_ids())
                        yield Case(name, finding.detector, -log10(max(p, 1e-300)), share >= 0.5)


def weights(found: Sequence[Case]) -> np.ndarray:
    """One vote for each kind of world."""
    votes = Counter(case.world for case in found)
    return np.array([1 / votes[case.world] for case in found])


def curve(found: Sequence[Case]) -> tuple[np.ndarray, np.ndarray]:
    """Strengths in order and the share of operations at each, never falling."""
    order = np.argsort([case.strength for case in found], kind="stable")
    votes = weights(found)[order]
    truth = np.array([found[place].operation for place in order], dtype=float)
    return np.array([found[place].strength for place in order]), isotonic_regression(truth, weights=votes).x


def brier(found: Sequence[Case], said: np.ndarray) -> float:
    truth = np.array([case.operation for case in found], dtype=float)
    return float(np.average((said - truth) ** 2, weights=weights(found)))


def table(learned: Sequence[Case], held: Sequence[Case]) -> Iterator[str]:
    yield "| detector | learned from | judged on | of these operations | Brier of the curve | Brier of the plain share |"
    yield "|---|---|---|---|---|---|"
    for detector in sorted({case.detector for case in held}):
        mine, theirs = ([case for case in part if case.detector == detector] for part in (learned, held))
        if len({case.operation for case in mine}) < 2:
            yield f"| {detector} | {len(mine)} | {len(theirs)} | {_share(theirs)} | none fitted: all of one kind | |"
            continue
        x, y = curve(mine)
        said = np.interp([case.strength for case in theirs], x, y)
        plain = np.average([case.operation for case in mine], weights=weights(mine))
        yield (
            f"| {detector} | {len(mine)} | {len(theirs)} | {_share(theirs)} | {brier(theirs, said):.3f} |"
            f" {brier(theirs, np.full(len(theirs), plain)):.3f} |"
        )


def _share(found: Sequence[Case]) -> str:
    return rate(sum(case.operation for case in found), len(found))


def svg(held: Sequence[Case]) -> str:
    """Reliability by strength: in each fifth of the held-out findings, the share that are operations, with its interval."""
    rows = []
    for panel, detector in enumerate(sorted({case.detector for case in held})):
        mine = sorted((case for case in held if case.detector == detector), key=lambda case: case.strength)
        left = 60 + panel * 230
        rows.append(f'<text x="{left}" y="24">{detector}, {len(mine)} findings</text>')
        rows.append(f'<path d="M{left} 40V220H{left + 180}" class="axis"/>')
        for number, part in enumerate(np.array_split(np.arange(len(mine)), min(BINS, len(mine)))):
            hits = sum(mine[place].operation for place in part)
            low, high = wilson(hits, len(part))
            x = left + 20 + number * 35
            y = [220 - 180 * value for value in (low, high, hits / len(part))]
            rows.append(f'<path d="M{x} {y[0]:.1f}V{y[1]:.1f}" class="bar"/><circle cx="{x}" cy="{y[2]:.1f}" r="4"/>')
            rows.append(f'<text x="{x}" y="236" class="tick">{mine[part[len(part) // 2]].strength:.0f}</text>')
    rows += [f'<text x="50" y="{224 - 180 * share:.0f}" class="tick">{share:.0%}</text>' for share in (0, 0.5, 1)]
    rows.append('<text x="60" y="256">strength: minus log10 of p, middle of each fifth; bars: 95 % intervals</text>')
    style = (
        "text{font:12px sans-serif;fill:#333}.tick{font-size:11px;text-anchor:middle}.axis{stroke:#999;fill:none}"
        ".bar{stroke:#8a949e;stroke-width:2}circle{fill:#b8560f}"
    )
    width = 60 + 230 * len({case.detector for case in held})
    body = "\n".join(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 266" width="{width}" height="266">\n'
        f"<title>Share of operations among held-out findings, by strength</title>\n<style>{style}</style>\n"
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def main() -> None:
    asked = argparse.ArgumentParser(description="Whether strength tells how likely a finding is an operation.")
    asked.add_argument("--seeds", type=int, default=4, help="of each half")
    asked.add_argument("--first", type=int, default=3101)
    asked.add_argument("--svg", type=Path)
    given = asked.parse_args()
    learned = list(cases(range(given.first, given.first + given.seeds)))
    held = list(cases(range(given.first + given.seeds, given.first + 2 * given.seeds)))
    for line in table(learned, held):
        print(line)
    false = Counter((case.detector, case.world) for case in learned + held if not case.operation)
    print("\nLook-alikes: " + "; ".join(f"{d} in {w}: {n}" for (d, w), n in sorted(false.items())))
    if given.svg:
        given.svg.write_text(svg(held), encoding="utf-8")


if __name__ == "__main__":
    main()
