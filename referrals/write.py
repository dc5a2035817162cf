"""Packs as folders: every format's files and a manifest that names them; one copy leaves, one is kept in the case."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.case import Case
from evidence.errors import CaseError
from evidence.files import publish_as, remove, sha256, write_json
from records.finding import Json
from referrals.base import VERSION, Format, Pack, Receiver
from referrals.choose import Choice, choose
from referrals.collect import Sender, collect
from referrals.formats import formats

MANIFEST: Final = "manifest.json"
KEPT: Final = "referrals"
"""In the case folder: a copy of every pack that was built, under its id."""


@dataclass(frozen=True, slots=True)
class Written:
    """One pack that was written."""

    pack: Pack
    folder: Path
    manifest_sha256: str
    skipped: tuple[tuple[str, str], ...]
    """Formats it could not be written in: (name, why)."""


def chosen_formats(names: Sequence[str] = ()) -> list[Format]:
    """The formats of these names, or all; raises CaseError for a name that is none."""
    known = formats()
    for name in names:
        if name not in known:
            raise CaseError(f"{name} is no format; there are {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def build(
    case: Case,
    receiver: Receiver,
    out: Path,
    *,
    findings: Sequence[str] = (),
    names: Sequence[str] = (),
    sender: Sender,
) -> list[Written]:
    """Write the packs for `receiver` into `out`, keep a copy in the case, journal them (the caller holds the writer lock).

    The same packs again are the same bytes. Raises CaseError where the rules forbid it, where a format that was asked
    for by name lacks something, and where something else stands in the place of a pack.
    """
    wanted = chosen_formats(names)
    packs = collect(case, receiver, choose(case, receiver, findings), sender)
    for pack in packs:
        for form in wanted if names else []:
            if reason := form.lacks(pack):
                raise CaseError(reason)
    return [_write(case, pack, wanted, out) for pack in packs]


def preview(case: Case, receiver: Receiver, findings: Sequence[str] = ()) -> Choice:
    """What would leave for `receiver`, and why each row is in it or not; nothing is written."""
    return choose(case, receiver, findings)


def _write(case: Case, pack: Pack, wanted: list[Format], out: Path) -> Written:
    final = case.path / KEPT / pack.id
    pending = case.path / KEPT / f".pending-{pack.id}"
    remove(pending)
    pending.mkdir(parents=True)
    skipped = tuple((form.name, reason) for form in wanted if (reason := form.lacks(pack)))
    used = [form for form in wanted if form.name not in dict(skipped)]
    for form in used:
        form.write(pack, pending)
    write_json(pending / MANIFEST, manifest(pack, pending, used))
    seal = sha256(pending / MANIFEST)
    folder = out / folder_of(pack.receiver.code, pack.id)
    copy_pack(pending, folder)
    publish_as(pending, final)
    known = {entry["pack"]: entry["seal"] for entry in case.journal.entries() if entry["kind"] == "referral"}
    if known.get(pack.id) != seal:  # new, or written in other formats than the last time
        case.journal.append(
            "referral", name=pack.id, pack=pack.id, receiver=pack.receiver.code, findings=[c.finding.id for c in pack.claims],
            created=pack.created, retain_until=pack.retain_until, formats=[form.name for form in used],
            accounts=len(pack.everyone), detectors={c.finding.id: c.finding.detector for c in pack.claims}, seal=seal,
        )  # fmt: skip
    return Written(pack, folder, seal, skipped)


def manifest(pack: Pack, folder: Path, used: Sequence[Format]) -> Json:
    """What names every file of a pack and all it rests on; `refer verify` needs nothing else."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {
        "version": VERSION,
        "pack": pack.id,
        "receiver": pack.receiver.code,
        "part": pack.part,
        "parts": pack.parts,
        "created": pack.created,
        "retain_until": pack.retain_until,
        "tlp": pack.tlp,
        "stamps": list(pack.stamps),
        "findings": [claim.finding.id for claim in pack.claims],
        "formats": [form.name for form in used],
        "files": {path.relative_to(folder).as_posix(): sha256(path) for path in files},
        "data": pack.data,
        "runs": list(pack.runs),
        "program": pack.program,
        "journal": pack.journal,
    }


def folder_of(receiver: str, identity: str) -> str:
    """Receiver and id: two packs never meet, and the same one has the same place."""
    return f"{re.sub(r'[^a-z0-9_-]+', '-', receiver.lower()).strip('-') or 'other'}-{identity}"


def copy_pack(pending: Path, folder: Path) -> None:
    """Put a pack into its place; an earlier build of the same pack gives way, nothing else does."""
    if folder.exists():
        if not (folder / MANIFEST).exists():
            raise CaseError(f"{folder} is there and is no pack; name another folder with --out.")
        remove(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(pending, folder)
