"""The published schemas say what records/words.py says, and refuse findings that claim too much."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from detectors import detectors
from detectors.base import no_progress
from detectors.verdict import decide
from evidence.schemas import FOLDER, schema, validate
from examples.thirteen.case import build
from records import words
from records.finding import Finding, Json, finding_id
from records.store import Records, in_memory
from tests.evidence.thirteen import findings

NAMES = ["finding", *(f"evidence-{name}" for name in words.DETECTOR_NAMES)]


def a_finding(**changes: Any) -> Json:
    """A small right finding of coaction with five members; `changes` are made before its id is computed."""
    members = [
        {"platform": "x", "id": str(n), "kind": "account", "role": "amplifier", "score": 1.0, "action": "investigate"}
        for n in range(5)
    ]
    fields = {
        "detector": "coaction",
        "detector_version": "1",
        "title_code": "coaction.cluster",
        "score": 1.0,
        "members": members,
        "posts": [{"platform": "x", "post_id": "9"}],
        "parameters": {"windows": [10, 60]},
        "evidence": example("coaction"),
    }
    return Finding(**{**fields, **changes}).to_json()


def example(detector: str) -> Json:
    """The evidence of the hand-written finding of one detector (examples/thirteen)."""
    evidence: Json = next(item["evidence"] for item in findings() if item["detector"] == detector)
    return copy.deepcopy(evidence)


@pytest.fixture(scope="module")
def thirteen(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return build(tmp_path_factory.mktemp("thirteen") / "case").records()


def walk(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    yield path, node
    if isinstance(node, dict | list):
        for key, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from walk(item, f"{path}/{key}")


def test_there_is_one_schema_for_findings_and_one_for_each_detectors_evidence():
    assert {path.name.removesuffix(".schema.json") for path in FOLDER.iterdir()} == {"referral", *NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_stands_alone_and_describes_every_property(name: str):
    document = schema(name)
    Draft202012Validator.check_schema(document)
    refs = [node["$ref"] for _, node in walk(document) if isinstance(node, dict) and isinstance(node.get("$ref"), str)]
    assert [ref for ref in refs if not ref.startswith("#/$defs/")] == []
    undescribed = []
    for path, node in walk(document):
        rule = "/if" in path or "/then" in path or "/else" in path or "/allOf" in path
        if not rule and isinstance(node, dict) and isinstance(node.get("properties"), dict):
            for field, declared in node["properties"].items():
                target = document.get("$defs", {}).get(declared.get("$ref", "").rpartition("/")[2], {})
                if not (declared.get("description") or target.get("description")):
                    undescribed.append(f"{path}/{field}")
    assert undescribed == []


def test_definitions_of_one_name_are_the_same_in_every_schema():
    seen: dict[str, Any] = {}
    for name in NAMES:
        for key, definition in schema(name).get("$defs", {}).items():
            assert seen.setdefault(key, definition) == definition, f"{name}: {key}"


# Where a schema of findings lists words, and the words it must list.
WORDS = {
    "detector": words.DETECTOR_NAMES,
    "outcome": tuple(word for word in words.OUTCOMES if word != "deceptive"),
    "unmet/items": words.GATES,
    "reasons/items": words.REASONS,
    "likelihood": (None, *words.LIKELIHOODS),
    "confidence": words.CONFIDENCES,
    "members/items/properties/kind": words.AUTHOR_KINDS,
    "members/items/properties/role": words.ROLES,
    "members/items/properties/action": words.ACTIONS,
    "layers/items": words.LAYERS,
    "signs/items": words.SIGNS,
    "tests/properties/deception/items/properties/code": words.DECEPTIONS,
    "tests/properties/traps/items/properties/code": words.TRAPS,
    "tests/properties/reasons/items": words.REASONS,
    "state": words.REVIEW_STATES,
    "effective_outcome": words.OUTCOMES,
}


def test_the_finding_schema_lists_the_words_of_the_contract():
    listed = {
        path.removeprefix("/properties/"): tuple(node["enum"])
        for path, node in walk(schema("finding"))
        if path.startswith("/properties/") and isinstance(node, dict) and "enum" in node
    }
    listed = {path: value for path, value in listed.items() if "/then" not in path}
    assert listed == WORDS
    assert tuple(schema("finding")["$defs"]["platform"]["anyOf"][0]["enum"]) == words.PLATFORMS


@pytest.mark.parametrize(
    ("detector", "path", "expected"),
    [
        ("hijack", "afterwards/items/properties/layer", words.LAYERS),
        ("chain", "steps/items/properties/author_kind", words.AUTHOR_KINDS),
        ("engagement", "posts/items/properties/content_type", words.CONTENT_TYPES),
        ("repeat", "campaigns/items/properties/indicators/items/properties/indicator_kind", words.INDICATOR_KINDS),
        ("echo", "by_kind/items/properties/kind", words.ENGAGEMENT_KINDS),
        ("echo", "coverage/properties/complete", words.COMPLETENESS),
        ("coaction", "layers/items/properties/layer", words.LAYERS),
        ("ownership", "paths/items/properties/edges/items/properties/relation", words.RELATIONS),
        (
            "ownership",
            "paths/items/properties/edges/items/properties/subject_kind",
            (None, *words.PARTY_KINDS),
        ),
        ("ownership", "outlets/items/properties/kind", words.OUTLET_KINDS),
    ],
)
def test_evidence_schemas_list_the_words_of_the_contract(detector: str, path: str, expected: tuple[str, ...]):
    node = schema(f"evidence-{detector}")["properties"]
    for part in path.split("/"):
        node = node[part]
    assert tuple(node["enum"]) == expected


def test_the_finding_schema_has_the_fields_of_a_finding_and_what_the_journal_adds():
    declared = schema("finding")
    fields = set(a_finding())
    assert set(declared["properties"]) == fields | {"state", "effective_outcome"}
    assert set(declared["required"]) == fields - {
        "tests"
    }  # an addition to the contract: findings without it stay right
    assert declared["additionalProperties"] is False


def test_a_finding_as_detectors_leave_it_is_right_with_or_without_the_journals_words():
    finding = a_finding()
    assert validate(finding) == []
    assert validate({**finding, "state": "new", "effective_outcome": "deceptive"}) == []


UNTESTED = ["group_test", "two_signs", "two_windows", "deception_sign", "no_trap"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"outcome": "deceptive", "reasons": []},
            ['outcome: "deceptive" is not one of "none", "undetermined", "open", "unexplained".'],
        ),
        ({"outcome": "unexplained", "reasons": [], "unmet": []}, ["unmet: fewer than 1 entries."]),
        (
            {"outcome": "unexplained", "reasons": [], "meets_deceptive": True, "unmet": ["no_trap"]},
            ["unmet: more than 0 entries."],
        ),
        (
            {"outcome": "open", "reasons": [], "meets_deceptive": True, "unmet": []},
            ['outcome: "open" must be "unexplained" here.'],
        ),
        ({"reasons": []}, ["reasons: fewer than 1 entries."]),
        ({"outcome": "none"}, ['outcome: "none" must be "undetermined" here.']),
        (
            {"outcome": "unexplained", "reasons": [], "likelihood": "likely"},
            ["comparison: 'calibrated_on' is a required property."],
        ),
        ({"likelihood": "likely"}, ["comparison: 'calibrated_on'", 'likelihood: "likely" must be null here.']),
        ({"first_seen": "2026-03-01T09:00:00+08:00"}, ["first_seen: "]),
        ({"first_seen": "2026-03-01T09:00:00Z"}, ["first_seen and last_seen: one is null and the other is not."]),
        (
            {"first_seen": "2026-03-01T09:00:00Z", "last_seen": "2026-03-01T08:59:59Z"},
            ["first_seen: 2026-03-01T09:00:00Z is later than last_seen 2026-03-01T08:59:59Z."],
        ),
        ({"source_grade": "G1"}, ['source_grade: "G1" does not have the form ^[A-F][1-6]$.']),
        ({"disarm": ["T84"]}, [r'disarm[0]: "T84" does not have the form ^T\d{4}(\.\d{3})?$.']),
        ({"title_code": "chain.story"}, ["title_code: chain.story does not begin with its detector coaction."]),
        ({"id": "0" * 16}, ["id: 0000000000000000 is not the hash"]),
        ({"score": math.nan}, ["score: nan is not a finite number."]),
        ({"evidence": {**example("coaction"), "layers": []}}, ["evidence.layers: "]),
        ({"evidence": {**example("coaction"), "density": 2}}, ["evidence.density: 2 is more than 1."]),
        ({"layers": ["likes"]}, ['layers[0]: "likes" is not one of "object", ']),
        ({"windows": [{"window_seconds": 60, "observed": 3, "expected": 1.0, "p": 1.5, "q": None}]}, ["windows[0].p:"]),
        ({"posts": [{"platform": "x", "post_id": "9"}] * 2}, ["posts: x:9 stands 2 times."]),
        ({"posts": [{"platform": "myspace", "post_id": "9"}]}, ["posts[0].platform: "]),
        ({"comparison": {"population": "accounts"}}, ["comparison: "]),
    ],
)
def test_a_wrong_finding_is_told_in_sentences(changes: dict[str, Any], expected: list[str]):
    told = validate(a_finding(**changes))
    assert [line[: len(start)] for line, start in zip(told, expected, strict=True)] == expected


def test_an_unknown_or_missing_field_is_told():
    finding = a_finding()
    finding["verdict"] = "guilty"
    del finding["seed"]
    assert validate(finding) == [
        "The finding: 'seed' is a required property.",
        "The finding: Additional properties are not allowed ('verdict' was unexpected).",
    ]


def test_a_possible_victim_is_never_removed_and_a_hijacked_one_is_secured():
    finding = a_finding()
    finding["members"][0] |= {"role": "possible_victim", "action": "remove"}
    assert validate(finding) == [
        'members[0].action: "remove" is not one of "none", "investigate", "secure_and_restore".'
    ]
    finding["members"][0]["action"] = "investigate"
    assert validate(finding) == []
    hijack = a_finding(detector="hijack", title_code="hijack.wave", evidence=example("hijack"))
    hijack["members"][0] |= {"role": "possible_victim", "action": "investigate"}
    assert validate(hijack) == ['members[0].action: "investigate" must be "secure_and_restore" here.']


@pytest.mark.parametrize("roles", [["amplifier"] * 3, ["amplifier"] * 3 + ["target", "source", "owner"]])
def test_no_verdict_on_fewer_than_four(roles: list[str]):
    finding = a_finding(outcome="unexplained", reasons=[])
    assert validate(finding) == []
    members = [{**finding["members"][0], "id": str(n), "role": role} for n, role in enumerate(roles)]
    few = a_finding(outcome="unexplained", reasons=[], members=members)
    assert validate(few) == ['outcome: "unexplained" is not one of "none", "undetermined".']


def test_evidence_is_held_against_the_schema_of_its_own_detector():
    chain = example("chain")
    chain["steps"][0]["copies"] = "someone"
    chain["steps"][1]["order"] = "first"
    finding = a_finding(detector="chain", title_code="chain.story", evidence=chain)
    assert validate(finding) == [
        'evidence.steps[0].copies: "someone" is not of type null.',
        'evidence.steps[1].order: "first" is not one of "known", "tie".',
    ]


def test_a_long_list_of_mistakes_is_cut_and_counted():
    posts = [{"platform": "x", "post_id": ""} for _ in range(30)]
    told = validate({**a_finding(), "posts": posts})
    assert len(told) == 21
    assert told[-1] == "And 10 more."


def test_the_id_is_recomputed_from_the_document_alone():
    finding = a_finding()
    right = finding_id("coaction", "1", {"windows": [10, 60]}, [f"m:x:{n}" for n in range(5)] + ["p:x:9"])
    assert finding["id"] == right
    finding["posts"].append({"platform": "x", "post_id": "10"})
    assert len(validate(finding)) == 1


@pytest.mark.parametrize("name", list(detectors()))
def test_what_a_detector_finds_in_its_own_example_and_in_the_thirteen_is_valid(name: str, thirteen: Records):
    detector = detectors()[name]
    own, shared = (
        [decide(one) for one in detector.detect(records, detector.defaults(), 0, no_progress).findings]
        for records in (in_memory(detector.hit), thirteen)
    )
    assert own, (
        "not every detector finds something in the thirteen (their days are too few for shift), each does in its own"
    )
    assert [problem for finding in own + shared for problem in validate(finding.to_json())] == []


@pytest.mark.parametrize(("name", "expected"), [("coaction", 8), ("copypasta", 30)])
def test_detectors_find_in_the_example_whom_the_hand_written_finding_names(name: str, expected: int, thirteen: Records):
    """Whom: the texts and links of the example are what they are written to be."""
    detector = detectors()[name]
    found = detector.detect(thirteen, detector.defaults(), 0, no_progress).findings
    written = next(item for item in findings() if item["detector"] == name)
    named = {f"{member['platform']}:{member['id']}" for member in written["members"]}
    hit = set().union(*(finding.member_ids() for finding in found if finding.member_ids() <= named))
    assert (len(named), len(hit)) == (expected, expected)
