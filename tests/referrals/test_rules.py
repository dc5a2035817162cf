"""The rules of packs as properties: no one platform reads of another, no victim is asked to be removed, nobody removes alone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from detectors.base import no_progress
from evidence import review
from evidence.case import Case
from evidence.errors import CaseError
from evidence.runs import find
from evidence.schemas import schema
from evidence.verify import verify as verify_case
from examples.thirteen.case import build as build_case
from records.masking import Mask, folded
from records.store import query
from records.words import PLATFORMS, REVIEW_STATES
from referrals.base import ONE_REVIEWER, UNAUTHENTICATED, Pack
from referrals.choose import choose
from referrals.formats import formats
from referrals.receivers import noted, receiver
from referrals.verify import verify
from referrals.write import build
from tests.app.test_commands import document, murmur
from tests.evidence.thirteen import findings, objects
from tests.referrals.decided import CHAIN, FARM, FLOOD, HIJACK, RECEIVERS, SENDER, SWARM, decide, packs


def identifiers(case: Case, platform: str) -> set[str]:
    """Ids, handles and addresses of everybody the example's findings name on a platform, and ids of their posts."""
    ids, posts = set(), set()
    for finding in findings():
        for node in [*finding["members"], *finding["targets"], *objects(finding["evidence"])]:
            if node.get("platform") == platform:
                ids |= {str(node[key]) for key in ("id", "account_id", "author_id") if node.get(key)}
                posts |= {str(node["post_id"])} if node.get("post_id") else set()
        posts |= {post["post_id"] for post in finding["posts"] if post["platform"] == platform}
    records = case.records()
    for table, key in (("accounts", "account_id"), ("pages", "page_id")):
        rows = query(records, f"SELECT {key} AS id, handle FROM {table} WHERE platform = ?", [platform])
        ids |= {row["handle"] for row in rows.to_dicts() if row["id"] in ids and row["handle"]}
    urls = query(records, "SELECT post_id, url FROM posts WHERE platform = ? AND url IS NOT NULL", [platform])
    return ids | posts | {row["url"] for row in urls.to_dicts() if row["post_id"] in posts}


def files(pack: Pack, folder: Path) -> Iterator[tuple[str, str]]:
    """Everything a pack's formats write, as comparable text."""
    for form in formats().values():
        if form.lacks(pack) is None and form.suffix != ".pdf":
            for path in form.write(pack, folder):
                yield path.name, folded(path.read_bytes().decode("utf-8", "replace"))


@pytest.mark.parametrize("platform", [one for one in RECEIVERS if one != "authority"])
def test_no_format_of_a_pack_names_anybody_of_another_platform(
    platform: str, case: Case, plain_packs: dict[str, Pack], tmp_path: Path
) -> None:
    own = identifiers(case, platform)
    others = {one for p in PLATFORMS if p != platform for one in identifiers(case, p)}
    # The same string may be a name on both; then it is this platform's own.
    others = {folded(one) for one in others if len(one) > 3 and not any(one in mine for mine in own)}
    assert len(others) > 50
    for name, text in files(plain_packs[platform], tmp_path):
        assert [one for one in others if one in text] == [], name


def test_the_authority_reads_of_every_platform_but_of_no_possible_victim(plain_packs: dict[str, Pack]) -> None:
    pack = plain_packs["authority"]
    assert {asset.platform for asset in pack.assets} == {"x", "instagram", "web", "douyin", "wechat"}
    assert pack.victims == ()
    document_ = json.dumps(pack.document())
    assert "480000000101" not in document_  # one of the six whose accounts may have been taken


IDS = st.sampled_from(
    ["lena_voss_77", "6843321987001", "did:plc:abcdefgh2345", "名前さん", "Éloïse.Noël", "x_9", "ann"]
)


@given(
    st.text(max_size=20), IDS, st.text(max_size=20),
    st.sampled_from(["plain", "upper", "wide", "joined", "percent", "entity", "accent"]),
)  # fmt: skip
def test_an_identifier_in_free_text_is_covered_however_it_is_written(
    before: str, name: str, after: str, how: str
) -> None:
    from urllib.parse import quote

    written = {
        "plain": name,
        "upper": name.upper(),
        "wide": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
        "joined": "\u200b".join(name),
        "percent": quote(name, safe=""),
        "entity": "".join(f"&#{ord(c)};" for c in name),
        "accent": "\u0336".join(name) + "\u0336",
    }[how]
    # A name of few letters is one only after an @; and encoded words end where spaces do.
    covered = Mask({name: "\u2588"}).text(f"{before} @{written} {after}")
    assert "\u2588" in covered
    assert folded(name) not in folded(covered.replace(before, "").replace(after, ""))


