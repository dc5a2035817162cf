"""A finding: what a detector says, of whom, on what evidence, and what it cannot say (docs/contract.md section 3)."""

import hashlib
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final

import orjson

Json = dict[str, Any]
NOT_TESTED: Final = "not_tested"


def instant(at: object) -> str:
    """A moment as findings write it: ISO 8601 in UTC with Z. `at` is a datetime, which no cell of a frame says of itself."""
    assert isinstance(at, datetime)
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(slots=True, kw_only=True)
class Finding:
    """One finding of one run. Stored findings hold codes and numbers; sentences are rendered from them."""

    detector: str
    detector_version: str
    title_code: str
    """Such as `copypasta.families`; views.sentences turns it into English or French with the numbers here."""
    score: float
    """Rank within the case, larger is more worth reading; not a probability."""
    members: list[Json]
    """{platform, id, kind, role, score, action} each."""
    posts: list[Json]
    """{platform, post_id} each: the evidence."""
    parameters: Json
    evidence: Json
    """Typed by detector: docs/schemas/evidence-DETECTOR.schema.json."""
    outcome: str = "undetermined"
    meets_deceptive: bool = False
    unmet: list[str] = field(
        default_factory=lambda: ["group_test", "two_signs", "two_windows", "deception_sign", "no_trap"]
    )
    reasons: list[str] = field(default_factory=lambda: [NOT_TESTED])
    likelihood: str | None = None
    confidence: str = "low"
    source_grade: str = "F6"
    targets: list[Json] = field(default_factory=list)
    """{platform, account_id, name} each."""
    first_seen: str | None = None
    """ISO 8601, UTC."""
    last_seen: str | None = None
    layers: list[str] = field(default_factory=list)
    windows: list[Json] = field(default_factory=list)
    """{window_seconds, observed, expected, p, q} each; expected, p and q null where not tested."""
    observed: float | None = None
    expected: float | None = None
    comparison: Json = field(default_factory=dict)
    """{population, size}: compared with what."""
    expected_false_flags: float | None = None
    signs: list[str] = field(default_factory=list)
    tests: Json = field(default_factory=dict)
    """What was tested and what came of it; the outcome is read from it alone (docs/verdicts.md).

    `group`: {passed (None: could not be tested), p, q, statistic, draws, method}; `synchrony`: list of {window_seconds,
    observed, expected, p, passed}; `deception`: list of {code, evidence}, with codes hijack, place_conflict,
    fake_persona, farm, hidden_sponsor; `traps`: list of {code, explains, open, evidence}, `explains` where the trap is
    enough to explain the finding, `open` where it shows that the coordination is declared; `reasons`: codes of what
    keeps it undetermined.
    """
    alternatives: list[Json] = field(default_factory=list)
    """{code, for: [..], against: [..]} each."""
    disarm: list[str] = field(default_factory=list)
    supersedes: str | None = None
    children: list[str] = field(default_factory=list)
    input_hash: str = ""
    seed: int = 0
    run: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            self.id = finding_id(self.detector, self.detector_version, self.parameters, self.evidence_ids())

    def evidence_ids(self) -> list[str]:
        """What the id is made of: members and posts, without numbers that could differ by machine."""
        members = [f"m:{member['platform']}:{member['id']}" for member in self.members]
        return sorted(members + [f"p:{post['platform']}:{post['post_id']}" for post in self.posts])

    def member_ids(self) -> set[str]:
        return {f"{member['platform']}:{member['id']}" for member in self.members}

    def to_json(self) -> Json:
        return asdict(self)


def finding_id(detector: str, version: str, parameters: Json, evidence_ids: list[str]) -> str:
    """Sixteen hex digits: the same input gives the same id on every machine, in any order of rows."""
    document = [detector, version, parameters, sorted(evidence_ids)]
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def from_json(document: Json) -> Finding:
    """The finding a stored document describes; fields of later versions are left aside."""
    known = {item.name for item in fields(Finding)}
    return Finding(**{name: value for name, value in document.items() if name in known})
