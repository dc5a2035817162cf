"""A finding's own page holds everything a reader needs, as text."""

import re

import pytest

from tests.views.samples import HOSTILE, cluster, finding
from views.network import network
from views.report import POSTS, EvidencePost, finding_html, posts_html

TEXTS = ["turkey i ate from WALMART", "turkey i ate from a shop"]


def table(page: str, heading: str) -> list[list[str]]:
    """Cells of the table after `heading`, without the tags in them."""
    part = page.split(f"<h2>{heading}</h2>")[1].split("</table>")[0].split("<tbody>")[1]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in part.split("<tr>")[1:]]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in rows]


def test_posts_stand_side_by_side_with_repeats_marked() -> None:
    page = posts_html([EvidencePost("22:12", name, text) for name, text in zip("ab", TEXTS, strict=True)], total=900)
    cells = re.findall(r'<td class="mr-text" dir="auto">(.*?)</td>', page)
    assert cells == ["<mark>turkey i ate from</mark> WALMART", "<mark>turkey i ate from</mark> a shop"]
    assert page.rstrip().endswith("Marked words repeat across these posts. Showing 2 of 900.</p>")


def test_many_posts_are_cut_and_counted() -> None:
    page = posts_html([EvidencePost("", "a", f"text {n}") for n in range(POSTS + 1)], "fr")
    assert page.count("<tr>") == POSTS + 1
    assert "500 affichés sur 501." in page


def test_the_page_of_a_finding() -> None:
    one = finding(
        id="00000000000000aa", run="r1", observed=4.0, expected=0.5, signs=["text"], unmet=[], reasons=["coverage"],
        first_seen="2015-11-26T22:12:00Z", last_seen="2015-11-26T22:14:00Z", likelihood="likely",
        alternatives=[{"code": "wire", "for": ["no_wire_carried_it"], "against": []}],
        windows=[{"window_seconds": 60, "observed": 4, "expected": 0.5, "p": 0.001, "q": 0.002}],
    )  # fmt: skip
    posts = [EvidencePost("2015-11-26 22:12 UTC", "ada", text) for text in TEXTS]
    page = finding_html(one, network(*cluster(20)), posts, handles={"x:0": "ada"})
    assert page == finding_html(one, network(*cluster(20)), posts, handles={"x:0": "ada"})
    assert "<title>4 accounts posted the same words: “turkey i ate”</title>" in page
    assert '<p class="lead">Whether this is coordinated cannot be said from these data.</p>' in page
    assert "4 posts shown · over 2 minutes · observed 4, expected 0.5 · holds at 1 time window" in page
    assert (
        "Analytic confidence: low · source grade: F6 · Likelihood: likely · Finding 00000000000000aa of run r1" in page
    )
    assert table(page, "Why (independent signs)") == [
        ["texts", "accounts that posted or reposted the same", "4", "0.5", "1 min"]
    ]
    assert table(page, "Against") == [["a news agency&#39;s text", "no agency carried it", "nothing known"]]
    assert [row[0] for row in table(page, "What cannot be determined")] == [
        "Who runs these accounts or asked for the posts.",
        "Whether the owners of the accounts know of it.",
        "What the accounts did outside of what was collected: complete timelines are not at hand.",
    ]
    assert table(page, "Posts, side by side")[0] == ["2015-11-26 22:12 UTC", "ada", TEXTS[0]]
    assert table(page, "Members")[:2] == [["ada (X)", "copied", "no action"], ["x:1", "copied", "no action"]]
    assert page.count("<script") == 3 + page.count('"<script>')  # vis-network names the tag in a string of its own


def test_a_finding_without_network_or_posts_has_no_script() -> None:
    page = finding_html(finding(), None, [], "fr", effective="deceptive")
    assert "<script" not in page
    assert "Un relecteur nommé a décidé que cette coordination est trompeuse" in page
    assert '<span class="badge">trompeur (décision d&#39;un relecteur)</span>' in page
    assert "<h2>Réseau</h2>" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_escaped_wherever_it_stands(text: str) -> None:
    one = finding(
        evidence={"families": [{"family": "f", "text": text}]},
        members=[{"platform": text, "id": text, "kind": "account", "role": text, "action": text}],
        alternatives=[{"code": text, "for": [text], "against": [{"code": text, "observed": 1}]}],
        reasons=[text],
        source_grade=text,
        comparison={"population": text, "size": 1},
        run=text,
    )
    page = finding_html(one, None, [EvidencePost(text, text, text, text)], handles={f"{text}:{text}": text})
    tags = set(re.findall(r"<(/?\w+)", page))
    assert tags <= {
        "html", "head", "meta", "title", "link", "style", "body", "header", "h1", "p", "span", "h2", "table", "thead",
        "tr", "th", "tbody", "td", "bdi", "mark", "br", "small", "footer",
        *(f"/{tag}" for tag in ("html", "head", "title", "style", "body", "header", "h1", "p", "span", "h2", "table")),
        *(f"/{tag}" for tag in ("thead", "tr", "th", "tbody", "td", "bdi", "mark", "small", "footer")),
    }  # fmt: skip
    assert not re.search(r"<[^>]*\s(on\w+|srcdoc|src)=", page)
