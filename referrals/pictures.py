"""Pictures of a pack as SVG, drawn without a browser: who moved with whom, and when."""

from collections import Counter
from datetime import datetime, timedelta
from math import ceil
from typing import Final

import polars as pl
from markupsafe import Markup, escape

from referrals.base import Pack
from referrals.legible import legible
from views.network import network

WIDTH: Final = 720
HEIGHT: Final = 380
MOST: Final = 400
"""Accounts drawn: on paper more become a grey area; the text under the picture says how many there are."""
BARS: Final = 120
FEWEST: Final = 12
"""Bars there is room for, however few are needed: a moment is a bar and not a block."""
STEPS: Final = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 180, 360, 1440, 10_080))
"""What a bar may stand for, the finest that needs no more than BARS: hours tell a night from a day, one block tells nothing."""
FEW: Final = 8
"""Up to this many nodes are drawn further apart, so that their names do not meet."""
LABELLED: Final = 40
"""Up to this many nodes names can be read beside them."""
_UNITS: Final = ((10_080, "week"), (1440, "day"), (60, "hour"), (1, "minute"))
EDGE, NODE, VICTIM, FINDING, TEXT = "#b9c0c7", "#5b6772", "#ffffff", "#b8560f", "#3d4650"


def network_picture(pack: Pack) -> tuple[str, str]:
    """(SVG, what it shows). Without co-action between the pack's accounts, accounts are tied to their findings instead."""
    victims = {asset.uid for asset in pack.victims}
    names = {asset.uid: asset.handle or asset.display_name or asset.id for asset in pack.everyone}
    rows = [{"id": uid, "label": name, "kind": "account"} for uid, name in names.items()]
    known = {claim.finding.id: f"finding {number}" for number, claim in enumerate(pack.claims, start=1)}
    if pack.links:
        ties = [{"source": one.source, "target": one.target, "weight": float(one.weight)} for one in pack.links]
    else:
        rows += [{"id": f"finding:{one}", "label": says, "kind": "finding"} for one, says in sorted(known.items())]
        ties = [
            {"source": asset.uid, "target": f"finding:{one}", "weight": 1.0}
            for asset in pack.everyone
            for one in asset.findings
            if one in known
        ]
    schema = {"source": pl.String, "target": pl.String, "weight": pl.Float64}
    drawn = network(pl.DataFrame(rows), pl.DataFrame(ties, schema=schema), max_nodes=MOST, max_edges=4 * MOST)
    left, right = min(n.x for n in drawn.nodes), max(n.x for n in drawn.nodes)
    top, bottom = min(n.y for n in drawn.nodes), max(n.y for n in drawn.nodes)
    closest = 1.2 if len(drawn.nodes) > FEW else 5.0
    scale = min((WIDTH - 140) / max(right - left, 1.0), (HEIGHT - 40) / max(bottom - top, 1.0), closest)
    middle = ((left + right) / 2, (top + bottom) / 2)

    def place(x: float, y: float) -> tuple[float, float]:
        return round(WIDTH / 2 + (x - middle[0]) * scale, 1), round(HEIGHT / 2 + (y - middle[1]) * scale, 1)

    at = {node.id: place(node.x, node.y) for node in drawn.nodes}
    parts = [
        f'<line x1="{at[e.source][0]}" y1="{at[e.source][1]}" x2="{at[e.target][0]}" y2="{at[e.target][1]}"/>'
        for e in drawn.edges
    ]
    lines = f'<g stroke="{EDGE}" stroke-width="0.7">{"".join(parts)}</g>'
    dots = []
    for node in drawn.nodes:
        x, y = at[node.id]
        if node.kind == "finding":
            dots.append(f'<path d="M{x} {y - 7}L{x + 7} {y}L{x} {y + 7}L{x - 7} {y}Z" fill="{FINDING}"/>')
        else:
            fill = VICTIM if node.id in victims else NODE
            dots.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{fill}" stroke="{NODE}"/>')
        if len(drawn.nodes) <= LABELLED:
            name = escape(legible(node.label, 18))
            dots.append(f'<text x="{x + 8}" y="{y + 3.5}">{name}</text>')
    tie = "joint acts" if pack.links else "accounts and the findings they belong to (diamonds)"
    shown = sum(node.kind != "finding" for node in drawn.nodes)
    says = f"{shown:,} of {len(names):,} accounts; lines are {tie}"
    says += "; rings are possible victims" if victims else ""
    return _svg(HEIGHT, lines + "".join(dots), says), says


