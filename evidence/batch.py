"""One file becomes one batch: chunks are written as they come, counted, and appear in the case by one rename."""

import os
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.case import Batch, Case
from evidence.errors import CaseError
from evidence.files import publish, remove, write_json
from evidence.keyed import keyed
from evidence.person import OWNERS
from records.chunk import Chunk, Refusal
from records.store import Records, connect
from records.tables import TABLES, conform

QUARANTINE = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
        ("reason", pa.string()),
        ("text", pa.string()),
    ]
)
FORGOTTEN = "row of an account that was erased from this case"
OTHER_REASONS = "other reasons, in the quarantine"
# Distinct reasons the ledger spells out; the quarantine always has them all.
REASONS_SHOWN = 20


class BatchWriter:
    """Takes chunks, then `commit`s them as one batch. Nothing of it shows in the case before that."""

    def __init__(self, case: Case, file: str, sha256: str) -> None:
        self.case = case
        self.file = file
        self.sha256 = sha256
        self.held = case.held()
        self.number = self.held.batches
        self.name = f"{self.number:06d}-{sha256[:8]}"
        self.folder = case.path / "evidence" / f".pending-{os.getpid()}"
        remove(self.folder)
        self.folder.mkdir(parents=True)
        self.writers: dict[str, pq.ParquetWriter] = {}
        self.rows: Counter[str] = Counter()
        self.primary: Counter[str] = Counter()
        self.read = self.quarantined = 0
        self.ignored: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.columns_unknown: set[str] = set()
        self.erased = self.held.erased

    def add(self, chunk: Chunk) -> None:
        """Write one chunk's rows; rows whose required columns are empty or whose fixed words are not are refused."""
        refused = list(chunk.refused)
        frames = {name: self._checked(name, frame, chunk.primary, refused) for name, frame in chunk.frames.items()}
        forgotten = self._forget(frames, chunk.primary) if self.erased else 0
        kept = frames[chunk.primary].height if chunk.primary in frames else 0
        if chunk.rows != kept + forgotten + len(refused) + sum(chunk.ignored.values()):
            raise CaseError(
                f"{self.file}: the loader read {chunk.rows} rows but accounts for {kept} kept,"
                f" {len(refused)} refused and {sum(chunk.ignored.values())} ignored; please report this file's format."
            )
        for name, frame in frames.items():
            self._write(name, frame)
            self.rows[name] += frame.height
        self.primary[chunk.primary] += kept
        self._refuse(refused)
        self.read += chunk.rows
        self.ignored.update(chunk.ignored)
        if forgotten:
            self.ignored[FORGOTTEN] += forgotten
        self.notes.update(chunk.notes)
        self.columns_unknown |= chunk.columns_unknown

    def _forget(self, frames: dict[str, pl.DataFrame], primary: str) -> int:
        """Leave out the rows of accounts that were erased; returns how many items of the file that were."""
        gone = 0
        for name, column in [
            (name, column) for name, columns in OWNERS.items() for column in columns if name in frames
        ]:
            frame = frames[name]
            people = frame.select("platform", column).unique()
            known = [keyed(self.case, f"{platform}:{one}") in self.erased for platform, one in people.iter_rows()]
            if any(known):
                left = frame.join(
                    people.filter(pl.Series(known)), on=["platform", column], how="anti", maintain_order="left"
                )
                gone += frame.height - left.height if name == primary else 0
                frames[name] = left
        return gone

    def _checked(self, name: str, frame: pl.DataFrame, primary: str, refused: list[Refusal]) -> pl.DataFrame:
        """The frame conformed to its table, without rows the contract does not allow; those are added to `refused`.

        A refused row of the primary table is one item of the file; a bad row of another table is left out, its item
        stands.
        """
        frame = conform(name, frame)
        for column in TABLES[name].columns:
            value = pl.col(column.name)
            if column.required:
                bad = value.is_null() if column.kind != "str" else value.is_null() | (value == "")
                reason = f"no value for the required {column.name}"
            elif column.words:
                bad = value.is_not_null() & ~value.is_in(column.words)
                reason = f"not a word the contract knows for {column.name}"
            else:
                continue
            if column.required and column.words:
                bad = bad | ~value.is_in(column.words)
            rows = frame.filter(bad)
            if rows.height == 0:
                continue
            if name == primary:
                refused.extend(
                    Refusal(
                        int(row["_source_line"]),
                        column.name,
                        reason,
                        str({k: v for k, v in row.items() if v is not None})[:2000],
                    )
                    for row in rows.iter_rows(named=True)
                )
            else:
                self.notes[f"{name} rows left out: {reason}"] += rows.height
            frame = frame.filter(~bad)
        return frame.with_columns(_source_sha256=pl.lit(self.sha256), _batch=pl.lit(self.name))

    def _refuse(self, refused: list[Refusal]) -> None:
        self.quarantined += len(refused)
        for refusal in refused:
            reason = f"{refusal.column}: {refusal.reason}" if refusal.column else refusal.reason
            if reason in self.reasons or len(self.reasons) < REASONS_SHOWN:
                self.reasons[reason] += 1
            else:
                self.reasons[OTHER_REASONS] += 1
        if refused:
            columns = zip(*[(self.file, r.line, r.column, r.reason, r.text[:2000]) for r in refused], strict=True)
            rows = pa.table(
                [pa.array(values, kind.type) for values, kind in zip(columns, QUARANTINE, strict=True)],
                schema=QUARANTINE,
            )
            self._writer("quarantine", QUARANTINE).write_table(rows)

    def _write(self, name: str, frame: pl.DataFrame) -> None:
        schema = TABLES[name].arrow_schema
        self._writer(name, schema).write_table(frame.to_arrow().cast(schema))

    def _writer(self, name: str, schema: pa.Schema) -> pq.ParquetWriter:
        if name not in self.writers:
            self.writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", schema, compression="zstd")
        return self.writers[name]

    def commit(self, how: dict[str, Any]) -> dict[str, Any]:
        """Count what is new, write the ledger entry, publish the batch, journal it. Returns the ledger entry."""
        for writer in self.writers.values():
            writer.close()
        new = {name: self._new(name) for name in self.rows}
        kept = sum(new[name] for name, rows in self.primary.items() if rows)
        entry = {
            "file": self.file,
            "sha256": self.sha256,
            "rows_read": self.read,
            "kept": kept,
            "merged": sum(self.primary.values()) - kept,
            "ignored": sum(self.ignored.values()),
            "quarantined": self.quarantined,
            "tables": dict(self.rows),
            "new": new,
            "columns_unknown": sorted(self.columns_unknown),
            "reasons": {**self.reasons, **self.ignored},
            "notes": dict(self.notes),
            "batch": self.name,
            **how,
        }
        write_json(self.folder / "ledger.json", entry)
        batch = Batch(self.name, self.case.path / "evidence" / "batches" / self.name)
        seal = publish(self.folder, batch.path)
        self.held.add(batch, entry)
        self.case.journal.append("load", name=self.name, file=self.file, sha256=self.sha256, seal=seal)
        return entry

    def _new(self, name: str) -> int:
        """How many entities of this batch's `name` rows no earlier batch has."""
        keys = ", ".join(f'"{key}"' for key in TABLES[name].key)  # `at` is a word of DuckDB's own
        connection = _counter(str(self.case.path / "cache" / "spill"))
        # One grouping over both, not a set difference: that one builds two tables of keys and takes three times as long.
        row = connection.execute(
            f"SELECT count(*) FROM (SELECT {keys} FROM (SELECT {keys}, 0 AS _known FROM read_parquet($new)"
            f" UNION ALL SELECT {keys}, 1 FROM read_parquet($old)) GROUP BY {keys} HAVING max(_known) = 0)",
            {"new": str(self.folder / f"{name}.parquet"), "old": [str(path) for path in self.held.files(name)]},
        ).fetchone()
        assert row is not None
        return int(row[0])

    def abandon(self) -> None:
        """Take back everything written so far."""
        for writer in self.writers.values():
            writer.close()
        remove(self.folder)


@lru_cache(maxsize=1)
def _counter(spill: str) -> Records:
    """A connection that counts keys, kept from file to file: to open one takes longer than to count a picture's.

    400 MB keeps a load of any size under 1 GB in all; DuckDB spills what is more to the disk.
    """
    return connect(400, spill)


def quarantine(case: Case) -> list[Path]:
    """The quarantine files of the case, oldest first."""
    paths = [batch.path / "quarantine.parquet" for batch in case.batches()]
    return [path for path in paths if path.exists()]
