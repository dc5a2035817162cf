"""What became of packs after they were sent, and from it how often the program was right, by detector and platform."""

from collections import defaultdict
from datetime import date
from math import sqrt
from typing import Any, Final

from evidence.case import Case
from evidence.errors import CaseError
from evidence.files import read_json
from evidence.review import noted, person
from records.finding import Json
from referrals.base import STEM
from referrals.write import KEPT

STATES: Final = ("sent", "acknowledged", "decided", "appeal", "reinstated", "false_positive")
WRONG: Final = ("reinstated", "false_positive")
"""States that say the pack asked for too much."""
SETTLED: Final = ("decided", *WRONG)
"""States after which a pack counts: before, nobody has judged it."""


def packs(case: Case) -> dict[str, Json]:
    """Pack id to its newest journal entry, oldest pack first."""
    return {entry["pack"]: entry for entry in case.journal.entries() if entry["kind"] == "referral"}


def pack_of(case: Case, word: str) -> Json:
    """The journal entry of the pack whose id begins with `word`, or whose folder it names; raises CaseError."""
    known = packs(case)
    beginning = word.rstrip("/").rpartition("/")[2].rpartition("-")[2]
    found = [entry for pack, entry in known.items() if beginning and pack.startswith(beginning)]
    if len(found) != 1:
        names = ", ".join(known) or "none"
        raise CaseError(
            f"{'No' if not found else 'More than one'} pack begins with {beginning or word}; there are {names}."
        )
    return found[0]


def record(case: Case, pack: str, state: str, when: str, note: str, by: str) -> Json:
    """Journal what became of a pack (the caller holds the writer lock); returns the entry. Raises CaseError.

    `when` is a date; what happens to a pack begins with its being sent.
    """
    if state not in STATES:
        raise CaseError(f"{state} is no outcome; there are {', '.join(STATES)}.")
    try:
        day = date.fromisoformat(when)
    except ValueError:
        raise CaseError(f"{when} is no date; write it as 2026-03-14.") from None
    entry = pack_of(case, pack)
    if day > date.today():
        raise CaseError(f"{when} lies ahead; record what has happened.")
    before = history(case, entry["pack"])
    if state != "sent" and not any(one["state"] == "sent" for one in before):
        raise CaseError(
            f"{entry['pack']} was not recorded as sent; `murmur refer outcome {entry['pack']} --state sent` first."
        )
    return case.journal.append(
        "outcome", pack=entry["pack"], receiver=entry["receiver"], state=state, date=day.isoformat(),
        note=noted(note), by=person(by), authenticated=False,
    )  # fmt: skip


def history(case: Case, pack: str) -> list[Json]:
    """What became of a pack, in the order it was recorded."""
    return [entry for entry in case.journal.entries() if entry["kind"] == "outcome" and entry["pack"] == pack]


def overview(case: Case) -> list[Json]:
    """Every pack with its newest outcome: {pack, receiver, findings, created, retain_until, accounts, state, date, outcomes}."""
    rows = []
    for pack, entry in packs(case).items():
        told = history(case, pack)
        newest = told[-1] if told else None
        rows.append(
            {
                **{
                    key: entry[key]
                    for key in ("receiver", "findings", "created", "retain_until", "accounts", "formats")
                },
                "pack": pack,
                "state": newest["state"] if newest else "built",
                "date": newest["date"] if newest else None,
                "outcomes": [{key: one[key] for key in ("state", "date", "note", "by")} for one in told],
            }
        )
    return rows


def precision(case: Case) -> list[Json]:
    """{detector, platform, settled, wrong, precision, low, high} for each detector and receiver with a settled pack.

    The unit is a finding in a pack. `decided` without a later reinstatement or false positive counts as right; low and
    high are Wilson's interval at 95 %. It is the receivers' judgement, not the truth, and says so in the docs.
    """
    settled: dict[tuple[str, str], int] = defaultdict(int)
    wrong: dict[tuple[str, str], int] = defaultdict(int)
    for pack, entry in packs(case).items():
        states = {one["state"] for one in history(case, pack)}
        if not states & set(SETTLED):
            continue
        for finding in entry["findings"]:
            key = (entry["detectors"][finding], entry["receiver"])
            settled[key] += 1
            wrong[key] += bool(states & set(WRONG))
    rows: list[Json] = []
    for (detector, platform), count in sorted(settled.items()):
        right = count - wrong[detector, platform]
        low, high = wilson(right, count)
        rows.append({"detector": detector, "platform": platform, "settled": count, "wrong": wrong[detector, platform],
                     "precision": round(right / count, 4), "low": round(low, 4), "high": round(high, 4)})  # fmt: skip
    return rows


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927): honest for few trials, where the normal one is not."""
    z = 1.959964
    share, spread = hits / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def kept(case: Case, pack: str) -> Any:
    """The document of a pack as it is kept in the case; raises CaseError where it was erased or built without json."""
    path = case.path / KEPT / pack / f"{STEM}.json"
    if not path.exists():
        raise CaseError(
            f"The case keeps no {STEM}.json of pack {pack}; it was erased, or built without the format json."
        )
    return read_json(path)
