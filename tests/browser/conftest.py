"""A real Chromium for tests of what people see; without one these tests say so, and in CI they fail."""

import os
import shutil
import warnings
from collections.abc import Iterator

import pytest

from tests.browser.watching import Watched, watch

with warnings.catch_warnings():
    # playwright's greenlet bridge warns on import with some versions of asyncio; nothing of ours is behind it.
    warnings.simplefilter("ignore")
    from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium (`apt-get install chromium`), or any on the path."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here, and in CI no browser test may be skipped: install the package chromium.")
        pytest.skip("no Chromium here: install the package chromium to run the browser tests.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    """A fresh page of 1280 x 800 that is watched."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield watch(context.new_page())
    context.close()
