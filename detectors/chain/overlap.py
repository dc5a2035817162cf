"""How much of one text is found again in another: the share of its words that stand in passages of both.

A passage is a run of words (characters in scripts without spaces). Counting the words it covers instead of the runs
themselves (containment; Broder 1997) keeps short sentences whole: where every third sentence is new or gone most runs of
five cross a seam, and yet every word of the sentences kept is found again.
"""

from typing import Final

import numpy as np
import polars as pl

from detectors.texts.text import normal_frame

# What stands in more pieces than this, and in two or more of an author on average, is a notice, a signature or a paywall's
# sentence: no part of a story. What that many print once each is a story; it is compared with the first of them.
_COMMON: Final = 60
_REPEATED: Final = 2
# Pieces of one author that have a passage in common, and the share of each that is in no other of its pieces: a new version
# of a story has less that is new, and two may quote the same.
_FRAMED: Final = 3
_APART: Final = 1 / 3
_NEARLY_ALL: Final = 0.8  # of an author's pieces: a turn of phrase comes again in many, and is no frame
_MOST_RUNS: Final = 30_000_000
"""Runs held at once, some 500 MB; larger cases look for pairs in an even sample of them, the same of every text."""
_MOST_WORDS: Final = 8_000_000
"""Words of pairs compared at once, some 400 MB."""
_UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
# Emoji and marks are no words: they stand around a headline that is the same without them.
_WORD: Final = rf"[{_UNSPACED}]|[[\p{{L}}\p{{M}}]--[{_UNSPACED}]]+"


def words(texts: pl.DataFrame) -> pl.DataFrame:
    """`piece`, `line`, `at` (places among the lines and the words of all texts), `word` (hash) of `texts`: `piece`, `words`
    (as people write)."""
    lines = texts.select("piece", pl.col("words").str.split("\n"))
    lines = lines.explode("words", empty_as_null=False, keep_nulls=False).with_row_index("line")
    normal = normal_frame(lines["words"])["normal"]
    found = lines.select("piece", "line", normal.str.extract_all(_WORD).alias("word"))
    found = found.explode("word", empty_as_null=False, keep_nulls=False)
    place = pl.int_range(pl.len(), dtype=pl.UInt32).alias("at")
    return found.select("piece", "line", place, pl.col("word").hash(seed=7))


def unframed(said: pl.DataFrame, rows: pl.DataFrame, size: int) -> pl.DataFrame:
    """`said` without what stands around stories: lines, and runs of `size`, that an author of `rows` has in nearly all
    pieces, several of which say something else. Menus, calls to subscribe and legal lines do; versions of one story do not."""
    by = rows.select("piece", "account")
    lines = said.group_by("line").agg(pl.col("piece", "at").first(), pl.len().alias("words"), pl.col("word").sum())
    lines = lines.select("piece", "at", "words", pl.struct("words", "word").hash(seed=13).alias("run"))
    runs = pl.concat(
        [
            _runs(said, size).with_columns(pl.lit(size, pl.UInt32).alias("words")),
            lines.select("piece", "at", "run", "words"),
        ]
    )
    runs = runs.join(by, on="piece")
    again = runs.filter(pl.col("piece").n_unique().over("account", "run") > 1)
    length = said.group_by("piece").len("length")
    rest = said.join(_places(again), on="at", how="anti").group_by("piece").len("rest")
    apart = (
        rest.join(length, on="piece").filter(pl.col("rest") >= _APART * pl.col("length")).select("piece", apart=True)
    )
    several = again.unique(["piece", "run"]).join(apart, on="piece", how="left").group_by("account", "run")
    having = several.agg(pl.len().alias("by"), pl.col("apart").count())
    having = having.join(by.group_by("account").len("pieces"), on="account")
    frame = having.filter((pl.col("apart") >= _FRAMED) & (pl.col("by") >= _NEARLY_ALL * pl.col("pieces")))
    return said.join(_places(runs.join(frame, on="run", how="semi")), on="at", how="anti")


def pairs(said: pl.DataFrame, rows: pl.DataFrame, size: int, least: float) -> pl.DataFrame:
    """`piece`, `parent` (the lower number): pieces of `rows` that share runs of `size` of their words `said`, at least
    `least` for each word of the shorter."""
    runs = _runs(said, size).select("piece", "run")
    every = runs.height // _MOST_RUNS + 1
    runs = runs.filter(pl.col("run") % every == 0).unique().sort("run", "piece")
    runs = runs.filter(pl.len().over("run") > 1)
    many = runs.filter(pl.len().over("run") > _COMMON).join(rows.select("piece", "account"), on="piece")
    notices = many.group_by("run").agg(pl.len() / pl.col("account").n_unique()).filter(pl.col("len") >= _REPEATED)
    runs = runs.join(notices, on="run", how="anti")
    first = runs.filter(pl.int_range(pl.len()).over("run") < _COMMON).rename({"piece": "parent"})
    both = runs.join(first, on="run").filter(pl.col("piece") > pl.col("parent"))
    shared = both.group_by("piece", "parent").len("shared")
    length = said.group_by("piece").len("length")
    shared = shared.join(length, on="piece").join(length.rename({"piece": "parent"}), on="parent", suffix="_of")
    enough = pl.col("shared") * every >= least * pl.min_horizontal("length", "length_of")
    return shared.filter(enough).select("piece", "parent")


