"""Comments of YouTube in the shapes tools keep them: the Data API's answers, yt-dlp's and youtube-comment-downloader's."""

from collections.abc import Iterator
from typing import Any, Final

from loaders.native import Item, first, listed, mapping, text_of

FILM: Final = "film"
IGNORED: Final = "ignored"
# What belongs to whoever asked, and addresses of pictures, which expire.
_ASKED: Final = frozenset({"kind", "etag", "canRate", "viewerRating", "canReply", "isPublic", "authorProfileImageUrl"})
_API: Final = _ASKED | {"id", "snippet", "replies", "videoId", "topLevelComment", "totalReplyCount", "textDisplay", "textOriginal",
    "parentId", "authorDisplayName", "authorChannelUrl", "authorChannelId", "likeCount", "publishedAt"}  # fmt: skip
_THREAD: Final = _API | {"channelId"}  # its first comment says it too
_YT_DLP: Final = frozenset({"id", "text", "like_count", "author_id", "author", "author_thumbnail", "author_url",
    "author_is_verified", "parent", "timestamp"})  # fmt: skip
_DOWNLOADER: Final = frozenset({"cid", "text", "author", "channel", "votes", "replies", "photo", "time_parsed"})
_FILM_READ: Final = frozenset({"id", "title", "description", "channel_id", "channel", "uploader", "uploader_id",
    "channel_follower_count", "channel_is_verified", "channel_url", "uploader_url", "timestamp", "upload_date", "view_count",
    "like_count", "comment_count", "webpage_url", "epoch", "language", "comments", "extractor", "extractor_key"})  # fmt: skip
# How a film can be fetched: by the hundred kilobyte, and true for hours.
_FETCHED: Final = frozenset({"formats", "requested_formats", "requested_downloads", "thumbnails", "thumbnail", "subtitles",
    "automatic_captions", "requested_subtitles", "heatmap", "http_headers", "url", "original_url", "chapters", "format",
    "format_id", "format_note", "ext", "protocol", "filesize_approx", "_filename", "filename", "_type", "_version",
    "_format_sort_fields", "webpage_url_basename", "webpage_url_domain", "fulltitle", "display_id", "duration_string", "vcodec",
    "acodec", "tbr", "vbr", "abr", "asr", "fps", "width", "height", "resolution", "dynamic_range", "aspect_ratio",
    "audio_channels", "stretched_ratio", "playlist", "playlist_index", "release_year"})  # fmt: skip
_KNOWN: Final = frozenset({"updatedAt", "channelId", "moderationStatus", "videoId", "_time_text", "time_text", "time", "heart",
    "reply", "is_favorited", "is_pinned", "author_is_uploader", "paid", "tags", "categories", "duration", "age_limit",
    "live_status", "availability", "was_live", "is_live", "playable_in_embed", "average_rating"})  # fmt: skip


def take_apart(item: Item, unknown: set[str]) -> list[Item]:
    """The comments of an answer, of a film or of a line, each under the names of YouTube Data Tools' columns."""
    made: list[Item] = []
    answer = item.get("items")
    for entry in answer if isinstance(answer, list) else [item]:
        made += _entry(entry, unknown) if isinstance(entry, dict) else [{}]
    return made


def _entry(entry: Item, unknown: set[str]) -> Iterator[Item]:
    snippet = mapping(entry.get("snippet"))
    if isinstance(snippet.get("topLevelComment"), dict):
        yield from _thread(entry, snippet, unknown)
    elif "authorDisplayName" in snippet or "textDisplay" in snippet or "textOriginal" in snippet:
        yield _comment(entry, None, None, unknown)
    elif isinstance(entry.get("comments"), list) or "formats" in entry:
        yield from _film(entry, unknown)
    elif "cid" in entry:
        yield _downloaded(entry, unknown)
    elif "parent" in entry or "author_id" in entry:
        yield _extracted(entry, None, unknown)
    elif "error" in entry:
        yield {IGNORED: f"answer without items ({first(entry, 'error.code') or 'no reason given'})"}
    elif kind := text_of(entry.get("kind")):
        yield {IGNORED: f"of kind {kind}, which is no comment"}
    else:
        yield {"extra": _left(entry, frozenset(), unknown)}


def _thread(entry: Item, snippet: Item, unknown: set[str]) -> Iterator[Item]:
    top, film = mapping(snippet["topLevelComment"]), snippet.get("videoId")
    begun = _comment(top, film, None, unknown)
    begun["replyCount"] = snippet.get("totalReplyCount")
    begun["extra"].update(_left(entry, _API, unknown) | _left(snippet, _THREAD, unknown))
    yield begun
    for reply in listed(first(entry, "replies.comments")):
        yield _comment(reply, film, begun, unknown)


