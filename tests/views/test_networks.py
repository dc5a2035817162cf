"""What a network shows, how much of it, and where."""

import math
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.views.samples import cluster
from views.layout import hull, outline
from views.network import Edge, Node, Post, drawing, network

AT = datetime(2020, 1, 1, tzinfo=UTC)


def test_every_field_of_a_small_network() -> None:
    nodes = pl.DataFrame(
        {
            "id": ["x:1", "x:2"],
            "label": ["ada", None],
            "kind": ["account", "page"],
            "size": [4, 1],
            "first": [AT, None],
            "last": [AT, None],
            "role": ["seeder", None],
            "tags": [["a", "b"], []],
            "score": [0.5, None],
        }
    )
    edges = pl.DataFrame({"source": ["x:2"], "target": ["x:1"], "weight": [3], "kind": ["COPIES"], "note": ["near"]})
    found = network(nodes, edges, accent=["x:2"], posts={"x:1": [Post("then", "hello")], "x:9": []})
    assert found.nodes == (
        Node("x:2", "x:2", "page", 0, 12.0, -22.0, 0.0, True, None, None, {}),
        Node(
            "x:1", "ada", "account", 0, 18.0, 22.0, 0.0, False, "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z",
            {"role": "seeder", "tags": "a, b", "score": "0.5"},
        ),
    )  # fmt: skip
    assert found.edges == (Edge("x:1", "x:2", 3.0, "COPIES", "", False, None, None, {"note": "near"}),)
    assert found.hulls == ()
    assert (found.shown, found.total, found.edges_shown, found.edges_total) == (2, 2, 1, 1)
    assert found.groups_found
    assert found.posts == {"x:1": (Post("then", "hello"),)}


def test_layers_of_a_pair_are_one_line_with_their_weights() -> None:
    nodes = pl.DataFrame({"id": ["a", "b", "c"]})
    edges = pl.DataFrame(
        {
            "source": ["a", "b", "a", "c"],
            "target": ["b", "a", "zz", "c"],
            "weight": [2.0, 5.0, 9.0, 1.0],
            "layer": ["link", "text", "text", "link"],
        }
    )
    found = network(nodes, edges)
    assert found.edges == (
        Edge("a", "b", 7.0, "", "text, link", False, None, None, {"text": "5", "link": "2"}),
        Edge("c", "c", 1.0, "", "link", False, None, None, {}),
    )
    assert found.edges_total == 2  # the edge to an unknown node is no edge of this network


def test_directed_edges_keep_their_direction() -> None:
    nodes = pl.DataFrame({"id": ["a", "b"]})
    edges = pl.DataFrame({"source": ["b"], "target": ["a"], "directed": [True]})
    found = network(nodes, edges)
    assert [(edge.source, edge.target, edge.directed) for edge in found.edges] == [("b", "a", True)]
    assert drawing(found)["edges"][0]["arrows"] == "to"


def test_the_order_of_rows_changes_nothing() -> None:
    nodes, edges = cluster()
    shuffled = network(nodes.sample(fraction=1, shuffle=True, seed=5), edges.sample(fraction=1, shuffle=True, seed=6))
    assert shuffled == network(nodes, edges)


def test_three_communities_are_found_and_outlined_apart() -> None:
    found = network(*cluster())
    assert [hull.count for hull in found.hulls] == [80, 48, 32]
    communities = {range(1000, 1080): 0, range(1080, 1128): 1, range(1128, 1160): 2}
    expected = {f"x:{number}": group for some, group in communities.items() for number in some}
    assert {node.id: node.group for node in found.nodes} == expected
    middles = [[sum(axis) / len(hull.points) for axis in zip(*hull.points, strict=True)] for hull in found.hulls]
    for node in found.nodes:  # every node is nearest to the middle of its own group's outline
        distances = [math.dist((node.x, node.y), middle) for middle in middles]
        assert distances.index(min(distances)) == node.group


def test_no_two_nodes_of_a_cluster_stand_on_each_other() -> None:
    found = network(*cluster())
    points = [(node.x, node.y) for node in found.nodes]
    nearest = [min(math.dist(a, b) for j, b in enumerate(points) if i != j) for i, a in enumerate(points)]
    assert min(nearest) > 15


