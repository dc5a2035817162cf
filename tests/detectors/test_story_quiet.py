"""Every trap, and worlds of nobody: no flood, no farm and no surge is unexplained in them."""

import pytest

import scenarios
from tests.detectors.story_worlds import judge

STORIES = ("flood", "follower_farm", "engagement")


@pytest.mark.parametrize("name", [one for one in scenarios.names() if one.startswith("trap_")])
def test_no_trap_is_unexplained(name: str) -> None:
    found = judge(scenarios.build(name, 511, size=0.4).tables, *STORIES)
    assert [one.detector for one in found.findings if one.outcome not in ("none", "undetermined")] == []
    assert not any(one.meets_deceptive for one in found.findings)


def test_worlds_of_nobody_are_quiet() -> None:
    for seed in (521, 522, 523):
        assert judge(scenarios.build("null", seed, size=0.3).tables, *STORIES).findings == []
