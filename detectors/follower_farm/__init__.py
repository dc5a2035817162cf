"""Followers that came suddenly, and those among them that look made by the hundred."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from detectors.base import OUTPUTS, Detection, Detector, Parameter, Progress
from detectors.follower_farm.examples import HIT, MISS
from detectors.follower_farm.finding import finding, signals
from detectors.follower_farm.growth import ENTITY, Limits, counts, jumps
from detectors.follower_farm.interest import interest
from detectors.follower_farm.signs import sample
from detectors.scopes import covered
from records.store import Records, query

_COUNTS: Final = 3
"""Two counts of somebody nobody asked about are a profile seen twice, not a record."""


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """One finding for each page or account whose followers leapt, and the signs of its sampled followers."""
    progress("reading counts", 0.0)
    rows = counts(records)
    limits = Limits(
        gained=int(parameters["min_gained"]),
        share=float(parameters["min_gain_share"]),
        ratio=float(parameters["min_ratio"]),
        z=float(parameters["min_robust_z"]),
        peers=int(parameters["min_peers"]),
    )
    followed = query(records, "SELECT DISTINCT platform, followed_id AS id FROM follows")
    watched = query(records, "SELECT DISTINCT platform, account_id AS id FROM targets")
    long = rows.filter(pl.len().over(ENTITY) >= _COUNTS).select("platform", "id")
    asked = pl.concat([followed, watched, long]).unique()
    progress("looking for sudden growth", 0.2)
    found = jumps(rows, limits, asked)
    scope = covered(records, ("followers",), complete=False)
    findings, tables = [], [pl.DataFrame(schema=OUTPUTS["signals"])]
    for place, jump in enumerate(found):
        progress("looking at followers", 0.3 + 0.6 * place / len(found))
        followers = sample(records, jump, int(parameters["min_signs"]))
        brought = interest(records, jump, rows)
        findings.append(finding(records, jump, followers, brought, scope, parameters, DETECTOR, seed))
        tables.append(signals(jump, followers, int(parameters["min_signs"])))
    findings.sort(key=lambda one: (-one.score, one.id))
    # Somebody who follows two such pages has signs from both samples; the most counts.
    table = pl.concat(tables).group_by("account", "name").agg(pl.col("value").max()).sort("account", "name")
    progress("done", 1.0)
    notes = {
        "counted_twice_or_more": rows.select(ENTITY).n_unique(),
        "looked_at": asked.height,
        "sudden": len(found),
    }
    return Detection(findings=findings, tables={"signals": table}, notes=notes)


DETECTOR: Final = Detector(
    name="follower_farm",
    version="1",
    title="Sudden followers",
    question="Whose followers came suddenly, and do they look made for it?",
    definition="A gain of followers far beyond the account's own past, or beyond its peers where its past is too short; a"
    " farm where at least three in five of the followers who came with it show three of five signs: they follow hundreds and"
    " have a few dozen followers, a machine's handle, a band of creation dates along the order of follows, content nobody"
    " reacts to, a default picture or a language foreign to the page's public.",
    parameters=(
        Parameter("min_gained", 1_000, "followers", "in all: fewer come of a good week, and are cheap to explain"),
        Parameter("min_gain_share", 0.1, "share of followers", "a tenth more is what a person would notice"),
        Parameter("min_ratio", 5.0, "times usual", "good weeks bring two or three times the usual gain"),
        Parameter("min_robust_z", 5.0, "deviations", "gains are heavy-tailed; the usual 3.5 finds every good post"),
        Parameter("min_peers", 4, "pages", "fewer say nothing about what such pages usually gain"),
        Parameter("min_signs", 3, "signs of five", "each sign alone is true of many honest accounts, two of some"),
        Parameter(
            "min_farm_share", 0.6, "share of those who came", "every large page has some such followers; few have most"
        ),
        Parameter("min_sample", 20, "followers", "with fewer, one account more or less moves the share by a tenth"),
        Parameter("alpha", 0.01, "probability", "that a sample of ordinary accounts shows as many with the signs"),
    ),
    false_positives=(
        "a viral moment, a television night, a platform's own suggestions",
        "a wave of people who move from one platform to another",
        "a purge by the platform that was undone",
        "followers planted on an opponent to embarrass them: the page's owner did not ask for them",
        "people who read and never post, with the platform's picture and a handle the platform chose",
    ),
    must_see="the counts with the reactions beside them, the followers' creation dates in the order they came, and fifty"
    " followers one by one",
    disarm=("T0150.008",),
    hit=HIT,
    miss=MISS,
    detect=detect,
)
