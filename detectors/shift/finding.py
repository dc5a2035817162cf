"""One finding of `shift`: the hours a group keeps, every offset at which an office would, and the other hypothesis."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from detectors.shift import model
from detectors.shift.model import Fit
from records.finding import Finding, Json, instant

_POSTS: Final = 2000  # listed; all are counted
_ROUND: Final = 0.5  # of the posts on the full minute: a program's plan, not a person's day
_SCALE: Final = 20.0  # of the log-likelihood: hours come after everything that shows what a group does


def finding(
    fit: Fit,
    posts: pl.DataFrame,
    members: Sequence[Json],
    parameters: Json,
    version: str,
    seed: int,
    *,
    enough: bool,
    settled: bool,
) -> Finding:
    """`posts`: account, platform, post_id, created_at, sorted by time; by `members` only.

    With too few posts (`enough` false) no offset is excluded; where it is not shown that the members are a group
    (`settled` false) their hours are told and nothing follows from them.
    """
    shown = fit.kept if fit.is_office or not fit.is_leisure else np.zeros(len(model.OFFSETS), dtype=bool)
    if not enough:
        shown = np.ones(len(model.OFFSETS), dtype=bool)
    office = fit.is_office and enough and settled
    first, last = posts["created_at"].min(), posts["created_at"].max()
    return Finding(
        detector="shift",
        detector_version=version,
        title_code="shift.office" if office else "shift.unclear",
        score=round(max(fit.office - fit.leisure, 0.0) / _SCALE, 3) if enough and settled else 0.0,
        members=list(members),
        posts=posts.head(_POSTS).select("platform", "post_id").to_dicts(),
        parameters=parameters,
        evidence={
            "utc_offsets": model.OFFSETS[shown].tolist(),
            "offsets": [
                {"utc_offset": float(offset), "log_likelihood": round(float(value), 3), "excluded": not bool(kept)}
                for offset, value, kept in zip(model.OFFSETS, fit.offsets, shown, strict=True)
            ],
            "hours": _hours(posts),
            "posts_counted": posts.height,
            "weekend_share": round(float((posts["created_at"].dt.weekday() > 5).sum()) / posts.height, 4),
            "leisure": {"log_likelihood": round(fit.leisure, 3), "template": fit.leisure_name},
            "template": {
                "start_hour": fit.best.start, "end_hour": fit.best.end, "pause_hours": list(fit.best.pauses),
            },
            "daylight_saving": fit.summer,
        },
        reasons=[] if enough else ["too_few_events"],
        first_seen=instant(first),
        last_seen=instant(last),
        observed=float(posts.height),
        comparison={"population": "leisure_template", "size": None},
        tests={
            "group": {
                "passed": office, "method": "office_against_leisure",
                "statistic": round(fit.office - fit.leisure, 3), "p": None, "draws": 0,
            },
            "synchrony": [],
            "deception": [],
            "traps": [],
            "reasons": [],
        },
        alternatives=_alternatives(posts),
        disarm=[],
        seed=seed,
    )  # fmt: skip


def _hours(posts: pl.DataFrame) -> list[list[int]]:
    """Posts by weekday (Monday first) and hour in UTC."""
    at = posts["created_at"]
    cell = (at.dt.weekday().cast(pl.Int64()) - 1) * 24 + at.dt.hour().cast(pl.Int64())
    return np.bincount(cell.to_numpy(), minlength=7 * 24).reshape(7, 24).tolist()


def _alternatives(posts: pl.DataFrame) -> list[Json]:
    """Programs that post on plan, and people whose work it is and who say so."""
    on_time = int((posts["created_at"].dt.second() == 0).sum())
    planned = on_time >= _ROUND * posts.height
    row: Json = {"code": "on_the_full_minute" if planned else "spread_over_the_minute"}
    row |= {"observed": on_time if planned else posts.height - on_time, "expected": None}
    return [
        {"code": "scheduler", "for": [row] if planned else [], "against": [] if planned else [row]},
        {"code": "staff", "for": [], "against": []},
    ]
