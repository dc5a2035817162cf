"""A person's data taken out of a case: originals, tables, runs, packs kept here; what was done stays in the journal.

The journal keeps the old and new hashes, the receivers of packs that named the person, and a keyed hash of the account,
by which a later load knows that it is not to come back. Killed in between, the same erasure again finishes it.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
import pyarrow.parquet as pq

from evidence.batch import QUARANTINE
from evidence.case import Case
from evidence.errors import CaseError
from evidence.files import manifest, publish_as, read_json, remove, sha256, write_json
from evidence.keyed import keyed
from evidence.originals import rewrite
from evidence.person import ERASED, Person, covered, forgotten, person_of, without
from evidence.review import noted, person
from records.finding import Json
from records.store import query
from records.tables import TABLES

Progress = Callable[[str, float], None]
REBUILT: Final = ("cache", "derived", "jobs")
"""Folders that hold copies and can be made again."""
UNFINISHED: Final = "erasing.json"
"""In the case folder while an erasure is under way; removed when it has ended."""
PACKS: Final = {"referral": "referrals", "retraction": "retractions"}
"""Journal kind to the folder its copies are kept in."""
QUOTED: Final = ("evidence", "alternatives", "targets", "tests")
"""Parts of a finding that quote what people wrote or are called."""
_SAID: Final = ("note", "file", "by")
"""Fields of journal entries that hold words of people."""
_RUN_COLUMNS: Final = ("source", "target", "account", "post", "original", "object")


def erase(case: Case, account: str, by: str, note: str, progress: Progress) -> Json:
    """Erase one account (the caller holds the writer lock); returns the journal entry. Raises CaseError.

    The graph is not touched here: whoever asked has it built anew from what is left.
    """
    name, text = person(by), noted(note)
    if problems := case.journal.problems():
        raise CaseError(f"Nothing is erased from a case whose journal was changed: {problems[0]}")
    platform, _, account_id = _split(account)
    records = case.records()
    try:
        who = person_of(records, platform, account_id)
        pictures = query(
            records,
            "SELECT DISTINCT sha256 FROM media JOIN media_posts USING (path, media_hash) WHERE platform = ? AND post_id IN"
            " (SELECT post_id FROM raw_posts WHERE platform = ? AND author_id = ?) AND sha256 IS NOT NULL",
            [platform, platform, account_id],
        )["sha256"].to_list()
    finally:
        records.close()
    plan = _Plan(case, who, set(pictures))
    batches = list(_batches(case, plan, progress))
    runs = list(_runs(case, plan.who, progress))
    if not batches and not runs and not plan.resumed and not _known(case, account):
        plan.done()
        raise CaseError(f"Nothing in this case names {account}; write it as PLATFORM:ID.")
    originals = list(_originals(case, plan, progress))
    packs = list(_packs(case, plan.who))
    for folder in REBUILT:
        remove(case.path / folder)
    (case.path / "jobs").mkdir()
    entry = case.journal.append(
        "erase", account_key=keyed(case, account), by=name, note=plan.who.mask.text(text), authenticated=False,
        batches=batches, runs=runs, originals=originals, packs=packs, mentioned=_mentions(case, plan.who),
    )  # fmt: skip
    plan.done()
    return entry


class _Plan:
    """What is being erased, written down first: a later attempt must know it where the tables no longer do."""

    def __init__(self, case: Case, who: Person, pictures: set[str]) -> None:
        self.path = case.path / UNFINISHED
        self.who, self.pictures = who, pictures
        self.lines: dict[str, set[int]] = defaultdict(set)
        """Lines of dropped rows by the hash of the file they were read from."""
        self.resumed = self.path.exists()
        if self.resumed:
            told = read_json(self.path)
            if told["account"] != who.uid:
                raise CaseError(f"The erasure of {told['account']} was not finished; run it again first.")
            self.who = who.joined(told)
            self.pictures |= set(told["pictures"])
            self.lines.update({digest: set(lines) for digest, lines in told["lines"].items()})
        self.write()

    def write(self) -> None:
        who = self.who
        write_json(
            self.path,
            {"account": who.uid, "names": sorted(who.names), "posts": sorted(who.posts), "addresses": sorted(who.addresses),
             "pictures": sorted(self.pictures), "lines": {digest: sorted(found) for digest, found in self.lines.items()}},
        )  # fmt: skip

    def done(self) -> None:
        remove(self.path)


def erased_keys(case: Case) -> set[str]:
    """Keyed hashes of the accounts that were erased."""
    return {entry["account_key"] for entry in case.journal.entries() if entry["kind"] == "erase"}


def _known(case: Case, account: str) -> bool:
    return keyed(case, account) in erased_keys(case)


def _split(account: str) -> tuple[str, str, str]:
    head, colon, rest = account.partition(":")
    if head == "other":  # other:NAME has a colon of its own
        name, colon, rest = rest.partition(":")
        head = f"other:{name}"
    if not colon or not rest:
        raise CaseError(f"{account} names no account; write it as PLATFORM:ID.")
    return head, colon, rest


def _batches(case: Case, plan: _Plan, progress: Progress) -> Iterator[Json]:
    """Rewrite every batch that names the person; the plan gets the lines of dropped rows by source."""
    who, pictures, lines = plan.who, plan.pictures, plan.lines
    known = case.batches()[1:]
    for number, batch in enumerate(known):
        progress(f"erasing in {batch.name}", 0.6 * number / len(known))
        pending = batch.path.parent / f".pending-erase-{os.getpid()}"
        remove(pending)
        pending.mkdir()
        dropped, changed = 0, False
        for path in sorted(batch.path.glob("*.parquet")):
            frame = pl.read_parquet(path)
            left = _quarantine(who, frame) if path.stem == "quarantine" else without(who, path.stem, frame)
            if path.stem == "media" and pictures:
                left = left.filter(~pl.col("sha256").is_in(sorted(pictures)).fill_null(False))
            changed = changed or not left.equals(frame)
            dropped += frame.height - left.height
            if path.stem in TABLES:
                gone = (
                    frame.filter(~pl.Series(_rows(frame)).is_in(_rows(left)))
                    if left.height < frame.height
                    else left[:0]
                )
                for row in gone.select("_source_sha256", "_source_line").iter_rows():
                    lines[row[0]].add(row[1])
            arrow = left.to_arrow()
            schema = TABLES[path.stem].arrow_schema if path.stem in TABLES else QUARANTINE
            pq.write_table(arrow.cast(schema), pending / path.name, compression="zstd")
        ledger = covered(who, batch.ledger)
        if not changed and ledger == batch.ledger:
            remove(pending)
            continue
        lines.setdefault(str(ledger["sha256"]), set())
        plan.write()
        write_json(pending / "ledger.json", {**ledger, "erased": int(ledger.get("erased", 0)) + dropped})
        yield {"name": batch.name, "old": batch.seal, "new": _reseal(pending, batch.path), "rows": dropped}


def _rows(frame: pl.DataFrame) -> list[int]:
    """Lines of a batch's rows; one source a batch, so a line names its rows."""
    return [int(line) if line is not None else -1 for line in frame["_source_line"]]


