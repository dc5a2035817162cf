"""Posts and users of Weibo as weibo-crawler writes them: a table for each user, named by the user's number; users.csv."""

import re
from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import counts, csvfile, found, gathered, rows, snowflake, weibo
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.csvfile import Batch
from loaders.rows import LINE, Rows
from records.chunk import Chunk

_POSTS: Final = ("bid", "正文", "点赞数")
_USERS: Final = ("用户id", "昵称", "粉丝数")
# Where a post was passed on, all columns of the first one stand behind those of the second, under names with this.
_SOURCE: Final = "源微博"
_ABOUT_SOURCE: Final = ("源用户id", "源用户昵称")
_OF_A_POST: Final = frozenset({"id", "bid", "正文", "头条文章url", "原始图片url", "视频url", "Live Photo视频url", "位置", "日期",
                               "工具", "点赞数", "评论数", "转发数", "话题", "@用户", "完整日期", "是否编辑过", "编辑次数",
                               "是否原创"})  # fmt: skip
_USER: Final = re.compile(r"(?:^|[^0-9])([0-9]{5,12})\.csv")
_BESIDE: Final = "posts passed on, read out of the rows that passed them on"
_GONE: Final = "posts passed on that are gone, known by their id only"


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    return 95 if columns >= set(_POSTS) else 90 if columns >= set(_USERS) else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    names, batches = csvfile.read(source)
    have = {name.lower() for name in names}
    if "正文" not in have and have.intersection(_USERS):
        rows.check(source, names, LOADER.title, _USERS)
        yield from (_users(Rows(batch, options, LOADER.timezone)) for batch in batches)
        return
    rows.check(source, names, LOADER.title, ("正文", ("id", "bid"), "点赞数"))
    user = _USER.search(source.name)
    if user is None:
        raise LoadError(
            f"{source.name} does not say whose posts it holds: name it by the user's number, as weibo-crawler does"
            " (1234567890.csv)."
        )
    for batch in batches:
        yield _posts(Rows(batch, options, LOADER.timezone), user[1])
        first = _passed_on(batch)
        if first.frame.height:
            chunk = _posts(Rows(first, options, LOADER.timezone), None)
            chunk.notes[_BESIDE] = chunk.rows
            yield chunk


def _passed_on(batch: Batch) -> Batch:
    """The posts that were passed on, as rows of their own: in the same columns, under the names those of a post have.

    Those that are gone have neither author nor text; the one who passed them on still points at them.
    """
    own = {name: name.removeprefix(_SOURCE) for name in batch.frame.columns if name.startswith(_SOURCE)}
    known = {name for name in _ABOUT_SOURCE if name in batch.frame.columns}
    if not {"源微博id", "源用户id"} <= {*own, *known}:
        return Batch(batch.frame.clear(), encoding=batch.encoding)
    there = batch.frame.filter(pl.col("源微博id").is_not_null() & pl.col("源用户id").is_not_null())
    # A column nobody knows belongs to the row, whichever post it tells of.
    others = [name for name in there.columns if name not in {*_OF_A_POST, *known, *own, LINE}]
    return Batch(there.select(*known, *own, *others, LINE).rename(own), encoding=batch.encoding)


def _posts(batch: Rows, user: str | None) -> Chunk:
    mid, bid = batch.ids("id"), batch.take("bid")
    post = mid.zip_with(mid.is_not_null(), snowflake.weibo_mid(bid))
    author = batch.fill(user) if user else batch.ids("源用户id")
    handle = batch.fill(None) if user else batch.take("源用户昵称")
    created, precision = _times(batch, post)
    text, article = batch.take("正文"), batch.take("头条文章url")
    tags, named = _listed(batch, "话题"), found.named(_listed(batch, "@用户"))
    first, whose = _pointed(batch) if user else (batch.fill(None), batch.fill(None))
    original = batch.booleans("是否原创") if batch.has("是否原创") else batch.fill(True)
    posts = {
        "platform": batch.fill("weibo"),
        "post_id": batch.require(post, "id"),
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": batch.require(created, "日期"),
        "time_precision": precision,
        "content_type": batch.fill("post"),
        "text": text,
        "client": batch.take("工具"),
        "location": batch.take("位置"),
        "repost_of_post_id": first,
        "repost_of_account_id": whose,
        "is_repost": ~original,
        "urls": _links(text, article),
        "hashtags": tags.zip_with(tags.is_not_null(), weibo.hashtags(text)),
        "mentions": named.zip_with(named.is_not_null(), weibo.mentions(text)),
        "likes": counts.shown(batch, "点赞数")[0],
        "reposts": counts.shown(batch, "转发数")[0],
        "replies": counts.shown(batch, "评论数")[0],
        "url": "https://weibo.com/" + author + "/" + bid,
    }
    accounts = batch.profiles(
        {"platform": posts["platform"], "account_id": author, "handle": handle, "display_name": handle}
    )
    unknown = [name for name in batch.unknown() if not name.startswith(_SOURCE)]
    posts["extra"] = batch.only(*unknown)
    frames = {"posts": batch.build(posts), "accounts": accounts}
    if user:
        frames["collections"] = gathered.told(batch, "weibo-timeline", "weibo", "timeline", subject=batch.fill(user))
    return gathered.once(batch.chunk("posts", frames, unknown))


