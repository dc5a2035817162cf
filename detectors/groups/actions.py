"""Who used which object when: posts as actions (actor, object, layer, time, post), for co-action between accounts.

An object is what two accounts can share: a link, a hashtag, a post they both repost. Actions of authors on what is their
own (their outlet's site, their own post) are left out: a source is no amplifier of itself.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from records import words
from records.store import Records, query
from records.urls import canonical_frame

MICROSECONDS: Final = 1_000_000
# What a time of this precision may be off by: two posts of the same stated minute are up to a minute apart.
PRECISION_SECONDS: Final = {"second": 0, "minute": 60, "hour": 3_600, "day": 86_400}
FAST_SECONDS: Final = 10
"""A repost this soon after its original leaves no time to read it (DETECTION: <= 10 s)."""
FAST_PER_SOURCE: Final = 2
"""Fast reposts of one source an account needs before any of them counts: one may be luck with the feed."""
SEQUENCE_TAGS: Final = 5
"""Hashtags in the same order that make a sequence (DETECTION: >= 5)."""

_POSTS: Final = """
SELECT
    platform || ':' || author_id AS actor, platform, author_id, coalesce(author_kind, 'account') AS author_kind,
    platform || ':' || post_id AS uid, post_id, created_at, coalesce(time_precision, 'second') AS time_precision,
    platform || ':' || repost_of_post_id AS repost_of, platform || ':' || repost_of_account_id AS repost_author,
    platform || ':' || in_reply_to_post_id AS reply_to, platform || ':' || in_reply_to_account_id AS reply_author,
    urls, hashtags, mentions, media_hashes, objects, client
