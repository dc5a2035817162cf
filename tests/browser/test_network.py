"""The network page in a real browser: drawn, searched, clicked, brushed; hostile text stays text."""

import time
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.watching import Watched, until
from tests.views.samples import HOSTILE, cluster, finding, hostile
from views.network import Network, Post, network
from views.page import export_html
from views.report import EvidencePost, finding_html

pytestmark = pytest.mark.browser


def show(watched: Watched, folder: Path, shown: Network, language: str = "en", title: str = "Turkeys") -> Page:
    path = folder / "network.html"
    path.write_text(export_html(shown, title, language), encoding="utf-8")
    page = watched.open(path.as_uri())
    until(page, "window.murmuration !== undefined")
    return page


def click_node(page: Page, name: str) -> None:
    """Click where node `name` is drawn."""
    at = page.evaluate("name => { const p = murmuration.picture; return p.canvasToDOM(p.getPosition(name)); }", name)
    page.locator(".mn-canvas").click(position={"x": at["x"], "y": at["y"]})


def hidden(page: Page) -> int:
    return page.evaluate("murmuration.picture.body.data.nodes.get().filter((node) => node.hidden).length")  # type: ignore[no-any-return]


def test_a_cluster_is_drawn_and_counted(watched: Watched, tmp_path: Path) -> None:
    page = show(watched, tmp_path, network(*cluster(), max_nodes=120))
    expect(page.locator(".mn-counts")).to_contain_text("Showing 120 of 160 accounts")
    expect(page.locator(".mn-legend")).to_contain_text("Group 1")
    painted = page.evaluate(
        """() => { const c = document.querySelector(".mn-canvas canvas");
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n += 1; return n / (d.length / 4); }"""
    )
    assert painted > 0.05
    assert (watched.requests, watched.complaints) == ([], [])


def test_clicking_a_node_shows_everything_about_it(watched: Watched, tmp_path: Path) -> None:
    nodes, edges = cluster()
    posts = {"x:1000": [Post("2015-11-26 22:12 UTC", "turkey i ate from WALMART", "https://x.example/1")]}
    page = show(watched, tmp_path, network(nodes, edges, posts=posts))
    click_node(page, "x:1000")
    entity = page.locator(".mn-entity")
    expect(entity.locator("h3")).to_have_text(nodes["label"][0])
    expect(entity.locator("dd").first).to_have_text("x:1000")
    expect(entity.locator("blockquote")).to_contain_text("turkey i ate from WALMART")
    expect(entity.locator(".mn-url")).to_have_text("https://x.example/1")
    assert page.locator("a").count() == 0  # links of posts are text
    neighbours = edges.filter((pl.col("source") == "x:1000") | (pl.col("target") == "x:1000")).height
    expect(entity.locator("h4").first).to_have_text(f"Linked with {neighbours}")
    page.locator(".mn-canvas").press("Escape")
    expect(entity).to_have_count(0)
    assert (watched.requests, watched.complaints) == ([], [])


