"""Findings as people left them, and the decisions themselves: verdicts, the second reviewer's approval, what was revealed.

Every decision is one journal entry with a name, a time and, but for approvals, a note. Names are typed, not proven: until
the program has a sign-in every entry says `authenticated: false`.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from evidence.case import Case
from evidence.errors import CaseError
from evidence.keyed import keyed
from evidence.runs import runs
from records.finding import Finding, Json
from records.words import REVIEW_STATES, TRAPS

DECISIONS: Final = ("in_review", "confirmed", "dismissed", "unsure")
"""States a person may set; `new` and `reconfirm` come about by themselves."""
TO_DO: Final = ("new", "reconfirm", "in_review", "unsure")
"""States that wait for a person."""
MOST_WORDS: Final = 4000
"""Characters of a note: a page of text; more belongs into a document of its own."""


def reviewed(case: Case, findings: list[Finding]) -> list[Json]:
    """Each finding's document with `state` and `effective_outcome`, in the order given.

    A verdict belongs to a finding's id, so a later run with the same id keeps it; a finding that supersedes a judged
    one is `reconfirm` until somebody looks again. `deceptive` exists only as a reviewer's confirmation in the journal
    of a finding that meets the gates.
    """
    known = verdicts(case)
    judged = _judged_before(case, findings, known.keys())
    documents = []
    for finding in findings:
        verdict = known.get(finding.id)
        state = verdict["state"] if verdict else "reconfirm" if finding.id in judged else "new"
        documents.append({**finding.to_json(), "state": state, "effective_outcome": effective(finding, verdict)})
    return documents


def verdicts(case: Case) -> dict[str, Json]:
    """Finding id to the newest verdict on it."""
    return {entry["finding"]: entry for entry in case.journal.entries() if entry["kind"] == "verdict"}


def effective(finding: Finding, verdict: Json | None) -> str:
    """The outcome after the journal."""
    if verdict and verdict["state"] == "confirmed" and verdict.get("outcome") == "deceptive":
        return "deceptive" if finding.meets_deceptive else finding.outcome
    return finding.outcome


def approval(case: Case, finding_id: str) -> Json | None:
    """The approval of the newest verdict on a finding by somebody else; None where there is none.

    Read strictly, whatever wrote the journal: a name that is the first reviewer's approves nothing.
    """
    verdict = verdicts(case).get(finding_id)
    if verdict is None:
        return None
    for entry in reversed(case.journal.entries()):
        if entry["kind"] == "approval" and entry["finding"] == finding_id and entry["verdict"] == verdict["hash"]:
            return None if same_person(entry["by"], verdict["by"]) else entry
    return None


def decide(
    case: Case,
    finding: Finding,
    state: str,
    by: str,
    note: str,
    outcome: str | None = None,
    alternatives: Iterable[str] = (),
) -> Json:
    """Journal a verdict (the caller holds the writer lock); returns the entry. Raises CaseError where the rules forbid it.

    `alternatives` are the codes of the other explanations that were weighed; without them the entry names those the
    finding itself lists, and says so.
    """
    if state not in DECISIONS:
        raise CaseError(f"A person can decide {', '.join(DECISIONS)}; {state} is not one of them.")
    name, text = person(by), noted(note)
    if outcome is not None:
        _may_be(finding, state, outcome)
    own = [str(row["code"]) for row in finding.alternatives]
    weighed = list(dict.fromkeys(alternatives))
    if unknown := [code for code in weighed if code not in own and code not in TRAPS]:
        raise CaseError(
            f"{unknown[0]} is no explanation known here; there are {', '.join(dict.fromkeys([*own, *TRAPS]))}."
        )
    return case.journal.append(
        "verdict",
        finding=finding.id,
        run=finding.run,
        state=state,
        outcome=outcome,
        by=name,
        note=text,
        alternatives=weighed or own,
        alternatives_from="reviewer" if weighed else "finding",
        authenticated=False,
    )


def weighed(verdict: Json) -> list[str]:
    """Codes of the other explanations that the reviewer named; none where the entry holds only what the finding lists."""
    named: list[str] = verdict.get("alternatives") or []
    return [] if verdict.get("alternatives_from") == "finding" else named


def _may_be(finding: Finding, state: str, outcome: str) -> None:
    """Raise CaseError where a reviewer may not say `outcome`."""
    if outcome != "deceptive":
        raise CaseError(f"A reviewer can add deceptive alone; {outcome} is for a run to say.")
    if state != "confirmed":
        raise CaseError(f"Only a confirmed finding can be deceptive, not one that is {state}.")
    if not finding.meets_deceptive:
        unmet = ", ".join(finding.unmet) or "its run did not say that the gates are met"
        raise CaseError(f"{finding.id} cannot be called deceptive; gates not met: {unmet}.")


def approve(case: Case, finding: Finding, by: str) -> Json:
    """Journal that a second person agrees with the verdict (the caller holds the writer lock); returns the entry."""
    name = person(by)
    verdict = verdicts(case).get(finding.id)
    if verdict is None or verdict["state"] != "confirmed":
        raise CaseError(f"{finding.id} is not confirmed; `murmur verdict {finding.id} confirmed` comes first.")
    if same_person(name, verdict["by"]):
        raise CaseError(f"{verdict['by']} gave the verdict; another person has to approve it.")
    return case.journal.append("approval", finding=finding.id, verdict=verdict["hash"], by=name, authenticated=False)


def reveal(case: Case, finding: Finding, account: str, by: str, note: str) -> Json:
    """Journal that a person looked at a pseudonymised account of a finding (the caller holds the writer lock).

    The entry names the account by its keyed hash, so that the account can be erased later. Raises CaseError where it is
    no part of the finding.
    """
    name, text = person(by), noted(note)
    if account not in named(finding):
        raise CaseError(f"{account} is not in {finding.id}; write it as PLATFORM:ID of a member, target or bystander.")
    return case.journal.append(
        "reveal", finding=finding.id, account_key=keyed(case, account), by=name, note=text, authenticated=False
    )


def is_revealed(case: Case, finding_id: str, account: str) -> bool:
    """Whether somebody has had this account of the finding shown."""
    shown = {e["account_key"] for e in case.journal.entries() if e["kind"] == "reveal" and e["finding"] == finding_id}
    return bool(shown) and keyed(case, account) in shown


def named(finding: Finding) -> set[str]:
    """Uids of every account a finding names: members, targets, and bystanders in its evidence."""
    found = finding.member_ids() | {f"{target['platform']}:{target['account_id']}" for target in finding.targets}
    waiting: list[Any] = [finding.evidence]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            ids = [node.get(key) for key in ("id", "account_id", "author_id")]
            found |= {f"{node['platform']}:{one}" for one in ids if one is not None and "platform" in node}
        if isinstance(node, dict | list):
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return found


def queue(case: Case, findings: list[Finding]) -> list[Json]:
    """Reviewed documents that wait for a person, in the order given, each with `needs`: verdict, confirm_again, approval."""
    waiting = []
    for finding, document in zip(findings, reviewed(case, findings), strict=True):
        if document["state"] in TO_DO:
            waiting.append({**document, "needs": "confirm_again" if document["state"] == "reconfirm" else "verdict"})
        elif document["effective_outcome"] == "deceptive" and approval(case, finding.id) is None:
            waiting.append({**document, "needs": "approval"})
    return waiting


def finding_of(case: Case, beginning: str) -> Finding:
    """The finding whose id begins with `beginning`, from the newest run that has it; raises CaseError."""
    for run in reversed(runs(case)):
        found = [finding for finding in run.findings() if beginning and finding.id.startswith(beginning)]
        if len(found) > 1:
            raise CaseError(f"More than one finding begins with {beginning}; write more of the id.")
        if found:
            return found[0]
    raise CaseError(f"No finding begins with {beginning}; `murmur findings` lists them.")


def history(case: Case, finding_id: str) -> list[Json]:
    """Every decision on a finding, oldest first."""
    kinds = ("verdict", "approval", "reveal")
    return [e for e in case.journal.entries() if e["kind"] in kinds and e.get("finding") == finding_id]


def person(name: str) -> str:
    """A reviewer's name on one line; raises CaseError where there is none."""
    return _words(name, "--by")


