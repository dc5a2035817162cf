"""Rewritten copies: posts that share several rare phrases while the rest of their words differ.

Two words side by side that many accounts begin to say at once, and hardly say otherwise, are a phrase that spreads;
phrases that spread in the same posts are one story. This proposes families whose texts are too far apart for near
duplicates; whether they are more than talk of the same event is for the nulls to say (detectors/texts/significance.py).
"""

from math import log
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaln

from detectors.texts.neardup import Ints, components
from detectors.texts.text import ALPHABETIC, EMOJI, IDEOGRAPHIC, UNSPACED

# Two words, or as many characters as carry about two words where a script has no spaces.
_LENGTH: Final = {"word": 2, "ideographic": 4, "alphabetic": 8}
_SHAPES: Final = {
    "word": rf"(?:{EMOJI})|[[\p{{L}}\p{{M}}]--[{UNSPACED}]]+",
    "ideographic": rf"[{IDEOGRAPHIC}]",
    "alphabetic": rf"[{ALPHABETIC}]\p{{M}}*",
}
# Half of the accounts that say a phrase must have come so close together that chance gives it once in ten thousand
# phrases: everyday collocations are said all the time. This proposes only.
_SUDDEN: Final = log(1e-4)
# Two phrases are of one story when a quarter of the accounts that say either say both in one text: with half of a
# text rewritten, two phrases of it survive together in a third of the copies.
_TOGETHER: Final = 0.25
# A text is of the story when it holds this share of what its phrases weigh.
_HOLDS: Final = 0.25
# And two phrases at least, so that no single phrase makes a copy.
_LEAST: Final = 2
# What two in five accounts of a story say is what it is about (detectors/texts/core.py cuts its stretches so).
_COMMON: Final = 0.4
# Filing changes what a story is about, and that the filing: after three turns hardly a text moves.
_TURNS: Final = 3
# Leaders looked for among texts that hang together: a day's talk of one event hangs together in hundreds of ways.
_LEADERS: Final = 50
# Phrases a text is known by, dearest first: more tell nothing new and cost their square.
_MOST: Final = 24


def stories(texts: pl.DataFrame, uses: pl.DataFrame, min_accounts: int) -> pl.DataFrame:
    """Texts that share phrases that spread: `key`, `story` (a number), each text with every story it holds enough of, and
    `best`, whether it is the one it holds most of.

    `texts` has `key` and `normal` (as detectors.texts.text normalises), `uses` `key`, `account`, `created_at`: who wrote
    what when, as their own. The order of rows changes nothing.
    """
    said = _phrases(texts)
    sudden = _sudden(said, uses, min_accounts)
    held = _merged(said.join(sudden, on="phrase"))
    held = held.sort(["key", "weight", "phrase"], descending=[False, True, False])
    held = held.with_columns(pl.int_range(pl.len()).over("key").alias("nth")).filter(pl.col("nth") < _MOST).drop("nth")
    linked = _linked(held, uses)
    names = held.select("phrase", "of").unique().sort("phrase").with_row_index("number")
    pairs = linked.join(names.select("phrase", a="number"), on="phrase").join(
        names.select(phrase_2="phrase", b="number"), on="phrase_2"
    )
    label = components(pairs.select("a", "b"), names.height)
    named = names.with_columns(pl.Series("story", label, dtype=pl.Int64))
    named = named.filter(pl.col("of").sum().over("story") >= _LEAST)
    return _told(held.join(named.select("phrase", "story"), on="phrase"), uses)


