"""Worlds as files: what is written is read back by the loader, and the truth lies beside, never among them."""

from pathlib import Path

import orjson
import polars as pl
import pytest

import scenarios
from loaders import recognise
from loaders.source import sources
from records.tables import TABLES


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_files_are_recognised_as_tables_and_hold_every_row(kind: str, tmp_path: Path) -> None:
    world = scenarios.build("follower_farm", 2, size=0.2)
    folder = tmp_path / "world"
    paths = scenarios.write(world, folder, kind)  # type: ignore[arg-type]
    assert {path.stem for path in paths} == {name for name, frame in world.tables.items() if frame.height}
    assert sorted(folder.iterdir()) == sorted(paths)
    for path in paths:
        for source in sources(path):
            loader, _ = recognise(source)
            assert loader is not None
            assert loader.name == "tables"
        frame = pl.read_parquet(path) if kind == "parquet" else pl.read_csv(path, infer_schema=False)
        assert frame.height == world.tables[path.stem].height
        assert frame.columns == TABLES[path.stem].names


def test_the_truth_is_beside_the_folder(tmp_path: Path) -> None:
    world = scenarios.build("copypasta", 2, size=0.2)
    scenarios.write(world, tmp_path / "case")
    told = orjson.loads((tmp_path / f"case{scenarios.TRUTH_SUFFIX}").read_bytes())
    assert [one["name"] for one in told["operations"]] == ["texts_1", "texts_2", "texts_3"]
    assert set(told["operations"][0]["members"]) == set(world.truth.operations[0].members)
    assert told["expected"] == {"reading": "unexplained", "trap": None}
