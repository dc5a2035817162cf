"""Copies put together anew: texts made of parts that others of a swarm hold, each in an order and choice of its own.

Nearness misses them, and no two in five of them hold one core: a swarm that draws an opening, a middle and an end from a
list falls into pieces. Once some of its texts are beyond chance, the others are told by them: a model that has read the
copies foresees what recombines them, and is surprised by what somebody wrote alone. For a text that has nothing to do
with them the chance that it foresees it s bits better than everybody else's way of writing is at most 2^-s (Markov's
inequality on a likelihood ratio; a cache language model, Kuhn and De Mori 1990, is one of the two).
"""

from math import log2
from typing import Final

import polars as pl

from detectors.texts import core, setphrase, wording
from detectors.texts.families import Families
from detectors.texts.neardup import components

# The copies' model falls back on everybody's with the weight of one sighting: a stretch seen once among the copies is
# as likely to be taken up as not.
_PRIOR: Final = 1.0
# Most of a text must be foreseen, not a quotation in it.
_MOST: Final = 0.6
# Texts of the case that are wrongly taken for recombined ones, expected.
_STRANGERS: Final = 0.05
_MODEL_ERROR: Final = 6.0  # bits, as the test of families allows (detectors/texts/significance.py)
_ROUNDS: Final = 5  # what recombines what recombines: each round finds half of what is left, or nothing
# Half of a family's accounts must have half of their texts of others' for both to be one swarm: nobody is added by that.
_HALF: Final = 0.5


