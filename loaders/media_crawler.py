"""Contents, comments and creators of Weibo, Douyin, Xiaohongshu and Bilibili as MediaCrawler saves them."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import columns, counts, found, gathered, native, opening, rows, weibo
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

# Which columns tell platform and kind, the most telling first: one of the first set, all of the second.
_KINDS: Final = (
    ("douyin", "comments", {"content", "like_count"}, {"comment_id", "aweme_id"}),
    ("bilibili", "comments", {"content", "like_count"}, {"comment_id", "video_id"}),
    ("weibo", "comments", {"comment_like_count", "create_date_time"}, {"comment_id", "note_id"}),
    ("xiaohongshu", "comments", {"content", "like_count"}, {"comment_id", "note_id"}),
    ("douyin", "contents", {"aweme_url", "aweme_type", "desc"}, {"aweme_id"}),
    ("bilibili", "contents", {"video_play_count", "video_danmaku", "video_comment"}, {"video_id"}),
    ("weibo", "contents", {"shared_count", "comments_count"}, {"note_id"}),
    ("xiaohongshu", "contents", {"desc", "title"}, {"note_id", "liked_count"}),
    ("bilibili", "creators", {"user_id", "creator_hash"}, {"nickname", "total_fans"}),
    ("douyin", "creators", {"user_id", "creator_hash"}, {"nickname", "fans", "follows", "videos_count"}),
    ("xiaohongshu", "creators", {"user_id", "creator_hash"}, {"nickname", "fans", "follows", "interaction"}),
    ("weibo", "creators", {"user_id", "creator_hash"}, {"nickname", "fans", "follows"}),
)
_POST_IDS: Final = ("aweme_id", "video_id", "note_id")
_VIEWS: Final = ("video_play_count",)
_LIKES: Final = ("comment_like_count", "liked_count", "like_count")
_REPLIES: Final = ("sub_comment_count", "comments_count", "comment_count", "video_comment")
_REPOSTS: Final = ("shared_count", "share_count", "video_share_count")
_PAGES: Final = {
    "weibo": "https://weibo.com/u/",
    "douyin": "https://www.douyin.com/user/",
    "xiaohongshu": "https://www.xiaohongshu.com/user/profile/",
    "bilibili": "https://space.bilibili.com/",
}
_HASHED: Final = "account ids that MediaCrawler made (creator_hash), not the platform's own"
# 测***户: the middle of a name left out, so that many people go by the same.
_MASKED: Final = r"\*{2,}"


def recognise(sample: Sample) -> int:
    names = {name.lower() for name in sample.columns} | {path.lower() for path in sample.paths}
    return 90 if "last_modify_ts" in names and _kind(names) else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    names, batches = opening.open_table(source)
    known = {name.lower() for name in names}
    # Any table with a note_id or some fans would do otherwise.
    rows.check(source, names, LOADER.title, (("last_modify_ts", "source_keyword", "creator_hash"),))
    kind = _kind(known)
    if kind is None:
        raise LoadError(
            f"{source.name} is not {LOADER.title}: contents need aweme_id and desc, video_id and video_play_count, note_id and"
            " shared_count, or note_id, liked_count and desc; comments need comment_id and aweme_id, video_id or note_id, and"
            " content; creators need user_id or creator_hash, nickname, and fans and follows or total_fans."
        )
    platform = rows.known_platform(options, kind[0])
    convert = _creators if kind[1] == "creators" else _posts
    for batch in batches:
        yield convert(Rows(batch, options, LOADER.timezone), platform, kind[1] == "comments")


def _kind(names: set[str]) -> tuple[str, str] | None:
    return next(((platform, kind) for platform, kind, one, all_ in _KINDS if names & one and names >= all_), None)


def _posts(batch: Rows, platform: str, comments: bool) -> Chunk:
    author = batch.require(_author(batch), "user_id")
    about = _id(batch, platform, *_POST_IDS)
    above = batch.ids("parent_comment_id") if comments else batch.fill(None)
    above = above.zip_with((above != "0").fill_null(False), about if comments else above)
    text = batch.take("content", "desc")
    created, precision = batch.times("create_time", "time")
    seen, floors = {}, {}
    for field, spellings in (("likes", _LIKES), ("reposts", _REPOSTS), ("replies", _REPLIES), ("views", _VIEWS)):
        seen[field], floors[field] = counts.shown(batch, *spellings)
    place, collected = _place(batch), batch.times("last_modify_ts")[0]
    on_weibo = platform == "weibo"
    posts = {
        "platform": batch.fill(platform),
        "post_id": batch.require(batch.ids("comment_id"), "comment_id")
        if comments
        else batch.require(about, batch.has(*_POST_IDS) or "id"),
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "create_time"),
        "time_precision": precision,
        "content_type": batch.fill("comment") if comments else _content(batch, platform),
        "text": text,
        "title": batch.take("title"),
        "location": place,
        "in_reply_to_post_id": above,
        "urls": found.urls(text),
        "hashtags": _tags(batch, text, on_weibo),
        "mentions": weibo.mentions(text) if on_weibo else found.named(found.mentions(text)),
        **seen,
        # What stands behind ? in Xiaohongshu's links is the collector's own pass, new with each visit.
        "url": batch.take("aweme_url", "note_url", "video_url").str.replace(r"\?xsec_.*$", ""),
        "collected_at": collected,
    }
    profile = _profile(batch, platform, author, place, collected)
    profile["description"] = batch.take("user_signature")
    word = batch.take("source_keyword").str.strip_chars().replace("", None)
    collection = gathered.told(batch, f"mediacrawler:{platform}", platform, "keyword", query=word)
    for column in ("create_date_time", "aweme_type", "type"):  # the time and the kind again, in other words
        batch.take(column)
    unused = native.unused(batch)
    with_floors = batch.frame.with_columns(series.alias(f"{field}_at_least") for field, series in floors.items())
    secret = [name for column in ("sec_uid", "source_keyword") if (name := batch.has(column))]
    posts["extra"] = columns.as_json(with_floors, [*unused, *secret, *(f"{field}_at_least" for field in floors)])
    frames = {"posts": batch.build(posts), "accounts": batch.profiles(profile), "collections": collection}
    return gathered.once(batch.chunk("posts", frames, unused))


def _creators(batch: Rows, platform: str, _: bool) -> Chunk:
    author = batch.require(_author(batch), "user_id")
    accounts = {
        **_profile(batch, platform, author, _place(batch), batch.times("last_modify_ts")[0]),
        "description": batch.take("desc", "sign"),
        "followers": counts.shown(batch, "fans", "total_fans")[0],
        "following": counts.shown(batch, "follows")[0],
        "posts_count": counts.shown(batch, "videos_count", "note_count")[0],
        "extra": batch.rest("sec_uid"),
    }
    return batch.chunk("accounts", {"accounts": batch.build(accounts)}, native.unused(batch))


def _author(batch: Rows) -> pl.Series:
    """The platform's id; where MediaCrawler left it out its own hash stands in, and at last a name that is not masked."""
    own, hashed, name = batch.ids("user_id"), batch.ids("creator_hash"), batch.take("nickname")
    batch.note(_HASHED, int((own.is_null() & hashed.is_not_null()).sum()))
    whole = name.zip_with(~name.str.contains(_MASKED).fill_null(False), batch.fill(None))
    return rows.names_for_ids(batch, own, hashed.zip_with(hashed.is_not_null(), whole))


