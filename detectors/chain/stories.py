"""Which piece copies which: shared runs of words between articles, headlines repeated in short pieces, and what was first.

Two texts that share half of the shorter one's runs of five words (characters in scripts without spaces) are one text
(containment; Broder 1997). Copies keep whole passages but drop and add others: a piece's parent is the earlier one in
which most of it is found again. Eight words are too long a run: where every third sentence is new or gone, most runs of
eight cross a seam.
"""

from typing import Final

import polars as pl

from detectors.texts.families import PRECISIONS
from detectors.texts.text import normal_frame
from records.store import Records, query

RUN: Final = 5  # words in a row
HEADLINE_RUN: Final = 3
# A headline of fewer runs is a set phrase; a piece of fewer runs than this says little more than its headline.
_HEADLINE: Final = 4
_SHORT: Final = 30
# Found again as well as in the best parent: chance decides over a twentieth, and the earlier one is the simpler story. Who
# prints the headline of one of two such texts has it from that one.
_AS_WELL: Final = 0.05
_SAME_HEADLINE: Final = 0.1
# What stands in more pieces than this is a notice, a signature or a paywall's sentence, not a story.
_COMMON: Final = 60
# The same headline three times by one author is the name of a column.
_COLUMN: Final = 3
_HEAD: Final = 200  # characters of a piece without a title that may be its headline
_MOST_RUNS: Final = 30_000_000
"""Runs held at once, some 500 MB; larger cases compare an even sample of them, the same of every text."""
_POSTS: Final = """
    SELECT platform || ':' || post_id AS post, platform || ':' || author_id AS account, platform, post_id, author_id,
           coalesce(author_kind, 'account') AS author_kind, created_at, coalesce(time_precision, 'second') AS precision,
           coalesce(text, '') AS text, coalesce(title, '') AS title, content_type, client, credited_to,
           coalesce(views, 0) AS views, url
    FROM posts
    WHERE NOT coalesce(is_repost, repost_of_post_id IS NOT NULL) AND in_reply_to_post_id IS NULL
      AND (author_kind IN ('page', 'outlet') OR content_type IN ('article', 'video'))
    ORDER BY created_at, post
"""
_SPACED: Final = r"\p{Han}|\p{Hiragana}|\p{Katakana}|\p{Thai}|[^\s\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]+"


def pieces(records: Records) -> pl.DataFrame:
    """Articles, videos and what pages and outlets publish, oldest first, with `error` (seconds their clock may be off)."""
    rows = query(records, _POSTS)
    error = pl.col("precision").replace_strict(PRECISIONS, default=1, return_dtype=pl.Int64)
    return rows.with_columns(error.alias("error")).with_row_index("piece")


def hops(rows: pl.DataFrame, containment: float, similarity: float, days: float) -> pl.DataFrame:
    """Each piece that copies an earlier one, with its parent: `piece`, `parent` (numbers of `rows`), `similarity` (the
    share of the parent's runs found again, 0..1).

    By their text where they share `containment` of the shorter one's runs, else by their headline where the shorter piece
    says little more than that and repeats `similarity` of it; within `days` of each other.
    """
    bodies = _runs(rows.select("piece", words="text"), RUN)
    by_text = _shared(bodies, rows, days).filter(
        pl.col("shared") >= containment * pl.min_horizontal("runs", "parent_runs")
    )
    titles = rows.select("piece", normal_frame(rows["title"])["normal"].alias("title"))
    by_text = by_text.join(titles, on="piece").join(
        titles.rename({"piece": "parent", "title": "title_of"}), on="parent"
    )
    same = (pl.col("title") == pl.col("title_of")) & (pl.col("title") != "")
    by_text = by_text.filter(pl.min_horizontal("runs", "parent_runs") > _SHORT).with_columns(
        (pl.col("shared") / pl.col("parent_runs")).alias("similarity"),
        (pl.col("shared") / pl.col("runs") + _SAME_HEADLINE * same.cast(pl.Float64)).alias("weight"),
        pl.col("parent").alias("later"),
    )
    few = bodies.group_by("piece").len().filter(pl.col("len") > _SHORT).select("piece")
    heads = _runs(_headlines(rows), HEADLINE_RUN)
    long_enough = heads.group_by("piece").len().filter(pl.col("len") >= _HEADLINE).select("piece")
    heads = heads.join(long_enough, on="piece", how="semi")
    by_head = _shared(heads, rows, days).filter(
        pl.col("shared") >= similarity * pl.max_horizontal("runs", "parent_runs")
    )
    by_head = by_head.join(few, on="piece", how="anti").with_columns(
        (pl.col("shared") / pl.max_horizontal("runs", "parent_runs")).alias("similarity")
    )
    # A headline alone says nothing of who had it first: it is taken from whoever printed it last.
    by_head = by_head.with_columns(
        pl.col("similarity").alias("weight"), (-pl.col("parent").cast(pl.Int64)).alias("later")
    )
    columns = ["piece", "parent", "similarity", "weight", "later"]
    found = pl.concat([by_text.with_columns(pl.col("later").cast(pl.Int64)).select(columns), by_head.select(columns)])
    found = found.filter(pl.col("weight") >= pl.col("weight").max().over("piece") - _AS_WELL)
    return (
        found.sort("piece", "later")
        .unique("piece", keep="first", maintain_order=True)
        .select("piece", "parent", pl.col("similarity").clip(0, 1))
    )


