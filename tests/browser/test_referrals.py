"""Referring on the screen: what would leave, the second person without whom nothing is removed, a pack, what became of it."""

import io
import zipfile
from pathlib import Path

import pytest

from evidence import review
from evidence.runs import find
from examples.thirteen.case import build
from referrals.outcomes import overview
from referrals.verify import verify
from tests.browser.test_screens import PATIENCE, outside, serving
from tests.browser.watching import Watched
from tests.referrals.decided import FLOOD

# Imported after conftest has quietened its warnings.
expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser


def test_nothing_is_removed_without_two_names_and_a_pack_is_downloaded_whole(tmp_path: Path, watched: Watched) -> None:
    case = build(tmp_path / "case")
    (finding,) = [one for one in find(case, None).findings() if one.id == FLOOD]
    with case.writing("decide"):
        review.decide(case, finding, "confirmed", "Ada Lund", "Read side by side.", "deceptive")
    with serving(case.path) as url:
        page = watched.open(f"{url}/referrals?finding={FLOOD}")
        page.set_viewport_size({"width": 1280, "height": 2400})
        expect(page.get_by_text("What would leave for X", exact=False)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("0 removals would be asked for", exact=False)).to_be_visible(timeout=PATIENCE)
        # The same person twice is one person.
        page.get_by_label("Second reviewer's name").fill("ada lund")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE)
        assert review.approval(case, FLOOD) is None
        page.get_by_label("Second reviewer's name").fill("Bo Reyes")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("12 removals would be asked for", exact=False)).to_be_visible(timeout=PATIENCE)
        page.get_by_role("textbox", name="Notifier").fill("Desk <b>")
        page.get_by_role("button", name="Build the pack").click()
        expect(page.get_by_text("is built", exact=False)).to_be_visible(timeout=PATIENCE)
        (row,) = overview(case)
        assert (row["receiver"], row["state"], row["findings"]) == ("x", "built", [FLOOD])
        with page.expect_download() as download:
            page.get_by_role("button", name="Download", exact=True).click()
        archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
        archive.extractall(tmp_path / "got")
        assert verify(tmp_path / "got")["problems"] == []
        page.get_by_role("textbox", name="In your own words").fill("by the form")
        page.get_by_role("textbox", name="Your name").fill("Ada Lund")
        page.get_by_role("button", name="Record it").click()
        # The form is emptied once the outcome is written.
        expect(page.get_by_role("textbox", name="In your own words")).to_have_value("", timeout=PATIENCE)
    assert [one["state"] for one in overview(case)[0]["outcomes"]] == ["sent"]
    assert outside(watched) == []


def test_without_a_confirmed_finding_the_page_says_what_comes_first(tmp_path: Path, watched: Watched) -> None:
    case = build(tmp_path / "case")
    with serving(case.path) as url:
        page = watched.open(f"{url}/referrals")
        expect(page.get_by_text("Nothing can be referred yet", exact=False)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("No pack was built yet")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("button", name="Build the pack")).to_have_count(0)
    assert outside(watched) == []