def find(found: Families, told: pl.DataFrame, gap_seconds: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Posts that recombine texts of `told` (rows of found.posts: copies beyond chance), and families that do, where no
    more than `gap_seconds` lie between.

    Returns the rows of found.posts that do, of rewritten families, with the told `family` they take most of; and
    `family`, `swarm` (a number) for each told family: families of one swarm recombine each other's texts. The order of
    rows changes nothing.
    """
    proposed = found.posts.filter((pl.col("tier") == core.REWRITTEN) & ~pl.col("is_repost"))
    texts = pl.concat([proposed.select("text"), told.select("text")]).unique().sort("text").with_row_index("key")
    pieces = wording.pieces(texts).with_columns(pl.lit(0, pl.Int64).alias("component"), setphrase.part())
    # What is proposed as copies does not speak for everybody else's way of writing.
    apart = pl.concat([proposed.select("account", "text"), told.select("account", "text")]).unique()
    said, aside = wording.count(pieces, found.written), wording.count(pieces, apart)
    nobody = apart.clear().with_columns(component=pl.lit(0, pl.Int64))
    priced = pieces.join(wording.prices(pieces, said, aside, nobody), on=["component", "three"]).join(texts, on="key")
    known = told.select("family", "account", "text", "created_at")
    more = [proposed.clear()]
    for _ in range(_ROUNDS):
        held = _held(known, priced, "family")
        swarms = _swarms(priced, known, held, gap_seconds)
        rest = proposed.join(known, on=["account", "text"], how="anti").drop("family")
        rows = priced.join(rest.select("text").unique(), on="text", how="semi")
        told_by = known.join(swarms, on="family")
        new = rest.join(_recombining(rows, told_by, priced, held["three"], found.written.height), on="text")
        new = new.join(_spans(told_by, "swarm", gap_seconds), on="swarm")
        new = new.filter(pl.col("created_at").is_between("begins", "ends")).select(proposed.columns)
        if not new.height:
            break
        more.append(new)
        known = pl.concat([known, new.select(known.columns)])
    return pl.concat(more).select(found.posts.columns).sort("family", "created_at", "post"), swarms


def _held(known: pl.DataFrame, priced: pl.DataFrame, by: str) -> dict[str, pl.DataFrame]:
    """How often each `by` says what: by `three` and `two` `by`, that hash, `n`; by `texts` `by`, `n`. Each account's same
    text once. `known` has `by`, `account`, `text`."""
    uses = known.group_by(by, "text").agg(pl.col("account").n_unique().cast(pl.Float64).alias("n"))
    cut = uses.join(priced.select("text", "three", "two"), on="text")
    said = {name: cut.group_by(by, name).agg(pl.col("n").sum()) for name in ("three", "two")}
    return said | {"texts": uses.group_by(by).agg(pl.col("n").sum())}


def _seen(rows: pl.DataFrame, held: dict[str, pl.DataFrame], by: list[str]) -> pl.DataFrame:
    """`rows` with how often their `by` have each piece (`seen`) and what comes before it (`before_seen`)."""
    rows = rows.join(held["three"].rename({"n": "seen"}), on=[*by, "three"], how="left")
    before = held["two"].rename({"two": "before_two", "n": "before_seen"})
    rows = rows.join(before, on=[*by, "before_two"], how="left").join(held["texts"], on=by, how="left")
    begins = pl.when(pl.col("at") == 0).then("n").otherwise("before_seen").fill_null(0.0)
    return rows.with_columns(pl.col("seen").fill_null(0.0), begins.alias("before_seen")).drop("n")


def _foreseen(rows: pl.DataFrame, texts: int, share: float) -> pl.DataFrame:
    """Texts that the copies foresee so well, beyond a set phrase, that of so many `texts` next to none is by chance, and
    of which this `share` is foreseen: `key`. `rows` as `_seen` gives them."""
    least = log2(max(texts, 1) / _STRANGERS) + _MODEL_ERROR
    chance = pl.lit(2.0).pow(-pl.col("bits"))
    better = ((pl.col("seen") + _PRIOR * chance) / (pl.col("before_seen") + _PRIOR)).log(2) + pl.col("bits")
    by_text = rows.with_columns(better.alias("better")).sort("key", "at").group_by("key", maintain_order=True)
    facts = by_text.agg("plain", "better", pl.col("better").sum().alias("whole"), pl.col("bits").sum())
    facts = facts.filter((pl.col("whole") >= least) & (pl.col("whole") >= share * pl.col("bits")))
    found = [
        key
        for key, plain, saved, whole in facts.select("key", "plain", "better", "whole").rows()
        if whole - setphrase.dearest(plain, [max(one, 0.0) for one in saved]) >= least
    ]
    return pl.DataFrame({"key": found}, schema={"key": pl.UInt32()})


def _nearest(rows: pl.DataFrame, three: pl.DataFrame, by: str, within: str | None = None) -> pl.DataFrame:
    """The `by` that says most of each text, of the same `within` if asked: `key`, `by`. `three` as `_held` gives it."""
    on = ["three", within] if within else ["three"]
    return _most(rows.select("key", "bits", *on).unique(["key", "three"]).join(three.drop("n"), on=on), by)


def _most(shared: pl.DataFrame, by: str) -> pl.DataFrame:
    """The `by` whose shared pieces (`key`, `by`, `bits`) cost most of each text: `key`, `by`."""
    ranked = shared.group_by("key", by).agg(pl.col("bits").sum().round(3))
    ranked = ranked.sort(["key", "bits", by], descending=[False, True, False])
    return ranked.unique("key", keep="first", maintain_order=True).select("key", by)


def _recombining(
    rows: pl.DataFrame, known: pl.DataFrame, priced: pl.DataFrame, three: pl.DataFrame, texts: int
) -> pl.DataFrame:
    """Which texts of `rows`, of so many `texts` that there are, recombine those of one swarm: `text`, `swarm`, and the
    `family` of it that they take most of."""
    held = _held(known, priced, "swarm")
    rows = rows.join(_nearest(rows, held["three"], "swarm"), on="key")
    near = _foreseen(_seen(rows, held, ["swarm"]), texts, _MOST)
    rows = rows.join(near, on="key", how="semi")
    files = _nearest(rows, three.join(known.select("family", "swarm").unique(), on="family"), "family", "swarm")
    return rows.select("key", "text", "swarm").unique().join(files, on="key").select("text", "swarm", "family")


def _spans(known: pl.DataFrame, by: str, gap_seconds: int) -> pl.DataFrame:
    """When each `by` was told, with `gap_seconds` at either side: `by`, `begins`, `ends`."""
    gap = pl.duration(seconds=gap_seconds)
    at = pl.col("created_at")
    return known.group_by(by).agg((at.min() - gap).alias("begins"), (at.max() + gap).alias("ends"))


def _swarms(priced: pl.DataFrame, known: pl.DataFrame, held: dict[str, pl.DataFrame], gap_seconds: int) -> pl.DataFrame:
    """Which families are of one swarm, as `find` gives them: half of the accounts of one recombine another's texts."""
    of = known.select("text", own="family").unique("text", keep="first", maintain_order=True)
    rows = priced.join(of, on="text").with_columns(family=pl.col("own"), every=pl.lit(0))
    theirs = _seen(rows, held, ["family"]).rename({"seen": "less", "before_seen": "less_before"})
    rows = _seen(theirs, _held(known.with_columns(every=pl.lit(0)), priced, "every"), ["every"])
    # No family speaks for itself.
    rows = rows.with_columns(pl.col("seen") - pl.col("less"), pl.col("before_seen") - pl.col("less_before"))
    near = _foreseen(rows, known["family"].n_unique(), _HALF)
    told = rows.join(near, on="key", how="semi").select("key", "three", "bits", "own").unique(["key", "three"])
    others = told.join(held["three"].drop("n"), on="three").filter(pl.col("family") != pl.col("own"))
    # No more than the gap lies between the two.
    wide, exact = (_spans(known, "family", seconds) for seconds in (gap_seconds, 0))
    others = others.join(wide, on="family").join(exact, left_on="own", right_on="family", suffix="_own")
    beside = (pl.col("begins") <= pl.col("ends_own")) & (pl.col("begins_own") <= pl.col("ends"))
    nearest = _most(others.filter(beside), "family").rename({"family": "into"})
    into = rows.select("key", "text", "own").unique().join(nearest, on="key").select("text", "into", family="own")
    people = known.group_by("family").agg(pl.col("account").n_unique().alias("people"))
    by = (
        known.join(into, on=["text", "family"]).group_by("family", "into").agg(pl.col("account").n_unique().alias("by"))
    )
    links = by.join(people, on="family")
    links = links.filter(pl.col("by").sum().over("family") >= _HALF * pl.col("people"))
    names = people.select("family").sort("family").with_row_index("number")
    pairs = links.join(names.rename({"number": "a"}), on="family").join(
        names.select(into="family", b="number"), on="into"
    )
    return names.select("family", pl.Series("swarm", components(pairs.select("a", "b"), names.height), dtype=pl.Int64))
