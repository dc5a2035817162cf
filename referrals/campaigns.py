"""Memory: confirmed findings as `campaigns` rows, which any case loads like other records."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from evidence.case import Case
from evidence.errors import CaseError
from evidence.review import effective, verdicts
from evidence.runs import latest
from records.finding import Finding, Json
from referrals.choose import VICTIM
from views.sentences import title

COLUMNS: Final = ("campaign", "indicator_kind", "indicator", "platform", "confirmed_by", "date")
OUTCOMES: Final = ("unexplained", "deceptive")
"""What is remembered as an operation; open coordination is nobody's record."""
_NOT_PART: Final = (VICTIM, "target", "source", "owner")
"""Roles whose accounts an operation used or copied from, without their being a part of it."""


def export(case: Case, path: Path) -> dict[str, Any]:
    """Write the confirmed findings of the newest run to `path`; returns {file, campaigns, rows}.

    Accounts without possible victims, watched people and sources; texts and pictures that were repeated; links that
    nobody else shared. Raises CaseError where nothing is confirmed.
    """
    known = verdicts(case)
    run = latest(case)
    rows: list[tuple[str, ...]] = []
    campaigns = 0
    for finding in run.findings() if run else []:
        verdict = known.get(finding.id)
        if verdict and verdict["state"] == "confirmed" and effective(finding, verdict) in OUTCOMES:
            told = list(dict.fromkeys(_rows(finding, verdict)))
            rows += told
            campaigns += bool(told)
    if not rows:
        raise CaseError(
            "No confirmed finding names anything to remember; `murmur queue` shows what waits for a verdict."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        # As `murmur export` writes: every text as it is, for `murmur load`. What leaves in a pack is made safe to open.
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([COLUMNS, *rows])
    return {"file": str(path), "campaigns": campaigns, "rows": len(rows)}


def _rows(finding: Finding, verdict: Json) -> Iterator[tuple[str, ...]]:
    # The id makes two operations with one title two; a title alone may also change with the program's language.
    name = f"{title(finding)} ({finding.id})"
    for kind, indicator, platform in _indicators(finding):
        yield name, kind, indicator, platform, str(verdict["by"]), str(verdict["at"])


def _indicators(finding: Finding) -> Iterator[tuple[str, str, str]]:
    for member in finding.members:
        if member["role"] not in _NOT_PART and member["action"] != "secure_and_restore":
            # A page and an outlet are accounts of their platform to whoever compares indicators.
            yield "account", str(member["id"]), str(member["platform"])
    evidence = finding.evidence
    for family in [*(evidence.get("families") or []), *(evidence.get("texts") or [])]:
        if family.get("text"):
            yield "text", str(family["text"]), ""
    for picture in evidence.get("media") or []:
        if picture.get("media_hash"):
            yield "media_hash", str(picture["media_hash"]), ""
    for layer in evidence.get("layers") or []:
        if isinstance(layer, dict) and layer.get("layer") == "link":
            for shared in layer.get("objects") or []:
                if shared["accounts_in_data"] <= shared["accounts"]:
                    yield "url", str(shared["object"]), ""
