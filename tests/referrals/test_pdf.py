"""The PDF: every row of the pack is in it, nothing in it acts, and the same pack has the same bytes."""

import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from referrals.base import Pack
from referrals.formats import pdf
from referrals.paper import FOOTNOTES
from tests.referrals.decided import RECEIVERS
from tests.referrals.larger import many

KINDS = ["plain_packs", "hostile_packs"]
ACTS = {"/JS", "/JavaScript", "/Launch", "/URI", "/OpenAction", "/AA", "/EmbeddedFile", "/SubmitForm", "/RichMedia"}


def reader(pack: Pack, folder: Path) -> PdfReader:
    (path,) = pdf.write(pack, folder)
    return PdfReader(path)


def text_of(read: PdfReader) -> str:
    """All text without spaces and places to break: where lines end is the page's affair."""
    whole = "".join(page.extract_text() for page in read.pages)
    return "".join(whole.replace("\u200b", "").split())


def keys(read: PdfReader) -> set[str]:
    """Every key of every object of the file."""
    found: set[str] = set()
    for number in range(1, len(read.xref_objStm) + sum(len(part) for part in read.xref.values()) + 1):
        one = read.get_object(IndirectObject(number, 0, read))
        if isinstance(one, DictionaryObject):
            found |= set(one) | {str(value) for value in one.values()}
    return found


@pytest.mark.parametrize("platform", RECEIVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_is_printed_and_nothing_acts(
    kind: str, platform: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack: Pack = request.getfixturevalue(kind)[platform]
    read = reader(pack, tmp_path)
    text = text_of(read)
    assert [
        asset.id for asset in pack.everyone if asset.id.isascii() and asset.id.isalnum() and asset.id not in text
    ] == []
    assert [post.source_sha256 for post in pack.posts if post.source_sha256 not in text] == []
    assert "Whatwecannotdetermine" in text
    assert all("".join(stamp.split())[1:] in text for stamp in pack.stamps)
    assert keys(read) & ACTS == set()
    assert read.metadata is not None
    assert read.metadata.title == f"Referral to {pack.receiver.name} {pack.id}"


def test_each_claim_names_its_first_posts_with_line_and_hash(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["x"]
    first = "".join((reader(pack, tmp_path).pages[0].extract_text()).split())
    for claim in pack.claims:
        for post in [one for one in pack.posts if claim.finding.id in one.findings][:FOOTNOTES]:
            assert f"line{post.source_line},SHA-256{post.source_sha256}" in first


def test_the_claims_take_one_page(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pages = reader(plain_packs["x"], tmp_path).pages
    assert "Annex 1: pictures" in pages[1].extract_text()


def test_the_same_pack_has_the_same_bytes(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (one,), (other,) = (pdf.write(plain_packs["x"], tmp_path / name) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_chinese_and_arabic_are_set_and_emoji_are_named(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["x"]
    written = replace(pack.posts[0], text="枫湾集市的热闹还没散 مرحبا بالجميع 🎉 Ünïcode Привет")
    read = reader(replace(pack, posts=(written, *pack.posts[1:])), tmp_path)
    text = text_of(read)
    assert "枫湾集市的热闹还没散" in text
    assert "‹partypopper›" in text
    assert "ÜnïcodeПривет" in text
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in read.pages
        for font in page["/Resources"].get("/Font", {}).values()  # type: ignore[union-attr]
    }
    for name in ("Lato-Regular", "NotoSansSC-Regular", "NotoSansArabic"):
        assert any(font.startswith(name) for font in fonts), fonts


@pytest.mark.parametrize("word", ["W" * 24, "UCWmVd0pQKxLbTnJhZ3MRAsw", "0123456789abcdef" * 4, "@" * 40])
def test_no_name_reaches_the_next_column(word: str, plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["web"]
    asset = replace(pack.assets[0], id=word, handle=word, display_name=word, url=f"https://news.example/{word}")
    page = reader(replace(pack, assets=(asset,)), tmp_path).pages[2]
    starts: list[tuple[float, float, str]] = []
    page.extract_text(visitor_text=lambda text, _, at, *__: starts.append((at[4], at[5], text)))
    words = [text for _, _, text in starts if text.strip() and set(text.strip()) <= set(word)]
    drawn = pdf.drawn()
    assert words
    assert all(sum(drawn[ord(letter)] for letter in text.strip()) <= pdf.ROOM for text in words)


MARKUP = st.sampled_from(
    ["#panic()", '#read("/etc/hostname")', '#link("https://attacker.example")[x]', "$1/0$", "*b* _i_ @ref <label>",
     "https://attacker.example/a", "(/JS) >> endobj trailer", "```x```", "// no", "\\u{41}", "= head"]
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(MARKUP, st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_is_set_as_text(plain_packs: dict[str, Pack], markup: str, text: str) -> None:
    pack = plain_packs["web"]
    asset = replace(pack.assets[0], handle=markup, display_name=text)
    claim = replace(pack.claims[0], title=markup, summary=text)
    with tempfile.TemporaryDirectory() as folder:
        read = reader(replace(pack, assets=(asset,), claims=(claim,)), Path(folder))
        printed = text_of(read)
        assert keys(read) & ACTS == set()
    # A letter written from right to left turns its line round, and the reader gives what stands beside it in pieces.
    if not any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text):
        assert printed.count("".join(markup.split())) >= 2


def test_what_is_not_printed_is_counted(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = many(plain_packs["x"], pdf.MOST + 7)
    text = text_of(reader(pack, tmp_path))
    assert f"{len(pack.assets) - pdf.MOST:,}furtheraccountsareintheotherfilesofthispack." in text
