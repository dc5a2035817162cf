"""Families of texts that several accounts posted: near-duplicates, split where a day passes without one.

A family is a *burst* of one component of near-duplicate texts. What counts is accounts, not posts: repeats inside one
post or by one account are not spread. Posts whose repost target is known are left to the co-action layers; a repost of
unknown target can only be told by its text, so it is here, marked `is_repost`.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import numpy as np
import polars as pl

from detectors.base import Progress, no_progress
from detectors.texts import headlines, neardup, phrases
from detectors.texts.core import NEAR, REWRITTEN
from detectors.texts.text import normal_frame, tokens_frame
from records.store import Records, query

_LONGEST: Final = 20_000
"""Characters of a text that are compared: whole articles fit, a cell of megabytes does not fill the memory."""

WINDOWS: Final = (10, 60, 300, 3600, 86400)
PRECISIONS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
"""Seconds within which a clock of this precision cannot tell what came first."""

_POSTS: Final = f"""
SELECT platform || ':' || post_id AS post, platform || ':' || author_id AS account, platform, post_id, author_id,
       coalesce(author_kind, 'account') AS author_kind, created_at, coalesce(time_precision, 'second') AS precision,
       coalesce(is_repost, false) AS is_repost,
       left(CASE WHEN trim(coalesce(text, '')) = '' THEN title ELSE text END, {_LONGEST}) AS text,
       CASE WHEN trim(coalesce(text, '')) <> '' THEN left(title, {_LONGEST}) END AS headline, urls, url, content_type,
       coalesce(client, '') AS client, credited_to, nullif(nullif(lower(language), ''), 'und') AS language,
       handles.handle
FROM posts LEFT JOIN (SELECT platform AS at, account_id, handle FROM accounts) handles
  ON handles.at = platform AND account_id = author_id
