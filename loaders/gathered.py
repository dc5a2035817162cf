"""How an export was gathered, where it tells: rows of `collections`, of which each is needed once."""

import polars as pl

from loaders.rows import Rows
from records.chunk import Chunk


def told(
    batch: Rows,
    begin: str,
    platform: str,
    scope: str,
    *,
    subject: pl.Series | None = None,
    query: pl.Series | None = None,
) -> pl.DataFrame:
    """A row of `collections` for each row that has a subject or else a query; whether it is whole is never said.

    Ids are `begin` and that word. `once` makes it one row each, when refused rows are gone.
    """
    about, asked = (batch.fill(None) if word is None else word for word in (subject, query))
    values = {
        "collection_id": f"{begin}:" + about.zip_with(about.is_not_null(), asked),
        "platform": batch.fill(platform),
        "scope": batch.fill(scope),
        "subject": about,
        "query": asked,
        "complete": batch.fill("unknown"),
    }
    return batch.build(values).drop_nulls("collection_id")


def once(chunk: Chunk) -> Chunk:
    """The chunk with each of its collections once. A row that is refused must not take with it what others tell too."""
    if "collections" in chunk.frames:
        frame = chunk.frames["collections"]
        chunk.frames["collections"] = frame.unique("collection_id", keep="first", maintain_order=True)
    return chunk
