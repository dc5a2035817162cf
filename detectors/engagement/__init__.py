"""Posts far above normal: more views or interactions than their author's posts of that kind and age usually have."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

from detectors.base import Detection, Detector, Parameter, Progress, Rows
from detectors.engagement.counts import SERIES, compared, counts
from detectors.engagement.episodes import PUBLISHERS, beginnings, together
from detectors.engagement.finding import Surge, finding, signals
from detectors.engagement.peers import without_own
from detectors.scopes import covered
from records.store import Records

# Below the floor of the test nothing is beyond chance: the strongest few are told for whoever looks for one, the rest counted.
_TOLD: Final = 3


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """One finding for each author whose posts surge, and the signals of these authors."""
    progress("reading counts", 0.0)
    rows = counts(records)
    limits = (float(parameters["min_usual"]), float(parameters["min_ratio"]), float(parameters["min_robust_z"]))
    last, fewest, alpha = int(parameters["baseline_posts"]), int(parameters["min_baseline"]), float(parameters["alpha"])
    progress("comparing with earlier posts", 0.2)
    rows = compared(rows, last, fewest, *limits)
    # Interactions before views, which platforms count as they like; counts taken again later before those seen once; then
    # the longest series and the latest age. One series a measure is asked: other ages are the same surge seen again.
    leading = (
        rows.group_by(SERIES)
        .agg(pl.len().alias("posts"))
        .sort(*SERIES[:4], "posts", "age", descending=[False] * 4 + [True, True])
        .unique(SERIES[:3], keep="first", maintain_order=True)
    )
    begun = beginnings(rows.join(leading, on=SERIES, how="semi"))
    standing = rows.filter(pl.col("above").any().over(SERIES))
    made: list[Surge] = []
    for _, series in standing.group_by("author", "content_type", maintain_order=True):
        found = _surge(series, leading, alpha, begun, limits[1])
        if found is not None:
            made.append(found)
    progress("looking at authors without a record", 0.6)
    made += without_own(rows, last, fewest, int(parameters["min_peers"]), *limits)
    progress("writing findings", 0.8)
    scope = covered(records, ("timeline",))
    findings = [finding(records, one, rows, scope, parameters, DETECTOR, begun, seed) for one in made]
    findings.sort(key=lambda one: (-one.score, one.id))
    weak = [one.id for one in findings if not one.tests["group"]["passed"]]
    findings = [one for one in findings if one.id not in weak[_TOLD:]]
    progress("done", 1.0)
    notes = {
        "counts_compared": rows.filter(pl.col("median") >= limits[0]).height,
        "posts_far_above": int(rows["above"].sum()),
        "below_the_floor_untold": len(weak) - _TOLD if len(weak) > _TOLD else 0,
        "series_without_a_record": rows.filter(pl.len().over(SERIES) <= fewest).select(SERIES).n_unique(),
    }
    return Detection(findings=findings, tables={"signals": signals(made)}, notes=notes)


def _surge(
    series: pl.DataFrame, leading: pl.DataFrame, alpha: float, begun: Mapping[bool, Sequence[int]], ratio: float
) -> Surge | None:
    """What to say of one author's posts of one kind; None where nothing is worth saying."""
    best: Surge | None = None
    publisher = series["author_kind"][0] in PUBLISHERS
    asked = series.join(leading, on=SERIES, how="semi", maintain_order="left")
    for _, part in asked.group_by("measure", maintain_order=True):
        found = together(part, ratio, alpha, begun[publisher])
        if found.passed:
            return Surge(part, found, series)
        # Of people nothing is said below the floor of the test: some post of everybody's goes far now and then.
        if found.episodes and best is None and publisher:
            best = Surge(part, found, series)
    return best


_EXAMPLE_START: Final = datetime(2026, 1, 1, 8, tzinfo=UTC)


def _example(surge: Mapping[int, int]) -> Rows:
    """Sixty days of one article a day with some 30,000 views; on the days of `surge` as many as it says, twice."""
    usual = [28_400, 31_200, 29_800, 33_100, 27_900, 30_600, 30_100, 26_900, 32_400, 29_300]
    days = sorted([*range(60), *surge])
    return {
        "posts": [
            {
                "platform": "wechat",
                "post_id": f"a{number}",
                "author_id": "gh_1",
                "author_kind": "outlet",
                "content_type": "article",
                "created_at": _EXAMPLE_START + timedelta(days=day, hours=3 * (number % 2)),
                "collected_at": _EXAMPLE_START + timedelta(days=90),
                "title": f"Notes from the harbour, {number}",
                "views": surge.get(day, usual[number % len(usual)]) + number,
            }
            for number, day in enumerate(days)
        ],
        "collections": [
            {"collection_id": "all", "platform": "wechat", "scope": "timeline", "complete": "yes"},
        ],
    }


DETECTOR: Final = Detector(
    name="engagement",
    version="1",
    title="Engagement far above usual",
    question="Whose posts have several times the views or interactions they usually have, and on which days?",
    definition="Posts with at least 2.5 times what is usual at the same age and kind of post, and 3.5 robust standard"
    " deviations above it, several within two days of each other where single ones are rare.",
    parameters=(
        Parameter("min_ratio", 2.5, "times usual", "two and a half times is beyond what a good headline brings"),
        Parameter("min_robust_z", 3.5, "deviations", "the usual bound for outliers (Iglewicz and Hoaglin 1993)"),
        Parameter(
            "baseline_posts", 100, "posts", "the last hundred: what an author reached a year ago is not usual now"
        ),
        Parameter("min_baseline", 20, "posts", "with fewer the quartiles are anybody's guess"),
        Parameter(
            "min_usual", 10.0, "count", "of posts with a handful of reactions a few friends make three times as many"
        ),
        Parameter("min_peers", 4, "authors", "fewer say nothing about what such authors usually have"),
        Parameter("alpha", 0.01, "probability", "at most one case in a hundred may hold any surge that is chance"),
        Parameter(
            "public_share", 0.2, "share of accounts", "what a fifth of all accounts react to is news to everybody"
        ),
    ),
    false_positives=(
        "a scoop that everybody wants to read, and the articles that follow it",
        "advertising and paid boosts, marked or not",
        "a post pinned to the top of a profile or featured by the platform",
        "a post shared by somebody with a far larger public",
    ),
    must_see="the posts the baseline is made of, at which age each was counted, and the ratio of each post above it",
    disarm=("T0049",),
    hit=_example({45: 112_900, 46: 98_700, 47: 130_200}),
    miss=_example({45: 45_000, 46: 41_000, 47: 52_000}),
    detect=detect,
)
