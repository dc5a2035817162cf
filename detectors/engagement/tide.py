"""What everybody's posts rose by while one author's stood out: an election night lifts all of them."""

from datetime import timedelta
from typing import Final

import polars as pl

from detectors.engagement.episodes import PUBLISHERS

# Before the first and after the last post that stands out: hours with too few posts of others are made a day.
_AROUND: Final = timedelta(hours=12)


def tide(rows: pl.DataFrame, posts: pl.DataFrame, peers: int, least: float) -> float | None:
    """How many times their own usual others of the platform had in the days of `posts`, the middle one of them; None with
    fewer than `peers` of them.

    `rows` as `engagement.counts.compared` gives them, `posts` those of one author that stand out. Publishers are held
    against publishers, people against people; each other author counts once, by its middle post.
    """
    first = posts.row(0, named=True)
    alike = rows.filter(
        (pl.col("platform") == first["platform"])
        & (pl.col("measure") == first["measure"])
        & (pl.col("author_kind").is_in(PUBLISHERS) == (first["author_kind"] in PUBLISHERS))
        & (pl.col("author") != first["author"])
        & (pl.col("content_type") != "ad")
        & (pl.col("median") >= least)
    )
    when = posts.select("at", pl.col("at").alias("near")).sort("at")
    near = alike.sort("at").join_asof(when, on="at", strategy="nearest", tolerance=_AROUND).drop_nulls("near")
    each = near.group_by("author").agg(pl.col("ratio").median())
    return float(each["ratio"].median()) if each.height >= peers else None  # type: ignore[arg-type]