def noted(text: str) -> str:
    """A note on one line; raises CaseError where there is none."""
    return _words(text, "--note")


def same_person(one: str, other: str) -> bool:
    """Whether two names are one however they are typed: width, case, spaces and invisible characters do not tell people
    apart."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    # Cf: joiners and marks of direction, which nobody sees. Cc and Z: spaces of every kind.
    return "".join(letter for letter in text if unicodedata.category(letter)[0] not in "CZ")


def _words(text: str, option: str) -> str:
    # Bytes of a command line that are no UTF-8 could not be stored.
    line = re.sub(r"\s+", " ", text.encode("utf-8", "replace").decode()).strip()
    if not _folded(line):
        raise CaseError(f"{option} is empty; every decision needs a name and a note.")
    if len(line) > MOST_WORDS:
        raise CaseError(f"{option} has more than {MOST_WORDS:,} characters; put the rest into a document of its own.")
    return line


def _judged_before(case: Case, findings: list[Finding], judged: Iterable[str]) -> set[str]:
    """Ids of findings that supersede a judged one, straight or through findings nobody judged in between."""
    known = set(judged)
    if not known or all(finding.supersedes is None for finding in findings):
        return set()
    came_from: dict[str, str] | None = None
    found = set()
    for finding in findings:
        earlier, seen = finding.supersedes, {finding.id}
        while earlier is not None and earlier not in known and earlier not in seen:
            if came_from is None:
                came_from = {f.id: f.supersedes for run in runs(case) for f in run.findings() if f.supersedes}
            seen.add(earlier)
            earlier = came_from.get(earlier)
        if earlier in known:
            found.add(finding.id)
    return found


assert set(DECISIONS) | {"new", "reconfirm"} == set(REVIEW_STATES)
