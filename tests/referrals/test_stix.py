"""STIX 2.1 bundles: valid by OASIS' validator, read back by stix2, the same objects after a rename, nobody called an actor."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st
from stix2validator import ValidationOptions, validate_instance

from referrals.base import Pack
from referrals.formats.stix import write
from referrals.stix_terms import account_type, address, confidence, pattern
from referrals.techniques import NAMES
from tests.referrals.decided import RECEIVERS
from tests.referrals.larger import renamed

KINDS = ["plain_packs", "hostile_packs"]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def bundle(pack: Pack, folder: Path) -> list[dict[str, Any]]:
    (path,) = write(pack, folder)
    document = json.loads(path.read_bytes())
    assert document["type"] == "bundle"
    found: list[dict[str, Any]] = document["objects"]
    return found


def of(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == kind]


@pytest.mark.parametrize("platform", RECEIVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_bundles_are_valid_and_read_back(
    kind: str, platform: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack: Pack = request.getfixturevalue(kind)[platform]
    objects = bundle(pack, tmp_path)
    options = ValidationOptions(version="2.1")
    wrong = [
        (one["type"], str(error))
        for one in objects
        if not (result := validate_instance(one, options)).is_valid
        for error in result.errors
    ]
    assert wrong == []
    ids = {one["id"] for one in objects}
    assert len(ids) == len(objects)
    for one in objects:
        read = stix2.parse(one, allow_custom=False)
        assert json.loads(read.serialize()) == one
        assert set(one.get("object_refs", [])) <= ids
        assert set(one.get("object_marking_refs", [])) <= ids


@pytest.mark.parametrize("platform", RECEIVERS)
def test_every_account_post_and_finding_is_there(platform: str, plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs[platform]
    objects = bundle(pack, tmp_path)
    subjects = {(one["account_type"], one.get("user_id")) for one in of(objects, "user-account")}
    assert {(account_type(a.platform), a.id) for a in pack.everyone if a.persistent} <= subjects
    told = [(ref["external_id"], ref.get("description")) for one in of(objects, "observed-data")
            for ref in one["external_references"][:1]]  # fmt: skip
    assert told == [(post.post_id, post.text or None) for post in pack.posts]
    sources = [one["external_references"][1]["description"] for one in of(objects, "observed-data")]
    assert sources == [f"SHA-256 {post.source_sha256}, line {post.source_line}" for post in pack.posts]
    assert {one["name"] for one in of(objects, "grouping")} == {claim.title for claim in pack.claims}
    assert len(of(objects, "campaign")) == sum(claim.outcome == "deceptive" for claim in pack.claims)
    assert len(of(objects, "opinion")) == sum(claim.approval is not None for claim in pack.claims)
    assert of(objects, "threat-actor") == of(objects, "intrusion-set") == []
    (report,) = of(objects, "report")
    assert all(stamp in report["description"] for stamp in pack.stamps)


def test_possible_victims_have_a_note_and_no_indicator(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["x"]
    assert pack.victims
    objects = bundle(pack, tmp_path)
    assert sorted(one["pattern"] for one in of(objects, "indicator")) == sorted(map(pattern, pack.assets))
    accounts = {one.get("user_id"): one["id"] for one in of(objects, "user-account")}
    notes = [one for one in of(objects, "note") if one["abstract"] == "secure_and_restore"]
    assert {one["object_refs"][0] for one in notes} == {accounts[victim.id] for victim in pack.victims}
    asked = {one["object_refs"][0]: one["abstract"] for one in of(objects, "note") if "labels" in one}
    assert {accounts[a.id]: a.action for a in pack.everyone} == asked


def test_a_rename_changes_no_id_of_an_account_or_indicator(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before, after = bundle(plain_packs["x"], tmp_path / "a"), bundle(renamed(plain_packs["x"]), tmp_path / "b")
    for kind in ("user-account", "indicator", "url", "attack-pattern"):
        assert [one["id"] for one in of(before, kind)] == [one["id"] for one in of(after, kind)] != []
    assert {one["display_name"] for one in of(after, "user-account") if "display_name" in one} >= {
        f"new_{asset.handle}" for asset in plain_packs["x"].assets
    }


def test_techniques_are_the_frameworks_and_not_mitres(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    objects = bundle(plain_packs["x"], tmp_path)
    found = {one["external_references"][0]["external_id"]: one for one in of(objects, "attack-pattern")}
    assert found.keys() == {code for claim in plain_packs["x"].claims for code in claim.finding.disarm}
    assert {code: one["name"] for code, one in found.items()} == {code: NAMES[code] for code in found}
    assert {one["external_references"][0]["source_name"] for one in found.values()} == {"DISARM"}


def test_confidence_is_left_out_where_the_truth_cannot_be_judged(plain_packs: dict[str, Pack]) -> None:
    finding = plain_packs["x"].claims[0].finding
    assert confidence(replace(finding, confidence="high", source_grade="B2")) == 85
    assert confidence(replace(finding, confidence="moderate", source_grade="A1")) == 50
    assert confidence(replace(finding, confidence="low", source_grade=None)) == 15
    assert confidence(replace(finding, confidence="high", source_grade="F6")) is None


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_bundles_of_any_text_are_read_back_whole(
    plain_packs: dict[str, Pack], text: str, handle: str, title: str
) -> None:
    pack = plain_packs["x"]
    post = next(one for one in pack.posts if one.author == pack.assets[0].uid)
    claim = next(one for one in pack.claims if one.finding.id in pack.assets[0].findings)
    small = replace(
        pack, assets=(replace(pack.assets[0], handle=handle, description=text),), victims=(),
        posts=(replace(post, text=text),), claims=(replace(claim, title=title or "-"),),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        objects = bundle(small, Path(folder))
    for one in objects:
        assert json.loads(stix2.parse(one, allow_custom=False).serialize()) == one
    (seen,) = of(objects, "observed-data")
    assert seen["external_references"][0].get("description", "") == text
    assert of(objects, "user-account")[0].get("display_name", "") == handle
    assert of(objects, "grouping")[0]["name"] == (title or "-")


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_id_makes_a_pattern_that_says_that_id_and_nothing_else(plain_packs: dict[str, Pack], text: str) -> None:
    from stix2.pattern_visitor import create_pattern_object

    # Halves of pairs cannot be written as UTF-8 at all, so no case holds them.
    asset = replace(plain_packs["x"].assets[0], id=text)
    parsed = create_pattern_object(pattern(asset), version="2.1")
    said = [one.rhs.value for one in parsed.operand.operands]
    assert [value.replace("\\'", "'").replace("\\\\", "\\") for value in said] == [asset.id, "twitter"]


def test_only_addresses_by_the_rules_of_addresses_are_given() -> None:
    assert address("https://x.com/i/user/1?a=%20b") == "https://x.com/i/user/1?a=%20b"
    assert [address(text) for text in ("https://a b", "https://a/<b>", "javascript:1", "https://a/%zz", "", None)] == [
        None
    ] * 6
