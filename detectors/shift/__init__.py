"""Hours that fit an office: at which offsets from UTC would a group's acts be a working day? Never which country.

Asked of groups that other detectors found, for hours alone are no sign of anything: most people work.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from detectors import coaction
from detectors.base import Detection, Detector, Parameter, Progress
from detectors.shift import finding as written
from detectors.shift import model
from detectors.shift.examples import HIT, MISS
from detectors.verdict import FEWEST, gates
from records.finding import Finding, Json
from records.store import Records, query

_VERSION: Final = "1"
_SAME: Final = 0.5  # of the smaller group's accounts: two findings are of one group, as operations count it
_LEFT_OUT: Final = ("source", "owner", "target")
_TOLD: Final = 5  # groups whose posts are too few for the test, those with most posts; the others are counted
_EXACT: Final = "SELECT platform || ':' || author_id AS account, platform, post_id, created_at FROM posts" \
    " WHERE coalesce(time_precision, 'second') IN ('second', 'minute')"  # fmt: skip

PARAMETERS: Final = (
    Parameter("min_posts", 300, "posts", "fewer do not show the hours of a day and a week"),
    Parameter("min_days", 10, "days", "two working weeks; a few busy days are an event, and show no rhythm"),
    Parameter(
        "min_shown_posts", 72, "posts", "three for each hour of the day: an hour left empty by chance is one in twenty"
    ),
    Parameter("min_shown_days", 7, "days", "each weekday once; fewer fill no map of weekdays"),
    Parameter(
        "min_accounts", FEWEST, "accounts", "the hours of a few people are their own affair; no verdict on fewer"
    ),
)


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """Where no other detector ran: the hours of the groups that act together (detectors/coaction)."""
    found = coaction.detect(
        records, coaction.DETECTOR.defaults(), seed, lambda what, share: progress(what, 0.9 * share)
    )
    return of_groups(records, parameters, seed, progress, found.findings, found.posts)


def of_groups(
    records: Records,
    parameters: Mapping[str, Any],
    seed: int,
    progress: Progress,
    findings: Sequence[Finding],
    posts: Mapping[str, frozenset[str]],
) -> Detection:
    """The hours of the groups of `findings`, by the posts in which each did what it was found by.

    `posts` holds the uids of all posts of the findings that list only some.
    """
    groups = _groups(findings, int(parameters["min_accounts"]))
    if not groups:
        return Detection(notes={"groups": 0})
    known = query(records, _EXACT).with_columns(pl.format("{}:{}", "platform", "post_id").alias("uid"))
    made: list[Finding] = []
    few: list[Finding] = []
    for place, group in enumerate(groups):
        progress("hours of groups", 0.9 + 0.1 * place / len(groups))
        members = _members(group)
        wanted = pl.Series(sorted({uid for one in group for uid in _posts(one, posts)}), dtype=pl.String())
        rows = known.filter(pl.col("uid").is_in(wanted.implode()) & pl.col("account").is_in(list(members)))
        rows = rows.sort("created_at", "platform", "post_id")
        wrote = [member for uid, member in members.items() if uid in set(rows["account"].unique())]
        days = rows["created_at"].dt.date().n_unique()
        if (
            rows.height < parameters["min_shown_posts"]
            or days < parameters["min_shown_days"]
            or len(wrote) < parameters["min_accounts"]
        ):
            continue
        fit = model.fit(rows["created_at"].dt.epoch("s").to_numpy())
        enough = rows.height >= parameters["min_posts"] and days >= parameters["min_days"]
        one = written.finding(
            fit, rows, wrote, dict(parameters), _VERSION, seed, enough=enough, settled=_settled(group[0])
        )
        one.tests["traps"] = _explained(group)
        (made if enough else few).append(one)
    few.sort(key=lambda one: (-one.evidence["posts_counted"], one.id))
    made += few[:_TOLD]
    made.sort(key=lambda one: (-one.score, one.id))
    notes = {
        "groups": len(groups),
        "groups_with_enough_posts": len(made) - len(few[:_TOLD]),
        "groups_with_too_few_posts": len(few),
    }
    return Detection(findings=made, notes=notes)


def _settled(finding: Finding) -> bool:
    """The finding shows a group; where it passed one of its tests only, there may be one."""
    return "group_test" in gates(finding)


def _groups(findings: Sequence[Finding], least: int) -> list[list[Finding]]:
    """Findings of one group together, the largest first; each in one group only. Those that passed one test of a group
    only come last, and not where one that passed both is of the same accounts."""
    usable = [one for one in findings if _any_test(one) and len(_accounts(one)) >= least]
    usable.sort(key=lambda one: (not _settled(one), -len(_accounts(one)), one.id))
    groups: list[list[Finding]] = []
    for one in usable:
        mine = _accounts(one)
        near = (
            group for group in groups
            if len(mine & _accounts(group[0])) >= max(least, _SAME * min(len(mine), len(_accounts(group[0]))))
        )  # fmt: skip
        same = next(near, None)
        if same is None:
            groups.append([one])
        elif _settled(one) == _settled(same[0]):
            same.append(one)
    return groups


def _any_test(finding: Finding) -> bool:
    """Sharing too much, or acting together: evenings are wide, and who keeps them may show only one of the two."""
    tests = finding.tests
    return bool(tests.get("group", {}).get("passed")) or any(one["passed"] for one in tests.get("synchrony", []))


def _explained(group: Sequence[Finding]) -> list[Json]:
    """What explains all that the group does together explains its hours: agencies' customers are newsrooms, which keep
    office hours. A trap of some of its findings only leaves the others to be asked about."""
    each = [[trap for trap in one.tests.get("traps", []) if trap["explains"]] for one in group]
    return list({trap["code"]: trap for traps in each for trap in traps}.values()) if all(each) else []


def _accounts(finding: Finding) -> set[str]:
    return {f"{one['platform']}:{one['id']}" for one in finding.members if one["role"] not in _LEFT_OUT}


def _posts(finding: Finding, posts: Mapping[str, frozenset[str]]) -> frozenset[str]:
    listed = frozenset(f"{post['platform']}:{post['post_id']}" for post in finding.posts)
    return posts.get(finding.id, listed)


def _members(group: Sequence[Finding]) -> dict[str, Json]:
    """The group's accounts as its findings call them; a possible victim stays one."""
    made: dict[str, Json] = {}
    for finding in group:
        for member in finding.members:
            uid = f"{member['platform']}:{member['id']}"
            if member["role"] in _LEFT_OUT or (uid in made and member["role"] != "possible_victim"):
                continue
            made[uid] = member
    return dict(sorted(made.items()))


DETECTOR: Final = Detector(
    name="shift",
    version=_VERSION,
    title="Hours that fit an office",
    question="Does this group keep the hours of an office, and at which offsets from UTC would it be one?",
    definition="A group found by another detector whose half-hours of activity a working day with its pause and week"
    " explains a hundred times better than evenings, waking days or breaks do.",
    parameters=PARAMETERS,
    false_positives=(
        "volunteers who act in the evening after work",
        "programs that post on a plan made for office hours",
        "newsrooms, parties and unions whose staff say who they are",
        "people who read and post at their desks",
        "a night desk, whose hours are an office's day elsewhere",
    ),
    must_see="the posts by hour and weekday in UTC, every offset that is not excluded, and what leisure would explain",
    disarm=(),
    hit=HIT,
    miss=MISS,
    detect=detect,
    of_groups=of_groups,
)
