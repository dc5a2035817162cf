"""A network as it is drawn: which nodes and edges are shown and which are not, where they stand, who groups with whom.

The only module that speaks to pyvis, which is the model of nodes, edges and options here and never the page: none of
its modes is offline and its template lets text of profiles become markup (views/page.py is our own page).
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
from pyvis import network as pyvis_network
from pyvis.edge import Edge as PyvisEdge
from pyvis.node import Node as PyvisNode

from views import layout
from views.selecting import communities, given, strength, strongest

MAX_NODES: Final = 2000
"""Shown unless the caller says otherwise: more than a person reads, and drawn in about a second."""
MAX_EDGES: Final = 8000
"""A cluster of 160 in which all are tied has 12,720 edges; beyond some thousands lines become a grey area."""
HULL_LEAST: Final = 3
"""Members of a group that gets an outline: two points have no area."""
SHAPES: Final[dict[str, str]] = {
    "account": "dot", "page": "square", "outlet": "triangle", "organisation": "triangle", "post": "diamond",
    "url": "hexagon", "domain": "hexagon", "hashtag": "triangleDown", "media": "star", "finding": "star",
}  # fmt: skip
"""Kind of node to vis-network shape: kinds differ by shape, so that colour is free for groups."""
NODE_COLUMNS: Final = ("id", "label", "kind", "group", "size", "first", "last")
EDGE_COLUMNS: Final = ("source", "target", "weight", "kind", "layer", "directed", "first", "last")


@dataclass(frozen=True, slots=True)
class Node:
    """One thing drawn."""

    id: str
    """Such as an account uid `platform:account_id`."""
    label: str
    kind: str
    group: int | None
    """0 is the largest group; None stands alone."""
    size: float
    """Radius in drawing units."""
    x: float
    y: float
    accent: bool
    """Look here: at most a few."""
    first: str | None
    """ISO 8601 UTC; None where unknown, such a node is never filtered by time."""
    last: str | None
    details: Mapping[str, str]
    """Field name to text, for the panel."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One line drawn; several layers between the same two are one line."""

    source: str
    target: str
    weight: float
    kind: str
    layer: str
    """Layers, strongest first, joined by a comma; "" where none was given."""
    directed: bool
    first: str | None
    last: str | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hull:
    """The outline of one group."""

    group: int
    name: str
    """The caller's name of the group; "" where the groups were found here."""
    count: int
    """Members shown."""
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Post:
    """One post in the panel of its author."""

    at: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """What is drawn, and how much there is in all."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    hulls: tuple[Hull, ...]
    shown: int
    total: int
    edges_shown: int
    edges_total: int
    groups_found: bool
    """The groups were found here by Leiden over the ties, rather than given by the caller."""
    posts: Mapping[str, tuple[Post, ...]] = field(default_factory=dict)


def network(
    nodes: pl.DataFrame,
    edges: pl.DataFrame,
    *,
    max_nodes: int = MAX_NODES,
    max_edges: int = MAX_EDGES,
    accent: Collection[str] = (),
    posts: Mapping[str, list[Post]] | None = None,
    total: int | None = None,
) -> Network:
    """The network of two frames, the same for any order of their rows.

    `nodes`: id, and any of label, kind (account), group (text or number), size (any scale; the sum of weights where
    missing), first, last (Datetime). `edges`: source, target, and any of weight (1), kind, layer, directed (False),
    first, last. All other columns are details. Edges to nodes that are not in `nodes` are left out and counted in
    none of the totals. `total`: how many nodes there are where the caller already left some out.
    Raises ValueError where a required column is missing or an id stands twice.
    """
    nodes, edges = given(nodes, edges)
    ranked = nodes.join(strength(edges), on="id", how="left").with_columns(
        pl.col("strength").fill_null(0.0), pl.col("id").is_in(list(accent)).alias("accent")
    )
    ranked = ranked.with_columns(pl.coalesce(pl.col("size").cast(pl.Float64), "strength").alias("size"))
    order = ["accent", "size", "strength", "id"]
    kept = ranked.sort(order, descending=[True, True, True, False]).head(max_nodes)
    among = edges.join(kept.select(source="id"), on="source", how="semi")
    among = among.join(kept.select(target="id"), on="target", how="semi")
    lines = _lines(strongest(among, max_edges))
    names = kept["id"].to_list()
    named = "group" in kept.columns
    groups = _groups(names, kept["group"].to_list() if named else communities(among, names))
    index = {name: number for number, name in enumerate(names)}
    ties = [(index[line.source], index[line.target], line.weight) for line in lines if line.source != line.target]
    points = layout.positions(groups.numbers, ties)
    largest = float(kept["size"].max() or 0.0)  # type: ignore[arg-type]
    drawn = tuple(
        _node(row, groups.of(number), points[number], largest) for number, row in enumerate(kept.iter_rows(named=True))
    )
    hulls = tuple(
        Hull(group, name if named else "", len(members), tuple(_rounded(layout.outline(points[members]))))
        for group, (name, members) in enumerate(zip(groups.names, groups.members, strict=True))
        if len(members) >= HULL_LEAST
    )
    return Network(
        nodes=drawn,
        edges=tuple(lines),
        hulls=hulls,
        shown=len(drawn),
        total=max(total or 0, nodes.height),
        edges_shown=len(lines),
        edges_total=edges.select("source", "target", "kind").unique().height,
        groups_found=not named,
        posts={name: tuple(some) for name, some in sorted((posts or {}).items()) if name in index},
    )


def drawing(shown: Network) -> dict[str, Any]:
    """{nodes, edges, options}: what vis-network is given, as pyvis models it. Colours belong to the page's theme."""
    # directed: an undirected pyvis network looks through all edges for each new one.
    model = pyvis_network.Network(directed=True)
    # Node and Edge are built directly: add_node and add_edge search lists, minutes for 5,000 nodes.
    for node in shown.nodes:
        options = PyvisNode(
            node.id,
            SHAPES.get(node.kind, "dot"),
            node.label,
            size=round(node.size * _larger(shown.shown), 1),
            x=node.x,
            y=node.y,
        ).options
        model.nodes.append(options)
    for number, edge in enumerate(shown.edges):
        width = round(min(0.6 + 0.7 * math.log1p(max(edge.weight, 0.0)), 6) * _larger(shown.shown), 2)
        model.edges.append(PyvisEdge(edge.source, edge.target, edge.directed, id=number, width=width).options)
    model.toggle_physics(False)
    model.set_edge_smooth(False)
    model.inherit_edge_colors(False)
    model.toggle_drag_nodes(True)
    # Lines are most of the work of a frame: without them a large network still follows the mouse.
    model.toggle_hide_edges_on_drag(len(shown.edges) > 3000)
    found, lines, _, _, _, options = model.get_network_data()
    return {"nodes": found, "edges": lines, "options": _bare(orjson.loads(options))}


