"""Sudden followers: growth from four counts, the signs of the sampled ones, every gate, and publics that are real."""

from functools import cache
from typing import Any

import polars as pl
import pytest

import scenarios
from detectors.base import Detection
from detectors.follower_farm.examples import HIT
from detectors.follower_farm.handles import machine_tails
from tests.detectors.story_worlds import judge, judged, only

# Seeds no threshold was looked at with.
WORLDS = [("en", "a", 501), ("fr", "b", 502), ("zh", "a", 503)]


@cache
def farm(language: str, side: str, seed: int) -> tuple[scenarios.World, Detection]:
    return judged("follower_farm", "follower_farm", seed, participation=0.4, language=language, side=side)


@pytest.mark.parametrize(("language", "side", "seed"), WORLDS)
def test_farm_accounts_are_found_and_the_page_is_not_accused(language: str, side: str, seed: int) -> None:
    world, found = farm(language, side, seed)
    finding = only(found)
    named = {f"{one['platform']}:{one['id']}" for one in finding.members if one["role"] == "follower"}
    truth = set(world.truth.members)
    assert len(named & truth) >= 0.95 * len(named)
    assert len(named & truth) >= 0.85 * len(truth)
    (page,) = [one for one in finding.members if one["role"] == "target"]
    assert (f"{page['platform']}:{page['id']}", page["action"]) == (world.truth.operations[0].extra["page"], "none")
    assert finding.outcome == "unexplained"
    assert finding.tests["deception"][0]["code"] == "farm"


def test_the_storys_four_counts_are_enough() -> None:
    evidence = only(farm(*WORLDS[0])[1]).evidence
    assert [count["followers"] for count in evidence["counts"]] == [13_000, 287_000, 328_000, 397_000]
    growth = evidence["growth"]
    assert (growth["gained"], growth["days"], growth["baseline"]) == (384_000, 33.0, "peers")
    assert growth["ratio"] > 50
    assert len(evidence["bands"]) >= 8


@pytest.mark.parametrize(("language", "side", "seed"), WORLDS)
def test_a_viral_night_brings_people(language: str, side: str, seed: int) -> None:
    _, found = judged("follower_farm", "trap_viral_surge", seed, language=language, side=side)
    finding = only(found)
    assert (finding.outcome, finding.tests["deception"]) == ("undetermined", [])
    assert [one["role"] for one in finding.members] == ["target"]


def ordinary(tables: dict[str, pl.DataFrame], share: float, members: frozenset[str]) -> dict[str, pl.DataFrame]:
    """The same with only so many of the farm in the follower samples."""
    farm = sorted(uid.partition(":")[2] for uid in members)
    gone = farm[round(share * len(farm)) :]
    return {**tables, "follows": tables["follows"].filter(~pl.col("follower_id").is_in(gone))}


def changed(gate: str) -> dict[str, pl.DataFrame]:
    world, _ = farm(*WORLDS[0])
    tables = dict(world.tables)
    if gate == "group_test":
        return ordinary(tables, 0.0, world.truth.members)
    if gate == "two_signs":
        return {**tables, "posts": tables["posts"].with_columns(pl.lit(None, dtype=pl.Int64).alias("likes"))}
    if gate == "two_windows":
        follows = tables["follows"].with_columns(pl.lit(False).alias("position_is_chronological"))
        return {**tables, "follows": follows}
    if gate == "deception_sign":
        return ordinary(tables, 0.25, world.truth.members)
    fans = pl.format("{}:{}", "platform", "account_id").is_in(sorted(world.truth.members))
    says = pl.when(fans).then(pl.lit("official fan club member of Norbrook United")).otherwise("description")
    return {**tables, "accounts": tables["accounts"].with_columns(says.alias("description"))}


@pytest.mark.parametrize("gate", ["group_test", "two_signs", "two_windows", "deception_sign", "no_trap"])
def test_every_gate_switched_off_denies_it(gate: str) -> None:
    assert only(farm(*WORLDS[0])[1]).meets_deceptive
    finding = only(judge(changed(gate), "follower_farm"))
    assert not finding.meets_deceptive
    assert gate in finding.unmet


def test_without_a_declared_sample_of_followers_it_is_undetermined() -> None:
    finding = only(judge({**HIT, "collections": []}, "follower_farm"))  # type: ignore[arg-type]
    assert finding.outcome == "undetermined"
    assert "coverage" in finding.reasons
    nobody = only(judge({**HIT, "follows": [], "targets": []}, "follower_farm"))  # type: ignore[arg-type]
    assert "coverage" in nobody.reasons


def counted(*followers: int) -> list[dict[str, Any]]:
    first = [row for row in HIT["metrics"] if row["entity_id"] == "page0"]
    rest = [row for row in HIT["metrics"] if row["entity_id"] != "page0"]
    return [{**row, "followers": count} for row, count in zip(first, followers, strict=True)] + rest


def test_a_purge_undone_and_ordinary_growth_are_no_leap() -> None:
    for counts in ((50_000, 8_000, 49_000, 50_500), (13_000, 13_060, 13_110, 13_190)):
        assert judge({**HIT, "metrics": counted(*counts)}, "follower_farm").findings == []  # type: ignore[arg-type]


def test_machine_tails_are_told_in_names_of_many_languages() -> None:
    made = ["brianturnerpraggykpmi", "nikatartookat3542181275", "sofiavellorqzxkv", "leiladubois8841520936"]
    names = ["marcusmalmont", "claradelington330", "zhangwei88", "nguyenthihuong", "mohammedalsharif", "juliepeltier"]
    assert machine_tails(made, []) == [True] * 4
    assert machine_tails(names, []) == [False] * 6
    # Where a platform itself gives everybody eight digits, eight digits say nothing.
    given = [f"{name}{number:08}" for number in range(10_000_000, 10_000_250) for name in ("anna", "marcus", "tom")]
    assert machine_tails(["marcus12345678"], given) == [False]
