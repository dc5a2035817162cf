"""The eight columns of the coordination-network-toolkit."""

from collections.abc import Iterator
from typing import Final

from loaders import found, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_COLUMNS: Final = ("message_id", "user_id", "timestamp")
_TELLING: Final = {"username", "repost_id", "reply_id", "message", "urls"}


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    return 95 if columns >= set(_COLUMNS) and len(columns & _TELLING) >= 2 else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    platform = rows.known_platform(options, LOADER.platform)
    return rows.read(source, options, LOADER.title, LOADER.timezone, _COLUMNS, lambda batch: _convert(batch, platform))


def _convert(batch: Rows, platform: str) -> Chunk:
    handle = batch.take("username")
    author = batch.require(rows.names_for_ids(batch, batch.ids("user_id"), handle), "user_id")
    text = batch.take("message")
    created, precision = batch.times("timestamp")
    original = batch.ids("repost_id")
    posts = {
        "platform": batch.fill(platform),
        "post_id": batch.require(batch.ids("message_id"), "message_id"),
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "timestamp"),
        "time_precision": precision,
        "content_type": batch.fill("post"),
        "text": text,
        "repost_of_post_id": original,
        "is_repost": original.is_not_null() if batch.has("repost_id") else batch.fill(None).cast(bool),
        "in_reply_to_post_id": batch.ids("reply_id"),
        # The toolkit's own files part links by blanks, programs that write its format use Python lists.
        "urls": batch.lists("urls", blanks=True) if batch.has("urls") else found.urls(text),
        "hashtags": found.hashtags(text),
        "mentions": found.named(found.mentions(text)),
        "extra": batch.rest(),
    }
    accounts = batch.profiles({"platform": posts["platform"], "account_id": author, "handle": handle})
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts})


LOADER: Final = Loader(
    name="toolkit",
    title="a coordination-network-toolkit table",
    platform="x",
    timezone="UTC",
    sample="message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n"
    "901,17,somebody,,,hello https://example.org/a,1623881091.0,['https://example.org/a']",
    how_to_export="The CSV one gives to `compute_networks FILE preprocess`: message_id, user_id, username, repost_id,"
    " reply_id, message, timestamp, urls. The platform is x unless another is named.",
    recognise=recognise,
    read=read,
)
