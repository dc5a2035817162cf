"""A MISP event: an object for each account and post by MISP's own templates, joined to the findings they belong to.

Ids and times rest on account ids, findings and decisions: sending the same again changes nothing, and a renamed account
stays the same object. Nothing is marked for detection (`to_ids`): a list of people is no block list.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import orjson

from records.finding import Json
from referrals.base import STEM, Asset, Claim, Format, Pack, Post, nothing
from referrals.techniques import galaxy_tag, name

if TYPE_CHECKING:
    from pymisp import MISPObject

NAMESPACE: Final = UUID("f1b6f0de-54c1-5d0e-8a5a-6d697370726d")
"""Ours, for version 5 ids."""
ORGANISATION: Final = 0
"""Distribution "your organisation only": whoever receives it decides where it goes on."""
UNDEFINED: Final = 4
"""Threat level: a finding measures coordination, not danger."""
COMPLETED: Final = 2
"""Analysis: two people, or one, have finished with it; the stamps say which."""

TEMPLATES: Final[dict[tuple[str, str], tuple[str, dict[str, str]]]] = {
    ("x", "account"): ("twitter-account", {
        "id": "id", "handle": "name", "display_name": "displayed-name", "description": "bio", "url": "link",
        "followers": "followers", "created_at": "joined-date"}),
    ("facebook", "account"): ("facebook-account", {
        "id": "account-id", "handle": "account-name", "description": "description", "url": "link"}),
    ("facebook", "page"): ("facebook-page", {
        "id": "page-id", "handle": "page-name", "display_name": "page-alias", "description": "description", "url": "link"}),
    ("instagram", "account"): ("instagram-account", {
        "id": "account-id", "handle": "account-name", "description": "description", "url": "link"}),
    ("telegram", "account"): ("telegram-account", {"id": "id", "handle": "username", "display_name": "first_name"}),
    ("youtube", "account"): ("youtube-channel", {
        "id": "channel-id", "handle": "channel-name", "description": "description", "url": "link"}),
    ("reddit", "account"): ("reddit-account", {
        "id": "account-id", "handle": "account-name", "description": "description", "url": "link"}),
}  # fmt: skip
"""Platform and kind to template and our field to its relation; where one has no place for a field, the comment has it."""
OUTLET: Final = ("news-media", {"id": "source", "display_name": "alias", "url": "url", "description": "content"})
OTHERS: Final = ("user-account", {
    "id": "user-id", "handle": "username", "display_name": "display-name", "description": "description", "url": "link",
    "created_at": "created"})  # fmt: skip


def template(asset: Asset) -> tuple[str, dict[str, str]]:
    """The template for an asset, and which of our fields each relation holds."""
    if asset.kind == "outlet":
        return OUTLET
    return TEMPLATES.get((asset.platform, asset.kind), OTHERS)


class _Event:
    def __init__(self, pack: Pack) -> None:
        from pymisp import MISPEvent

        self.pack = pack
        self.at = datetime.fromisoformat(pack.created)
        basis = (pack.receiver.code, str(pack.part), *sorted(str(c.verdict["journal"]) for c in pack.claims))
        self.uuid = uuid5(NAMESPACE, orjson.dumps(basis).decode())
        self.event: MISPEvent = MISPEvent()
        self.event.from_dict(
            uuid=str(self.uuid),
            info=f"Referral {pack.id} to {pack.receiver.name}",
            date=self.at.date(),
            timestamp=self.at,
            distribution=ORGANISATION,
            threat_level_id=UNDEFINED,
            analysis=COMPLETED,
        )

    def _uuid(self, *key: str) -> str:
        # orjson: a separator inside a hostile id cannot make two keys one.
        return str(uuid5(self.uuid, orjson.dumps(key).decode()))

    def _object(self, kind: str, key: tuple[str, ...], values: Iterator[tuple[str, Any]], comment: str) -> "MISPObject":
        from pymisp import MISPObject

        made = MISPObject(kind, strict=True, standalone=False)
        made.uuid, made.timestamp, made.comment = self._uuid(*key), self.at, comment
        for relation, value in values:
            made.add_attribute(
                relation, value=value, uuid=self._uuid(*key, relation), timestamp=self.at, to_ids=False,
                distribution=ORGANISATION, disable_correlation=False,
            )  # fmt: skip
        made.distribution = ORGANISATION
        return made

    def _refer(self, of: "MISPObject", to: str, relation: str) -> None:
        of.add_reference(
            to, relation, comment="", uuid=self._uuid(of.uuid, relation, to), timestamp=int(self.at.timestamp())
        )

    def head(self) -> Json:
        """The event without its objects."""
        for tag in self._tags():
            self.event.add_tag(tag)
        for stamp in self.pack.stamps:
            self.event.add_attribute("comment", stamp, uuid=self._uuid("stamp", stamp), timestamp=self.at, to_ids=False)
        document: Json = orjson.loads(self.event.to_json())
        return {key: value for key, value in document.get("Event", document).items() if key != "Object"}

    def objects(self) -> Iterator["MISPObject"]:
        """One after the other: 40,000 of them at once are a gigabyte."""
        pack = self.pack
        known = {claim.finding.id for claim in pack.claims}
        said: dict[str, list[str]] = defaultdict(list)
        for post in pack.posts:
            said[post.author].append(self._uuid("post", post.uid))
        for claim in pack.claims:
            yield self._claim(claim)
        for asset in pack.everyone:
            made = self._asset(asset)
            for one in asset.findings:
                if one in known:
                    self._refer(made, self._uuid("finding", one), "member-of")
            for post_id in said[asset.uid]:
                self._refer(made, post_id, "shares")
            yield made
        for post in pack.posts:
            yield self._post(post)

    def _tags(self) -> Iterator[str]:
        yield self.pack.tlp.lower()
        techniques = dict.fromkeys(one for claim in self.pack.claims for one in claim.finding.disarm)
        yield from dict.fromkeys(tag for one in techniques if (tag := galaxy_tag(one)))

    def _claim(self, claim: Claim) -> "MISPObject":
        finding = claim.finding
        lines = [
            claim.title,
            claim.says,
            claim.summary,
            f"outcome: {claim.outcome}",
            f"confidence: {finding.confidence}",
        ]
        lines += [f"DISARM {one} {name(one)}" for one in finding.disarm]
        lines += [f"verdict: {claim.verdict['by']}, {claim.verdict['at']}: {claim.verdict['note']}"]
        if claim.approval:
            proven = "" if claim.approval["authenticated"] else ", not authenticated"
            lines.append(f"second reviewer: {claim.approval['by']}{proven}")
        lines += [f"cannot be determined: {row['what']} {row['settles']}" for row in claim.unknown]
        values = {"text": "\n".join(lines), "type": "Executive Summary", "format": "text"}
        return self._object("annotation", ("finding", finding.id), iter(values.items()), f"finding {finding.id}")

    def _asset(self, asset: Asset) -> "MISPObject":
        kind, places = template(asset)
        fields = {field: getattr(asset, field) for field in places}
        if not asset.persistent:
            # A name is no id; it stands where the template has the name.
            fields["id"] = asset.id.removeprefix("name:") if "handle" not in places else None
            if "handle" in places:
                fields["handle"] = asset.handle or asset.id.removeprefix("name:")
        values = {
            places[field]: said for field, value in fields.items() if value is not None and (said := _said(value))
        }
        if kind == "user-account":
            values["account-type"] = asset.platform.removeprefix("other:")
        lines = [f"request: {asset.action}", f"roles: {', '.join(asset.roles)}", *asset.why]
        lines += [f"{field}: {value}" for field in _SAID if field not in places and (value := getattr(asset, field))]
        lines += [f"handle before: {h['handle']} ({h['observed_at']})" for h in asset.handles_before]
        lines.append(f"source file SHA-256 {asset.source_sha256}, line {asset.source_line}")
        return self._object(kind, ("asset", asset.uid), iter(values.items()), "\n".join(lines))

    def _post(self, post: Post) -> "MISPObject":
        values = {
            "post": post.text,
            "url": post.url,
            "creation-date": post.created_at,
            "type": _TYPES.get(post.platform, "Other"),
        }
        where = f"source file SHA-256 {post.source_sha256}, line {post.source_line}"
        comment = f"post {post.post_id}, time known to the {post.precision}; {where}"
        # Its template wants a text or an address.
        kept = [(relation, said) for relation, value in values.items() if value and (said := _said(value))]
        if not {"post", "url"} & dict(kept).keys():
            kept.append(("post", "(no text)"))
        return self._object("microblog", ("post", post.uid), iter(kept), comment)


def _said(value: object) -> str:
    """A value as MISP keeps it: it trims blanks and NULs at both ends and refuses what is empty then. NULs say nothing."""
    return str(value).replace("\0", "").strip()


_SAID: Final = ("display_name", "description", "url", "created_at", "first_seen", "last_seen", "followers")
_TYPES: Final = {"x": "Twitter", "facebook": "Facebook", "instagram": "Instagram", "reddit": "Reddit"}


def write(pack: Pack, folder: Path) -> list[Path]:
    path = folder / f"{STEM}-misp.json"
    event = _Event(pack)
    with path.open("wb") as file:
        file.write(
            b'{"Event": '
            + orjson.dumps(event.head(), option=orjson.OPT_SORT_KEYS).removesuffix(b"}")
            + b', "Object": ['
        )
        for number, one in enumerate(event.objects()):
            file.write(b",\n" if number else b"\n")
            file.write(orjson.dumps(orjson.loads(one.to_json()), option=orjson.OPT_SORT_KEYS))
        file.write(b"\n]}}\n")
    return [path]


FORMAT: Final = Format(
    name="misp",
    title="a MISP event with objects of MISP's own templates",
    suffix=".json",
    write=write,
    lacks=nothing,
)
