"""Pages and outlets with too short a record of their own: held against their other posts, else against peers."""

from typing import Final

import numpy as np
import polars as pl

from detectors.engagement.counts import SERIES, compared, spread
from detectors.engagement.episodes import PUBLISHERS, Episode, Together
from detectors.engagement.finding import Surge

# A peer with fewer posts says nothing about what peers have.
_FEWEST: Final = 5
# Robust deviation of logarithms, never less than a fifth: posts of one size are no promise.
_FACTOR: Final = 0.2
_ALIKE: Final = ["platform", "author_kind", "content_type", "measure", "source", "age"]


def without_own(
    rows: pl.DataFrame, last: int, fewest: int, peers: int, least: float, ratio: float, z: float
) -> list[Surge]:
    """Posts of pages and outlets far above what their posts of other kinds have (an advertisement among articles), or
    above what at least `peers` others of the same kind have. `rows` as `engagement_counts.compared` gives them.

    People are not held against each other: one's friends are no measure of another's.
    """
    publishers = rows.filter(pl.col("author_kind").is_in(PUBLISHERS))
    # The first posts of a long record are left alone: they are what the record begins with.
    brief = publishers.filter(pl.col("median").is_null().all().over(SERIES))
    unknown = brief.select(*SERIES, "post_id")
    if unknown.is_empty():
        return []
    mixed = publishers.with_columns(pl.lit("any").alias("content_type"), pl.col("content_type").alias("own_type"))
    mixed = mixed.drop("place", "median", "n", "low", "high", "scale", "z", "ratio", "above")
    mixed = compared(mixed.sort(*SERIES, "at", "post_id"), last, fewest, least, ratio, z)
    by_own = mixed.with_columns(pl.col("own_type").alias("content_type")).join(
        unknown, on=[*SERIES, "post_id"], how="semi"
    )
    still = by_own.filter(pl.col("median").is_null())
    by_peers = _held_against_peers(still, publishers, peers, least, ratio, z)
    made = []
    for kind, found in (("own", by_own), ("peers", by_peers)):
        above = found.filter("above").sort("author", "content_type", "measure", "source", "age", "at", "post_id")
        for (author, *_), part in above.group_by("author", "content_type", maintain_order=True):
            first = part.row(0, named=True)
            same = part.filter(measure=first["measure"], source=first["source"], age=first["age"])
            near = [str(first["platform"]), str(first["author_kind"])]
            named = [] if kind == "own" else _peers(publishers, str(author), near, first)
            baseline = mixed if kind == "own" else None
            alone = Together([Episode(tuple(same["place"].to_list()), same.height)])
            made.append(Surge(same, alone, same, named, baseline))
    return made


def _held_against_peers(
    rows: pl.DataFrame, publishers: pl.DataFrame, peers: int, least: float, ratio: float, z: float
) -> pl.DataFrame:
    known = publishers.filter(pl.len().over(*_ALIKE, "author") >= _FEWEST)
    table = []
    for key, part in known.group_by(_ALIKE, maintain_order=True):
        values = part["value"].to_numpy()
        if part["author"].n_unique() >= peers:
            # Peers are of all sizes: what stands out must stand out by factors too, not by numbers alone.
            logs = np.log(values + 1.0)
            factors = max(1.4826 * float(np.median(np.abs(logs - np.median(logs)))), _FACTOR)
            table.append(
                dict(zip(_ALIKE, key, strict=True))
                | {"peers": part["author"].n_unique(), "factors": factors}
                | spread(values)
            )
    dropped = rows.drop("median", "low", "high", "scale", "z", "ratio", "above", "n")
    if not table:
        return rows.clear()
    held = dropped.join(pl.DataFrame(table), on=_ALIKE).rename({"peers": "n"})
    held = held.with_columns(
        (pl.col("value") / pl.col("median")).alias("ratio"),
        ((pl.col("value") - pl.col("median")) / pl.col("scale")).alias("z"),
    )
    by_factors = pl.col("ratio").log() >= z * pl.col("factors")
    above = (pl.col("median") >= least) & (pl.col("ratio") >= ratio) & (pl.col("z") >= z) & by_factors
    return held.with_columns(above.alias("above")).drop("factors")


def _peers(publishers: pl.DataFrame, author: str, near: list[str], first: dict[str, object]) -> list[dict[str, str]]:
    alike = publishers.filter(
        (pl.col("author") != author)
        & (pl.col("platform") == near[0])
        & (pl.col("author_kind") == near[1])
        & (pl.col("content_type") == first["content_type"])
        & (pl.col("n") >= _FEWEST)
    )
    rows = alike.select("platform", "author_id", "author_kind").unique().sort("platform", "author_id").rows()
    return [{"platform": platform, "id": name, "kind": kind} for platform, name, kind in rows]
