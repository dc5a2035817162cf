"""Submissions and comments of Reddit as its archives keep them: one object a line, mostly packed as .zst."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import polars as pl

from loaders import found, items, native, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.native import Item, listed
from loaders.rows import Rows
from records.chunk import Chunk

_TAKEN: Final = ("id", "name", "author", "author_fullname", "author_created_utc", "created_utc", "title", "selftext", "body",
                 "url", "is_self", "is_video", "permalink", "link_id", "parent_id", "crosspost_parent", "score",
                 "score_hidden", "num_comments", "view_count", "retrieved_on", "retrieved_utc")  # fmt: skip
_META: Final = "_meta.retrieved_2nd_on"
_PATHS: Final = {
    **{name: f"item.{name}" for name in (*_TAKEN, _META)},
    **{name: name for name in ("is_comment", "repost_of_account_id", "extra")},
}
# Taken, and kept besides: a net of votes is more than a number of likes, and a comment belongs to a thread.
_ASIDE: Final = frozenset({"score", "link_id"})
# Understood, and of no table: where it was posted, what was changed or taken down, and when the archive looked.
_KEPT: Final = frozenset({"subreddit", "subreddit_id", "edited", "removed_by_category", "removed_by", "removal_reason", "_meta",
    "upvote_ratio", "over_18", "distinguished", "stickied", "locked", "domain", "link_flair_text", "author_flair_text"})  # fmt: skip
# How Reddit's pages draw a post: sizes, colours and pictures, by the kilobyte. The original of a crosspost is a post of its own.
_DRAWN: Final = frozenset({"all_awardings", "gildings", "gilded", "media", "media_embed", "secure_media", "secure_media_embed",
    "media_metadata", "gallery_data", "preview", "thumbnail", "thumbnail_height", "thumbnail_width", "body_html",
    "selftext_html", "link_flair_richtext", "author_flair_richtext", "link_flair_background_color",
    "author_flair_background_color", "link_flair_text_color", "author_flair_text_color", "link_flair_css_class",
    "author_flair_css_class", "link_flair_type", "author_flair_type", "link_flair_template_id", "author_flair_template_id",
    "crosspost_parent_list", "awarders", "treatment_tags", "user_reports", "mod_reports", "url_overridden_by_dest",
    "subreddit_name_prefixed", "subreddit_type"})  # fmt: skip
_DISCARDED: Final = (frozenset(_TAKEN) - _ASIDE) | _DRAWN
_TOLD: Final = (0,)  # and false; what is null or empty tells nothing
_KNOWN: Final = _KEPT | _ASIDE | {"body", "selftext"}
_GONE: Final = ("[deleted]", "[removed]", "[ Removed by Reddit ]", "[removed by reddit]", "[ Removed by reddit ]")
_NOBODY: Final = "posts whose author Reddit no longer names, each by an author of its own"
_EMPTIED: Final = "texts that were deleted or removed"
_NET: Final = "likes that are votes up less votes down, below 0 unknown; the score stands in extra"
_HOSTED: Final = r"^https?://(?:(?:i|v|preview)\.redd\.it/|(?:www\.)?reddit\.com/gallery/)"
_MENTION: Final = r"(?:^|[^\w/])/?u/[A-Za-z0-9_-]{3,20}"


def recognise(sample: Sample) -> int:
    for begin in ("", "data.item."):
        own = {begin + name for name in ("id", "author", "created_utc", "subreddit")}
        telling = {
            begin + name for name in ("link_id", "parent_id", "selftext", "is_self", "permalink", "num_comments")
        }
        if own <= sample.paths and telling & sample.paths:
            return 95
    return 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    unknown: set[str] = set()
    return items.read(
        native.on_one_line(source),
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=("id", ("author", "author_fullname"), "created_utc"),
        convert=partial(_convert, unknown=unknown),
        expand=partial(_take_apart, unknown=unknown),
    )


def _take_apart(item: Item, unknown: set[str]) -> list[Item]:
    """A submission or comment; or all of an answer of an archive's API, which has them in a list."""
    if "id" not in item and isinstance(inside := item.get("data"), list):
        return [_one(entry if isinstance(entry, dict) else {}, unknown) for entry in inside]
    return [_one(item, unknown)]