def _told(held: pl.DataFrame, uses: pl.DataFrame) -> pl.DataFrame:
    """Which text tells which story, as `stories` gives it. `held` has `key`, `phrase`, `weight`, `of`, `story`.

    Stories that only have one phrase in common hang together. So each has a leader, the text whose phrases are told
    most, and what shares enough with it is its own; what is left has the next leader.
    """
    people = uses.group_by("key").agg(pl.col("account").n_unique().alias("by"))
    rest = held.join(people, on="key")
    rest = rest.with_columns((pl.col("weight") * pl.col("by").sum().over("phrase")).round(3).alias("told"))
    parts = []
    for turn in range(_LEADERS):
        told = rest.group_by("story", "key").agg(pl.col("told").sum(), pl.col("of").sum())
        told = told.filter(pl.col("of") >= _LEAST).sort(["story", "told", "key"], descending=[False, True, False])
        leaders = told.unique("story", keep="first", maintain_order=True).select("story", pl.col("key").alias("leader"))
        if not leaders.height:
            break
        theirs = rest.join(leaders, left_on=["story", "key"], right_on=["story", "leader"])
        full = theirs.group_by("story").agg(pl.col("weight").sum().alias("full"))
        both = rest.join(theirs.select("story", "phrase"), on=["story", "phrase"]).group_by("story", "key")
        shared = both.agg(pl.col("of").sum(), pl.col("weight").sum()).join(full, on="story")
        shared = shared.filter((pl.col("of") >= _LEAST) & (pl.col("weight") >= _HOLDS * pl.col("full")))
        parts.append(
            shared.select("key", (pl.col("story") * _LEADERS + turn).alias("story"), pl.col("weight").round(6))
        )
        # A story without another leader is told; what has been told belongs to its leader.
        rest = rest.join(leaders, on="story", how="semi").join(shared, on=["story", "key"], how="anti")
    schema = {"key": held.schema["key"], "story": pl.Int64(), "weight": pl.Float64()}
    first = _first(pl.concat(parts) if parts else pl.DataFrame(schema=schema))
    for _ in range(_TURNS):
        told = _nearest(held, _cores(held, first, people))
        first = told.filter("best").select("key", "story")
    return told


