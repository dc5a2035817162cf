"""4CAT's tables of Reddit: in ids, authors and scores as Reddit itself means them, so that they join what else is read of it."""

from typing import Final

import polars as pl

from loaders import found

_NEEDED: Final = ("id", "thread_id", "author", "body")
_GONE: Final = ("[deleted]", "[removed]")
BELOW: Final = "score below 0"
NOBODY: Final = "posts whose author Reddit no longer names, each by an author of its own"


def mended(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with fullnames as ids, a comment's parent, the link a submission shares among its links, and every author
    that is gone an author of its own: one "[deleted]" would be the busiest account of all. A score below 0 is no number of
    likes, and stands aside. `frame` as it is where it lacks what that takes."""
    if not set(_NEEDED) <= set(frame.columns):
        return frame
    absent = [name for name in ("parent", "url", "score") if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    comment = pl.col("parent").str.contains("^t[13]_").fill_null(False)
    named = pl.when(comment).then(pl.lit("t1_")).otherwise(pl.lit("t3_")) + pl.col("id")
    gone = pl.col("author").is_in(_GONE).fill_null(False)
    below = pl.col("score").str.starts_with("-").fill_null(False)
    made = frame.with_columns(
        id=pl.when(~pl.col("id").str.contains("_")).then(named).otherwise("id"),
        parent_id=pl.col("parent"),
        type=pl.when(comment).then(pl.lit("comment")),
        author=pl.when(~gone).then("author"),
        author_id=pl.when(gone).then(pl.lit("name:[deleted]/") + named),
        body=pl.when(~pl.col("body").is_in(_GONE)).then("body"),
        url=pl.lit("https://www.reddit.com/comments/")
        + pl.when(comment).then(pl.col("thread_id") + "/_/" + pl.col("id")).otherwise("thread_id"),
        score=pl.when(~below).then(pl.col("score")),
    )
    if frame.select(below.any()).item():
        made = made.with_columns(frame.select(pl.when(below).then(pl.col("score")).alias(BELOW)))
    itself = pl.col("url").str.contains(pl.lit("/comments/") + pl.col("thread_id"), literal=True)
    shared = pl.when(pl.col("url").str.contains("^https?://") & ~itself).then(pl.col("url"))
    inside = found.urls(made["body"]).list.join("|").alias("urls")
    both = frame.with_columns(inside, one=shared).with_columns(
        urls=pl.concat_str("one", "urls", separator="|", ignore_nulls=True).replace("", None)
    )
    return made.with_columns(both["urls"]).drop("parent", strict=False)


def nameless(frame: pl.DataFrame) -> int:
    """How many posts of a table have lost their author."""
    return int(frame["author"].is_in(_GONE).sum()) if "author" in frame.columns else 0
