"""docs/formats.md says what the loaders say, each with a line of its own and how to export it."""

import re

from loaders import loaders
from loaders.guide import PAGE, kinds_of_source, page


def test_the_page_of_formats_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/formats.md is old; write it anew: python -m loaders.guide"


def test_every_loader_stands_under_one_kind_of_source() -> None:
    grouped = [loader.name for found in kinds_of_source().values() for loader in found]
    assert sorted(grouped) == list(loaders())
    assert re.findall(r"^### (\w+)$", page(), re.MULTILINE) == grouped


def test_every_format_shows_a_line_and_says_how_to_export_it() -> None:
    for loader in loaders().values():
        section = page().split(f"### {loader.name}\n")[1].split("\n### ")[0]
        assert loader.sample in section
        assert loader.how_to_export in section