def _comment(comment: Item, film: Any, above: Item | None, unknown: set[str]) -> Item:
    snippet = mapping(comment.get("snippet"))
    left = _left(comment, _API, unknown) | _left(snippet, _API, unknown)
    film = snippet.get("videoId") or film
    if (above or snippet.get("parentId")) and film:  # what it answers is a comment, so the film is told nowhere else
        left["videoId"] = film
    channel = snippet.get("authorChannelId")
    return {
        "id": comment.get("id"),
        "videoId": film,
        "isReplyTo": snippet.get("parentId") or (above and above["id"]),
        "replyToAccount": above and above["authorChannelId"],
        "authorName": snippet.get("authorDisplayName"),
        "authorChannelId": channel.get("value") if isinstance(channel, dict) else channel,
        "authorChannelUrl": snippet.get("authorChannelUrl"),
        "plain": snippet.get("textOriginal"),
        "text": snippet.get("textDisplay"),
        "likeCount": snippet.get("likeCount"),
        "publishedAt": snippet.get("publishedAt"),
        "extra": left,
    }


def _film(entry: Item, unknown: set[str]) -> Iterator[Item]:
    """A film as yt-dlp describes it, where it does, and its comments."""
    if entry.get("id") is not None or "formats" in entry:
        yield film(entry, unknown)
    if not _elsewhere(entry):
        comments = entry.get("comments")
        for comment in comments if isinstance(comments, list) else ():
            yield of_film(comment, entry, unknown)


def _elsewhere(entry: Item) -> str | None:
    """The site of a film that is none of YouTube's; yt-dlp describes those of two thousand sites."""
    site = str(entry.get("extractor_key") or entry.get("extractor") or "youtube").lower()
    return None if site.startswith("youtube") else site


def film(entry: Item, unknown: set[str]) -> Item:
    """What yt-dlp says of the film itself."""
    if site := _elsewhere(entry):
        return {IGNORED: f"of {site}, which is not YouTube"}
    return {
        FILM: "yes",
        "id": entry.get("id"),
        "asked": entry.get("id"),
        "authorName": entry.get("channel") or entry.get("uploader"),
        "handle": entry.get("uploader_id"),
        "authorChannelId": entry.get("channel_id"),
        "authorChannelUrl": entry.get("channel_url") or entry.get("uploader_url"),
        "verified": entry.get("channel_is_verified"),
        "followers": entry.get("channel_follower_count"),
        "title": entry.get("title"),
        "plain": entry.get("description"),
        "language": entry.get("language"),
        "publishedAt": entry.get("timestamp") or _day(entry.get("upload_date")),
        "viewCount": entry.get("view_count"),
        "likeCount": entry.get("like_count"),
        "replyCount": entry.get("comment_count"),
        "url": entry.get("webpage_url"),
        "seen": entry.get("epoch"),
        "extra": _left(entry, _FILM_READ | _FETCHED, unknown),
    }


def of_film(comment: Any, entry: Item, unknown: set[str]) -> Item:
    """One of the comments under a film."""
    if not isinstance(comment, dict):
        return {}
    if "cid" in comment:
        return _downloaded(comment, unknown)
    return {**_extracted(comment, entry.get("id"), unknown), "seen": entry.get("epoch")}


def _extracted(comment: Item, film: Any, unknown: set[str]) -> Item:
    above = comment.get("parent")
    left = _left(comment, _YT_DLP, unknown)
    if above not in (None, "root") and film:
        left["videoId"] = film
    return {
        "id": comment.get("id"),
        "videoId": film,
        "isReplyTo": None if above == "root" else above,
        "authorName": comment.get("author"),
        "authorChannelId": comment.get("author_id"),
        "authorChannelUrl": comment.get("author_url"),
        "verified": comment.get("author_is_verified"),
        "plain": comment.get("text"),
        "likeCount": comment.get("like_count"),
        "publishedAt": comment.get("timestamp"),
        "guessed": "yes",
        "ago": comment.get("_time_text") or comment.get("time_text"),
        "extra": left,
    }


def _downloaded(comment: Item, unknown: set[str]) -> Item:
    return {
        "id": comment.get("cid"),
        "authorName": comment.get("author"),
        "authorChannelId": comment.get("channel"),
        "plain": comment.get("text"),
        "likeCount": comment.get("votes"),
        "replyCount": comment.get("replies"),
        "publishedAt": comment.get("time_parsed"),
        "guessed": "yes",
        "ago": comment.get("time"),
        "extra": _left(comment, _DOWNLOADER, unknown),
    }


def _left(values: Item, read: frozenset[str], unknown: set[str]) -> Item:
    left = {key: value for key, value in values.items() if key not in read and value is not None and value != ""}
    unknown.update(left.keys() - _KNOWN)
    return left


def _day(value: Any) -> str | None:
    """`20240304`, as yt-dlp writes days."""
    text = str(value or "")
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text_of(value)
