"""A notice under Art. 16(2) of the Digital Services Act: reasons, exact addresses, who notifies, in good faith."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from records.finding import Json
from referrals.base import AUTHORITY, STEM, Format, Pack

# The platforms' own statements of reasons (transparency database) use these words; nothing else of theirs fits a notice.
FAKE: Final = "KEYWORD_INAUTHENTIC_ACCOUNTS"
HIJACKED: Final = "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING"
GROUNDS: Final = {
    "terms": "a breach of the receiver's own terms; the notifier does not claim that any law is broken",
    "illegal": "illegal content in the sense of Art. 3(h)",
}
REQUESTS: Final = {
    "remove": "Remove, after your own examination",
    "label": "Label, after your own examination",
    "investigate": "Investigate; no removal is asked for",
    "secure_and_restore": "Secure and restore to the owner, who may be a victim; no removal is asked for",
}
"""In the order they stand in the notice, what is graver first."""


def lacks(pack: Pack) -> str | None:
    if pack.receiver.code == AUTHORITY:
        return "A notice under the Digital Services Act goes to a platform, not to an authority."
    if not pack.notifier["email"]:
        return "A notice under the Digital Services Act needs the notifier's address: --email ADDRESS."
    if not any(asset.url for asset in pack.everyone) and not any(post.url for post in pack.posts):
        return "A notice under the Digital Services Act needs exact addresses, and these data have none."
    return None


def notice(pack: Pack) -> Json:
    """The notice as fields: what a platform's form asks for."""
    posts: dict[str, list[str]] = {}
    for post in pack.posts:
        if post.url:
            posts.setdefault(post.author, []).append(post.url)
    return {
        "article": "Regulation (EU) 2022/2065, Art. 16(2)",
        "pack": pack.id,
        "receiver": pack.receiver.name,
        "ground": {"code": pack.ground, "means": GROUNDS[pack.ground], "law": pack.law, "clause": pack.receiver.policy},
        "reasons": [
            {
                "finding": claim.finding.id,
                "what": claim.title,
                "says": claim.says,
                "measured": claim.summary,
                "reviewed_by": claim.verdict["by"],
                "second_reviewer": claim.approval["by"] if claim.approval else None,
                "cannot_be_determined": [row["what"] for row in claim.unknown],
            }
            for claim in pack.claims
        ],
        "addresses": [
            {"request": asset.action, "account": asset.id, "kind": asset.kind, "address": asset.url,
             "posts": posts.get(asset.uid, []), "why": list(asset.why)}
            for action in REQUESTS for asset in pack.everyone if asset.action == action
        ],
        "keywords": keywords(pack),
        "notifier": {"name": pack.notifier["name"], "email": pack.notifier["email"]},
        "good_faith": pack.good_faith,
        "stamps": list(pack.stamps),
        "date": pack.created,
    }  # fmt: skip


def keywords(pack: Pack) -> list[str]:
    """Words of the transparency database that the findings bear out; coordination alone bears out none."""
    deceptive = any(claim.outcome == "deceptive" for claim in pack.claims)
    return [word for word, holds in ((FAKE, deceptive and pack.assets), (HIJACKED, pack.victims)) if holds]


def _lines(document: Json) -> Iterator[str]:
    ground = document["ground"]
    yield f"Notice under {document['article']}"
    yield f"To: {document['receiver']}. Pack {document['pack']}, {document['date']}."
    yield from (f"NOTE: {stamp}." for stamp in document["stamps"])
    yield ""
    yield f"Ground: {ground['means']}."
    if ground["law"]:
        yield f"Law and territory: {ground['law']}"
    if ground["clause"]:
        yield f"Rule concerned: {ground['clause']}"
    yield ""
    yield "(a) Reasons"
    for reason in document["reasons"]:
        yield f"- {reason['what']}"
        yield f"  {reason['says']} Measured: {reason['measured']}. Finding {reason['finding']}."
        second = f"; second reviewer {reason['second_reviewer']}" if reason["second_reviewer"] else ""
        yield f"  Reviewed by {reason['reviewed_by']}{second}."
        yield from (f"  Cannot be determined: {what}" for what in reason["cannot_be_determined"])
    yield ""
    yield "(b) Exact addresses"
    request = None
    for row in document["addresses"]:
        if row["request"] != request:
            request = row["request"]
            yield f"{REQUESTS[request]}:"
        yield f"- {row['address'] or 'no address known; ' + row['kind'] + ' id ' + row['account']}"
        yield from (f"  {why}" for why in row["why"])
        yield from (f"    {url}" for url in row["posts"])
    yield ""
    yield "(c) Notifier"
    yield f"{document['notifier']['name']} <{document['notifier']['email']}>"
    yield ""
    yield "(d) Statement of good faith"
    yield document["good_faith"]


def _line(text: str) -> str:
    """One line, without characters that steer a terminal, turn what follows or end the line."""
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in text
        if unicodedata.category(letter) not in ("Cf", "Cs")
    )


def write(pack: Pack, folder: Path) -> list[Path]:
    """The notice as text to send, and as fields for the receiver's form."""
    document = notice(pack)
    text, fields = folder / f"{STEM}-dsa.txt", folder / f"{STEM}-dsa.json"
    text.write_text("".join(f"{_line(line).rstrip()}\n" for line in _lines(document)), encoding="utf-8", newline="\n")
    fields.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return [text, fields]


FORMAT: Final = Format(
    name="dsa",
    title="a notice under Art. 16(2) of the Digital Services Act, as text and as fields of a form",
    suffix=".txt",
    write=write,
    lacks=lacks,
)
