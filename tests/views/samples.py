"""Networks and findings the views are tested with."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from records.finding import Finding

BEGIN = datetime(2015, 11, 26, 22, 12, tzinfo=UTC)

# Each tries to become markup, script, a template, or the end of the script element its data stand in.
HOSTILE = (
    "</script><script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 2'>",
    "<a href=\"javascript:window.pwned=3\" onmouseover='window.pwned=3'>href</a>",
    "{{ 7 * 7 }}{% raw %} ${window.pwned = 4} #{1}",
    "\u2028\u2029';window.pwned=5;//",
    '"><svg onload="window.pwned=6"><style>*{display:none}</style>',
    "<!--<script>window.pwned = 7",
    "]]><iframe srcdoc='<script>parent.pwned = 8</script>'></iframe>",
    "https://198.51.100.7/collect.png",
    "\u202edetrevni \x00\x07 \U0001f426",
)


def cluster(count: int = 160, seed: int = 3) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Nodes and edges of `count` accounts in three communities of half, three tenths and one fifth of them."""
    chance = random.Random(seed)
    ids = [f"x:{1000 + number}" for number in range(count)]
    sizes = (count // 2, count * 3 // 10)
    community = [0 if i < sizes[0] else 1 if i < sum(sizes) else 2 for i in range(count)]
    first = [BEGIN + timedelta(minutes=round(chance.expovariate(1 / 900))) for _ in ids]
    nodes = pl.DataFrame(
        {
            "id": ids,
            "label": [f"{chance.choice(['amelie', 'robert', 'walt', 'news', 'rita'])}_{i:04}" for i in range(count)],
            "size": [int(chance.paretovariate(1.2) * 5) for _ in ids],
            "first": first,
            "last": [at + timedelta(hours=round(chance.random() * 60)) for at in first],
            "role": ["amplifier"] * count,
            "language": ["en"] * count,
        },
        schema_overrides={"first": pl.Datetime("us", "UTC"), "last": pl.Datetime("us", "UTC")},
    )
    rows = [
        {"source": ids[i], "target": ids[j], "weight": int(chance.paretovariate(1.1) * 2), "layer": "text"}
        for i in range(count)
        for j in range(i + 1, count)
        if chance.random() < (0.35 if community[i] == community[j] else 0.01)
    ]
    return nodes, pl.DataFrame(rows).with_columns(kind=pl.lit("COORDINATED"))


def hostile() -> tuple[pl.DataFrame, pl.DataFrame]:
    """A network with a hostile text in every field of every node and edge."""
    count = len(HOSTILE)
    turn = [HOSTILE[(number + 3) % count] for number in range(count)]
    nodes = pl.DataFrame(
        {
            "id": HOSTILE,
            "label": HOSTILE,
            "kind": turn,
            "group": [HOSTILE[number % 2] for number in range(count)],
            "size": list(range(count)),
            "first": [BEGIN] * count,
            "last": [BEGIN + timedelta(hours=number) for number in range(count)],
            "display_name": turn,
            turn[0]: HOSTILE,
        }
    )
    edges = pl.DataFrame(
        {"source": HOSTILE, "target": turn, "weight": [1.0] * count, "kind": HOSTILE, "layer": turn, turn[1]: HOSTILE}
    )
    return nodes, edges


def finding(count: int = 4, **given: Any) -> Finding:
    """A copypasta finding of `count` accounts, with anything replaced."""
    values: dict[str, Any] = {
        "detector": "copypasta",
        "detector_version": "1",
        "title_code": "copypasta.families",
        "score": 1.0,
        "members": [
            {"platform": "x", "id": str(i), "kind": "account", "role": "copier", "score": 1.0, "action": "none"}
            for i in range(count)
        ],
        "posts": [{"platform": "x", "post_id": str(i)} for i in range(count)],
        "parameters": {},
        "evidence": {"families": [{"family": "f", "text": "turkey i ate"}]},
    }
    return Finding(**{**values, **given})