def timeline_picture(pack: Pack) -> tuple[str, str] | None:
    """(SVG, what it shows): posts over time, each finding's span under them; None without a post."""
    if not pack.posts:
        return None
    times = [datetime.fromisoformat(post.created_at) for post in pack.posts]
    spans = [
        (datetime.fromisoformat(f.first_seen), datetime.fromisoformat(f.last_seen), number)
        for number, f in enumerate((claim.finding for claim in pack.claims), start=1)
        if f.first_seen and f.last_seen
    ]
    first = min([*times, *(span[0] for span in spans)])
    last = max([*times, *(span[1] for span in spans)])
    step = next(
        (one for one in STEPS if (last - first) / one < BARS), STEPS[-1] * ceil((last - first) / STEPS[-1] / BARS)
    )
    bars = max(FEWEST, int((last - first) / step) + 1)
    width = step.total_seconds()
    counted = Counter(min(int((at - first).total_seconds() / width), bars - 1) for at in times)
    most, room = max(counted.values()), WIDTH - 90

    def x(at: datetime) -> float:
        return round(60 + room * (at - first).total_seconds() / (width * bars), 1)

    wide = round(room / bars, 2)
    drawn = [
        f'<rect x="{round(60 + number * room / bars, 1)}" y="{round(120 - 100 * count / most, 1)}"'
        f' width="{max(wide - 0.5, 0.7)}" height="{round(100 * count / most, 1)}" fill="{NODE}"/>'
        for number, count in sorted(counted.items())
    ]
    drawn.append(f'<line x1="60" y1="120" x2="{60 + room}" y2="120" stroke="{EDGE}"/>')
    drawn.append(
        f'<text x="54" y="28" text-anchor="end">{most:,}</text><text x="54" y="123" text-anchor="end">0</text>'
    )
    drawn.append(f'<text x="60" y="135">{first:%Y-%m-%d %H:%M}</text>')
    drawn.append(f'<text x="{60 + room}" y="135" text-anchor="end">{first + bars * step:%Y-%m-%d %H:%M} UTC</text>')
    for lane, (begin, end, number) in enumerate(spans):
        y = 150 + 15 * lane
        drawn.append(
            f'<line x1="{x(begin)}" y1="{y}" x2="{max(x(end), x(begin) + 2)}" y2="{y}" stroke="{FINDING}" stroke-width="3"/>'
        )
        drawn.append(f'<text x="54" y="{y + 3.5}" text-anchor="end">finding {number}</text>')
    says = f"{len(times):,} posts between {first:%Y-%m-%d} and {last:%Y-%m-%d}; under them the span of each finding"
    says += f"; a bar is {_said(step)}"
    return _svg(145 + 15 * len(spans) + 10, "".join(drawn), says), says


def _said(step: timedelta) -> str:
    """A length of time in the largest unit it is whole in."""
    minutes = round(step.total_seconds() / 60)
    size, unit = next((size, unit) for size, unit in _UNITS if minutes % size == 0)
    return f"a {unit}".replace("a hour", "an hour") if minutes == size else f"{minutes // size} {unit}s"


def _svg(height: int, body: str, says: str) -> Markup:
    return Markup(  # noqa: S704 - numbers and escaped labels alone
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
        f' font-family="Noto Sans, Noto Sans SC, Noto Sans Arabic, sans-serif" font-size="9" fill="{TEXT}">'
        f"<title>{escape(says)}</title>{body}</svg>"
    )