def _headlines(rows: pl.DataFrame) -> pl.DataFrame:
    """`piece`, `words`: its title, or the text of a short piece without one; names of columns left out."""
    said = rows.with_columns(
        pl.when(pl.col("title") != "").then("title").otherwise(pl.col("text").str.head(_HEAD)).alias("words")
    )
    often = said.group_by("account", "words").len().filter(pl.col("len") >= _COLUMN)
    return said.join(often, on=["account", "words"], how="anti").select("piece", "words")


def _runs(texts: pl.DataFrame, size: int) -> pl.DataFrame:
    """`piece`, `run` (hash of `size` words or unspaced characters in a row), each pair once; common ones left out."""
    normal = normal_frame(texts["words"])["normal"]
    words = (
        texts.select("piece", normal.str.extract_all(_SPACED).alias("word"))
        .explode("word", empty_as_null=False, keep_nulls=False)
        .with_columns(pl.col("word").hash(seed=7))
    )
    following = [pl.col("word").shift(-step) for step in range(1, size)]
    whole = pl.col("piece").shift(1 - size) == pl.col("piece")
    runs = (
        words.filter(whole.fill_null(False))
        if not words.height
        else words.with_columns(
            pl.struct("word", *[one.alias(f"w{step}") for step, one in enumerate(following, start=1)])
            .hash(seed=11)
            .alias("run"),
            whole.fill_null(False).alias("whole"),
        ).filter("whole")
    )
    if not runs.height:
        return pl.DataFrame(schema={"piece": pl.UInt32, "run": pl.UInt64})
    every = runs.height // _MOST_RUNS + 1
    runs = runs.select("piece", "run").filter(pl.col("run") % every == 0).unique()
    return runs.filter(pl.len().over("run") <= _COMMON)


def _shared(runs: pl.DataFrame, rows: pl.DataFrame, days: float) -> pl.DataFrame:
    """Pairs of pieces that share runs: `piece`, `parent` (the earlier), `shared`, `runs`, `parent_runs`."""
    sizes = runs.group_by("piece").len("runs")
    several = runs.filter(pl.len().over("run") > 1)
    pairs = several.join(several, on="run", suffix="_of").filter(pl.col("piece") > pl.col("piece_of"))
    counted = pairs.group_by("piece", parent="piece_of").agg(pl.len().alias("shared"))
    at = rows.select("piece", "created_at")
    near = counted.join(at, on="piece").join(at, left_on="parent", right_on="piece", suffix="_of")
    near = near.filter((pl.col("created_at") - pl.col("created_at_of")).dt.total_seconds() <= days * 86_400)
    return (
        near.join(sizes, on="piece")
        .join(sizes.rename({"piece": "parent", "runs": "parent_runs"}), on="parent")
        .select("piece", "parent", "shared", "runs", "parent_runs")
    )


def stories(found: pl.DataFrame) -> dict[int, list[int]]:
    """Origin to all pieces that go back to it, in the order of time (pieces are numbered by it)."""
    parent = dict(found.select("piece", "parent").rows())
    told: dict[int, list[int]] = {}
    for piece in sorted(parent):
        origin = piece
        while origin in parent:
            origin = parent[origin]
        told.setdefault(origin, [origin]).append(piece)
    return told
