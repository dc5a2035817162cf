"""Stress: does a finding stand without its strongest layer, its top account, its most used object; and what is left of it
in the same world without coordination?

Each question is the detector run again over records from which that one thing was taken. Nothing is stored in the run:
the answers are evidence about a finding, not findings.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from detectors.base import Detector, Progress
from detectors.groups.meetings import JITTER
from detectors.run import run
from records.finding import Finding, Json
from records.store import Records, in_memory, query
from records.tables import TABLES

# The same finding again is one of the same detector with at least half of its accounts.
_SAME: Final = 0.5
# Where a finding names no window at which it holds, the world is shaken by the middle one.
_WINDOW_SECONDS: Final = 300
_BINS: Final = (1, 10, 60, 300, 3_600, 86_400)
"""Upper bounds in seconds of the gaps that are counted; the last count has all that are longer."""

_COLUMNS: Final = {
    "link": "urls", "hashtag": "hashtags", "hashtag_sequence": "hashtags", "mention": "mentions", "media": "media_hashes",
    "object": "objects", "repost": "repost_of_post_id", "fast_repost": "repost_of_post_id", "reply": "in_reply_to_post_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing taken from the world."""

    code: str
    """without_layer, without_account, without_object or without_coordination."""
    what: str
    """The layer, account or object; the seconds posts were shifted by at most."""


def stress(
    records: Records,
    detector: Detector,
    parameters: Mapping[str, Any],
    seed: int,
    finding: Finding,
    progress: Progress,
) -> Json:
    """What becomes of `finding` under each variant.

    {finding, variants: [{code, what, stands, outcome, members, overlap}], gaps: [{up_to_seconds, observed, drawn}]}:
    `stands` where a finding of half of its accounts or more keeps the outcome; `gaps` are the times between one member's
    post of the finding and the next member's, in the data and in one world without coordination.
    """
    tables = {name: query(records, f"SELECT * FROM {name}") for name in TABLES}
    shaken = _shaken(tables["posts"], _reach(finding), seed)
    rows = []
    asked = variants(finding, tables["posts"])
    for number, variant in enumerate(asked):
        share = number / len(asked)
        progress(variant.code.replace("_", " "), share)
        posts = shaken if variant.code == "without_coordination" else _without(tables["posts"], variant, finding)

        def step(what: str, part: float, share: float = share) -> None:
            progress(what, share + part / len(asked))

        found = run(in_memory({**tables, "posts": posts}), [detector], {detector.name: parameters}, seed, step)
        rows.append({"code": variant.code, "what": variant.what, **_again(finding, found.findings)})
    return {"finding": finding.id, "variants": rows, "gaps": _gaps(finding, tables["posts"], shaken)}


def variants(finding: Finding, posts: pl.DataFrame) -> list[Variant]:
    """What can be taken from this finding: a layer where it has others, its top account, its most used object."""
    made = []
    layers = [layer for layer in finding.layers if layer in _COLUMNS]
    if len(finding.layers) > 1 and layers:
        made.append(Variant("without_layer", layers[0]))
    listed = [f"{post['platform']}:{post['post_id']}" for post in finding.posts]
    authors = posts.filter(pl.format("{}:{}", "platform", "post_id").is_in(listed)).select(
        pl.format("{}:{}", "platform", "author_id")
    )
    counts = Counter(name for name in authors.to_series().to_list() if name in finding.member_ids())
    if counts:
        made.append(Variant("without_account", min(counts, key=lambda name: (-counts[name], name))))
    objects = _objects(finding)
    if objects:
        made.append(Variant("without_object", max(sorted(objects), key=lambda name: objects[name])))
    made.append(Variant("without_coordination", str(JITTER * _reach(finding))))
    return made


def _objects(finding: Finding) -> dict[str, int]:
    """Objects or texts of the finding with the accounts that used them."""
    found: dict[str, int] = {}
    for layer in finding.evidence.get("layers") or []:
        for one in layer.get("objects", []):
            found[str(one["object"])] = int(one["accounts"])
    for family in finding.evidence.get("families") or []:
        found[str(family.get("text", ""))] = int(family.get("accounts", 0))
    return found


