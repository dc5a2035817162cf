"""What the verdicts are worth, on made-up worlds whose truth is known: `python -m benchmarks.verdicts`.

    --nulls N     worlds in which nobody coordinates (200)
    --seeds N     worlds of each trap, operation and dial (5)
    --first N     first seed (1001): not those used while the detectors were made (1 to 320)
    --only NAME   nulls, traps, stories, planted, sides, languages or speed

Every table is printed as Markdown, as docs/verdicts.md holds it.
"""

import argparse
import resource
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import scenarios
from benchmarks.text_families import rate
from detectors import detectors
from detectors.base import Detection, no_progress
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

PARTICIPATIONS: Final = (0.6, 0.48, 0.4, 0.32, 0.24, 0.16)
STORIES: Final = ("comment_flood", "rally_posts", "follower_farm", "article_chain", "engagement_surge")
PLANTED: Final = ("coaction", "copypasta", "comment_flood", "rally_posts")


def judged(name: str, seed: int, **dials: Any) -> tuple[scenarios.World, Detection]:
    """A world and what every detector says of it."""
    world = scenarios.build(name, seed, **dials)
    which = list(detectors().values())
    parameters = {detector.name: detector.defaults() for detector in which}
    return world, run(in_memory(world.tables), which, parameters, 1, no_progress)


def strong(found: Detection) -> list[Finding]:
    return [finding for finding in found.findings if finding.outcome in ("open", "unexplained")]


def measured(world: scenarios.World, found: Detection) -> tuple[int, int, int]:
    """Accounts found and planted, accounts planted, accounts found; of `unexplained` findings."""
    flagged = {uid for one in found.findings if one.outcome == "unexplained" for uid in one.member_ids()}
    return len(flagged & world.truth.members), len(world.truth.members), len(flagged)


def nulls(seeds: range) -> Iterator[str]:
    yield "| null worlds | posts | with an open or unexplained finding | with a finding that meets every gate |"
    yield "|---|---|---|---|"
    posts, loud, deceptive = 0, [], 0
    for seed in seeds:
        world, found = judged("null", seed)
        posts += world.tables["posts"].height
        deceptive += any(one.meets_deceptive for one in found.findings)
        if strong(found):
            loud.append((seed, [(one.detector, one.outcome, len(one.members)) for one in strong(found)]))
    yield f"| {len(seeds)} | {posts:,} | {len(loud)} | {deceptive} |"
    yield from (f"  seed {seed}: {what}" for seed, what in loud)


def traps(seeds: range) -> Iterator[str]:
    yield "| trap | worlds | unexplained | open | meets every gate | read as |"
    yield "|---|---|---|---|---|---|"
    for name in [one for one in scenarios.names() if one.startswith("trap_")]:
        counts: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        for seed in seeds:
            for side in ("a", "b"):
                world, found = judged(name, seed, side=side)
                innocent = {uid for group in world.truth.benign.values() for uid in group}
                about = [one for one in found.findings if one.member_ids() & innocent]
                counts.update({one.outcome for one in about})
                counts["meets"] += any(one.meets_deceptive for one in found.findings)
                codes.update({trap["code"] for one in about for trap in one.tests.get("traps", []) if trap["explains"]})
        read = ", ".join(f"{code} {count}" for code, count in codes.most_common()) or "no finding explained"
        yield f"| {name} | {2 * len(seeds)} | {counts['unexplained']} | {counts['open']} | {counts['meets']} | {read} |"


def planted(seeds: range) -> Iterator[str]:
    yield "| planted | participation | recall of accounts | precision of accounts |"
    yield "|---|---|---|---|"
    for name in PLANTED:
        for participation in PARTICIPATIONS:
            totals = [measured(*judged(name, seed, participation=participation)) for seed in seeds]
            hit, true, flagged = (sum(column) for column in zip(*totals, strict=True))
            yield f"| {name} | {participation:.0%} | {rate(hit, true)} | {rate(hit, flagged)} |"