def _times(batch: Rows, post: pl.Series) -> tuple[pl.Series, pl.Series]:
    """When a post was written. Old versions write the day only: the id's time stands where it lies on that day."""
    created, precision = batch.times_or_ids("完整日期", "日期", ids=post, clock=snowflake.weibo)
    by_id = snowflake.weibo(post)
    same_day = by_id.dt.convert_time_zone(batch.zone).dt.date() == created.dt.convert_time_zone(batch.zone).dt.date()
    finer = ((precision == "day") & same_day).fill_null(False)
    batch.note(snowflake.TAKEN, int(finer.sum()))
    return by_id.zip_with(finer, created), batch.fill("second").zip_with(finer, precision)


def _pointed(batch: Rows) -> tuple[pl.Series, pl.Series]:
    """Post and author that were passed on."""
    number, short = batch.ids("源微博id"), snowflake.weibo_mid(batch.take("源微博bid"))
    first, whose = number.zip_with(number.is_not_null(), short), batch.ids("源用户id")
    batch.take("源用户昵称")
    batch.note(_GONE, int((first.is_not_null() & whose.is_null()).sum()))
    return first, whose


def _listed(batch: Rows, name: str) -> pl.Series:
    """Values that stand in one cell by comma."""
    items = batch.take(name).str.split(",").list.eval(pl.element().str.strip_chars().filter(pl.element() != ""))
    return pl.select(pl.when(pl.lit(items).list.len() > 0).then(pl.lit(items))).to_series()


def _links(text: pl.Series, article: pl.Series) -> pl.Series:
    """The article a post leads to, and the links in its text."""
    given = pl.concat_list(pl.lit(article)).list.drop_nulls()
    both = pl.concat_list(given, pl.lit(found.urls(text)).fill_null([]))
    links = pl.select(both.list.unique(maintain_order=True)).to_series()
    return pl.select(pl.when(links.list.len() > 0).then(links)).to_series()


def _users(batch: Rows) -> Chunk:
    name = batch.take("昵称")
    place, shown = batch.take("所在地"), batch.take("IP属地").str.replace(r"^IP属地\s*[:：]\s*", "")
    accounts = {
        "platform": batch.fill("weibo"),
        "account_id": batch.require(rows.names_for_ids(batch, batch.ids("用户id"), name), "用户id"),
        "handle": name,
        "display_name": name,
        "description": batch.take("简介"),
        "created_at": batch.times("注册时间")[0],
        "location": place.zip_with(place.is_not_null(), shown),
        "followers": counts.shown(batch, "粉丝数")[0],
        "following": counts.shown(batch, "关注数")[0],
        "posts_count": counts.shown(batch, "微博数")[0],
        "verified": batch.booleans("是否认证"),
        "profile_url": batch.take("主页"),
        "extra": batch.rest("IP属地"),
    }
    return batch.chunk("accounts", {"accounts": batch.build(accounts)})


LOADER: Final = Loader(
    name="weibo_crawler",
    title="an export of weibo-crawler",
    platform="weibo",
    timezone="Asia/Shanghai",
    sample="id,bid,正文,头条文章url,原始图片url,视频url,位置,日期,工具,点赞数,评论数,转发数,话题,@用户,完整日期\n"
    "4454572602912349,ImTGkcdDn,a text,,,,,2019-12-28T12:01:00,,12,3,1,a topic,,2019-12-28 12:01:00",
    how_to_export="weibo-crawler with write_mode csv: a folder for each user with USER_ID.csv, and users.csv. Keep the names of"
    " the files: the tables of posts do not say whose they are. A post that was passed on stands in the same row as the one"
    " that passed it on, and is read as a post of its own.",
    recognise=recognise,
    read=read,
)
