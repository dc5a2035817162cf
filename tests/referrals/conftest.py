"""Cases with decisions, plain and with hostile text, and their packs, made once."""

import pytest

from evidence.case import Case
from referrals.base import Pack
from tests.evidence import hostile
from tests.referrals.decided import RECEIVERS, decide, decided, packs


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """For reading alone; a test that decides something builds its own."""
    return decided(tmp_path_factory.mktemp("decided") / "case")


@pytest.fixture(scope="session")
def hostile_case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "files").mkdir()
    return decide(hostile.build(folder / "case", folder / "files"))


@pytest.fixture(scope="session")
def plain_packs(case: Case) -> dict[str, Pack]:
    return {platform: packs(case, platform)[0] for platform in RECEIVERS}


@pytest.fixture(scope="session")
def hostile_packs(hostile_case: Case) -> dict[str, Pack]:
    return {platform: packs(hostile_case, platform)[0] for platform in RECEIVERS}
