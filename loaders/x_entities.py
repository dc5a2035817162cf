"""What X's API says of a tweet beside its text: hashtags, mentions, links, media, and the question it answered."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

import polars as pl

from loaders import snowflake
from loaders.rows import LINE, Rows

# Where a page was asked for -> scope, and the parameter that names what it is about.
_SCOPES: Final = (
    ("/search/", "keyword", "query"),
    ("/sample/", "sample", ""),
    ("/followers", "followers", ""),
    ("/quote_tweets", "replies", ""),
    ("/mentions", "keyword", ""),
    ("/tweets", "timeline", ""),
)
# Questions that are about one account or one conversation, however they were asked.
_FROM: Final = re.compile(r"from:(\w+)", re.IGNORECASE)
_CONVERSATION: Final = re.compile(r"conversation_id:(\d+)", re.IGNORECASE)
COUNTS: Final = ("public_metrics.like_count", "public_metrics.retweet_count", "public_metrics.reply_count",
                 "public_metrics.impression_count")  # fmt: skip


def _each(entities: pl.Series, chosen: pl.Expr) -> pl.Series:
    """Every entity, given as text or as the JSON of its object, as `chosen` has it; null ones left out."""
    return pl.select(pl.lit(entities).list.eval(chosen).list.drop_nulls().list.unique(maintain_order=True)).to_series()


def _of(key: str) -> pl.Expr:
    return pl.when(pl.element().str.starts_with("{")).then(pl.element()).str.json_path_match(f"$.{key}")


def hashtags(entities: pl.Series) -> pl.Series:
    """Hashtags without #, from `{"tag": "x"}`, `{"text": "x"}` or `#x`."""
    plain = pl.when(~pl.element().str.starts_with("{")).then(pl.element().str.strip_prefix("#"))
    return _each(entities, pl.coalesce(_of("tag"), _of("text"), plain))


def mentions(entities: pl.Series) -> pl.Series:
    """Account ids where they are given, else `name:` and the handle, from objects or `@handle`."""
    plain = pl.when(~pl.element().str.starts_with("{")).then("name:" + pl.element().str.strip_prefix("@"))
    named = "name:" + pl.coalesce(_of("username"), _of("screen_name"))
    return _each(entities, pl.coalesce(_of("id_str"), _of("id"), named, plain))


def links(entities: pl.Series) -> pl.Series:
    """Where links lead, as far as X has followed them; links to a tweet's own pictures are no links."""
    own = pl.element().str.contains('"media_key"', literal=True) | pl.element().str.contains(r"^pic\.(twitter|x)\.com/")
    plain = pl.when(~pl.element().str.starts_with("{")).then(pl.element())
    followed = pl.coalesce(_of("unwound_url"), _of("expanded_url"), _of("url"), plain)
    return _each(entities, pl.when(~own).then(followed))


def media(keys: pl.Series) -> pl.Series:
    """Media keys as shared objects: reposts and reuses of one upload carry one key."""
    return _each(keys, "media:" + pl.element())


