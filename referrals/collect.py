"""From a choice to packs: accounts, posts, links and findings read from the case and redacted for one receiver."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from evidence.case import Case
from evidence.errors import CaseError
from evidence.runs import Run, runs
from records.finding import Json
from records.store import Records, query
from referrals.addresses import account_address, links_covered, post_address
from referrals.base import (
    AUTHORITY,
    ONE_REVIEWER,
    UNAUTHENTICATED,
    Asset,
    Claim,
    Link,
    Pack,
    Post,
    Receiver,
)
from referrals.choose import Choice, Chosen, Row
from referrals.identity import pack_id, program_version
from referrals.parts import portions
from referrals.read import accounts_of, instant, posts_of, zulu
from referrals.redact import Redaction
from views.sentences import cannot_determine, outcome_sentence, summary, title

RETAIN_DAYS: Final = 365
"""A year: the decision, and the six months in which Art. 20 of the Digital Services Act lets people complain about it."""
# What a receiver may click: never a script, never a second line.
_ADDRESS: Final = re.compile(r"(?:https?|at)://[^\s\x00-\x20\x7f<>\"]+")
TLP: Final = "TLP:AMBER"
"""For the receiver's staff who need it, as personal data must be."""
GOOD_FAITH: Final = (
    "The notifier believes in good faith that the information in this pack is accurate and complete;"
    " what cannot be determined is said."
)


@dataclass(frozen=True, slots=True)
class Sender:
    """What a user says about the sending."""

    name: str | None = None
    """The notifier; None takes the reviewer whose verdict is newest."""
    email: str | None = None
    ground: str = "terms"
    law: str | None = None
    """Which law and where, with the ground `illegal`."""


def collect(case: Case, receiver: Receiver, choice: Choice, sender: Sender) -> list[Pack]:
    """The packs for `receiver`; more than one where there is too much for one. Raises CaseError where there is nothing."""
    rows = choice.placed("asset") + choice.placed("victim")
    if not rows:
        raise CaseError(
            f"There is nothing to refer to {receiver.name}; `murmur refer build --platform {receiver.code} --dry-run` says why."
        )
    used = {one for row in rows for one in row.findings}
    choice = Choice(tuple(one for one in choice.findings if one.finding.id in used), choice.rows, choice.left)
    records = case.records()
    try:
        return _Collector(case, records, receiver, choice, sender).packs()
    finally:
        records.close()


