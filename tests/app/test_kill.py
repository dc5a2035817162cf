"""kill -9 over load, detect and build: the same as benchmarks/kills.py, with six kills."""

from pathlib import Path

import pytest

from benchmarks.kills import kills


@pytest.mark.engine
@pytest.mark.slow
def test_six_kills_lose_nothing_and_leave_nothing_half_done(tmp_path: Path) -> None:
    hit = kills(6, seed=20151126, folder=tmp_path)
    assert sum(hit.values()) >= 3, "most kills came after the work had ended; they prove nothing"
