"""Corrections: for everybody who got a finding that turned out wrong, a pack that takes it back."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from evidence.case import Case
from evidence.errors import CaseError
from evidence.files import manifest, publish_as, remove, sha256, write_json
from evidence.review import finding_of, noted, person, verdicts
from records.finding import Json
from referrals.base import VERSION
from referrals.formats.csv import table
from referrals.identity import program_version
from referrals.outcomes import WRONG, history, kept, packs
from referrals.write import MANIFEST, copy_pack, folder_of

KEPT: Final = "retractions"
COLUMNS: Final = ("platform", "id", "kind", "handle", "url", "was_asked", "now_asked", "packs", "findings")
NOW: Final = "restore"


def retract(case: Case, findings: Sequence[str], out: Path, by: str, note: str) -> list[Json]:
    """Write a retraction for every receiver of these findings, keep a copy, journal it (the caller holds the writer lock).

    Every pack that was built counts as received, for nobody can know that it was not sent. Returns {retraction, receiver,
    folder, packs, findings, accounts, manifest_sha256} each. Raises CaseError where a finding still stands, and where no
    pack holds it.
    """
    name, text = person(by), noted(note)
    ids = sorted({finding_of(case, one).id for one in findings})
    corrected = {one: _corrected(case, one) for one in ids}
    by_receiver: dict[str, list[Json]] = defaultdict(list)
    for entry in packs(case).values():
        if set(entry["findings"]) & set(ids):
            by_receiver[entry["receiver"]].append(entry)
    if not by_receiver:
        raise CaseError(f"No pack holds {', '.join(ids)}; there is nobody to write to.")
    basis = max(corrected.values(), key=lambda entry: int(entry["seq"]))
    return [_write(case, receiver, sent, ids, basis, out, name, text) for receiver, sent in sorted(by_receiver.items())]


def _corrected(case: Case, finding: str) -> Json:
    """The journal entry that took a finding back."""
    verdict = verdicts(case).get(finding)
    if verdict and verdict["state"] in ("dismissed", "unsure"):
        return verdict
    for pack, entry in packs(case).items():
        if finding in entry["findings"]:
            for told in reversed(history(case, pack)):
                if told["state"] in WRONG:
                    return told
    raise CaseError(
        f"{finding} still stands; `murmur verdict {finding} dismissed` comes first, or the outcome reinstated or false_positive."
    )


def _write(
    case: Case, receiver: str, sent: list[Json], ids: list[str], basis: Json, out: Path, by: str, note: str
) -> Json:
    rows = _rows(case, sent, set(ids))
    document = {
        "version": VERSION,
        "kind": "retraction",
        "receiver": receiver,
        "created": basis["at"],
        "journal": {"head": basis["hash"], "seq": basis["seq"], "at": basis["at"]},
        "packs": [{key: entry[key] for key in ("pack", "created", "seal")} for entry in sent],
        "findings": [one for one in ids if any(one in entry["findings"] for entry in sent)],
        "request": "Take back what was done because of these packs, and delete them: the findings named here do not stand.",
        "by": by,
        "accounts": rows,
        "program": {"name": "murmuration", "version": program_version()},
    }
    body = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    identity = hashlib.sha256(body).hexdigest()[:16]
    pending = case.path / KEPT / f".pending-{identity}"
    remove(pending)
    pending.mkdir(parents=True)
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    (pending / "retraction.json").write_bytes(orjson.dumps({"id": identity, **document}, option=options))
    table(pending / "retraction.csv", COLUMNS, ([row[column] for column in COLUMNS] for row in rows))
    write_json(
        pending / MANIFEST,
        {"version": VERSION, "pack": identity, "receiver": receiver, "created": basis["at"], "stamps": [],
         "journal": document["journal"], "program": document["program"], "files": manifest(pending)},
    )  # fmt: skip
    seal = sha256(pending / MANIFEST)
    folder = out / folder_of("retraction-" + receiver, identity)
    copy_pack(pending, folder)
    publish_as(pending, case.path / KEPT / identity)
    if seal not in {entry["seal"] for entry in case.journal.entries() if entry["kind"] == "retraction"}:
        case.journal.append(
            "retraction", name=identity, receiver=receiver, packs=[entry["pack"] for entry in sent],
            findings=document["findings"], by=by, note=note, authenticated=False, seal=seal,
        )  # fmt: skip
    return {"retraction": identity, "receiver": receiver, "folder": str(folder), "packs": [e["pack"] for e in sent],
            "findings": document["findings"], "accounts": len(rows), "manifest_sha256": seal}  # fmt: skip


def _rows(case: Case, sent: list[Json], ids: set[str]) -> list[Json]:
    """The accounts the packs named because of these findings, with what was asked; as the packs said it."""
    found: dict[str, dict[str, Any]] = {}
    for entry in sent:
        document = kept(case, entry["pack"])
        for asset in [*document["assets"], *document["victims"]]:
            here = sorted(set(asset["findings"]) & ids)
            if not here:
                continue
            row = found.setdefault(
                f"{asset['platform']}:{asset['id']}",
                {**{key: asset[key] for key in ("platform", "id", "kind", "handle", "url")},
                 "was_asked": asset["action"], "packs": [], "findings": []},
            )  # fmt: skip
            row["packs"].append(entry["pack"])
            row["findings"] = sorted({*row["findings"], *here})
            # What other findings still bear out is not taken back with these.
            row["now_asked"] = NOW if set(asset["findings"]) <= ids else "only what the other findings say"
    rows = [found[uid] for uid in sorted(found)]
    return [{**row, "packs": "|".join(row["packs"]), "findings": "|".join(row["findings"])} for row in rows]
