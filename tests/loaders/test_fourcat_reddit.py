"""4CAT's tables of Reddit keep their height, whatever of their columns is missing and however few rows are left."""

import polars as pl
import pytest

from loaders import fourcat_reddit
from tests.loaders.loader_snapshots import FIXTURES

TABLE = pl.read_csv(FIXTURES / "fourcat" / "reddit.csv", infer_schema=False)


@pytest.mark.parametrize("rows", [0, 1, TABLE.height])
@pytest.mark.parametrize("gone", [[], ["url"], ["score"], ["parent"], ["url", "score", "parent"]], ids=str)
def test_no_row_is_lost_or_made(gone: list[str], rows: int) -> None:
    made = fourcat_reddit.mended(TABLE.drop(gone).head(rows))
    assert made.height == rows
    assert made["id"].to_list() == [
        f"t{1 if parent else 3}_{number}"
        for number, parent in TABLE.head(rows).select("id", "parent").iter_rows()
        for parent in [None if "parent" in gone else parent]
    ]