def _id(batch: Rows, platform: str, *names: str) -> pl.Series:
    """The id of a film or note. Bilibili counts films and comments apart, and writes av before a film's number."""
    number = batch.ids(*names)
    if platform != "bilibili":
        return number
    foreign = number.is_not_null() & ~number.str.contains(r"^(?:av)?\d+$")
    batch.refuse(foreign, batch.has(*names) or names[0], "{value} is no number of a film of Bilibili.", number)
    return "av" + number.str.strip_prefix("av")


def _place(batch: Rows) -> pl.Series:
    """The place the platform shows by the reader's network address, without the words before it."""
    return batch.take("ip_location").str.replace(r"^(?:发布于|来自|IP属地\s*[:：]?)\s*", "").replace("", None)


def _content(batch: Rows, platform: str) -> pl.Series:
    if platform == "weibo":
        return batch.fill("post")
    if platform == "bilibili":
        return batch.fill("video")
    # Sets of pictures: Xiaohongshu calls them normal, Douyin gives 68 (or addresses of pictures) for them.
    kind = batch.take("type", "aweme_type")
    pictures = kind.is_in(["normal", "68"])
    if platform == "douyin" and (name := batch.has("note_download_url")):
        pictures = pictures | batch.frame[name].is_not_null()
    return batch.fill("image").zip_with(pictures.fill_null(False), batch.fill("video").zip_with(
        kind.is_not_null(), batch.fill("video" if platform == "douyin" else "post")))  # fmt: skip


def _tags(batch: Rows, text: pl.Series, on_weibo: bool) -> pl.Series:
    """The tags an export lists, by comma or as a list, else those in the text."""
    inside = weibo.hashtags(text) if on_weibo else found.hashtags(text)
    if not (name := batch.has("tag_list")):
        return inside
    raw = batch.frame[name]
    plain = raw.str.replace_all(r"\s*[,，]\s*", "|").zip_with(~raw.str.starts_with("["), raw)
    batch.frame = batch.frame.with_columns(plain.alias(name))
    listed = batch.lists("tag_list")
    return listed.zip_with(listed.is_not_null(), inside)


def _profile(batch: Rows, platform: str, author: pl.Series, place: pl.Series, seen: pl.Series) -> dict[str, pl.Series]:
    handle, page, name = batch.take("user_unique_id"), batch.take("profile_url"), batch.take("nickname")
    if platform in ("weibo", "bilibili"):  # a name is nobody else's there, and what others write behind @
        handle = name.zip_with(~name.str.contains(_MASKED).fill_null(False), handle)
    secret = batch.take("sec_uid") if platform == "douyin" else author
    own = secret.zip_with(~secret.str.starts_with("name:").fill_null(False), batch.fill(None))
    return {
        "platform": batch.fill(platform),
        "account_id": author,
        "handle": handle,
        "display_name": name,
        "location": place,
        "profile_url": page.zip_with(page.is_not_null(), _PAGES.get(platform, "") + own),
        "observed_at": seen,
    }


LOADER: Final = Loader(
    name="media_crawler",
    title="an export of MediaCrawler",
    platform="",
    timezone="Asia/Shanghai",
    sample="note_id,content,create_time,create_date_time,liked_count,comments_count,shared_count,last_modify_ts,note_url,"
    "ip_location,user_id,nickname,source_keyword\n"
    "5303361425637377,a text,1779588000,2026-05-24 10:00:00,12,3,1,1779600000000,https://m.weibo.cn/detail/5303361425637377,"
    "北京,7700000001,somebody,a word",
    how_to_export="MediaCrawler's data folder with SAVE_DATA_OPTION csv, json or jsonl: *_contents_*, *_comments_* and"
    " *_creators_* of Weibo, Douyin, Xiaohongshu or Bilibili; load the folder. Since July 2026 it writes a hash of its own"
    " (creator_hash) and masked names instead of user ids: accounts can then be told apart within its exports only.",
    recognise=recognise,
    read=read,
)
