"""Articles of WeChat's public accounts, as tables or JSON from the crawlers that circulate; no two spell columns alike."""

import hashlib
from collections.abc import Iterator
from itertools import chain
from typing import Final

import polars as pl

from loaders import columns, counts, credit, found, native, opening, rows
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.rows import LINE, Rows
from records.chunk import Chunk

_URL: Final = (
    "url",
    "link",
    "article_url",
    "content_url",
    "链接",
    "文章链接",
    "文章地址",
    "文章url",
    "原文链接",
    "地址",
)
_TITLE: Final = ("title", "article_title", "标题", "文章标题", "题目")
_TIME: Final = (
    "publish_time", "pub_time", "publish_timestamp", "publish_at", "time", "datetime", "create_time", "update_time",
    "time_str", "发布时间", "发表时间", "发布日期", "时间", "日期",
)  # fmt: skip
_NAME: Final = (
    "nick_name", "nickname", "account_name", "mp_name", "account", "gzh_name", "official_account", "公众号", "公众号名称",
    "公众号名", "账号名称", "账号",
)  # fmt: skip
_BIZ: Final = ("__biz", "biz", "_biz", "fakeid")
_MID: Final = ("mid", "msgid", "appmsgid")
_IDX: Final = ("idx", "itemidx", "index_in_group")
_TEXT: Final = ("content", "text", "article_content", "content_text", "正文", "内容", "文章内容")
_AUTHOR: Final = ("author", "article_author", "作者", "文章作者")
_VIEWS: Final = ("read_num", "read_count", "readnum", "阅读数", "阅读量", "阅读")
# WeChat's own interface calls the count of 在看 like_num and that of 点赞 old_like_num, where both are given.
_LIKES: Final = ("old_like_num", "like_num", "like_count", "点赞数", "点赞量", "点赞")
_REPOSTS: Final = ("share_num", "share_count", "转发数", "转发量", "分享数")
_REPLIES: Final = ("comment_num", "comment_count", "评论数", "评论量", "留言数")
_FROM: Final = ("来源", "转载来源", "转载自", "reprint_from")
_ORIGINAL: Final = ("source_url", "content_source_url", "阅读原文")
_COLLECTED: Final = ("crawl_time", "collected_at", "fetch_time", "采集时间", "抓取时间")
_FORMATS: Final = (
    ("%Y年%m月%d日 %H:%M:%S", "second"),
    ("%Y年%m月%d日 %H:%M", "minute"),
    ("%Y年%m月%d日", "day"),
)

_HOST: Final = "mp.weixin.qq.com"
_SHORT: Final = _HOST + r"/s/([A-Za-z0-9_-]{8,})"
# 本文转自新华社 | 转载自：环球网; without a label such as 来源：, which loaders.credit reads.
_REPRINTED: Final = (
    r"(?:转载自|转自|原载于?|首发于)\s*[:：]?\s*[「《“【]?([^\s，。；、|<>（）()【】《》「」“”\[\]：:]{2,20})"
)
# Sources that name nobody: the internet, put together from several.
_NOBODY: Final = ("网络", "互联网", "网络综合", "综合网络", "综合", "网友", "公众号", "微信公众号")
_EDGE: Final = 300  # characters at either end of a text in which credits stand, as in loaders.credit
# Above 100,000 WeChat tells no reader more: pages show 10万+, its interface gives 100001.
_CAPPED: Final = "100001"
_SHOWN: Final = "10万+"
_FROM_LINKS: Final = "article ids made of short links, which do not tell WeChat's own (account, message, place)"
_MADE: Final = "article ids made of account, title and time, for want of a lasting link"


def recognise(sample: Sample) -> int:
    names = {name.lower() for name in sample.columns} | {path.rpartition("item.")[2].lower() for path in sample.paths}
    needed = (_URL, _TITLE, _TIME, (*_NAME, *_BIZ, *_VIEWS))
    return 90 if _HOST.encode() in sample.head and all(names.intersection(group) for group in needed) else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    names, batches = opening.open_table(source)
    rows.check(source, names, LOADER.title, (_URL, _TITLE, _TIME, (*_NAME, *_BIZ, *_VIEWS)))
    first = next(batches)
    addresses = Rows(first, options, LOADER.timezone).take(*_URL)
    if not addresses.str.contains(_HOST, literal=True).any():
        raise LoadError(f"{source.name} is not {LOADER.title}: no link in it leads to {_HOST}.")
    for batch in chain([first], batches):
        yield _convert(Rows(batch, options, LOADER.timezone))


