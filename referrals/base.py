"""What a pack is: everything one receiver gets to read, already chosen and redacted, and what a format is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from records.finding import Finding, Json

VERSION: Final = "1"
"""Of the pack's documents (docs/schemas/referral.schema.json)."""
AUTHORITY: Final = "authority"
"""The receiver that is no platform: an elections commissioner, who reads a complaint about all platforms."""
STEM: Final = "referral"
"""Formats name their files `referral` and their own suffix, or `referral-WHAT` where they write several."""
UNAUTHENTICATED: Final = "second reviewer not authenticated"
ONE_REVIEWER: Final = "no second reviewer"
NONE_NAMED: Final = "none named by the reviewer"
"""Instead of the other explanations weighed: what the finding lists, nobody has said to have weighed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who a pack is for."""

    code: str
    """A platform's word, or `authority`."""
    name: str
    policy: str
    """The rule such conduct is usually judged by, under the receiver's own name for it; "" where none is known."""
    identity: str
    """What names an account there for good, and what does not."""
    notes: tuple[str, ...]
    """What the receiver needs in order to act, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One account, page or outlet the pack asks something about."""

    platform: str
    id: str
    kind: str
    persistent: bool
    """False where the export had no id and a name stands for it; it may name another account tomorrow."""
    handle: str | None
    handles_before: tuple[Json, ...]
    """{handle, observed_at} each, oldest first."""
    display_name: str | None
    description: str | None
    url: str | None
    url_from: str | None
    """`export`, or `derived` from the id or handle; None where there is no address."""
    created_at: str | None
    first_seen: str | None
    """First and last post in the case; ISO 8601, UTC."""
    last_seen: str | None
    posts_seen: int
    followers: int | None
    followers_at: str | None
    roles: tuple[str, ...]
    action: str
    """none, investigate, secure_and_restore, label or remove; after the rules, never the detector's bare wish."""
    why: tuple[str, ...]
    """Why the row is here and why this is asked, one sentence for each finding."""
    findings: tuple[str, ...]
    source_sha256: str | None
    source_line: int | None

    @property
    def uid(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post as evidence, with where it was read."""

    platform: str
    post_id: str
    author_id: str
    created_at: str
    """ISO 8601, UTC."""
    precision: str
    """second, minute, hour or day: how exactly the time is known."""
    text: str
    """As the author wrote it but for what is redacted."""
    url: str | None
    url_from: str | None
    source_sha256: str
    """Of the file it was read from; `data.files` names it."""
    source_line: int | None
    findings: tuple[str, ...]

    @property
    def uid(self) -> str:
        return f"{self.platform}:{self.post_id}"

    @property
    def author(self) -> str:
        return f"{self.platform}:{self.author_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Co-action between two of the pack's accounts."""

    source: str
    target: str
    layer: str
    window_seconds: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One finding the pack rests on: what may be said of it to this receiver."""

    finding: Finding
    """Redacted: this receiver's members, posts and evidence only. views.sentences renders it in any language."""
    outcome: str
    """Effective: open, unexplained or deceptive."""
    title: str
    summary: str
    says: str
    """What may be concluded, in English."""
    unknown: tuple[Json, ...]
    """What cannot be determined: {code, what, settles} each."""
    verdict: Json
    """{by, at, note, alternatives, alternatives_from, authenticated, journal} of the reviewer's confirmation."""
    approval: Json | None
    """{by, at, authenticated, journal} of the second person."""

    @property
    def removal(self) -> bool:
        """Whether a removal may rest on it."""
        return self.outcome == "deceptive" and self.approval is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything one receiver gets. Formats write it and add nothing: what is not in here must not leave."""

    id: str
    """Sixteen hex digits: a hash of everything below, so the same pack has the same id."""
    receiver: Receiver
    part: int
    parts: int
    created: str
    """The time of the decision it rests on, never the clock."""
    retain_until: str
    """A date; copies are to be deleted then."""
    tlp: str
    ground: str
    """`illegal` or `terms`."""
    law: str | None
    """Which law, and where it holds; None where the ground is the receiver's terms."""
    notifier: Json
    """{name, email}; email None where it was not given."""
    good_faith: str
    stamps: tuple[str, ...]
    """What a reader must know at once, such as UNAUTHENTICATED; on every page of a format for people."""
    claims: tuple[Claim, ...]
    assets: tuple[Asset, ...]
    """What the request is about."""
    victims: tuple[Asset, ...]
    """Owners who may have lost their account: secure and restore; never with a removal."""
    posts: tuple[Post, ...]
    links: tuple[Link, ...]
    data: Json
    """{input_hash, files: [{file, sha256, format, rows}], collections: [..]}."""
    runs: tuple[Json, ...]
    """{id, input_hash, seed, detectors: {name: {version, parameters}}} each."""
    program: Json
    """{name, version}."""
    journal: Json
    """{head, seq, at} of the decision it rests on."""
    earlier: tuple[str, ...]
    """Ids of packs that spoke of the same findings to the same receiver before."""
    redactions: Json
    """{texts, words}: how many texts have something covered, and how many words stand for what is covered."""

    @property
    def everyone(self) -> tuple[Asset, ...]:
        """Assets, then victims."""
        return self.assets + self.victims

    def document(self) -> Json:
        """The pack as JSON: docs/schemas/referral.schema.json."""
        # Twice as fast as dataclasses.asdict, and what it gives is what a reader of the file gets.
        found: Json = orjson.loads(orjson.dumps(self))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format's declaration; every field is required, so an incomplete one does not import."""

    name: str
    """As `--format` takes it."""
    title: str
    suffix: str
    """Of its main file, with the dot."""
    write: Callable[[Pack, Path], list[Path]]
    """(pack, folder) -> the files written there. No clock, no network, no case: the same pack gives the same bytes."""
    lacks: Callable[[Pack], str | None]
    """One sentence where this pack cannot be written in this format, else None."""


def nothing(pack: Pack) -> str | None:
    """For formats that any pack can be written in."""
    return None


def flat(values: Iterable[Any]) -> str:
    """A list in one cell."""
    return "|".join(str(value) for value in values)