@given(st.text(), st.lists(st.text(min_size=1), max_size=4))
def test_a_mask_changes_nothing_but_what_it_hides(text: str, names: list[str]) -> None:
    assert Mask({}).text(text) == text
    covered = Mask(dict.fromkeys(names, "\u2588")).text(text)
    if "\u2588" not in covered:
        assert covered == text


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("see https://t.me/somebody/12 now", "see [redacted] now"),
        ("hxxps://t[.]me/somebody", "[redacted]"),
        ("WWW.FACEBOOK.COM/somebody?x=1", "[redacted]"),
        ("my youtube.com/@other and x.com/own", "my [redacted] and x.com/own"),
        ("netflix.com and maxx.com stay", "netflix.com and maxx.com stay"),
        ("at://did:plc:zzz/app.bsky.feed.post/1", "[redacted]"),
        ("twitter.com/own/status/1", "twitter.com/own/status/1"),
    ],
)
def test_links_to_other_platforms_are_covered(text: str, covered: str) -> None:
    from referrals.addresses import links_covered

    assert links_covered(text, "x", "[redacted]") == covered


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return build_case(tmp_path_factory.mktemp("fresh") / "case")


NAMES = st.sampled_from(["Ada", "ADA", " ada\u200b", "Ａｄａ", "Bo"])
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("verdict"), st.sampled_from([SWARM, FLOOD, FARM, HIJACK, CHAIN]), st.sampled_from(REVIEW_STATES), NAMES,
            st.sampled_from([None, "deceptive"]),
        ),
        st.tuples(st.just("approval"), st.sampled_from([SWARM, FLOOD, FARM, HIJACK]), NAMES),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_of_commands_lets_one_person_ask_for_a_removal(steps: list[tuple[Any, ...]], fresh: Case) -> None:
    journal = fresh.journal.path.read_bytes()
    try:
        said: dict[str, tuple[str, str, str | None]] = {}
        agreed: dict[str, str | None] = {}
        for step in steps:
            finding = review.finding_of(fresh, step[1])
            try:
                if step[0] == "verdict":
                    review.decide(fresh, finding, step[2], step[3], "note", step[4])
                    said[finding.id], agreed[finding.id] = (step[2], step[3], step[4]), None
                else:
                    review.approve(fresh, finding, step[2])
                    agreed[finding.id] = step[2]
            except CaseError:
                continue
        for platform in ("x", "instagram", "authority"):
            choice = choose(fresh, receiver(platform))
            for row in choice.rows:
                if row.action == "remove":
                    two = [
                        one for one in row.findings
                        if said[one][0] == "confirmed" and said[one][2] == "deceptive" and agreed[one]
                        and not review.same_person(said[one][1], str(agreed[one]))
                    ]  # fmt: skip
                    assert two, row
                    assert "possible_victim" not in row.roles
                if "possible_victim" in row.roles:
                    assert (row.place, row.action) in (("victim", "secure_and_restore"), ("out", "none"))
            for one in choice.findings:
                assert one.verdict["state"] == "confirmed"
                assert one.outcome in ("open", "unexplained", "deceptive")
    finally:
        fresh.journal.path.write_bytes(journal)


def test_unexplained_is_referred_with_the_request_to_investigate_and_no_more(fresh: Case) -> None:
    journal = fresh.journal.path.read_bytes()
    for finding in find(fresh, None).findings():
        review.decide(fresh, finding, "confirmed", "Ada", "read")
    asked = {
        row.action for p in ("x", "instagram", "web") for row in choose(fresh, receiver(p)).rows if row.place != "out"
    }
    fresh.journal.path.write_bytes(journal)
    assert asked == {"investigate", "secure_and_restore"}


def test_deceptive_by_one_reviewer_asks_for_no_removal_and_by_two_does(
    case: Case, plain_packs: dict[str, Pack]
) -> None:
    pack = plain_packs["x"]
    asked = {asset.action for asset in pack.assets}
    assert asked == {"remove", "label"}
    removed = {asset.id for asset in pack.assets if asset.action == "remove"}
    assert len(removed) == 12
    assert not removed & {victim.id for victim in pack.victims}
    assert pack.stamps == (ONE_REVIEWER, UNAUTHENTICATED)


def test_none_and_undetermined_never_leave_even_by_name(case: Case) -> None:
    for finding in findings():
        if finding["outcome"] in ("none", "undetermined"):
            with pytest.raises(CaseError, match="never referred"):
                choose(case, receiver("x"), [finding["id"]])


