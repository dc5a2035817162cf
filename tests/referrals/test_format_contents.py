"""What the formats say is what the pack says: read back by other programs' readers, hostile texts included."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.case import Case
from loaders.base import Options
from loaders.source import sources
from loaders.takedowns_meta import LOADER
from referrals.base import Pack
from referrals.formats import graphml
from referrals.formats.csv import ASSETS, DANGEROUS, plain, safe, table
from referrals.formats.csv import write as write_csv
from referrals.formats.dsa import lacks, notice
from referrals.formats.dsa import write as write_dsa
from referrals.formats.graphml import write as write_graphml
from referrals.formats.json import write as write_json
from referrals.formats.meta_csv import defang
from referrals.formats.meta_csv import write as write_meta
from tests.referrals.decided import RECEIVERS

KINDS = ["plain_packs", "hostile_packs"]
XML = "{http://graphml.graphdrawing.org/xmlns}"


def pack_of(request: pytest.FixtureRequest, kind: str, platform: str) -> Pack:
    found: dict[str, Pack] = request.getfixturevalue(kind)
    return found[platform]


def rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@given(st.text())
def test_no_cell_begins_with_what_a_spreadsheet_calculates_and_every_text_comes_back(text: str) -> None:
    import unicodedata

    cell = safe(text)
    assert not cell.startswith(DANGEROUS)
    assert not unicodedata.normalize("NFKC", cell).lstrip(" \u200b\ufeff").startswith(DANGEROUS)
    assert "\0" not in cell
    assert plain(cell) == text.replace("\0", "\ufffd")


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
def test_tables_keep_every_row_whatever_is_in_it(texts: list[tuple[str, str]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        texts = [(a.replace("\0", ""), b.replace("\0", "")) for a, b in texts]
        path = table(Path(folder) / "t.csv", ["a", "b"], texts)
        assert [(plain(row["a"]), plain(row["b"])) for row in rows(path)] == texts


@pytest.mark.parametrize("platform", RECEIVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_csv_has_every_account_and_post(
    kind: str, platform: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack = pack_of(request, kind, platform)
    files = {path.name: rows(path) for path in write_csv(pack, tmp_path)}
    accounts = files.get("referral-accounts.csv", [])
    assert [(plain(row["id"]), row["request"]) for row in accounts] == [(a.id, a.action) for a in pack.assets]
    assert all(tuple(row) == ASSETS for row in accounts)
    victims = files.get("referral-possible-victims.csv", [])
    assert [plain(row["id"]) for row in victims] == [a.id for a in pack.victims]
    assert {row["request"] for row in victims} <= {"secure_and_restore"}
    posts = files.get("referral-posts.csv", [])
    assert [plain(row["text"]) for row in posts] == [post.text.replace("\0", "\ufffd") for post in pack.posts]
    assert [(row["source_sha256"], row["source_line"]) for row in posts] == [
        (post.source_sha256, str(post.source_line)) for post in pack.posts
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_json_comes_back_whole(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    pack = pack_of(request, kind, "x")
    (path,) = write_json(pack, tmp_path)
    document = json.loads(path.read_bytes())
    assert document.pop("version") == "1"
    assert document == json.loads(json.dumps(pack.document()))


@pytest.mark.parametrize("platform", RECEIVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_graphml_is_read_by_a_strict_parser(
    kind: str, platform: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack = pack_of(request, kind, platform)
    (path,) = write_graphml(pack, tmp_path)
    root = ElementTree.fromstring(path.read_bytes())
    nodes = {node.get("id"): node for node in root.iter(f"{XML}node")}
    assert len(nodes) == len(pack.everyone) + len(pack.posts) + len(pack.claims)
    texts = {name: {d.get("key"): d.text or "" for d in node.iter(f"{XML}data")} for name, node in nodes.items()}
    assert [texts[f"post:{post.uid}"]["node_text"] for post in pack.posts] == [
        graphml.clean(post.text) for post in pack.posts
    ]
    ends = {edge.get("source") for edge in root.iter(f"{XML}edge")} | {e.get("target") for e in root.iter(f"{XML}edge")}
    assert ends <= nodes.keys()
    assert {texts[asset.uid]["node_possible_victim"] for asset in pack.victims} <= {"true"}


@given(st.text())
def test_any_text_becomes_xml(text: str) -> None:
    from xml.sax.saxutils import escape, quoteattr

    cleaned = graphml.clean(text)
    root = ElementTree.fromstring(f"<a b={quoteattr(cleaned)}>{escape(cleaned)}</a>")
    assert (root.text or "") == cleaned


def test_meta_csv_is_loaded_as_a_campaign_without_victims(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    for platform in ("x", "instagram"):
        pack = plain_packs[platform]
        (path,) = write_meta(pack, tmp_path)
        (source,) = sources(path)
        (chunk,) = LOADER.read(source, Options())
        campaigns = chunk.frames["campaigns"]
        assert chunk.refused == []
        found = {str(row["indicator"]).rpartition("/")[2] for row in campaigns.iter_rows(named=True)}
        # X's own handles have at most 15 letters; the loader keeps the invented longer ones as addresses.
        kinds = {"account"} if platform == "instagram" else {"account", "url"}
        assert set(campaigns["indicator_kind"]) <= kinds
        assert set(campaigns["platform"]) == {platform}
        assert {asset.handle for asset in pack.assets if asset.handle} <= found
        text = path.read_text(encoding="utf-8")
        assert not any(victim.handle and victim.handle in text for victim in pack.victims)
        assert "https://" not in text
        assert ".com" not in text


@pytest.mark.parametrize("platform", ["x", "instagram"])
def test_meta_csv_of_hostile_handles_is_loaded_without_a_refused_row(
    platform: str, hostile_packs: dict[str, Pack], tmp_path: Path
) -> None:
    (path,) = write_meta(hostile_packs[platform], tmp_path)
    (source,) = sources(path)
    (chunk,) = LOADER.read(source, Options())
    assert chunk.refused == []
    assert chunk.frames["campaigns"].height + sum(chunk.ignored.values()) == len(rows(path))


def test_defanged_addresses_cannot_be_clicked() -> None:
    assert defang("https://www.t.example/a.b?c=1.2") == "hxxps://www[.]t[.]example/a.b?c=1.2"
    assert defang("at://did:plc:a.b") == "at://did:plc:a[.]b"


def test_a_dsa_notice_has_its_four_parts(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["x"]
    assert lacks(pack) is None
    text, fields = write_dsa(pack, tmp_path)
    document = json.loads(fields.read_bytes())
    assert document == json.loads(json.dumps(notice(pack)))
    assert document["notifier"] == {"name": "Review desk (fictional)", "email": "desk@review.example"}
    assert [reason["finding"] for reason in document["reasons"]] == [claim.finding.id for claim in pack.claims]
    assert {row["account"]: row["address"] for row in document["addresses"]} == {a.id: a.url for a in pack.everyone}
    assert sorted(url for row in document["addresses"] for url in row["posts"]) == sorted(
        str(post.url) for post in pack.posts
    )
    assert document["keywords"] == ["KEYWORD_INAUTHENTIC_ACCOUNTS", "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING"]
    lines = text.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("(")] == [
        "(a) Reasons", "(b) Exact addresses", "(c) Notifier", "(d) Statement of good faith",
    ]  # fmt: skip
    assert "NOTE: second reviewer not authenticated." in lines
    secure = lines.index("Secure and restore to the owner, who may be a victim; no removal is asked for:")
    assert all(lines.index(f"- {victim.url}") > secure for victim in pack.victims)


def test_a_dsa_notice_is_refused_without_an_address_and_for_an_authority(plain_packs: dict[str, Pack]) -> None:
    from dataclasses import replace

    pack = plain_packs["x"]
    assert "--email" in str(lacks(replace(pack, notifier={"name": "A", "email": None})))
    assert "not to an authority" in str(lacks(plain_packs["authority"]))
    assert "exact addresses" in str(lacks(replace(pack, assets=(), victims=(), posts=())))


def test_hostile_text_cannot_add_a_line_to_a_notice(hostile_packs: dict[str, Pack], tmp_path: Path) -> None:
    text, _ = write_dsa(hostile_packs["x"], tmp_path)
    raw = text.read_text(encoding="utf-8")
    assert not any(mark in raw for mark in "\u202e\u2066\u2028\x07\x1b\r\0")
    parts = [line for line in io.StringIO(raw) if line.startswith("(")]
    assert len(parts) == 4


def test_a_pack_of_the_case_was_made_for_each_format(case: Case) -> None:
    # The fixtures above must not silently become empty.
    assert len(case.journal.entries()) > 20
