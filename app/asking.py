"""Asking the graph: it is brought up to the case first, then asked, read-only."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.case import Case
from graph.build import build, is_current
from graph.connect import connect
from graph.guard import Result, read
from graph.questions import ask, question, questions, values


def listed() -> list[dict[str, Any]]:
    """Every saved question's document."""
    return [found.document() for found in questions().values()]


def ask_question(case: Case, name: str, given: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    """{columns, rows, truncated} of a saved question; `given` is `name=value` words or a mapping."""
    chosen = given if isinstance(given, Mapping) else values(question(name), list(given))
    _up_to_date(case)
    with connect(case.path) as driver:
        return _document(ask(driver, name, chosen))


def ask_cypher(case: Case, query: str) -> dict[str, Any]:
    """{columns, rows, truncated} of one's own read-only Cypher."""
    _up_to_date(case)
    with connect(case.path) as driver:
        return _document(read(driver, query))


def _up_to_date(case: Case) -> None:
    """An answer about an older state of the case would be wrong without looking so."""
    if not is_current(case):
        build(case)


def _document(result: Result) -> dict[str, Any]:
    return {"columns": result.columns, "rows": result.rows, "truncated": result.truncated}
