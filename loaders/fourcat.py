"""Tables of 4CAT: one row a post, the same few columns for every data source and some of each one's own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from loaders import csvfile, found, fourcat_reddit, markup, rows
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.fourcat_platforms import LINKS, of_addresses, of_columns
from loaders.rows import Rows
from records.chunk import Chunk

_REQUIRED: Final = ("id", "thread_id", ("timestamp", "unix_timestamp", "created_at"))
_AUTHOR_IDS: Final = ("author_id", "author_user_id", "yt_channel_id", "account_id")
_HANDLES: Final = ("author_username", "author", "account_username")
_NAMES: Final = (
    "author_fullname",
    "author_full",
    "author_display_name",
    "author_name",
    "author_nickname",
    "account_display_name",
)
_LIKES: Final = (
    "like_count",
    "likes",
    "num_likes",
    "amount_likes",
    "digg_count",
    "favourites_count",
    "reaction_count",
    "score",
)
_REPOSTS: Final = (
    "retweet_count",
    "repost_count",
    "shares",
    "amount_shares",
    "share_count",
    "reposts",
    "reposts_count",
    "reblogs_count",
    "forwards",
)
_REPLIES: Final = (
    "reply_count",
    "comments",
    "num_comments",
    "amount_comments",
    "comment_count",
    "replies",
    "replies_count",
)
_VIEWS: Final = ("impression_count", "views", "plays", "amount_plays", "play_count", "view_count")
_FOLLOWERS: Final = ("author_followers", "account_followers", "account_followers_count")
_COUNTS: Final = (*_LIKES, *_REPOSTS, *_REPLIES, *_VIEWS, *_FOLLOWERS)
# What 4CAT writes for what it could not find; -1 is Instagram's for counts that are hidden.
_MISSING: Final = ("", "n/a", "unknown", "none", "-1")
_BOARDS: Final = ("other:4chan", "other:8kun")
# Their posts are HTML, as Mastodon's are.
_HTML: Final = ("other:gab", "other:truth_social")
_NOBODY: Final = "posts without a name, each by an author of its own"
_FILMS: Final = ("video", "videos", "stream", "reel", "clip")
_PICTURES: Final = ("photo", "picture", "image", "gallery", "mixed", "note")


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    common = {"id", "thread_id", "body"} <= columns and columns & {"timestamp", "unix_timestamp"}
    return 90 if common and columns & {*_HANDLES, *_AUTHOR_IDS} else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    platform = rows.known_platform(options, LOADER.platform)
    names, batches = csvfile.read(source)
    rows.check(source, names, LOADER.title, _REQUIRED)
    for batch in batches:
        converted = Rows(batch, options, LOADER.timezone)
        platform = platform or of_columns({name.lower() for name in names}) or _by_address(converted)
        if not platform:
            raise LoadError(
                f"{source.name} is a 4CAT table that does not say of which platform (by image_4chan, subreddit, or addresses"
                f" in {', '.join(LINKS)}); name it with --platform, for 4chan and 8kun as other:4chan and other:8kun."
            )
        if platform == "reddit":
            converted = Rows(
                replace(batch, frame=fourcat_reddit.mended(batch.frame)), options, LOADER.timezone, batch.frame
            )
            converted.note(fourcat_reddit.NOBODY, fourcat_reddit.nameless(batch.frame))
        yield _convert(converted, platform)


def _by_address(batch: Rows) -> str:
    addresses = [batch.frame[name] for link in LINKS if (name := batch.has(link))]
    return next((platform for column in addresses if (platform := of_addresses(column))), "")


def _convert(batch: Rows, platform: str) -> Chunk:
    _tidy(batch)
    author, handle, name, kind = _author(batch, platform)
    shown, post = batch.fill(platform), batch.require(batch.ids("id"), "id")
    chat, thread = batch.ids("chat", "search_entity"), batch.ids("thread_id")
    if platform == "telegram":  # numbers of messages begin anew in each chat
        post = (chat + "/" + post).zip_with(chat.is_not_null(), post)
    text, link = batch.take("body"), batch.take(*LINKS)
    linked = pl.Series("", [None], dtype=pl.List(pl.String)).new_from_index(0, batch.height)
    if platform in _HTML:
        text, linked = _shown(text)
    created, precision = _created(batch)
    urls = batch.lists("urls", "links") if batch.has("urls", "links") else found.urls(text)
    urls = linked.zip_with(linked.is_not_null(), urls)
    reposted = batch.take("retweeted_user", "author_forwarded_from_username")
    is_repost = _is_repost(batch, reposted)
    collected = batch.times("collected_at")[0]
    posts = {
        "platform": shown,
        "post_id": post,
        "author_id": author,
        "author_kind": kind,
        "created_at": created,
        "time_precision": precision,
        "content_type": _content(batch, platform),
        "text": text,
        "title": batch.take("subject", "title"),
        "language": _language(batch),
        "client": batch.take("source") if platform == "x" else batch.fill(None),
        "location": batch.take("place_name", "location_name", "location_created"),
        "in_reply_to_post_id": _answered(batch, platform, chat, thread),
        "in_reply_to_account_id": "name:" + batch.take("replied_user", "replied_author", "replied_to_user"),
        "repost_of_account_id": _reposted(batch, reposted),
        "quote_of_post_id": _of_bluesky(batch.take("quoted_post"))
        if platform == "bluesky"
        else batch.ids("quote_tweet_id"),
        "is_repost": is_repost,
        "urls": urls,
        "hashtags": _listed(batch, "hashtags", "tags") if batch.has("hashtags", "tags") else found.hashtags(text),
        "mentions": found.named(_mentions(batch, text)),
        "likes": batch.integers(*_LIKES),
        "reposts": batch.integers(*_REPOSTS),
        "replies": batch.integers(*_REPLIES),
        "views": batch.integers(*_VIEWS),
        "url": link,
        "collected_at": collected,
    }
    profile = {
        "platform": shown,
        "account_id": author.zip_with(kind == "account", batch.fill(None)),
        "handle": handle,
        "display_name": name,
        "created_at": batch.times("author_created_at")[0],
        "followers": batch.integers(*_FOLLOWERS),
        "profile_url": batch.take("author_profile_url", "author_profile", "account_url"),
        "observed_at": collected,
    }
    posts["extra"] = batch.rest("thread_id", "chat")
    frames = {"posts": batch.build(posts), "accounts": batch.profiles(profile)}
    if "page" in kind.unique():
        page = batch.build({"platform": shown, "page_id": author, "name": chat, "handle": chat, "kind": kind})
        page = page.filter(pl.col("kind") == "page").drop("kind")
        frames["pages"] = page.unique("page_id", keep="first", maintain_order=True)
    return batch.chunk("posts", frames)


def _shown(html: pl.Series) -> tuple[pl.Series, pl.Series]:
    """What a reader sees of posts that are HTML, and the addresses they link to."""
    pairs = [markup.read(text) if text is not None else (None, None) for text in html.to_list()]
    texts, links = zip(*pairs, strict=True) if pairs else ((), ())
    return pl.Series("", texts, dtype=pl.String), pl.Series("", links, dtype=pl.List(pl.String))


def _tidy(batch: Rows) -> None:
    """Null for 4CAT's words for what it does not know, in columns of counts, and lists by comma made ones by |."""
    names = [name for count in _COUNTS if (name := batch.has(count))]
    unknown = [
        pl.when(~pl.col(name).str.to_lowercase().is_in(_MISSING)).then(pl.col(name)).alias(name) for name in names
    ]
    listed = [name for column in ("urls", "links") if (name := batch.has(column))]
    # A comma may be part of an address; one that parts two stands before the next one's scheme.
    parted = [pl.col(name).str.replace_all(r",\s*(https?://)", "|$1").alias(name) for name in listed]
    batch.frame = batch.frame.with_columns(*unknown, *parted)