class _Collector:
    """One pass over the case for one receiver."""

    def __init__(self, case: Case, records: Records, receiver: Receiver, choice: Choice, sender: Sender) -> None:
        self.case, self.records, self.receiver, self.choice, self.sender = case, records, receiver, choice, sender
        self.rows = choice.placed("asset") + choice.placed("victim")
        self.posts = posts_of(records, choice.findings, {row.uid for row in self.rows})
        self.accounts = accounts_of(records, self.rows)
        self.files = {entry["sha256"]: entry for entry in case.ledger()}
        notes = [
            entry["note"]
            for one in choice.findings
            for entry in (one.verdict, one.approval)
            if entry and "note" in entry
        ]
        texts = [post["text"] for post in self.posts]
        texts += [str(value) for found in self.accounts.values() for value in found.values() if isinstance(value, str)]
        texts += [*notes, *(str(entry["file"]) for entry in self.files.values())]
        self.redaction = Redaction(
            records, receiver.code, choice, self._own(), {f"{p['platform']}:{p['post_id']}" for p in self.posts}, texts
        )

    def _own(self) -> set[str]:
        """Uids the pack may name: what it is about, the watched people it names, and outlets that were merely the source."""
        own = {row.uid for row in self.rows}
        for row in self.choice.placed("out"):
            if row.kind != "account" and self._here(row.platform):
                own.add(row.uid)
        for one in self.choice.findings:
            own |= {f"{t['platform']}:{t['account_id']}" for t in one.finding.targets if self._here(t["platform"])}
        return own

    def _here(self, platform: str) -> bool:
        return self.receiver.code in (platform, AUTHORITY)

    def packs(self) -> list[Pack]:
        assets = [self._asset(row, found) for row, found in zip(self.rows, self._account_texts(), strict=True)]
        posts = self._post_rows()
        known = {run.id: run for run in runs(self.case)}
        actions = {asset.uid: asset.action for asset in assets}
        claims = tuple(self._claim(one, actions) for one in self.choice.findings)
        used = [known[one.finding.run] for one in self.choice.findings if one.finding.run in known]
        links = self._links(used, {asset.uid for asset in assets})
        parts = list(portions(assets, posts))
        return [self._pack(part, number, len(parts), claims, links, used) for number, part in enumerate(parts, start=1)]

    def _account_texts(self) -> list[Json]:
        """What the case knows of each row's account, its texts covered; in the order of the rows."""
        fields = ("display_name", "description")
        found = [dict(self.accounts.get(row.uid, {})) for row in self.rows]
        for field in fields:
            held = [one for one in found if one.get(field)]
            for one, text in zip(held, self.redaction.texts([one[field] for one in held]), strict=True):
                one[field] = text
        return found

    def _asset(self, row: Row, found: Json) -> Asset:
        handle = found.get("handle")
        given = self._address(found.get("profile_url"))
        derived = account_address(row.platform, row.id, handle)
        return Asset(
            platform=row.platform,
            id=row.id,
            kind=row.kind,
            persistent=not row.id.startswith("name:"),
            handle=handle,
            handles_before=tuple(h for h in found.get("handles") or [] if h["handle"] != handle),
            display_name=found.get("display_name"),
            description=found.get("description"),
            url=given or derived,
            url_from="export" if given else "derived" if derived else None,
            created_at=instant(found.get("created_at")),
            first_seen=instant(found.get("first")),
            last_seen=instant(found.get("last")),
            posts_seen=int(found.get("posts") or 0),
            followers=found.get("followers"),
            followers_at=instant(found.get("observed_at")) if found.get("followers") is not None else None,
            roles=row.roles,
            action=row.action,
            why=row.why,
            findings=row.findings,
            source_sha256=found.get("_source_sha256"),
            source_line=found.get("_source_line"),
        )

    def _address(self, url: str | None) -> str | None:
        """An address of the export, unless it is none or leads to another platform."""
        if url is None or not _ADDRESS.fullmatch(url):
            return None
        if self.receiver.code == AUTHORITY:
            return url
        return url if links_covered(url, self.receiver.code, "") == url else None

    def _post_rows(self) -> list[Post]:
        texts = self.redaction.texts([post["text"] for post in self.posts])
        rows = []
        for post, text in zip(self.posts, texts, strict=True):
            derived = post_address(post["platform"], post["post_id"], post["author_id"])
            given = self._address(post["url"])
            rows.append(
                Post(
                    platform=post["platform"],
                    post_id=post["post_id"],
                    author_id=post["author_id"],
                    created_at=str(instant(post["created_at"])),
                    precision=post["precision"],
                    text=text,
                    url=given or derived,
                    url_from="export" if given else "derived" if derived else None,
                    source_sha256=post["_source_sha256"],
                    source_line=post["_source_line"],
                    findings=tuple(post["findings"]),
                )
            )
        return rows

    def _claim(self, one: Chosen, actions: dict[str, str]) -> Claim:
        finding = self.redaction.finding(one.finding, actions)
        return Claim(
            finding=finding,
            outcome=one.outcome,
            title=title(finding),
            summary=summary(finding),
            says=outcome_sentence(finding, effective=one.outcome),
            unknown=tuple({"code": u.code, "what": u.what, "settles": u.settles} for u in cannot_determine(finding)),
            verdict={
                **{key: one.verdict[key] for key in ("by", "alternatives", "alternatives_from", "authenticated")},
                "at": zulu(one.verdict["at"]),
                "note": self.redaction.text(one.verdict["note"]),
                "journal": one.verdict["hash"],
            },
            approval=one.approval
            and {
                **{key: one.approval[key] for key in ("by", "authenticated")},
                "at": zulu(one.approval["at"]),
                "journal": one.approval["hash"],
            },
        )

    def _links(self, used: list[Run], inside: set[str]) -> list[Link]:
        """Co-action among the pack's accounts in the newest of the runs it rests on."""
        found: dict[tuple[str, str, str, int], int] = {}
        for run in used:
            frame = run.table("links").filter(pl.col("source").is_in(inside) & pl.col("target").is_in(inside))
            for row in frame.iter_rows(named=True):
                found[row["source"], row["target"], row["layer"], row["window_seconds"]] = row["weight"]
        return [
            Link(source=s, target=t, layer=layer, window_seconds=w, weight=n)
            for (s, t, layer, w), n in sorted(found.items())
        ]

    def _pack(
        self, part: tuple[list[Asset], list[Post]], number: int, parts: int, claims: tuple[Claim, ...],
        links: list[Link], used: list[Run],
    ) -> Pack:  # fmt: skip
        everyone, posts = part
        inside = {asset.uid for asset in everyone}
        here = {one for asset in everyone for one in asset.findings}
        claims = tuple(claim for claim in claims if claim.finding.id in here)
        basis = max((one.basis for one in self.choice.findings), key=lambda entry: int(entry["seq"]))
        newest = max((one.verdict for one in self.choice.findings), key=lambda entry: int(entry["seq"]))
        sources = Counter(row.source_sha256 for row in everyone if row.source_sha256)
        sources.update(post.source_sha256 for post in posts)
        pack = Pack(
            id="",
            receiver=self.receiver,
            part=number,
            parts=parts,
            created=zulu(basis["at"]),
            retain_until=(datetime.fromisoformat(basis["at"]) + timedelta(days=RETAIN_DAYS)).date().isoformat(),
            tlp=TLP,
            ground=self.sender.ground,
            law=self.sender.law,
            notifier={"name": self.sender.name or newest["by"], "email": self.sender.email},
            good_faith=GOOD_FAITH,
            stamps=_stamps(claims),
            claims=claims,
            assets=tuple(asset for asset in everyone if asset.action != "secure_and_restore"),
            victims=tuple(asset for asset in everyone if asset.action == "secure_and_restore"),
            posts=tuple(posts),
            links=tuple(link for link in links if link.source in inside and link.target in inside),
            data={
                "input_hash": self.case.input_hash(),
                "files": self._files(sources),
                "collections": self._collections(),
            },
            runs=tuple(
                {"id": run.id, **{key: run.meta[key] for key in ("input_hash", "seed", "detectors")}}
                for run in {run.id: run for run in used}.values()
            ),
            program={"name": "murmuration", "version": program_version()},
            journal={"head": basis["hash"], "seq": basis["seq"], "at": zulu(basis["at"])},
            earlier=self._earlier(here, int(basis["seq"])),
            redactions={"texts": self.redaction.changed, "words": self.redaction.words},
        )
        return replace(pack, id=pack_id(pack.document()))

    def _files(self, sources: Mapping[str, int]) -> list[Json]:
        names = [str(self.files[sha]["file"]) if sha in self.files else "" for sha in sorted(sources)]
        return [
            {"file": name, "sha256": sha, "format": self.files.get(sha, {}).get("format"), "rows": sources[sha]}
            for sha, name in zip(sorted(sources), self.redaction.texts(names), strict=True)
        ]

    def _collections(self) -> list[Json]:
        """How the data were gathered, without saying after whom."""
        rows = query(
            self.records,
            "SELECT platform, scope, complete, count(*) AS collections, min(since) AS since, max(until) AS until"
            " FROM collections GROUP BY ALL ORDER BY ALL",
        ).to_dicts()
        return [
            {**row, "since": instant(row["since"]), "until": instant(row["until"])}
            for row in rows
            if self._here(row["platform"])
        ]

    def _earlier(self, findings: set[str], before: int) -> tuple[str, ...]:
        return tuple(
            entry["pack"]
            for entry in self.case.journal.entries()
            if entry["kind"] == "referral" and entry["receiver"] == self.receiver.code and entry["seq"] < before
            and findings & set(entry["findings"])
        )  # fmt: skip


def _stamps(claims: Sequence[Claim]) -> tuple[str, ...]:
    stamps = set()
    for claim in claims:
        if claim.approval is not None and not claim.approval["authenticated"]:
            stamps.add(UNAUTHENTICATED)
        if claim.approval is None:
            stamps.add(ONE_REVIEWER)
    return tuple(sorted(stamps))
