"""Loading on the screen: an unknown table guessed, corrected, confirmed and watched; hostile columns stay text."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError

from evidence.case import Case
from records.store import query
from tests.browser.test_screens import PATIENCE, outside, serving
from tests.browser.watching import Watched

# Imported after conftest has quietened its warnings.
expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser
TEXT = "the bridge is closed and nobody was told about the reason for it"


def choose(page: Page, asked: str, answer: str) -> None:
    """Pick `answer` in the list `asked`; the screen, still busy with the answer before, may close a list just opened."""
    box = page.get_by_label(asked)
    for _ in range(10):
        box.click()
        try:
            page.get_by_role("option", name=answer, exact=True).click(timeout=5000)
            break
        except TimeoutError:
            page.keyboard.press("Escape")
    expect(box).to_have_value(answer, timeout=PATIENCE)


def test_an_unknown_table_is_guessed_answered_confirmed_and_loaded(tmp_path: Path, watched: Watched) -> None:
    rows = "".join(f"anna{n},{TEXT} {n},0{n}/05/2024 12:3{n},{n}\n" for n in range(1, 7))
    (tmp_path / "export.csv").write_text("who,what,when,<img src=x onerror=alert(1)>\n" + rows + "x,y,soon,1\n")
    case = Case.create(tmp_path / "case")
    with serving(case.path) as url:
        page = watched.open(f"{url}/load")
        path = page.get_by_label("A file or folder on this machine")
        expect(path).to_be_visible(timeout=PATIENCE)
        path.fill(str(tmp_path / "export.csv"))
        path.press("Enter")
        expect(page.get_by_text("export.csv is of no known format", exact=False)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("What is open above has to be answered first", exact=False)).to_be_visible()
        button = page.get_by_role("button", name="Load into this case")
        expect(button).to_be_disabled()
        for asked, answer in (("Platform of every row", "vk"), ("Dates such as", "month-first"), ("Scope", "keyword")):
            choose(page, asked, answer)
        page.get_by_label("Words searched for").fill("bridge")
        page.get_by_label("Words searched for").press("Enter")
        expect(page.get_by_text("Would be refused")).to_be_visible(timeout=PATIENCE)
        expect(button).to_be_enabled(timeout=PATIENCE)
        with page.expect_download(timeout=PATIENCE) as download:
            page.get_by_role("button", name="Keep this mapping").click()
        assert 'dates = "month-first"' in Path(download.value.path()).read_text(encoding="utf-8")
        button.click()
        expect(page.get_by_text("Ledger: read", exact=False)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("button", name="Detect")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("link", name="The whole ledger and the quarantine").click()
        expect(page.get_by_role("heading", name="How it was gathered")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("Of export.csv it is not known", exact=False)).to_have_count(0)
    ledger = [(entry["format"], entry["kept"], entry["quarantined"]) for entry in case.ledger()]
    assert ledger == [("mapped", 6, 1), ("gathered", 1, 0)]
    records = case.records()
    assert query(
        records, "SELECT platform, created_at::DATE::VARCHAR FROM posts ORDER BY created_at LIMIT 1"
    ).rows() == [("vk", "2024-01-05")]
    assert query(records, "SELECT scope, query FROM collections").rows() == [("keyword", "bridge")]
    assert outside(watched) == []
    assert not [said for said in watched.complaints if "dialog" in said or "error:" in said]


def test_a_folder_is_grouped_by_what_is_in_it(tmp_path: Path, watched: Watched) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "a.csv").write_text("who,what,when\na," + TEXT + ",2024-05-01\n")
    (folder / "b.csv").write_text("who,what,when\nb," + TEXT + ",2024-05-02\n")
    (folder / "posts.csv").write_text("platform,post_id,author_id,created_at,text\nx,1,a,2026-01-01T00:00:00Z,one\n")
    case = Case.create(tmp_path / "case")
    with serving(case.path) as url:
        page = watched.open(f"{url}/load")
        path = page.get_by_label("A file or folder on this machine")
        expect(path).to_be_visible(timeout=PATIENCE)
        path.fill(str(folder))
        path.press("Enter")
        expect(page.get_by_label("Files of one shape are loaded together")).to_have_value(
            "a table of no known format: who, what, when (2 files)", timeout=PATIENCE
        )
        choose(page, "Platform of every row", "telegram")
        page.get_by_role("button", name="Load 2 files into this case").click()
        expect(page.get_by_text("Ledger: read", exact=False)).to_be_visible(timeout=PATIENCE)
    assert [(entry["file"], entry["kept"]) for entry in case.ledger()] == [("a.csv", 1), ("b.csv", 1)]
