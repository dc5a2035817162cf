"""CooRTweet's input: who shared which object when, as four columns or with one column for each kind of object."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_FOUR: Final = ("object_id", "account_id", "content_id", "timestamp_share")
_MANY: Final = ("account_id", "post_id", "timestamp")
# Column of the many-object form to the contract's layer.
_LAYERS: Final = {
    "url_id": "link",
    "domain_id": "domain",
    "hashtag_id": "hashtag",
    "phash_id": "media",
    "image_id": "media",
    "object_id": "object",
}
# The many-object form marks the platform in the account's id.
_PREFIXES: Final = {"tw_": "x", "fb_": "facebook", "ig_": "instagram", "yt_": "youtube", "tg_": "telegram"}


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    if columns >= set(_FOUR):
        return 95
    return 90 if columns >= set(_MANY) and columns & set(_LAYERS) and "text" not in columns else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    platform = rows.known_platform(options, LOADER.platform)
    prefixed: bool | None = None if options.platform is None else False

    def convert(batch: Rows) -> Chunk:
        nonlocal prefixed
        if prefixed is None:  # the first part of the file decides, so that one handle like yt_fan decides nothing
            account = batch.take("account_id")
            prefixed = _prefixes(account).null_count() == account.null_count()
        return _convert(batch, platform, prefixed)

    required = ("account_id", ("content_id", "post_id"), ("timestamp_share", "timestamp"), tuple(_LAYERS))
    return rows.read(source, options, LOADER.title, LOADER.timezone, required, convert)


def _convert(batch: Rows, platform: str, prefixed: bool) -> Chunk:
    account = batch.require(batch.ids("account_id"), "account_id")
    created, precision = batch.times("timestamp_share", "timestamp")
    shared = pl.DataFrame(
        [(layer + ":" + batch.ids(column)).alias(column) for column, layer in _LAYERS.items() if batch.has(column)]
    )
    objects = shared.select(pl.concat_list(pl.all()).list.drop_nulls().alias("objects"))["objects"]
    posts = {
        "platform": _prefixes(account).fill_null(platform) if prefixed else batch.fill(platform),
        "post_id": batch.require(batch.ids("content_id", "post_id"), "content_id"),
        "author_id": account,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "timestamp_share"),
        "time_precision": precision,
        "content_type": batch.fill("post"),
        "objects": objects,
        "extra": batch.rest(),
    }
    return batch.chunk("posts", {"posts": batch.build(posts)})


def _prefixes(account: pl.Series) -> pl.Series:
    """The platform that each account's id begins with, null where it begins with none."""
    return account.str.slice(0, 3).replace_strict(_PREFIXES, default=None, return_dtype=pl.String)


LOADER: Final = Loader(
    name="coortweet",
    title="a CooRTweet table",
    platform="x",
    timezone="UTC",
    sample="object_id,account_id,content_id,timestamp_share\n85d2d122,0fb4232d,114e22f1,1623881091.0",
    how_to_export="The data frame one gives to CooRTweet's detect_groups(), written with write.csv(row.names = FALSE);"
    " or one row a post with account_id, post_id, timestamp and url_id, hashtag_id, domain_id or phash_id. Ids that all"
    " begin with tw_, fb_, ig_, yt_ or tg_ say their platform; otherwise it is x.",
    recognise=recognise,
    read=read,
)
