"""docs/formats.md, written from the loaders themselves: `python -m loaders.guide` writes it, a test holds it current."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from loaders import loaders
from loaders.base import Loader

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "formats.md"
_INTRODUCTION: Final = """# Formats

What `murmur load` reads. A format is recognised by what is in a file, not by its name; `--format NAME` overrides.
Folders, `.gz`, `.zst` and `.zip` are read directly. Of any other table the columns are guessed (below). Another format is
one file: [how to add a loader](add-a-loader.md). This page is written from the loaders (`python -m loaders.guide`).

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

## Any other table

`murmur load FILE --preview` says what the columns of a table of no known format are taken for, by their names (English,
French, Chinese and those of many tools) and by their values, each with a reason and how sure it is; shows the first rows
under it, and what would be refused; and prints the command that loads it so. What names and values leave open (two
columns that could be the text, dates such as 03/04/2024, the platform) is asked, never decided. On a terminal `murmur load
FILE` asks it there; elsewhere it never asks, and says which command to run. The app's Load screen does the same.

- `--map column=field` says what a column is, over any guess; `column=extra` leaves it aside; `a+b=field` joins two
  columns, such as a date and its hour; `author.FIELD` is what a row of posts says of its author.
- `--dates day-first` or `month-first` reads 03/04/2024; `--timezone` is the zone of times that state none; `--platform` that
  of every row. Dates in words (Aug 27, 2017; 27 août 2017; 2017年8月27日) need neither.
- `--save-mapping FILE.toml` keeps all of this, `--mapping FILE.toml` uses it again for any number of files. It can be shared:

```toml
version = 1
table = "posts"
timezone = "Europe/Paris"
dates = "day-first"

[columns]
"Publié le" = "created_at"
Auteur = "author.handle"
Message = "text"

[constants]
platform = "facebook"
```

A file that lacks one of the columns is refused, and the missing ones are named.

## How it was gathered

What an export tells of how it was gathered (a search, a timeline, a chat) goes to `collections`. Where it tells nothing,
say it, or claims on dormancy, echo and what is usual stay undetermined: `murmur load FILE --scope
timeline|keyword|replies|followers|sample --query TEXT --subject ID --since TIME --until TIME --complete yes|no`. A file that
is in the case already is not read again; what is said last stands.
"""
# What investigators look for: where the data are from. A loader whose rows say their platform is of the last kind.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "X": ("x",),
    "Facebook, Instagram, Threads": ("facebook", "instagram", "threads"),
    "Chinese platforms": ("weibo", "wechat", "douyin", "xiaohongshu", "bilibili"),
    "Messengers, open networks, video": (
        "telegram", "bluesky", "mastodon", "reddit", "vk", "youtube", "tiktok",
    ),
    "News and the web": ("web",),
    "Tools for several platforms, registries and lists": (),
}  # fmt: skip


def kinds_of_source() -> dict[str, list[Loader]]:
    """The loaders by what their files are from, each kind in alphabetical order; kinds without a loader are left out."""
    last = list(_KINDS)[-1]
    kinds: dict[str, list[Loader]] = {kind: [] for kind in _KINDS}
    for loader in loaders().values():
        kind = next((kind for kind, platforms in _KINDS.items() if loader.platform in platforms), last)
        kinds[kind].append(loader)
    return {kind: found for kind, found in kinds.items() if found}


def page() -> str:
    """The page as it should be."""
    kinds = kinds_of_source()
    contents = [
        f"- {kind}: {', '.join(f'[{one.name}](#{one.name})' for one in found)}" for kind, found in kinds.items()
    ]
    parts = [_INTRODUCTION, "## The formats\n\n" + "\n".join(contents) + "\n"]
    for kind, found in kinds.items():
        parts += [f"## {kind}\n", *(_section(loader) for loader in found)]
    return "\n".join(parts)


def _section(loader: Loader) -> str:
    title = loader.title[0].upper() + loader.title[1:]
    return (
        f"### {loader.name}\n\n{title}.\n\n{loader.how_to_export}\n\n"
        f"- Platform: {loader.platform or 'each row says'}\n- Times without a zone: {loader.timezone}\n\n"
        f"```\n{loader.sample}\n```\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
