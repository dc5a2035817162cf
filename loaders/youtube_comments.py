"""Comments under YouTube's films: the Data API's answers, YouTube Data Tools' tables, yt-dlp's and similar tools' JSON."""

import html
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import polars as pl

from loaders import counts, found, gathered, items, json_paths, native, opening, rows, youtube_shapes
from loaders.base import Loader, Options, Sample, Source
from loaders.native import Item
from loaders.rows import Rows
from loaders.source import HEAD
from loaders.youtube_shapes import FILM, IGNORED
from records.chunk import Chunk

_PATHS: Final = {
    name: name
    for name in (
        "id", "videoId", "isReplyTo", "replyToAccount", "authorName", "handle", "authorChannelId", "authorChannelUrl",
        "verified", "followers", "title", "plain", "text", "language", "publishedAt", "guessed", "ago", "likeCount",
        "replyCount", "viewCount", "url", "asked", "seen", FILM, IGNORED, "extra",
    )
}  # fmt: skip
_REQUIRED: Final = ("id", ("authorName", "authorChannelId"), "publishedAt")
_TABLE: Final = ("id", "authorName", "text", "publishedAt", ("isReplyTo", "isReplyToId", "replyCount", "isReply"))
_NAMED: Final = re.compile(r"^videoinfo_(?:UC[\w-]{22}_)?([\w-]{11})_\d{4}_\d{2}_\d{2}-\d{2}_\d{2}_\d{2}")
_OF_NAME: Final = "comments whose film is known by the name of the file"
_VAGUE: Final = (
    "The page said only {value}: too vague to be a time, as all comments of one year would be of one moment."
    " YouTube's Data API tells it to the second."
)
# What is shown of a comment as HTML: line breaks, links by a shortened text, and a few tags for letters.
_LINK: Final = r'<a\b[^>]*?\bhref="(https?://[^"]+)"[^>]*>(?:https?://|www\.)[^<]*</a>'


def recognise(sample: Sample) -> int:
    paths, names = sample.paths, set(sample.columns)
    for begin in ("", "items.item.", "snippet.topLevelComment.", "items.item.snippet.topLevelComment."):
        if {f"{begin}snippet.authorDisplayName", f"{begin}snippet.publishedAt"} <= paths:
            return 95
    for begin in ("", "comments.item."):
        if {f"{begin}{name}" for name in ("id", "text", "parent", "author_id", "timestamp")} <= paths:
            return 90
        if {f"{begin}{name}" for name in ("cid", "text", "time_parsed", "channel")} <= paths:
            return 90
    # The comments of a film come after its hundred formats, beyond the sample.
    if {"id", "title", "formats.item.format_id"} <= paths:
        return 80
    return 95 if {"id", "authorName", "text", "publishedAt"} <= names and names & {"isReplyTo", "isReplyToId"} else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    unknown: set[str] = set()
    if not opening.is_json(source):
        named = _NAMED.match(source.name.rsplit("!", 1)[-1].rsplit("/", 1)[-1])
        about = named[1] if named else None
        yield from rows.read(source, options, LOADER.title, LOADER.timezone, _TABLE, partial(_table, about=about))
        return
    large = _is_large_film(source)
    yield from items.read(
        source if large else native.on_one_line(source),
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=_REQUIRED,
        convert=_items,
        where="comments.item" if large else "",
        expand=_film_first(source, unknown) if large else partial(youtube_shapes.take_apart, unknown=unknown),
        unknown=unknown,
    )


def _is_large_film(source: Source) -> bool:
    """Whether a film of yt-dlp goes on beyond the sample: its comments are then read one by one, the film before them."""
    with source.open() as stream:
        head = stream.read(HEAD)
    paths = json_paths.paths_of(head)
    return (
        any(path.startswith(("formats.item", "comments.item")) for path in paths)
        and len(head) == HEAD
        and b"\n{" not in head
    )


def _film_first(source: Source, unknown: set[str]) -> Callable[[Item], list[Item]]:
    simple = ("string", "number", "boolean")
    entry = {path: value for path, event, value in items.events(source) if event in simple and "." not in path}
    begun: list[Item] = [youtube_shapes.film(entry, unknown)]

    def expand(comment: Item) -> list[Item]:
        made = [*begun, youtube_shapes.of_film(comment, entry, unknown)]
        begun.clear()
        return made

    return expand


def _table(batch: Rows, about: str | None) -> Chunk:
    batch.take("isReply")  # said by isReplyTo too
    film = batch.fill(about)
    batch.note(_OF_NAME, batch.height if about else 0)
    text = _readable(batch.take("text"))
    answered = "name:" + batch.take("isReplyToName").str.strip_prefix("@")
    posts, frames = _convert(batch, text, film, batch.ids("isReplyTo", "isReplyToId"), answered, film)
    posts["extra"] = batch.rest()
    return gathered.once(batch.chunk("posts", {"posts": batch.build(posts), **frames}))


def _items(batch: Rows) -> Chunk:
    reason = batch.take(IGNORED)
    for sentence in reason.drop_nulls().unique(maintain_order=True).to_list():
        batch.ignore(reason == sentence, sentence)
    plain, shown = batch.take("plain"), batch.take("text")
    text = plain.zip_with(plain.is_not_null(), _readable(shown))
    above, asked = batch.ids("isReplyTo"), batch.ids("asked")
    posts, frames = _convert(batch, text, batch.ids("videoId"), above, batch.ids("replyToAccount"), asked)
    posts["extra"] = batch.take("extra").replace("{}", None)
    return gathered.once(batch.chunk("posts", {"posts": batch.build(posts), **frames}, ()))


