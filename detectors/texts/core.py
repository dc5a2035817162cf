"""What copies have in common, and what it costs to write it without copying.

Near-duplicates are weighed whole: to the letter, or the pieces half of the accounts have. Rewritten copies keep whole
stretches and change what stands between, so they are weighed by the stretches. What a whole crowd may say without
copying is not counted: the longest plain stretch of up to ten words, be it a greeting, a proverb, a slogan or a line
of a song.
"""

from dataclasses import dataclass
from itertools import combinations
from math import ceil, lgamma, log, log2
from typing import Final

import polars as pl

from detectors.texts import setphrase, wording

NEAR, REWRITTEN = "near", "rewritten"
"""Families of near-duplicates, and of texts that share several rare phrases."""

# A shared link brings its headline along, with the site's name some twenty words: as much may be the page's own words
# where half of the posts of a family lead to one address, or as many as its stretches are held by.
_HEADLINE: Final = 2.0
# Shares of the core that an account's text must hold to be counted as a near-duplicate; the same to the letter is 1.
_HELD: Final = (0.9, 0.7)
_CORE: Final = 0.5  # a piece belongs to the core when half of the accounts have it after the same piece
# Stretches that two in five accounts have: a copy that keeps two of three stretches has each with chance two thirds.
_STRETCH: Final = 0.4
_SPAN: Final = 2  # stretches a set phrase fills: each is half a set phrase long
_DEAR: Final = 8.0  # bits below which words in common are no stretch: "and the", "of a"
_RUNS: Final = 4  # common runs that stretches are cut from, the dearest: more would have to be paid for
# Of a stretch's pieces must be there: all, or a word may be changed within, which makes each stretch much cheaper.
_KEPT: Final = (1.0, 0.8)
_MOST: Final = 8  # stretches weighed, the dearest
# What so many of the accounts hold of the stretches is what is asked for: fewer than half are not what a story is.
_HOLDING: Final = (1.0, 0.9, 0.7, 0.5)
WAYS: Final = max(1 + len(_HELD), len(_KEPT) * len(_HOLDING))
"""Ways of counting that are tried at most, to be paid for in the test."""
_LEVELS: Final = {
    "unit": pl.String(), "kept": pl.Float64(), "held": pl.Float64(), "bits": pl.Float64(), "accounts": pl.Int64(),
    "ways": pl.Float64(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patterns:
    """What each unit is weighed by, cut to pieces, and how often everybody says these pieces."""

    rows: pl.DataFrame
    """The pieces of each unit's pattern."""
    of: pl.DataFrame
    """Which accounts wrote which form: `unit`, `tier`, `component`, `account`, `key`."""
    cut: pl.DataFrame
    """The pieces of each form."""
    forms: pl.DataFrame
    """The form of each unit's texts: `unit`, `text`, `key`."""
    said: wording.Said


def patterns(written: pl.DataFrame, units: pl.DataFrame) -> Patterns:
    """What to weigh units by.

    `written` has what everybody wrote as their own: `account`, `text`. `units` has the posts of each unit: `unit`,
    `tier`, `component` (the story it belongs to), `account`, `text`, `address` (what it links to).
    """
    texts = units.select("unit", "tier", "component", "account", "text").unique()
    known = pl.DataFrame({"text": texts["text"].unique().sort()}).with_row_index("key")
    cut = wording.pieces(known)
    shapes = cut.group_by("key", maintain_order=True).agg(pl.col("piece").str.join("\x1f").hash().alias("form"))
    # Texts that differ in addresses, mentions and numbers only are one form, and its first text stands for it.
    shapes = shapes.select("key", pl.col("key").min().over("form").alias("shape")).join(known, on="key")
    shapes = shapes.select("text", key="shape")
    of = texts.join(shapes, on="text").drop("text").unique()
    common = _common(of, cut)
    rows = _chosen(of, cut, common).join(cut, on="key").join(common, on=["unit", "two"])
    rows = rows.with_columns(setphrase.part()).join(_leading(units), on="unit", how="left")
    rows = rows.with_columns(pl.when("leads").then(pl.col("plain") / _HEADLINE).otherwise("plain").alias("plain"))
    forms = units.select("unit", "text").unique().join(shapes, on="text")
    return Patterns(rows.sort("unit", "at"), of, cut, forms, wording.count(rows, written))


def price(found: Patterns, stories: pl.DataFrame, told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the wording of each unit costs.

    `stories` has the uses that belong to the story of a family: `component`, `account`, `text`; `told` those known to
    be copied: `account`, `text`. Neither speaks for a unit's words; what everybody else wrote does.

    Returns, sorted, for each way of counting a unit: `unit`, `held` (of near-duplicates 1.0, the same to the letter, or
    the least share of the core; of rewritten copies the bits of their stretches beyond a set phrase, each kept by the
    share `kept`), `accounts` that wrote so, `bits` that it costs each of them beyond a set phrase, and `ways`, log2 of how
    many such cores could have been looked for; and of rewritten copies `unit`, `text`, `kept`, `beyond` (what the
    stretches of each text cost beyond a set phrase), `share` (of all that they cost).
    """
    stories = stories.join(told, on=["account", "text"], how="anti")
    costs = wording.prices(found.rows, found.said, wording.count(found.rows, told), stories)
    rows = found.rows.join(costs, on=["component", "three"]).sort("unit", "at")
    near = _near(rows.filter(tier=NEAR), found.of, found.cut)
    rewritten, held = _rewritten(rows.filter(tier=REWRITTEN), found.of, found.cut)
    held = held.join(found.forms, on=["unit", "key"])
    return pl.concat([near, rewritten]).sort("unit", "kept", "held"), held.select(
        "unit", "text", "kept", "beyond", "share"
    )


def _common(of: pl.DataFrame, cut: pl.DataFrame) -> pl.DataFrame:
    """How many accounts of each unit have a piece after the same piece: `unit`, `two`, `by`, `people`."""
    people = of.group_by("unit").agg(pl.col("account").n_unique().alias("people"))
    having = of.select("unit", "account", "key").join(cut.select("key", "two").unique(), on="key")
    return having.group_by("unit", "two").agg(pl.col("account").n_unique().alias("by")).join(people, on="unit")


def _chosen(of: pl.DataFrame, cut: pl.DataFrame, common: pl.DataFrame) -> pl.DataFrame:
    """The text each unit is weighed by: `unit`, `tier`, `component`, `key`, `same` (accounts with this very form).

    Of near-duplicates the form most accounts used; of rewritten copies the one with most of what the others have.
    """
    forms = of.group_by("unit", "tier", "component", "key").agg(pl.len().alias("same"))
    shared = common.filter(pl.col("by") >= _STRETCH * pl.col("people"))
    full = of.select("unit", "key").unique().join(cut.select("key", "two").unique(), on="key")
    full = full.join(shared, on=["unit", "two"]).group_by("unit", "key").agg(pl.len().alias("full"))
    forms = forms.join(full, on=["unit", "key"], how="left").with_columns(
        pl.when(tier=REWRITTEN).then(pl.col("full").fill_null(0)).otherwise("same").alias("rank")
    )
    ranked = forms.sort(["unit", "rank", "key"], descending=[False, True, False])
    return ranked.unique("unit", keep="first").drop("rank", "full")


def _leading(units: pl.DataFrame) -> pl.DataFrame:
    """Units of which as many posts lead to one address as make a piece of text common: `unit`, `leads`."""
    counted = units.group_by("unit", "tier", "address").len()
    least = pl.when(tier=REWRITTEN).then(_STRETCH).otherwise(_CORE)
    counted = counted.with_columns((pl.col("len") >= least * pl.col("len").sum().over("unit")).alias("leads"))
    return counted.drop_nulls("address").group_by("unit").agg(pl.col("leads").any())


def _near(rows: pl.DataFrame, of: pl.DataFrame, cut: pl.DataFrame) -> pl.DataFrame:
    """Near-duplicates by the share of the core that accounts hold, as `price` gives them."""
    core = pl.col("by") >= _CORE * pl.col("people")
    rows = rows.with_columns(core.alias("core"), pl.when(core).then("bits").otherwise(0.0).alias("cost"))
    rows = rows.with_columns((pl.col("core") & ~pl.col("core").shift().over("unit").fill_null(False)).alias("begins"))
    asked = rows.filter("core").group_by("unit", "two").agg(pl.col("cost").sum())
    found = (
        of.select("unit", "key")
        .unique()
        .join(asked, on="unit")
        .join(cut.select("key", "two").unique(), on=["key", "two"])
    )
    held = found.group_by("unit", "key").agg(pl.col("cost").sum().round(6))
    best = of.join(held, on=["unit", "key"]).group_by("unit", "account").agg(pl.col("cost").max())
    levels = []
    lists = rows.group_by("unit", maintain_order=True).agg(
        "plain", "bits", "cost", pl.col("same").first().cast(pl.Int64), pl.col("core").sum(), pl.col("begins").sum()
    )
    by_unit = {str(key[0]): part["cost"] for key, part in best.partition_by("unit", as_dict=True).items()}
    for row in lists.iter_rows(named=True):
        levels.append(
            (row["unit"], 1.0, 1.0, sum(row["bits"]) - setphrase.dearest(row["plain"], row["bits"]), row["same"], 0.0)
        )
        whole, length = sum(row["cost"]), len(row["plain"])
        beyond = whole - setphrase.dearest(row["plain"], row["cost"])
        costs = by_unit.get(row["unit"], pl.Series([], dtype=pl.Float64))
        for share in _HELD:
            # As many cores could have been looked for as there are ways to begin and end its stretches; and an account
            # could have held as many parts of it as there are ways to choose its pieces.
            ways = _log2_choices(length + 1, 2 * row["begins"])
            chosen = _log2_choices(row["core"], ceil(share * row["core"]))
            counted = int((costs >= share * whole - 1e-5).sum())
            levels.append((row["unit"], 1.0, share, share * beyond - chosen, counted, ways))
    return pl.DataFrame(levels, schema=_LEVELS, orient="row").with_columns(pl.col("bits").clip(0.0))


def _rewritten(rows: pl.DataFrame, of: pl.DataFrame, cut: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rewritten copies by what the stretches cost that accounts hold, as `price` gives them; and what texts hold."""
    pieces = _stretches(rows)
    held = (
        of.select("unit", "key")
        .unique()
        .join(pieces, on="unit")
        .join(cut.select("key", "two").unique(), on=["key", "two"])
    )
    there = held.group_by("unit", "key", "stretch").agg(pl.len().alias("found"), pl.col("bits").sum().alias("there"))
    costs = pl.concat([_costs(pieces, least) for least in _KEPT])
    whole = pieces.group_by("unit").agg(pl.col("bits").sum().round(3).alias("whole"))
    there = there.join(costs, on=["unit", "stretch"])
    kept = pl.col("cost").filter(pl.col("found") >= pl.col("needed")).sort(descending=True)
    held = there.group_by("unit", "key", "kept").agg(
        kept.slice(_SPAN).sum().round(3).alias("beyond"), pl.col("there").sum().round(3)
    )
    held = held.join(whole, on="unit")
    held = held.select("unit", "key", "kept", "beyond", (pl.col("there") / pl.col("whole")).alias("share"))
    best = of.join(held, on=["unit", "key"]).group_by("unit", "kept", "account").agg(pl.col("beyond").max())
    counts = best.group_by("unit", "kept").agg(pl.col("beyond").sort(descending=True))
    facts = (pl.col("runs").first(), pl.col("length").first())
    lists = costs.sort("unit", "kept", "stretch").group_by("unit", "kept", maintain_order=True).agg("cost", *facts)
    levels = []
    for unit, share, cost, runs, length, beyond in lists.join(counts, on=["unit", "kept"]).rows():
        ways = _log2_choices(length + 1, 2 * runs)
        for least in {beyond[ceil(part * len(beyond)) - 1] for part in _HOLDING}:
            holding = sum(one >= least for one in beyond)
            levels.append((unit, share, float(least), _rarity(cost, least), holding, ways))
    return pl.DataFrame(levels, schema=_LEVELS, orient="row"), held


def _costs(pieces: pl.DataFrame, least: float) -> pl.DataFrame:
    """What each stretch costs of which `least` of the pieces are kept: `unit`, `stretch`, `kept` (that share), `needed`
    (pieces), `cost`, `runs`, `length`."""
    facts = pl.col("pieces", "runs", "length").first()
    ordered = pieces.sort("unit", "stretch", "two").group_by("unit", "stretch", maintain_order=True)
    found = ordered.agg(pl.col("bits").sum(), facts)
    # What may be missing of a stretch may be missing anywhere in it.
    needed = (least * pl.col("pieces")).ceil().cast(pl.Int64)
    found = found.with_columns(needed.alias("needed"))
    ways = found.select("pieces", "needed").unique()
    table = {(n, k): _log2_choices(n, n - k) for n, k in ways.rows()}
    lost = pl.Series([table[pair] for pair in found.select("pieces", "needed").rows()], dtype=pl.Float64)
    cost = (pl.col("needed") / pl.col("pieces") * pl.col("bits") - lost).clip(0.0).round(6)
    return found.select("unit", "stretch", pl.lit(least).alias("kept"), "needed", cost.alias("cost"), "runs", "length")


def _rarity(costs: list[float], least: float) -> float:
    """Bits of the chance that a text holds stretches of these costs worth `least` beyond a set phrase, which may be the
    dearest that it holds, as many as one is long: the union bound over every choice of them."""
    if least < 1e-3:  # a set phrase is free
        return 0.0
    chance = 0.0
    for size in range(_SPAN + 1, len(costs) + 1):
        for chosen in combinations(sorted(costs), size):
            beyond = sum(chosen[:-_SPAN])
            chance += 2.0**-beyond if beyond >= least - 1e-3 else 0.0
    return max(-log2(chance), 0.0) if chance else 0.0


def _stretches(rows: pl.DataFrame) -> pl.DataFrame:
    """The stretches of each unit's pattern that the accounts have in common, piece by piece: `unit`, `stretch`, `two`,
    `bits`, `pieces` (different ones in the stretch), `runs` (that the stretches are cut from), `length` (of the
    pattern)."""
    common = pl.col("by") >= pl.max_horizontal(_STRETCH * pl.col("people"), pl.lit(2))
    rows = rows.with_columns(pl.len().over("unit").alias("length"), common.alias("common"))
    begins = pl.col("common") & ~pl.col("common").shift().over("unit").fill_null(False)
    rows = rows.with_columns(begins.cast(pl.Int64).cum_sum().over("unit").alias("run")).filter("common")
    dear = rows.group_by("unit", "run").agg(pl.col("bits").sum()).filter(pl.col("bits") >= _DEAR)
    dear = (
        dear.sort(["unit", "bits", "run"], descending=[False, True, False])
        .group_by("unit", maintain_order=True)
        .head(_RUNS)
    )
    dear = dear.with_columns(pl.len().cast(pl.Int64).over("unit").alias("runs"))
    rows = rows.join(dear.select("unit", "run", "runs"), on=["unit", "run"]).sort("unit", "at")
    # Half a set phrase each: short enough that a changed word spoils little.
    part = (pl.col("plain").fill_null(1.0).cum_sum().over("unit", "run") * _SPAN - 1e-9).floor().cast(pl.Int64).clip(0)
    rows = rows.with_columns(pl.struct("run", part.alias("part")).rank("dense").over("unit").alias("stretch"))
    found = rows.group_by("unit", "stretch").agg(
        "two",
        pl.col("bits").alias("each"),
        pl.col("bits").sum(),
        pl.col("two").n_unique().cast(pl.Int64).alias("pieces"),
        pl.col("runs", "length").first(),
    )
    found = found.with_columns(pl.col("bits").round(6)).sort(
        ["unit", "bits", "stretch"], descending=[False, True, False]
    )
    found = found.group_by("unit", maintain_order=True).head(_MOST).drop("bits")
    found = found.explode("two", "each", empty_as_null=False, keep_nulls=False)
    facts = pl.col("pieces", "runs", "length").first()
    return found.group_by("unit", "stretch", "two").agg(pl.col("each").max().alias("bits"), facts)


def _log2_choices(count: int, chosen: int) -> float:
    chosen = min(chosen, count)
    return (lgamma(count + 1) - lgamma(chosen + 1) - lgamma(count - chosen + 1)) / log(2)
