"""What posts were counted to have: one row a post, measure and age, beside what its author's earlier posts had by then."""

from typing import Any, Final

import numpy as np
import polars as pl

from records.store import Records, query

# A count grows with age; ages within a factor of about 1.2 of each other are the same age (half steps of log2). After a
# week counts hardly move: all later ones are one age.
_SETTLED_HOURS: Final = 168.0
SETTLED: Final = 99
UNKNOWN_AGE: Final = -1
# Words by which platforms' rules and advertising law have authors mark what was paid for.
_SPONSORED: Final = (
    r"(#(ad|sponsored|sponsorisé|publicité|pub)\b)|\bsponsored by\b|\bpaid partnership\b|partenariat rémunéré|"
    r"collaboration commerciale|contenu sponsorisé|广告|赞助|推广合作"
)
SERIES: Final = ["author", "content_type", "measure", "source", "age"]
"""What makes counts comparable: one author, one kind of post, one measure, one source of counts, one age."""

_POSTS: Final = """
    SELECT platform || ':' || author_id AS author, platform, author_id, coalesce(author_kind, 'account') AS author_kind,
           post_id, created_at AS at, coalesce(content_type, 'post') AS content_type,
           regexp_matches(lower(concat_ws(' ', title, text)), $sponsored) AS sponsored,
           likes + coalesce(reposts, 0) + coalesce(replies, 0) AS interactions, views,
           date_diff('second', created_at, collected_at) / 3600.0 AS age_hours
    FROM posts
    WHERE NOT coalesce(is_repost, false) AND repost_of_post_id IS NULL AND repost_of_account_id IS NULL
      AND in_reply_to_post_id IS NULL AND in_reply_to_account_id IS NULL AND coalesce(content_type, '') <> 'comment'
"""
_METRICS: Final = """
    SELECT platform, entity_id AS post_id, observed_at, interactions, views, age_hours FROM metrics
    WHERE entity_kind = 'post' AND (interactions IS NOT NULL OR views IS NOT NULL)
"""


def counts(records: Records) -> pl.DataFrame:
    """Every count of every original post: `author` (uid), `platform`, `author_id`, `author_kind`, `post_id`, `at`,
    `content_type`, `measure` (interactions or views), `source` (metrics or posts), `age` (class), `age_hours`, `value`;
    sorted by series and time."""
    posts = query(records, _POSTS, {"sponsored": _SPONSORED})
    kind = pl.when("sponsored").then(pl.lit("ad")).otherwise("content_type")
    posts = posts.with_columns(kind.alias("content_type")).drop("sponsored")
    given = query(records, _METRICS)
    measured = posts.drop("interactions", "views", "age_hours").join(given, on=["platform", "post_id"])
    elapsed = (pl.col("observed_at") - pl.col("at")).dt.total_seconds() / 3600
    measured = measured.with_columns(pl.coalesce("age_hours", elapsed).alias("age_hours"))
    both = [_long(measured, "metrics"), _long(posts, "posts")]
    rows = pl.concat(both).with_columns(_age())
    # One count a post, measure and age: the latest of those taken within the same age.
    rows = rows.sort("author", "post_id", "measure", "source", "age", "age_hours", "value")
    rows = rows.unique(["platform", "post_id", "measure", "source", "age"], keep="last", maintain_order=True)
    return rows.sort(*SERIES, "at", "post_id")


def _long(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    parts = [
        rows.drop_nulls(measure).select(
            "author", "platform", "author_id", "author_kind", "post_id", "at", "content_type",
            pl.lit(measure).alias("measure"), pl.lit(source).alias("source"), pl.col("age_hours").cast(pl.Float64()),
            pl.col(measure).cast(pl.Int64()).alias("value"),
        )
        for measure in ("interactions", "views")
    ]  # fmt: skip
    return pl.concat(parts)


def _age() -> pl.Expr:
    hours = pl.col("age_hours").clip(lower_bound=0.25)
    steps = (hours.log(2) * 2).round().cast(pl.Int64())
    return (
        pl.when(pl.col("age_hours").is_null())
        .then(UNKNOWN_AGE)
        .when(pl.col("age_hours") >= _SETTLED_HOURS)
        .then(SETTLED)
        .otherwise(steps)
        .alias("age")
    )


def compared(rows: pl.DataFrame, last: int, fewest: int, least: float, ratio: float, z: float) -> pl.DataFrame:
    """Rows of `counts` with what their author's `last` earlier posts of the same series had: `n` (how many), `median`,
    `low`, `high`, `scale`, `ratio`, `z`, and `above` (false where there are fewer than `fewest` earlier ones, or where
    fewer than `least` are usual); the row's place in its series as `place`."""
    before = pl.col("value").cast(pl.Float64()).shift(1)
    rows = rows.with_columns(
        pl.int_range(pl.len()).over(SERIES).alias("place"),
        before.rolling_median(window_size=last, min_samples=fewest).over(SERIES).alias("median"),
    ).with_columns(pl.min_horizontal("place", pl.lit(last)).alias("n"))
    likely = (pl.col("median") >= least) & (pl.col("value") >= ratio * pl.col("median"))
    empty: pl.Expr = pl.lit(None, dtype=pl.Float64())
    rows = rows.with_row_index("row").with_columns(*(empty.alias(name) for name in ("low", "high", "scale", "z")))
    values = rows["value"].to_numpy()
    found = rows.filter(likely).select("row", "n", "value")
    exact = [
        {"row": row, "value_": value, **spread(values[row - n : row])} for row, n, value in found.iter_rows()
    ]  # fmt: skip
    if exact:
        made = pl.DataFrame(exact, schema_overrides={"row": pl.UInt32()}).with_columns(
            ((pl.col("value_") - pl.col("median")) / pl.col("scale")).alias("z")
        )
        rows = rows.update(made.drop("value_", "median"), on="row")
    return rows.with_columns(
        (pl.col("value") / pl.col("median")).alias("ratio"),
        (pl.col("z") >= z).fill_null(False).alias("above"),
    ).drop("row")


def spread(values: Any) -> dict[str, float]:
    """Median, quartiles and robust standard deviation of some counts. A count cannot be known better than by its own
    root, and no better than a twentieth: ten posts that happen to be equal are no promise."""
    low, median, high = (float(one) for one in np.quantile(values, (0.25, 0.5, 0.75)))
    deviation = 1.4826 * float(np.median(np.abs(values - median)))
    return {"median": median, "low": low, "high": high, "scale": max(deviation, median**0.5, median / 20, 1.0)}