def _one(item: Item, unknown: set[str]) -> Item:
    left = {key: value for key, value in item.items() if key not in _DISCARDED and (value or value in _TOLD)}
    # Which of the words stands there tells who took a text down: its author, or a moderator.
    text = "body" if "body" in item else "selftext"
    if item.get(text) in _GONE:
        left[text] = item[text]
    unknown.update(left)
    original = next(iter(listed(item.get("crosspost_parent_list"))), {})
    return {
        "item": item,
        "is_comment": "body" in item or "link_id" in item,
        "repost_of_account_id": original.get("author_fullname") or _named(original.get("author")),
        "extra": left or None,
    }


def _named(author: Any) -> str | None:
    return f"name:{author}" if author and author not in _GONE else None


def _convert(batch: Rows, unknown: set[str]) -> Chunk:
    comment = batch.booleans("is_comment")
    post = _fullname(batch, comment)
    author, handle = _author(batch, post)
    created, precision = batch.times("created_utc")
    body, title = batch.take("body"), _text(batch, "title")
    text = _text(batch, "selftext").zip_with(body.is_null(), _text(batch, "body"))
    lost = text.is_in(_GONE).fill_null(False)
    batch.note(_EMPTIED, int(lost.sum()))
    text = text.zip_with(~lost, batch.fill(None))
    original = batch.ids("crosspost_parent")
    above = batch.ids("parent_id")
    # The oldest archives name parents by numbers that nothing else goes by; the thread is then all that is known.
    above = above.zip_with(above.str.contains("^t[13]_").fill_null(False), batch.ids("link_id"))
    link, media = _address(batch, post)
    platform = batch.fill("reddit")
    posts = {
        "platform": platform,
        "post_id": post,
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "created_utc"),
        "time_precision": precision,
        "content_type": _content(batch, comment, media),
        "text": text,
        "title": title,
        "in_reply_to_post_id": above,
        "repost_of_post_id": original,
        "repost_of_account_id": batch.ids("repost_of_account_id"),
        "is_repost": original.is_not_null(),
        "urls": _urls(link, text),
        "hashtags": found.hashtags(text),
        "mentions": _mentions(text),
        "objects": _listed("media:" + media.str.replace(r"^https?://(?:www\.)?", "").str.replace(r"[?#].*$", "")),
        "likes": _votes(batch),
        "replies": batch.integers("num_comments"),
        "views": batch.integers("view_count"),
        "url": _page(batch),
        "collected_at": _collected(batch),
    }
    # Neither a name nor the day an account was made ever changes on Reddit, so when they were seen says nothing.
    accounts = batch.profiles(
        {
            "platform": platform,
            "account_id": author,
            "handle": handle,
            "created_at": batch.times("author_created_utc")[0],
            "profile_url": "https://www.reddit.com/user/" + handle,
        }
    )
    posts["extra"] = batch.take("extra")
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts}, sorted(unknown - _KNOWN))


def _fullname(batch: Rows, comment: pl.Series) -> pl.Series:
    """`t3_` and the id of a submission, `t1_` and that of a comment: what parents, threads and crossposts are named by."""
    own, named = batch.require(batch.ids("id"), "id"), batch.ids("name")
    prefix = batch.fill("t1_").zip_with(comment.fill_null(False), batch.fill("t3_"))
    made = own.zip_with(own.str.contains("^t[13]_").fill_null(False), prefix + own)
    return named.zip_with(named.str.contains("^t[13]_").fill_null(False), made)


