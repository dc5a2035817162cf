"""The common core of copies, and what it costs to write it without copying.

Copies are rewritten: a word here, an order there. What half of the accounts have in common is their core. What a whole
crowd may say without copying is not counted: the longest plain stretch of up to ten words, be it a greeting, a proverb,
a slogan or a line of a song.
"""

from math import ceil, lgamma, log
from typing import Final

import polars as pl

from detectors import wording
from detectors.text import ALPHABETIC, IDEOGRAPHIC

# The longest thing people say word for word without copying it from a post: greetings and condolences have up to ten
# words ("wishing everyone a happy and safe new year with family"), sixteen Chinese or some forty-five Thai characters.
_SET_PHRASE: Final = ((rf"^[{IDEOGRAPHIC}]", 1 / 16), (rf"^[{ALPHABETIC}]", 1 / 45), (rf"^{wording.WORD}$", 1 / 10))
_INTERRUPTS: Final = (wording.LINK, wording.MENTION, wording.BREAK, wording.EMPTY_LINE)
# A shared link brings its headline along, with the site's name some twenty words: as much may be the page's own words
# where most posts of a family lead to one address.
_HEADLINE: Final = 2.0
# Shares of the core that an account's text must hold to be counted: light rewriting leaves most of it, heavy half.
# Copies to the letter are counted apart, as 1.
HELD: Final = (1.0, 0.9, 0.7, 0.5)
_LEVELS: Final = {
    "unit": pl.String(), "held": pl.Float64(), "bits": pl.Float64(), "same": pl.UInt32(), "least": pl.Float64(),
}  # fmt: skip
_CORE: Final = 0.5  # a piece belongs to the core when half of the accounts have it


