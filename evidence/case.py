"""A case: one folder that holds what was loaded, found and decided, and gives it back as records."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock
import orjson
import psutil

from evidence import current, derive
from evidence.errors import BusyError, CaseError
from evidence.files import publish, read_json, remove, settle, sha256, write_json
from evidence.held import Held
from evidence.journal import Journal
from records.store import Records, connect
from records.tables import TABLES, empty

VERSION = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one loaded file."""

    name: str
    path: Path

    @property
    def ledger(self) -> dict[str, Any]:
        """The ledger entry (docs/contract.md section 2) and how the file was read."""
        document: dict[str, Any] = read_json(self.path / "ledger.json")
        return document

    @property
    def seal(self) -> str:
        """SHA-256 of the batch's manifest."""
        return sha256(self.path / "manifest.json")


class Case:
    """An open case folder. Reading needs no lock; every write goes through `writing`."""

    def __init__(self, path: Path, meta: dict[str, Any]) -> None:
        self.path = path
        self.meta = meta
        self.id = str(meta["id"])
        self.journal = Journal(path / "journal.ndjson")
        self._writing = False
        self._held: Held | None = None

    @classmethod
    def create(cls, path: Path | str, name: str = "") -> "Case":
        """A new case in an empty or missing folder, with every table present and empty."""
        path = Path(path)
        if (path / "case.json").exists():
            raise CaseError(f"There is a case in {path} already; name another folder with --case.")
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise CaseError(f"{path} is not an empty folder; name another one with --case.")
        path.mkdir(parents=True, exist_ok=True)
        pending = path / ".pending-create"
        remove(pending)
        pending.mkdir()
        for table in TABLES:
            empty(table).write_parquet(pending / f"{table}.parquet")
        write_json(pending / "ledger.json", {"file": None, "tables": {}, "new": {}})
        seal = publish(pending, path / "evidence" / "batches" / "000000-empty")
        for folder in ("originals", "runs", "jobs"):
            (path / folder).mkdir(exist_ok=True)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        case_id = uuid.uuid4().hex
        Journal(path / "journal.ndjson").append("created", case=case_id, seal=seal)
        # Written last: a folder without case.json is not a case, so a kill before this leaves none.
        write_json(
            path / "case.json",
            {"id": case_id, "name": name or path.resolve().name, "created": created, "version": VERSION},
        )
        return cls.open(path)

    @classmethod
    def open(cls, path: Path | str) -> "Case":
        """The case in `path`; raises CaseError where there is none."""
        path = Path(path)
        try:
            meta = read_json(path / "case.json")
        except FileNotFoundError:
            raise CaseError(f"There is no case in {path}; `murmur load FILE --case {path}` makes one.") from None
        except (orjson.JSONDecodeError, OSError) as problem:
            raise CaseError(f"case.json in {path} cannot be read ({problem}); restore it from a copy.") from None
        if meta.get("version") != VERSION:
            raise CaseError(f"The case in {path} was made by another version of murmur ({meta.get('version')}).")
        return cls(path, meta)

    @classmethod
    def open_or_create(cls, path: Path | str, name: str = "") -> "Case":
        """The case in `path`, or a new one where there is none yet."""
        path = Path(path)
        if (path / "case.json").exists():
            return cls.open(path)
        remove_unborn(path)
        return cls.create(path, name)

    @contextmanager
    def writing(self, doing: str) -> Iterator[None]:
        """Hold the case for one writer; raises BusyError, naming who holds it, for the second."""
        lock = filelock.FileLock(self.path / ".writer.lock")
        holder = self.path / ".writer.json"
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise BusyError(
                f"{_holder(holder)} is writing this case; wait until it has ended, then try again."
            ) from None
        try:
            write_json(holder, {"pid": psutil.Process().pid, "doing": doing})
            self._repair()
            self._writing = True
            yield
        finally:
            self._writing = False
            if self._held is not None:
                self._held.close()
                self._held = None
            holder.unlink(missing_ok=True)
            lock.release()

    def _repair(self) -> None:
        """Clear away what a killed writer left: unfinished folders, and batches and runs the journal does not know."""
        settle(self.path)
        for leftover in [*self.path.glob("**/.pending-*"), *self.path.glob("originals/.copy-*")]:
            remove(leftover)
        entries = self.journal.entries()
        known = {entry.get("seal") for entry in entries}
        # An erasure wrote batches and runs anew, and said so in one entry.
        known |= {
            one["new"] for entry in entries if entry["kind"] == "erase" for one in entry["batches"] + entry["runs"]
        }
        for kind, folder in (("load", "evidence/batches"), ("run", "runs")):
            for path in sorted((self.path / folder).glob("*/manifest.json")):
                if (seal := sha256(path)) not in known:
                    self.journal.append(kind, name=path.parent.name, seal=seal, repaired=True)

    def held(self) -> Held:
        """What the case holds, for its writer. Without the lock another process may add to it, so it is read anew."""
        if not self._writing:
            return Held(self)
        if self._held is None:
            self._held = Held(self)
        return self._held

    def batches(self) -> list[Batch]:
        """Every batch, oldest first; the first holds the empty tables."""
        folder = self.path / "evidence" / "batches"
        return [Batch(path.name, path) for path in sorted(folder.iterdir()) if (path / "manifest.json").exists()]

    def ledger(self) -> list[dict[str, Any]]:
        """The ledger entries of every loaded file, in the order they were loaded."""
        return [batch.ledger for batch in self.batches()[1:]]

    def input_hash(self) -> str:
        """SHA-256 over the batches: names exactly what a run saw."""
        return current.input_hash(self.batches_sealed())

    def batches_sealed(self) -> list[str]:
        return [batch.seal for batch in self.batches()]

    def records(self, memory_mb: int = 1024) -> Records:
        """A connection in which each contract table is a view of the current rows (evidence/current.py).

        `languages` and `places` are there too, empty where evidence/derive.py did not work on exactly these rows.
        """
        temporary = self.path / "cache" / "spill"
        connection = connect(memory_mb, str(temporary))
        batches = self.batches()
        input_hash = self.input_hash()
        current.attach(
            connection,
            {
                table: [
                    batch.path / f"{table}.parquet" for batch in batches if (batch.path / f"{table}.parquet").exists()
                ]
                for table in TABLES
            },
            {table: current.has_repeats([batch.ledger for batch in batches], table) for table in TABLES},
            self.path / "cache" / input_hash[:16],
        )
        derive.attach(connection, self.path, input_hash)
        return connection


def remove_unborn(path: Path) -> None:
    """Clear a folder in which `create` was killed before case.json stood, so that it can be tried again."""
    if path.is_dir() and {item.name for item in path.iterdir()} <= {
        ".pending-create", "evidence", "originals", "runs", "jobs", "journal.ndjson",
    }:  # fmt: skip
        batches = path / "evidence" / "batches"
        if not batches.exists() or {item.name for item in batches.iterdir()} <= {"000000-empty"}:
            for item in list(path.iterdir()):
                remove(item)


def _holder(path: Path) -> str:
    try:
        document = read_json(path)
    except (FileNotFoundError, orjson.JSONDecodeError):
        return "Another murmur"
    return f"Another murmur (process {document['pid']}, {document['doing']})"
