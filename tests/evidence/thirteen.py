"""The example case's files as tests read them: rows of its tables as text, its findings as documents."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[2] / "examples" / "thirteen"
Row = dict[str, Any]


def table(name: str) -> list[Row]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def findings(name: str = "findings") -> list[Row]:
    found: list[Row] = json.loads((HERE / f"{name}.json").read_bytes())
    return found


BY_DETECTOR = {finding["detector"]: finding for finding in findings()}
POSTS = {(row["platform"], row["post_id"]): row for row in table("posts")}
ACCOUNTS = {(row["platform"], row["account_id"]): row for row in table("accounts")}


def evidence(detector: str) -> Row:
    found: Row = BY_DETECTOR[detector]["evidence"]
    return found


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def rows_of(refs: list[Row]) -> list[Row]:
    return [POSTS[ref["platform"], ref["post_id"]] for ref in refs]


def objects(node: Any) -> Iterator[Row]:
    """Every object inside a document."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from objects(item)
