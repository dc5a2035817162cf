"""Families that the same accounts posted belong to one story: a person reads dozens of findings, not thousands."""

from typing import Final

import graspologic_native
import polars as pl

# Pairs of accounts in one family grow with its square: the families are taken smallest first until this many pairs
# are made. A text of thousands says little about who moves with whom; it is told to a group afterwards.
_PAIRS: Final = 3_000_000
_SAME: Final = 0.5  # the overlap of members at which the contract calls two findings one (docs/contract.md section 3)
_ITERATIONS: Final = 10  # Leiden settles in fewer on every set tried; more change nothing


def join(takes: pl.DataFrame, seed: int, min_shared: int) -> pl.DataFrame:
    """The group of each family.

    `takes` has `family` and `account`, who took part in what. Accounts are linked by the families they share, each
    family giving every account one vote spread over the others, where they share at least `min_shared`; Leiden finds
    communities of accounts, and a family belongs to the community most of its accounts are of. Families of accounts
    without links stand alone. Returns `family`, `group` (the least family name of the group). Order of rows changes
    nothing.
    """
    takes = takes.select("family", "account").unique().sort("family", "account")
    sizes = takes.group_by("family").len("size").sort("size", "family")
    pairs = pl.col("size").cast(pl.Int64) * (pl.col("size").cast(pl.Int64) - 1) // 2
    small = sizes.with_columns(pairs.cum_sum().alias("pairs")).filter(pl.col("pairs") <= _PAIRS)
    linked = takes.join(small, on="family")
    edges = (
        linked.join(linked, on="family", suffix="_2")
        .filter(pl.col("account") < pl.col("account_2"))
        .group_by("account", "account_2", "size")
        .agg(pl.len().alias("shared"))
        # In a fixed order: a sum of floats depends on it, and Leiden on the sum.
        .sort("account", "account_2", "size")
        .group_by("account", "account_2", maintain_order=True)
        .agg(pl.col("shared").sum(), (pl.col("shared") / (pl.col("size") - 1)).sum().alias("weight"))
        .filter(pl.col("shared") >= min_shared)
        .sort("account", "account_2")
    )
    communities = _communities(edges, seed)
    voted = (
        takes.join(communities, on="account")
        .group_by("family", "community")
        .len("votes")
        .sort(["family", "votes", "community"], descending=[False, True, False])
        .group_by("family", maintain_order=True)
        .agg(pl.col("community").first(), pl.col("votes").first())
        .join(sizes, on="family")
        # A community that holds less than half of a family's accounts does not speak for it.
        .filter(pl.col("votes") * 2 >= pl.col("size"))
    )
    grouped = sizes.select("family").join(voted.select("family", "community"), on="family", how="left")
    alone = pl.col("community").is_null()
    key = pl.when(alone).then("family").otherwise(pl.format("community {}", "community"))
    named = grouped.with_columns(key.alias("key")).with_columns(pl.col("family").min().over("key").alias("group"))
    return _merge(takes, named.select("family", "group"), min_shared)


def _merge(takes: pl.DataFrame, groups: pl.DataFrame, min_shared: int) -> pl.DataFrame:
    """Groups whose accounts are mostly the same are one: a community cut in two for its size is still one story."""
    while True:
        held = takes.join(groups, on="family").group_by("group", "account").len("families")
        held = held.filter(pl.col("families") >= min_shared).select("group", "account")
        sizes = held.group_by("group").len("size")
        both = held.join(held, on="account", suffix="_2").filter(pl.col("group") < pl.col("group_2"))
        common = both.group_by("group", "group_2").len("common").join(sizes, on="group")
        common = common.join(sizes, left_on="group_2", right_on="group", suffix="_2")
        union = pl.col("size").cast(pl.Int64) + pl.col("size_2") - pl.col("common")
        same = common.filter(pl.col("common") >= _SAME * union)
        if not same.height:
            return groups.sort("family")
        # Each group goes with the least it is the same as; what that changes is looked at again.
        into = same.group_by("group_2").agg(pl.col("group").min().alias("into"))
        groups = groups.join(into, left_on="group", right_on="group_2", how="left").select(
            "family", pl.coalesce("into", "group").alias("group")
        )


def _communities(edges: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Leiden communities of accounts: `account`, `community`."""
    if not edges.height:
        return pl.DataFrame(schema={"account": pl.String(), "community": pl.Int64()})
    listed = list(edges.select("account", "account_2", "weight").iter_rows())
    _, found = graspologic_native.leiden(listed, iterations=_ITERATIONS, seed=seed)
    schema = {"account": pl.String(), "community": pl.Int64()}
    return pl.DataFrame({"account": list(found), "community": list(found.values())}, schema=schema).sort("account")
