"""Posts far above normal: both dates of a surge, single posts that all want to read, advertising, and no baseline."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest

import scenarios
from detectors.base import Detection
from detectors.engagement import DETECTOR
from tests.detectors.story_worlds import judge, judged, only, signal

WORLDS = [("en", "a", 501), ("fr", "b", 502), ("zh", "a", 503)]
START = datetime(2026, 1, 1, 8, tzinfo=UTC)


@cache
def surge(language: str, side: str, seed: int) -> tuple[scenarios.World, Detection]:
    return judged("engagement", "engagement_surge", seed, participation=0.4, language=language, side=side)


@pytest.mark.parametrize(("language", "side", "seed"), WORLDS)
def test_both_dates_of_the_surge_are_found(language: str, side: str, seed: int) -> None:
    world, found = surge(language, side, seed)
    truth = world.truth.operations[0].extra
    (finding,) = [one for one in found.findings if one.outcome == "unexplained"]
    assert finding.members[0]["id"] == truth["account"]
    assert {post["at"][:10] for post in finding.evidence["posts"]} == set(truth["dates"])
    assert all(post["ratio"] >= 2.5 and post["robust_z"] >= 3.5 for post in finding.evidence["posts"])
    assert 25_000 <= finding.evidence["baseline"]["median"] <= 35_000
    assert finding.unmet == ["two_signs", "deception_sign"]
    assert [row["window_seconds"] for row in finding.tests["synchrony"]] == [86_400, 259_200]
    assert signal(found, "engagement_surges")[f"wechat:{truth['account']}"] == len(finding.posts)


@pytest.mark.parametrize(("language", "side", "seed"), WORLDS)
def test_a_scoop_is_news(language: str, side: str, seed: int) -> None:
    world, found = judged("engagement", "trap_scoop", seed, language=language, side=side)
    (medium,) = world.truth.benign["scoop"]
    (finding,) = [one for one in found.findings if medium in one.member_ids()]
    assert (finding.outcome, "explained_by_breaking_news" in finding.reasons) == ("undetermined", True)


@pytest.mark.parametrize(("language", "side", "seed"), WORLDS)
def test_a_paid_boost_has_no_baseline(language: str, side: str, seed: int) -> None:
    world, found = judged("engagement", "trap_paid_boost", seed, language=language, side=side)
    (medium,) = world.truth.benign["paid_boost"]
    (finding,) = [one for one in found.findings if medium in one.member_ids()]
    assert (finding.outcome, "no_baseline" in finding.reasons) == ("undetermined", True)
    assert {post["content_type"] for post in finding.evidence["posts"]} == {"ad"}


def changed(**given: Any) -> dict[str, list[dict[str, Any]]]:
    """The example with its posts changed: `title` or another column for the posts that stand out."""
    posts = [{**row, **(given if row["views"] > 60_000 else {})} for row in DETECTOR.hit["posts"]]
    return {**DETECTOR.hit, "posts": posts}


def test_words_of_sponsorship_make_an_advertisement() -> None:
    finding = only(judge(changed(title="Sponsored by the ferry company"), "engagement"))  # type: ignore[arg-type]
    assert (finding.outcome, "no_baseline" in finding.reasons) == ("undetermined", True)


def test_without_a_complete_timeline_nothing_is_usual() -> None:
    finding = only(judge({**DETECTOR.hit, "collections": []}, "engagement"))  # type: ignore[arg-type]
    assert finding.reasons[0] == "coverage"


def test_counts_are_compared_at_the_same_age() -> None:
    """Counted a month after the others, everything is larger: there is no surge among posts as old as it."""
    late = changed(collected_at=START + timedelta(days=50))
    assert judge(late, "engagement").findings == []  # type: ignore[arg-type]


def test_an_author_whose_posts_often_go_far_has_no_surge() -> None:
    posts = [
        {**row, "views": 120_000 if number % 5 == 0 else row["views"]}
        for number, row in enumerate(DETECTOR.miss["posts"])
    ]
    found = judge({**DETECTOR.miss, "posts": posts}, "engagement")  # type: ignore[arg-type]
    assert [one for one in found.findings if one.outcome == "unexplained"] == []


def test_two_faint_episodes_are_a_surge_where_one_of_them_is_none() -> None:
    """Two of two posts on one day are too few; the same again three weeks later are not."""

    def articles(days: list[int]) -> list[dict[str, Any]]:
        far = {3 * day + place for day in days for place in range(2)}
        return [
            {**row, "post_id": f"b{number}", "created_at": START + timedelta(hours=8 * number),
             "views": (110_000 if number in far else 30_000) + number}
            for number, row in enumerate(DETECTOR.hit["posts"][:1] * 150)
        ]  # fmt: skip

    once, twice = (judge({**DETECTOR.hit, "posts": articles(days)}, "engagement") for days in ([20], [20, 41]))
    assert [one.outcome for one in once.findings] == ["undetermined"]
    finding = only(twice)
    assert (finding.outcome, len(finding.posts)) == ("unexplained", 4)
    assert finding.tests["group"]["q"] <= 0.01


def test_the_example_says_what_it_is_compared_with() -> None:
    evidence = only(judge(dict(DETECTOR.hit), "engagement")).evidence  # type: ignore[arg-type]
    assert (evidence["measure"], evidence["baseline"]["kind"]) == ("views", "own")
    assert len(evidence["baseline"]["posts"]) == evidence["baseline"]["posts_available"] >= 20
    values = pl.Series([post["value"] for post in evidence["baseline"]["posts"]])
    assert evidence["baseline"]["median"] == pytest.approx(values.median())


def page(number: int, election: float) -> list[dict[str, Any]]:
    """Seventy days of two posts a day; in two days of an election the page has `election` times its usual."""
    usual = [28_400, 31_200, 29_800, 33_100, 27_900, 30_600, 30_100, 26_900, 32_400, 29_300]
    return [
        {"platform": "wechat", "post_id": f"{number}-{place}", "author_id": f"gh_{number}", "author_kind": "outlet",
         "content_type": "article", "created_at": START + timedelta(hours=12 * place, minutes=number),
         "views": round((election if 50 <= place // 2 < 52 else 1) * (number + 1) * usual[(place * 3 + number) % 10])}
        for place in range(140)
    ]  # fmt: skip


def test_an_election_lifts_every_page_and_one_may_still_stand_out() -> None:
    collections = DETECTOR.hit["collections"]
    rises = [3.2, 3.5, 4.0, 3.4, 3.6, 3.8]
    everybody = [row for number, rise in enumerate(rises) for row in page(number, rise)]
    found = judge({"posts": everybody, "collections": collections}, "engagement")  # type: ignore[arg-type]
    assert [(one.outcome, one.reasons) for one in found.findings] == [
        ("undetermined", ["explained_by_breaking_news"])
    ] * 6
    one = everybody + page(6, 12.0)
    found = judge({"posts": one, "collections": collections}, "engagement")  # type: ignore[arg-type]
    assert [one.members[0]["id"] for one in found.findings if one.outcome == "unexplained"] == ["gh_6"]
