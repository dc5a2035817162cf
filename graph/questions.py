"""Saved questions: files of `cypher/` that run as they are in Neo4j Browser, and take parameters from us.

A file begins with a YAML header in `//` comments between two lines `// ---`. In the query a parameter stands as its
default behind a comment that names it, `LIMIT /*$limit*/ 50`: Browser sees the literal, the runner puts `$limit` there.
Every header is checked when it is read, and a question whose header is wrong does not load.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import neo4j
import yaml

from graph.errors import EngineError
from graph.guard import Result, read

FOLDER: Final = Path(__file__).resolve().parents[1] / "cypher"
VIEWS: Final = ("table", "network", "chart")
TYPES: Final = ("integer", "number", "text", "account", "time", "boolean")
GROUPS: Final = ("overview", "coordination", "text", "spread", "accounts", "outlets", "search")

_LITERAL: Final = r"'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|true|false|null"
_PLACE: Final = re.compile(rf"/\*\$(\w+)\*/\s*({_LITERAL})")
_NAMED: Final = re.compile(r"/\*\$(\w+)\*/")
_HEADER: Final = re.compile(r"\A// ---\n((?://.*\n)+?)// ---\n")


class QuestionError(EngineError):
    """A question that is not there, or a parameter that does not fit; one sentence."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value a question asks for."""

    name: str
    type: str
    default: Any
    """None: the question chooses for itself."""
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """One file of `cypher/`."""

    name: str
    title: str
    question: str
    """As an investigator would ask it."""
    group: str
    view: str
    """How the answer is best shown: table, network (columns source and target) or chart (the first column is the axis)."""
    params: tuple[Parameter, ...]
    returns: dict[str, str]
    """Column to meaning, in order."""
    false_positives: str
    """What looks like this and is not."""
    text: str
    """The file as it is, to be pasted into Neo4j Browser."""
    cypher: str
    """The query with `$name` parameters."""

    def defaults(self) -> dict[str, Any]:
        return {parameter.name: parameter.default for parameter in self.params}

    def document(self) -> dict[str, Any]:
        """What a list of questions shows, as JSON knows it."""
        params = [{"name": p.name, "type": p.type, "default": p.default, "meaning": p.meaning} for p in self.params]
        return {
            "name": self.name, "title": self.title, "question": self.question, "group": self.group, "view": self.view,
            "params": params, "returns": self.returns, "false_positives": self.false_positives,
        }  # fmt: skip


@cache
def questions(folder: Path = FOLDER) -> dict[str, Question]:
    """Every saved question by name, in the order of GROUPS. Raises QuestionError for a file that is not right."""
    found = [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.cypher"))]
    return {item.name: item for item in sorted(found, key=lambda item: (GROUPS.index(item.group), item.name))}


def question(name: str) -> Question:
    """One question. Raises QuestionError, naming those there are."""
    known = questions()
    if name not in known:
        raise QuestionError(f"There is no question {name}; there are {', '.join(sorted(known))}.")
    return known[name]


def parse(name: str, text: str) -> Question:
    """The question a file holds. Raises QuestionError with what is wrong in it."""
    header = _HEADER.match(text)
    if header is None:
        raise QuestionError(f"{name}.cypher does not begin with a header between two lines `// ---`.")
    try:
        said = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in header[1].splitlines()))
    except yaml.YAMLError as problem:
        raise QuestionError(f"The header of {name}.cypher is not YAML: {' '.join(str(problem).split())}.") from None
    wanted = {"title", "question", "group", "view", "params", "returns", "false_positives"}
    if not isinstance(said, dict) or set(said) != wanted:
        raise QuestionError(f"The header of {name}.cypher must have exactly {', '.join(sorted(wanted))}.")
    params = tuple(_parameter(name, key, value) for key, value in (said["params"] or {}).items())
    body = text[header.end() :].strip()
    _check(name, said, params, body)
    return Question(
        name=name,
        title=said["title"],
        question=said["question"],
        group=said["group"],
        view=said["view"],
        params=params,
        returns=said["returns"],
        false_positives=said["false_positives"],
        text=text,
        cypher=_PLACE.sub(lambda place: f"${place[1]}", body),
    )