WHERE repost_of_post_id IS NULL AND trim(coalesce(text, title, '')) <> ''
ORDER BY platform, post_id
"""

# Scripts that tell languages apart; a text in several counts as the last of them.
_SCRIPTS: Final = ("Greek", "Cyrillic", "Arabic", "Hebrew", "Devanagari", "Thai", "Han", "Hangul", "Hiragana")

# What is on the screen apart from addresses and mentions: a copier's program leaves case, marks and emoji as they are.
_SURFACE: Final = r"(?i)https?:\S*|www\.\S+|pic\.twitter\.com/\S+|@[\p{L}\p{N}_\-]+|\s+"


@dataclass(slots=True)
class Families:
    """Every text family of a case, and the texts they were looked for in."""

    posts: pl.DataFrame
    """Posts of families, a post in one family of each tier at most: `family`, `tier`, `post`, `account`, `platform`,
    `post_id`, `author_id`, `author_kind`, `created_at`, `precision`, `is_repost`, `similarity` (Jaccard with the
    family's first post), `set`, `component` (one number for all waves of the same text), `text`, `surface`, `client`,
    `manual`, `credited_to`, `tongue`, `address` (what it links to). Sorted by family, time, post."""
    families: pl.DataFrame
    """One row a family: `family`, `tier`, `set` (the most used token set), `accounts`, `posts`, `own_accounts` (accounts that
    posted it as their own), `ever` (accounts that ever posted such a text), `first`, `last` (times)."""
    sets: pl.DataFrame
    """The distinct token sets: `set`, `token`."""
    uses: pl.DataFrame
    """Each account's use of each token set, once, at its first time: `account`, `set`, `created_at`."""
    shares: pl.DataFrame
    """What part of an independent word each token stands for: `token`, `share`."""
    kin: pl.DataFrame
    """What holds enough of a story to be told of it, whatever story of rewritten copies it is filed under: `component` (the
    story), `account`, `text`."""
    written: pl.DataFrame
    """What each account wrote as its own, each text once: `account`, `text`."""
    pace: pl.DataFrame
    """When everybody posted: `post`, `account`, `created_at`, `tongue` (the language as given, else the script)."""
    notes: dict[str, int] = field(default_factory=dict)


def find(
    records: Records, min_accounts: int = 3, gap_seconds: int = 86_400, progress: Progress = no_progress
) -> Families:
    """The text families of `records`: at least `min_accounts` accounts in some 24 hours, no gap above `gap_seconds`.

    Reads the table posts only. The order of rows changes nothing.
    """
    progress("reading texts", 0.0)
    posts = query(records, _POSTS)
    accounts = posts["account"].n_unique()
    texts = pl.DataFrame({"text": posts["text"].unique().sort()})
    progress("normalising texts", 0.05)
    texts = texts.with_columns(normal_frame(texts["text"]))
    normal = texts["normal"].unique().sort()
    tokens = tokens_frame(normal)
    sets, of, names = neardup.collapse(tokens, len(normal))
    spelled = pl.DataFrame({"normal": normal, "set": of})
    texts = texts.join(spelled, on="normal").select("text", "manual", "set")
    posts = posts.join(texts, on="text", maintain_order="left")
    notes = {"posts_read": posts.height, "accounts_read": accounts, "distinct_texts": texts.height}
    empty = posts["set"].null_count()
    posts = posts.filter(pl.col("set").is_not_null())
    posts = posts.with_columns(_tongue())
    everything = posts.select("post", "account", "text", "created_at", "tongue", pl.col("is_repost") | pl.col("manual"))
    posts = posts.hstack(headlines.link_shares(posts))
    notes |= {"posts_without_words": empty, "link_shares_left_out": int(posts["shares"].sum())}
    posts = posts.filter(~pl.col("shares")).drop("headline", "url", "content_type", "handle", "shares")
    progress("comparing texts", 0.3)
    component = neardup.connected(sets, progress=lambda share: progress("comparing texts", 0.3 + 0.2 * share))
    notes |= {"token_sets": len(component)}
    progress("finding families", 0.5)
    posts = posts.with_columns(
        pl.Series("component", component[posts["set"].to_numpy()]), pl.col("is_repost") | pl.col("manual")
    )
    near = _bursts(posts, min_accounts, gap_seconds).with_columns(pl.lit(NEAR).alias("tier"))
    ever = posts.group_by("component").agg(pl.col("account").n_unique().cast(pl.Int64).alias("ever"))
    progress("finding rewritten copies", 0.52)
    joined, holding = _rewritten(posts, spelled, min_accounts)
    rewritten = _bursts(joined, min_accounts, gap_seconds).with_columns(pl.lit(REWRITTEN).alias("tier"))
    rewritten = rewritten.join(near.select("family"), on="family", how="anti")
    ever = pl.concat(
        [ever, joined.group_by("component").agg(pl.col("account").n_unique().cast(pl.Int64).alias("ever"))]
    )
    members = _similarity(pl.concat([near, rewritten]).sort("family", "created_at", "post"), sets)
    families = members.group_by("family").agg(
        pl.col("tier").first(),
        pl.col("component").first(),
        pl.col("set").mode().min(),
        pl.col("account").n_unique().cast(pl.Int64).alias("accounts"),
        pl.len().cast(pl.Int64).alias("posts"),
        pl.col("account").filter(~pl.col("is_repost")).n_unique().cast(pl.Int64).alias("own_accounts"),
        pl.col("created_at").min().alias("first"),
        pl.col("created_at").max().alias("last"),
    )
    kin = rewritten.select("account", "text", "set").unique().join(holding, on="set").drop("set")
    shares = tokens.group_by("token").agg(pl.col("share").first()).rename({"token": "name"})
    own = everything.filter(~pl.col("is_repost"))
    return Families(
        posts=members,
        families=families.join(ever, on="component").drop("component").sort("family"),
        kin=kin.select("component", "account", "text").unique().sort("component", "account", "text"),
        written=own.select("account", "text").unique().sort("account", "text"),
        pace=everything.select("post", "account", "created_at", "tongue"),
        sets=sets,
        uses=posts.group_by("account", "set").agg(pl.col("created_at").min()).sort("account", "set"),
        shares=names.join(shares, on="name").select("token", "share").sort("token"),
        notes=notes,
    )


def _rewritten(posts: pl.DataFrame, spelled: pl.DataFrame, min_accounts: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Posts of stories told in several near-duplicate texts, with the story (a number below zero) as `component`; and
    every story that each text holds enough of: `component`, `set`.

    A near-duplicate text belongs to the story most of its spellings belong to.
    """
    posts = posts.filter(~pl.col("is_repost"))
    uses = posts.group_by("account", pl.col("set").alias("key")).agg(pl.col("created_at").min())
    texts = spelled.drop_nulls("set").group_by("set").agg(pl.col("normal").min()).rename({"set": "key"})
    told = phrases.stories(texts.join(uses.select("key").unique(), on="key", how="semi"), uses, min_accounts)
    told = told.select("story", "best", set="key", told=-1 - pl.col("story"))
    of = posts.select("set", "component").unique().join(told.filter("best"), on="set")
    most = of.group_by("component", "story").len().sort(["component", "len", "story"], descending=[False, True, False])
    most = most.unique("component", keep="first", maintain_order=True).filter(pl.len().over("story") > 1)
    stories = most.select("component", (-1 - pl.col("story")).alias("told"))
    joined = posts.join(stories, on="component").drop("component").rename({"told": "component"}).select(posts.columns)
    return joined, told.select("set", component="told")


def _tongue() -> pl.Expr:
    """The language as the platform says, else the script most of a text's languages would share."""
    found = pl.lit("latin")
    for script in _SCRIPTS:
        found = pl.when(pl.col("text").str.contains(rf"\p{{{script}}}")).then(pl.lit(script.lower())).otherwise(found)
    return pl.coalesce("language", found).alias("tongue")


def _bursts(posts: pl.DataFrame, min_accounts: int, gap_seconds: int) -> pl.DataFrame:
    """Posts of components with enough accounts, split at gaps, bursts with enough accounts in a day kept and named."""
    wide = posts.filter(pl.col("account").n_unique().over("component") >= min_accounts)
    wide = wide.sort("component", "created_at", "post")
    apart = pl.col("created_at").diff().dt.total_seconds() > gap_seconds
    starts = (apart | (pl.col("component") != pl.col("component").shift())).fill_null(True)
    wide = wide.with_columns(starts.cum_sum().alias("burst"))
    busy = most_accounts(wide.rename({"burst": "family"}), 86_400).filter(pl.col("accounts") >= min_accounts)
    wide = wide.join(busy.select(pl.col("family").alias("burst")), on="burst", how="semi")
    # Named by what it holds, so that a run over the same posts gives the same names in any order of rows.
    named = wide.group_by("burst").agg(pl.col("post").sort().str.join(" ").alias("posts"))
    named = named.select("burst", name(named["posts"]).alias("family"))
    surface = pl.col("text").str.replace_all(_SURFACE, " ").str.replace_all(r" +", " ").str.strip_chars(" ")
    return (
        wide.join(named, on="burst")
        .drop("burst")
        .with_columns(surface.alias("surface"))
        .sort("family", "created_at", "post")
    )


def name(contents: pl.Series) -> pl.Series:
    """A short stable name for each string, the same on every machine."""
    return pl.Series(
        [f"t{sha256(content.encode()).hexdigest()[:15]}" for content in contents.to_list()], dtype=pl.String
    )


def _similarity(posts: pl.DataFrame, sets: pl.DataFrame) -> pl.DataFrame:
    """Jaccard of each post's tokens with those of its family's first post."""
    first = posts["set"].gather(posts.with_row_index("row").select(pl.col("row").first().over("family"))["row"])
    a, b = posts["set"].to_numpy().astype(np.int64), first.to_numpy().astype(np.int64)
    return posts.with_columns(pl.Series("similarity", neardup.jaccard(sets, a, b), dtype=pl.Float64))


def most_accounts(posts: pl.DataFrame, window_seconds: int) -> pl.DataFrame:
    """The most accounts that posted in one closed window of each family: `family`, `accounts` (Int64).

    Needs `family`, `account`, `created_at`. Exact, by sweeping the beginnings of windows that hold an account: no
    pairs of posts are made, so that a text of a hundred thousand posts costs a sort.
    """
    window = window_seconds * 1_000_000
    times = posts.select("family", "account", pl.col("created_at").dt.epoch("us").alias("at")).sort(
        "family", "account", "at"
    )
    same = (pl.col("family") == pl.col("family").shift()) & (pl.col("account") == pl.col("account").shift())
    begins = ~same.fill_null(False) | (pl.col("at") - pl.col("at").shift() > window).fill_null(True)
    times = times.with_columns(begins.alias("begins"), begins.shift(-1, fill_value=True).alias("ends"))
    # A window beginning at s holds a post at t when t - window <= s <= t: opens count before closes at the same s.
    opens = times.filter("begins").select("family", (pl.col("at") - window).alias("at"), pl.lit(1).alias("step"))
    closes = times.filter("ends").select("family", "at", pl.lit(-1).alias("step"))
    swept = pl.concat([opens, closes]).sort("family", "at", "step", descending=[False, False, True])
    return (
        swept.with_columns(pl.col("step").cum_sum().over("family").alias("accounts"))
        .group_by("family")
        .agg(pl.col("accounts").max().cast(pl.Int64))
        .sort("family")
    )
