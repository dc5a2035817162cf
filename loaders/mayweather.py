"""The posts of a boxing night, handles and mentions already hashed, as FiveThirtyEight published them."""

from collections.abc import Iterator
from typing import Final

from loaders import found, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_COLUMNS: Final = ("created_at", "id", "screen_name", "text")


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    return 90 if columns >= set(_COLUMNS) and columns & {"emojis", "retweeted"} else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _COLUMNS, _convert)


def _convert(batch: Rows) -> Chunk:
    handle = batch.require(batch.take("screen_name"), "screen_name")
    author = rows.names_for_ids(batch, batch.fill(None), handle)
    text = batch.take("text")
    created, precision = batch.times("created_at")
    platform = batch.fill("x")
    posts = {
        "platform": platform,
        "post_id": batch.require(batch.ids("id"), "id"),
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "created_at"),
        "time_precision": precision,
        "content_type": batch.fill("post"),
        "text": text,
        "urls": found.urls(text),
        "hashtags": found.hashtags(text),
        # The file knows accounts by handle only, so a mention is the same stand-in as an author.
        "mentions": found.named(found.mentions(text)),
        "extra": batch.rest(),
    }
    accounts = batch.profiles({"platform": platform, "account_id": author, "handle": handle})
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts})


LOADER: Final = Loader(
    name="mayweather",
    title="the boxing night of 26 August 2017 (FiveThirtyEight)",
    platform="x",
    timezone="UTC",
    sample="created_at,emojis,id,retweeted,screen_name,text\n"
    "2017-08-27 00:05:34,True,901656910939770881,False,u_b2d5480d2886,#McGregor https://t.co/mJHDvLfIVc",
    how_to_export="FiveThirtyEight, mayweather-mcgregor/tweets.csv. `retweeted` says whether the collector had reposted"
    " the post, not whether it is a repost; it stays in `extra`.",
    recognise=recognise,
    read=read,
)
