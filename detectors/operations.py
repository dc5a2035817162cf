"""Operations: findings of several kinds about the same accounts, joined, with the signs that are independent of each other.

A sign counts once, and only by posts or acts no other sign rests on: copies share their links, tags and pictures by
construction. What each finding cannot say, the operation cannot say either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from detectors import verdict
from records.finding import Finding, Json

# Two findings are about the same accounts when at least half of the smaller one's accounts, and as many as a verdict
# needs, are in the other.
_SAME: Final = 0.5
# Signs that rest on acts other than posts.
_OTHER_ACTS: Final = ("follow", "wake", "persona", "ownership", "place")
_POSTS: Final = 2_000
# What somebody was in one finding outweighs what they were in another, in this order: a victim stays a victim.
_ROLES: Final = (
    "possible_victim", "target", "owner", "source", "seeder", "copier", "commenter", "amplifier", "follower",
)  # fmt: skip
_SETTLED_BY: Final = {
    "coverage": "complete_timelines",
    "no_baseline": "longer_history",
    "time_precision": "exact_times",
    "order_unknown": "exact_times",
    "below_floor": "more_posts",
    "single_layer": "other_acts",
    "window_dependent": "exact_times",
    "two_signs": "other_acts",
    "two_windows": "exact_times",
    "deception_sign": "account_histories",
}


def join(findings: Sequence[Finding], posts: Mapping[str, frozenset[str]]) -> list[Finding]:
    """One finding for each operation of at least two of `findings`, decided, best first.

    `posts` holds the uids of all posts of the findings that list only some.
    """
    # What gives no sign (hours alone) is told beside an operation, never counted in it.
    usable = [finding for finding in findings if finding.outcome in ("unexplained", "open") and finding.signs]
    usable.sort(key=lambda finding: (-finding.score, finding.id))
    accounts = {finding.id: _accounts(finding) for finding in usable}
    parts: list[list[Finding]] = []
    for finding in usable:
        near = [part for part in parts if any(_same(accounts[finding.id], accounts[one.id]) for one in part)]
        joined = [finding, *(one for part in near for one in part)]
        parts = [part for part in parts if part not in near]
        parts.append(joined)
    made = [_operation(sorted(part, key=lambda one: (-one.score, one.id)), posts) for part in parts if _several(part)]
    return sorted(made, key=lambda finding: (-finding.score, finding.id))


def _several(part: list[Finding]) -> bool:
    """Findings of one detector only are one story told twice."""
    return len({finding.detector for finding in part}) > 1


def _accounts(finding: Finding) -> frozenset[str]:
    return frozenset(
        f"{member['platform']}:{member['id']}"
        for member in finding.members
        if member["role"] not in ("target", "owner", "source")
    )


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common >= verdict.FEWEST and common >= _SAME * min(len(one), len(other))


def _operation(part: list[Finding], all_posts: Mapping[str, frozenset[str]]) -> Finding:
    independent, dependent = _signs(part, all_posts)
    members = _members(part)
    posts = list({(post["platform"], post["post_id"]): post for one in part for post in one.posts}.values())
    best = max(
        part, key=lambda one: (sum(bool(row["passed"]) for row in one.tests.get("synchrony", [])), one.score, one.id)
    )
    reasons = sorted({reason for one in part for reason in one.reasons} - {"single_layer", "window_dependent"})
    made = Finding(
        detector="operation",
        detector_version="1",
        title_code="operation.joined",
        score=round(sum(one.score for one in part), 3),
        members=members,
        posts=posts[:_POSTS],
        parameters={"detectors": sorted({one.detector for one in part})},
        evidence={},
        reasons=[],
        targets=list({(row["platform"], row["account_id"]): row for one in part for row in one.targets}.values()),
        first_seen=min((one.first_seen for one in part if one.first_seen), default=None),
        last_seen=max((one.last_seen for one in part if one.last_seen), default=None),
        layers=list(dict.fromkeys(layer for one in part for layer in one.layers)),
        windows=best.windows,
        comparison={"population": "findings_of_the_run", "size": len(part)},
        # Whoever is in it by chance must be in each of its findings by chance.
        expected_false_flags=min(
            (n for n in (one.expected_false_flags for one in part) if n is not None), default=None
        ),
        signs=[sign["sign"] for sign in independent],
        tests={
            "group": best.tests.get("group", {"passed": None, "method": "none"}),
            "synchrony": best.tests.get("synchrony", []),
            "deception": _unique(one for finding in part for one in finding.tests.get("deception", [])),
            "traps": _unique(one for finding in part for one in finding.tests.get("traps", [])),
            "reasons": [],
        },
        alternatives=_alternatives(part),
        disarm=sorted({technique for one in part for technique in one.disarm}),
        children=[one.id for one in part],
        seed=best.seed,
    )
    verdict.decide(made)
    made.evidence = {
        "findings": [
            {"finding": one.id, "detector": one.detector, "outcome": one.outcome, "accounts": len(_accounts(one))}
            for one in part
        ],
        "independent": independent,
        "dependent": dependent,
        "not_determined": reasons,
        "would_settle": sorted({_SETTLED_BY[code] for code in [*reasons, *made.unmet] if code in _SETTLED_BY}),
        "posts_total": len(posts),
    }
    return made


def _signs(part: list[Finding], all_posts: Mapping[str, frozenset[str]]) -> tuple[list[Json], list[Json]]:
    """Signs that stand on their own, and those whose posts another one rests on already; the strongest finding first."""
    independent: list[Json] = []
    dependent: list[Json] = []
    taken: list[tuple[str, Finding, frozenset[str]]] = []
    for finding in part:
        listed = frozenset(f"{post['platform']}:{post['post_id']}" for post in finding.posts)
        posts = all_posts.get(finding.id, listed)
        # The signs of one finding are independent of each other: its detector has seen to that.
        clash = sorted(
            {sign for sign, other, theirs in taken if other is not finding and 2 * len(posts & theirs) > len(posts)}
        )
        for sign in finding.signs:
            if sign in [one["sign"] for one in independent]:
                continue
            if clash and sign not in _OTHER_ACTS:
                dependent.append(_sign(sign, finding, clash))
                continue
            if sign not in _OTHER_ACTS:
                taken.append((sign, finding, posts))
            independent.append(_sign(sign, finding, []))
    return independent, dependent


def _sign(sign: str, finding: Finding, counted_with: list[str]) -> Json:
    """One sign with the numbers of the finding it comes from; a finding counts its first sign."""
    own = sign == finding.signs[0]
    return {
        "sign": sign,
        "finding": finding.id,
        "counted_with": counted_with,
        "observed": finding.observed if own else None,
        "expected": finding.expected if own else None,
        "windows": [one["window_seconds"] for one in finding.tests.get("synchrony", []) if own and one["passed"]],
    }


def _members(part: list[Finding]) -> list[Json]:
    rows: dict[str, list[Json]] = defaultdict(list)
    for finding in part:
        for member in finding.members:
            rows[f"{member['platform']}:{member['id']}"].append(member)
    made = []
    for _, found in sorted(rows.items()):
        first = min(found, key=lambda member: _ROLES.index(member["role"]))
        made.append({**first, "score": max(float(member["score"]) for member in found)})
    return sorted(made, key=lambda member: (-member["score"], member["platform"], member["id"]))


def _alternatives(part: list[Finding]) -> list[Json]:
    """Each alternative once, with what every finding has for and against it."""
    made: dict[str, Json] = {}
    for finding in part:
        for alternative in finding.alternatives:
            row = made.setdefault(alternative["code"], {"code": alternative["code"], "for": [], "against": []})
            for side in ("for", "against"):
                row[side] += [reason for reason in alternative[side] if reason not in row[side]]
    return [made[code] for code in sorted(made)]


def _unique(rows: object) -> list[Json]:
    found: list[Json] = []
    for row in rows:  # type: ignore[attr-defined]
        if row["code"] not in [one["code"] for one in found]:
            found.append(row)
    return found
