"""Shared fixtures: where the real data of the repository is."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def data() -> Path:
    """The real data shipped with the repository (data/README.md)."""
    return ROOT / "data"
