"""The network inside a real Streamlit app: clicks come back to Python, nothing leaves this machine."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watching import Watched
from tests.views.samples import HOSTILE, cluster
from views.network import network

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90  # a cold start takes five seconds; a loaded machine gets more


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The running app's address on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("component_app.py")),
        "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true",
        "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            except OSError:
                assert process.poll() is None, "the app ended before it was up"
                assert monotonic() < end, "the app did not come up"
                sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def outside(watched: Watched) -> list[str]:
    inside = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
    return [url for url in watched.requests if not url.startswith(inside)]


def drawn(page: Page) -> None:
    expect(page.locator(".mn-canvas canvas")).to_be_visible(timeout=60_000)


def place(number: int, frame: Page) -> dict[str, float]:
    """Where node `number` is drawn, from where the picture was fitted (network.js fitted)."""
    found = network(*cluster())
    box = frame.locator(".mn-canvas").bounding_box()
    assert box is not None
    points = [point for hull in found.hulls for point in hull.points] + [(node.x, node.y) for node in found.nodes]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    scale = min((box["width"] - 32) / wide, (box["height"] - 76) / high, 1.4)
    node = next(node for node in found.nodes if node.id == f"x:{1000 + number}")
    return {
        "x": box["width"] / 2 + (node.x - (max(xs) + min(xs)) / 2) * scale,
        "y": box["height"] / 2 - 2 + (node.y - (max(ys) + min(ys)) / 2) * scale,
    }


def test_a_click_comes_back_to_python_and_nothing_leaves(watched: Watched, address: str) -> None:
    page = watched.open(address)
    drawn(page)
    page.wait_for_timeout(500)
    page.locator(".mn-canvas").click(position=place(0, page))
    expect(page.get_by_text("selected: x:1000")).to_be_visible()
    expect(page.locator(".mn-entity dd").first).to_have_text("x:1000")
    # The picture survives a rerun: the panel is still open, and the answer still there.
    page.get_by_role("button", name="again").click()
    expect(page.get_by_text("selected: x:1000")).to_be_visible()
    expect(page.locator(".mn-entity dd").first).to_have_text("x:1000")
    page.get_by_role("button", name="Show its neighbours").click()
    expect(page.get_by_text("expand: x:1000")).to_be_visible()
    page.get_by_role("button", name="again").click()
    expect(page.get_by_text("expand: None")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("selected: None")).to_be_visible()
    # Python can choose too: a row of a table leads to its node.
    page.get_by_label("choose").fill("x:1007")
    page.get_by_label("choose").press("Enter")
    expect(page.locator(".mn-entity dd").first).to_have_text("x:1007")
    assert page.locator(".mn").count() == 1
    assert outside(watched) == []


def test_hostile_text_never_runs_in_the_app(watched: Watched, address: str) -> None:
    page = watched.open(f"{address}/?sample=hostile")
    drawn(page)
    search = page.get_by_role("combobox", name="Search")
    for text in (HOSTILE[1], HOSTILE[5]):
        search.fill(text)
        page.locator(".mn-found li").filter(has_text=text).first.click()
        expect(page.locator(".mn-entity dd").filter(has_text=text).first).to_have_text(text)
    expect(page.get_by_text("selected: ")).not_to_have_text("selected: None")
    assert page.evaluate("window.pwned") is None
    assert outside(watched) == []
