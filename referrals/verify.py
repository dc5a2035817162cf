"""A pack held against its own manifest and against the rules, on any machine, without the case."""

from pathlib import Path
from typing import Any

import orjson

from evidence.errors import CaseError
from evidence.files import sha256
from evidence.review import same_person
from records.finding import Json
from referrals.base import AUTHORITY, ONE_REVIEWER, STEM, UNAUTHENTICATED
from referrals.identity import pack_id
from referrals.write import MANIFEST


def verify(folder: Path) -> Json:
    """{pack, receiver, created, files, manifest_sha256, journal_head, stamps, problems: one sentence each}.

    The manifest's own SHA-256 is in the sender's journal: comparing it shows that manifest and files were not both
    replaced. Raises CaseError where the folder is no pack.
    """
    manifest = _read(folder / MANIFEST)
    promised: dict[str, str] = manifest["files"]
    found = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    problems = [f"{name} is missing." for name in promised if name not in found]
    problems += [f"{name} was added after the pack was made." for name in found if name not in promised]
    problems += [
        f"{name} was changed after the pack was made."
        for name, digest in promised.items()
        if name in found and sha256(found[name]) != digest
    ]
    if f"{STEM}.json" in found:
        problems += _content(_read(found[f"{STEM}.json"]), manifest)
    return {
        "pack": manifest["pack"],
        "receiver": manifest["receiver"],
        "created": manifest["created"],
        "files": len(promised),
        "manifest_sha256": sha256(folder / MANIFEST),
        "journal_head": manifest["journal"]["head"],
        "stamps": manifest["stamps"],
        "problems": problems,
    }


def _read(path: Path) -> Any:
    try:
        document = orjson.loads(path.read_bytes())
        if not isinstance(document, dict):
            raise ValueError("no object")
    except (OSError, ValueError) as problem:
        raise CaseError(f"{path.parent} holds no readable {path.name} ({problem}); is it a pack's folder?") from None
    if path.name == MANIFEST and not {"files", "pack", "receiver", "created", "journal", "stamps"} <= document.keys():
        raise CaseError(f"{path} is not the manifest of a pack; name the folder `murmur refer build` wrote.")
    return document


def _content(document: Json, manifest: Json) -> list[str]:
    """What contradicts the manifest or the rules in the pack's own document."""
    problems = []
    body = {key: value for key, value in document.items() if key != "version"}
    if not document.get("id") == manifest["pack"] == pack_id(body):
        problems.append("The pack's id is not the hash of what it says.")
    for field in ("created", "retain_until", "journal", "data", "runs", "program", "stamps"):
        if document.get(field) != manifest[field]:
            problems.append(f"{STEM}.json and the manifest differ in {field}.")
    try:
        problems += _rules(document)
    except (KeyError, TypeError, AttributeError):
        problems.append(f"{STEM}.json is not of the published form.")
    return problems


def _rules(document: Json) -> list[str]:
    """What the rules of referrals/choose.py forbid, whoever wrote the document."""
    problems = []
    claims = {claim["finding"]["id"]: claim for claim in document["claims"]}
    receiver = document["receiver"]["code"]
    victims = {asset["id"] for asset in document["victims"]}
    for asset in document["assets"]:
        name = f"{asset['platform']}:{asset['id']}"
        if asset["action"] == "remove" and not any(_two(claims[one]) for one in asset["findings"]):
            problems.append(f"{name}: removal is asked for without two reviewers of a deceptive finding.")
        if asset["id"] in victims:
            problems.append(f"{name} is listed both as a possible victim and with a request against it.")
    problems += [
        f"{victim['platform']}:{victim['id']}: a possible victim with the request {victim['action']}."
        for victim in document["victims"]
        if victim["action"] != "secure_and_restore"
    ]
    if receiver != AUTHORITY:
        rows = [*document["assets"], *document["victims"], *document["posts"]]
        elsewhere = {row["platform"] for row in rows} - {receiver}
        problems += [f"The pack for {receiver} holds rows of {platform}." for platform in sorted(elsewhere)]
    for claim in claims.values():
        if claim["approval"] and not claim["approval"]["authenticated"] and UNAUTHENTICATED not in document["stamps"]:
            problems.append(f"The pack does not say: {UNAUTHENTICATED}.")
        if not claim["approval"] and ONE_REVIEWER not in document["stamps"]:
            problems.append(f"The pack does not say: {ONE_REVIEWER}.")
    return problems


def _two(claim: Json) -> bool:
    """Whether a removal may rest on this finding."""
    approval = claim["approval"]
    return bool(
        claim["outcome"] == "deceptive" and approval and not same_person(approval["by"], claim["verdict"]["by"])
    )
