"""Tweets as `twarc2 csv` writes them, one a row with its author, or profiles."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import found, rows, x_entities
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_REQUIRED: Final = (
    "id",
    ("author_id", "author.id", "author.username", "username"),
    # Other tables have ids and authors by the same names, and call the text something else.
    ("text", "name", "public_metrics.followers_count", "public_metrics.like_count", "conversation_id"),
)
# Columns of which a file that was cut down with --output-columns still has two.
_TELLING: Final = {
    "conversation_id", "referenced_tweets.replied_to.id", "referenced_tweets.retweeted.id",
    "referenced_tweets.quoted.id", "public_metrics.like_count", "entities.hashtags", "author.username",
    "author.public_metrics.followers_count", "__twarc.retrieved_at",
}  # fmt: skip


# Profiles are written with the same command, and without an author beside them.
_USER: Final = {"id", "username", "public_metrics.followers_count"}


def recognise(sample: Sample) -> int:
    columns = set(sample.columns)
    if columns >= _USER and "text" not in columns and _is_csv(sample):
        return 95
    return 95 if {"id", "created_at"} <= columns and len(columns & _TELLING) >= 2 and _is_csv(sample) else 0


def _is_csv(sample: Sample) -> bool:
    return sample.head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in (b"{", b"[")


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _REQUIRED, _convert)


def _convert(batch: Rows) -> Chunk:
    return (
        _users(batch) if batch.has("username") and not batch.has("text", "author_id", "author.id") else _tweets(batch)
    )


def _users(batch: Rows) -> Chunk:
    account = batch.require(batch.ids("id"), "id")
    about, seen = _unescaped(batch.take("description")), batch.times("__twarc.retrieved_at")[0]
    values = x_entities.profile(batch, account, batch.take("username"), about, seen, prefix="")
    address = batch.take("__twarc.url")
    frames = {
        "collections": x_entities.collected(batch, address),
        "follows": x_entities.follows(batch, account, account.is_not_null(), address),
        "accounts": batch.build({**values, "extra": batch.rest("profile_image_url")}),
    }
    return batch.chunk("accounts", frames)


def _tweets(batch: Rows) -> Chunk:
    handle = batch.take("author.username")
    author = batch.ids("author_id", "author.id")
    batch.take("author.id")
    author = rows.names_for_ids(batch, author, handle)
    text = _unescaped(batch.take("text"))
    post = batch.require(batch.ids("id"), "id")
    seen = batch.times("__twarc.retrieved_at")[0]
    original = batch.ids("referenced_tweets.retweeted.id")
    is_repost = (
        original.is_not_null() if batch.has("referenced_tweets.retweeted.id") else batch.fill(None, pl.Boolean())
    )
    listed = {
        "urls": x_entities.links(batch.lists("entities.urls")) if batch.has("entities.urls") else found.urls(text),
        "hashtags": x_entities.hashtags(batch.lists("entities.hashtags"))
        if batch.has("entities.hashtags")
        else found.hashtags(text),
        "mentions": x_entities.mentions(batch.lists("entities.mentions"))
        if batch.has("entities.mentions")
        else found.named(found.mentions(text)),
    }
    posts = {
        **x_entities.tweet(batch, post, author, text, seen, is_repost),
        "in_reply_to_post_id": batch.ids("referenced_tweets.replied_to.id"),
        "in_reply_to_account_id": _account(batch, "in_reply_to_user_id", "in_reply_to_username"),
        "repost_of_post_id": original,
        "repost_of_account_id": _account(batch, "retweeted_user_id", "retweeted_username"),
        "quote_of_post_id": batch.ids("referenced_tweets.quoted.id"),
        **listed,
    }
    about = _unescaped(batch.take("author.description"))
    accounts = batch.profiles(x_entities.profile(batch, author, handle, about, seen))
    asked = x_entities.collected(batch, batch.take("__twarc.url"))
    posts["extra"] = x_entities.left_over(batch, is_repost)
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts, "collections": asked})


def _account(batch: Rows, column: str, name: str) -> pl.Series:
    ids = batch.ids(column)
    return ids.zip_with(ids.is_not_null(), "name:" + batch.take(name))


def _unescaped(text: pl.Series) -> pl.Series:
    r"""twarc writes a line break as the two characters \n."""
    return text.str.replace_all("\\n", "\n", literal=True)


LOADER: Final = Loader(
    name="twarc_csv",
    title="tweets or profiles as twarc2 csv writes them",
    platform="x",
    timezone="UTC",
    sample="id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,referenced_tweets.quoted.id,"
    "author_id,in_reply_to_user_id,created_at,text,lang,source,public_metrics.like_count,entities.hashtags,author.username,"
    "__twarc.retrieved_at\n"
    '1394735776701816833,1394735776701816833,,,,137989946,,2021-05-18T19:24:56.000Z,hello,en,Twitter Web App,0,"[{""start'
    '"": 0, ""end"": 6, ""tag"": ""vote""}]",somebody,2021-05-19T15:26:17+00:00',
    how_to_export="`twarc2 csv tweets.jsonl tweets.csv`, with all its columns or some (--output-columns; id and author_id"
    " must be among them; times that are left out are taken from the ids). What X counted for a repost belongs to its"
    " original and stays in `extra`. The query becomes a collection where __twarc.url is there. With --input-data-type users"
    " the rows are profiles, and follows where the file is a list of followers.",
    recognise=recognise,
    read=read,
)
