"""What a loader yields: some rows of one file as contract tables, with every row it did not keep accounted for."""

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class Refusal:
    """One item of the export that could not be read; it goes to the quarantine."""

    line: int
    """1-based line of the file where the item begins (for Parquet and JSON arrays: the item's number)."""
    column: str
    """The column that is wrong, or "" where the whole item is."""
    reason: str
    """One clear sentence."""
    text: str
    """The item as found, at most 2,000 characters."""


@dataclass(slots=True)
class Chunk:
    """A part of a file. rows == (rows of frames[primary]) + len(refused) + sum(ignored.values()), always.

    `frames` maps table names to frames that hold any of the table's columns, `extra` (JSON text) and the required
    Int64 `_source_line`; an item that is not refused or ignored has exactly one row in the primary table, and may have
    rows in others.
    """

    rows: int
    """Items of the export in this part."""
    primary: str
    """The table that holds one row for each item."""
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    """Reason to count, for items left out by design (service messages, blank rows)."""
    columns_unknown: frozenset[str] = frozenset()
    """Columns of the export that the contract does not know; their values stand in `extra`."""
    notes: dict[str, int] = field(default_factory=dict)
    """What else the ledger should say, with counts, such as ids that stand for names."""
