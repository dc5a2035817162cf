"""Which nodes and edges of two frames are drawn: read, ranked and cut the same way for any order of their rows."""

import math
from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from graspologic_native import leiden

STRONGEST: Final = 3
"""Edges kept for every node before the rest is filled by weight, so that no shown node loses all its ties."""
SEED: Final = 11


def given(nodes: pl.DataFrame, edges: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both frames with every column we use, ids as text, edges among `nodes` only, undirected ones in text order."""
    for frame, columns in ((nodes, ("id",)), (edges, ("source", "target"))):
        missing = [name for name in columns if name not in frame.columns]
        if missing:
            raise ValueError(f"a network needs the column {missing[0]}; it has {', '.join(frame.columns) or 'none'}.")
    nodes = _with(nodes, {"label": None, "kind": "account", "size": None, "first": None, "last": None})
    nodes = nodes.with_columns(pl.col("id").cast(pl.String))
    if nodes["id"].n_unique() != nodes.height:
        raise ValueError("a network needs every id once.")
    edges = _with(edges, {"weight": 1.0, "kind": "", "layer": "", "directed": False, "first": None, "last": None})
    edges = edges.with_columns(
        pl.col("source", "target").cast(pl.String), pl.col("weight").cast(pl.Float64).fill_null(1.0)
    )
    edges = edges.join(nodes.select(source="id"), on="source", how="semi")
    edges = edges.join(nodes.select(target="id"), on="target", how="semi")
    turned = ~pl.col("directed") & (pl.col("source") > pl.col("target"))
    return nodes, edges.with_columns(
        pl.when(turned).then("target").otherwise("source").alias("source"),
        pl.when(turned).then("source").otherwise("target").alias("target"),
    )


def _with(frame: pl.DataFrame, defaults: Mapping[str, Any]) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(value).alias(name) for name, value in defaults.items() if name not in frame.columns
    )


def strength(edges: pl.DataFrame) -> pl.DataFrame:
    """Sum of weights by node: id, strength."""
    ends = pl.concat([edges.select(id="source", strength="weight"), edges.select(id="target", strength="weight")])
    return ends.group_by("id").agg(pl.col("strength").sort().sum())


def strongest(edges: pl.DataFrame, most: int) -> pl.DataFrame:
    """All rows of at most `most` pairs: the STRONGEST of each node first, then the heaviest."""
    pair = ["source", "target", "kind"]
    pairs = edges.group_by(pair).agg(pl.col("weight").sort().sum())
    pairs = pairs.sort(["weight", *pair], descending=[True, False, False, False])
    if pairs.height > most:
        own = pl.int_range(pl.len()).over("source") < STRONGEST
        its = pl.int_range(pl.len()).over("target") < STRONGEST
        pairs = pairs.with_columns((own | its).alias("own"))
        pairs = pairs.sort("own", descending=True, maintain_order=True).head(most)
    return edges.join(pairs.select(pair), on=pair, how="semi")


def communities(edges: pl.DataFrame, names: list[str]) -> list[int | None]:
    """Leiden communities over the ties; None for a node without any."""
    pairs = edges.filter(pl.col("source") != pl.col("target")).group_by("source", "target").agg(pl.col("weight").sum())
    if pairs.is_empty():
        return [None] * len(names)
    # Logarithm: else two accounts with hundreds of shared posts are a community of their own inside a cluster.
    rows = [(a, b, 1.0 + math.log1p(max(weight, 0.0))) for a, b, weight in pairs.sort("source", "target").rows()]
    _, found = leiden(rows, seed=SEED, trials=3)
    return [found.get(name) for name in names]
