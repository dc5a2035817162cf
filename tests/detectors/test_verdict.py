"""Outcomes and gates: each gate by a planted sign, on and off; operations count a sign once."""

from typing import Any

import pytest

from detectors import operations
from detectors.verdict import decide, trap
from records.finding import Finding
from records.words import DECEPTIONS, GATES, TRAPS

PASSED = {"passed": True, "method": "configuration_model_core", "p": 1e-6, "draws": 99}


def windows(*passed: bool) -> list[dict[str, Any]]:
    return [{"window_seconds": 10 * 6**place, "p": 0.001, "passed": one} for place, one in enumerate(passed)]


def finding(detector: str = "coaction", count: int = 6, posts: range = range(10), **given: Any) -> Finding:
    """A finding that meets every gate but what `given` changes."""
    tests = {
        "group": PASSED, "synchrony": windows(True, True, False), "deception": [{"code": "hijack"}], "traps": [],
        "reasons": [],
    }  # fmt: skip
    tests.update(given.pop("tests", {}))
    values: dict[str, Any] = {
        "detector": detector, "detector_version": "2", "title_code": f"{detector}.cluster", "score": 1.0,
        "members": [
            {"platform": "x", "id": str(n), "kind": "account", "role": "amplifier", "score": 1.0, "action": "investigate"}
            for n in range(count)
        ],
        "posts": [{"platform": "x", "post_id": str(n)} for n in posts], "parameters": {}, "evidence": {}, "reasons": [],
        "signs": ["coaction", "repost"], "layers": ["link", "repost"],
    }  # fmt: skip
    return Finding(**{**values, "tests": tests, **given})


def test_with_every_gate_met_it_meets_deceptive_and_says_no_more_than_unexplained() -> None:
    made = decide(finding())
    assert (made.outcome, made.meets_deceptive, made.unmet, made.reasons) == ("unexplained", True, [], [])
    assert (made.confidence, made.source_grade, made.likelihood) == ("high", "F2", None)


OFF = {
    "group_test": ({"tests": {"group": {**PASSED, "passed": False}}}, "undetermined"),
    "two_signs": ({"signs": ["coaction"]}, "unexplained"),
    "two_windows": ({"tests": {"synchrony": windows(True, False, False)}}, "unexplained"),
    "deception_sign": ({"tests": {"deception": []}}, "unexplained"),
    "no_trap": ({"tests": {"traps": [trap("scheduler", explains=True)]}}, "undetermined"),
}


def test_every_gate_is_tested() -> None:
    assert tuple(OFF) == GATES


@pytest.mark.parametrize("gate", GATES)
def test_each_gate_alone_denies_it(gate: str) -> None:
    changed, outcome = OFF[gate]
    made = decide(finding(**changed))
    assert (made.outcome, made.meets_deceptive, made.unmet) == (outcome, False, [gate])


@pytest.mark.parametrize("code", DECEPTIONS)
def test_any_sign_of_deception_meets_its_gate(code: str) -> None:
    assert decide(finding(tests={"deception": [{"code": code}]})).meets_deceptive


@pytest.mark.parametrize("code", TRAPS)
def test_a_trap_that_explains_is_a_reason_and_one_that_is_possible_is_not(code: str) -> None:
    explained = decide(finding(tests={"traps": [trap(code, explains=True)]}))
    assert (explained.outcome, explained.reasons) == ("undetermined", [f"explained_by_{code}"])
    possible = decide(finding(tests={"traps": [trap(code, explains=False)]}))
    assert possible.meets_deceptive


def test_what_is_declared_is_open() -> None:
    made = decide(finding(tests={"traps": [trap("staff", explains=True, open=True)]}))
    assert (made.outcome, made.meets_deceptive, made.unmet) == ("open", False, ["no_trap"])


def test_sharing_without_acting_together_is_undetermined() -> None:
    made = decide(finding(tests={"synchrony": windows(False, False, False)}))
    assert (made.outcome, made.reasons) == ("undetermined", ["below_floor"])
    assert made.unmet == ["group_test", "two_windows"]


def test_three_are_too_few_for_a_verdict() -> None:
    made = decide(finding(count=3))
    assert (made.outcome, made.reasons, made.meets_deceptive) == ("undetermined", ["too_few_events"], False)
    targets = [
        {**finding().members[0], "id": str(n), "role": role} for n, role in enumerate(["target"] * 3 + ["copier"] * 3)
    ]
    assert decide(finding(members=targets)).outcome == "undetermined"


def test_what_was_not_tested_says_so() -> None:
    made = decide(finding(tests={"group": {"passed": None, "method": "none"}}))
    assert (made.outcome, made.reasons) == ("undetermined", ["not_tested"])
    assert decide(Finding(**{**finding().to_json(), "tests": {}, "id": ""})).reasons == ["not_tested"]


@pytest.mark.parametrize("reason", ["coverage", "no_baseline"])
def test_missing_data_leave_it_undetermined(reason: str) -> None:
    made = decide(finding(tests={"reasons": [reason]}))
    assert (made.outcome, made.reasons) == ("undetermined", [reason])


def joined(*findings: Finding, posts: dict[str, frozenset[str]] | None = None) -> list[Finding]:
    return operations.join([decide(one) for one in findings], posts or {})


def test_two_detectors_on_the_same_accounts_are_one_operation_with_both_signs() -> None:
    acts = finding(signs=["coaction"], tests={"deception": []})
    texts = finding("copypasta", signs=["text"], posts=range(50, 60))
    (made,) = joined(acts, texts)
    assert (made.detector, made.children) == (
        "operation",
        [acts.id, texts.id] if acts.id < texts.id else [texts.id, acts.id],
    )
    assert set(made.signs) == {"coaction", "text"}
    assert made.meets_deceptive
    assert made.evidence["dependent"] == []
    assert made.member_ids() == acts.member_ids()


def test_signs_on_the_same_posts_count_once() -> None:
    acts, texts = finding(signs=["coaction"]), finding("copypasta", signs=["text"])
    (made,) = joined(acts, texts)
    assert len(made.signs) == 1
    assert (made.unmet, made.meets_deceptive) == (["two_signs"], False)
    assert len(made.evidence["dependent"]) == 1
    assert made.evidence["would_settle"] == ["other_acts"]


def test_posts_beyond_those_listed_are_held_against_each_other_too() -> None:
    acts, texts = finding(signs=["coaction"], score=2.0), finding("copypasta", signs=["text"], posts=range(10, 20))
    everything = frozenset(f"x:{n}" for n in range(20))
    (made,) = joined(acts, texts, posts={acts.id: everything, texts.id: everything})
    assert made.signs == ["coaction"]


def test_other_accounts_or_one_detector_make_no_operation() -> None:
    others = [{**member, "id": f"other{member['id']}"} for member in finding().members]
    assert joined(finding(), finding("copypasta", members=others, posts=range(50, 60))) == []
    assert joined(finding(), finding(posts=range(50, 60))) == []
    undetermined = finding("copypasta", tests={"group": {**PASSED, "passed": False}}, posts=range(50, 60))
    assert joined(finding(), undetermined) == []


def test_a_victim_in_one_finding_is_a_victim_in_the_operation() -> None:
    victims = [{**member, "role": "possible_victim", "action": "secure_and_restore"} for member in finding().members]
    (made,) = joined(finding(), finding("hijack", members=victims, signs=["wake"], posts=range(50, 60)))
    assert {(member["role"], member["action"]) for member in made.members} == {
        ("possible_victim", "secure_and_restore")
    }