def _author(batch: Rows, platform: str) -> tuple[pl.Series, pl.Series, pl.Series, pl.Series]:
    """Id, handle, name and kind of who wrote a post. In Telegram `author` is a number, elsewhere a handle."""
    account, kind = batch.fill("account"), batch.fill("account")
    number = batch.ids(*_AUTHOR_IDS)
    if platform == "telegram":
        handle, number = batch.take("author_username"), batch.ids("author")
        number = number.zip_with(number.str.contains(r"^-?\d+$").fill_null(False), batch.fill(None))
        chat = batch.frame[name] if (name := batch.has("chat", "search_entity")) else batch.fill(None)
        # Posts of a channel have no author but the channel.
        nobody = number.is_null() & handle.is_null() & chat.is_not_null()
        handle, kind = chat.zip_with(nobody, handle), batch.fill("page").zip_with(nobody, account)
    else:
        handle = batch.take(*_HANDLES)
        handle = handle.zip_with(
            ~handle.str.to_lowercase().is_in(["unknown", "n/a"]).fill_null(False), batch.fill(None)
        )
    if platform in _BOARDS:
        number, handle = _anonymous(batch, handle)
    author = rows.names_for_ids(batch, number, handle)
    return batch.require(author, "author"), handle, batch.take(*_NAMES), kind