FROM posts
ORDER BY platform, post_id
"""

_OWN_SITES: Final = """
SELECT DISTINCT pages.platform || ':' || pages.page_id AS actor, lower(outlets.domain) AS domain
FROM pages INNER JOIN outlets ON outlets.outlet_id = pages.outlet_id
WHERE outlets.domain <> ''
UNION
SELECT DISTINCT posts.platform || ':' || posts.author_id AS actor, lower(outlets.domain) AS domain
FROM posts INNER JOIN outlets ON outlets.outlet_id = posts.author_id
WHERE posts.author_kind = 'outlet' AND outlets.domain <> ''
"""


@dataclass(slots=True)
class Actions:
    """Every action of a case."""

    posts: pl.DataFrame
    """post (number), actor, platform, author_id, author_kind, post_id, created_at, client, p; in the order of post ids."""
    actions: pl.DataFrame
    """layer, object, actor, post, t (microseconds), p (microseconds the time may be off), each once."""
    objects: pl.DataFrame
    """layer, object, o (number), accounts, posts, author (uid of the object's author, or null); every object."""
    actors: int
    notes: dict[str, Any] = field(default_factory=dict)


_FOLDED: Final = pl.element().str.strip_chars("# ＃").str.to_lowercase()
"""A hashtag as platforms compare it: without #, whatever the case."""


def actions(records: Records, *, domains: bool) -> Actions:
    """The actions in `records`; `domains` adds the layer of that name. Same rows in any order: same numbers."""
    read = _posts(records)
    fresh = read.filter(pl.col("repost_of").is_null())  # a repost's links and tags are its original's, by construction
    tags = pl.col("hashtags").list.eval(_FOLDED)
    reposts = _towards(read, "repost", "repost_of", "repost_author")
    found = pl.concat(
        [
            _spelled(_listed(fresh, "link", pl.col("urls"))),
            _listed(fresh, "hashtag", tags),
            _listed(fresh.filter(pl.col("hashtags").list.len() >= SEQUENCE_TAGS), "hashtag_sequence", _sequence(tags)),
            _mentions(_listed(fresh, "mention", pl.col("mentions"))),
            _listed(fresh, "media", pl.col("media_hashes").list.eval(pl.element().str.to_lowercase())),
            _named(_listed(fresh, "object", pl.col("objects"))),
            reposts,
            _fast(reposts, read),
            _towards(read, "reply", "reply_to", "reply_author"),
        ]
    ).filter(pl.col("object") != "")
    found, notes = _without_own(found, records, domains)
    objects = (
        found.group_by("layer", "object")
        .agg(
            pl.col("actor").n_unique().cast(pl.Int64).alias("accounts"),
            pl.col("post").n_unique().cast(pl.Int64).alias("posts"),
            pl.col("author").min(),
        )
        .sort("layer", "object")
        .with_row_index("o")
    )
    return Actions(
        posts=read.select(
            "post", "actor", "platform", "author_id", "author_kind", "post_id", "created_at", "client", "p"
        ),
        actions=found.select("layer", "object", "actor", "post", "t", "p").unique().sort("layer", "object", "post"),
        objects=objects,
        actors=read["actor"].n_unique(),
        notes={"posts_read": read.height, "actions": found.height, **notes},
    )


def _posts(records: Records) -> pl.DataFrame:
    return (
        query(records, _POSTS)
        .with_row_index("post")
        .with_columns(
            pl.col("created_at").dt.epoch("us").alias("t"),
            pl.col("time_precision").replace_strict(PRECISION_SECONDS, default=0, return_dtype=pl.Int64).alias("p")
            * MICROSECONDS,
        )
    )


def _listed(posts: pl.DataFrame, layer: str, column: pl.Expr) -> pl.DataFrame:
    """One action for each item of a list column."""
    return (
        posts.select("actor", "platform", "post", "t", "p", column.alias("object"))
        .filter(pl.col("object").list.len() > 0)
        .explode("object")
        .drop_nulls("object")
        .select(pl.lit(layer).alias("layer"), "object", *_COMMON, pl.lit(None, dtype=pl.String()).alias("author"))
    )


_COMMON: Final = ("actor", "post", "t", "p")


def _sequence(tags: pl.Expr) -> pl.Expr:
    """All hashtags of a post in their order, as one object."""
    return pl.concat_list(tags.list.join(" "))


def _spelled(links: pl.DataFrame) -> pl.DataFrame:
    names = canonical_frame(links["object"], domains=False)
    return links.with_columns(
        pl.col("object").replace_strict(names["url"], names["canonical"], default="", return_dtype=pl.String())
    )


def _mentions(found: pl.DataFrame) -> pl.DataFrame:
    """Mentioned accounts as uids, so that @a of two platforms are two; the mentioned account is the author."""
    uid = pl.concat_str(
        pl.col("actor").str.extract(r"^(other:[^:]*|[^:]*):"), pl.lit(":"), pl.col("object").str.strip_chars("@ ")
    )
    return found.with_columns(uid.alias("object"), uid.alias("author"))


def _named(found: pl.DataFrame) -> pl.DataFrame:
    """`layer:value` as the loader named it; anything that names no layer is of the layer `object`."""
    head = pl.col("object").str.extract(r"^([a-z_]+):.", 1)
    known = head.is_in(list(words.LAYERS))
    value = pl.col("object").str.replace(r"^[a-z_]+:", "")
    split = found.with_columns(
        pl.when(known).then(head).otherwise(pl.lit("object")).alias("layer"),
        pl.when(known).then(value).otherwise(pl.col("object")).alias("object"),
    )
    links = split.filter(pl.col("layer") == "link")
    return pl.concat([split.filter(pl.col("layer") != "link"), _spelled(links)])


def _towards(posts: pl.DataFrame, layer: str, target: str, author: str) -> pl.DataFrame:
    """Reposts of, or replies to, the same post; its author is the source."""
    authors = posts.select(pl.col("uid").alias(target), pl.col("actor").alias("by"))
    return (
        posts.drop_nulls(target)
        .join(authors, on=target, how="left", maintain_order="left")
        .select(
            pl.lit(layer).alias("layer"),
            pl.col(target).alias("object"),
            *_COMMON,
            pl.coalesce(author, "by").alias("author"),
        )
    )


def _fast(reposts: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Reposts within seconds of their original, of accounts that do it again with the same source."""
    originals = posts.select(pl.col("uid").alias("object"), pl.col("t").alias("posted"), pl.col("p").alias("posted_p"))
    lag = pl.col("t") - pl.col("posted")
    return (
        reposts.join(originals, on="object")
        .filter((pl.col("p") == 0) & (pl.col("posted_p") == 0) & lag.is_between(0, FAST_SECONDS * MICROSECONDS))
        .filter(pl.col("object").n_unique().over("actor", "author") >= FAST_PER_SOURCE)
        .with_columns(pl.lit("fast_repost").alias("layer"))
        .select(reposts.columns)
    )


def _without_own(found: pl.DataFrame, records: Records, domains: bool) -> tuple[pl.DataFrame, dict[str, int]]:
    """Leave out actions on what is the actor's own; add the layer `domain` if asked for."""
    owners = query(records, _OWN_SITES)
    own = pl.col("author").eq_missing(pl.col("actor"))
    notes = {"actions_on_own_objects": int(found.select(own.sum()).item())}
    found = found.filter(~own)
    if not domains and owners.is_empty():
        return found, notes
    sites = canonical_frame(found.filter(pl.col("layer") == "link")["object"]).select(
        pl.lit("link").alias("layer"), pl.col("url").alias("object"), "domain"
    )
    marked = (
        found.join(sites, on=["layer", "object"], how="left")
        .join(owners.with_columns(pl.lit(True).alias("own")), on=["actor", "domain"], how="left")
        .filter(pl.col("own").is_null())
    )
    notes["links_to_own_site"] = found.height - marked.height
    links = marked.filter(pl.col("domain").is_not_null() & (pl.col("domain") != ""))
    site = links.with_columns(pl.lit("domain").alias("layer"), pl.col("domain").alias("object")).select(found.columns)
    return (pl.concat([marked.select(found.columns), site]) if domains else marked.select(found.columns)), notes
