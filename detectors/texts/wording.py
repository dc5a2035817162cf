"""How improbable it is to word a text in this very way, judged by everybody else's texts of the same data.

Words are not drawn independently: "thank you very much" costs hardly more than "thank". So a text is taken as it
stands on the screen (words, marks, line breaks, places of links) and each piece is priced by a back-off trigram model
of what all others wrote.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl
import polars.selectors as cs

from detectors.texts.text import ADDRESS, EMOJI, UNSPACED, simplified

LINK, MENTION, BREAK, EMPTY_LINE, END = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_CALLED: Final = r"@[\p{L}\p{N}_\-]+"
WORD: Final = r"[[\p{L}\p{M}]--[" + UNSPACED + "]]+"
_PIECE: Final = rf"(?:{EMOJI})|{WORD}|[{UNSPACED}]\p{{M}}*|[^\s]"

# A model of small data has not seen most pairs of words, so the price of a word after another is drawn towards its
# price anywhere with the weight of five sightings (Dirichlet smoothing; MacKay and Peto 1995).
_PRIOR: Final = 5.0
# No piece costs more than 12 bits: one in four thousand is a rare word in any language, and what the data have never
# seen is not improbable for that.
_DEAREST: Final = 12.0
# Pieces of a text that are priced: after three hundred nothing is left to prove, and articles hold thousands.
_LONGEST: Final = 300
_START: Final = 1  # stands for what comes before the first piece
_PART: Final = 50_000  # texts taken apart at once: some 300 MB


def pieces(texts: pl.DataFrame) -> pl.DataFrame:
    """The pieces of `texts` (`key`, `text`) in order: `key`, `at` (position), `piece`, and hashes of it: `one` alone,
    `two` with the piece before, `three` with the two before; `before` and `before_two` of what comes before it.

    The last piece of a text is its end. Addresses, mentions and numbers are one piece each, whatever they say; what is
    written in traditional and in simplified characters is one."""
    text = pl.col("text").str.replace_all(ADDRESS, f" {LINK} ").str.replace_all(_CALLED, f" {MENTION} ")
    text = text.str.replace_all(r"\s*\n\s*\n\s*", f" {EMPTY_LINE} ").str.replace_all(r"\s*\n\s*", f" {BREAK} ")
    text = simplified(text.str.replace_all(r"\p{N}+", "0").str.to_lowercase())
    listed = texts.select(
        "key", pl.concat_list(text.str.extract_all(_PIECE).list.head(_LONGEST), pl.lit(END)).alias("piece")
    )
    listed = listed.with_columns(pl.int_ranges(pl.col("piece").list.len()).alias("at"))
    flat = listed.explode("piece", "at", empty_as_null=False, keep_nulls=False)
    flat = flat.with_columns(pl.col("piece").hash().alias("one"))
    first, second = (
        pl.when(pl.col("at") >= step).then(pl.col("one").shift(step)).otherwise(pl.lit(_START, pl.UInt64))
        for step in (1, 2)
    )
    flat = flat.with_columns(first.alias("before"), second.alias("_second"))
    return flat.select(
        "key", "at", "piece", "one", _mixed("before", "one").alias("two"), "before",
        _mixed("_second", "before").alias("before_two"),
    ).with_columns(_mixed("before_two", "one").alias("three"))  # fmt: skip


def _mixed(left: str, right: str) -> pl.Expr:
    """One hash of two in this order; wrapping multiplication by an odd number loses nothing."""
    return (pl.col(left) * pl.lit(0x9E3779B97F4A7C15, pl.UInt64)) ^ (
        pl.col(right) * pl.lit(0xC2B2AE3D27D4EB4F, pl.UInt64)
    )


@dataclass(frozen=True, slots=True)
class Said:
    """How often everybody says what is asked for."""

    counts: dict[str, pl.DataFrame]
    """By `one`, `two` and `three`: that hash and `n`, times it was said, each account's same text once."""
    pieces: float
    texts: float


