"""Posts that say no more than the headline of what they link to: sharing a link writes them, not a copier."""

from typing import Final

import polars as pl

from detectors.texts.text import ADDRESS, normal_frame
from records.urls import canonical_frame

# An outlet's own account links to its own site in nearly every post, and there are few of them: twenty accounts that
# do nothing but link to one site are its public, or something worse, and their words are not its headlines.
_LINKS: Final = 5
_OWN_SITE: Final = 0.8
_FEEDS: Final = 2
_HEADLINES: Final = 3  # a page has one, and one more each time an editor changes it
_NAME: Final = 5  # letters of a site that a handle must repeat to be the site's: fewer are many people's
_SHORT: Final = (
    "t.co|bit.ly|t.cn|url.cn|tinyurl.com|ow.ly|buff.ly|dlvr.it|goo.gl|is.gd|trib.al|lnkd.in|fb.me|ift.tt|shar.es|j.mp"
)
SHORTENED: Final = "shortened"
"""Stands for every address of a service that shortens them: they may all lead to one page."""


def link_shares(posts: pl.DataFrame) -> pl.DataFrame:
    """A row a row of `posts`: `shares` (it says the headline of its link), `address` (what it links to, null if none).

    Needs `account`, `handle`, `author_kind`, `content_type`, `text`, `headline` (a post's own title), `urls` and `url`
    (the post's own address). A headline is the title that any post gives for the same address, the title or text of the
    article found there, and what the outlet itself says with it: its page, or the one or two accounts that post
    nearly nothing else. Share buttons add a site's name, and platforms cut titles short: most of it is enough.
    """
    # An export without a column for links has them in its texts.
    urls = pl.when(pl.col("urls").list.len() > 0).then("urls").otherwise(pl.col("text").str.extract_all(ADDRESS))
    columns = ("account", "handle", "author_kind", "content_type", "text", "headline", "url")
    rows = posts.select(*columns, urls.alias("urls")).with_row_index("row")
    shared = rows.explode("urls", empty_as_null=False, keep_nulls=False).drop("url").rename({"urls": "url"})
    articles = rows.filter((pl.col("content_type") == "article") & pl.col("url").is_not_null()).drop("urls")
    names = canonical_frame(pl.concat([shared["url"], articles["url"]]), domains=False)
    shared, articles = (frame.join(names, on="url").rename({"canonical": "address"}) for frame in (shared, articles))
    titles = pl.concat(
        [
            shared.filter(pl.col("headline").is_not_null()).select("address", words="headline"),
            articles.select("address", words=pl.coalesce("headline", "text")),
            _by_outlets(shared, rows).select("address", words="text"),
        ]
    )
    known = _normal(titles.filter(pl.col("address").is_in(shared["address"].unique().implode())), "words")
    known = known.select("address", "normal").unique().rename({"normal": "title"}).filter(pl.col("title") != "")
    said = _normal(
        shared.join(known.select("address").unique(), on="address", how="semi").select("row", "address", "text"), "text"
    )
    pairs = said.join(known, on="address")
    length, whole = pl.col("normal").str.len_chars(), pl.col("title").str.len_chars()
    same = (pl.col("normal").str.contains(pl.col("title"), literal=True) & (whole * 5 >= length * 4)) | (
        (pl.col("normal") != "") & pl.col("title").str.contains(pl.col("normal"), literal=True) & (length * 2 >= whole)
    )
    hits = pairs.filter(same).select(pl.col("row").unique(), pl.lit(True).alias("shares"))
    short = pl.col("address").str.contains(rf"(?i)^https?://(?:www\.)?(?:{_SHORT})/")
    leads = shared.group_by("row").agg(
        pl.when(short).then(pl.lit(SHORTENED)).otherwise("address").min().alias("address")
    )
    found = rows.select("row").join(hits, on="row", how="left").join(leads, on="row", how="left").sort("row")
    return found.select(pl.col("shares").fill_null(False), "address")


def _by_outlets(shared: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `shared` by those whose site it is."""
    site = pl.col("address").str.extract(r"(?i)^https?://(?:www\.)?([^/:?#]+)").str.to_lowercase()
    linked = shared.with_columns(site.alias("site"))
    habits = linked.group_by("account", "site").agg(pl.col("row").n_unique().alias("here"), pl.col("handle").first())
    habits = habits.join(rows.group_by("account").len("posts"), on="account")
    own = habits.filter((pl.col("here") >= _LINKS) & (pl.col("here") >= _OWN_SITE * pl.col("posts")))
    own = own.filter(pl.len().over("site") <= _FEEDS)
    name, label = (
        pl.col(column).str.to_lowercase().str.replace(r"\.[^.]*$", "").str.replace_all(r"[^\p{L}\p{N}]", "")
        for column in ("handle", "site")
    )
    named = habits.filter((name == label) & (label.str.len_chars() >= _NAME))
    own = pl.concat([own, named]).select("account", "site").unique()
    feeds = linked.join(own, on=["account", "site"], how="semi")
    # What stands under every post of a channel ("subscribe here") is a signature, and no post is its headline.
    feeds = feeds.filter(pl.col("text").n_unique().over("account", "address") <= _HEADLINES)
    pages = linked.filter((pl.col("author_kind") == "outlet") | (pl.col("content_type") == "article"))
    return pl.concat([feeds, pages]).drop("site")


def _normal(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    texts = pl.DataFrame({column: frame[column].drop_nulls().unique().sort()})
    return frame.join(texts.with_columns(normal_frame(texts[column])["normal"]), on=column)
