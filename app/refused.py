"""Refused rows as people read them: equal reasons together, with how many rows they are and where the first stand."""

from pathlib import Path
from typing import Final

import polars as pl

# How loaders show a value inside a reason; what differs in nothing else is one reason.
_VALUE: Final = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
LINES_SHOWN: Final = 5
"""Enough to see whether it is every row, or those of one place; the quarantine has them all."""


def reasons(folder: Path) -> dict[str, str]:
    """For each reason of a batch's quarantine, as the ledger spells it, the line that tells of it and all like it."""
    path = folder / "quarantine.parquet"
    if not path.exists():
        return {}
    said = pl.when(pl.col("column") != "").then(pl.col("column") + ": " + pl.col("reason")).otherwise("reason")
    rows = pl.scan_parquet(path).select("line", said.alias("said"))
    kinds = (
        rows.with_columns(kind=pl.col("said").str.replace_all(_VALUE, "…"))
        .group_by("kind", maintain_order=True)
        .agg(
            pl.len().alias("rows"),
            pl.col("said").first().alias("example"),
            pl.col("said").unique(maintain_order=True),
            pl.col("line").unique(maintain_order=True).head(LINES_SHOWN + 1).alias("lines"),
        )
        .sort("rows", descending=True, maintain_order=True)
        .collect()
    )
    found = {}
    for row in kinds.iter_rows(named=True):
        others = len(row["said"]) - 1
        like = f"{others:,} other value{'s' if others > 1 else ''} too; " if others else ""
        lines = row["lines"][:LINES_SHOWN]
        where = f"line{'s' if len(lines) > 1 else ''} {', '.join(f'{line:,}' for line in lines)}"
        more = ", ..." if len(row["lines"]) > LINES_SHOWN else ""
        found.update(dict.fromkeys(row["said"], f"{row['rows']:,} x {row['example']} ({like}{where}{more})"))
    return found