def point(coordinates: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Latitude and longitude from GeoJSON's `[longitude, latitude]`."""
    parts = coordinates.str.extract_groups(r"^\[\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*\]$").struct
    return parts[1].cast(pl.Float64), parts[0].cast(pl.Float64)


def created(batch: Rows, post: pl.Series) -> tuple[pl.Series, pl.Series]:
    """When posts were made, and how precisely; from their ids where the export leaves it out."""
    given, precision = batch.times("created_at")
    missing = given.is_null() & batch.take("created_at").is_null()
    values = given.zip_with(~missing, snowflake.tweet(post))
    batch.note(snowflake.TAKEN, int((missing & values.is_not_null()).sum()))
    return batch.require(values, "created_at"), precision.zip_with(given.is_not_null(), batch.fill("second"))


def collected(batch: Rows, asked: pl.Series) -> pl.DataFrame:
    """One row of `collections` for each question that was put to the API, from the addresses of its pages."""
    frame = pl.DataFrame({"asked": asked, LINE: batch.lines}).drop_nulls("asked")
    # Pages of one question differ in their tokens only.
    bare = pl.col("asked").str.replace_all(r"(pagination_token|next_token|cursor)=[^&]*", "")
    rows = frame.with_columns(bare).unique("asked", keep="first", maintain_order=True)
    known = [found | {LINE: line} for address, line in rows.iter_rows() if (found := _collection(address))]
    schema = dict.fromkeys(("collection_id", "platform", "scope", "subject", "query", "complete"), pl.String())
    times = {"since": pl.Datetime("us", "UTC"), "until": pl.Datetime("us", "UTC")}
    table = pl.DataFrame(known, schema={**schema, **dict.fromkeys(times, pl.String()), LINE: pl.Int64()})
    return table.unique("collection_id", keep="first", maintain_order=True).with_columns(
        pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us").cast(kind)
        for name, kind in times.items()
    )


def _collection(address: str) -> dict[str, str | int | None] | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    scope, parameter = next(((scope, name) for path, scope, name in _SCOPES if path in parts.path + "/"), ("", ""))
    if not scope:
        return None
    query = said.get(parameter)
    subject = next((part for part in parts.path.split("/") if part.isdigit() and len(part) > 1), None)
    if query and (match := _FROM.fullmatch(query.strip())):
        scope, subject = "timeline", match[1]
    elif query and (match := _CONVERSATION.fullmatch(query.strip())):
        scope, subject = "replies", match[1]
    return _row(scope, query, subject, said)


def _row(scope: str, query: str | None, subject: str | None, said: Mapping[str, str]) -> dict[str, str | int | None]:
    told = [scope, query or "", subject or "", said.get("start_time", ""), said.get("end_time", "")]
    return {
        "collection_id": "x:" + hashlib.blake2b("\x1f".join(told).encode(), digest_size=8).hexdigest(),
        "platform": "x",
        "scope": scope,
        "subject": subject,
        "query": query,
        "complete": "unknown",
        "since": said.get("start_time"),
        "until": said.get("end_time"),
    }


def tweet(
    batch: Rows, post: pl.Series, author: pl.Series, text: pl.Series, seen: pl.Series, is_repost: pl.Series
) -> dict[str, pl.Series]:
    """Columns of `posts` that pages of X and twarc's tables of them spell alike; times from ids where they have none."""
    at, precision = created(batch, post)
    latitude, longitude = point(batch.take("geo.coordinates.coordinates"))
    return {
        "platform": batch.fill("x"),
        "post_id": post,
        "author_id": batch.require(author, "author_id"),
        "author_kind": batch.fill("account"),
        "created_at": at,
        "time_precision": precision,
        "content_type": batch.fill("post"),
        "text": text,
        "language": batch.take("lang"),
        "client": batch.take("source"),
        "location": batch.take("geo.full_name"),
        "latitude": latitude,
        "longitude": longitude,
        "is_repost": is_repost,
        "objects": media(batch.lists("attachments.media_keys")),
        **counts(batch, is_repost),
        "collected_at": seen,
    }


def profile(
    batch: Rows, account: pl.Series, handle: pl.Series, description: pl.Series, seen: pl.Series, prefix: str = "author."
) -> dict[str, pl.Series]:
    """Columns of `accounts` from those of the export that begin with `prefix`."""
    picture = batch.take(f"{prefix}profile_image_url")
    return {
        "platform": batch.fill("x"),
        "account_id": account,
        "handle": handle,
        "display_name": batch.take(f"{prefix}name"),
        "description": description,
        "created_at": batch.times(f"{prefix}created_at")[0],
        "location": batch.take(f"{prefix}location"),
        "followers": batch.integers(f"{prefix}public_metrics.followers_count"),
        "following": batch.integers(f"{prefix}public_metrics.following_count"),
        "posts_count": batch.integers(f"{prefix}public_metrics.tweet_count"),
        "verified": batch.booleans(f"{prefix}verified"),
        "default_avatar": picture.str.contains("default_profile", literal=True),
        "profile_url": batch.take(f"{prefix}url"),
        "observed_at": seen,
    }


def follows(batch: Rows, account: pl.Series, is_profile: pl.Series, address: pl.Series) -> pl.DataFrame:
    """Pages of followers and of followed accounts say in their address whose they are."""
    parts = address.str.extract_groups(r"/users/(\d+)/(followers|following)").struct
    subject, inward = parts[0], (parts[1] == "followers").fill_null(False)
    values = {
        "platform": batch.fill("x"),
        "follower_id": account.zip_with(inward, subject),
        "followed_id": subject.zip_with(inward, account),
    }
    return batch.build(values).filter(is_profile & subject.is_not_null() & account.is_not_null())


def counts(batch: Rows, is_repost: pl.Series) -> dict[str, pl.Series]:
    """What X counted for each post. What it says of a repost belongs to the original, so that a repost has none."""
    own = ~is_repost.fill_null(False)
    named = zip(("likes", "reposts", "replies", "views"), COUNTS, strict=True)
    return {
        name: pl.select(pl.when(own).then(batch.integers(column))).to_series() for name, column in named
    }  # fmt: skip


def left_over(batch: Rows, is_repost: pl.Series) -> pl.Series:
    """What is left over, with the counts that a repost has of its original."""
    kept, reposts = batch.rest("author.profile_image_url"), is_repost.arg_true()
    if not len(reposts):
        return kept
    return kept.scatter(reposts, batch.rest("author.profile_image_url", *COUNTS, of=reposts))
