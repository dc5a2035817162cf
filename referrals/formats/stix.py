"""A STIX 2.1 bundle for threat-intelligence platforms: accounts by permanent id, evidence, and what is asked.

No actor is ever named: a finding shows behaviour. Possible victims have no indicator. What is the same in two packs has
the same id in both, since ids rest on account ids, finding ids and decisions, never on a handle.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from evidence.review import weighed
from records.finding import Json
from referrals.base import NONE_NAMED, STEM, Asset, Claim, Format, Pack, Post, nothing
from referrals.stix_terms import account_type, address, confidence, domain_of, identity, instant, pattern
from referrals.techniques import ADDRESS, SOURCE, name

if TYPE_CHECKING:
    import stix2.v21 as model


class _Bundle:
    """One pack's objects, each once."""

    def __init__(self, pack: Pack) -> None:
        import stix2
        import stix2.v21 as model

        self.pack, self.model = pack, model
        self.created = instant(pack.created)
        self.tlp = {"TLP:AMBER": stix2.TLP_AMBER, "TLP:GREEN": stix2.TLP_GREEN, "TLP:RED": stix2.TLP_RED}[pack.tlp]
        self.objects: dict[str, Any] = {}
        self.claims = {claim.finding.id: claim for claim in pack.claims}
        self.subjects: dict[str, str] = {}
        """Uid of an asset to the id of its object."""
        statement = model.MarkingDefinition(
            id=identity("marking-definition", pack.id), created=self.created, definition_type="statement",
            definition=model.StatementMarking(statement=" ".join([*(f"{s}." for s in pack.stamps), pack.good_faith])),
        )  # fmt: skip
        self.objects[self.tlp.id] = self.tlp
        self.objects[statement.id] = statement
        self.notifier = identity("identity", pack.id, pack.notifier["name"])
        self.common: Json = {"object_marking_refs": [self.tlp.id, statement.id], "created_by_ref": self.notifier}

    def add(self, thing: "model._STIXBase21", refs: list[str] | None = None) -> str:
        self.objects.setdefault(thing.id, thing)
        if refs is not None:
            refs.append(str(thing.id))
        return str(thing.id)

    def plain(self, kind: str, *basis: object, created: datetime | None = None, **fields: Any) -> str:
        """Add an object as plain fields: stix2 would check each of 50,000 of our own making while it is made, which takes longer
        than all the rest. Tests hold them to the standard's validators instead."""
        dated = self.dated(kind, *basis, created=created)
        found = {
            **dated, "type": kind, "spec_version": "2.1", **fields,
            "created": _instant(dated["created"], least="milliseconds"),
            "modified": _instant(dated["modified"], least="milliseconds"),
        }  # fmt: skip
        return str(self.objects.setdefault(found["id"], found)["id"])

    def dated(self, kind: str, *basis: object, created: datetime | None = None) -> Json:
        """Id, times, author and marking of an object that rests on `basis`."""
        return {"id": identity(kind, *basis), "created": created or self.created, "modified": self.created,
                **self.common}  # fmt: skip

    def all(self) -> list[Any]:
        pack, model = self.pack, self.model
        contact = {"contact_information": pack.notifier["email"]} if pack.notifier["email"] else {}
        self.add(
            model.Identity(
                id=self.notifier,
                created=self.created,
                modified=self.created,
                name=pack.notifier["name"],
                identity_class="unknown",
                object_marking_refs=self.common["object_marking_refs"],
                **contact,
            )
        )
        of: dict[str, list[str]] = {one: [] for one in self.claims}
        for asset in pack.assets:
            self._asset(asset, of, victim=False)
        for asset in pack.victims:
            self._asset(asset, of, victim=True)
        for post in pack.posts:
            seen = self._post(post)
            for one in post.findings:
                if one in of:
                    of[one].append(seen)
        groups = [self._claim(claim, of[claim.finding.id]) for claim in pack.claims]
        deceptive = any(claim.outcome == "deceptive" for claim in pack.claims)
        self.add(
            model.Report(
                **self.dated("report", pack.id),
                name=f"Referral {pack.id} to {pack.receiver.name}",
                description="\n".join(
                    [*(f"{stamp}." for stamp in pack.stamps), *pack.receiver.notes, pack.receiver.policy]
                ).strip(),
                report_types=["campaign" if deceptive else "observed-data"],
                published=self.created,
                object_refs=groups,
            )
        )
        return list(self.objects.values())

    def _subject(self, asset: Asset) -> str:
        domain = domain_of(asset)
        if domain:
            return self.add(self.model.DomainName(value=domain))
        named = {"user_id": asset.id} if asset.persistent else {"account_login": asset.id.removeprefix("name:")}
        # The handle is no part of the id: after a rename the object is the same.
        shown = {"display_name": asset.handle} if asset.handle else {}
        born = {"account_created": instant(asset.created_at)} if asset.created_at else {}
        kind = account_type(asset.platform)
        return self.add(self.model.UserAccount(account_type=kind, **named, **shown, **born))

    def _asset(self, asset: Asset, of: dict[str, list[str]], *, victim: bool) -> None:
        subject = self.subjects[asset.uid] = self._subject(asset)
        refs = [subject]
        if url := address(asset.url):
            self.add(self.model.URL(value=url), refs)
        claims = [self.claims[one] for one in asset.findings if one in self.claims]
        basis = (self.pack.receiver.code, asset.uid, *sorted(asset.findings), *(c.verdict["journal"] for c in claims))
        created = min((instant(c.verdict["at"]) for c in claims), default=self.created)
        sources = _source(asset.source_sha256, asset.source_line)
        lines = [f"request: {asset.action}", f"roles: {', '.join(asset.roles)}", *asset.why]
        lines += [f"{key}: {value}" for key, value in _known(asset)]
        told = {"abstract": asset.action, "content": "\n".join(lines), "labels": [asset.action], **sources}
        refs.append(self.plain("note", "asset", *basis, created=created, object_refs=list(refs), **told))
        if not victim:
            refs.append(
                self.plain(
                    "indicator", *basis, created=created, name=f"{asset.kind} {asset.id}",
                    description="\n".join(asset.why), pattern=pattern(asset), pattern_type="stix", pattern_version="2.1",
                    valid_from=_instant(created), indicator_types=["anomalous-activity"], labels=[asset.action], **sources,
                )
            )  # fmt: skip
        for one in asset.findings:
            if one in of:
                of[one].extend(refs)

    def _post(self, post: Post) -> str:
        refs = [self.subjects[post.author]] if post.author in self.subjects else []
        url = address(post.url)
        if url:
            self.add(self.model.URL(value=url), refs)
        if not refs:
            kind = account_type(post.platform)
            refs.append(self.add(self.model.UserAccount(account_type=kind, user_id=post.author_id)))
        said = {"source_name": account_type(post.platform), "external_id": post.post_id, "description": post.text}
        if url:
            said["url"] = url
        seen = _instant(instant(post.created_at))
        found = _source(post.source_sha256, post.source_line)["external_references"]
        return self.plain(
            "observed-data", self.pack.id, post.uid, first_observed=seen, last_observed=seen, number_observed=1,
            object_refs=refs, external_references=[{k: v for k, v in said.items() if v}, *found],
        )  # fmt: skip

    def _claim(self, claim: Claim, members: list[str]) -> str:
        model, finding = self.model, claim.finding
        basis = (self.pack.id, finding.id, claim.verdict["journal"])
        sure = confidence(finding)
        level = {} if sure is None else {"confidence": sure}
        refs = list(dict.fromkeys(members))
        techniques = [self._technique(one) for one in finding.disarm]
        if claim.outcome == "deceptive":
            times = {key: instant(at) for key in ("first_seen", "last_seen") if (at := getattr(finding, key))}
            self.add(
                model.Campaign(
                    **self.dated("campaign", *basis),
                    name=claim.title,
                    description=f"{claim.says}\n{claim.summary}",
                    **times,
                    **level,
                ),
                refs,
            )
        group = model.Grouping(
            **self.dated("grouping", *basis), name=claim.title, description=f"{claim.says}\n{claim.summary}",
            context="suspicious-activity", object_refs=[*refs, *techniques] or [self.notifier], labels=[claim.outcome], **level,
        )  # fmt: skip
        self.add(group)
        told = [("verdict", _words(claim.verdict), [claim.verdict["by"]])]
        if claim.unknown:
            text = "\n".join(f"{row['what']} {row['settles']}" for row in claim.unknown)
            told.append(("what cannot be determined", text, []))
        for what, text, authors in told:
            by = {"authors": authors} if authors else {}
            self.add(
                model.Note(
                    **self.dated("note", *basis, what), abstract=what, content=text, object_refs=[group.id], **by
                )
            )
        if claim.approval:
            self.add(
                model.Opinion(
                    **self.dated("opinion", *basis, claim.approval["journal"]),
                    opinion="agree",
                    object_refs=[group.id],
                    authors=[claim.approval["by"]],
                    explanation="second reviewer" + ("" if claim.approval["authenticated"] else ", not authenticated"),
                )
            )
        return str(group.id)

    def _technique(self, technique: str) -> str:
        """An object of our own: the framework's has its own id and history, which is not ours to repeat."""
        return self.add(
            self.model.AttackPattern(
                id=identity("attack-pattern", technique),
                created=_DISARM_AT,
                modified=_DISARM_AT,
                name=name(technique),
                external_references=[
                    {"source_name": SOURCE, "external_id": technique, "url": ADDRESS.format(technique)}
                ],
            )
        )


