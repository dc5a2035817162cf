"""Which platform the rows of an unknown table are of: by its links, its ids, the words of its columns, its name."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from loaders import columns, dates, snowflake
from loaders.values import nearly_all
from records import words

_HOSTS: Final = {
    "x": r"(?:twitter|x)\.com", "facebook": r"facebook\.com|fb\.com", "instagram": r"instagram\.com",
    "threads": r"threads\.(?:net|com)", "youtube": r"youtube\.com|youtu\.be", "tiktok": r"tiktok\.com",
    "douyin": r"douyin\.com", "wechat": r"mp\.weixin\.qq\.com", "weibo": r"weibo\.(?:com|cn)",
    "bilibili": r"bilibili\.com", "xiaohongshu": r"xiaohongshu\.com", "telegram": r"t\.me|telegram\.me",
    "bluesky": r"bsky\.app", "reddit": r"reddit\.com|redd\.it", "vk": r"vk\.com",
}  # fmt: skip
# Ids that only one platform writes so.
_IDS: Final = {
    "bluesky": r"^did:plc:[a-z2-7]{24}$|^at://did:", "youtube": r"^UC[\w-]{22}$", "telegram": r"^-100\d{9,11}$",
    "reddit": r"^t[123]_[a-z0-9]{4,10}$",
}  # fmt: skip
# Words that columns of one platform's exports have; each stands by itself between other letters.
_WORDS: Final = {
    "x": "tweet tweetid tweets retweet retweets retweeted", "weibo": "weibo 微博", "douyin": "aweme douyin 抖音",
    "wechat": "biz 公众号 weixin wechat", "xiaohongshu": "xhs 小红书 xsec", "bilibili": "bvid danmaku bilibili 弹幕",
    "reddit": "subreddit selftext", "mastodon": "reblog toot reblogs", "telegram": "telegram tg",
    "facebook": "facebook fb", "instagram": "instagram ig", "youtube": "youtube", "tiktok": "tiktok",
    "bluesky": "bluesky bsky", "vk": "vkontakte vk",
}  # fmt: skip

_CLOCKS: Final[Mapping[str, Callable[[pl.Series], pl.Series]]] = {
    "x": snowflake.tweet, "instagram": snowflake.instagram, "weibo": snowflake.weibo, "mastodon": snowflake.mastodon,
}  # fmt: skip
"""Times in ids. TikTok and Douyin are left out: theirs are the same."""


def platform_of(file: str, frame: pl.DataFrame, fields: Mapping[str, str]) -> tuple[str, str, str]:
    """The platform, a confidence and a reason; "" where nothing speaks for one. `fields`: field -> column."""
    head = frame.head(2_000)
    for field in ("url", "author.profile_url", "author_id"):
        column = fields.get(field, "")
        for platform, pattern in _HOSTS.items() if column in head.columns else ():
            if nearly_all(head[column].drop_nulls().str.contains(rf"^https?://(?:[\w-]+\.)*(?:{pattern})/")):
                return platform, "high", f"the links in {column} lead to it"
    for field in ("author_id", "post_id"):
        column = fields.get(field, "")
        for platform, pattern in _IDS.items() if column in head.columns else ():
            if nearly_all(head[column].drop_nulls().str.contains(pattern)):
                return platform, "high", f"only its ids look like those in {column}"
    if platform := _by_times(head, fields):
        return platform, "high", f"the times in the ids of {fields['post_id']} are those of {fields['created_at']}"
    for platform, names in _WORDS.items():
        for column in head.columns:
            if _named(column, names.split()):
                return platform, "moderate", f"{column} is a word of its exports"
    for part in _parts(file):
        word = words.platform(part) if len(part) > 1 else None
        if word and word != "web":
            return word, "low", f"the file is named {file}"
        if platform := next((name for name, known in _WORDS.items() if part in known.split()), ""):
            return platform, "low", f"the file is named {file}"
    return "", "low", "nothing says which"


def _named(column: str, names: list[str]) -> bool:
    """Whether a column's name has one of the words; Chinese ones stand together without marks between them (微博内容)."""
    parts = _parts(column)
    return any(word in parts if word.isascii() else word in column for word in names)


def _parts(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return [part for part in re.split(r"[\W_]+", apart.lower()) if part]


def _by_times(head: pl.DataFrame, fields: Mapping[str, str]) -> str:
    """The platform whose ids hold the very times of the posts; "" where none does."""
    post, created = fields.get("post_id", ""), fields.get("created_at", "")
    if (
        post not in head.columns
        or created not in head.columns
        or not nearly_all(head[post].str.contains(r"^\d{15,20}$"))
    ):
        return ""
    order = dates.order(head[created])
    instants = columns.times(dates.plain(head[created], order or None)).values
    for platform, time_of in _CLOCKS.items():
        # A day covers every zone a time may be written in; ids of other platforms lie years away.
        if nearly_all((time_of(head[post]) - instants).abs() < timedelta(days=1)):
            return platform
    return ""