def _parameter(question: str, name: str, said: Any) -> Parameter:
    if not isinstance(said, dict) or set(said) != {"type", "default", "meaning"} or said["type"] not in TYPES:
        raise QuestionError(
            f"Parameter {name} of {question}.cypher needs type ({', '.join(TYPES)}), default and meaning."
        )
    return Parameter(name, said["type"], said["default"], said["meaning"])


def _check(name: str, said: Mapping[str, Any], params: Sequence[Parameter], body: str) -> None:
    """Every sentence is there, every word known, and the query's literals are the header's defaults."""
    texts = [said["title"], said["question"], said["false_positives"], *(said["returns"] or {}).values()]
    texts += [parameter.meaning for parameter in params]
    if not said["returns"] or not all(isinstance(item, str) and item.strip() for item in texts):
        raise QuestionError(f"The header of {name}.cypher has an empty text.")
    if said["group"] not in GROUPS or said["view"] not in VIEWS:
        raise QuestionError(f"{name}.cypher: group is one of {', '.join(GROUPS)}, and view one of {', '.join(VIEWS)}.")
    if said["view"] == "network" and not {"source", "target"} <= set(said["returns"]):
        raise QuestionError(f"{name}.cypher is shown as a network and must return source and target.")
    literals = {parameter.name: _literal(parameter.default) for parameter in params}
    places = _PLACE.findall(body)
    if len(places) != len(_NAMED.findall(body)) or {place[0] for place in places} != set(literals):
        raise QuestionError(
            f"{name}.cypher: the query must hold every parameter as /*$name*/ and its default, no other."
        )
    for key, literal in places:
        if literal != literals[key]:
            raise QuestionError(f"{name}.cypher: {key} is {literal} in the query and {literals[key]} in the header.")
    if "$" in _PLACE.sub("", body):
        raise QuestionError(f"{name}.cypher: a bare $ would not run in Neo4j Browser.")


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def values(asked: Question, given: Sequence[str]) -> dict[str, Any]:
    """Parameters from `name=value` words. Raises QuestionError."""
    found: dict[str, Any] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals:
            raise QuestionError(f"{word} is not name=value.")
        found[name] = value
    return typed(asked, found)


def typed(asked: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of a question: the default where none is given, else the value in the parameter's type.

    An empty text means the default. Raises QuestionError.
    """
    known = {parameter.name: parameter for parameter in asked.params}
    for name in given:
        if name not in known:
            has = f"has {', '.join(known)}" if known else "has no parameters"
            raise QuestionError(f"{asked.name} does not know {name}; it {has}.")
    return {
        name: parameter.default if given.get(name) in (None, "") else _value(parameter, given[name])
        for name, parameter in known.items()
    }


def _value(parameter: Parameter, given: Any) -> Any:
    text = str(given).strip()
    try:
        if parameter.type == "integer":
            return int(text)
        if parameter.type == "number":
            return float(text)
        if parameter.type == "boolean":
            return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]
        if parameter.type == "time":
            instant = datetime.fromisoformat(text)
            aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
            return aware.astimezone(UTC).isoformat()
    except (ValueError, KeyError):
        example = {"integer": "50", "number": "0.5", "boolean": "true or false", "time": "2015-11-26T22:12:00Z"}
        raise QuestionError(
            f"{parameter.name} must be a {parameter.type} such as {example[parameter.type]}, not {text}."
        ) from None
    return text.removeprefix("@") if parameter.type == "account" else str(given)


def ask(driver: neo4j.Driver, name: str, given: Mapping[str, Any] | None = None, **limits: Any) -> Result:
    """The answer to a saved question. `limits` are graph.guard.read's. Raises QuestionError, RefusedError, EngineError."""
    asked = question(name)
    return read(driver, asked.cypher, typed(asked, given or {}), **limits)
