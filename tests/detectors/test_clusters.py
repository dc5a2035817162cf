"""Groups: the same for any order of edges, no chains, layers of the same accounts as one."""

import itertools
import random

import polars as pl

from detectors.groups.clusters import Group, communities, groups, merged


def cliques(*names: str, weight: float = 1.0) -> pl.DataFrame:
    """Every letter of a name tied to every other of it."""
    rows = [(s, d, weight) for name in names for s, d in itertools.combinations(sorted(name), 2)]
    return pl.DataFrame(rows, schema=["source", "target", "weight"], orient="row")


def test_communities_are_the_dense_parts_and_numbered_in_text_order() -> None:
    edges = pl.concat([cliques("vwxyz", "abcd"), pl.DataFrame({"source": ["d"], "target": ["v"], "weight": [0.5]})])
    found = communities(edges, seed=1)
    assert found == {**dict.fromkeys("abcd", 0), **dict.fromkeys("vwxyz", 1)}
    assert communities(edges.clear(), seed=1) == {}


def test_groups_do_not_depend_on_the_order_of_edges() -> None:
    dice = random.Random(3)
    pairs = {tuple(sorted(dice.sample(range(200), 2))) for _ in range(1500)}
    rows = [(f"a{s:03d}", f"a{d:03d}", 1.0 + s % 3) for s, d in sorted(pairs)]
    seen = set()
    for _ in range(4):
        dice.shuffle(rows)
        edges = pl.DataFrame(rows, schema=["source", "target", "weight"], orient="row")
        seen.add(tuple(groups(edges, seed=7)))
    assert len(seen) == 1
    assert seen != {()}


def test_a_chain_is_no_group_and_a_loose_end_is_no_member() -> None:
    chain = pl.DataFrame({"source": list("abcd"), "target": list("bcde"), "weight": [1.0] * 4})
    assert groups(chain, seed=1) == []
    with_end = pl.concat([cliques("abcd"), pl.DataFrame({"source": ["d"], "target": ["z"], "weight": [1.0]})])
    assert groups(with_end, seed=1) == [("a", "b", "c", "d")]


def test_fewer_than_four_accounts_are_no_group() -> None:
    assert groups(cliques("abc"), seed=1) == []
    assert groups(cliques("abc", "defgh"), seed=1, min_size=3) == [("d", "e", "f", "g", "h"), ("a", "b", "c")]


def test_the_same_accounts_in_two_layers_are_one_group() -> None:
    found = [("hashtag", tuple("abcd")), ("link", tuple("abcdef")), ("link", tuple("wxyz")), ("reply", tuple("dwvu"))]
    assert merged(found) == [
        Group(tuple("abcdef"), ("link", "hashtag")),
        Group(tuple("wxyz"), ("link",)),
        Group(tuple("duvw"), ("reply",)),
    ]
    assert merged(reversed(found)) == merged(found)
