"""Copied texts on made-up worlds: how often nothing is found in nothing, and what is found by language and rewriting.

`python -m benchmarks.text_families [--worlds N] [--first SEED]`. Rates with Wilson's 95 % intervals.
"""

import argparse
import time
from collections import Counter
from collections.abc import Mapping
from math import sqrt

import scenarios
from detectors import verdict
from detectors.base import Detection, no_progress
from detectors.copypasta import DETECTOR
from records.store import in_memory

REWRITING = (0.0, 0.3, 0.7)
PARTICIPATION = 0.4  # the least share of an operation's texts each member posts that is to be found


def detect(world: scenarios.World) -> Detection:
    """The detector's findings with their outcomes."""
    found = DETECTOR.detect(in_memory(dict(world.tables)), DETECTOR.defaults(), 1, no_progress)
    for finding in found.findings:
        verdict.decide(finding)
    return found


def admitted(found: Detection) -> set[str]:
    """Accounts in findings beyond chance."""
    return set().union(*(one.member_ids() for one in found.findings if one.outcome in ("open", "unexplained")))


def pairs(truth: Mapping[str, str], found: Mapping[str, str]) -> tuple[int, int, int]:
    """Pairs of posts of one family that were planted, that were found, and both."""

    def count(sizes: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in sizes.values())

    both = Counter((truth[post], family) for post, family in found.items() if post in truth)
    return count(Counter(truth.values())), count(Counter(found.values())), count(Counter(both))


def own_families(found: Detection) -> dict[str, str]:
    """The family of each own post in the families of findings beyond chance."""
    shown = {
        f"{post['platform']}:{post['post_id']}"
        for one in found.findings
        if one.outcome in ("open", "unexplained")
        for post in one.posts
    }
    rows = found.tables["families"].select("post", "family", "is_repost").rows()
    families = {family for post, family, _ in rows if post in shown}
    return {post: family for post, family, repost in rows if family in families and not repost}


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a rate."""
    if not trials:
        return 0.0, 1.0
    z, rate = 1.96, hits / trials
    middle = (rate + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def rate(hits: int, trials: int) -> str:
    low, high = wilson(hits, trials)
    return f"{hits / trials if trials else 0:.3f} [{low:.3f}, {high:.3f}]"


def nothing(worlds: int, first: int) -> int:
    """How many of `worlds` worlds without copies have a finding beyond chance."""
    flagged = 0
    for seed in range(first, first + worlds):
        found = detect(scenarios.build("null", seed))
        some = admitted(found)
        flagged += bool(some)
        if some:
            texts = [
                one.evidence["families"][0]["text"][:100] for one in found.findings if one.outcome == "unexplained"
            ]
            print(f"  world {seed}: {len(some)} accounts: {texts}")
    return flagged


def language(name: str, code: str, rewriting: float, worlds: int, first: int) -> str:
    """Recall and precision of accounts and F1 of pairs of posts, over `worlds` worlds."""
    hit = planted = flagged = 0
    totals = [0, 0, 0]
    for seed in range(first, first + worlds):
        world = scenarios.build(name, seed, language=code, rewriting=rewriting, participation=PARTICIPATION)
        found = detect(world)
        accounts, members = admitted(found), world.truth.members
        hit, planted, flagged = hit + len(accounts & members), planted + len(members), flagged + len(accounts)
        totals = [a + b for a, b in zip(totals, pairs(world.truth.families, own_families(found)), strict=True)]
    f1 = 2 * totals[2] / max(totals[0] + totals[1], 1)
    return f"recall {rate(hit, planted)}  precision {rate(hit, flagged)}  pair F1 {f1:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=5)
    parser.add_argument("--first", type=int, default=1001)
    asked = parser.parse_args()
    begin = time.perf_counter()
    flagged = nothing(asked.worlds, asked.first)
    print(f"worlds without copies with a finding beyond chance: {flagged} of {asked.worlds}", flush=True)
    for name in ("copypasta", "rally_posts"):
        for rewriting in REWRITING:
            for code in ("en", "fr", "zh"):
                line = language(name, code, rewriting, asked.worlds, asked.first)
                print(f"{name:12} rewriting {rewriting:.1f} {code}: {line}", flush=True)
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
