"""Every loader's fixtures loaded again: the same file, renamed, or packed otherwise changes no current row."""

import gzip
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.loading import load_paths
from evidence.case import Case
from loaders import loaders
from loaders.source import cut_short, sources
from records.store import query
from records.tables import PROVENANCE, TABLES
from tests.loaders.loader_snapshots import fixtures, options_of

# What tells where a row was read; `extra` is compared.
_WHERE = [column.name for column in PROVENANCE if column.name.startswith("_")]
_COUNTS = ("rows_read", "kept", "merged", "ignored", "quarantined")


def _load(case: Case, path: Path, fixture: Path) -> dict[str, Any]:
    options = options_of(fixture)
    how = {"options": options, "copy": True, "reporter": lambda what, share: None}
    entry, *more = load_paths(case, [path], format_name=fixture.parent.name, **how)  # type: ignore[arg-type]
    assert not more or fixture.suffix == ".zip"
    read, kept, merged, ignored, quarantined = totals = [sum(one[name] for one in [entry, *more]) for name in _COUNTS]
    assert read == kept + merged + ignored + quarantined
    return {**entry, **dict(zip(_COUNTS, totals, strict=True))}


def _packed_otherwise(fixture: Path, folder: Path) -> Path | None:
    """The same content as other bytes: a plain file packed, a packed one plain, an archive without compression."""
    if fixture.suffix == ".zip":
        path = folder / fixture.name
        with zipfile.ZipFile(fixture) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new:
            for item in old.infolist():
                new.writestr(item.filename, old.read(item))
        return path
    with sources(fixture)[0].open() as stream:
        data = stream.read()
        if cut_short(stream):  # where the packing itself is torn, there is no other packing of the same
            return None
    if fixture.suffix in (".gz", ".xz", ".zst"):
        path = folder / fixture.name.removesuffix(fixture.suffix)
        path.write_bytes(data)
    else:
        path = folder / f"{fixture.name}.gz"
        path.write_bytes(gzip.compress(data))
    return path


def _current(case: Case) -> dict[str, list[Any]]:
    records, sql = case.records(), f"SELECT * EXCLUDE ({', '.join(_WHERE)})"
    try:
        return {
            name: [_plain(row) for row in query(records, f"{sql} FROM {name} ORDER BY ALL").to_dicts()]
            for name in TABLES
        }
    finally:
        records.close()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose objects stand in one order: what a post shares is a set."""
    return {key: sorted(value) if key == "objects" and value else value for key, value in row.items()}


@pytest.mark.parametrize("name", [name for name in loaders() if name != "media_folder"])
def test_loading_again_changes_nothing(name: str, tmp_path: Path) -> None:
    own = [path for path in fixtures() if path.parent.name == name]
    case = Case.create(tmp_path / "case")
    first = [_load(case, path, path) for path in own]
    before, seal = _current(case), case.input_hash()
    assert sum(len(rows) for rows in before.values()) > 0

    for entry, path in zip(first, own, strict=True):
        renamed = tmp_path / f"renamed {path.name}"
        shutil.copy(path, renamed)
        for again in (_load(case, path, path), _load(case, renamed, path)):
            assert (again["already_loaded"], again["batch"]) == (True, entry["batch"])
            assert (again["kept"], again["merged"]) == (0, entry["kept"] + entry["merged"])
    assert case.input_hash() == seal

    folder = tmp_path / "packed"
    folder.mkdir()
    for entry, path in zip(first, own, strict=True):
        if (other := _packed_otherwise(path, folder)) is None:
            continue
        again = _load(case, other, path)
        assert not again["already_loaded"]
        assert again["kept"] == 0
        assert again["merged"] == entry["kept"] + entry["merged"]
        assert (again["ignored"], again["quarantined"]) == (entry["ignored"], entry["quarantined"])
    assert _current(case) == before
