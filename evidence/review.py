"""Findings as people left them: the run's outcome and the journal's decisions taken together."""

from typing import Any

from evidence.case import Case
from records.finding import Finding


def reviewed(case: Case, findings: list[Finding]) -> list[dict[str, Any]]:
    """Each finding's document with `state` and `effective_outcome`, in the order given.

    A verdict belongs to a finding's id, so a later run with the same id keeps it; a finding that supersedes a judged
    one is `reconfirm` until somebody looks again. `deceptive` exists only as a reviewer's decision in the journal on a
    finding that meets the gates.
    """
    verdicts = {entry["finding"]: entry for entry in case.journal.entries() if entry["kind"] == "verdict"}
    documents = []
    for finding in findings:
        verdict = verdicts.get(finding.id)
        state = verdict["state"] if verdict else "reconfirm" if finding.supersedes in verdicts else "new"
        decided = verdict.get("outcome") if verdict else None
        outcome = decided if decided == "deceptive" and finding.meets_deceptive else finding.outcome
        documents.append({**finding.to_json(), "state": state, "effective_outcome": outcome})
    return documents