def test_what_nobody_confirmed_does_not_leave_by_name(fresh: Case) -> None:
    with pytest.raises(CaseError, match="nobody has confirmed"):
        choose(fresh, receiver("x"), [SWARM])
    assert choose(fresh, receiver("x")).rows == ()


def test_a_changed_journal_lets_nothing_leave(tmp_path: Path) -> None:
    case = decide(build_case(tmp_path / "case"))
    path = case.journal.path
    path.write_bytes(path.read_bytes().replace(b'"by":"Ada Lund"', b'"by":"Eve Lund"', 1))
    with pytest.raises(CaseError, match="was changed after it was written"):
        choose(case, receiver("x"))


def test_every_row_leads_to_its_source(case: Case, plain_packs: dict[str, Pack]) -> None:
    loaded = {entry["sha256"] for entry in case.ledger()}
    for pack in plain_packs.values():
        known = {row["sha256"] for row in pack.data["files"]}
        for post in pack.posts:
            assert post.source_sha256 in known & loaded
            assert post.source_line
        for asset in pack.everyone:
            assert set(asset.findings) <= {claim.finding.id for claim in pack.claims}
            assert asset.why
    # Followers post nothing; everyone else's evidence is there.
    authors = {post.author for post in plain_packs["x"].posts}
    assert {asset.uid for asset in plain_packs["x"].everyone} == authors


@pytest.mark.parametrize("kind", ["plain_packs", "hostile_packs"])
def test_packs_are_of_the_published_form(kind: str, request: pytest.FixtureRequest) -> None:
    validator = Draft202012Validator(schema("referral"))
    Draft202012Validator.check_schema(schema("referral"))
    for pack in request.getfixturevalue(kind).values():
        body = json.loads(json.dumps({"version": "1", **pack.document()}))
        assert [error.message for error in validator.iter_errors(body)] == []
    body["assets"][0]["action"] = "secure_and_restore"
    assert list(validator.iter_errors(body)) != []


def test_the_same_pack_twice_has_the_same_bytes_and_another_format_changes_no_id(case: Case, tmp_path: Path) -> None:
    first = build(case, receiver("x"), tmp_path / "a", sender=SENDER)
    entries = len(case.journal.entries())
    second = build(case, receiver("x"), tmp_path / "b", sender=SENDER)
    assert [one.manifest_sha256 for one in first] == [one.manifest_sha256 for one in second]
    assert len(case.journal.entries()) == entries
    for one, other in zip(first, second, strict=True):
        names = sorted(path.name for path in one.folder.iterdir())
        assert names == sorted(path.name for path in other.folder.iterdir())
        assert all((one.folder / name).read_bytes() == (other.folder / name).read_bytes() for name in names)
    assert packs(case, "x")[0].id == first[0].pack.id


def test_a_pack_written_in_other_formats_and_back_leaves_a_whole_case(tmp_path: Path) -> None:
    case = decide(build_case(tmp_path / "case"))
    for names in (["json"], ["csv", "json"], ["json"]):
        (written,) = build(case, receiver("x"), tmp_path / "out", names=names, sender=SENDER)
        assert verify(written.folder)["problems"] == []
    report = verify_case(case, no_progress)
    assert (report["problems"], report["checked"]["packs"]) == ([], 1)
    (case.path / "referrals" / written.pack.id / "referral.json").write_text("{}")
    assert verify_case(case, no_progress)["problems"] == [
        f"{written.pack.id}/referral.json was changed after it was written."
    ]


def test_a_victim_somebody_had_shown_may_be_named_to_an_authority(tmp_path: Path) -> None:
    case = decide(build_case(tmp_path / "case"))
    with case.writing("reveal"):
        review.reveal(case, review.finding_of(case, HIJACK), "x:480000000101", "Ada", "the owner asked us to tell")
    (pack,) = packs(case, "authority")
    assert [(one.id, one.action) for one in pack.victims] == [("480000000101", "secure_and_restore")]


def test_created_and_head_are_those_of_the_newest_decision(case: Case, plain_packs: dict[str, Pack]) -> None:
    decisions = [entry for entry in case.journal.entries() if entry["kind"] in ("verdict", "approval")]
    approved = {entry["finding"]: entry for entry in decisions}
    assert plain_packs["instagram"].journal["head"] == approved[FARM]["hash"]
    assert plain_packs["instagram"].created == approved[FARM]["at"].replace("+00:00", "Z")
    assert plain_packs["web"].journal["head"] == approved[CHAIN]["hash"]


