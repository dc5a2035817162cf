"""Stress of one finding: run in a job, kept beside the case's other derived data, read by the command and the screen."""

from pathlib import Path

from app.progress import Progress
from detectors import detectors
from detectors.stress import stress
from evidence.case import Case
from evidence.errors import CaseError
from evidence.files import read_json, write_json
from evidence.runs import find
from records.finding import Finding, Json


def stress_finding(case: Case, finding_id: str, run_id: str | None, reporter: Progress) -> Json:
    """What becomes of a finding when one thing is taken away; computed once. Raises CaseError."""
    run = find(case, run_id)
    found = [finding for finding in run.findings() if finding.id.startswith(finding_id)]
    if len(found) != 1:
        raise CaseError(f"{'No' if not found else 'More than one'} finding of run {run.id} begins with {finding_id}.")
    (finding,) = found
    if finding.detector not in detectors():
        raise CaseError(
            f"{finding.detector} joins other findings; stress each of them: {', '.join(finding.children) or 'none'}."
        )
    known = stressed(case, finding)
    if known is not None:
        return known
    declared = run.meta["detectors"][finding.detector]["parameters"]
    defaults = detectors()[finding.detector].defaults()
    parameters = {name: tuple(value) if isinstance(value, list) else value for name, value in declared.items()}
    records = case.records(memory_mb=2048)
    answer = stress(records, detectors()[finding.detector], {**defaults, **parameters}, finding.seed, finding, reporter)
    records.close()
    path = _path(case, finding)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, answer)
    return answer


def stressed(case: Case, finding: Finding) -> Json | None:
    """The answer for a finding where it was asked for before."""
    path = _path(case, finding)
    return read_json(path) if path.exists() else None


def _path(case: Case, finding: Finding) -> Path:
    return case.path / "derived" / "stress" / f"{finding.run}-{finding.id}.json"
