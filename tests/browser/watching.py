"""A page and everything it did that a page of ours must not do."""

import time
from dataclasses import dataclass, field

from playwright.sync_api import Page, Request


@dataclass
class Watched:
    """A page and everything it did that a page of ours must not do."""

    page: Page
    requests: list[str] = field(default_factory=list)
    """Every address asked for, but the page itself."""
    complaints: list[str] = field(default_factory=list)
    """Console errors and warnings, uncaught errors, dialogs: content security policy violations are among them."""

    def open(self, url: str) -> Page:
        self.page.goto(url)
        return self.page


def watch(page: Page) -> Watched:
    """Write down what `page` asks for and complains of from now on."""
    watched = Watched(page)

    def request(asked: Request) -> None:
        if not (asked.is_navigation_request() and asked.frame == page.main_frame):
            watched.requests.append(asked.url)

    page.on("request", request)
    page.on("pageerror", lambda error: watched.complaints.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (watched.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda said: said.type in ("error", "warning") and watched.complaints.append(said.text))
    return watched


def until(page: Page, expression: str, seconds: float = 20) -> None:
    """Wait until `expression` holds; asked from here, as the page's policy refuses to evaluate strings itself."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"still not so after {seconds} s: {expression}"
        page.wait_for_timeout(50)
