"""Findings held against the published JSON Schemas of docs/schemas, offline, answered in sentences."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import referencing
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from evidence.errors import CaseError
from records.finding import Json, finding_id, from_json
from records.words import DETECTOR_NAMES

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "schemas"

# A finding may hold thousands of posts that are all wrong in one way; a reader needs the first few.
_MOST_SENTENCES: Final = 20
_MOST_CHARACTERS: Final = 120


def validate(finding_json: Json) -> list[str]:
    """What is wrong with a finding's document, one sentence each; empty when it is right.

    Holds it against `finding.schema.json` and its detector's evidence schema, then against what a schema cannot say:
    numbers are finite, members and posts stand once, times run forwards, the id is the hash of its evidence.
    Raises CaseError where the schemas are not installed.
    """
    sentences = _broken("finding", finding_json, "")
    detector = finding_json.get("detector")
    if detector in DETECTOR_NAMES and isinstance(finding_json.get("evidence"), dict):
        sentences += _broken(f"evidence-{detector}", finding_json["evidence"], "evidence")
    sentences += _not_finite(finding_json, "")
    if not sentences:  # the rest reads fields whose types must be right
        sentences = [*_repeated(finding_json), *_backwards(finding_json), *_misnamed(finding_json)]
    more = len(sentences) - _MOST_SENTENCES
    return sentences if more <= 0 else [*sentences[:_MOST_SENTENCES], f"And {more} more."]


def schema(name: str) -> Json:
    """The schema `name` ("finding", "evidence-chain", ...); raises CaseError where its file is not there."""
    path = FOLDER / f"{name}.schema.json"
    try:
        document: Json = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise CaseError(f"{path} is missing; reinstall murmuration with its docs/schemas.") from None
    return document


@cache
def _validator(name: str) -> Draft202012Validator:
    # An empty registry resolves references inside the schema alone; jsonschema's default would ask the network.
    return Draft202012Validator(schema(name), registry=referencing.Registry())


def _broken(name: str, document: Any, prefix: str) -> list[str]:
    errors = sorted(_validator(name).iter_errors(document), key=lambda error: [str(part) for part in error.path])
    return [_sentence(error, prefix) for error in errors]


def _sentence(error: ValidationError, prefix: str) -> str:
    """The deepest cause of an error, with the place it stands at."""
    cause = best_match([error]) or error
    place = _place(prefix, cause.absolute_path)
    shown = _short(cause.instance)
    rule: Any = cause.validator_value
    match cause.validator:
        case "required" | "additionalProperties":
            return f"{place}: {cause.message}."
        case "enum":
            allowed = ", ".join(json.dumps(word) for word in rule)
            return f"{place}: {shown} is not one of {allowed}."
        case "const":
            return f"{place}: {shown} must be {json.dumps(rule)} here."
        case "type":
            return f"{place}: {shown} is not of type {rule}."
        case "pattern":
            return f"{place}: {shown} does not have the form {rule}."
        case "minItems" | "minContains":
            return f"{place}: fewer than {rule} entries."
        case "minimum" | "maximum":
            return f"{place}: {shown} is {'less' if cause.validator == 'minimum' else 'more'} than {rule}."
        case "maxItems":
            return f"{place}: more than {rule} entries."
        case _:
            return f"{place}: {shown} breaks the rule {cause.validator} {_short(rule)}."


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "..."


def _place(prefix: str, path: Any) -> str:
    text = prefix
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "The finding"


def _not_finite(value: Any, place: str) -> list[str]:
    """NaN and infinity are Python floats but not JSON: stored, they would come back as null."""
    return [f"{where}: {number} is not a finite number." for where, number in _floats(value, place)]


def _floats(value: Any, place: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield place.lstrip("."), value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _floats(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _floats(item, f"{place}[{number}]")


def _repeated(finding: Json) -> Iterator[str]:
    for field, key in (("members", "id"), ("posts", "post_id")):
        counts = Counter((item["platform"], item[key]) for item in finding[field])
        for (platform, name), count in counts.items():
            if count > 1:
                yield f"{field}: {platform}:{name} stands {count} times."


def _backwards(finding: Json) -> Iterator[str]:
    first, last = finding["first_seen"], finding["last_seen"]
    if (first is None) != (last is None):
        yield "first_seen and last_seen: one is null and the other is not."
    elif first is not None and datetime.fromisoformat(first) > datetime.fromisoformat(last):
        yield f"first_seen: {first} is later than last_seen {last}."


def _misnamed(finding: Json) -> Iterator[str]:
    if finding["title_code"].partition(".")[0] != finding["detector"]:
        yield f"title_code: {finding['title_code']} does not begin with its detector {finding['detector']}."
    ids = from_json(finding).evidence_ids()
    right = finding_id(finding["detector"], finding["detector_version"], finding["parameters"], ids)
    if finding["id"] != right:
        yield f"id: {finding['id']} is not the hash of its detector, version, parameters and evidence ({right})."