def test_what_is_left_out_is_counted() -> None:
    nodes, edges = cluster()
    found = network(nodes, edges, max_nodes=50, max_edges=100, accent=["x:1100"], total=1607)
    assert (found.shown, found.total) == (50, 1607)
    assert (found.edges_shown, found.edges_total) == (100, edges.height)
    sizes = dict(nodes.select("id", "size").rows())
    left_out = max(size for name, size in sizes.items() if name not in {node.id for node in found.nodes})
    assert found.nodes[0].id == "x:1100"  # the accent is shown whatever its size
    assert min(sizes[node.id] for node in found.nodes[1:]) >= left_out


def test_every_shown_node_keeps_a_tie_when_edges_are_cut() -> None:
    nodes, edges = cluster()
    found = network(nodes, edges, max_edges=450)
    tied = {name for edge in found.edges for name in (edge.source, edge.target)}
    assert tied == {node.id for node in found.nodes}


def test_groups_of_the_caller_are_kept_and_named() -> None:
    nodes = pl.DataFrame({"id": list("abcdefg"), "group": ["red", "red", "red", "blue", "blue", "blue", None]})
    found = network(nodes, pl.DataFrame({"source": ["a"], "target": ["d"]}))
    assert [(hull.group, hull.name, hull.count) for hull in found.hulls] == [(0, "red", 3), (1, "blue", 3)]
    assert {node.id: node.group for node in found.nodes} == {
        "a": 0, "b": 0, "c": 0, "d": 1, "e": 1, "f": 1, "g": None,
    }  # fmt: skip
    assert not found.groups_found


def test_nothing_is_a_network_too() -> None:
    empty = pl.DataFrame(schema={"id": pl.String()})
    found = network(empty, pl.DataFrame(schema={"source": pl.String(), "target": pl.String()}))
    assert (found.nodes, found.edges, found.hulls, found.shown, found.total) == ((), (), (), 0, 0)


def test_large_networks_get_coordinates() -> None:
    count = 3000
    ring = pl.DataFrame({"source": [f"n{i}" for i in range(count)], "target": [f"n{i + 1}" for i in range(count)]})
    nodes = pl.DataFrame({"id": [f"n{i}" for i in range(count + 1)], "group": ["one"] * (count + 1)})
    first = network(nodes, ring, max_nodes=5000)
    assert first == network(nodes, ring, max_nodes=5000)
    assert all(math.isfinite(node.x) and math.isfinite(node.y) for node in first.nodes)
    assert len({(node.x, node.y) for node in first.nodes}) > count * 0.99


@pytest.mark.parametrize(
    ("nodes", "edges", "sentence"),
    [
        ({"name": ["a"]}, {"source": ["a"], "target": ["a"]}, "a network needs the column id; it has name."),
        ({"id": ["a"]}, {"source": ["a"]}, "a network needs the column target; it has source."),
        ({"id": ["a", "a"]}, {"source": ["a"], "target": ["a"]}, "a network needs every id once."),
    ],
)
def test_what_is_no_network_is_refused(nodes: dict[str, list[str]], edges: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        network(pl.DataFrame(nodes), pl.DataFrame(edges))
    assert str(refused.value) == sentence


def test_pyvis_models_nodes_edges_and_options_without_physics() -> None:
    nodes = pl.DataFrame({"id": ["a", "b"], "kind": ["post", "account"]})
    model = drawing(network(nodes, pl.DataFrame({"source": ["a"], "target": ["b"]})))
    assert model["nodes"] == [
        {"id": "a", "label": "a", "shape": "diamond", "size": 18.0, "x": -22.0, "y": 0.0},
        {"id": "b", "label": "b", "shape": "dot", "size": 18.0, "x": 22.0, "y": 0.0},
    ]
    assert model["edges"] == [{"id": 0, "from": "a", "to": "b", "width": 1.09}]
    assert model["options"]["physics"]["enabled"] is False
    assert model["options"]["edges"] == {"color": {"inherit": False}, "smooth": False}
    assert "configure" not in model["options"]


def test_hulls_are_convex_and_hold_their_points() -> None:
    import numpy as np

    square = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [2, 2], [2, 0]], dtype=float)
    assert hull(square) == [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    assert hull(square[:2]) == [(0.0, 0.0), (4.0, 0.0)]
    around = outline(square)
    assert min(x for x, _ in around) == pytest.approx(-26)
    assert max(y for _, y in around) == pytest.approx(30)
