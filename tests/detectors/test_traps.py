"""Each guard by its name: with what shows the trap it explains or opens the finding, without it the finding stands."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detectors.base import no_progress
from detectors.coaction import DETECTOR
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

START = datetime(2024, 3, 4, 8, tzinfo=UTC)
RING = [f"ring{number}" for number in range(8)]


def world(**changes: Any) -> dict[str, Any]:
    """Eight accounts that share twelve links within a minute of each other, beside two hundred who do not."""
    dice = random.Random(1)
    posts = [
        _post(author, n, START + timedelta(hours=9 * n, seconds=dice.uniform(1, 59)), f"https://push.example/{n}")
        for n in range(12)
        for author in RING
    ]
    posts += [
        _post(
            f"other{number}",
            n,
            START + timedelta(hours=dice.random() * 100),
            f"https://other.example/{dice.randrange(90)}",
        )
        for number in range(200)
        for n in range(4)
    ]
    accounts = [
        {"platform": "x", "account_id": f"other{number}", "description": dice.choice(EVERYDAY)} for number in range(200)
    ]
    accounts += [{"platform": "x", "account_id": name, "description": dice.choice(EVERYDAY)} for name in RING]
    made = {"posts": posts, "accounts": accounts}
    for table, change in changes.items():
        made[table] = change(made.get(table, []))
    return made


EVERYDAY = ["she/her", "plumber in Stonebridge", "amateur de vélo", "爱吃苹果派", "opinions my own", "proud mum"]


def _post(author: str, number: int, at: datetime, link: str) -> dict[str, Any]:
    return {
        "platform": "x", "post_id": f"{author}-{number}", "author_id": author, "created_at": at, "urls": [link],
        "author_kind": "account", "client": "Twitter for iPhone",
    }  # fmt: skip


def judged(rows: dict[str, Any]) -> Finding:
    found = run(in_memory(rows), [DETECTOR], {"coaction": DETECTOR.defaults()}, 1, no_progress).findings
    (finding,) = [one for one in found if set(RING) == {member["id"] for member in one.members}]
    return finding


def of_ring(change: dict[str, Any], key: str = "author_id") -> Any:
    return lambda rows: [{**row, **change} if row.get(key) in RING else row for row in rows]


def test_without_any_trap_the_finding_stands() -> None:
    finding = judged(world())
    assert (finding.outcome, finding.tests["traps"]) == ("unexplained", [])
    assert finding.unmet == ["two_signs", "deception_sign"]


DECLARED = [
    (
        "fan_club",
        ["member of the Owen Tamblyn fan club", "Owen Tamblyn fan account", "Owen Tamblyn fans, Norwick chapter"],
    ),
    ("fan_club", ["fan-club Owen Tamblyn", "membre du fan club Owen Tamblyn", "fans de Owen Tamblyn"]),
    ("fan_club", ["陈晓明后援会", "陈晓明粉丝", "陈晓明应援站"]),
    ("staff", ["Harbour Party staff", "works for Harbour Party", "press officer, Harbour Party"]),
    ("staff", ["équipe du Parti du Havre", "bénévole au Parti du Havre", "employée du Parti du Havre"]),
    ("staff", ["海港党志愿者", "海港党工作人员", "海港党员工"]),
]


@pytest.mark.parametrize(("code", "profiles"), DECLARED)
def test_what_most_profiles_declare_is_open(code: str, profiles: list[str]) -> None:
    def declare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**row, "description": profiles[n % len(profiles)]} if row["account_id"] in RING else row
            for n, row in enumerate(rows)
        ]

    finding = judged(world(accounts=declare))
    assert [(one["code"], one["explains"], one["open"]) for one in finding.tests["traps"]] == [(code, True, True)]
    assert (finding.outcome, "no_trap" in finding.unmet) == ("open", True)
    assert {"code": code, "for": ["profiles_declare_it"]}.items() <= next(
        one for one in finding.alternatives if one["code"] == code
    ).items()


def test_a_word_of_belonging_without_a_common_name_declares_nothing() -> None:
    said = [
        "union member",
        "fan of tea",
        "works nights",
        "team player",
        "staff room cook",
        "office plant",
        "club sandwich",
    ]

    def declare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "description": said[n % 7]} if row["account_id"] in RING else row for n, row in enumerate(rows)]

    assert judged(world(accounts=declare)).outcome == "unexplained"


def test_a_common_slogan_declares_no_membership() -> None:
    rows = of_ring({"description": "Harbour first, always"}, "account_id")
    assert judged(world(accounts=rows)).outcome == "unexplained"


def test_posts_on_the_full_minute_are_a_scheduler_s() -> None:
    def planned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**row, "created_at": row["created_at"].replace(second=0, microsecond=0)}
            if row["author_id"] in RING
            else row
            for row in rows
        ]

    finding = judged(world(posts=planned))
    assert (finding.outcome, "explained_by_scheduler" in finding.reasons) == ("undetermined", True)


def test_programs_that_publish_feeds_are_schedulers_and_phones_are_not() -> None:
    finding = judged(world(posts=of_ring({"client": "dlvr.it"})))
    assert (finding.outcome, "explained_by_scheduler" in finding.reasons) == ("undetermined", True)


def test_pages_of_one_owner_are_explained() -> None:
    pages = [{"platform": "x", "page_id": name, "outlet_id": f"paper{n}"} for n, name in enumerate(RING)]
    owned = [
        {"subject_id": f"paper{n}", "object_id": "holding", "relation": "owned_by", "until": None}
        for n in range(len(RING))
    ]
    finding = judged(world(pages=lambda _: pages, ownership=lambda _: owned))
    assert (finding.outcome, "explained_by_same_owner" in finding.reasons) == ("undetermined", True)
    ended = [{**row, "until": START} for row in owned]
    assert judged(world(pages=lambda _: pages, ownership=lambda _: ended)).outcome == "unexplained"


def test_what_the_collection_asked_for_proves_nothing() -> None:
    asked = {"collection_id": "c", "platform": "x", "scope": "keyword"}
    links = " OR ".join(f"https://push.example/{n}" for n in range(12))
    finding = judged(world(collections=lambda _: [{**asked, "query": links}]))
    assert (finding.outcome, "explained_by_keyword_sample" in finding.reasons) == ("undetermined", True)
    assert judged(world(collections=lambda _: [{**asked, "query": "harbour"}])).outcome == "unexplained"
