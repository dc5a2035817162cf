"""Posts of Facebook pages and groups as CrowdTangle exported them, with their followers at the time."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import crowdtangle, found, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import LINE, Rows
from records.chunk import Chunk

_NAMES: Final = ("Page Name", "Group Name")
_CREATED: Final = ("Post Created", "Created")
_REQUIRED: Final = (_CREATED, "URL", ("Facebook Id", *_NAMES))
_ID_IN_URL: Final = (
    r"(?:/posts/|/videos/(?:[\w.-]+/)?|/photos/(?:[\w.-]+/)?|/permalink/|/reel/|story_fbid=|[?&]fbid=|[?&]v=)([\w]+)"
)


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    told = {"page name", "group name"} & columns and {"facebook id", "total interactions"} & columns
    return 95 if told and "url" in columns and {"post created", "created"} & columns else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _REQUIRED, _convert)


def _convert(batch: Rows) -> Chunk:
    handle, name, url = batch.take("User Name"), batch.take(*_NAMES), batch.take("URL")
    page = rows.names_for_ids(batch, batch.ids("Facebook Id"), handle.zip_with(handle.is_not_null(), name))
    page = batch.require(page, "Facebook Id")
    created, precision = crowdtangle.created(batch, *_CREATED)
    text, kind = batch.take("Message"), batch.take("Type")
    platform, page_kind = batch.fill("facebook"), batch.fill("page")
    followers = batch.integers("Followers at Posting")
    posts = {
        "platform": platform,
        "post_id": batch.require(_post_ids(batch, page, url), "URL"),
        "author_id": page,
        "author_kind": page_kind,
        "created_at": created,
        "time_precision": precision,
        "content_type": crowdtangle.content(kind),
        "text": text,
        "title": batch.take("Link Text"),
        "urls": crowdtangle.shared(text, batch.take("Final Link"), batch.take("Link")),
        "hashtags": found.hashtags(text),
        "mentions": found.named(found.mentions(text)),
        "likes": batch.integers("Likes"),
        "reposts": batch.integers("Shares"),
        "replies": batch.integers("Comments"),
        "views": crowdtangle.measured(batch, kind, "Post Views"),
        "url": url,
    }
    country = batch.take("Page Admin Top Country")
    about = ("Page Category", "Page Description")
    for column in about:
        batch.take(column)
    pages = batch.build(
        {
            "platform": platform,
            "page_id": page,
            "name": name,
            "handle": handle,
            "created_at": batch.times("Page Created")[0],
            "followers": followers,
            "admin_countries": pl.select(
                pl.when(pl.lit(country).is_not_null()).then(pl.concat_list(country))
            ).to_series(),
            "extra": batch.only(*about),
            "at": created,
        }
    )
    metrics = batch.build(
        {
            "platform": platform,
            "entity_id": page,
            "entity_kind": page_kind,
            "observed_at": created,
            "followers": followers,
        }
    )
    posts["extra"] = batch.rest("Type", "Link")
    frames = {"posts": batch.build(posts), "pages": pages, "metrics": metrics.drop_nulls("followers")}
    chunk = batch.chunk("posts", frames)
    if "pages" in chunk.frames:
        chunk.frames["pages"] = _newest(chunk.frames["pages"])
    return chunk


def _post_ids(batch: Rows, page: pl.Series, url: pl.Series) -> pl.Series:
    """PAGE_POST as Facebook's own API writes it, made of the address; where that holds no number, the address itself."""
    number = url.str.extract(_ID_IN_URL)
    batch.note("post ids taken from addresses", int(url.is_not_null().sum()))
    return url.zip_with(number.is_null(), page + "_" + number)


def _newest(pages: pl.DataFrame) -> pl.DataFrame:
    """One row for each page, with the followers of its latest post here; the earlier ones are in `metrics`."""
    ordered = pages.sort("at", LINE, nulls_last=False)
    return ordered.unique("page_id", keep="last", maintain_order=True).sort(LINE).drop("at")


LOADER: Final = Loader(
    name="crowdtangle_facebook",
    title="posts of Facebook pages from CrowdTangle",
    platform="facebook",
    timezone="UTC",
    sample="Page Name,User Name,Facebook Id,Page Category,Page Admin Top Country,Page Description,Page Created,Likes at "
    "Posting,Followers at Posting,Post Created,Post Created Date,Post Created Time,Type,Total Interactions,Likes,Comments,"
    "Shares,Love,Wow,Haha,Sad,Angry,Care,URL,Message,Link,Final Link,Image Text,Link Text,Description,Sponsor Id,Sponsor "
    "Name,Sponsor Category,Overperforming Score\n"
    'Town News,townnews,100064000000001,NEWS_SITE,US,Local news,2012-02-14 19:20:31,"1,041","1,203",2021-05-18 15:24:56 '
    "EDT,2021-05-18,15:24:56,Link,12,8,1,3,0,0,0,0,0,0,https://www.facebook.com/100064000000001/posts/4000000000000001,"
    "Read this,https://example.org/a,,,A title,,,,,1.5",
    how_to_export="CSV of CrowdTangle's historical data, search or dashboard, for pages or groups; the tool was closed in"
    " August 2024, its files are kept. Times end in a zone (EST, CET); --timezone settles one that has two meanings and"
    " times that name none. Ids of posts are made of the page's id and the number in the address. Likes are likes alone;"
    " the other reactions, the sponsor and the score stay in `extra`.",
    recognise=recognise,
    read=read,
)
