"""One engine for all graph tests, on a case of its own, ended at the end."""

from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from graph import engine
from graph.connect import connect


@pytest.fixture(scope="session")
def engine_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with an empty graph whose engine may be started."""
    folder = tmp_path_factory.mktemp("engine")
    yield folder
    engine.stop(folder)


@pytest.fixture(scope="session")
def driver(engine_case: Path) -> Iterator[neo4j.Driver]:
    """A driver to the empty graph of `engine_case`."""
    with connect(engine_case) as opened:
        yield opened
