"""One finding of `hijack`: the accounts with their silence and changes, the wave, and what they did together afterwards."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

from detectors.groups.actions import MICROSECONDS
from detectors.groups.synchrony import Together
from detectors.hijack.after import Afterwards
from detectors.hijack.changes import somebody_else
from detectors.hijack.sleep import Slept
from detectors.hijack.wave import Wave
from detectors.verdict import FEWEST, trap
from records.finding import Finding, Json, instant

# Changes from which on an account counts whole: the profile needs three, and four leave little of the person.
_WHOLE: Final = 4
_STRIP: Final = 12  # posts drawn on either side of the silence
_POSTS: Final = 2000
_OF_LAYER: Final = 200  # posts shown of what they did together, by layer
DISARM: Final = ("T0150.002", "T0150.005")


@dataclass(frozen=True, slots=True)
class Told:
    """What a finding is made of."""

    members: list[str]
    """Account uids."""
    wave: Wave
    unchanged: int
    """Others who came back in the same days with fewer than the changes of a profile."""
    themselves: int
    """Accounts that came back in the same days and did the same, known by the handle, name and language they had."""
    together: Afterwards
    changes: dict[str, list[Json]]
    covered: bool
    posts: pl.DataFrame
    """All posts of members after they woke: account, platform, post_id, created_at; sorted by time."""


def finding(told: Told, found: Slept, draws: int, parameters: Json, version: str, seed: int) -> Finding:
    """The finding of one wave."""
    rows = found.accounts.filter(pl.col("account").is_in(told.members))
    wave, after = told.wave, told.together
    acts = after.any
    others = sum(somebody_else(told.changes[uid]) for uid in told.members)
    deception = {"code": "hijack", "evidence": {"accounts": rows.height, "changes": _counted(told.changes)}}
    shown = pl.concat(
        [
            told.posts.group_by("account", maintain_order=True).head(_STRIP).sort("created_at", "platform", "post_id"),
            told.posts,
        ]
    )
    posts = shown.select("platform", "post_id").unique(maintain_order=True).head(_POSTS).to_dicts()
    return Finding(
        detector="hijack",
        detector_version=version,
        title_code="hijack.wave",
        score=round(sum(_score(told.changes[uid]) for uid in told.members), 3),
        members=_members(rows, told.changes),
        posts=posts,
        parameters=parameters,
        evidence={
            "accounts": [_account(row, told.changes[row["account"]], found.strips) for row in rows.iter_rows(named=True)],
            "wave": _wave(told, rows, found, parameters),
            "afterwards": _afterwards(after),
            "coverage": sorted({name for names in rows["coverage"].to_list() for name in names}),
        },
        reasons=[],
        first_seen=instant(rows["woke_at"].min()),
        last_seen=instant(told.posts["created_at"].max()),
        layers=["wake", *after.layers, *sorted({one["layer"] for one in after.shared})],
        windows=[_window(one, after) for one in after.together],
        observed=float(rows.height),
        expected=round(wave.expected, 3),
        comparison={"population": "accounts_that_slept", "size": found.accounts.height},
        # Whoever would have woken in these days anyway is in the wave by chance.
        expected_false_flags=round(min(wave.expected, rows.height), 3),
        signs=["wake"],
        tests={
            "group": {
                "passed": acts, "method": "wake_times", "p": wave.p, "q": wave.p, "draws": draws,
                "statistic": round(wave.statistic, 3),
            },
            # Where copied texts or a flood tell it and no meeting does, there is none to ask for at two windows.
            "synchrony": [_synchrony(one, after) for one in after.together] if after.layers else [],
            # New phones, hours and topics may be one occasion's; that anybody pretends, names and languages must show.
            "deception": [deception] if others >= FEWEST else [],
            # Where most of those who came back and did the same are known to be themselves, an occasion brought them.
            "traps": [
                trap("returner", explains=True, unchanged_beside=told.unchanged, themselves=told.themselves)
            ] if not acts or told.themselves > others else [],
            "reasons": [] if told.covered else ["coverage"],
        },
        alternatives=_alternatives(told, rows.height),
        disarm=list(DISARM),
        seed=seed,
    )  # fmt: skip


def _score(changes: list[Json]) -> float:
    return min(1.0, len(changes) / _WHOLE)


def _members(rows: pl.DataFrame, changes: dict[str, list[Json]]) -> list[Json]:
    made = [
        {
            "platform": row["platform"],
            "id": row["author_id"],
            "kind": "account",
            "role": "possible_victim",
            "score": round(_score(changes[row["account"]]), 3),
            "action": "secure_and_restore",
        }
        for row in rows.iter_rows(named=True)
    ]
    return sorted(made, key=lambda member: (-member["score"], member["platform"], member["id"]))


def _account(row: dict[str, Any], changes: list[Json], strips: pl.DataFrame) -> Json:
    strip = strips.filter(pl.col("account") == row["account"])
    return {
        "platform": row["platform"],
        "id": row["author_id"],
        "created_at": None if row["made_at"] is None else instant(row["made_at"]),
        "last_before": instant(row["last_before"]),
        "woke_at": instant(row["woke_at"]),
        "gap_days": round(row["gap_days"], 2),
        "own_median_gap_days": round(row["own_median_gap_days"], 3),
        "posts_before": row["posts_before"],
        "posts_after": row["posts_after"],
        "changes": changes,
        "strip_before": strip.filter(~pl.col("awake")).tail(_STRIP).select("platform", "post_id").to_dicts(),
        "strip_after": strip.filter("awake").head(_STRIP).select("platform", "post_id").to_dicts(),
    }


def _wave(told: Told, rows: pl.DataFrame, found: Slept, parameters: Json) -> Json:
    begin, end = rows["woke_at"].min(), rows["woke_at"].max()
    assert isinstance(begin, datetime) and isinstance(end, datetime)
    days = rows.group_by(pl.col("woke_at").dt.date().alias("day")).len("woke")
    by_day = dict(days.rows())
    first, last = begin.astimezone(UTC).date(), end.astimezone(UTC).date()
    all_days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        "window_days": parameters["wave_days"],
        "since": instant(begin),
        "until": instant(end),
        "woke": rows.height,
        "eligible": found.accounts.height,
        "expected": round(told.wave.expected, 3),
        "p": told.wave.p,
        "by_day": [{"day": day.isoformat(), "woke": by_day.get(day, 0)} for day in all_days],
    }


def _afterwards(after: Afterwards) -> list[Json]:
    made = []
    for name, one in after.layers.items():
        test = {"observed": round(one.observed, 3), "expected": round(one.expected, 3), "p": after.p(one), "q": None}
        accounts = int((one.own_objects > 0).sum())
        made.append({"layer": name, "accounts": accounts, "test": test, "posts": after.posts[name][:_OF_LAYER]})
    for one_of in after.shared:
        accounts = len(one_of["accounts"])
        test = {"observed": one_of["observed"], "expected": one_of["expected"], "p": one_of["p"], "q": None}
        made.append(
            {"layer": one_of["layer"], "accounts": accounts, "test": test, "posts": one_of["posts"][:_OF_LAYER]}
        )
    return made


def _window(one: Together, after: Afterwards) -> Json:
    return {
        "window_seconds": one.window // MICROSECONDS, "observed": round(one.observed, 3),
        "expected": round(one.expected, 3), "p": round(after.p(one), 6), "q": None,
    }  # fmt: skip


def _synchrony(one: Together, after: Afterwards) -> Json:
    row = _window(one, after)
    del row["q"]
    return row | {"statistic": round(one.statistic, 3), "passed": after.passed(one)}


def _counted(changes: dict[str, list[Json]]) -> dict[str, int]:
    kinds = sorted(change["kind"] for one in changes.values() for change in one)
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def _alternatives(told: Told, members: int) -> list[Json]:
    """What else it could be: people who came back, and data in which everybody seems to sleep."""

    def point(code: str, observed: float) -> Json:
        return {"code": code, "observed": observed, "expected": None}

    speaks = [point("others_came_back_unchanged", told.unchanged)] if told.unchanged else []
    if told.themselves:
        speaks.append(point("others_did_the_same_as_themselves", told.themselves))
    if not told.together.any:
        speaks.append(point("nothing_done_together", 0))
    against = [point("changed_in_three_ways", members)]
    if told.together.any:
        against.append(point("acted_together_afterwards", len(told.together.partners)))
    sample: Json = {"code": "keyword_sample", "for": [], "against": []}
    sample["against" if told.covered else "for"].append(
        {"code": "complete_timelines" if told.covered else "timelines_not_complete"}
    )
    return [{"code": "returner", "for": speaks, "against": against}, sample]