def _larger(count: int) -> float:
    """How much larger things are drawn in a network of `count` nodes, which is seen from farther away."""
    return min(max(math.sqrt(count / 600), 1.0), 2.2)


def _bare(options: dict[str, Any]) -> dict[str, Any]:
    """Options without the panel that lets a reader edit them, which is markup of its own."""
    options.pop("configure", None)
    options["edges"]["smooth"] = False  # pyvis writes {"type": false}, which vis-network reads as on
    return options


def _lines(edges: pl.DataFrame) -> list[Edge]:
    """One edge for each pair and kind, weights of layers added, sorted by pair."""
    rows = edges.sort(["source", "target", "kind", "weight", "layer"], descending=[False, False, False, True, False])
    extra = [name for name in edges.columns if name not in EDGE_COLUMNS]
    found: list[Edge] = []
    for (source, target, kind), part in _runs(rows):
        first = min((text for row in part if (text := _text(row["first"]))), default=None)
        last = max((text for row in part if (text := _text(row["last"]))), default=None)
        details = _details(part[0], extra) if len(part) == 1 else {r["layer"]: f"{r['weight']:g}" for r in part}
        layers = ", ".join(dict.fromkeys(row["layer"] for row in part if row["layer"]))
        weight = round(sum(row["weight"] for row in part), 6)
        found.append(Edge(source, target, weight, kind, layers, part[0]["directed"], first, last, details))
    return found


def _runs(rows: pl.DataFrame) -> list[tuple[tuple[str, str, str], list[dict[str, Any]]]]:
    found: list[tuple[tuple[str, str, str], list[dict[str, Any]]]] = []
    for row in rows.iter_rows(named=True):
        key = (row["source"], row["target"], row["kind"])
        if not found or found[-1][0] != key:
            found.append((key, []))
        found[-1][1].append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups numbered by size; a node without one is a group of its own for the layout only."""

    numbers: list[int]
    names: list[str]
    members: list[list[int]]

    def of(self, index: int) -> int | None:
        number = self.numbers[index]
        return number if number < len(self.names) else None


def _groups(names: list[str], given: list[Any]) -> _Groups:
    members: dict[str, list[int]] = {}
    for index, group in enumerate(given):
        if group is not None:
            members.setdefault(str(group), []).append(index)
    ordered = sorted(members.items(), key=lambda item: (-len(item[1]), min(names[index] for index in item[1])))
    numbers = [-1] * len(names)
    for number, (_, some) in enumerate(ordered):
        for index in some:
            numbers[index] = number
    alone = len(ordered)
    for index in sorted((i for i, number in enumerate(numbers) if number < 0), key=lambda i: names[i]):
        numbers[index] = alone
        alone += 1
    return _Groups(numbers, [name for name, _ in ordered], [some for _, some in ordered])


def _node(row: dict[str, Any], group: int | None, point: Any, largest: float) -> Node:
    share = math.sqrt(max(float(row["size"] or 0.0), 0.0) / largest) if largest > 0 else 0.0
    return Node(
        id=row["id"],
        label=row["label"] or row["id"],
        kind=row["kind"] or "account",
        group=group,
        size=round(max(6 + 12 * share, 12 if row["accent"] else 0), 1),
        x=round(float(point[0]), 1),
        y=round(float(point[1]), 1),
        accent=row["accent"],
        first=_text(row["first"]),
        last=_text(row["last"]),
        details=_details(row, [name for name in row if name not in (*NODE_COLUMNS, "strength", "accent")]),
    )


def _rounded(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(round(x, 1), round(y, 1)) for x, y in points]


def _details(row: Mapping[str, Any], names: list[str]) -> dict[str, str]:
    return {name: text for name in names if (text := _text(row[name]))}


def _text(value: Any) -> str | None:
    """A value as the panel shows it; None where there is nothing to show."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or None
    return str(value)


def vis_network() -> str:
    """The script that draws, as the installed pyvis ships it (vis-network 9.1.2, Apache-2.0 or MIT)."""
    path = Path(pyvis_network.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js"
    text = path.read_text(encoding="utf-8")
    return text[: text.rindex("//# sourceMappingURL=")]  # the map is not shipped: a debugger would ask for it