def count(rows: pl.DataFrame, uses: pl.DataFrame) -> Said:
    """How often `uses` (`account`, `text`) say the pieces of `rows` (as `pieces` gives them)."""
    written = uses.group_by("text").agg(pl.col("account").n_unique().cast(pl.Float64).alias("n")).sort("text")
    parts: dict[str, list[pl.DataFrame]] = {"one": [], "two": [], "three": []}
    wanted = {name: _wanted(rows, name) for name in parts}
    total = 0.0
    for at in range(0, max(written.height, 1), _PART):
        part = written.slice(at, _PART).with_row_index("key")
        cut = pieces(part).join(part.select("key", "n"), on="key")
        total += float(cut["n"].sum())
        for name, found in parts.items():
            found.append(cut.join(wanted[name], on=name, how="semi").group_by(name).agg(pl.col("n").sum()))
    counts = {name: pl.concat(found).group_by(name).agg(pl.col("n").sum()) for name, found in parts.items()}
    return Said(counts, total, float(written["n"].sum()))


def prices(rows: pl.DataFrame, said: Said, told: Said, stories: pl.DataFrame) -> pl.DataFrame:
    """What each piece costs after those before it, in bits.

    `rows` has the pieces asked about, as `pieces` gives them, and the `component` (story) they are asked for; `said`
    what everybody says, `told` the part of it that is known to be copied; `stories` the other uses that belong to a
    story: `component`, `account`, `text`. Neither what is copied nor what a story says itself is background for its
    words, except that each word was at least as common as they made it. Returns `component`, `three`, `bits`, each pair
    of the first two once.
    """
    own_texts, own = _own(rows, stories)
    asked = rows.select("component", "piece", "one", "two", "three", "before", "before_two", pl.col("at") == 0)
    table = asked.unique(["component", "three"]).join(own_texts, on="component", how="left")
    for name, column in (("one", "one"), ("two", "two"), ("three", "three"), ("one", "before"), ("two", "before_two")):
        for kind, counted in (("n", said), ("told", told)):
            every = counted.counts[name].rename({name: column, "n": f"{kind}_{column}"})
            table = table.join(every, on=column, how="left")
        theirs = own[name].rename({name: column, "own": f"own_{column}"})
        table = table.join(theirs, on=["component", column], how="left")
    table = table.with_columns(cs.float().fill_null(0.0))

    def others(column: str) -> pl.Expr:
        return pl.col(f"n_{column}") - pl.col(f"told_{column}") - pl.col(f"own_{column}")

    begins, texts = pl.col("at"), said.texts - told.texts - pl.col("own_texts")
    alone = pl.max_horizontal("n_one", pl.lit(1.0)) / max(said.pieces, 1.0)
    context = pl.when(begins).then(texts).otherwise(others("before"))
    pair = (others("two") + _PRIOR * alone) / (context + _PRIOR)
    context = pl.when(begins).then(texts).otherwise(others("before_two"))
    triple = (others("three") + _PRIOR * pair) / (context + _PRIOR)
    return table.select("component", "three", (-triple.log(2)).clip(0.0, _DEAREST).alias("bits"))


def _wanted(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The hashes of `name` that must be counted: those of the pieces, and those of what comes before them."""
    before = {"one": "before", "two": "before_two"}.get(name, name)
    return pl.concat([rows.select(name), rows.select(pl.col(before).alias(name))]).unique()


def _own(rows: pl.DataFrame, stories: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """How often each story itself says what is asked for: `component`, `own_texts`; and by name `component`, the hash,
    `own`."""
    uses = stories.join(rows.select("component").unique(), on="component", how="semi")
    uses = uses.group_by("component", "text").agg(pl.col("account").n_unique().cast(pl.Float64).alias("weight"))
    keys = pl.DataFrame({"text": uses["text"].unique().sort()}).with_row_index("key")
    uses = uses.join(keys, on="text").select("component", "key", "weight")
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in ("one", "two", "three")}
    wanted = {name: _wanted(rows, name) for name in found}
    for at in range(0, max(keys.height, 1), _PART):
        cut = pieces(keys.slice(at, _PART))
        for name in found:
            kept = cut.select("key", name).join(wanted[name], on=name, how="semi")
            counted = uses.join(kept, on="key").group_by("component", name).agg(pl.col("weight").sum().alias("own"))
            found[name].append(counted)
    summed = {
        name: pl.concat(parts).group_by("component", name).agg(pl.col("own").sum()) for name, parts in found.items()
    }
    return uses.group_by("component").agg(pl.col("weight").sum().alias("own_texts")), summed
