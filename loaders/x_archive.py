"""Twitter's information-operations archive: the 31 columns of its releases, in whatever order a copy has them."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import columns, csvfile, found, rows
from loaders.ahead import each
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from loaders.source import HEAD
from loaders.x_archive_mending import mended
from records.chunk import Chunk

_COLUMNS: Final = ("tweetid", "userid", "tweet_time")
_TWEET: Final = r"^\d{1,19}$"
# Accounts below 5,000 followers have a hash (43 characters of base64, or hexadecimal) in place of their number.
_USER: Final = r"^(\d{1,19}|[\w+/=-]{6,128})$"
_OTHERS: Final = (
    "in_reply_to_tweetid",
    "in_reply_to_userid",
    "quoted_tweet_tweetid",
    "retweet_tweetid",
    "retweet_userid",
)
"""Columns with ids of other posts and accounts."""
_TELLING: Final = {"tweet_text", "user_screen_name", "is_retweet", "tweet_client_name", "user_display_name"}


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    return 95 if columns >= set(_COLUMNS) and columns & _TELLING else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    names, batches = csvfile.read(source)
    rows.check(source, names, LOADER.title, _COLUMNS)
    with source.open() as stream:
        delimiter = csvfile.header_of(stream.read(HEAD))[1]

    def convert(batch: csvfile.Batch) -> Chunk:
        whole, count = mended(batch, names, delimiter)
        ready = Rows(whole, options, LOADER.timezone)
        ready.note("rows with broken quotation marks put right", count)
        return _convert(ready)

    yield from each(convert, batches)


def _convert(batch: Rows) -> Chunk:
    author = batch.require(batch.ids("userid"), "userid")
    post = batch.require(batch.ids("tweetid"), "tweetid")
    # Where cells have moved aside, words stand in the place of ids.
    batch.refuse(
        ~post.str.contains(_TWEET), "tweetid", "{value} is no id of a tweet; the cells of this row have moved.", post
    )
    batch.refuse(
        ~author.str.contains(_USER),
        "userid",
        "{value} is no id of an account; the cells of this row have moved.",
        author,
    )
    text = batch.take("tweet_text")
    created, precision = batch.times("tweet_time")
    # The archive gives minutes; copies that write seconds made them up.
    precision = precision.zip_with((created.dt.second() != 0).fill_null(True), batch.fill("minute"))
    platform = batch.fill("x")
    listed = {
        "urls": _list(batch, "urls") if batch.has("urls") else found.urls(text),
        "hashtags": _list(batch, "hashtags") if batch.has("hashtags") else found.hashtags(text),
        "mentions": _list(batch, "user_mentions") if batch.has("user_mentions") else found.named(found.mentions(text)),
    }
    aside = listed["hashtags"].list.eval(pl.element().str.contains("://", literal=True)).list.any()
    batch.refuse(aside, "hashtags", "Links stand in the place of hashtags; the cells of this row have moved.")
    original, reposted = _named(batch, "retweet_tweetid"), batch.booleans("is_retweet")
    posts = {
        "platform": platform,
        "post_id": post,
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
        "in_reply_to_post_id": _named(batch, "in_reply_to_tweetid"),
        "in_reply_to_account_id": _named(batch, "in_reply_to_userid"),
        "repost_of_post_id": original,
        "repost_of_account_id": _named(batch, "retweet_userid"),
        "is_repost": reposted.zip_with(reposted.is_not_null(), _true_where(original)),
        "quote_of_post_id": _named(batch, "quoted_tweet_tweetid"),
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
            "location": columns.known(batch.take("user_reported_location")),
            "language": batch.take("account_language"),
            "followers": batch.integers("follower_count"),
            "following": batch.integers("following_count"),
            "profile_url": batch.take("user_profile_url"),
        }
    )
    posts["extra"] = _left_over(batch)
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts})


def _left_over(batch: Rows) -> pl.Series:
    """What no column holds; ids of others stay there as they were found where one of them is rounded."""
    rounded = pl.DataFrame([columns.ids(batch.take(name))[1].alias(name) for name in _OTHERS])
    kept = batch.rest()
    where = rounded.select(pl.any_horizontal(pl.all())).to_series()
    return batch.rest(*_OTHERS).zip_with(where, kept) if where.any() else kept


def _named(batch: Rows, name: str) -> pl.Series:
    """Ids of others. One that a spreadsheet has rounded is unknown, which is no reason to lose the post; the `.0` that
    programs add to columns with gaps is taken off."""
    values, rounded = columns.ids(batch.take(name))
    batch.note("ids of other posts or accounts that a spreadsheet has rounded, left out", int(rounded.sum()))
    return values.str.replace(r"^(\d{1,15})\.0+$", "$1").zip_with(~rounded, batch.fill(None))


def _list(batch: Rows, name: str) -> pl.Series:
    """A list in whatever way Python printed it; arrays of numpy have blanks between their items."""
    column = batch.has(name) or name
    parted = pl.col(column).str.replace_all(r"(['\"])\s+(['\"])", "$1, $2")
    batch.frame = batch.frame.with_columns(pl.when(pl.col(column).str.starts_with("[")).then(parted).otherwise(
        pl.when(~pl.col(column).str.to_lowercase().is_in(columns.NOTHING)).then(pl.col(column))
    ).alias(column))  # fmt: skip
    return batch.lists(name)


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
    " published or as circulated since; times are UTC, to the minute. Rows whose quotation marks were broken in copying are"
    " put right where they can be read in one way only, the others and those whose cells have moved go to the quarantine.",
    recognise=recognise,
    read=read,
)
