"""One run over records: every detector, then the verdicts, then the operations they join into."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from detectors import operations, traps, verdict
from detectors.base import OUTPUTS, Detection, Detector, Progress
from records.store import Records


def run(
    records: Records,
    which: Sequence[Detector],
    parameters: Mapping[str, Mapping[str, Any]],
    seed: int,
    progress: Progress,
) -> Detection:
    """Findings of all detectors with their outcomes, the operations, and each output table over all of them.

    `parameters` holds the values of each detector by its name; `notes` come back the same way.
    """
    made = Detection()
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in OUTPUTS}
    # Who asks about groups of others comes after them.
    order = sorted(which, key=lambda detector: detector.of_groups is not None)
    for number, detector in enumerate(order):

        def step(what: str, share: float, number: int = number, name: str = detector.name) -> None:
            progress(f"{name}: {what}", (number + share) / len(order))

        values = parameters[detector.name]
        if detector.of_groups is not None and len(order) > 1:
            found = detector.of_groups(records, values, seed, step, made.findings, made.posts)
        else:
            found = detector.detect(records, values, seed, step)
        made.findings += found.findings
        made.posts |= found.posts
        made.notes[detector.name] = found.notes
        for name, frame in found.tables.items():
            parts[name].append(frame.select(OUTPUTS[name].keys()).cast(OUTPUTS[name]))  # type: ignore[arg-type]
    traps.recognise(records, made.findings)
    made.findings = [verdict.decide(finding) for finding in made.findings]
    made.findings += operations.join(made.findings, made.posts)
    made.tables = {
        name: pl.concat(frames) if frames else pl.DataFrame(schema=OUTPUTS[name]) for name, frames in parts.items()
    }
    # A post has one source: a chain says which of the earlier ones it is, a text family only which was first.
    made.tables["copies"] = made.tables["copies"].unique("post", keep="first", maintain_order=True)
    return made
