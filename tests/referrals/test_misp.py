"""MISP events: by MISP's own templates, read back by pymisp, the same objects after a rename, nothing marked for detection."""

import json
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymisp import MISPEvent

from referrals.base import Pack
from referrals.formats.misp import OTHERS, OUTLET, TEMPLATES, template, write
from referrals.techniques import GALAXY, NAMES, galaxy_tag
from tests.referrals.decided import RECEIVERS
from tests.referrals.larger import renamed

# Halves of pairs cannot be written as UTF-8 at all, so no case holds them.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
KINDS = ["plain_packs", "hostile_packs"]


def event(pack: Pack, folder: Path) -> MISPEvent:
    (path,) = write(pack, folder)
    read = MISPEvent(strict_validation=True)
    read.load_file(path)
    return read


def values(thing: Any) -> dict[str, str]:
    return {one.object_relation: str(one.value) for one in thing.attributes}


@pytest.mark.parametrize("platform", RECEIVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_events_are_read_back_with_every_account_and_post(
    kind: str, platform: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack: Pack = request.getfixturevalue(kind)[platform]
    (path,) = write(pack, tmp_path)
    raw = json.loads(path.read_bytes())["Event"]
    read = event(pack, tmp_path)
    assert len(read.objects) == len(pack.everyone) + len(pack.posts) + len(pack.claims)
    uuids = [one["uuid"] for one in raw["Object"]]
    uuids += [a["uuid"] for one in raw["Object"] for a in one["Attribute"]]
    assert len(set(uuids)) == len(uuids)
    said = [{a["object_relation"]: a["value"] for a in one["Attribute"]} for one in raw["Object"]]
    texts = [
        one["post"]
        for one, thing in zip(said, raw["Object"], strict=True)
        if thing["name"] == "microblog" and "post" in one
    ]
    # MISP, and its library, trim every value.
    assert texts == [post.text.strip() or "(no text)" for post in pack.posts if post.text.strip() or not post.url]
    named = {one["name"] for one in raw["Object"]}
    assert {template(asset)[0] for asset in pack.everyone} <= named
    objects = {one["uuid"]: one for one in raw["Object"]}
    refs = [(one["uuid"], ref) for one in raw["Object"] for ref in one.get("ObjectReference", [])]
    assert {ref["referenced_uuid"] for _, ref in refs} <= objects.keys()
    accounts = {asset.uid for asset in pack.everyone}
    known = {claim.finding.id for claim in pack.claims}
    assert Counter(ref["relationship_type"] for _, ref in refs) == Counter(
        {
            "member-of": sum(one in known for asset in pack.everyone for one in asset.findings),
            "shares": sum(post.author in accounts for post in pack.posts),
        }
    )
    assert not [a for one in raw["Object"] for a in one["Attribute"] if a["to_ids"]]
    assert [one["value"] for one in raw["Attribute"]] == list(pack.stamps)


def test_ids_and_handles_stand_in_their_platforms_template(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["x"]
    found = {values(one)["id"]: one for one in event(pack, tmp_path).objects if one.name == "twitter-account"}
    assert found.keys() == {asset.id for asset in pack.everyone}
    for asset in pack.everyone:
        assert values(found[asset.id])["name"] == asset.handle
        assert found[asset.id].comment.startswith(f"request: {asset.action}\n")
        assert f"SHA-256 {asset.source_sha256}, line {asset.source_line}" in found[asset.id].comment


def test_a_rename_changes_no_uuid(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    first, second = (event(pack, tmp_path) for pack in (plain_packs["x"], renamed(plain_packs["x"])))
    assert first.uuid == second.uuid
    assert [one.uuid for one in first.objects] == [one.uuid for one in second.objects]
    assert [values(one).get("name") for one in first.objects] != [values(one).get("name") for one in second.objects]


def test_the_templates_are_in_the_library_and_have_the_relations_we_use() -> None:
    import pymisp

    root = Path(str(pymisp.__file__)).parent / "data" / "misp-objects" / "objects"
    for name, places in [*TEMPLATES.values(), OUTLET, OTHERS]:
        known = json.loads((root / name / "definition.json").read_bytes())["attributes"]
        assert set(places.values()) <= known.keys(), name


def test_techniques_are_tagged_as_the_galaxy_knows_them(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    tags = [tag.name for tag in event(plain_packs["x"], tmp_path).tags]
    assert tags == [
        "tlp:amber",
        'misp-galaxy:disarm-techniques="Flooding the Information Space"',
        'misp-galaxy:disarm-techniques="Compromise Legitimate Accounts"',
        'misp-galaxy:disarm-techniques="Use Copypasta"',
    ]
    assert galaxy_tag("T0150.008") is None
    assert GALAXY.keys() <= NAMES.keys()


@settings(max_examples=25, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_any_text_comes_back_trimmed(plain_packs: dict[str, Pack], text: str, handle: str, bio: str) -> None:
    pack = plain_packs["x"]
    asset = replace(pack.assets[0], handle=handle, description=bio)
    small = replace(
        pack, assets=(asset,), victims=(), posts=(replace(pack.posts[0], text=text),), claims=pack.claims[:1]
    )
    with tempfile.TemporaryDirectory() as folder:
        found = {one.name: values(one) for one in event(small, Path(folder)).objects}
    kept = [
        found["twitter-account"].get("name", ""),
        found["twitter-account"].get("bio", ""),
        found["microblog"].get("post", ""),
    ]
    assert kept == [said.replace("\0", "").strip() for said in (handle, bio, text)]
