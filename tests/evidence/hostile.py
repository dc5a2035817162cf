"""The example case again with every text field full of what must never run, link, calculate or turn around.

`write` gives files for the `tables` loader, `documents` the findings, `build` the case. A page that runs any of it sets
`window.hostile`; a request to HOST is a leak; a cell that begins with one of FORMULA calculates.
"""

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from evidence.case import Case
from examples.thirteen.case import build as build_case
from records.tables import TABLES, Table
from tests.evidence.thirteen import Row, findings, table

HOST: Final = "attacker.example"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

PAYLOADS: Final = (
    "<script>window.hostile=1</script>",
    f'"><img src="https://{HOST}/p.png" onerror="window.hostile=1">',
    "'><svg onload=window.hostile=1>",
    f'<a href="https://{HOST}/login">your account</a>',
    '<a href="javascript:window.hostile=1">more</a>',
    "</script></style></textarea></title><iframe srcdoc='<script>parent.hostile=1</script>'>",
    f"[read]({HOST}) ![p](https://{HOST}/m.png) [x](javascript:window.hostile=1)",
    f'=HYPERLINK("https://{HOST}/f","open")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "＝1+1",
    "\u202egpj.exe \u2066\u202dleft\u2069 \u200f",
    "bell \x07 escape \x1b[31m delete \x7f line\u2028paragraph\u2029",
    "{{7*7}} ${7*7} {% import os %} %s %n {0.__class__}",
    "'}) DETACH DELETE n // \" OR 1=1; DROP TABLE posts; --",
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "e\u0301\u0327\u0336" * 40,
    "👩\u200d👩\u200d👧\ufe0f" * 20,
    "x" * 5_000,
    "a,b;c|d\n\"quoted\" 'too' \\ back",
)
# Columns of text that are no id, word, hash, time or path; list columns get a list of payloads.
TEXT: Final = frozenset(
    ("handle", "display_name", "description", "location", "client", "text", "title", "name", "role", "party", "source",
     "object_name", "campaign", "confirmed_by", "subject", "query", "language", "domain", "country", "hashtags", "mentions")
)  # fmt: skip
LINKS: Final = frozenset(("url", "profile_url", "urls"))
# The same in findings' evidence, beside the names of targets.
EVIDENCE: Final = frozenset(
    ("text", "before", "after", "claimed", "known", "phrase", "names", "name", "campaign", "confirmed_by", "object_name",
     "a", "b")
)  # fmt: skip
NUL_TABLES: Final = ("accounts", "posts")


def write(folder: Path) -> dict[str, int]:
    """The thirteen CSV files with hostile text; returns how many rows of each table hold a NUL and must be refused."""
    nuls = {}
    for name in TABLES:
        rows = list(_hostile(TABLES[name], table(name)))
        if name in NUL_TABLES:
            rows.append({**rows[-1], _key(TABLES[name]): "nul-row", _text(TABLES[name]): "a\0b"})
            nuls[name] = 1
        columns = [column.name for column in TABLES[name].columns if any(row.get(column.name) for row in rows)]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return nuls


def documents() -> list[Row]:
    """The thirteen findings, valid and with their ids, their free text hostile."""
    payloads = itertools.cycle(PAYLOADS)
    return [_poisoned(finding, payloads) for finding in findings()]


def build(folder: Path, files: Path) -> Case:
    """A case in `folder` of the hostile files written to `files`, with the hostile findings as its run."""
    write(files)
    return build_case(folder, files, documents())


def _hostile(declared: Table, rows: list[Row]) -> Iterator[Row]:
    payloads = itertools.cycle(PAYLOADS)
    for row in rows:
        changed = dict(row)
        for column in declared.columns:
            if column.name in LINKS:
                changed[column.name] = "javascript:window.hostile=1"
            elif column.name in TEXT and not column.words and column.name not in declared.key:
                payload = next(payloads)
                changed[column.name] = f"|{payload}" if column.kind == "list" else payload
        yield changed


def _key(declared: Table) -> str:
    return "post_id" if "post_id" in declared.key else "account_id"


def _text(declared: Table) -> str:
    return next(column.name for column in declared.columns if column.name in TEXT)


def _poisoned(node: Any, payloads: Iterator[str]) -> Any:
    if isinstance(node, list):
        return [_poisoned(item, payloads) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: next(payloads) if key in EVIDENCE and isinstance(value, str) else _poisoned(value, payloads)
        for key, value in node.items()
    }
