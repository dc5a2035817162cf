"""docs/formats.md says what the loaders say."""

from loaders.guide import PAGE, page


def test_the_page_of_formats_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew with: python -m loaders.guide"
