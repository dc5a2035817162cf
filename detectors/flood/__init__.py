"""Answers that flood the people who are watched, hour by hour, from accounts that never answered them before."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from detectors.base import OUTPUTS, Detection, Detector, Parameter, Progress
from detectors.flood.examples import HIT, MISS
from detectors.flood.finding import finding, marks, signals
from detectors.flood.hours import hours, together
from detectors.flood.repliers import HOUR, marked, repeats, repliers
from detectors.flood.replies import answers
from detectors.scopes import covered
from records.store import Records

_COARSE: Final = ("hour", "day")
"""Clocks that cannot tell one hour from the next."""


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """One finding where at least `min_targets` people are flooded, and the signals of who flooded whom."""
    progress("reading answers", 0.0)
    found = answers(records)
    timed = found.rows.filter(~pl.col("time_precision").is_in(_COARSE))
    notes: dict[str, Any] = {
        "answers": found.rows.height,
        "answers_without_an_hour": found.rows.height - timed.height,
        "people_looked_at": len(found.names),
        "watched": found.watched,
    }
    empty = Detection(tables={"signals": pl.DataFrame(schema=OUTPUTS["signals"])}, notes=notes)
    if timed.is_empty():
        return empty
    alpha, least = float(parameters["alpha"]), int(parameters["min_targets"])
    progress("counting by the hour", 0.2)
    widths = tuple(parameters["windows"])
    by_width = {}
    for width in widths:
        counted, tests = hours(timed, int(width), alpha)
        by_width[int(width)] = (together(counted, least) if tests else counted, tests)
    cells = by_width[HOUR][0]
    hit = cells.filter("beyond")
    notes |= {"hours_tested": by_width[HOUR][1], "hours_beyond": hit.height, "people_flooded": hit["target"].n_unique()}
    if hit["target"].n_unique() < least:
        return empty
    progress("comparing texts and pictures", 0.4)
    rows, texts, pictures = repeats(marked(timed, cells))
    flood = rows.filter("flood").height
    odds = float(hit["expected"].sum()) / max(rows.height - flood + float(hit["expected"].sum()), 1.0)
    progress("looking at who answered", 0.7)
    who = repliers(records, rows, covered(records, ("timeline",)), float(parameters["young_days"]), odds)
    seen = marks(rows, who, float(parameters["share_ratio"]), alpha)
    scope = covered(records, ("replies", "timeline"))
    windows = [_window(width, *by_width[width], least) for width in sorted(by_width)]
    made, posts = finding(
        found, rows, cells, who, seen, windows, (texts, pictures), scope, parameters, DETECTOR, seed
    )  # fmt: skip
    progress("done", 1.0)
    return Detection(
        findings=[made], tables={"signals": signals(who, cells)}, posts={made.id: posts}, notes=notes
    )  # fmt: skip


def _window(width: int, cells: pl.DataFrame, tests: int, least: int) -> dict[str, Any]:
    """How a width tells it: the stretch least like usual of the `least`-th target, which is what so many had at least."""
    best = cells.drop_nulls("p").sort(["q", "p", "target", "bin"]).unique("target", keep="first", maintain_order=True)
    beyond = cells.filter("beyond")["target"].n_unique()
    if best.height < least:
        return {"window_seconds": width, "observed": beyond, "expected": None, "p": None, "q": None, "passed": False}
    row = best.row(least - 1, named=True)
    return {
        "window_seconds": width, "observed": row["observed"], "expected": round(row["expected"], 4),
        "p": float(f"{row['p']:.3g}"), "q": float(f"{row['q']:.3g}"), "passed": beyond >= least,
    }  # fmt: skip


DETECTOR: Final = Detector(
    name="flood",
    version="1",
    title="Floods of replies",
    question="Who is flooded with replies, and do they come from accounts made or woken for it?",
    definition="Hours in which at least three watched people are answered more than in the same hour of the weeks before"
    " explains, by accounts of which three times as many as usual are new or woken from half a year's sleep, the same ones"
    " again and again or with the same words and pictures.",
    parameters=(
        Parameter("min_targets", 3, "people", "one or two who are shouted at said something; three need not have"),
        Parameter("alpha", 0.01, "share of false hours", "of a hundred hours named at most one is chance"),
        Parameter(
            "windows", (3600, 21_600, 86_400), "seconds", "what is real shows by the hour, the shift and the day"
        ),
        Parameter("young_days", 30.0, "days", "accounts made for a purpose are used while the purpose lasts"),
        Parameter(
            "share_ratio", 3.0, "times usual", "a vote or a scandal brings some new people, not three times as many"
        ),
    ),
    false_positives=(
        "outrage after a vote: everybody writes at once, each in their own words",
        "an activist day on which a union or an association asks its members to write",
        "a diaspora that answers to news from home",
        "a post that everybody quotes to disagree with",
        "fans of somebody the watched person criticised",
    ),
    must_see="the hourly chart of each person with the usual hours beside it, the ages of the accounts, the repeated texts",
    disarm=("T0049", "T0116.001"),
    hit=HIT,
    miss=MISS,
    detect=detect,
)
