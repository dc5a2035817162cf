"""Detection: run detectors over a case, store what they found as one run, bring the graph up to it."""

from collections.abc import Mapping
from typing import Any

from app.progress import Progress
from detectors import detectors
from detectors.base import Detector
from detectors.run import run
from evidence.case import Case
from evidence.derive import derive, libraries
from evidence.errors import CaseError
from evidence.runs import Run, store


def chosen(only: list[str]) -> list[Detector]:
    """The detectors named, or all; raises CaseError for a name that is none."""
    known = detectors()
    for name in only:
        if name not in known:
            raise CaseError(f"There is no detector {name}; `murmur detectors` lists: {', '.join(known)}.")
    return [known[name] for name in (only or known)]


def parameters(which: list[Detector], settings: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Each detector's parameters with `NAME.param=value` settings applied; raises CaseError for one that does not fit."""
    values = {detector.name: detector.defaults() for detector in which}
    for key, text in settings.items():
        name, _, parameter = key.partition(".")
        if name not in values or parameter not in values[name]:
            offered = ", ".join(f"{d.name}.{p.name}" for d in which for p in d.parameters)
            raise CaseError(f"There is no parameter {key}; there are: {offered}.")
        values[name][parameter] = _parsed(key, text, values[name][parameter])
    return values


def _parsed(key: str, text: str, default: object) -> Any:
    """`text` as the kind of value that `default` is."""
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(default, tuple):
            return tuple(int(part) for part in text.split(","))
        return type(default)(text)  # type: ignore[call-arg]
    except (ValueError, KeyError):
        raise CaseError(f"{key} takes {type(default).__name__} values, such as {default}; {text} is not one.") from None


def detect(case: Case, which: list[Detector], values: dict[str, dict[str, Any]], seed: int, reporter: Progress) -> Run:
    """Run the detectors and store the run; the same question of the same data gives the stored run back."""
    declared = {d.name: {"version": d.version, "parameters": values[d.name]} for d in which}
    with case.writing("detect"):
        derive(case, reporter)
        # Half of what a small machine has is left to the operating system and the graph.
        records = case.records(memory_mb=2048)
        found = run(records, which, values, seed, reporter)
        records.close()
        return store(
            case,
            found.findings,
            found.tables,
            detectors=declared,
            seed=seed,
            notes=found.notes,
            libraries=libraries(),
        )
