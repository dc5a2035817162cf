"""From a source's chunks to a batch in the case; the same file read the same way twice changes nothing."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from evidence.batch import BatchWriter
from evidence.case import Case
from evidence.files import copy_and_hash
from records.chunk import Chunk


def keep_original(case: Case, path: Path, copy: bool) -> tuple[str, Path]:
    """Hash the file and, where `copy`, keep it under originals/; returns the hash and the path to read."""
    return copy_and_hash(path, case.path / "originals" if copy else None)


def loaded_before(case: Case, sha256: str, file: str, how: dict[str, Any]) -> dict[str, Any] | None:
    """The ledger entry of an earlier load of the same bytes read the same way, as a load that brought nothing new."""
    for entry in case.held().entries(sha256, file):
        if all(entry.get(k) == how[k] for k in how):
            again = dict(entry)
            again.update(kept=0, merged=entry["kept"] + entry["merged"], already_loaded=True)
            return again
    return None


def load(
    case: Case,
    file: str,
    sha256: str,
    chunks: Iterable[Chunk],
    how: dict[str, Any],
    copied: bool,
    progress: Callable[[int], None],
) -> dict[str, Any]:
    """Write one source into the case (the caller holds the writer lock); returns its ledger entry.

    `how` is what decides how the file is read: format, timezone, mapping, platform. `progress` gets rows read so far.
    Whatever interrupts it, the case is as it was before.
    """
    writer = BatchWriter(case, file, sha256)
    try:
        for chunk in chunks:
            writer.add(chunk)
            progress(writer.read)
        return writer.commit({**how, "copied": copied, "already_loaded": False})
    except BaseException:
        writer.abandon()
        raise
