"""Pages for people: everything of the pack is on them, nothing of it is markup, every claim leads to its source line."""

import re
import tempfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.base import Pack
from referrals.formats.html import write
from referrals.legible import legible
from referrals.paper import FOOTNOTES, paper
from referrals.pictures import FEWEST, WIDTH, network_picture, timeline_picture
from tests.referrals.decided import RECEIVERS

KINDS = ["plain_packs", "hostile_packs"]


class Page(HTMLParser):
    """Elements and text of a page as a browser would take them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "src"]
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page_of(pack: Pack, folder: Path) -> Page:
    (path,) = write(pack, folder)
    return Page(path.read_text(encoding="utf-8"))


OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "div",
    "h1",
    "h2",
    "h3",
    "p",
    "b",
    "bdi",
    "sup",
    "a",
    "span",
    "code",
    "ul",
    "li",
    "figure",
    "figcaption",
    "svg",
    "g",
    "line",
    "circle",
    "path",
    "rect",
    "text",
    "br",
    "colgroup",
    "col",
}


@pytest.mark.parametrize("platform", RECEIVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_all_rows_are_on_the_page_and_nothing_of_them_is_markup(
    kind: str, platform: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack: Pack = request.getfixturevalue(kind)[platform]
    page = page_of(pack, tmp_path)
    assert page.tags <= OURS
    assert page.handlers == []
    assert all(re.fullmatch(r"#post-\d+", link) for link in page.links)
    texts = set(page.texts)
    for asset in pack.everyone:
        assert legible(asset.id) in texts
        assert not asset.handle or legible(asset.handle) in texts
    for post in pack.posts:
        assert not post.text or legible(post.text) in texts
    assert {
        entry["sha256"] for entry in pack.data["files"] if any(p.source_sha256 == entry["sha256"] for p in pack.posts)
    } <= texts
    assert "What we cannot determine" in texts
    assert all(any(stamp[1:] in text for text in texts) for stamp in pack.stamps)


def test_each_claim_is_footnoted_to_source_line_and_hash(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["x"]
    text = " ".join("".join(page_of(pack, tmp_path).texts).split())
    for claim in pack.claims:
        posts = [post for post in pack.posts if claim.finding.id in post.findings][:FOOTNOTES]
        assert posts
        for post in posts:
            number = pack.posts.index(post) + 1
            assert re.search(
                rf"\[{number}\] [0-9 :-]+ UTC, source S\d+ line {post.source_line}, SHA-256 {post.source_sha256}", text
            )
        for row in claim.unknown:
            assert row["what"] in text


def test_possible_victims_stand_apart_and_are_asked_to_be_secured(plain_packs: dict[str, Pack], tmp_path: Path) -> None:
    pack = plain_packs["x"]
    text = "".join(page_of(pack, tmp_path).texts)
    before, _, after = text.partition("Annex 3: possible victims")
    assert pack.victims
    for victim in pack.victims:
        assert victim.id in after
        assert victim.handle not in before.partition("Annex 2")[2]
    assert "remove" not in after.partition("Annex 4")[0].replace("No removal", "")


def test_a_stamp_says_for_how_many_findings_it_holds(plain_packs: dict[str, Pack]) -> None:
    assert paper(plain_packs["x"])["stamps"] == [
        "No second reviewer (2 of 3 findings)",
        "Second reviewer not authenticated (1 of 3 findings)",
    ]
    assert paper(plain_packs["web"])["stamps"] == ["No second reviewer"]


def test_a_moment_is_a_bar_and_not_a_block(plain_packs: dict[str, Pack]) -> None:
    pack = plain_packs["web"]
    post = pack.posts[0]
    finding = replace(pack.claims[0].finding, first_seen=post.created_at, last_seen=post.created_at)
    drawn = timeline_picture(replace(pack, claims=(replace(pack.claims[0], finding=finding),), posts=(post,)))
    assert drawn is not None
    (width,) = re.findall(r'<rect [^>]*width="([0-9.]+)"', drawn[0])
    assert float(width) < WIDTH / FEWEST
    assert drawn[1].endswith("a bar is a minute")


def test_pictures_say_how_much_they_show(plain_packs: dict[str, Pack]) -> None:
    pack = plain_packs["x"]
    svg, says = network_picture(pack)
    assert svg.count("<circle") == len(pack.everyone)
    assert says.startswith(f"{len(pack.everyone)} of {len(pack.everyone)} accounts")
    drawn = timeline_picture(pack)
    assert drawn is not None
    assert drawn[1].startswith(f"{len(pack.posts)} posts between ")
    assert timeline_picture(replace(pack, posts=())) is None


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_is_text(plain_packs: dict[str, Pack], text: str, handle: str) -> None:
    pack = plain_packs["web"]
    hostile = replace(pack, assets=(replace(pack.assets[0], handle=handle, display_name=text),))
    with tempfile.TemporaryDirectory() as folder:
        page = page_of(hostile, Path(folder))
    assert page.tags <= OURS
    assert {legible(text), legible(handle)} <= {*page.texts}


def test_what_steers_a_screen_is_shown_instead() -> None:
    assert legible("a\u202eb\x07c\u2028d") == "a‹U+202E›b␇c d"
    assert legible("多语言 العربية 👩\u200d👩 ok\r\nnew") == "多语言 العربية 👩\u200d👩 ok\nnew"
    assert legible("abcdef", 4) == "abc…"
