"""What a case holds already, kept in mind by its one writer, so that a file costs the same after thousands as after none."""

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from evidence.files import remove
from records.tables import TABLES

if TYPE_CHECKING:
    from evidence.case import Batch, Case

# To open a Parquet file costs as much as to read some ten thousand keys. Batches below that are read as one file, made
# anew once so many of them stand beside it.
SMALL: Final = 10_000
TOGETHER: Final = 16


class Held:
    """The ledger, the erased accounts and the files that hold keys. True only while the writer lock is held."""

    def __init__(self, case: "Case") -> None:
        self.batches = 0
        """How many there are, with the first, which is empty."""
        self.erased = {entry["account_key"] for entry in case.journal.entries() if entry["kind"] == "erase"}
        self._entries: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._large: dict[str, list[Path]] = defaultdict(list)
        self._small: dict[str, list[Path]] = defaultdict(list)
        self._together = case.path / "cache" / f".pending-keys-{os.getpid()}"
        first, *loaded = case.batches()
        self._first = first.path
        self.batches = 1
        for batch in loaded:
            self.add(batch, batch.ledger)

    def add(self, batch: "Batch", entry: dict[str, Any]) -> None:
        """Take in one more batch, the newest, and its ledger entry."""
        self.batches += 1
        self._entries[entry["sha256"], member(entry["file"])].append(entry)
        for table, rows in entry["tables"].items():
            path = batch.path / f"{table}.parquet"
            if rows and path.exists():
                (self._small if rows < SMALL else self._large)[table].append(path)

    def entries(self, sha256: str, file: str) -> Sequence[dict[str, Any]]:
        """The ledger entries of the same bytes, whatever the file was called, oldest first."""
        return self._entries.get((sha256, member(file)), ())

    def files(self, table: str) -> list[Path]:
        """Parquet files that hold, together, the key columns of every row of `table`; at least one."""
        small = self._small[table]
        if len(small) > TOGETHER:
            keys = pl.concat([pl.read_parquet(path, columns=list(TABLES[table].key)) for path in small])
            self._together.mkdir(parents=True, exist_ok=True)
            # Under another name than the one before, which is among those just read.
            whole = self._together / f"{table}-{self.batches}.parquet"
            keys.unique().write_parquet(whole)
            small[:] = [whole]
        # A file of keys alone comes first: DuckDB asks of all files the columns of the first.
        return [*small, *self._large[table]] or [self._first / f"{table}.parquet"]

    def close(self) -> None:
        remove(self._together)


def member(file: str) -> str:
    """The part of a source's name that says which member of an archive it is; the archive's own name may change."""
    return file.partition("!")[2]
