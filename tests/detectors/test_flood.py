"""Floods of replies: the hours, who makes them, and crowds that are none."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest

import scenarios
from detectors.base import Detection
from detectors.flood.examples import HIT
from detectors.flood.hours import hours, together
from detectors.flood.replies import answers
from records.store import in_memory
from tests.detectors.story_worlds import WORDS, auc, judge, judged, only, signal, uid, without

# Seeds no threshold was looked at with; half of the background, which leaves the operation as it is.
WORLDS = [("en", "a", 501), ("fr", "b", 502), ("zh", "a", 503)]
START = datetime(2026, 1, 5, tzinfo=UTC)


@cache
def flooded(language: str, side: str, seed: int) -> tuple[scenarios.World, Detection]:
    return judged("flood", "comment_flood", seed, participation=0.4, language=language, side=side, size=0.5)


def repliers(world: scenarios.World) -> set[str]:
    targets = world.tables["targets"].select(uid("platform", "account_id")).to_series()
    posts = world.tables["posts"].filter(uid("platform", "in_reply_to_account_id").is_in(targets.implode()))
    return set(posts.select(uid("platform", "author_id")).to_series().to_list())


@pytest.mark.parametrize(("language", "side", "seed"), WORLDS)
def test_those_who_flood_are_told_from_those_who_answer(language: str, side: str, seed: int) -> None:
    world, found = flooded(language, side, seed)
    members = set(world.truth.members)
    scores = signal(found, "flood_score")
    assert auc(scores, members, repliers(world) - members) >= 0.97
    finding = only(found)
    assert len(finding.member_ids() & members) >= 0.9 * len(members)
    assert len(finding.member_ids() & members) >= 0.9 * len(finding.members)
    assert (finding.outcome, finding.unmet) == ("unexplained", ["deception_sign"])
    assert {member["role"] for member in finding.members} == {"commenter"}
    assert finding.signs == ["reply", "wake"]


def test_the_attacked_are_told_from_all_who_are_answered_even_where_nobody_says_whom_to_watch() -> None:
    world, _ = flooded(*WORLDS[0])
    found = judge(without(world.tables, "targets"), "flood")
    answered = world.tables["posts"].drop_nulls("in_reply_to_account_id")
    everybody = set(answered.select(uid("platform", "in_reply_to_account_id")).to_series().to_list())
    targets = set(world.truth.operations[0].targets)
    assert auc(signal(found, "flooded_replies"), targets, everybody - targets) >= 0.97
    assert {f"{one['platform']}:{one['account_id']}" for one in only(found).targets} <= targets
    assert found.notes["flood"]["watched"] is False


def test_what_the_page_draws_is_there() -> None:
    evidence = only(flooded(*WORLDS[0])[1]).evidence
    assert len(evidence["targets"]) == 24
    first = evidence["targets"][0]
    assert first["peak"]["test"]["q"] <= 0.01
    assert max(hour["observed"] for hour in first["series"]) >= 10
    assert evidence["repliers"]["new"] >= 35
    assert evidence["repliers"]["woken"] >= 45  # of 60: some kept handle and name
    assert sum(band["accounts"] for band in evidence["repliers"]["ages"]) == evidence["repliers"]["total"]
    assert evidence["media"][0]["accounts"] >= 20
    assert evidence["baseline"]["replies"] > 500


@pytest.mark.parametrize(("language", "side", "seed"), WORLDS)
def test_outrage_after_a_vote_is_people(language: str, side: str, seed: int) -> None:
    _, found = judged("flood", "trap_outrage_after_vote", seed, language=language, side=side, size=0.4)
    finding = only(found)
    assert finding.outcome == "undetermined"
    assert "explained_by_breaking_news" in finding.reasons
    assert {member["action"] for member in finding.members} == {"none"}


# Small worlds, made to differ in one thing.


def world(**given: Any) -> dict[str, Any]:
    return {**{name: [dict(row) for row in rows] for name, rows in HIT.items()}, **given}


def test_the_example_passes_every_test_but_deception() -> None:
    finding = only(judge(world(), "flood"))
    assert finding.tests["group"]["passed"]
    assert finding.unmet == ["two_signs", "deception_sign"]
    assert [row["window_seconds"] for row in finding.tests["synchrony"] if row["passed"]] == [3600, 21600]


def test_accounts_as_old_as_everybody_are_people() -> None:
    """An activist day: the same hours, the same words, accounts that have been there for years."""
    old = [{**row, "created_at": datetime(2014, 5, 1, tzinfo=UTC)} for row in world()["accounts"]]
    finding = only(judge(world(accounts=old), "flood"))
    assert (finding.outcome, finding.tests["group"]["passed"]) == ("undetermined", False)


def test_new_accounts_that_answer_once_each_in_their_own_words_are_people() -> None:
    """A diaspora that signs up to answer: new accounts, but everybody writes once and differently."""
    posts = [
        {**row, "author_id": f"{row['author_id']}-{row['post_id']}", "text": f"{WORDS[n % 12]} {WORDS[n % 7]} {n} {WORDS[n % 5]}"}
        if row["author_id"].startswith("f") else row
        for n, row in enumerate(world()["posts"])
    ]  # fmt: skip
    new = [
        {"platform": "x", "account_id": row["author_id"], "created_at": START + timedelta(days=20)}
        for row in posts if row["author_id"].startswith("f")
    ]  # fmt: skip
    finding = only(judge(world(posts=posts, accounts=[*world()["accounts"], *new]), "flood"))
    assert (finding.outcome, finding.tests["group"]["passed"]) == ("undetermined", False)


def test_one_who_is_shouted_at_said_something() -> None:
    """A ratioed post: any number of hours under one person is no flood of watched people."""
    posts = [
        row for row in world()["posts"] if row["in_reply_to_account_id"] == "mara" or row["author_id"].startswith("n")
    ]
    found = judge(world(posts=posts), "flood")
    assert found.findings == []
    assert found.notes["flood"]["people_flooded"] == 0


def test_without_a_complete_collection_nothing_is_usual() -> None:
    assert only(judge(world(collections=[]), "flood")).reasons[0] == "coverage"


def test_nobody_is_woken_whose_timeline_was_not_collected() -> None:
    one, _ = flooded(*WORLDS[0])
    tables = one.tables | {"collections": one.tables["collections"].with_columns(pl.lit("replies").alias("scope"))}
    assert only(judge(tables, "flood")).evidence["repliers"]["woken"] == 0


def test_clocks_that_tell_the_day_only_tell_no_hours() -> None:
    posts = [{**row, "time_precision": "day"} for row in world()["posts"]]
    found = judge(world(posts=posts), "flood")
    assert (found.findings, found.notes["flood"]["answers_without_an_hour"]) == ([], len(posts))


def test_a_parent_stands_in_where_the_export_does_not_say_whom_a_reply_answers() -> None:
    posts = [
        {**row, "in_reply_to_account_id": None, "in_reply_to_post_id": row["in_reply_to_account_id"]}
        for row in world()["posts"]
    ]
    parents = [
        {"platform": "x", "post_id": name, "author_id": name, "created_at": START, "text": "Good morning"}
        for name in ("mara", "joss", "delphine", "arno")
    ]
    assert answers(in_memory(world(posts=posts + parents))).rows.height == len(posts)
    assert only(judge(world(posts=posts + parents), "flood")).tests["group"]["passed"]


def rows(counts: dict[tuple[str, int], int]) -> pl.DataFrame:
    """Answers: (target, hour) to how many."""
    return pl.DataFrame(
        [
            {"target": target, "at": START + timedelta(hours=hour, seconds=number)}
            for (target, hour), count in counts.items()
            for number in range(count)
        ]
    )


def test_an_hour_is_held_against_the_same_hour_of_the_weeks_before() -> None:
    """Forty answers every Monday at eight are usual then, and not on a Thursday night."""
    monday = {("a", 168 * week + 8): 40 for week in range(8)}
    cells, tests = hours(rows({**monday, ("a", 168 * 7 + 75): 40}), 3600, 0.01)
    assert tests == 6 * 168
    assert cells.filter("beyond")["bin"].to_list() == [int((START + timedelta(hours=168 * 7 + 75)).timestamp())]
    last = cells.filter(pl.col("bin") == int((START + timedelta(hours=168 * 7 + 8)).timestamp())).row(0, named=True)
    assert last["expected"] > 20
    assert last["p"] > 0.001


def test_the_first_flood_does_not_hide_the_second() -> None:
    usual = {("a", 24 * day + 9): 1 for day in range(70)}
    floods = {("a", 24 * day + 15): 60 for day in (50, 57, 64)}
    cells, _ = hours(rows({**usual, **floods}), 3600, 0.01)
    assert cells.filter("beyond").height == 3


def test_two_weeks_tell_nothing_of_a_week() -> None:
    cells, tests = hours(rows({("a", 1): 1, ("a", 170): 60}), 3600, 0.01)
    assert (tests, cells["expected"].null_count(), cells["beyond"].any()) == (0, 2, False)


def test_loud_hours_far_apart_are_no_one_flood() -> None:
    cells = pl.DataFrame(
        {
            "target": ["a", "b", "c", "a", "b", "c"],
            "bin": [0, 3600, 7200, 10_000_000, 20_000_000, 30_000_000],
            "beyond": [True] * 6,
        }
    )
    assert together(cells, 3)["beyond"].to_list() == [True] * 3 + [False] * 3