def covered(found: pl.DataFrame, said: pl.DataFrame, of: pl.DataFrame, size: int) -> pl.DataFrame:
    """`found` (`piece`, `parent`) with `length`, `parent_length` (words), `share`, `parent_share`: of the words of the piece
    in `said` and of the parent in `of`, those in runs of `size` that both have."""
    mine, theirs = _runs(said, size), _runs(of, size)
    length = said.group_by("piece").len("length")
    parent_length = of.group_by(parent="piece").len("parent_length")
    found = found.select("piece", "parent").join(length, on="piece").join(parent_length, on="parent")
    again = _again(found, mine, theirs, said, size)
    of_parent = _again(found.select(piece="parent", parent="piece"), theirs, mine, of, size)
    return found.with_columns(
        (again / found["length"]).alias("share"), (of_parent / found["parent_length"]).alias("parent_share")
    )


def taken(found: pl.DataFrame, said: pl.DataFrame, own: pl.DataFrame, size: int) -> pl.Series:
    """For each row of `found` how many of the piece's words in `own` (some of `said`) stand in runs that both have."""
    runs = _runs(said, size)
    return _again(found, runs, runs, own, size)


def own(said: pl.DataFrame, story: pl.DataFrame, size: int) -> pl.DataFrame:
    """The words of pieces in a story (`story`: `piece`, `story`) that stand in no run of another story or piece."""
    runs = (
        _runs(said, size)
        .join(story, on="piece", how="left")
        .with_columns(pl.col("story").fill_null(-1 - pl.col("piece").cast(pl.Int64)))
    )
    several = runs.select("run", "story").unique().filter(pl.len().over("run") > 1).select("run").unique()
    stock = runs.filter(pl.col("story") >= 0).join(several, on="run", how="semi")
    return said.join(story, on="piece", how="semi").join(_places(stock.with_columns(words=size)), on="at", how="anti")


def _again(
    found: pl.DataFrame, mine: pl.DataFrame, theirs: pl.DataFrame, counted: pl.DataFrame, size: int
) -> pl.Series:
    """For each row of `found` how many of the piece's words in `counted` stand in runs `mine` that are its parent's too."""
    # How many of the counted words stand before each place: what a run covers is then a difference.
    places = pl.concat([counted["at"], mine["at"]]).to_numpy()
    before = np.zeros(int(places.max(initial=0)) + size + 2, dtype=np.int64)
    before[counted["at"].to_numpy() + 1] = 1
    before = before.cumsum()
    theirs = theirs.select(parent="piece", run="run")
    numbered = found.select("piece", "parent").with_row_index("pair")
    length = mine.group_by("piece").len("runs")
    numbered = numbered.join(length, on="piece", how="left", maintain_order="left")
    part = (pl.col("runs").fill_null(0).cast(pl.Int64).cum_sum() // _MOST_WORDS).alias("part")
    made = [pl.DataFrame(schema={"pair": numbered.schema["pair"], "words": pl.Int64()})]
    for some in numbered.with_columns(part).partition_by("part"):
        both = some.join(mine, on="piece").join(theirs, on=["parent", "run"], how="semi").sort("pair", "at")
        end = pl.min_horizontal(pl.col("at").shift(-1).over("pair"), pl.col("at") + size)
        ends = both.select(end).to_series().to_numpy()
        gained = before[ends] - before[both["at"].to_numpy()]
        made.append(both.select("pair", words=pl.Series(gained)).group_by("pair").agg(pl.col("words").sum()))
    again = numbered.join(pl.concat(made), on="pair", how="left", maintain_order="left")
    return again["words"].fill_null(0)


def _places(runs: pl.DataFrame) -> pl.DataFrame:
    """The places (`at`) that runs of so many `words` cover."""
    places = (
        runs.select("at", "words").unique().select(pl.int_ranges("at", pl.col("at") + pl.col("words"), dtype=pl.UInt32))
    )
    return places.explode("at", empty_as_null=False, keep_nulls=False).unique()


def _runs(said: pl.DataFrame, size: int) -> pl.DataFrame:
    """`piece`, `at`, `run` (hash of `size` words in a row of one line: two stories between the same menu and the same notice
    would share runs that reach into them)."""
    following = [pl.col("word").shift(-step).alias(f"w{step}") for step in range(1, size)]
    whole = (pl.col("line").shift(1 - size) == pl.col("line")).fill_null(False)
    run = pl.struct("word", *following).hash(seed=11).alias("run")
    return said.select("piece", "at", run, whole.alias("whole")).filter("whole").drop("whole")