def _quarantine(who: Person, frame: pl.DataFrame) -> pl.DataFrame:
    texts = frame["text"].to_list()
    named = [text is not None and after != text for text, after in zip(texts, _masked(who, texts), strict=True)]
    return frame.with_columns(
        pl.Series("text", [ERASED if hit else text for hit, text in zip(named, texts, strict=True)], dtype=pl.String)
    )


def _masked(who: Person, texts: list[str | None]) -> list[str | None]:
    covered_texts = iter(who.mask.texts([text for text in texts if text is not None]))
    return [None if text is None else next(covered_texts) for text in texts]


def _reseal(pending: Path, final: Path) -> str:
    write_json(pending / "manifest.json", manifest(pending))
    publish_as(pending, final)
    return sha256(final / "manifest.json")


def _runs(case: Case, who: Person, progress: Progress) -> Iterator[Json]:
    posts = [f"{who.platform}:{post}" for post in sorted(who.posts)]
    gone = [who.uid, *posts]
    for path in sorted((case.path / "runs").glob("*/manifest.json")):
        folder = path.parent
        progress(f"erasing in run {folder.name}", 0.7)
        pending = folder.parent / f".pending-erase-{os.getpid()}"
        remove(pending)
        pending.mkdir()
        changed = False
        for item in sorted(folder.iterdir()):
            if item.suffix == ".parquet":
                frame = pl.read_parquet(item)
                left = frame
                for column in _RUN_COLUMNS:
                    if column in frame.columns:
                        left = left.filter(~pl.col(column).is_in(gone).fill_null(False))
                left.write_parquet(pending / item.name)
                changed = changed or left.height < frame.height
            elif item.name == "findings.ndjson":
                before = item.read_bytes()
                documents = [forgotten(who, orjson.loads(line)) for line in before.splitlines()]
                after = b"".join(orjson.dumps(d, option=orjson.OPT_SORT_KEYS) + b"\n" for d in _texts(who, documents))
                (pending / item.name).write_bytes(after)
                changed = changed or after != before
            elif item.name != "manifest.json":
                (pending / item.name).write_bytes(item.read_bytes())
        if not changed:
            remove(pending)
            continue
        yield {"name": folder.name, "old": sha256(path), "new": _reseal(pending, folder)}