def test_a_pack_is_checked_without_its_case_and_any_change_is_noticed(case: Case, tmp_path: Path) -> None:
    (written,) = build(case, receiver("x"), tmp_path, names=["csv", "json"], sender=SENDER)
    report = verify(written.folder)
    assert (report["problems"], report["manifest_sha256"]) == ([], written.manifest_sha256)
    assert report["journal_head"] == written.pack.journal["head"]
    path = written.folder / "referral-accounts.csv"
    path.write_bytes(path.read_bytes().replace(b"remove", b"lebals", 1))
    (written.folder / "more.csv").write_text("x")
    (written.folder / "referral-posts.csv").unlink()
    assert verify(written.folder)["problems"] == [
        "referral-posts.csv is missing.",
        "more.csv was added after the pack was made.",
        "referral-accounts.csv was changed after the pack was made.",
    ]


def test_a_forged_pack_that_hashes_well_still_breaks_the_rules(case: Case, tmp_path: Path) -> None:
    import hashlib

    from referrals.identity import pack_id

    (written,) = build(case, receiver("x"), tmp_path, names=["json"], sender=SENDER)
    body = json.loads((written.folder / "referral.json").read_bytes())
    del body["version"]
    for claim in body["claims"]:
        if claim["approval"]:
            claim["approval"]["by"] = claim["verdict"]["by"].upper()
    body["victims"][0]["action"] = "remove"
    body["posts"][0]["platform"] = "telegram"
    body["id"] = pack_id(body)
    raw = json.dumps({"version": "1", **body}).encode()
    (written.folder / "referral.json").write_bytes(raw)
    manifest = json.loads((written.folder / "manifest.json").read_bytes())
    manifest["pack"] = body["id"]
    manifest["files"]["referral.json"] = hashlib.sha256(raw).hexdigest()
    (written.folder / "manifest.json").write_text(json.dumps(manifest))
    problems = verify(written.folder)["problems"]
    assert sum("removal is asked for without two reviewers" in one for one in problems) == 12
    assert sum("a possible victim with the request remove" in one for one in problems) == 1
    assert "The pack for x holds rows of telegram." in problems


def test_receivers_with_notes_and_any_other() -> None:
    assert noted() == ["x", "facebook", "instagram", "youtube", "tiktok", "douyin", "wechat", "weibo", "telegram",
                       "bluesky", "authority"]  # fmt: skip
    assert receiver("Twitter").code == "x"
    assert (receiver("other:gab").name, receiver("mastodon").name) == ("gab", "Mastodon")
    with pytest.raises(CaseError, match="is no receiver"):
        receiver("carrier pigeon")


def test_the_commands(tmp_path: Path) -> None:
    case = decide(build_case(tmp_path / "case"))
    at = ("--case", case.path)
    dry = document("refer", "build", "--platform", "x", "--dry-run", *at)
    assert {row["place"] for row in dry["rows"]} == {"asset", "victim"}
    assert all(row["why"] for row in dry["rows"])
    assert {one["finding"] for one in dry["findings"]} == {SWARM, FLOOD, HIJACK}
    assert not (case.path / "referrals").exists()
    (written,) = document(
        "refer",
        "build",
        "--platform",
        "x",
        "--finding",
        SWARM[:5],
        "--format",
        "csv,json",
        "--out",
        tmp_path / "out",
        *at,
    )
    assert re.fullmatch(r"x-[0-9a-f]{16}", Path(written["folder"]).name)
    report = document("refer", "verify", written["folder"])
    assert report["problems"] == []
    Path(written["folder"], "referral.json").unlink()
    assert document("refer", "verify", written["folder"], code=1)["problems"] == ["referral.json is missing."]
    assert "is it a pack" in murmur("refer", "verify", tmp_path, code=1)[1]
    assert (
        "nothing to refer"
        in murmur("refer", "build", "--platform", "facebook", "--out", tmp_path / "o", *at, code=1)[1]
    )
    assert (
        "--email"
        in murmur("refer", "build", "--platform", "x", "--format", "dsa", "--out", tmp_path / "o", *at, code=1)[1]
    )
    murmur("refer", "build", "--platform", "x", *at, code=2)
    murmur("refer", "build", "--platform", "x", "--ground", "illegal", "--out", tmp_path / "o", *at, code=2)
    assert (
        "is no format"
        in murmur("refer", "build", "--platform", "x", "--format", "docx", "--out", tmp_path / "o", *at, code=1)[1]
    )
