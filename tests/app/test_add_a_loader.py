"""docs/add-a-loader.md works as it stands: its file becomes a loader, and `murmur load` reads its export with it."""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import loaders
from app.cli import cli
from evidence.case import Case
from loaders.source import sources
from records.store import query

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add-a-loader.md"


def block(language: str) -> str:
    """The one block of the page in this language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that belongs to the package `loaders`, with the page's loader and its export in it."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "chirpscope.py").write_text(block("python"), encoding="utf-8")
    (tmp_path / "chirps.csv").write_text(block("csv"), encoding="utf-8")
    monkeypatch.setattr(loaders, "__path__", [*loaders.__path__, str(package)])
    importlib.invalidate_caches()
    loaders.loaders.cache_clear()
    yield tmp_path
    sys.modules.pop("loaders.chirpscope", None)
    loaders.loaders.cache_clear()


def test_the_page_s_loader_reads_the_page_s_export(added: Path) -> None:
    done = CliRunner().invoke(cli, ["load", str(added / "chirps.csv"), "--case", str(added / "case"), "--json"])
    assert done.exit_code == 0, done.output
    (entry,) = json.loads(done.stdout)
    promised = json.loads(block("json"))
    assert {name: entry[name] for name in promised} == promised
    posts = query(
        Case.open(added / "case").records(),
        "SELECT post_id, author_id, strftime(created_at, '%Y-%m-%d %H:%M') AS at, is_repost, repost_of_post_id, likes, urls,"
        " hashtags, extra FROM posts ORDER BY 1",
    )
    assert posts.rows() == [
        ("9001", "17", "2024-03-02 17:05", False, None, 0, ["https://example.org/a?utm_source=x"], ["bridge"],
         '{"mood":"grim"}'),
        ("9002", "name:bert", "2024-03-02 17:06", True, "9001", 12, None, None, None),
    ]  # fmt: skip


def test_nobody_else_takes_the_page_s_export_for_its_own(added: Path) -> None:
    seen = loaders.look(sources(added / "chirps.csv")[0])
    assert {name for name, loader in loaders.loaders().items() if loader.recognise(seen)} == {"chirpscope"}


def test_the_page_s_commands_and_files_are_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for module in re.findall(r"python -m ([\w.]+)", text):
        assert importlib.util.find_spec(module) is not None, module
    assert f"loaders/{json.loads(block('json'))['format']}.py" in text