def _texts(who: Person, documents: list[Json]) -> list[Json]:
    """Findings with names covered in what they quote; ids, hashes and codes of the findings themselves stay."""
    quoted = [{key: document[key] for key in QUOTED if key in document} for document in documents]
    return [{**document, **told} for document, told in zip(documents, covered(who, quoted), strict=True)]


def _originals(case: Case, plan: _Plan, progress: Progress) -> Iterator[Json]:
    """Rewrite or remove the kept originals whose batches named the person."""
    _, known = promised(case.journal.entries())
    copied = {batch.ledger["sha256"] for batch in case.batches()[1:] if batch.ledger.get("copied")}
    for digest in sorted((plan.lines.keys() | plan.pictures) & copied):
        new = None
        for path in sorted((case.path / "originals" / digest).glob("*")):
            progress(f"erasing in {path.name}", 0.9)
            new = rewrite(plan.who, path, plan.lines.get(digest, set()))
            if new is not None and plan.who.in_text(path.name):
                path.rename(path.with_name(f"erased{path.suffix}"))
        if new != known.get(digest, digest):
            yield {"name": digest, "old": known.get(digest, digest), "new": new}


def _packs(case: Case, who: Person) -> Iterator[Json]:
    """Empty the kept packs that name the person but for their manifests; and who got them."""
    entries = case.journal.entries()
    sent = {entry["pack"] for entry in entries if entry["kind"] == "outcome" and entry["state"] == "sent"}
    sealed, _ = promised(entries)
    seen = set()
    for entry in entries:
        if entry["kind"] not in PACKS or entry["name"] in seen:
            continue
        seen.add(entry["name"])
        folder = case.path / PACKS[entry["kind"]] / entry["name"]
        if not folder.exists():
            continue
        old = sealed[entry["kind"], entry["name"]]
        document: dict[str, Any] = read_json(folder / "manifest.json")
        emptied_before = document.get("erased") and sha256(folder / "manifest.json") != old
        if not emptied_before and not _in_pack(who, folder):
            continue
        for path in sorted(folder.iterdir()):
            if path.name != "manifest.json":
                remove(path)
        write_json(folder / "manifest.json", {**document, "erased": True})
        yield {"kind": entry["kind"], "name": entry["name"], "receiver": entry["receiver"],
               "sent": entry["name"] in sent, "old": old, "new": sha256(folder / "manifest.json")}  # fmt: skip


def _in_pack(who: Person, folder: Path) -> bool:
    """Whether a kept pack names the person: in its rows, or anywhere in its text. One that cannot be read counts as naming."""
    documents = sorted(folder.glob("*.json"))
    rows = [path for path in documents if path.name != "manifest.json"]
    if not rows:
        return any(path.name != "manifest.json" for path in folder.iterdir())
    return any(_named(who, read_json(path)) for path in rows)


def _named(who: Person, node: Any) -> bool:
    before = orjson.dumps(node)
    return before != orjson.dumps(covered(who, forgotten(who, node)))


def promised(entries: list[Json]) -> tuple[dict[tuple[str, Any], Any], dict[str, str | None]]:
    """Seals by kind and name, and what became of originals: by the hash they were loaded under the present one, None
    where an erasure removed them. The newest entry counts."""
    sealed: dict[tuple[str, Any], Any] = {}
    originals: dict[str, str | None] = {}
    for entry in entries:
        if entry["kind"] != "erase":
            sealed[entry["kind"], entry.get("name")] = entry.get("seal")
            continue
        told = [("load", one) for one in entry["batches"]] + [("run", one) for one in entry["runs"]]
        told += [(one["kind"], one) for one in entry["packs"]]
        sealed.update({(kind, one["name"]): one["new"] for kind, one in told})
        originals.update({one["name"]: one["new"] for one in entry["originals"]})
    return sealed, originals


def _mentions(case: Case, who: Person) -> list[int]:
    """Numbers of journal entries whose own words name the person: the journal cannot be rewritten, a person must know."""
    told = [(int(entry["seq"]), str(entry[key])) for entry in case.journal.entries() for key in _SAID if entry.get(key)]
    texts = [text for _, text in told]
    return sorted({seq for (seq, text), after in zip(told, who.mask.texts(texts), strict=True) if after != text})
