"""The documents stay true: what the program has, they name."""

import re
from pathlib import Path

import typer
from typer.main import get_command

from app.cli import cli
from detectors import detectors
from graph.questions import questions
from loaders import loaders

ROOT = Path(__file__).resolve().parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_names_every_loader_detector_and_question() -> None:
    readme = read("README.md")
    wanted = {f"| `{name}` |" for name in [*loaders(), *detectors(), *questions()]}
    assert {row for row in wanted if row not in readme} == set()


def test_the_readme_names_nothing_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", read("README.md"), re.MULTILINE))
    assert named == {*loaders(), *detectors(), *questions()}


def test_every_command_is_documented() -> None:
    texts = read("README.md") + read("docs/guide.md") + read("docs/contract.md")
    group = get_command(cli)
    assert isinstance(group, typer.core.TyperGroup)
    assert {name for name in group.commands if f"murmur {name}" not in texts} == set()


def test_links_between_documents_lead_somewhere() -> None:
    for page in [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "data").glob("*.md"),
        *(ROOT / "examples").glob("*.md"),
    ]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_no_document_or_module_names_a_machine() -> None:
    # Paths and hosts of the machine something was written on help nobody and tell too much.
    bad = re.compile(r"(?<![\w.])/(work|root|tmp|home)/[a-z]")
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("[a-z]*/*.py")]:
        assert bad.search(page.read_text(encoding="utf-8")) is None, page
