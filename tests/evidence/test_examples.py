"""The example of thirteen findings: each is right and points at rows that exist; nobody in it could be somebody."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from evidence.schemas import validate
from records.finding import finding_id, from_json
from records.words import DETECTOR_NAMES
from tests.evidence.thirteen import (
    ACCOUNTS,
    BY_DETECTOR,
    HERE,
    POSTS,
    Row,
    evidence,
    findings,
    objects,
    rows_of,
    table,
    when,
)


def known_entities() -> set[tuple[str, str]]:
    pages = {(row["platform"], row["page_id"]) for row in table("pages")}
    return set(ACCOUNTS) | pages | {("web", row["outlet_id"]) for row in table("outlets")}


def test_the_example_is_written_again_byte_for_byte(tmp_path: Path):
    subprocess.run([sys.executable, HERE / "make.py", tmp_path], check=True)
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {path.name for path in HERE.iterdir() if path.suffix in (".csv", ".json")}
    assert [name for name in sorted(written) if (tmp_path / name).read_bytes() != (HERE / name).read_bytes()] == []


def test_there_is_one_finding_for_each_detector_and_every_outcome_a_run_can_give():
    # Operations join findings; the example has one finding of each kind to join.
    kinds = [name for name in DETECTOR_NAMES if name != "operation"]
    assert [finding["detector"] for finding in findings()] == kinds
    by_outcome: dict[str, set[str]] = {}
    for finding in findings():
        by_outcome.setdefault(finding["outcome"], set()).add(finding["detector"])
    assert by_outcome == {
        "none": {"persona"},
        "undetermined": {"engagement", "repeat", "shift", "echo", "media", "ownership"},
        "open": {"coaction"},
        "unexplained": {"hijack", "copypasta", "flood", "follower_farm", "chain"},
    }
    assert {name for name, finding in BY_DETECTOR.items() if finding["meets_deceptive"]} == {
        "copypasta", "flood", "follower_farm",
    }  # fmt: skip
    assert len({reason for finding in findings() for reason in finding["reasons"]}) >= 5


@pytest.mark.parametrize("finding", [*findings(), *findings("findings_before")], ids=lambda found: found["detector"])
def test_a_finding_is_valid_and_its_id_is_computed_from_it(finding: Row):
    assert validate(finding) == []
    read = from_json(finding)
    assert read.to_json() == finding
    assert finding["id"] == finding_id(
        finding["detector"], finding["detector_version"], finding["parameters"], read.evidence_ids()
    )


@pytest.mark.parametrize("finding", [*findings(), *findings("findings_before")], ids=lambda found: found["detector"])
def test_whatever_a_finding_points_at_is_in_the_tables(finding: Row):
    entities, hashes = known_entities(), {row["media_hash"] for row in table("media")}
    targets = {(row["platform"], row["account_id"], row["name"]) for row in table("targets")}
    missing = []
    for item in objects({key: finding[key] for key in ("members", "posts", "evidence", "alternatives")}):
        if "post_id" in item and "platform" in item and (item["platform"], item["post_id"]) not in POSTS:
            missing.append(item)
        if {"platform", "id"} <= set(item) and (item["platform"], item["id"]) not in entities:
            missing.append(item)
        if "media_hash" in item and item["media_hash"] not in hashes:
            missing.append(item)
        if "author_id" in item and POSTS[item["platform"], item["post_id"]]["author_id"] != item["author_id"]:
            missing.append(item)
    assert missing == []
    assert {(target["platform"], target["account_id"], target["name"]) for target in finding["targets"]} <= targets
    for target in evidence("flood")["targets"]:
        assert (target["platform"], target["account_id"]) in ACCOUNTS


@pytest.mark.parametrize("finding", findings(), ids=lambda found: found["detector"])
def test_every_post_lies_between_first_and_last_seen_and_both_ends_are_met(finding: Row):
    times = [when(row["created_at"]) for row in rows_of(finding["posts"])]
    if times:
        assert (when(finding["first_seen"]), when(finding["last_seen"])) == (min(times), max(times))
    else:
        assert finding["detector"] in ("follower_farm", "ownership")


def test_collections_named_in_findings_exist():
    known = {row["collection_id"] for row in table("collections")}
    named = [*evidence("hijack")["coverage"], *evidence("echo")["coverage"]["collections"]]
    named += evidence("flood")["baseline"]["collections"]
    assert set(named) <= known
    assert len(named) == 8


def test_an_operation_joins_findings_about_its_own_members():
    flood, ids = BY_DETECTOR["flood"], {finding["id"]: finding for finding in findings()}
    members = {(member["platform"], member["id"]) for member in flood["members"]}
    assert {ids[child]["detector"] for child in flood["children"]} == {"hijack", "shift", "media"}
    for child in flood["children"]:
        assert {(member["platform"], member["id"]) for member in ids[child]["members"]} <= members


def test_a_later_finding_supersedes_the_one_whose_members_it_shares():
    (before,), now = findings("findings_before"), BY_DETECTOR["coaction"]
    old, new = ({member["id"] for member in found["members"]} for found in (before, now))
    assert now["supersedes"] == before["id"]
    assert len(old & new) / len(old | new) == 0.75
    assert before["reasons"] == ["not_tested"]


def most_within(times: list[tuple[datetime, str]], seconds: int) -> int:
    """The most distinct names of any stretch of `seconds`, counted pair by pair."""
    return max(len({n for t, n in times if 0 <= (t - start).total_seconds() <= seconds}) for start, _ in times)


@pytest.mark.parametrize("detector", ["copypasta", "media", "flood"])
def test_each_window_counts_what_the_posts_hold(detector: str):
    finding = BY_DETECTOR[detector]
    rows = rows_of(finding["posts"])
    what = "post_id" if detector == "flood" else "author_id"
    times = [(when(row["created_at"]), row[what]) for row in rows]
    for window in finding["windows"]:
        assert window["observed"] == most_within(times, window["window_seconds"])


def test_nobody_in_the_example_could_be_taken_for_somebody():
    handles = [row["handle"] for row in [*ACCOUNTS.values(), *table("pages")]]
    assert [handle for handle in handles if not handle.startswith("fict")] == []
    assert [row["domain"] for row in table("outlets") if not row["domain"].endswith(".example")] == []
    assert [row["name"] for row in [*table("outlets"), *table("pages")] if "(fictional)" not in row["name"]] == []
    # X has never handed out ids between its old counter and its first snowflakes.
    ids = [int(row["account_id"]) for row in ACCOUNTS.values() if row["platform"] == "x"]
    assert [number for number in ids if not (10**11 < number < 6 * 10**17 or number > 2 * 10**18)] == []
