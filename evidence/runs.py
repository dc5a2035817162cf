"""Runs: what one detection found, whole and unchangeable, with the input and parameters that explain it."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from evidence.case import Case
from evidence.errors import CaseError
from evidence.files import publish, read_json, remove, write_json
from records.finding import Finding, from_json
from records.words import OUTCOMES

# From this overlap of members on, a later finding is the earlier one seen again (docs/contract.md section 3).
SAME_MEMBERS = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """One stored run."""

    id: str
    path: Path
    meta: dict[str, Any]
    """number, created, input_hash, detectors {name: {version, parameters}}, seed, libraries {name: version}, notes, counts."""

    def findings(self) -> list[Finding]:
        """The findings, ranked."""
        lines = (self.path / "findings.ndjson").read_bytes().splitlines()
        return [from_json(orjson.loads(line)) for line in lines]

    def table(self, name: str) -> pl.DataFrame:
        """One of the tables in detectors.base.OUTPUTS, with the run's rows."""
        return pl.read_parquet(self.path / f"{name}.parquet")


def runs(case: Case) -> list[Run]:
    """Every run, oldest first."""
    metas = [(path.parent, read_json(path)) for path in (case.path / "runs").glob("*/run.json")]
    return [Run(meta["id"], path, meta) for path, meta in sorted(metas, key=lambda item: item[1]["number"])]


def latest(case: Case) -> Run | None:
    """The newest run, or None before the first."""
    known = runs(case)
    return known[-1] if known else None


def find(case: Case, run_id: str | None) -> Run:
    """The run whose id begins with `run_id`, or the newest; raises CaseError where there is none or more than one."""
    known = runs(case)
    if not known:
        raise CaseError(f"There is no run in {case.path} yet; `murmur detect` makes one.")
    if run_id is None:
        return known[-1]
    found = [run for run in known if run.id.startswith(run_id)]
    if len(found) != 1:
        names = ", ".join(run.id for run in known[-5:])
        raise CaseError(f"{'No' if not found else 'More than one'} run begins with {run_id}; the newest are {names}.")
    return found[0]


def run_id(input_hash: str, detectors: Mapping[str, Any], seed: int, libraries: Mapping[str, str]) -> str:
    """Twelve hex digits that name a run by what went into it: the same question twice is the same run.

    `libraries` are names and versions of what languages and places were derived with: another may derive others.
    """
    document = orjson.dumps([input_hash, dict(detectors), seed, dict(libraries)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(document).hexdigest()[:12]


def store(
    case: Case,
    findings: list[Finding],
    tables: Mapping[str, pl.DataFrame],
    *,
    detectors: Mapping[str, Any],
    seed: int,
    notes: Mapping[str, Any],
    libraries: Mapping[str, str] | None = None,
) -> Run:
    """Write a run under the case's writer lock (the caller holds it) and journal it.

    `detectors` maps names to {version, parameters}, `libraries` what the records were derived with to its version; None
    where nothing was derived. A run with the same input, detectors, seed and libraries is returned as it is.
    """
    known = runs(case)
    identity = run_id(case.input_hash(), detectors, seed, libraries or {})
    for run in known:
        if run.id == identity:
            return run
    ranked = sorted(findings, key=_rank)
    for finding in ranked:
        finding.run, finding.input_hash, finding.seed = identity, case.input_hash(), seed
        finding.supersedes = finding.supersedes or _superseded(finding, known)
    pending = case.path / "runs" / f".pending-{os.getpid()}"
    remove(pending)
    pending.mkdir(parents=True)
    lines = [orjson.dumps(finding.to_json(), option=orjson.OPT_SORT_KEYS) + b"\n" for finding in ranked]
    (pending / "findings.ndjson").write_bytes(b"".join(lines))
    for name, frame in tables.items():
        frame.write_parquet(pending / f"{name}.parquet")
    meta = {
        "id": identity,
        "number": len(known) + 1,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "input_hash": case.input_hash(),
        "detectors": dict(detectors),
        "seed": seed,
        "libraries": dict(libraries or {}),
        "notes": dict(notes),
        "counts": {"findings": len(ranked), **{name: frame.height for name, frame in tables.items()}},
    }
    write_json(pending / "run.json", meta)
    seal = publish(pending, case.path / "runs" / identity)
    case.journal.append("run", name=identity, seal=seal)
    return Run(identity, case.path / "runs" / identity, meta)


def _rank(finding: Finding) -> tuple[bool, int, float, str]:
    """What most can be said of first; a score compares findings of which the same can be said."""
    return (not finding.meets_deceptive, -OUTCOMES.index(finding.outcome), -finding.score, finding.id)


def _superseded(finding: Finding, earlier: list[Run]) -> str | None:
    """The id of the finding this one replaces, looked for in the newest run in which its detector took part."""
    for run in reversed(earlier):
        if finding.detector not in run.meta["detectors"]:
            continue
        members = finding.member_ids()
        best: tuple[float, str] | None = None
        for other in run.findings():
            if other.detector != finding.detector:
                continue
            theirs = other.member_ids()
            union = len(members | theirs)
            share = len(members & theirs) / union if union else 0.0
            if share >= SAME_MEMBERS and (best is None or (share, other.id) > best):
                best = (share, other.id)
        return best[1] if best is not None and best[1] != finding.id else None
    return None


def diff(older: Run, newer: Run) -> dict[str, list[str]]:
    """Finding ids that are new, gone, kept and superseded between two runs."""
    before = {finding.id: finding for finding in older.findings()}
    after = {finding.id: finding for finding in newer.findings()}
    superseded = {str(finding.supersedes) for finding in after.values() if finding.supersedes}
    return {
        "new": sorted(i for i, finding in after.items() if i not in before and finding.supersedes not in before),
        "changed": sorted(i for i, finding in after.items() if i not in before and finding.supersedes in before),
        "kept": sorted(before.keys() & after.keys()),
        "gone": sorted(i for i in before if i not in after and i not in superseded),
    }
