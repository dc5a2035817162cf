"""Shared fixtures: where the real data is, and a machine as a user has it: no Java and no Node on the PATH."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_AT_A_USERS = ("java", "javac", "node", "npm", "npx")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first: what needs no engine and no browser fails within a minute. Of the slow ones those with an engine
    come first: the kills take minutes, and at the very end they would take them alone."""

    def place(item: pytest.Item) -> list[bool]:
        slow, browser, engine = (item.get_closest_marker(mark) is not None for mark in ("slow", "browser", "engine"))
        return [slow, browser, engine != slow]

    items.sort(key=place)


@pytest.fixture(scope="session")
def data() -> Path:
    """The real data shipped with the repository (data/README.md)."""
    return ROOT / "data"


@pytest.fixture(scope="session", autouse=True)
def users_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take Java and Node off the PATH for every test and every process a test starts."""
    before = os.environ["PATH"]
    folders = []
    for number, folder in enumerate(before.split(os.pathsep)):
        path = Path(folder)
        if not any((path / name).exists() for name in NOT_AT_A_USERS):
            folders.append(folder)
            continue
        farm = tmp_path_factory.mktemp(f"path{number}")
        for program in path.iterdir():
            if program.name not in NOT_AT_A_USERS:
                (farm / program.name).symlink_to(program)
        folders.append(str(farm))
    os.environ["PATH"] = os.pathsep.join(folders)
    os.environ.pop("JAVA_HOME", None)
    yield
    os.environ["PATH"] = before