def price(written: pl.DataFrame, stories: pl.DataFrame, units: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the wording of each unit costs.

    `written` has what everybody wrote as their own: `account`, `text`; `stories` which of it belongs to the story of a
    family: `component`, `account`, `text`. `units` has the posts of each unit: `unit`, `component`, `account`,
    `text`, `address` (what it links to). What belongs to a unit's own story does not speak for its words; everything else does.

    Returns, sorted: `unit`, `held` (1.0: the same to the letter; else the least share of the core), `accounts` that
    wrote so, `bits` that so much of the wording costs beyond a set phrase; and `unit`, `text`, `share`: how much of the
    core each text holds.
    """
    written = written.group_by("text").agg(pl.col("account").n_unique().alias("weight")).sort("text")
    texts = units.select("unit", "component", "account", "text").unique()
    known = pl.DataFrame({"text": texts["text"].unique().sort()}).with_row_index("key")
    cut = wording.pieces(known)
    shapes = cut.group_by("key", maintain_order=True).agg(pl.col("piece").str.join("\x1f").hash().alias("form"))
    # Texts that differ in addresses, mentions and numbers only are one form, and its first text stands for it.
    shapes = shapes.select(pl.col("key"), pl.col("key").min().over("form").alias("shape")).join(known, on="key")
    texts = texts.join(shapes.select("text", "shape"), on="text").select(
        "unit", "component", "account", pl.col("shape").alias("key")
    )
    texts = texts.unique()
    leads = (
        units.group_by("unit", "address")
        .len()
        .with_columns((2 * pl.col("len") >= pl.col("len").sum().over("unit")).alias("most"))
    )
    leads = leads.drop_nulls("address").group_by("unit").agg(pl.col("most").any())
    same = texts.group_by("unit", "component", "key").agg(pl.len().alias("same"))
    modal = same.sort(["unit", "same", "key"], descending=[False, True, False]).unique("unit", keep="first")
    rows = modal.join(cut, on="key")
    costs = wording.prices(rows, written, stories)
    part = pl.lit(0.0)
    for pattern, share in _SET_PHRASE:
        part = pl.when(pl.col("piece").str.contains(pattern)).then(share).otherwise(part)
    part = pl.when(pl.col("piece").is_in(_INTERRUPTS)).then(None).otherwise(part)
    rows = (
        rows.join(costs, on=["component", "three"])
        .join(leads, on="unit", how="left")
        .with_columns(pl.when("most").then(part / _HEADLINE).otherwise(part).alias("part"))
    )
    rows = _core(rows, texts, cut).sort("unit", "at")
    held = _held(rows, texts, cut)
    shares = units.select("unit", "text").unique().join(shapes.select("text", key="shape"), on="text")
    whole = rows.group_by("unit").agg(pl.col("cost").sum().alias("whole"))
    shares = shares.join(held, on=["unit", "key"]).join(whole, on="unit").filter(pl.col("whole") > 0)
    shares = shares.select("unit", "text", (pl.col("cost") / pl.col("whole") + 1e-6).alias("share"))
    return _levels(rows, texts, held).sort("unit", "held"), shares.sort("unit", "text")


def _core(rows: pl.DataFrame, texts: pl.DataFrame, cut: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `near` (counted where it stands after the same piece), `loose` (a word counted anywhere in a text)
    and `cost`, what it counts for; 0 outside the core."""
    people = texts.group_by("unit").agg(pl.col("account").n_unique().alias("people"))
    rows = rows.join(people, on="unit")
    for name in ("two", "one"):
        having = texts.join(cut.select("key", name).unique(), on="key").join(
            rows.select("unit", name).unique(), on=["unit", name]
        )
        counted = having.group_by("unit", name).agg(pl.col("account").n_unique().alias(f"by_{name}"))
        rows = rows.join(counted, on=["unit", name])
    # Without the word before it only a whole word tells something; a character is in every other text.
    word = pl.col("piece").str.contains(rf"^{wording.WORD}$")
    near = pl.col("by_two") >= _CORE * pl.col("people")
    loose = ~near & word & (pl.col("by_one") >= _CORE * pl.col("people"))
    cost = pl.when(near).then("bits").when(loose).then(pl.min_horizontal("bits", "anywhere")).otherwise(0.0)
    return rows.with_columns(near.alias("near"), loose.alias("loose"), cost.alias("cost"))


def _held(rows: pl.DataFrame, texts: pl.DataFrame, cut: pl.DataFrame) -> pl.DataFrame:
    """What each text holds of its unit's core: `unit`, `key`, `cost`."""
    shapes = texts.select("unit", "key").unique()
    holding = []
    for kind, name in (("near", "two"), ("loose", "one")):
        asked = rows.filter(kind).group_by("unit", name).agg(pl.col("cost").sum())
        found = shapes.join(asked, on="unit").join(cut.select("key", name).unique(), on=["key", name])
        holding.append(found.group_by("unit", "key").agg(pl.col("cost").sum()))
    return pl.concat(holding).group_by("unit", "key").agg(pl.col("cost").sum().round(6))


def _levels(rows: pl.DataFrame, texts: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """For each unit and share of HELD, the accounts that hold it and the bits it costs."""
    best = texts.join(held, on=["unit", "key"]).group_by("unit", "account").agg(pl.col("cost").max())
    summed = rows.group_by("unit", maintain_order=True).agg(
        "part", "bits", "cost", pl.col("same").first(), (pl.col("near") | pl.col("loose")).sum().alias("core")
    )
    levels = []
    for row in summed.iter_rows(named=True):
        free = _set_phrase(row["part"], row["bits"])
        levels.append((row["unit"], 1.0, sum(row["bits"]) - free, row["same"], 0.0))
        core, length = sum(row["cost"]), len(row["part"])
        beyond = core - _set_phrase(row["part"], row["cost"])
        for held_share in HELD[1:]:
            # As many cores could have been looked for as there are ways to choose its pieces, and those each one holds.
            chosen = _log2_choices(length, row["core"]) + _log2_choices(row["core"], ceil(held_share * row["core"]))
            levels.append((row["unit"], held_share, held_share * beyond - chosen, None, held_share * core))
    table = pl.DataFrame(levels, schema=_LEVELS, orient="row")
    counted = table.filter(pl.col("held") < 1).join(best, on="unit").filter(pl.col("cost") >= pl.col("least") - 1e-5)
    counted = counted.group_by("unit", "held").agg(pl.len().alias("accounts"))
    return table.join(counted, on=["unit", "held"], how="left").select(
        "unit",
        "held",
        pl.coalesce("same", "accounts").fill_null(0).cast(pl.Int64).alias("accounts"),
        pl.col("bits").clip(0.0),
    )


def _set_phrase(parts: list[float | None], bits: list[float]) -> float:
    """The dearest plain stretch that may be a set phrase. `parts` says what part of the longest set phrase each piece
    is (0 for marks); None ends a stretch."""
    best = length = cost = 0.0
    begin = 0
    for at, part in enumerate(parts):
        if part is None:
            begin, length, cost = at + 1, 0.0, 0.0
            continue
        length += part
        cost += bits[at]
        while length > 1 + 1e-9:
            length -= parts[begin] or 0.0
            cost -= bits[begin]
            begin += 1
        best = max(best, cost)
    return best


def _log2_choices(count: int, chosen: int) -> float:
    return (lgamma(count + 1) - lgamma(chosen + 1) - lgamma(count - chosen + 1)) / log(2)
