"""docs/scenarios.md names every scenario, and its worked example works."""

import re
from pathlib import Path

import scenarios
from scenarios.finish import finish
from scenarios.planting import act, attendance, occasions
from scenarios.stage import Dials, Stage

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")


def test_every_scenario_is_on_the_page_and_nothing_else() -> None:
    named = {name for row in re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    dials = {"participation", "noise", "rewriting", "side", "language", "size"}
    assert named - dials == set(scenarios.names())


def test_readings_on_the_page_are_those_declared() -> None:
    for row in re.findall(r"^\| (`\w[^\n]+) \|$", PAGE, re.MULTILINE):
        names, *_, said = (cell.strip() for cell in row.split(" | "))
        declared = [
            scenarios.catalogue()[name].reading for name in re.findall(r"`(\w+)`", names) if name in scenarios.names()
        ]
        told = [word.strip() for word in said.split(",")]
        if declared:
            assert declared == (told if len(told) > 1 else told * len(declared)), names


def test_the_worked_example_plants_a_group() -> None:
    code = re.findall(r"```python\n(def play.*?)```", PAGE, re.DOTALL)[0]
    known = {"Stage": Stage, "attendance": attendance, "act": act, "occasions": occasions}
    exec(compile(code, "docs/scenarios.md", "exec"), known)
    stage = Stage("example", 1, Dials(0.6, 0.3, 0.3, "a", "en", 0.3))
    known["play"](stage)  # type: ignore[operator]
    (one,) = finish(stage).truth.operations
    assert len(one.members) == 12
    assert len(one.posts) == 12 * 15