def stories(seeds: range) -> Iterator[str]:
    """What the strongest finding about each story's operation says, beside what a good detector may say at most."""
    yield "| story | may be read as | worlds | meets every gate | unexplained at most | other | detectors |"
    yield "|---|---|---|---|---|---|---|"
    for name in STORIES:
        seen: Counter[str] = Counter()
        by: Counter[str] = Counter()
        for seed in seeds:
            world, found = judged(name, seed, participation=0.4, language=("en", "fr", "zh")[seed % 3])
            about = [one for one in strong(found) if one.member_ids() & world.truth.members]
            meets = any(one.meets_deceptive for one in about)
            quiet = "unexplained" if any(one.outcome == "unexplained" for one in about) else "other"
            seen["meets" if meets else quiet] += 1
            by.update({one.detector for one in about})
        named = ", ".join(f"{detector} {count}" for detector, count in sorted(by.items()))
        reading = scenarios.catalogue()[name].reading
        counts = f"{seen['meets']} | {seen['unexplained']} | {seen['other']}"
        yield f"| {name} | {reading} | {len(seeds)} | {counts} | {named} |"


def sides(seeds: range) -> Iterator[str]:
    yield "| world | worlds | same outcomes for both parties | of as many accounts each |"
    yield "|---|---|---|---|"
    for name in [one for one in scenarios.names() if one != "null"]:
        same = alike = 0
        for seed in seeds:
            outcomes = []
            for side in ("a", "b"):
                _, found = judged(name, seed, side=side)
                outcomes.append(sorted((one.detector, one.outcome, len(one.members)) for one in found.findings))
            alike += outcomes[0] == outcomes[1]
            # The parties' names are other words: a text may be found a copy on one side and not on the other.
            same += [row[:2] for row in outcomes[0]] == [row[:2] for row in outcomes[1]]
        yield f"| {name} | {len(seeds)} | {same} | {alike} |"


def languages(seeds: range) -> Iterator[str]:
    yield "| planted | language | recall of accounts | precision of accounts |"
    yield "|---|---|---|---|"
    for name in ("coaction", "copypasta"):
        for language in ("en", "fr", "zh"):
            totals = [measured(*judged(name, seed, language=language, participation=0.4)) for seed in seeds]
            hit, true, flagged = (sum(column) for column in zip(*totals, strict=True))
            yield f"| {name} | {language} | {rate(hit, true)} | {rate(hit, flagged)} |"


def speed(_: range) -> Iterator[str]:
    yield "| posts | accounts | detector | seconds | times a plain read of the posts | peak MB |"
    yield "|---|---|---|---|---|---|"
    world = scenarios.build("coaction", 1, size=18.0)
    posts, accounts = world.tables["posts"].height, world.tables["posts"]["author_id"].n_unique()
    records = in_memory(world.tables)
    begun = time.perf_counter()
    records.execute("SELECT * FROM posts").to_arrow_table()
    read = time.perf_counter() - begun
    for detector in detectors().values():
        begun = time.perf_counter()
        run(records, [detector], {detector.name: detector.defaults()}, 1, no_progress)
        took = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield f"| {posts:,} | {accounts:,} | {detector.name} | {took:.0f} | {took / read:.0f} | {peak:,.0f} |"


PARTS: Final = {
    "nulls": nulls, "traps": traps, "stories": stories, "planted": planted, "sides": sides, "languages": languages, "speed": speed,
}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description="What the verdicts are worth.")
    asked.add_argument("--nulls", type=int, default=200)
    asked.add_argument("--seeds", type=int, default=5)
    asked.add_argument("--first", type=int, default=1001)
    asked.add_argument("--only", choices=PARTS, action="append")
    given = asked.parse_args()
    for name, part in PARTS.items():
        if given.only and name not in given.only:
            continue
        count = given.nulls if name == "nulls" else given.seeds
        print(f"\n### {name}\n", flush=True)
        for line in part(range(given.first, given.first + count)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
