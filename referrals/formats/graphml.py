"""Accounts, posts and findings with their relations as GraphML, for analysts who use Gephi, yEd or networkx."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from referrals.base import STEM, Asset, Format, Pack, flat, nothing

# What XML 1.0 has no way to write: control characters, halves of pairs, the two that are no characters.
_NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NODE: Final = {
    "kind": "string", "label": "string", "platform": "string", "request": "string", "roles": "string", "url": "string",
    "created_at": "string", "followers": "long", "text": "string", "outcome": "string", "source_sha256": "string",
    "source_line": "long", "possible_victim": "boolean",
}  # fmt: skip
EDGE: Final = {"relation": "string", "layer": "string", "window_seconds": "long", "weight": "long"}


def clean(value: Any) -> str:
    """`value` as text XML can hold; lines end in LF, as a parser would read them."""
    if isinstance(value, bool):
        return str(value).lower()
    return _NOT_XML.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))


def _data(fields: dict[str, Any], of: str) -> str:
    return "".join(
        f'<data key="{of}_{name}">{escape(clean(value))}</data>' for name, value in fields.items() if value is not None
    )


def _asset(asset: Asset, victim: bool) -> dict[str, Any]:
    return {
        "kind": asset.kind, "label": asset.handle or asset.display_name or asset.id, "platform": asset.platform,
        "request": asset.action, "roles": flat(asset.roles), "url": asset.url, "created_at": asset.created_at,
        "followers": asset.followers, "text": asset.description, "source_sha256": asset.source_sha256,
        "source_line": asset.source_line, "possible_victim": victim,
    }  # fmt: skip


def _nodes(pack: Pack) -> Iterator[tuple[str, dict[str, Any]]]:
    for victim, assets in ((False, pack.assets), (True, pack.victims)):
        yield from ((asset.uid, _asset(asset, victim)) for asset in assets)
    for post in pack.posts:
        yield f"post:{post.uid}", {
            "kind": "post", "label": post.post_id, "platform": post.platform, "url": post.url, "text": post.text,
            "created_at": post.created_at, "source_sha256": post.source_sha256, "source_line": post.source_line,
        }  # fmt: skip
    for claim in pack.claims:
        yield f"finding:{claim.finding.id}", {"kind": "finding", "label": claim.title, "outcome": claim.outcome}


def _edges(pack: Pack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for asset in pack.everyone:
        yield from ((asset.uid, f"finding:{one}", {"relation": "MEMBER_OF"}) for one in asset.findings)
    known = {asset.uid for asset in pack.everyone}
    for post in pack.posts:
        if post.author in known:
            yield post.author, f"post:{post.uid}", {"relation": "POSTED"}
    for link in pack.links:
        yield link.source, link.target, {
            "relation": "COORDINATED", "layer": link.layer, "window_seconds": link.window_seconds, "weight": link.weight,
        }  # fmt: skip


def write(pack: Pack, folder: Path) -> list[Path]:
    path = folder / f"{STEM}.graphml"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for of, keys in (("node", NODE), ("edge", EDGE)):
            for name, kind in keys.items():
                file.write(f'<key id="{of}_{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n')
        file.write(f'<graph id="{pack.id}" edgedefault="directed">\n')
        for name, fields in _nodes(pack):
            file.write(f"<node id={quoteattr(clean(name))}>{_data(fields, 'node')}</node>\n")
        for number, (source, target, fields) in enumerate(_edges(pack)):
            ends = f"source={quoteattr(clean(source))} target={quoteattr(clean(target))}"
            file.write(f'<edge id="e{number}" {ends}>{_data(fields, "edge")}</edge>\n')
        file.write("</graph>\n</graphml>\n")
    return [path]


FORMAT: Final = Format(
    name="graphml",
    title="accounts, posts and findings as a graph for Gephi, yEd or networkx",
    suffix=".graphml",
    write=write,
    lacks=nothing,
)