_DISARM_AT: Final = "2024-11-22T00:00:00Z"
"""The date of DISARM 1.6: the same technique is the same object in every pack."""


def _source(digest: str | None, line: int | None) -> Json:
    if digest is None:
        return {}
    where = "" if line is None else f", line {line}"
    return {"external_references": [{"source_name": "source file", "description": f"SHA-256 {digest}{where}"}]}


def _known(asset: Asset) -> Iterable[tuple[str, Any]]:
    """What STIX has no field for."""
    before = ", ".join(f"{h['handle']} ({h['observed_at']})" for h in asset.handles_before)
    rows = (
        ("kind", asset.kind), ("display name", asset.display_name), ("profile", asset.description),
        ("handles before", before), ("address", asset.url), ("first post", asset.first_seen),
        ("last post", asset.last_seen), ("posts", asset.posts_seen), ("followers", asset.followers),
        ("followers counted", asset.followers_at), ("id is permanent", "yes" if asset.persistent else "no"),
    )  # fmt: skip
    return ((key, value) for key, value in rows if value not in (None, ""))


def _words(verdict: Json) -> str:
    said = ", ".join(weighed(verdict)) or NONE_NAMED
    return f"{verdict['note']}\nOther explanations weighed: {said}."


def _instant(at: datetime, least: str | None = None) -> str:
    """As the standard writes it; at `least` to the milliseconds where it asks for them."""
    kept = "auto" if least is None or at.microsecond % 1000 else least
    text = at.astimezone(UTC).isoformat(timespec=kept).replace("+00:00", "")
    return (text.rstrip("0") if least is None and "." in text else text) + "Z"


def _pieces(objects: Iterable[Any]) -> Iterator[str]:
    """One object a line."""
    from stix2.serialization import STIXJSONEncoder

    encoder = STIXJSONEncoder(ensure_ascii=False, sort_keys=True)
    for number, one in enumerate(objects):
        plain = isinstance(one, dict)
        text = orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() if plain else encoder.encode(one)
        yield ("" if number == 0 else ",\n") + text


def write(pack: Pack, folder: Path) -> list[Path]:
    path = folder / f"{STEM}-stix.json"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"type": "bundle", "id": "{identity("bundle", pack.id)}", "objects": [\n')
        file.writelines(_pieces(_Bundle(pack).all()))
        file.write("\n]}\n")
    return [path]


FORMAT: Final = Format(
    name="stix",
    title="a STIX 2.1 bundle for OpenCTI and other threat-intelligence platforms",
    suffix=".json",
    write=write,
    lacks=nothing,
)
