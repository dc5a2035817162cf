"""What CrowdTangle's tables of Facebook and Instagram have in common."""

import polars as pl

from loaders import found, zone_tokens
from loaders.rows import Rows

# What Facebook itself made of a post: a link to it is the post's own picture or film, and nothing it shares.
OWN_MEDIA = r"(?i)^https?://([\w-]+\.)?(facebook|instagram|fbcdn|cdninstagram)\.(com|net)/"


def created(batch: Rows, *names: str) -> tuple[pl.Series, pl.Series]:
    """When posts were created, whatever zone their times name; rows without a time are refused."""
    name = batch.has(*names) or names[0]
    if batch.has(name):
        batch.frame = batch.frame.with_columns(zone_tokens.plain(batch.frame[name], batch.zone))
    values, precision = batch.times(*names)
    return batch.require(values, name), precision


def measured(batch: Rows, kind: pl.Series, *names: str) -> pl.Series:
    """Views, which only films have: CrowdTangle writes 0 for everything else."""
    count = batch.integers(*names)
    return pl.select(pl.when((count > 0) | is_film(kind)).then(count)).to_series()


def is_film(kind: pl.Series) -> pl.Series:
    return kind.str.contains(r"(?i)video|igtv|reel|clip|live").fill_null(False)


def content(kind: pl.Series) -> pl.Series:
    """The contract's word for CrowdTangle's type of a post."""
    picture = kind.str.contains(r"(?i)photo|album|carousel").fill_null(False)
    return pl.select(pl.when(is_film(kind)).then(pl.lit("video")).when(picture).then(pl.lit("image")).otherwise(
        pl.lit("post")
    )).to_series()  # fmt: skip


def shared(text: pl.Series, *given: pl.Series) -> pl.Series:
    """Links a post shares: the best the table gives, and those in its text."""
    best = pl.coalesce(*(pl.lit(link) for link in given))
    other = pl.when(~best.str.contains(OWN_MEDIA)).then(best)
    both = pl.concat_list(pl.concat_list(other).list.drop_nulls(), pl.lit(found.urls(text)).fill_null([]))
    links = pl.select(both.list.unique(maintain_order=True)).to_series()
    return pl.select(pl.when(links.list.len() > 0).then(links)).to_series()
