"""Integrity: every hash of a case computed again and held against what was written down at the time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evidence.case import Case
from evidence.erase import PACKS, UNFINISHED, promised
from evidence.files import manifest, read_json, sha256


def verify(case: Case, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """What was checked and one sentence for each thing that is not as it was.

    Returns {checked: {originals, originals_not_kept, batches, runs, packs, erased, journal_entries}, journal_head,
    problems: [..]}. What an erasure wrote anew is held against the hash the erasure journaled, and counted as erased.
    """
    problems = case.journal.problems()
    entries = case.journal.entries() if not problems else []
    sealed, originals_now = promised(entries)
    batches = case.batches()
    folders: list[tuple[str, str | None, Path]] = [("load", batch.name, batch.path) for batch in batches[1:]]
    folders += [("run", path.parent.name, path.parent) for path in sorted((case.path / "runs").glob("*/manifest.json"))]
    folders.append(("created", None, batches[0].path))
    for kind, where in PACKS.items():
        folders += [
            (kind, path.parent.name, path.parent) for path in sorted((case.path / where).glob("*/manifest.json"))
        ]
    originals = sorted((case.path / "originals").glob("*/*"))
    total = len(folders) + len(originals)
    for number, (kind, name, folder) in enumerate(folders):
        progress(f"checking {folder.name}", number / total)
        problems += _folder(folder, sealed.get((kind, name)) if entries else None)
    if (case.path / UNFINISHED).exists():
        problems.append("An erasure was not finished; run the same `murmur erase` again.")
    present = {(kind, name) for kind, name, _ in folders}
    problems += [
        f"{kind} {name} is in the journal but not in the case."
        for kind, name in sealed
        if kind in ("load", "run", *PACKS) and (kind, name) not in present
    ]
    for number, path in enumerate(originals):
        progress(f"checking {path.name}", (len(folders) + number) / total)
        if sha256(path) != originals_now.get(path.parent.name, path.parent.name):
            problems.append(f"originals/{path.parent.name}/{path.name} was changed since it was loaded.")
    kept = {path.parent.name for path in originals}
    loaded = {batch.ledger["sha256"]: batch.ledger for batch in batches[1:]}
    for digest, entry in loaded.items():
        if entry.get("copied") and digest not in kept and originals_now.get(digest, digest) is not None:
            problems.append(f"The original of {entry['file']} is gone from originals/.")
    return {
        "checked": {
            "originals": len(originals),
            "originals_not_kept": len(loaded.keys() - kept),
            "batches": len(batches) - 1,
            "runs": sum(kind == "run" for kind, _, _ in folders),
            "packs": sum(kind in PACKS for kind, _, _ in folders),
            "erased": sum(entry["kind"] == "erase" for entry in entries),
            "journal_entries": len(entries),
        },
        "journal_head": case.journal.head(),
        "problems": problems,
    }


def _folder(folder: Path, seal: str | None) -> list[str]:
    """What is wrong with one sealed folder."""
    if seal is None or sha256(folder / "manifest.json") != seal:
        return [f"{folder.name}: its manifest is not the one the journal knows."]
    document = read_json(folder / "manifest.json")
    # A pack's manifest says more than its files; of an erased pack nothing but the manifest is left.
    promised: dict[str, str] = {} if document.get("erased") else document.get("files", document)
    found = manifest(folder)
    changed = [name for name in promised if name in found and found[name] != promised[name]]
    return (
        [f"{folder.name}/{name} was changed after it was written." for name in changed]
        + [f"{folder.name}/{name} is missing." for name in promised if name not in found]
        + [f"{folder.name}/{name} was added later." for name in found if name not in promised]
    )
