"""What loaders of news articles have in common: an article's address is its id, its site the outlet that wrote it."""

import polars as pl

from loaders import credit, found
from loaders.rows import LINE, Rows
from records.urls import canonical_frame

FROM_ADDRESSES = "article ids made of addresses"


def addresses(batch: Rows, url: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Ids and registrable domains of articles: the same page has the same id, whichever tool collected it."""
    joined = _joined(url)
    web = joined["canonical"].str.contains(r"^https?://").fill_null(False)
    batch.refuse(url.is_not_null() & ~web, "url", "{value} is no address of a page.", url)
    batch.note(FROM_ADDRESSES, int(web.sum()))
    return joined["canonical"].zip_with(web, batch.fill(None)), joined["domain"]


def published(batch: Rows, column: str) -> tuple[pl.Series, pl.Series]:
    """When articles appeared, and how precisely; one that does not say is refused, as when it was fetched is not that."""
    values, precision = batch.times(column)
    batch.refuse(values.is_null(), column, "The page does not say when it was published.")
    return values, precision


def posts(
    batch: Rows,
    url: pl.Series,
    ids: tuple[pl.Series, pl.Series],
    times: tuple[pl.Series, pl.Series],
    text: pl.Series,
    author: pl.Series,
) -> dict[str, pl.Series]:
    """Columns of `posts` for articles taken out of whole pages, from what `addresses` and `published` gave."""
    post, domain = ids
    created, precision = times
    return {
        "platform": batch.fill("web"),
        "post_id": post,
        "author_id": batch.require(domain, "url"),
        "author_kind": batch.fill("outlet"),
        "created_at": created,
        "time_precision": precision,
        "content_type": batch.fill("article"),
        "text": text,
        "title": batch.take("title"),
        "language": batch.take("language"),
        "urls": found.urls(text),
        "credited_to": credit.credited(text, author),
        "url": url,
    }


def domains(url: pl.Series) -> pl.Series:
    """Registrable domains of addresses; null where there is none."""
    return _joined(url)["domain"]


def outlets(batch: Rows, domain: pl.Series, source: str, name: pl.Series | None = None) -> pl.DataFrame:
    """One row of `outlets` for each site, with the first name it goes by."""
    values = {
        "outlet_id": domain,
        "name": batch.fill(None) if name is None else name,
        "domain": domain,
        "kind": batch.fill("unknown"),
        "source": batch.fill(source),
    }
    frame = batch.build(values).drop_nulls("outlet_id").sort(pl.col("name").is_null(), LINE)
    return frame.unique("outlet_id", keep="first", maintain_order=True).sort(LINE)


def _joined(url: pl.Series) -> pl.DataFrame:
    joined = pl.DataFrame({"url": url}).join(canonical_frame(url), on="url", how="left", maintain_order="left")
    return joined.with_columns(pl.when(pl.col("domain") != "").then("domain").alias("domain"))
