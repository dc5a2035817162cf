"""Which findings and which of their members may leave the case for one receiver, what is asked, and why: the rules alone.

`none` and `undetermined` never leave. `unexplained` leaves with the request to investigate. Removal stands only on a
finding that a named reviewer confirmed as deceptive and a second person approved; never for a possible victim.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from evidence.case import Case
from evidence.errors import CaseError
from evidence.keyed import keyed
from evidence.review import approval, effective, finding_of, verdicts
from evidence.runs import latest
from records.finding import Finding, Json
from records.words import ACTIONS
from referrals.base import AUTHORITY, Receiver

REFERABLE: Final = ("open", "unexplained", "deceptive")
Shown = Callable[[str, Sequence[str]], bool]
VICTIM: Final = "possible_victim"
# A watched person or page may itself be what somebody bought followers for; it is never asked to be labelled or removed.
_MOST: Final = {"target": "investigate"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A finding that may leave, with the decisions it rests on."""

    finding: Finding
    outcome: str
    verdict: Json
    approval: Json | None

    @property
    def removal(self) -> bool:
        return self.outcome == "deceptive" and self.approval is not None

    @property
    def basis(self) -> Json:
        """The newest decision: the approval where there is one, else the verdict."""
        return self.approval or self.verdict


@dataclass(frozen=True, slots=True)
class Row:
    """A member of the chosen findings: what becomes of it, and why."""

    platform: str
    id: str
    kind: str
    roles: tuple[str, ...]
    place: str
    """`asset`, `victim`, or `out` for one that does not leave."""
    action: str
    why: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def uid(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What would leave for a receiver, and what would not."""

    findings: tuple[Chosen, ...]
    rows: tuple[Row, ...]
    """In the order of their uids."""
    left: tuple[tuple[str, str], ...]
    """Findings that do not leave: (id, why)."""

    def placed(self, place: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.place == place)


def choose(case: Case, receiver: Receiver, wanted: Sequence[str] = ()) -> Choice:
    """The findings named by `wanted`, or all confirmed ones of the newest run, as they may leave for `receiver`.

    Raises CaseError where a wanted finding may not leave, and where the journal was changed.
    """
    if problems := case.journal.problems():
        raise CaseError(f"Nothing may be referred from this case: {problems[0]} `murmur verify` says more.")
    known = verdicts(case)
    run = latest(case)
    candidates = [finding_of(case, one) for one in wanted] if wanted else run.findings() if run else []
    chosen, left = [], []
    for finding in sorted({finding.id: finding for finding in candidates}.values(), key=lambda finding: finding.id):
        verdict = known.get(finding.id)
        reason = _not_referable(finding, verdict, receiver)
        if reason and wanted:
            raise CaseError(f"{finding.id} cannot be referred: {reason}.")
        if reason or verdict is None:
            left.append((finding.id, reason or "not confirmed"))
        else:
            chosen.append(Chosen(finding, effective(finding, verdict), verdict, approval(case, finding.id)))
    victims = _victims(case, [one.finding for one in chosen], known)
    rows = _rows(case, receiver, chosen, victims)
    return Choice(tuple(chosen), tuple(rows), tuple(left))


def _not_referable(finding: Finding, verdict: Json | None, receiver: Receiver) -> str:
    """Why a finding may not leave; "" where it may."""
    if verdict is None or verdict["state"] != "confirmed":
        return "nobody has confirmed it" if verdict is None else f"its state is {verdict['state']}, not confirmed"
    outcome = effective(finding, verdict)
    if outcome not in REFERABLE:
        return f"its outcome is {outcome}, which is never referred"
    if receiver.code != AUTHORITY and all(member["platform"] != receiver.code for member in finding.members):
        return f"it has no member on {receiver.name}"
    return ""


def _victims(case: Case, chosen: list[Finding], known: dict[str, Json]) -> set[str]:
    """Uids of possible victims in any finding nobody dismissed: one place that says so is enough."""
    run = latest(case)
    findings = [*chosen, *(run.findings() if run else [])]
    return {
        f"{member['platform']}:{member['id']}"
        for finding in findings
        if known.get(finding.id, {}).get("state") != "dismissed"
        for member in finding.members
        if member["role"] == VICTIM or member["action"] == "secure_and_restore"
    }


def _rows(case: Case, receiver: Receiver, chosen: list[Chosen], victims: set[str]) -> list[Row]:
    seen: dict[str, list[tuple[Chosen, Json]]] = {}
    for one in chosen:
        for member in one.finding.members:
            seen.setdefault(f"{member['platform']}:{member['id']}", []).append((one, member))
    revealed = _shown(case)
    return [_row(revealed, receiver, uid, parts, uid in victims) for uid, parts in sorted(seen.items())]


def _shown(case: Case) -> Shown:
    """Whether somebody has had an account of one of these findings shown; the journal is read once."""
    entries = [entry for entry in case.journal.entries() if entry["kind"] == "reveal"]
    keys = {(entry["finding"], entry["account_key"]) for entry in entries}

    def shown(uid: str, findings: Sequence[str]) -> bool:
        return bool(keys) and any((one, keyed(case, uid)) in keys for one in findings)

    return shown


def _row(revealed: Shown, receiver: Receiver, uid: str, parts: list[tuple[Chosen, Json]], victim: bool) -> Row:
    member = parts[0][1]
    judged = [asked(one, member) for one, member in parts]
    place, action, why = "asset", max((action for action, _ in judged), key=ACTIONS.index), [why for _, why in judged]
    findings = tuple(one.finding.id for one, _ in parts)
    if receiver.code not in (AUTHORITY, member["platform"]):
        place, action, why = "out", "none", [f"on {member['platform']}: each platform reads its own data alone"]
    elif victim and receiver.code == AUTHORITY and not revealed(uid, findings):
        place, action, why = "out", "none", ["possible victim: only the platform can secure the account"]
    elif victim:
        place, action = "victim", "secure_and_restore"
        why = [f"{one}: the owner may have lost the account; never removal" for one in findings]
    elif action == "none":
        place = "out"
    return Row(
        member["platform"],
        str(member["id"]),
        str(member["kind"]),
        tuple(sorted({str(member["role"]) for _, member in parts})),
        place,
        action,
        tuple(dict.fromkeys(why)),
        findings,
    )


def asked(one: Chosen, member: Json) -> tuple[str, str]:
    """What may be asked for a member that is no possible victim, on the strength of one finding, and why."""
    wish, role, finding = str(member["action"]), str(member["role"]), one.finding.id
    if wish == "none":
        return "none", f"{finding}: {role}, nothing is asked"
    if one.outcome == "open":
        action, because = ("label" if wish == "label" else "none"), "openly coordinated: a label at most"
    elif one.outcome == "unexplained":
        action, because = "investigate", "coordinated beyond chance, authenticity unknown: to be investigated"
    elif one.outcome == "deceptive" and (wish != "remove" or one.removal):
        action, because = wish, "confirmed as deceptive" + (" by two reviewers" if one.approval else "")
    else:
        action, because = "investigate", "confirmed as deceptive by one reviewer: removal needs a second"
    most = _MOST.get(role)
    if most and ACTIONS.index(action) > ACTIONS.index(most):
        action, because = most, f"{because}; no more than that for a {role}"
    return action, f"{finding}: {role}, {because}"
