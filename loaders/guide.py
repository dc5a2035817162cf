"""docs/formats.md, written from the loaders themselves: `python -m loaders.guide` writes it, a test holds it current."""

from pathlib import Path
from typing import Final

from loaders import loaders
from loaders.base import Loader

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "formats.md"
_INTRODUCTION: Final = """# Formats

What `murmur load` reads. A format is recognised by what is in a file, not by its name; `--format NAME` overrides, and
any other table is read with `--map column=field`. Folders, `.gz`, `.zst` and `.zip` are read directly. This page is
written from the loaders (`python -m loaders.guide`).

In every format:

- A row that cannot be read goes to the quarantine with its line, column and reason; every other row is kept. Line
  numbers are those of an editor: a line ends with LF, CR LF or CR.
- Text may be UTF-8, UTF-16, UTF-32, gb18030 or Windows-1252, told apart in this order: byte order mark, strict UTF-8,
  gb18030, Windows-1252. A row with bytes that do not decode, or with NUL bytes, is refused, never altered.
- Cells may be separated by comma, semicolon, tab or `|`. A quotation mark that is opened and never closed costs the
  line it stands on.
- Times may be ISO 8601, RFC 2822, Twitter's own, or seconds, milliseconds or microseconds since 1970. A time without a
  zone is read in the zone below or in `--timezone`, and the ledger says so. The hour that clocks skip is refused, the
  hour they repeat is read as its first pass. How precisely a time is written is kept in `time_precision`.
- Ids are text, exactly as they stand; one that a spreadsheet has rounded (`9.01E+17`) is refused.
- Columns no field of the contract stands for are kept in `extra` and named in the ledger.
- Where an export has no account id, `name:` and the handle stand in, counted in the ledger; so do mentions found in a
  text. Hashtags, mentions and links are taken from the text where the export does not list them.
- A packed file that is cut short gives what came before the cut, and says where it ends.
"""


def page() -> str:
    """The page as it should be."""
    return "\n".join([_INTRODUCTION, *(_section(loader) for loader in loaders().values())])


def _section(loader: Loader) -> str:
    title = loader.title[0].upper() + loader.title[1:]
    return (
        f"## {loader.name}\n\n{title}.\n\n{loader.how_to_export}\n\n"
        f"- Platform: {loader.platform or 'each row says'}\n- Times without a zone: {loader.timezone}\n\n"
        f"```\n{loader.sample}\n```\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