def _cores(held: pl.DataFrame, told: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The phrases that the accounts of each story have in common: `story`, `phrase`."""
    uses = told.join(people, on="key")
    size = uses.group_by("story").agg(pl.col("by").sum().alias("size"))
    common = uses.join(held.select("key", "phrase"), on="key").group_by("story", "phrase").agg(pl.col("by").sum())
    return common.join(size, on="story").filter(pl.col("by") >= _COMMON * pl.col("size")).select("story", "phrase")


def _nearest(held: pl.DataFrame, cores: pl.DataFrame) -> pl.DataFrame:
    """The stories of each text, as `stories` gives them: what it shares with the leader of one may be what both fill in,
    what it shares with all of its texts is what the story is about."""
    weighed = held.select("phrase", "weight").unique()
    full = cores.join(weighed, on="phrase").group_by("story").agg(pl.col("weight").sum().round(6).alias("full"))
    both = held.select("key", "phrase", "weight", "of").join(cores, on="phrase").group_by("story", "key")
    shared = both.agg(pl.col("of").sum(), pl.col("weight").sum().round(6)).join(full, on="story")
    shared = shared.filter((pl.col("of") >= _LEAST) & (pl.col("weight") >= _HOLDS * pl.col("full")))
    best = _first(shared).with_columns(pl.lit(True).alias("best"))
    shared = shared.join(best, on=["key", "story"], how="left").sort("key", "story")
    return shared.select("key", "story", pl.col("best").fill_null(False))


def _first(shared: pl.DataFrame) -> pl.DataFrame:
    """The story that most of each text's weight is of: `key`, `story`."""
    ranked = shared.sort(["key", "weight", "story"], descending=[False, True, False])
    return ranked.unique("key", keep="first", maintain_order=True).select("key", "story")


def _phrases(texts: pl.DataFrame) -> pl.DataFrame:
    """The phrases of each text, each once: `key`, `phrase` (a hash)."""
    parts = []
    for script, shape in _SHAPES.items():
        size = _LENGTH[script]
        some = texts.filter(pl.col("normal").str.contains(shape)) if script != "word" else texts
        listed = some.select("key", pl.col("normal").str.extract_all(shape).alias("piece"))
        listed = listed.filter(pl.col("piece").list.len() >= size).with_row_index("row")
        flat = listed.explode("piece", empty_as_null=False, keep_nulls=False).with_columns(pl.col("piece").hash())
        code = pl.col("piece")
        for step in range(1, size):
            code = code * pl.lit(0x9E3779B97F4A7C15, pl.UInt64) + pl.col("piece").shift(-step)
        whole = pl.col("row").shift(1 - size) == pl.col("row")
        parts.append(
            flat.select("key", code.alias("phrase"), whole.fill_null(False).alias("whole"))
            .filter("whole")
            .drop("whole")
        )
    return pl.concat(parts).unique()


def _merged(held: pl.DataFrame) -> pl.DataFrame:
    """Phrases of exactly the same texts as one: `key`, `phrase` (the least of them), `weight` (of all), `of` (how many).

    A stretch that copies keep is said in nine groups of characters or in five pairs of words, as its script has it, and
    is one thing all the same: counted one by one, what was changed beside it would crowd it out, or not, by script.
    """
    same = held.group_by("phrase").agg(pl.col("weight").first(), pl.col("key").hash().sum().alias("texts"))
    # The same texts have the same accounts: all weights are alike, and no sum of floats depends on an order.
    same = same.with_columns((pl.col("weight") * pl.len().over("texts")).alias("weight"))
    one = same.group_by("texts").agg(
        pl.col("phrase").min(), pl.col("weight").first(), pl.len().cast(pl.Int64).alias("of")
    )
    return held.select("key", "phrase").join(one, on="phrase").drop("texts")


def _sudden(said: pl.DataFrame, uses: pl.DataFrame, min_accounts: int) -> pl.DataFrame:
    """Phrases that spread suddenly: `phrase`, `weight` (bits: how few accounts say it)."""
    accounts = uses["account"].n_unique()
    ranked = uses.sort("created_at", "account", "key").with_columns(
        (pl.int_range(pl.len()) / max(uses.height, 1)).alias("when"), pl.col("account").rank("dense").alias("who")
    )
    spread = (
        said.join(ranked.select("key", "who", "when"), on="key").group_by("phrase", "who").agg(pl.col("when").min())
    )
    spread = spread.filter(pl.len().over("phrase") >= min_accounts).sort("phrase", "when", "who")
    if not spread.height:
        return pl.DataFrame(schema={"phrase": pl.UInt64(), "weight": pl.Float64()})
    counts = spread.group_by("phrase", maintain_order=True).agg(pl.len().alias("said"))
    n = counts["said"].to_numpy().astype(np.int64)
    chance = _closeness(spread["when"].to_numpy(), n, max(uses.height, 1))
    weight = (max(accounts, 2) / pl.col("said")).log(2)
    return counts.with_columns(weight.alias("weight")).filter(pl.Series(chance <= _SUDDEN)).select("phrase", "weight")


def _closeness(when: NDArray[np.float64], n: Ints, total: int) -> NDArray[np.float64]:
    """The log of a bound on the chance that half of each phrase's `n` accounts come as close together as they did.

    `when` holds their moments one phrase after another, ascending, as shares of everything written.
    """
    starts = np.cumsum(n) - n
    half = (n + 1) // 2
    half = np.maximum(half, 2)
    row = np.arange(len(when))
    of = np.repeat(np.arange(len(n)), n)
    last = row + half[of] - 1
    inside = last < (starts + n)[of]
    span = np.where(inside, when[np.minimum(last, len(when) - 1)] - when, 1.0)
    # The pace is everybody else's: those that say the phrase are not counted among what they came close in.
    others = np.minimum.reduceat(span, starts) * total + 1 - half
    least = np.clip((np.maximum(others, 0.0) + 1) / (total - n + 1), 0.0, 1.0)
    choices = gammaln(n + 1) - gammaln(half + 1) - gammaln(n - half + 1)
    return np.asarray(choices + np.log(half) + (half - 1) * np.log(least))


def _linked(held: pl.DataFrame, uses: pl.DataFrame) -> pl.DataFrame:
    """Pairs of phrases said together: `phrase` < `phrase_2`."""
    people = uses.group_by("key").agg(pl.col("account").n_unique().alias("by"))
    rows = held.join(people, on="key").select("key", "phrase", "by")
    alone = rows.group_by("phrase").agg(pl.col("by").sum())
    both = rows.join(rows.select("key", phrase_2="phrase"), on="key").filter(pl.col("phrase") < pl.col("phrase_2"))
    counted = both.group_by("phrase", "phrase_2").agg(pl.col("by").sum().alias("both"))
    counted = counted.join(alone, on="phrase").join(alone.rename({"phrase": "phrase_2", "by": "by_2"}), on="phrase_2")
    either = pl.col("by") + pl.col("by_2") - pl.col("both")
    return counted.filter(pl.col("both") >= _TOGETHER * either).select("phrase", "phrase_2")
