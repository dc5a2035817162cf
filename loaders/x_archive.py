"""Twitter's information-operations archive: the 31 columns of its releases, in whatever order a copy has them."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import found, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_COLUMNS: Final = ("tweetid", "userid", "tweet_time")
_TELLING: Final = {"tweet_text", "user_screen_name", "is_retweet", "tweet_client_name", "user_display_name"}


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    return 95 if columns >= set(_COLUMNS) and columns & _TELLING else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _COLUMNS, _convert)


def _convert(batch: Rows) -> Chunk:
    author = batch.require(batch.ids("userid"), "userid")
    text = batch.take("tweet_text")
    created, precision = batch.times("tweet_time")
    platform = batch.fill("x")
    listed = {
        "urls": batch.lists("urls") if batch.has("urls") else found.urls(text),
        "hashtags": batch.lists("hashtags") if batch.has("hashtags") else found.hashtags(text),
        "mentions": batch.lists("user_mentions") if batch.has("user_mentions") else found.named(found.mentions(text)),
    }
    original, reposted = batch.ids("retweet_tweetid"), batch.booleans("is_retweet")
    posts = {
        "platform": platform,
        "post_id": batch.require(batch.ids("tweetid"), "tweetid"),
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "tweet_time"),
        "time_precision": precision,
        "content_type": batch.fill("post"),
        "text": text,
        "language": batch.take("tweet_language"),
        "client": batch.take("tweet_client_name"),
        "latitude": batch.decimals("latitude"),
        "longitude": batch.decimals("longitude"),
        "in_reply_to_post_id": batch.ids("in_reply_to_tweetid"),
        "in_reply_to_account_id": batch.ids("in_reply_to_userid"),
        "repost_of_post_id": original,
        "repost_of_account_id": batch.ids("retweet_userid"),
        "is_repost": reposted.zip_with(reposted.is_not_null(), _true_where(original)),
        "quote_of_post_id": batch.ids("quoted_tweet_tweetid"),
        **listed,
        "likes": batch.integers("like_count"),
        "reposts": batch.integers("retweet_count"),
        "replies": batch.integers("reply_count"),
    }
    accounts = batch.profiles(
        {
            "platform": platform,
            "account_id": author,
            "handle": batch.take("user_screen_name"),
            "display_name": batch.take("user_display_name"),
            "description": batch.take("user_profile_description"),
            "created_at": batch.times("account_creation_date")[0],
            "location": batch.take("user_reported_location"),
            "language": batch.take("account_language"),
            "followers": batch.integers("follower_count"),
            "following": batch.integers("following_count"),
            "profile_url": batch.take("user_profile_url"),
        }
    )
    posts["extra"] = batch.rest()
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts})


def _true_where(original: pl.Series) -> pl.Series:
    """A post whose original is named is a repost; of one without, nothing is known."""
    named = original.is_not_null()
    return pl.select(pl.when(named).then(True)).to_series()


LOADER: Final = Loader(
    name="x_archive",
    title="X's information-operations archive",
    platform="x",
    timezone="UTC",
    sample="tweetid,userid,user_display_name,user_screen_name,user_reported_location,user_profile_description,"
    "user_profile_url,follower_count,following_count,account_creation_date,account_language,tweet_language,tweet_text,"
    "tweet_time,tweet_client_name,in_reply_to_userid,in_reply_to_tweetid,quoted_tweet_tweetid,is_retweet,"
    "retweet_userid,retweet_tweetid,latitude,longitude,quote_count,reply_count,like_count,retweet_count,hashtags,urls,"
    "user_mentions,poll_choices\n"
    "877919995476496385,249064136,Name,handle,Caracas,bio,,41,67,2011-02-08,es,es,hola,2017-06-22 16:03,Twitter Web "
    "Client,,,,false,,,absent,absent,0,0,0,0,[],[],[],",
    how_to_export="The releases of Twitter's information-operations archive (tweets_csv_hashed or unhashed), as first"
    " published or as circulated since; times are UTC, to the minute.",
    recognise=recognise,
    read=read,
)
