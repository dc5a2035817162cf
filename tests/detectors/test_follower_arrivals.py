"""Who came with a leap of followers: bought ones among a real public, people who just joined, and four counts alone."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from detectors.base import Detection
from detectors.follower_farm.examples import HIT
from records.finding import Finding
from tests.detectors.story_worlds import judge, only

START: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
PUBLIC, CAME = 1_500, 1_260
FIRST: Final = ("ana", "bruno", "chidi", "dmitri", "elif", "fatou", "goran", "hana", "irene", "joon", "karim")
LAST: Final = ("moreau", "okafor", "petrov", "silva", "tanaka", "weber", "yilmaz", "zhang", "rossi", "larsen")
TAILS: Final = ("qzxkv", "3542181275", "wpkrj", "gxxkpmi", "8841520936")


def person(number: int) -> dict[str, Any]:
    """Somebody with a name, a past, friends."""
    return {
        "platform": "instagram", "account_id": f"p{number}",
        "handle": f"{FIRST[number % 11]}.{LAST[number * 7 % 10]}{number % 90}",
        "followers": 90 + number * 13 % 700, "following": 120 + number * 17 % 900, "default_avatar": number % 12 == 0,
        "created_at": START - timedelta(days=40 + number * 941 % 4_000, minutes=number),
    }  # fmt: skip


def bought(number: int, followed: datetime) -> dict[str, Any]:
    """One of a farm, made in one of nine nights of the year before, whenever it then followed."""
    return {
        **person(number), "account_id": f"b{number}", "default_avatar": number % 2 == 0, "followers": number % 40,
        "handle": f"{FIRST[number % 11]}{LAST[number * 7 % 10]}{TAILS[number % 5]}{number % 7}",
        "following": 700 + number * 37 % 5_000,
        "created_at": START - timedelta(days=300 - 30 * (number * 9 // CAME), minutes=number % 400),
    }  # fmt: skip


def joining(number: int, followed: datetime) -> dict[str, Any]:
    """Somebody new whom the platform shows the page: its picture, its handle, nobody known yet."""
    return {
        **person(number), "account_id": f"n{number}", "default_avatar": True, "followers": number % 5,
        "handle": f"user{10**9 + number * 7_919_113 % 10**9}", "following": 20 + number % 60,
        "created_at": followed - timedelta(minutes=number % 30),
    }  # fmt: skip


def tables(come: Any, order: str) -> dict[str, list[dict[str, Any]]]:
    """A page counted daily: 1,500 people followed it over a year, 1,260 more in a week, none of its counts 1,000 apart."""
    came = [START + timedelta(minutes=8 * number + 4) for number in range(CAME)]
    before = [START - timedelta(hours=5 * (PUBLIC - number)) for number in range(PUBLIC)]
    who = [person(number) for number in range(PUBLIC)] + [come(number, at) for number, at in enumerate(came)]
    told = {
        "times": lambda place, at: {"followed_at": at},
        "places": lambda place, at: {"position": place + 1, "position_is_chronological": True},
    }[order]
    counts = [(day, PUBLIC + min(max(day, 0), 7) * CAME // 7) for day in range(-6, 10)]
    return {
        "metrics": [
            {"platform": "instagram", "entity_id": "page", "entity_kind": "page",
             "observed_at": START + timedelta(days=day), "followers": count + day}
            for day, count in counts
        ],
        "accounts": who,
        "follows": [
            {"platform": "instagram", "follower_id": row["account_id"], "followed_id": "page", **told(place, at)}
            for place, (row, at) in enumerate(zip(who, before + came, strict=True))
        ],
        "collections": [
            {"collection_id": "all", "platform": "instagram", "scope": "followers", "complete": "yes"},
        ],
    }  # fmt: skip


def judged(given: dict[str, list[dict[str, Any]]]) -> Detection:
    return judge(given, "follower_farm")  # type: ignore[arg-type]


def named(finding: Finding) -> set[str]:
    return {one["id"] for one in finding.members if one["role"] == "follower"}


@pytest.mark.parametrize("order", ["times", "places"])
def test_followers_bought_into_a_real_public_are_judged_without_it(order: str) -> None:
    finding = only(judged(tables(bought, order)))
    growth, sample = finding.evidence["growth"], finding.evidence["sample"]
    assert (growth["followers_since"], growth["gained"], growth["days"], growth["baseline"]) == (
        1_500,
        1_267,
        7.0,
        "own_past",
    )
    assert 1_250 <= sample["size"] <= 1_260
    assert not {name for name in named(finding) if name.startswith("p")}
    assert len(named(finding)) >= 0.85 * CAME
    assert (finding.outcome, finding.reasons, finding.unmet) == ("unexplained", [], ["two_signs"])


@pytest.mark.parametrize("order", ["times", "places"])
def test_whoever_follows_on_joining_is_no_farm(order: str) -> None:
    """New people have the platform's picture and handle and were made as they came: all three say one thing, new."""
    finding = only(judged(tables(joining, order)))
    assert (finding.outcome, named(finding), finding.tests["deception"]) == ("undetermined", set(), [])
    assert finding.evidence["sample"]["farm"] == 0


def test_four_counts_and_nothing_else_are_told_without_a_baseline() -> None:
    counts = [row for row in HIT["metrics"] if row["entity_id"] == "page0"]
    finding = only(judged({"metrics": counts}))
    assert (finding.outcome, finding.reasons) == (
        "undetermined", ["coverage", "order_unknown", "no_baseline", "not_tested", "too_few_events"],
    )  # fmt: skip
    assert finding.evidence["growth"] == {
        "since": "2026-03-01T12:00:00Z", "until": "2026-03-12T12:00:00Z", "followers_since": 13_000,
        "followers_until": 287_000, "days": 11.0, "gained": 274_000, "per_day": 24909.0909, "baseline": "none",
        "expected_per_day": None, "ratio": None, "robust_z": None, "peers": [],
    }  # fmt: skip
    assert (finding.expected, finding.comparison) == (None, {})
