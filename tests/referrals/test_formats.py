"""Every format, found by itself: whole packs and hostile ones are written, twice the same, and nothing but files."""

import hashlib
from pathlib import Path

import pytest

from referrals.base import Pack
from referrals.formats import formats
from tests.referrals.decided import RECEIVERS


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("name", formats())
def test_a_format_is_declared_in_the_module_of_its_name(name: str) -> None:
    form = formats()[name]
    module = form.write.__module__.rpartition(".")[2]
    assert (form.name, module) == (name, name.replace("-", "_"))
    assert form.suffix.startswith(".")
    assert form.title == form.title.strip() != ""


@pytest.mark.parametrize("platform", RECEIVERS)
@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("kind", ["plain_packs", "hostile_packs"])
def test_a_format_writes_the_same_bytes_for_the_same_pack(
    name: str, platform: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pack: Pack = request.getfixturevalue(kind)[platform]
    form = formats()[name]
    if form.lacks(pack):
        pytest.skip(f"{name} is not for {platform}")
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    written = form.write(pack, first)
    form.write(pack, second)
    assert sorted(path.relative_to(first).as_posix() for path in written) == sorted(digests(first)) != []
    assert digests(first) == digests(second)
    assert any(path.name.endswith(form.suffix) for path in written)
