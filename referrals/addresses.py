"""Addresses of accounts and posts on their platforms, from ids where the export gave none; and links to platforms in text."""

import re
from typing import Final
from urllib.parse import quote

# Where an id alone leads to the account; it survives a rename.
_BY_ID: Final = {
    "x": "https://x.com/i/user/{id}",
    "facebook": "https://www.facebook.com/{id}",
    "youtube": "https://www.youtube.com/channel/{id}",
    "bluesky": "https://bsky.app/profile/{id}",
    "weibo": "https://weibo.com/u/{id}",
    "vk": "https://vk.com/id{id}",
}
_BY_HANDLE: Final = {
    "instagram": "https://www.instagram.com/{id}/",
    "threads": "https://www.threads.com/@{id}",
    "tiktok": "https://www.tiktok.com/@{id}",
    "telegram": "https://t.me/{id}",
    "reddit": "https://www.reddit.com/user/{id}",
}
# What an id must look like to be one of the platform's own and not of an export tool.
_ID: Final = {
    "x": r"\d+",
    "facebook": r"\d+",
    "weibo": r"\d+",
    "vk": r"\d+",
    "youtube": r"UC[\w-]{22}",
    "bluesky": r"did:\S+",
}
_HOSTS: Final = {
    "x": ("x.com", "twitter.com"),
    "facebook": ("facebook.com", "fb.com", "fb.watch"),
    "instagram": ("instagram.com",),
    "threads": ("threads.net", "threads.com"),
    "youtube": ("youtube.com", "youtu.be"),
    "tiktok": ("tiktok.com",),
    "douyin": ("douyin.com", "iesdouyin.com"),
    "wechat": ("weixin.qq.com",),
    "weibo": ("weibo.com", "weibo.cn"),
    "bilibili": ("bilibili.com", "b23.tv"),
    "xiaohongshu": ("xiaohongshu.com", "xhslink.com"),
    "telegram": ("t.me", "telegram.me"),
    "bluesky": ("bsky.app", "bsky.social"),
    "reddit": ("reddit.com", "redd.it"),
    "vk": ("vk.com", "vkontakte.ru"),
}
# A dot, also as people and reports write it so that nobody clicks: [.] (.) [dot].
_DOT: Final = r"(?:\.|\[\.\]|\(\.\)|\[dot\]|\uff0e|\u3002)"
_LINK: Final = re.compile(
    rf"(?<![\w@])(?:h(?:tt|xx)ps?(?:://|\[:\]//|:\[//\]))?(?:[\w-]+{_DOT})*?(?P<host>"
    + "|".join(re.escape(host).replace(r"\.", _DOT) for hosts in _HOSTS.values() for host in hosts)
    + r")(?![\w-])(?::\d+)?(?:[/?#][^\s<>\"'\uff0c\u3002\uff09]*)?",
    re.IGNORECASE,
)
_AT: Final = re.compile(r"\bat://[^\s<>\"']+", re.IGNORECASE)


def account_address(platform: str, account_id: str, handle: str | None) -> str | None:
    """Where the account is, by its id where the platform knows such addresses; None where nothing is known."""
    if platform in _BY_ID and re.fullmatch(_ID[platform], account_id):
        return _BY_ID[platform].format(id=quote(account_id, safe=":"))
    if platform in _BY_HANDLE and handle and not re.search(r"\s", handle):
        return _BY_HANDLE[platform].format(id=quote(handle.lstrip("@"), safe=""))
    return None


def post_address(platform: str, post_id: str, author_id: str) -> str | None:
    """Where the post is; None where its id alone does not lead there."""
    if platform == "x" and post_id.isdigit():
        return f"https://x.com/i/status/{post_id}"
    if platform == "weibo" and author_id.isdigit() and post_id.isalnum():
        return f"https://weibo.com/{author_id}/{quote(post_id)}"
    if platform == "youtube" and re.fullmatch(r"[\w-]{11}", post_id):
        return f"https://www.youtube.com/watch?v={post_id}"
    if found := re.fullmatch(r"at://(did:[^/\s]+)/app\.bsky\.feed\.post/(\w+)", post_id):
        return f"https://bsky.app/profile/{found[1]}/post/{found[2]}"
    return None


def links_covered(text: str, platform: str, instead: str) -> str:
    """`text` with every link to a platform other than `platform` covered, defanged ones too."""
    if platform != "bluesky":
        text = _AT.sub(instead, text)
    own = _HOSTS.get(platform, ())

    def cover(found: re.Match[str]) -> str:
        host = re.sub(_DOT, ".", found["host"].lower())
        return found[0] if host in own else instead

    return _LINK.sub(cover, text)
