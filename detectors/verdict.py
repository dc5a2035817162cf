"""What a finding may say of itself: outcome, gates met and unmet, reasons, confidence; read from `Finding.tests` alone.

The one place where tests become words (docs/contract.md section 1). A run never says more than `unexplained`:
`deceptive` is a person's decision, for which every gate must be met.
"""

from typing import Any, Final

from records.finding import NOT_TESTED, Finding, Json
from records.words import GATES

FEWEST: Final = 4
"""No verdict on fewer accounts: two or three who act alike may simply know each other."""
_NOT_COUNTED: Final = ("source", "owner", "target")
_OF_GROUPS: Final = (
    "hijack", "copypasta", "flood", "follower_farm", "repeat", "shift", "echo", "media", "coaction", "operation",
)  # fmt: skip
# Admiralty: nothing the program sees tells how reliable a source is (F); what it tells of the information itself is
# whether independent signs agree (2, probably true), one sign stands alone (3, possibly true), or neither (6).
_GRADES: Final = {True: "F2", False: "F3", None: "F6"}


def decide(finding: Finding) -> Finding:
    """The finding with outcome, meets_deceptive, unmet, reasons, confidence and source grade set; changes it in place."""
    tests = finding.tests
    met = gates(finding)
    explaining = [trap["code"] for trap in tests.get("traps", []) if trap["explains"] and not trap["open"]]
    declared = any(trap["open"] for trap in tests.get("traps", []))
    reasons = [*finding.reasons, *tests.get("reasons", [])]
    group = tests.get("group", {}).get("passed")
    windows = tests.get("synchrony", [])
    if group is None:
        reasons.append(NOT_TESTED)
    else:
        reasons = [reason for reason in reasons if reason != NOT_TESTED]
        if not group or (windows and not any(one["passed"] for one in windows)):
            reasons.append("below_floor")
    if _counted(finding) < FEWEST and finding.detector in _OF_GROUPS:
        reasons.append("too_few_events")
    reasons += [f"explained_by_{code}" for code in explaining]
    stands = not {NOT_TESTED, "below_floor", "too_few_events", "coverage", "no_baseline"} & set(reasons)
    if declared and stands:
        finding.outcome = "open"
    else:
        finding.outcome = "unexplained" if stands and not explaining else "undetermined"
    if finding.outcome != "unexplained":
        met.discard("group_test") if not stands else met.discard("no_trap")
    finding.unmet = [gate for gate in GATES if gate not in met]
    finding.meets_deceptive = not finding.unmet
    if group is not None and len(finding.layers) == 1 and "two_signs" in finding.unmet:
        reasons.append("single_layer")
    if windows and "two_windows" in finding.unmet and any(one["passed"] for one in windows):
        reasons.append("window_dependent")
    finding.reasons = list(dict.fromkeys(reasons))
    independent = "two_signs" in met
    finding.confidence = "low"
    if finding.outcome in ("open", "unexplained"):
        finding.confidence = "high" if independent and "two_windows" in met else "moderate"
    finding.source_grade = _GRADES[independent if finding.outcome == "unexplained" else None]
    return finding


def gates(finding: Finding) -> set[str]:
    """The gates of `meets_deceptive` that a finding's own tests meet."""
    tests = finding.tests
    windows = tests.get("synchrony", [])
    passed = sum(bool(one["passed"]) for one in windows)
    group = bool(tests.get("group", {}).get("passed")) and (passed > 0 or not windows)
    met = {
        "group_test": group,
        "two_signs": len(set(finding.signs)) >= 2,
        "two_windows": passed >= 2,
        "deception_sign": bool(tests.get("deception")),
        "no_trap": not any(trap["explains"] or trap["open"] for trap in tests.get("traps", [])),
    }
    return {gate for gate, holds in met.items() if holds}


def trap(code: str, *, explains: bool, open: bool = False, **evidence: Any) -> Json:
    """One recognised trap as `Finding.tests` holds it."""
    return {"code": code, "explains": explains, "open": open, "evidence": evidence}


def _counted(finding: Finding) -> int:
    return sum(member["role"] not in _NOT_COUNTED for member in finding.members)
