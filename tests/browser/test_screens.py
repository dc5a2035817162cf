"""The app's screens in a real Chromium: what they show, what they never run, and that nothing leaves this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evidence.case import Case
from examples.thirteen.case import build
from graph import engine
from records.words import DETECTOR_NAMES
from tests.browser.watching import Watched
from tests.evidence import hostile

# Imported after conftest has quietened its warnings.
expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
# A cold start of Streamlit and its libraries on a busy machine.
PATIENCE = 90_000


@contextmanager
def serving(case: Path) -> Iterator[str]:
    """The app on `case`, as `murmur app` starts it; ended with the block, and its engine too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app.cli", "app", "--case", str(case), "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        while line := process.stderr.readline():
            if "The app is open at" in line:
                break
        else:
            raise AssertionError("the app did not come up")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()
        engine.stop(case)


def outside(watched: Watched) -> list[str]:
    return [url for url in watched.requests if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Case]]:
    case = build(tmp_path_factory.mktemp("plain") / "case")
    with serving(case.path) as url:
        yield url, case


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Case]]:
    folder = tmp_path_factory.mktemp("poisoned")
    (folder / "files").mkdir()
    case = hostile.build(folder / "case", folder / "files")
    with serving(case.path) as url:
        yield url, case


def finding_id(case: Case, detector: str) -> str:
    from evidence.runs import find

    return next(finding.id for finding in find(case, None).findings() if finding.detector == detector)


def test_the_overview_says_what_was_collected_and_what_stands_out(plain: tuple[str, Case], watched: Watched) -> None:
    url, _ = plain
    page = watched.open(url)
    expect(page.get_by_text("What stands out")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("606 posts")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("What was collected")).to_be_visible()
    expect(page.locator("canvas, svg.marks").first).to_be_visible(timeout=PATIENCE)
    assert outside(watched) == []


def test_a_finding_shows_reasons_network_posts_and_what_stays_open(plain: tuple[str, Case], watched: Watched) -> None:
    url, case = plain
    page = watched.open(f"{url}/finding?id={finding_id(case, 'copypasta')}")
    for words in ("Why", "Against", "What we cannot determine", "The posts, side by side; what repeats is marked"):
        expect(page.get_by_text(words, exact=True).first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".mn-root canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("table.mr-posts mark").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Showing 30 of 30", exact=False).first).to_be_visible(timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("button", name="As one page").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "Content-Security-Policy" in text
    assert outside(watched) == []


def test_the_sentences_speak_french(plain: tuple[str, Case], watched: Watched) -> None:
    url, case = plain
    page = watched.open(f"{url}/finding?id={finding_id(case, 'flood')}")
    expect(page.get_by_text("Why", exact=True).first).to_be_visible(timeout=PATIENCE)
    page.locator("[data-testid=stExpandSidebarButton], [data-testid=stSidebarCollapsedControl] button").first.click()
    page.get_by_label("Language").first.click()
    page.get_by_role("option", name="Français").click()
    expect(page.get_by_text("Qui ", exact=False).first).to_be_visible(timeout=PATIENCE)


@pytest.mark.engine
def test_questions_are_answered_and_a_write_is_refused_with_the_app_alive(
    plain: tuple[str, Case], watched: Watched
) -> None:
    url, _ = plain
    page = watched.open(f"{url}/questions")
    cypher = page.get_by_label("Cypher")
    expect(cypher).to_be_visible(timeout=PATIENCE)
    cypher.fill("CREATE (n) RETURN n")
    cypher.blur()
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("The graph is read-only here", exact=False)).to_be_visible(timeout=PATIENCE)
    page.goto(f"{url}/questions?name=longest_silence")
    page.get_by_role("button", name="Ask").click(timeout=PATIENCE)
    expect(page.locator("[data-testid=stDataFrame]")).to_be_visible(timeout=PATIENCE)
    assert outside(watched) == []


def test_nothing_of_hostile_data_runs_or_asks_for_anything(poisoned: tuple[str, Case], watched: Watched) -> None:
    url, case = poisoned
    page = watched.page
    addresses = [f"{url}/", f"{url}/evidence", f"{url}/questions", f"{url}/finding"]
    # Operations are drawn by the same page; the poisoned case has one finding of each kind there is to join.
    addresses += [f"{url}/finding?id={finding_id(case, name)}" for name in DETECTOR_NAMES if name != "operation"]
    for address in addresses:
        page.goto(address)
        shown = "table.mm-rows" if "?id=" in address else ".mm-head, .mm-unknown"
        expect(page.locator(shown).first).to_be_visible(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.hostile") is None, address
        assert page.locator("[data-testid=stException]").count() == 0, address
    assert outside(watched) == []
    assert [said for said in watched.complaints if said.startswith(("dialog", "error"))] == []


def test_an_empty_case_says_how_to_begin_and_loads_a_file(tmp_path: Path, watched: Watched) -> None:
    case = Case.create(tmp_path / "case")
    posts = tmp_path / "posts.csv"
    posts.write_text("platform,post_id,author_id,created_at,text\nx,1,a,2026-01-01T00:00:00Z,one post\n")
    os.environ.pop("NEO4J_URI", None)
    with serving(case.path) as url:
        page = watched.open(url)
        expect(page.get_by_text("This case is empty", exact=False)).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Load").first.click()
        page.locator("input[type=file]").set_input_files(posts)
        expect(page.get_by_text("posts.csv").first).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Load into this case").click()
        expect(page.get_by_text("Ledger: read", exact=False)).to_be_visible(timeout=PATIENCE)
        page.get_by_role("link", name="Overview").click()
        expect(page.get_by_text("1 post · 1 author", exact=False)).to_be_visible(timeout=PATIENCE)
    assert [entry["kept"] for entry in case.ledger()] == [1]
