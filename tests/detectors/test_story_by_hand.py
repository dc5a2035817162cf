"""Woken accounts that flood, beside people who come back: small worlds written by hand, not by the plays of scenarios/."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detectors import hijack, profiles
from detectors.flood.examples import HIT as FLOOD
from tests.detectors.story_worlds import WORDS, judge, only

Rows = dict[str, list[dict[str, Any]]]
START = datetime(2026, 1, 5, tzinfo=UTC)
CREW = [f"f{number}" for number in range(15)]


def history(handle: str, *, counted: bool = False) -> list[dict[str, Any]]:
    """Two looks at each of the crew before the flood, half a year and more apart."""
    count = {"posts_count": 300} if counted else {}
    return [
        {"platform": "x", "account_id": name, "handle": handle.format(name), "observed_at": START - timedelta(days=days), **count}
        for name in CREW for days in (300, -25)
    ]  # fmt: skip


def flooded(**given: Any) -> Rows:
    """The example's flood, by accounts that are as old as everybody's and have names of today."""
    old = {"created_at": datetime(2014, 5, 1, tzinfo=UTC), "observed_at": START + timedelta(days=40)}
    accounts = [{**row, "handle": f"truth_{row['account_id']}_now", **old} for row in FLOOD["accounts"]]
    return {**FLOOD, "accounts": accounts, **given}


@pytest.mark.parametrize(
    ("was", "passed", "woken"), [("garden.{}", True, 15), ("truth_{}", False, 0)], ids=["renamed", "themselves"]
)
def test_counts_that_stood_still_tell_who_slept_and_names_who_came_back(was: str, passed: bool, woken: int) -> None:
    """No post of theirs from before was collected; the platform's own counts say that there was none to collect."""
    finding = only(judge(flooded(account_history=history(was, counted=True)), "flood"))
    assert (finding.tests["group"]["passed"], finding.evidence["repliers"]["woken"]) == (passed, woken)
    assert finding.outcome == ("unexplained" if passed else "undetermined")


def test_without_counts_or_posts_from_before_nobody_is_said_to_have_slept() -> None:
    finding = only(judge(flooded(account_history=history("garden.{}")), "flood"))
    assert (finding.outcome, finding.evidence["repliers"]["woken"]) == ("undetermined", 0)


def test_answers_on_the_full_minute_are_no_plan() -> None:
    """What was yet to be said cannot be answered on plan: a tool that floods on the minute explains nothing."""
    posts = [{**row, "created_at": row["created_at"].replace(second=0)} for row in FLOOD["posts"]]
    finding = only(judge({**FLOOD, "posts": posts}, "flood"))
    assert (finding.outcome, finding.tests["traps"]) == ("unexplained", [])


def test_a_flood_is_done_together_where_nobody_else_answers() -> None:
    """Only the group answers in those hours, so no outsider tells how often answers meet; other weeks do."""
    before = [
        {
            "platform": "x", "post_id": f"b{name}-{number}", "author_id": name, "language": "en", "client": "Phone",
            "created_at": START - timedelta(days=400 - 2 * number, hours=place % 5),
            "text": f"{('Choir', 'Plum cake', 'The late bus', 'Rain')[number % 4]} again, {number} of us",
        }
        for place, name in enumerate(CREW) for number in range(24)
    ]  # fmt: skip
    new = {"language": "fr", "client": "Desk"}
    posts = [
        {**row, "text": f"{WORDS[n % 12]} {WORDS[n % 7]} {WORDS[n % 5]} {WORDS[n // 12 % 11]}"}
        | ({**new, "media_hashes": [f"{n % 3}" * 64]} if row["author_id"] in CREW else {})
        for n, row in enumerate(FLOOD["posts"])
    ]
    finding = only(judge(flooded(posts=before + posts, account_history=history("garden.{}")), "hijack"))
    assert finding.member_ids() == {f"x:{name}" for name in CREW}
    assert {(one["role"], one["action"]) for one in finding.members} == {("possible_victim", "secure_and_restore")}
    assert [(row["layer"], row["accounts"]) for row in finding.evidence["afterwards"]] == [("reply", 15)]
    assert (finding.outcome, finding.reasons, finding.tests["deception"][0]["code"]) == ("unexplained", [], "hijack")


def test_who_mostly_come_back_as_themselves_were_brought_by_an_occasion() -> None:
    """A union before a strike vote: twelve return with a slogan behind their names beside eight who changed altogether."""
    hit, kin = hijack.HIT, [f"kin{number}" for number in range(12)]
    posts = list(hit["posts"])
    for place, name in enumerate(kin):
        mine = [row for row in hit["posts"] if row["author_id"] == f"old{place % 8}"]
        posts += [
            {**row, "author_id": name, "post_id": f"{name}-{row['post_id']}", "language": "en"}
            for row in mine
        ]  # fmt: skip
    at = {one["account_id"]: one["observed_at"] for one in (*hit["account_history"], *hit["accounts"])}["old0"]
    named = [{"platform": "x", "account_id": name, "display_name": f"Nora {name}"} for name in kin]
    tables = {
        **hit,
        "posts": posts,
        "accounts": [
            *hit["accounts"],
            *({**row, "display_name": f"{row['display_name']} VOTE YES", "observed_at": at} for row in named),
        ],
        "account_history": [
            *hit["account_history"],
            *({**row, "observed_at": at - timedelta(days=500)} for row in named),
        ],
    }
    finding = only(judge(tables, "hijack"))
    (trap,) = finding.tests["traps"]
    assert (finding.outcome, trap["code"], trap["evidence"]["themselves"]) == ("undetermined", "returner", 12)
    assert only(judge(hit, "hijack")).outcome == "unexplained"


@pytest.mark.parametrize(
    ("was", "now", "alike"),
    [
        ("Anna Weiss", "Anna Weiss ✊ VOTE YES", True),
        ("Lyon", "Lyon, France", True),
        ("王芳", "王芳🌻加油", True),
        ("🌻", "🌻", True),
        ("🌻", "✊", False),
        ("annaweiss", "truthnow24", False),
        ("Anna Weiss", "Anna Schmidt", False),
    ],
)
def test_a_name_with_something_behind_it_is_the_same_name(was: str, now: str, alike: bool) -> None:
    assert profiles.same(was, now) == profiles.same(now, was) == alike
