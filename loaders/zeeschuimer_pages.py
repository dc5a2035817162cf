"""What a browser looked at while Zeeschuimer listened, from the addresses of its pages: a search, an account, a post."""

import hashlib
import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import polars as pl

from loaders.rows import LINE, Rows

# Paths that look like the name of an account and are none.
_NO_ACCOUNTS: Final = frozenset({"home", "explore", "search", "i", "notifications", "messages", "foryou", "following", "reels",
    "direct", "stories", "p", "reel", "tv", "tag", "discover", "live", "video", "user", "note", "hashtag"})  # fmt: skip
# Path -> scope; what stands in the group is the query or the subject. In this order.
_PATHS: Final = tuple(
    (re.compile(pattern), scope)
    for pattern, scope in (
        (r"^/(?:explore/)?tags?/([^/]+)/?$", "keyword"),
        (r"^/hashtag/([^/]+)/?$", "keyword"),
        (r"^/search/([^/]+)/?$", "keyword"),  # Douyin
        (r"^/[^/]+/(?:status|video|post|photo)/([\w-]+)", "replies"),
        (r"^/(?:p|reel|tv|video|note)/([\w-]+)", "replies"),
        (r"^/user/(?:profile/)?([^/]+)/?$", "timeline"),
        (r"^/@?([\w.]+)/?(?:with_replies|media|replies|tagged|reels|highlights)?/?$", "timeline"),
    )
)
_QUERIES: Final = ("q", "keyword", "search_query")


def collected(batch: Rows, platform: pl.Series, address: pl.Series) -> pl.DataFrame:
    """One row of `collections` for each search, account or post looked at. How far somebody scrolled is never known."""
    seen = pl.DataFrame({"platform": platform, "address": address, LINE: batch.lines}).drop_nulls()
    seen = seen.unique(["platform", "address"], keep="first", maintain_order=True)
    rows = [(*found, line) for name, where, line in seen.iter_rows() if (found := _collection(name, where))]
    names = ("collection_id", "platform", "scope", "subject", "query")
    schema = {**dict.fromkeys(names, pl.String()), LINE: pl.Int64()}
    table = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.lit("unknown").alias("complete"))
    return table.unique("collection_id", keep="first", maintain_order=True)


def _collection(platform: str, address: str) -> tuple[str, str, str, str | None, str | None] | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    said = parse_qs(parts.query)
    query = next((said[name][0] for name in _QUERIES if name in said), None)
    scope, subject = ("keyword", None) if query else ("", None)
    for pattern, kind in _PATHS if not query else ():
        if match := pattern.match(parts.path):
            value = unquote(match[1])
            if kind == "timeline" and value.lower() in _NO_ACCOUNTS:
                return None
            scope, query, subject = kind, value if kind == "keyword" else None, None if kind == "keyword" else value
            break
    if not scope:
        return None
    told = "\x1f".join((platform, scope, subject or "", query or ""))
    return f"{platform}:{hashlib.blake2b(told.encode(), digest_size=8).hexdigest()}", platform, scope, subject, query