def _without(posts: pl.DataFrame, variant: Variant, finding: Finding) -> pl.DataFrame:
    if variant.code == "without_account":
        return posts.filter(pl.format("{}:{}", "platform", "author_id") != variant.what)
    if variant.code == "without_layer":
        column = _COLUMNS[variant.what]
        return posts.with_columns(pl.lit(None, dtype=posts.schema[column]).alias(column))
    gone = [
        f"{post['platform']}:{post['post_id']}"
        for group in [
            *(one for layer in finding.evidence.get("layers") or [] for one in layer.get("objects", [])),
            *(finding.evidence.get("families") or []),
        ]
        if str(group.get("object", group.get("text"))) == variant.what
        for post in group.get("posts", [])
    ]
    uses = pl.any_horizontal(
        pl.col(column).list.contains(variant.what)
        for column in ("urls", "hashtags", "mentions", "media_hashes", "objects")
    ).fill_null(False)
    points = pl.any_horizontal(
        pl.format("{}:{}", "platform", column) == variant.what
        for column in ("repost_of_post_id", "in_reply_to_post_id")
    ).fill_null(False)
    says = (pl.col("text") == variant.what).fill_null(False)
    return posts.filter(~(uses | points | says | pl.format("{}:{}", "platform", "post_id").is_in(gone)))


def _reach(finding: Finding) -> int:
    """The widest window in seconds, up to an hour, at which the finding holds."""
    passed = [row["window_seconds"] for row in finding.tests.get("synchrony", []) if row["passed"]]
    return max((int(window) for window in passed if window <= 3_600), default=_WINDOW_SECONDS)


def _shaken(posts: pl.DataFrame, window: int, seed: int) -> pl.DataFrame:
    """Every post up to JITTER windows earlier or later: hours, audiences and fame stay, acting at one moment goes."""
    ordered = posts.sort("platform", "post_id")
    shift = np.random.default_rng(seed).uniform(-JITTER * window, JITTER * window, ordered.height)
    moved = pl.col("created_at") + pl.Series((shift * 1e6).astype(np.int64)).cast(pl.Duration("us"))
    return ordered.with_columns(moved.alias("created_at"))


def _again(finding: Finding, found: list[Finding]) -> Json:
    ours = finding.member_ids()
    best: tuple[float, Finding] | None = None
    for other in found:
        theirs = other.member_ids()
        overlap = len(ours & theirs) / max(len(ours), 1)
        if other.detector == finding.detector and (best is None or overlap > best[0]):
            best = overlap, other
    if best is None or best[0] < _SAME:
        return {"stands": False, "outcome": None, "members": 0, "overlap": round(best[0], 3) if best else 0.0}
    overlap, other = best
    stands = other.outcome == finding.outcome
    return {"stands": stands, "outcome": other.outcome, "members": len(other.members), "overlap": round(overlap, 3)}


def _gaps(finding: Finding, posts: pl.DataFrame, shaken: pl.DataFrame) -> list[Json]:
    listed = [f"{post['platform']}:{post['post_id']}" for post in finding.posts]
    counts = []
    for world in (posts, shaken):
        mine = world.filter(pl.format("{}:{}", "platform", "post_id").is_in(listed)).sort("created_at", "post_id")
        other = mine["author_id"] != mine["author_id"].shift(1)
        gaps = mine["created_at"].diff().dt.total_seconds(fractional=True).filter(other.fill_null(False)).drop_nulls()
        counts.append(np.histogram(gaps.to_numpy(), [-0.5, *_BINS, np.inf])[0])
    return [
        {"up_to_seconds": bound, "observed": int(observed), "drawn": int(drawn)}
        for bound, observed, drawn in zip([*_BINS, None], *counts, strict=True)
    ]
