"""Stories of Media Cloud: which outlet published what, and when; titles and addresses without texts."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import articles, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_REQUIRED: Final = ("url", "publish_date")


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    return 95 if {"url", "publish_date", "media_name"} <= columns and columns & {"media_url", "indexed_date"} else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _REQUIRED, _convert)


def _convert(batch: Rows) -> Chunk:
    url = batch.require(batch.take("url"), "url")
    post, domain = articles.addresses(batch, url)
    outlet = articles.domains(_with_scheme(batch))
    outlet = outlet.zip_with(outlet.is_not_null(), domain)
    published, precision = batch.times("publish_date")
    posts = {
        "platform": batch.fill("web"),
        "post_id": post,
        "author_id": batch.require(outlet, "media_url"),
        "author_kind": batch.fill("outlet"),
        "created_at": batch.require(published, "publish_date"),
        "time_precision": precision,
        "content_type": batch.fill("article"),
        "title": batch.take("title"),
        "language": batch.take("language"),
        "url": url,
        "collected_at": batch.times("indexed_date")[0],
    }
    name = batch.take("media_name")
    batch.take("id")
    posts["extra"] = batch.rest("id")
    named = articles.outlets(batch, outlet, "Media Cloud", name)
    return batch.chunk("posts", {"posts": batch.build(posts), "outlets": named})


def _with_scheme(batch: Rows) -> pl.Series:
    """The outlet's own address, which Media Cloud gives as a bare domain."""
    site = batch.take("media_url")
    return site.str.replace(r"^(?:https?://)?", "https://")


LOADER: Final = Loader(
    name="mediacloud",
    title="stories from Media Cloud",
    platform="web",
    timezone="UTC",
    sample="id,indexed_date,language,media_name,media_url,publish_date,title,url\n"
    "8c1f0e,2024-03-05 10:11:12.345678,en,example.org,example.org,2024-03-04,A title,https://example.org/a",
    how_to_export="search.mediacloud.org, Download all URLs. Days are all that Media Cloud knows of most stories. The"
    " article's address is its id, so that the same page from another tool is the same article.",
    recognise=recognise,
    read=read,
)