def test_search_finds_a_name_by_keyboard_alone(watched: Watched, tmp_path: Path) -> None:
    nodes, edges = cluster()
    page = show(watched, tmp_path, network(nodes, edges))
    page.keyboard.press("Tab")
    page.keyboard.type(nodes["label"][77].upper())
    expect(page.locator(".mn-found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".mn-entity dd").first).to_have_text("x:1077")
    page.get_by_role("combobox").first.fill("nobody of that name")
    expect(page.locator(".mn-found")).to_contain_text("Nothing by that name here")


def test_the_time_brush_filters_and_says_so(watched: Watched, tmp_path: Path) -> None:
    nodes, edges = cluster()
    page = show(watched, tmp_path, network(nodes, edges))
    assert hidden(page) == 0
    begin, end = nodes["first"].min(), nodes["last"].max()
    middle = begin + (end - begin) * 0.1  # type: ignore[operator]
    late = nodes.filter(pl.col("first").dt.epoch("s") > middle.timestamp()).height
    page.locator(".mn-track input").nth(1).fill("100")
    assert hidden(page) == late > 0
    expect(page.locator(".mn-counts")).to_contain_text(f"{160 - late} within the chosen time")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    until(page, f"murmuration.picture.body.data.nodes.get().filter((n) => n.hidden).length < {late}")
    page.get_by_role("button", name="All times").click()
    assert hidden(page) == 0
    assert (watched.requests, watched.complaints) == ([], [])


def test_keys_move_zoom_and_fit(watched: Watched, tmp_path: Path) -> None:
    page = show(watched, tmp_path, network(*cluster(40)))
    scale = "murmuration.picture.getScale()"
    before = page.evaluate(scale)
    canvas = page.locator(".mn-canvas")
    canvas.press("+")
    assert page.evaluate(scale) == pytest.approx(before * 1.2)
    at = page.evaluate("murmuration.picture.getViewPosition().x")
    canvas.press("ArrowRight")
    assert page.evaluate("murmuration.picture.getViewPosition().x") > at
    canvas.press("0")
    until(page, f"Math.abs({scale} - {before}) < 0.001")


def test_dark_and_french(watched: Watched, tmp_path: Path) -> None:
    watched.page.emulate_media(color_scheme="dark")
    page = show(watched, tmp_path, network(*cluster()), "fr", "Dindes")
    expect(page.locator(".mn.mn-dark")).to_have_count(1)
    expect(page.locator(".mn-counts")).to_contain_text("160 comptes affichés sur 160")
    assert page.locator("html").get_attribute("lang") == "fr"
    page.emulate_media(color_scheme="light")
    expect(page.locator(".mn.mn-dark")).to_have_count(0)


def test_hostile_text_in_every_field_never_runs(watched: Watched, tmp_path: Path) -> None:
    nodes, edges = hostile()
    posts = {name: [Post(text, text, text) for text in HOSTILE] for name in HOSTILE}
    page = show(watched, tmp_path, network(nodes, edges, posts=posts), title=HOSTILE[0])
    for text in HOSTILE:
        page.evaluate("name => murmuration.choose(name)", text)
        assert page.locator(".mn-entity h3").text_content() == text
        at = page.evaluate(
            "name => { const p = murmuration.picture; return p.canvasToDOM(p.getPosition(name)); }", text
        )
        page.locator(".mn-canvas").hover(position={"x": at["x"], "y": at["y"]}, force=True)
        search = page.get_by_role("combobox").first
        search.fill(text.replace("\x00", "")[:20])
        search.press("Escape")
    page.wait_for_timeout(300)
    assert page.locator("script").count() == 3
    assert page.locator(".mn a, .mn img, .mn iframe, .mn style").count() == 0
    assert page.evaluate("window.pwned") is None
    assert (watched.requests, watched.complaints) == ([], [])


def test_five_thousand_nodes_draw_in_seconds(watched: Watched, tmp_path: Path) -> None:
    count = 5000
    edges = pl.DataFrame(
        {
            "source": [f"x:{i}" for i in range(count) for _ in (1, 2)],
            "target": [f"x:{(i + step) % count}" for i in range(count) for step in (1, 40)],
        }
    )
    shown = network(pl.DataFrame({"id": [f"x:{i}" for i in range(count)]}), edges, max_nodes=count, max_edges=8000)
    begin = time.monotonic()
    page = show(watched, tmp_path, shown)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # Two seconds on an idle machine; the ceiling is for a shared one. With physics on it would be minutes.
    assert time.monotonic() - begin < 20
    expect(page.locator(".mn-counts")).to_contain_text("Showing 5,000 of 5,000 accounts · 8,000 of 10,000 links")


def test_a_finding_page_with_hostile_text_never_runs(watched: Watched, tmp_path: Path) -> None:
    nodes, edges = hostile()
    one = finding(
        evidence={"families": [{"family": "f", "text": HOSTILE[1]}]},
        members=[
            {"platform": "x", "id": text, "kind": "account", "role": "copier", "action": "none"} for text in HOSTILE
        ],
        alternatives=[{"code": HOSTILE[0], "for": [HOSTILE[2]], "against": [HOSTILE[5]]}],
    )
    path = tmp_path / "finding.html"
    posts = [EvidencePost(text, text, text, text) for text in HOSTILE]
    path.write_text(finding_html(one, network(nodes, edges), posts, "fr"), encoding="utf-8")
    page = watched.open(path.as_uri())
    until(page, "window.murmuration !== undefined")
    expect(page.locator(".mr-text").first).to_have_text(f"{HOSTILE[0]}{HOSTILE[0]}")
    assert page.locator("a, img, iframe, main svg[onload]").count() == 0
    assert page.evaluate("window.pwned") is None
    assert (watched.requests, watched.complaints) == ([], [])
