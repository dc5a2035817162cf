"""Which platform a 4CAT table is of: its columns tell, or the addresses in it; what neither tells is asked."""

from typing import Final

import polars as pl

# Columns that only the tables of one data source have; the first that fits wins.
_TELLING: Final = (
    ("x", {"is_retweet", "is_quote_tweet"}),
    ("x", {"retweeted_user", "is_reply"}),
    ("telegram", {"author_forwarded_from_name"}),
    ("telegram", {"chat", "author_is_bot"}),
    ("bluesky", {"replied_to_user", "quoted_user"}),
    ("bluesky", {"replied_to_post", "author_display_name"}),
    ("tiktok", {"tiktok_url"}),
    ("douyin", {"author_is_ad_fake"}),
    ("douyin", {"place_in_collection", "video_tags"}),
    ("reddit", {"subreddit"}),
    ("youtube", {"yt_channel_id"}),
    ("other:4chan", {"image_4chan"}),
    ("instagram", {"num_likes", "num_media"}),
    ("instagram", {"num_likes", "usertags"}),
)
LINKS: Final = ("link", "post_url", "url", "tiktok_url", "permalink")
_HOSTS: Final = (
    (r"(?:x|twitter)\.com", "x"),
    (r"facebook\.com", "facebook"),
    (r"instagram\.com", "instagram"),
    (r"threads\.(?:net|com)", "threads"),
    (r"(?:youtube\.com|youtu\.be)", "youtube"),
    (r"tiktok\.com", "tiktok"),
    (r"douyin\.com", "douyin"),
    (r"weibo\.(?:com|cn)", "weibo"),
    (r"xiaohongshu\.com", "xiaohongshu"),
    (r"bilibili\.com", "bilibili"),
    (r"t\.me", "telegram"),
    (r"bsky\.app", "bluesky"),
    (r"reddit\.com", "reddit"),
    (r"vk\.com", "vk"),
    (r"(?:4chan|4channel)\.org", "other:4chan"),
    (r"8kun\.top", "other:8kun"),
    (r"linkedin\.com", "other:linkedin"),
    (r"9gag\.com", "other:9gag"),
    (r"gab\.com", "other:gab"),
    (r"truthsocial\.com", "other:truth_social"),
    (r"imgur\.com", "other:imgur"),
    (r"pinterest\.com", "other:pinterest"),
    (r"douban\.com", "other:douban"),
)


def of_columns(columns: set[str]) -> str | None:
    """The platform whose data source writes these columns (in lower case); None where several do, or none."""
    return next((platform for platform, telling in _TELLING if telling <= columns), None)


def of_addresses(addresses: pl.Series) -> str | None:
    """The platform that all addresses of a table's own posts lead to; None where they lead to several, or to none."""
    distinct = addresses.drop_nulls()
    hosts = distinct.str.to_lowercase().str.extract(r"^(?:https?://)?(?:www\.|m\.|old\.)?([^/?#]+)").unique()
    found = {
        next(
            (platform for pattern, platform in _HOSTS if pl.Series([host]).str.contains(rf"(?:^|\.){pattern}$")[0]),
            None,
        )
        for host in hosts.drop_nulls().head(50)
    }
    return found.pop() if len(found) == 1 else None
