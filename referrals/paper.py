"""What a pack says on paper, for HTML and PDF alike: one page of claims and requests, then an annex with every row."""

from collections import Counter
from typing import Final

from evidence.review import weighed
from records.finding import Json
from referrals.base import NONE_NAMED, ONE_REVIEWER, Asset, Pack, Post
from referrals.formats.dsa import REQUESTS
from referrals.legible import legible

FOOTNOTES: Final = 3
"""Posts named under each claim on the first page; the annex has all."""


def paper(pack: Pack) -> Json:
    """The pack as strings to print: head, requests, claims with footnotes, annex of accounts, victims, posts, sources."""
    sources = {digest: f"S{number}" for number, digest in enumerate(_digests(pack), start=1)}
    files = {entry["sha256"]: entry for entry in pack.data["files"]}
    numbers = {post.uid: number for number, post in enumerate(pack.posts, start=1)}
    counted = Counter(asset.action for asset in pack.everyone)
    part = f", part {pack.part} of {pack.parts}" if pack.parts > 1 else ""
    return {
        "title": f"Referral to {legible(pack.receiver.name)}",
        "id": pack.id,
        "facts": f"Pack {pack.id}{part} · {pack.created[:10]} · {pack.tlp} · keep until {pack.retain_until}",
        "stamps": [_stamp(pack, stamp) for stamp in pack.stamps],
        "requests": [
            {"what": what, "count": f"{counted[action]:,}"} for action, what in REQUESTS.items() if counted[action]
        ],
        "ground": _ground(pack),
        "notes": [*pack.receiver.notes, pack.receiver.identity],
        "claims": [_claim(pack, number, sources, numbers) for number in range(len(pack.claims))],
        "unknown": _unknown(pack),
        "notifier": legible(f"{pack.notifier['name']}" + (f", {pack.notifier['email']}" if pack.notifier["email"] else "")),
        "good_faith": pack.good_faith,
        "accounts": [_asset(asset, sources) for asset in pack.assets],
        "victims": [_asset(asset, sources) for asset in pack.victims],
        "posts": [_post(post, numbers[post.uid], sources) for post in pack.posts],
        "sources": [
            {"name": name, "file": legible(str(files.get(digest, {}).get("file", ""))), "sha256": digest}
            for digest, name in sources.items()
        ],
        "redactions": f"{pack.redactions['texts']:,} texts have something covered, {pack.redactions['words']:,} times in all."
        if pack.redactions["texts"]
        else "",
        "proof": f"Journal head {pack.journal['head']}, entry {pack.journal['seq']}."
        f" {pack.program['name']} {pack.program['version']}.",
    }  # fmt: skip


def _digests(pack: Pack) -> list[str]:
    """Hashes of the files rows were read from, in the order of the pack's list."""
    used = {row.source_sha256 for row in pack.everyone if row.source_sha256} | {p.source_sha256 for p in pack.posts}
    listed = [entry["sha256"] for entry in pack.data["files"] if entry["sha256"] in used]
    return [*listed, *sorted(used - set(listed))]


def _stamp(pack: Pack, stamp: str) -> str:
    """The stamp, and for how many findings it holds where it does not hold for all."""
    holds = sum(
        claim.approval is None
        if stamp == ONE_REVIEWER
        else bool(claim.approval and not claim.approval["authenticated"])
        for claim in pack.claims
    )
    of = "" if holds == len(pack.claims) else f" ({holds} of {len(pack.claims)} findings)"
    return stamp[:1].upper() + stamp[1:] + of


def _ground(pack: Pack) -> str:
    if pack.ground == "illegal":
        return f"Ground: {legible(pack.law or '')}"
    rule = f" ({pack.receiver.policy})" if pack.receiver.policy else ""
    return f"Ground: the receiver's own terms{rule}; no law is said to be broken."


def _claim(pack: Pack, index: int, sources: dict[str, str], numbers: dict[str, int]) -> Json:
    claim = pack.claims[index]
    posts = [post for post in pack.posts if claim.finding.id in post.findings]
    verdict = claim.verdict
    who = f"{verdict['by']}, {verdict['at'][:10]}: {verdict['note']}"
    if claim.approval:
        proven = "" if claim.approval["authenticated"] else " (name typed, not authenticated)"
        who += f" Second reviewer: {claim.approval['by']}, {claim.approval['at'][:10]}{proven}."
    return {
        "number": str(index + 1),
        "id": claim.finding.id,
        "title": legible(claim.title),
        "says": claim.says,
        "summary": legible(claim.summary),
        "techniques": ", ".join(claim.finding.disarm),
        "reviewed": legible(who),
        "weighed": ", ".join(str(one).replace("_", " ") for one in weighed(verdict)) or NONE_NAMED,
        "posts": f"{len(posts):,}",
        "notes": [
            {"number": str(numbers[post.uid]), "at": when(post), "source": sources[post.source_sha256],
             "line": "" if post.source_line is None else str(post.source_line), "sha256": post.source_sha256}
            for post in posts[:FOOTNOTES]
        ],
    }  # fmt: skip


def _unknown(pack: Pack) -> list[Json]:
    """What cannot be determined, each once, with the findings it holds for."""
    said: dict[tuple[str, str], list[str]] = {}
    for number, claim in enumerate(pack.claims, start=1):
        for row in claim.unknown:
            said.setdefault((legible(row["what"]), legible(row["settles"])), []).append(str(number))
    every = len(pack.claims)
    return [
        {"what": what, "settles": settles, "of": "" if len(of) == every else f"Finding {', '.join(of)}: "}
        for (what, settles), of in said.items()
    ]


def when(post: Post) -> str:
    """The time as far as it is known."""
    kept = {"second": 19, "minute": 16, "hour": 13, "day": 10}[post.precision]
    return post.created_at[:kept].replace("T", " ")


def _asset(asset: Asset, sources: dict[str, str]) -> Json:
    return {
        "request": asset.action.replace("_", " "), "platform": asset.platform, "id": legible(asset.id),
        "kind": asset.kind + ("" if asset.persistent else ", no permanent id"), "handle": legible(asset.handle or ""),
        "name": legible(asset.display_name or ""), "url": legible(asset.url or ""),
        "why": legible("; ".join(asset.why)), "source": sources.get(asset.source_sha256 or "", ""),
        "line": "" if asset.source_line is None else str(asset.source_line),
    }  # fmt: skip


def _post(post: Post, number: int, sources: dict[str, str]) -> Json:
    return {
        "number": str(number), "at": when(post), "author": legible(post.author_id), "text": legible(post.text),
        "url": legible(post.url or ""), "id": legible(post.post_id), "source": sources[post.source_sha256],
        "line": "" if post.source_line is None else str(post.source_line),
    }  # fmt: skip