def _anonymous(batch: Rows, handle: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Ids and handles on boards where people write without a name: one "Anonymous" would be the busiest account of all, so
    each such post has an author of its own. A tripcode tells people of one name apart."""
    trip = batch.frame[name] if (name := batch.has("author_trip")) else batch.fill(None)
    post = batch.frame[name] if (name := batch.has("id")) else batch.fill(None)
    nobody = trip.is_null() & (handle.is_null() | (handle == "Anonymous"))
    batch.note(_NOBODY, int(nobody.sum()))
    own = (handle + trip.fill_null("")).zip_with(~nobody, batch.fill(None))
    return ("name:Anonymous/" + post).zip_with(nobody, batch.fill(None)), own


def _created(batch: Rows) -> tuple[pl.Series, pl.Series]:
    """The number where there is one: the written time is that of the server 4CAT ran on."""
    exact = batch.times("unix_timestamp") if batch.has("unix_timestamp") else None
    if exact is not None:
        batch.take("timestamp"), batch.take("created_at")
        return batch.require(exact[0], "unix_timestamp"), exact[1]
    name = "created_at" if batch.has("created_at") else "timestamp"
    batch.take("timestamp")
    created, precision = batch.times(name)
    return batch.require(created, name), precision


def _is_repost(batch: Rows, reposted: pl.Series) -> pl.Series:
    if batch.has("is_retweet"):
        return batch.booleans("is_retweet")
    forwarded = ("author_forwarded_from_name", "unix_timestamp_forwarded_from", "timestamp_forwarded_from")
    if not batch.has(*forwarded):
        return batch.fill(None).cast(pl.Boolean)
    marks = [reposted, *(batch.frame[name] for item in forwarded if (name := batch.has(item)))]
    return pl.select(pl.any_horizontal(pl.lit(mark).is_not_null() for mark in marks)).to_series()


def _reposted(batch: Rows, handle: pl.Series) -> pl.Series:
    number, name = batch.ids("author_forwarded_from_id"), batch.take("author_forwarded_from_name")
    stands_for = handle.zip_with(handle.is_not_null(), name)
    return number.zip_with(number.is_not_null(), "name:" + stands_for)


def _answered(batch: Rows, platform: str, chat: pl.Series, thread: pl.Series) -> pl.Series:
    """The post a post answers, where the table names it."""
    own = batch.frame[name] if (name := batch.has("id")) else batch.fill(None)
    if platform == "telegram":
        answered = batch.ids("reply_to")
        return (chat + "/" + answered).zip_with(chat.is_not_null(), answered)
    if platform == "bluesky":
        return _of_bluesky(batch.take("replied_to_post"))
    if batch.has("parent_id", "reply_to"):
        parent = batch.ids("parent_id", "reply_to")
        return parent.zip_with((parent != own).fill_null(False), batch.fill(None))
    if platform in _BOARDS:  # every post of a thread answers its first
        return thread.zip_with((thread != own).fill_null(False), batch.fill(None))
    return batch.fill(None)


def _of_bluesky(link: pl.Series) -> pl.Series:
    """The address of a post by its author's DID, as ids are; by a handle, which is none, nothing."""
    parts = link.str.extract_groups(r"/profile/(did:[^/]+)/post/([^/]+)$").struct
    return "at://" + parts[0] + "/app.bsky.feed.post/" + parts[1]


def _content(batch: Rows, platform: str) -> pl.Series:
    kind = batch.take("type", "post_type", "media_type").str.to_lowercase()
    film = kind.is_in(_FILMS).fill_null(platform in ("tiktok", "douyin", "youtube"))
    picture, comment = kind.is_in(_PICTURES).fill_null(False), (kind == "comment").fill_null(False)
    return pl.select(
        pl.when(pl.lit(comment)).then(pl.lit("comment")).when(pl.lit(film)).then(pl.lit("video"))
        .when(pl.lit(picture)).then(pl.lit("image")).otherwise(pl.lit("post"))
    ).to_series()  # fmt: skip


def _language(batch: Rows) -> pl.Series:
    """Twitter's guess or Bluesky's declared language; of several the first."""
    said = batch.take("language_guess", "languages", "language")
    known = ~said.str.to_lowercase().is_in(["n/a", "und", ""])
    return said.str.split(",").list.first().zip_with(known.fill_null(False), batch.fill(None))


def _listed(batch: Rows, *names: str) -> pl.Series:
    """A list with commas between its items, as 4CAT writes hashtags and mentions."""
    items = batch.take(*names).str.split(",").list.eval(pl.element().str.strip_chars().str.strip_prefix("#"))
    items = items.list.filter(pl.element() != "")
    return items.zip_with(
        (items.list.len() > 0).fill_null(False), pl.Series([None], dtype=items.dtype).new_from_index(0, len(items))
    )


def _mentions(batch: Rows, text: pl.Series) -> pl.Series:
    named = ("mentions", "mentioned", "usertags")
    if not batch.has(*named):
        return found.mentions(text)
    listed = _listed(batch, *named)
    # Douyin's are addresses of profiles.
    return listed.list.eval(pl.element().str.replace(r"^https?://\S+/user/", "").str.strip_prefix("@"))


LOADER: Final = Loader(
    name="fourcat",
    title="a 4CAT table",
    platform="",
    timezone="UTC",
    sample="id,thread_id,timestamp,unix_timestamp,link,subject,body,author,author_fullname,author_id,source,language_guess,"
    "possibly_sensitive,retweet_count,reply_count,like_count,quote_count,is_retweet,retweeted_user,is_quote_tweet,"
    "quoted_user,is_reply,replied_user,hashtags,urls,images,videos,mentions,long_lat,place_name\n"
    "901,901,2024-03-04 10:00:00,1709546400,https://twitter.com/somebody/status/901,,hello,somebody,Some Body,17,,en,no,0,1,2,"
    "0,no,,no,,no,,,,,,,,",
    how_to_export="4CAT, Download as CSV, of any of its data sources. The platform is told by the columns or by the addresses of"
    " the posts; where neither tells, --platform does. Without unix_timestamp times are those of 4CAT's server: --timezone."
    " Reddit's posts are named as in its archives (t3_, t1_), and each whose author is [deleted] has an author of its own.",
    recognise=recognise,
    read=read,
)