def _convert(
    batch: Rows, text: pl.Series, film: pl.Series, above: pl.Series, answered: pl.Series, asked: pl.Series
) -> tuple[dict[str, pl.Series], dict[str, pl.DataFrame]]:
    post, is_film = batch.require(batch.ids("id"), "id"), batch.take(FILM).is_not_null()
    # The id of an answer begins with that of what it answers.
    above = above.zip_with(above.is_not_null(), post.str.extract(r"^([\w-]{20,})\.[\w-]+$"))
    created, precision = _created(batch, post)
    name, said, page = batch.take("authorName"), batch.take("handle"), batch.take("authorChannelUrl")
    handle = said.zip_with(
        said.is_not_null(), name.zip_with(name.str.starts_with("@").fill_null(False), batch.fill(None))
    )
    handle = handle.str.strip_prefix("@")
    author = rows.names_for_ids(batch, batch.ids("authorChannelId"), handle.zip_with(handle.is_not_null(), name))
    platform, seen = batch.fill("youtube"), batch.times("seen")[0]
    posts = {
        "platform": platform,
        "post_id": post,
        "author_id": batch.require(author, "authorName"),
        "author_kind": batch.fill("account"),
        "created_at": created,
        "time_precision": precision,
        "content_type": batch.fill("video").zip_with(is_film, batch.fill("comment")),
        "text": text,
        "title": batch.take("title"),
        "language": batch.take("language"),
        "in_reply_to_post_id": above.zip_with(above.is_not_null() | is_film, film),
        "in_reply_to_account_id": answered,
        "urls": found.urls(text),
        "hashtags": found.hashtags(text),
        "mentions": found.named(found.mentions(text)),
        "likes": counts.shown(batch, "likeCount")[0],
        "replies": counts.shown(batch, "replyCount")[0],
        "views": batch.integers("viewCount"),
        "url": _address(batch, post, film),
        "collected_at": seen,
    }
    profile = {
        "platform": platform,
        "account_id": author,
        "handle": handle,
        "display_name": name.zip_with(~name.str.starts_with("@").fill_null(False), batch.fill(None)),
        "followers": batch.integers("followers"),
        "verified": batch.booleans("verified"),
        "profile_url": page,
        "observed_at": seen,
    }
    collected = gathered.told(batch, "youtube:replies", "youtube", "replies", subject=asked)
    return posts, {"accounts": batch.profiles(profile), "collections": collected}


def _created(batch: Rows, post: pl.Series) -> tuple[pl.Series, pl.Series]:
    """When comments were written, and how precisely: tools without the API know only what the page says, `2 days ago`."""
    created, precision = batch.times("publishedAt")
    batch.refuse(created.is_null() & batch.take("publishedAt").is_null(), "publishedAt", "There is no publishedAt.")
    guessed, words = batch.take("guessed").is_not_null(), batch.take("ago").str.to_lowercase()
    said = pl.lit(words)
    exact = pl.select(
        pl.when(said.str.contains("second|minute|now"))
        .then(pl.lit("minute"))
        .when(said.str.contains("hour"))
        .then(pl.lit("hour"))
        .when(said.str.contains("day"))
        .then(pl.lit("day"))
    ).to_series()
    batch.refuse(
        guessed & exact.is_null() & post.is_not_null(), "publishedAt", _VAGUE, words.fill_null("nothing of when")
    )
    return created, exact.zip_with(guessed, precision)


def _address(batch: Rows, post: pl.Series, film: pl.Series) -> pl.Series:
    own = batch.take("url")
    return own.zip_with(own.is_not_null(), "https://www.youtube.com/watch?v=" + film + "&lc=" + post)


def _readable(text: pl.Series) -> pl.Series:
    """A comment as a reader sees it, links whole."""
    marked = text.str.contains_any(["<", "&"]).fill_null(False)
    if not marked.any():
        return text
    at = marked.arg_true()
    part = text.gather(at).str.replace_all(r"(?i)<br\s*/?>", "\n").str.replace_all(_LINK, "$1")
    part = part.str.replace_all(r"(?i)</?(?:a|b|i|s|u|em|strong)(?:\s[^>]*)?>", "")
    return text.scatter(at, [html.unescape(value) for value in part.to_list()])


LOADER: Final = Loader(
    name="youtube_comments",
    title="comments of YouTube",
    platform="youtube",
    timezone="UTC",
    sample="id,replyCount,likeCount,publishedAt,authorName,text,authorChannelId,authorChannelUrl,isReply,isReplyTo,isReplyToName\n"
    "UgxAbCdEf0123456789AaABAg,1,3,2024-03-04 10:00:00,@somebody,hello,UC0123456789abcdefghijkl,"
    "http://www.youtube.com/@somebody,0,,",
    how_to_export="The Data API's commentThreads and comments, one answer or item a line or a file; YouTube Data Tools'"
    " videoinfo_FILM_DATE_comments.csv or .tab, whose times are those of its server's zone and whose name tells the film;"
    " `yt-dlp --write-comments` (FILM.info.json, with the film itself) or the list of comments in it; youtube-comment-downloader."
    " The last two know what the page says: minutes, hours and days become the precision, and a comment of `2 years ago` is"
    " refused. An answer names the comment it answers; the film then stands in `extra`.",
    recognise=recognise,
    read=read,
    apart=True,
)