def _author(batch: Rows, post: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Ids and names. One "[deleted]" would be the busiest account of all: each post that lost its author has its own."""
    name, number = batch.take("author"), batch.ids("author_fullname")
    gone = name.is_in(_GONE).fill_null(False)
    handle = name.zip_with(~gone, batch.fill(None))
    nobody = gone & number.is_null()
    batch.note(_NOBODY, int(nobody.sum()))
    known = rows.names_for_ids(batch, number, handle)
    author = known.zip_with(~nobody, "name:[deleted]/" + post)
    batch.refuse(author.is_null() & ~nobody, "author", "There is no author.")
    return author, handle


def _text(batch: Rows, name: str) -> pl.Series:
    """Reddit writes &, < and > as HTML does, and nothing else."""
    raw = batch.take(name)
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        raw = raw.str.replace_all(written, meant, literal=True)
    return raw


def _address(batch: Rows, post: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Where a submission leads, if it is not to itself; and pictures and films that Reddit keeps, which are no links."""
    address, itself = _text(batch, "url"), batch.booleans("is_self").fill_null(False)
    hosted = address.str.contains(_HOSTED).fill_null(False)
    number = post.str.slice(3)
    itself = itself | address.str.extract(r"reddit\.com/(?:r|user)/[^/]+/comments/([^/]+)").eq_missing(number)
    leads = address.str.contains("^https?://").fill_null(False) & ~itself & ~hosted
    return address.zip_with(leads, batch.fill(None)), address.zip_with(hosted, batch.fill(None))


def _content(batch: Rows, comment: pl.Series, media: pl.Series) -> pl.Series:
    film = batch.booleans("is_video").fill_null(False) | media.str.contains("//v.redd.it/", literal=True).fill_null(
        False
    )
    kind = batch.fill("image").zip_with(media.is_not_null(), batch.fill("post"))
    kind = batch.fill("video").zip_with(film, kind)
    return batch.fill("comment").zip_with(comment.fill_null(False), kind)


def _urls(link: pl.Series, text: pl.Series) -> pl.Series:
    """The link of a submission and those in its text, where Markdown writes `[words](address)`."""
    inside = found.urls(text.str.replace_all("](", "] (", literal=True))
    both = pl.concat_list(pl.lit(_listed(link)).fill_null([]), pl.lit(inside).fill_null([]))
    every = pl.select(both.list.unique(maintain_order=True)).to_series()
    return pl.select(pl.when(every.list.len() > 0).then(every)).to_series()


def _mentions(text: pl.Series) -> pl.Series:
    """Names behind u/ and /u/."""
    every = text.str.extract_all(_MENTION)
    named = pl.element().str.replace(r"^.*?u/", "name:")
    return pl.select(
        pl.when(pl.lit(every).list.len() > 0).then(pl.lit(every).list.eval(named).list.unique(maintain_order=True))
    ).to_series()


def _listed(values: pl.Series) -> pl.Series:
    """Each value as a list of one; null stays null."""
    return pl.select(pl.when(values.is_not_null()).then(pl.concat_list(pl.lit(values)))).to_series()


def _votes(batch: Rows) -> pl.Series:
    """The score as likes. Below 0 it says nothing of how many liked the post, nor does one that Reddit still hides."""
    if (name := batch.has("score")) is None:
        return batch.integers("score")
    raw, hidden = batch.frame[name], batch.booleans("score_hidden").fill_null(False)
    told = ~(raw.str.starts_with("-").fill_null(False) | hidden)
    batch.frame = batch.frame.with_columns(raw.zip_with(told, batch.fill(None)).alias(name))
    votes = batch.integers("score")
    batch.note(_NET, int(votes.is_not_null().sum()))
    return votes


def _page(batch: Rows) -> pl.Series:
    path = batch.take("permalink")
    return ("https://www.reddit.com" + path).zip_with(path.str.starts_with("/").fill_null(False), path)


def _collected(batch: Rows) -> pl.Series:
    """When the archive looked at the post; its second look is the one that the counts are of."""
    looks = [batch.times(name)[0] for name in (_META, "retrieved_utc", "retrieved_on")]
    return pl.select(pl.coalesce(looks)).to_series()


LOADER: Final = Loader(
    name="reddit",
    title="submissions or comments of Reddit",
    platform="reddit",
    timezone="UTC",
    sample='{"id": "1b5xyz0", "author": "somebody", "author_fullname": "t2_abc123", "created_utc": 1709546400, "subreddit":'
    ' "news",\n "subreddit_id": "t5_2qh3l", "title": "A title", "selftext": "", "url": "https://example.org/a", "is_self": false,'
    ' "permalink": "/r/news/comments/1b5xyz0/a_title/", "score": 12, "num_comments": 3}',
    how_to_export="Monthly or per-subreddit archives of Pushshift and Arctic Shift (RS_*.zst, RC_*.zst or .jsonl), or the"
    " answers of Arctic Shift's API. Posts are named by their fullnames (t3_, t1_), as parents and crossposts name them;"
    " crossposts are reposts. A post whose author is [deleted] has an author of its own, whom nothing else can join, and a text"
    " that was removed is unknown. Likes are Reddit's score: votes up less votes down, unknown where below 0 or hidden. The"
    " subreddit is where people post, not something they share: it stays in `extra`. How pages draw a post is left out.",
    recognise=recognise,
    read=read,
    apart=True,
)
