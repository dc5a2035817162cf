"""How surprising a text family is: how rare its words are, and how close together its posts came.

Both are upper bounds on probabilities under deliberately simple nulls, used to rank and to keep everyday talk out; they
are no verdict. Neither suffices alone: in live chatter many write "here we go" in the same minute, and a saying is
written by many over a year. Ranking is capped information times burst.
"""

from math import ceil, lgamma, log
from typing import Final

import numpy as np
import polars as pl

from detectors.texts.families import PRECISIONS, Families
from detectors.texts.neardup import Ints

# Information counted at most, beyond log2 of the number of texts: once the words would be written by chance a thousandth
# of a time, a longer text is no stronger sign.
_CAP: Final = 10.0
# Two of M texts agree in all words by chance with M * M / 2 chances of it: 20 bits beyond that is one in a million.
_BEYOND_PAIRS: Final = 20.0
_LN10: Final = log(10)


def measure(found: Families, units: pl.DataFrame, needed: float) -> pl.DataFrame:
    """Information, rarity and burst of each unit.

    `units` has the posts of each unit: `unit`, `family`, `account`, `created_at`, `precision`, `surface`. A unit is
    the part of a family that is judged at once (its copies, or its quick co-reposts). The pace of the data is that of
    all posts but those whose words are rarer than `needed` (-log10 of a probability): a swarm must not hide behind
    the swarms beside it.

    Returns one row a unit, sorted: `unit`, `family`, `accounts`, `same_surface` (most accounts whose text looks the
    same to the letter), `bits`, `expected` (accounts that would write these words by chance), `rarity` and `burst`
    (-log10 of a bound on the probability, >= 0), `strength` (information, capped and as a share of the cap, times
    burst).
    """
    bits = _bits(found)
    total = found.uses.height
    first = (
        units.group_by("unit", "account")
        .agg(pl.col("created_at").min().dt.epoch("us").alias("at"))
        .sort("unit", "at", "account")
        .group_by("unit", maintain_order=True)
        .agg("at")
    )
    tick = units.group_by("unit").agg(
        pl.col("family").first(),
        pl.col("account").n_unique().cast(pl.Int64).alias("accounts"),
        pl.col("precision").replace_strict(PRECISIONS, default=1, return_dtype=pl.Int64).max().alias("tick"),
    )
    surfaces = units.group_by("unit", "surface").agg(pl.col("account").n_unique().cast(pl.Int64).alias("same_surface"))
    table = (
        tick.join(surfaces.group_by("unit").agg(pl.col("same_surface").max()), on="unit")
        .join(found.families.select("family", "set"), on="family")
        .join(bits, on="set")
        .join(first, on="unit")
        .sort("unit")
    )
    cap = float(np.log2(max(total, 2))) + _CAP
    settled = 2 * np.log2(max(total, 2)) + _BEYOND_PAIRS
    table = table.with_columns(
        (total * pl.lit(2.0).pow(-pl.col("bits"))).alias("expected"),
        # Words this rare cannot meet by chance however they are spelled. Of commoner ones only the same spelling
        # counts: people cheer "let's go" in every spelling, a copier's program in one.
        pl.when(pl.col("bits") >= settled).then("accounts").otherwise("same_surface").alias("counted"),
    )
    table = table.with_columns(
        # Chernoff's bound for a Poisson count.
        pl.when(pl.col("counted") > pl.col("expected"))
        .then(
            (
                pl.col("expected")
                - pl.col("counted")
                + pl.col("counted") * (pl.col("counted") / pl.max_horizontal("expected", 1e-300)).log()
            )
            / _LN10
        )
        .otherwise(0.0)
        .alias("rarity"),
    )
    rare = found.posts.join(table.filter(pl.col("rarity") >= needed), on="family", how="semi").select("account", "set")
    others = found.uses.join(rare, on=["account", "set"], how="anti")["created_at"].dt.epoch("us").sort().to_numpy()
    burst = [_burst(np.array(at), tick, others) for at, tick in table.select("at", "tick").rows()]
    table = table.with_columns(pl.Series("burst", burst, dtype=pl.Float64))
    return table.select(
        "unit", "family", "accounts", "same_surface", "bits", "expected", "rarity", "burst",
        (pl.col("bits").clip(0, cap) / cap * pl.col("burst")).alias("strength"),
    )  # fmt: skip


def _bits(found: Families) -> pl.DataFrame:
    """Information of each family's set: `set`, `bits`, words drawn independently with the frequencies of the data.

    A word's frequency is of accounts' texts, each account's same text once; the family's own are counted too, so
    that a text of one or two words is never rare by being said often.
    """
    total = found.uses.height
    used = found.uses.group_by("set").len("uses")
    frequency = found.sets.join(used, on="set").group_by("token").agg(pl.col("uses").sum().cast(pl.Int64))
    weight = frequency.join(found.shares, on="token").select(
        "token", (-(pl.col("uses") / max(total, 1)).log(2) * pl.col("share")).alias("bits")
    )
    wanted = found.families.select(pl.col("set").unique())
    # In token order: a sum of floats must not depend on the order of rows.
    return (
        found.sets.join(wanted, on="set", how="semi")
        .join(weight, on="token")
        .sort("set", "token")
        .group_by("set", maintain_order=True)
        .agg(pl.col("bits").sum())
    )


def _burst(at: Ints, tick: int, others: Ints) -> float:
    """-log10 of a bound on the chance that accounts posting at the data's own pace come this close together.

    `at` are the accounts' first times in the unit, ascending, `tick` what the clock cannot tell apart in seconds.
    All accounts, nine in ten and half of them are tried (a straggler must not hide a swarm): with m of k accounts in
    a window that holds a share q of the `others`' posts, the bound is C(k, m) * m * q^(m - 1), times the three.
    """
    count = len(at)
    best = 0.0
    for part in sorted({count, ceil(0.9 * count), ceil(count / 2)}):
        if part < 2:
            continue
        begins = np.searchsorted(others, at[: count - part + 1], side="left")
        ends = np.searchsorted(others, at[part - 1 :] + tick * 1_000_000, side="left")
        share = min(max(int((ends - begins).min()), 1) / max(len(others), 1), 1.0)
        choices = lgamma(count + 1) - lgamma(part + 1) - lgamma(count - part + 1)
        bound = choices + log(part) + (part - 1) * log(share) + log(3)
        best = max(best, -bound / _LN10)
    return best
