"""Integrity: every hash of a case computed again and held against what was written down at the time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evidence.case import Case
from evidence.files import manifest, read_json, sha256


def verify(case: Case, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """What was checked and one sentence for each thing that is not as it was.

    Returns {checked: {originals, originals_not_kept, batches, runs, journal_entries}, journal_head, problems: [..]}.
    """
    problems = case.journal.problems()
    entries = case.journal.entries() if not problems else []
    sealed = {(entry["kind"], entry.get("name")): entry.get("seal") for entry in entries}
    batches = case.batches()
    folders: list[tuple[str, str | None, Path]] = [("load", batch.name, batch.path) for batch in batches[1:]]
    folders += [("run", path.parent.name, path.parent) for path in sorted((case.path / "runs").glob("*/manifest.json"))]
    folders.append(("created", None, batches[0].path))
    originals = sorted((case.path / "originals").glob("*/*"))
    total = len(folders) + len(originals)
    for number, (kind, name, folder) in enumerate(folders):
        progress(f"checking {folder.name}", number / total)
        problems += _folder(folder, sealed.get((kind, name)) if entries else None)
    present = {(kind, name) for kind, name, _ in folders}
    problems += [
        f"{kind} {name} is in the journal but not in the case."
        for kind, name in sealed
        if kind in ("load", "run") and (kind, name) not in present
    ]
    for number, path in enumerate(originals):
        progress(f"checking {path.name}", (len(folders) + number) / total)
        if sha256(path) != path.parent.name:
            problems.append(f"originals/{path.parent.name}/{path.name} was changed since it was loaded.")
    kept = {path.parent.name for path in originals}
    loaded = {batch.ledger["sha256"]: batch.ledger for batch in batches[1:]}
    for digest, entry in loaded.items():
        if entry.get("copied") and digest not in kept:
            problems.append(f"The original of {entry['file']} is gone from originals/.")
    return {
        "checked": {
            "originals": len(originals),
            "originals_not_kept": len(loaded.keys() - kept),
            "batches": len(batches) - 1,
            "runs": sum(kind == "run" for kind, _, _ in folders),
            "journal_entries": len(entries),
        },
        "journal_head": case.journal.head(),
        "problems": problems,
    }


def _folder(folder: Path, seal: str | None) -> list[str]:
    """What is wrong with one sealed folder."""
    if seal is None or sha256(folder / "manifest.json") != seal:
        return [f"{folder.name}: its manifest is not the one the journal knows."]
    promised: dict[str, str] = read_json(folder / "manifest.json")
    found = manifest(folder)
    changed = [name for name in promised if name in found and found[name] != promised[name]]
    return (
        [f"{folder.name}/{name} was changed after it was written." for name in changed]
        + [f"{folder.name}/{name} is missing." for name in promised if name not in found]
        + [f"{folder.name}/{name} was added later." for name in found if name not in promised]
    )
