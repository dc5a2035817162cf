"""Deciding on the screen: a verdict with a name and a reason, the second person, and possible victims nobody sees by chance."""

from pathlib import Path

import pytest

from evidence.review import history
from examples.thirteen.case import build
from tests.browser.test_screens import PATIENCE, finding_id, outside, serving
from tests.browser.watching import Watched
from tests.evidence.thirteen import ACCOUNTS, BY_DETECTOR

# Imported after conftest has quietened its warnings.
expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser


def test_a_person_decides_and_another_has_to_agree(tmp_path: Path, watched: Watched) -> None:
    case = build(tmp_path / "case")
    number = finding_id(case, "hijack")
    victims = [(m["platform"], m["id"]) for m in BY_DETECTOR["hijack"]["members"]]
    handles = [ACCOUNTS[uid]["handle"] for uid in victims]
    with serving(case.path) as url:
        page = watched.open(f"{url}/finding?id={number}")
        page.set_viewport_size({"width": 1280, "height": 3200})
        expect(page.get_by_role("heading", name="Your decision")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("possible victim 1", exact=True).first).to_be_visible(timeout=PATIENCE)
        shown = page.content()
        assert not [handle for handle in handles if handle in shown]

        # Nothing is decided without a decision, a name and a reason.
        write = page.get_by_role("button", name="Write it into the journal")
        write.click()
        expect(page.get_by_text("Choose a decision", exact=False)).to_be_visible(timeout=PATIENCE)
        page.get_by_role("radio", name="confirmed").click()
        write.click()
        expect(page.get_by_text("Your name is empty", exact=False)).to_be_visible(timeout=PATIENCE)
        assert history(case, number) == []
        page.get_by_label("Your name").last.fill("Ada <b>Lovelace</b>")
        page.get_by_label("Why, in your own words").fill("Six strips looked at; =cmd")
        write.click()
        expect(page.get_by_text("Ada <b>Lovelace</b>")).to_be_visible(timeout=PATIENCE)
        (verdict,) = history(case, number)
        assert (verdict["state"], verdict["by"], verdict["note"], verdict["outcome"], verdict["authenticated"]) == (
            "confirmed", "Ada <b>Lovelace</b>", "Six strips looked at; =cmd", None, False,
        )  # fmt: skip

        # Who a possible victim is, only with a name and a reason in the journal.
        page.get_by_text("Show who a possible victim is").click()
        page.get_by_label("Why you have to know").fill("The platform asks for the handle")
        page.get_by_label("Your name").first.fill("Ada Lovelace")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.get_by_text("had an account shown")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text(handles[0], exact=True).first).to_be_visible(timeout=PATIENCE)
        assert not [handle for handle in handles[1:] if handle in page.content()]
    assert [entry["kind"] for entry in history(case, number)] == ["verdict", "reveal"]
    assert outside(watched) == []
