"""Tables of accounts, posts and findings that a spreadsheet opens without running anything in them."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from referrals.base import STEM, Asset, Format, Pack, flat, nothing

# What a spreadsheet may take for the beginning of a formula, or for the end of the cell before it.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
PREFIX: Final = "'"
"""Spreadsheets show what follows an apostrophe as text; a reader of the file takes it off again with `plain`."""

ASSETS: Final = (
    "request", "platform", "kind", "id", "id_is_permanent", "handle", "handles_before", "url", "url_from", "display_name",
    "description", "created_at", "first_seen", "last_seen", "posts_seen", "followers", "followers_at", "roles", "why",
    "findings", "source_sha256", "source_line",
)  # fmt: skip
POSTS: Final = (
    "platform", "post_id", "author_id", "created_at", "precision", "text", "url", "url_from", "findings", "source_sha256",
    "source_line",
)  # fmt: skip
FINDINGS: Final = (
    "finding", "detector", "outcome", "title", "says", "confidence", "first_seen", "last_seen", "observed", "expected",
    "disarm", "confirmed_by", "confirmed_at", "approved_by", "approved_at", "unknown",
)  # fmt: skip


def safe(value: Any) -> str:
    """`value` as a cell no spreadsheet calculates.

    Judged after NFKC, because some programs normalise first: a full-width equals sign is then an equals sign. Spaces and
    invisible characters before the sign do not help it; the text itself stays as it was, but for NUL, which CSV cannot hold.
    """
    text = "" if value is None else str(value)
    shown = unicodedata.normalize("NFKC", text)
    bare = shown.lstrip(" \u200b\u200c\u200d\u2060\ufeff")
    # An apostrophe of the text's own is prefixed too, so that taking one off gives every text back.
    if shown.startswith((*DANGEROUS, PREFIX)) or bare.startswith(DANGEROUS):
        text = PREFIX + text
    return text.replace("\0", "\ufffd")


def plain(cell: str) -> str:
    """What `safe` was given, but for NUL."""
    return cell.removeprefix(PREFIX)


def table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """A CSV file with every cell safe and quoted, in UTF-8 with the mark by which spreadsheets know it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe(value) for value in row])
    return path


def _asset(asset: Asset) -> list[Any]:
    before = flat(f"{h['handle']} ({h['observed_at']})" for h in asset.handles_before)
    return [
        asset.action, asset.platform, asset.kind, asset.id, "yes" if asset.persistent else "no", asset.handle, before,
        asset.url, asset.url_from, asset.display_name, asset.description, asset.created_at, asset.first_seen,
        asset.last_seen, asset.posts_seen, asset.followers, asset.followers_at, flat(asset.roles), flat(asset.why),
        flat(asset.findings), asset.source_sha256, asset.source_line,
    ]  # fmt: skip


def write(pack: Pack, folder: Path) -> list[Path]:
    """Accounts, possible victims apart from them, posts, findings; a table without rows is not written."""
    posts = (
        [p.platform, p.post_id, p.author_id, p.created_at, p.precision, p.text, p.url, p.url_from, flat(p.findings),
         p.source_sha256, p.source_line]
        for p in pack.posts
    )  # fmt: skip
    findings = (
        [c.finding.id, c.finding.detector, c.outcome, c.title, c.says, c.finding.confidence, c.finding.first_seen,
         c.finding.last_seen, c.finding.observed, c.finding.expected, flat(c.finding.disarm), c.verdict["by"],
         c.verdict["at"], *((c.approval["by"], c.approval["at"]) if c.approval else (None, None)),
         flat(row["what"] for row in c.unknown)]
        for c in pack.claims
    )  # fmt: skip
    written = []
    if pack.assets:
        written.append(table(folder / f"{STEM}-accounts.csv", ASSETS, map(_asset, pack.assets)))
    if pack.victims:
        written.append(table(folder / f"{STEM}-possible-victims.csv", ASSETS, map(_asset, pack.victims)))
    if pack.posts:
        written.append(table(folder / f"{STEM}-posts.csv", POSTS, posts))
    written.append(table(folder / f"{STEM}-findings.csv", FINDINGS, findings))
    return written


FORMAT: Final = Format(
    name="csv",
    title="tables of accounts, possible victims, posts and findings, safe to open in a spreadsheet",
    suffix=".csv",
    write=write,
    lacks=nothing,
)