def _convert(batch: Rows) -> Chunk:
    link = batch.take(*_URL).str.strip_chars().str.replace_all("&amp;", "&", literal=True)
    title, name, text, author = batch.take(*_TITLE), batch.take(*_NAME), batch.take(*_TEXT), batch.take(*_AUTHOR)
    created, precision = batch.times(*_TIME, formats=_FORMATS)
    biz = _part(batch, link, r"[?&](?:__biz)=([^&#\s]+)", _BIZ).str.replace_all(r"(?i)%3d", "=")
    outlet = batch.require(rows.names_for_ids(batch, biz, name.str.strip_chars()), batch.has(*_NAME) or _NAME[0])
    seen, floors = {}, {}
    for field, spellings in (("views", _VIEWS), ("likes", _LIKES), ("reposts", _REPOSTS), ("replies", _REPLIES)):
        seen[field], floors[field] = _count(batch, *spellings)
    posts = {
        "platform": batch.fill("wechat"),
        "post_id": batch.require(_ids(batch, link, biz, outlet, title, created), batch.has(*_URL) or _URL[0]),
        "author_id": outlet,
        "author_kind": batch.fill("outlet"),
        "created_at": batch.require(created, batch.has(*_TIME) or _TIME[0]),
        "time_precision": precision,
        "content_type": batch.fill("article"),
        "text": text,
        "title": title,
        "urls": _links(text, batch.take(*_ORIGINAL)),
        "credited_to": _credited(text, author, batch.take(*_FROM)),
        **seen,
        "url": link,
        "collected_at": batch.times(*_COLLECTED)[0],
    }
    unused = native.unused(batch)
    kept = [*unused, *(spelt for spelling in (_AUTHOR, _FROM) if (spelt := batch.has(*spelling)))]
    with_floors = batch.frame.with_columns(series.alias(f"{field}_at_least") for field, series in floors.items())
    posts["extra"] = columns.as_json(with_floors, [*kept, *(f"{field}_at_least" for field in floors)])
    outlets = batch.build(
        {
            "outlet_id": outlet,
            "name": name,
            "kind": batch.fill("unknown"),
            "source": batch.fill("WeChat"),
        }
    )
    outlets = outlets.drop_nulls("outlet_id").sort(pl.col("name").is_null(), LINE)
    outlets = outlets.unique("outlet_id", keep="first", maintain_order=True).sort(LINE)
    return batch.chunk("posts", {"posts": batch.build(posts), "outlets": outlets}, unused)


def _part(batch: Rows, link: pl.Series, pattern: str, names: tuple[str, ...]) -> pl.Series:
    """A part of an article's address, else the column that holds it."""
    inside, beside = link.str.extract(pattern), batch.ids(*names)
    return inside.zip_with(inside.is_not_null(), beside)


def _ids(
    batch: Rows, link: pl.Series, biz: pl.Series, outlet: pl.Series, title: pl.Series, created: pl.Series
) -> pl.Series:
    """`biz:mid:idx` where the address or columns tell them; else the short link; else one made of what was written when."""
    mid = _part(batch, link, r"[?&](?:mid|appmsgid)=(\d+)", _MID)
    idx = _part(batch, link, r"[?&](?:idx|itemidx)=(\d+)", _IDX)
    whole = biz + ":" + mid + ":" + idx
    code = link.str.extract(_SHORT)
    short = f"https://{_HOST}/s/" + code
    missing = whole.is_null() & short.is_null()
    # Links that a search hands out expire, and another search gives the same article another one.
    parts = pl.DataFrame({"outlet": outlet, "title": title, "at": created.dt.epoch("s").cast(pl.String)})
    joined = parts.select(pl.concat_str(pl.all(), separator="\x1f")).to_series()
    needed = joined.zip_with(missing, batch.fill(None)).to_list()
    made = pl.Series([text and f"made:{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}" for text in needed],
                     dtype=pl.String)  # fmt: skip
    batch.note(_FROM_LINKS, int((whole.is_null() & short.is_not_null()).sum()))
    batch.note(_MADE, int(made.is_not_null().sum()))
    return pl.select(pl.coalesce(pl.lit(whole), pl.lit(short), pl.lit(made))).to_series()


def _count(batch: Rows, *names: str) -> tuple[pl.Series, pl.Series]:
    """A count, and 100000 where it is only a floor."""
    if spelt := batch.has(*names):
        raw = batch.frame[spelt]
        capped = (raw.str.strip_chars() == _CAPPED).fill_null(False)
        batch.frame = batch.frame.with_columns(batch.fill(_SHOWN).zip_with(capped, raw).alias(spelt))
    return counts.shown(batch, *names)


def _links(text: pl.Series, original: pl.Series) -> pl.Series:
    """Where "read the original" leads, and the links inside the text."""
    given = pl.when(pl.lit(original).str.contains(r"^https?://")).then(pl.lit(original))
    both = pl.concat_list(pl.concat_list(given).list.drop_nulls(), pl.lit(found.urls(text)).fill_null([]))
    links = pl.select(both.list.unique(maintain_order=True)).to_series()
    return pl.select(pl.when(links.list.len() > 0).then(links)).to_series()


def _credited(text: pl.Series, author: pl.Series, field: pl.Series) -> pl.Series:
    """Whom an article names as its source; words for nobody in particular are no source."""
    labelled = credit.credited(text, author, field)
    edges = pl.concat_str(pl.lit(text.str.head(_EDGE)), pl.lit("\n"), pl.lit(text.str.tail(_EDGE)), ignore_nulls=True)
    said = [pl.when(~name.is_in(_NOBODY)).then(name) for name in (pl.lit(labelled), edges.str.extract(_REPRINTED))]
    return pl.select(pl.coalesce(*said)).to_series()


LOADER: Final = Loader(
    name="wechat_articles",
    title="articles of WeChat's public accounts",
    platform="wechat",
    timezone="Asia/Shanghai",
    sample="title,nick_name,author,publish_time,url,read_num,like_num\n"
    "A title,An account,Somebody,2024-03-04 09:15,https://mp.weixin.qq.com/s?__biz=MzA5==&mid=2651&idx=1&sn=ab,100000+,52",
    how_to_export="CSV or JSON of a crawler of public accounts with title, account, time, link and, where it has them, counts"
    " and texts; Chinese or English column names. Prefer links with __biz, mid and idx: they are WeChat's own ids, short"
    " links (/s/...) are not, and links out of a search expire.",
    recognise=recognise,
    read=read,
    apart=True,
)
