"""Published indicators made comparable: defanged addresses as they work, links to profiles as the accounts they lead to."""

from typing import Final

import polars as pl

# Host, platform, what of a path is the account. A path of any other shape is a post, a video or a page of the platform
# itself, and stays an address.
_PROFILES: Final = (
    (r"(?:x|twitter)\.com", "x", r"^/([A-Za-z0-9_]{1,15})/?$"),
    (r"(?:facebook|fb)\.com", "facebook", r"^/(?:profile\.php\?id=|groups/|people/[^/]+/)?([A-Za-z0-9.-]+)/?$"),
    (r"instagram\.com", "instagram", r"^/([A-Za-z0-9._]+)/?$"),
    (r"threads\.(?:net|com)", "threads", r"^/@([A-Za-z0-9._]+)/?$"),
    (r"youtube\.com", "youtube", r"^/(?:channel/|c/|user/|@)([^/?]+)/?$"),
    (r"tiktok\.com", "tiktok", r"^/@([^/?]+)/?$"),
    (r"(?:t|telegram)\.me", "telegram", r"^/(?:s/)?([A-Za-z]\w+)/?$"),
    (r"(?:vk\.com|vkontakte\.ru)", "vk", r"^/([A-Za-z0-9_.]+)/?$"),
    (r"reddit\.com", "reddit", r"^/(?:u|user)/([^/?]+)/?$"),
    (r"bsky\.app", "bluesky", r"^/profile/([^/?]+)/?$"),
    (r"weibo\.com", "weibo", r"^/(?:u/)?(\w+)/?$"),
    (r"(?:ok\.ru|odnoklassniki\.ru)", "other:ok", r"^/(?:group/|profile/)?([\w.]+)/?$"),
    (r"medium\.com", "other:medium", r"^/@([^/?]+)/?$"),
    (r"pinterest\.com", "other:pinterest", r"^/(\w+)/?$"),
)
_NOT_PEOPLE: Final = ("home", "search", "explore", "hashtag", "watch", "login", "share", "intent", "joinchat", "feed")
_WEB: Final = (
    r"(?i)^(?:https?://)?(?:www\d?\.|m\.|mobile\.)?([^/\s?#:@]+\.\p{L}[\p{L}\d-]*[\p{L}\d])(?::\d+)?([/?#]\S*)?$"
)
_FULL_HOST: Final = r"(?i)^(?:https?://)?(?:www\d?\.)?([^/\s?#:@]+)"


def refang(text: pl.Series) -> pl.Series:
    """Addresses as they were before they were made harmless: `hxxp`, `[.]`, `(.)`, `[dot]`, `[:]`, `[at]`."""
    return (
        text.str.strip_chars()
        .str.replace(r"(?i)^h(?:xx|\*\*|tt)p(s?)\s*(?:\[:\]|:)\s*(?:\[//\]|//)", "http$1://")
        .str.replace_all(r"(?i)[\[({]\s*(?:\.|dot)\s*[\])}]|\\\.", ".")
        .str.replace_all(r"(?i)\[(?:@|at)\]", "@")
        .str.replace_all(r"\[([:/])\]", "$1")
    )


def read(text: pl.Series, hint: pl.Series) -> pl.DataFrame:
    """Columns `kind`, `indicator`, `platform` for refanged texts; all null where a text is no indicator.

    A link to a profile is an account of its platform, by id or by handle without @; a link to a site's front page is its
    domain; any other link an address with a scheme. `hint` is the platform that what stands around names, for bare
    handles. A hashtag is a text.
    """
    frame = pl.DataFrame({"text": text, "hint": hint})
    web = pl.col("text").str.extract_groups(_WEB).struct
    frame = frame.with_columns(
        host=web.field("1").str.to_lowercase().str.strip_chars_end("."),
        path=pl.coalesce(web.field("2"), pl.lit("/")),
    )
    host, path = pl.col("host"), pl.col("path")
    account, platform = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.String)
    plain = pl.when(path.str.contains(r"^/profile\.php\?id=\d")).then(path).otherwise(path.str.replace(r"[?#].*$", ""))
    for name, word, pattern in _PROFILES:
        here = host.str.contains(rf"(?:^|\.){name}$")
        found = plain.str.extract(pattern)
        account = pl.when(here & ~found.str.to_lowercase().is_in(_NOT_PEOPLE)).then(found).otherwise(account)
        platform = pl.when(here).then(pl.lit(word)).otherwise(platform)
    frame = frame.with_columns(account=account, on=platform)
    handle = pl.col("text").str.extract(r"^@([\w.-]+)$")
    profile = pl.coalesce("account", pl.when(pl.col("hint").is_not_null()).then(handle))
    front = host.is_not_null() & pl.col("on").is_null() & path.is_in(["", "/"])
    address = pl.col("text")
    address = pl.when(address.str.contains(r"(?i)^https?://")).then(address).otherwise(pl.lit("https://") + address)
    hashtag = pl.col("text").str.contains(r"^[#＃][^\s#]+$")
    return frame.select(
        kind=pl.when(profile.is_not_null()).then(pl.lit("account")).when(front).then(pl.lit("domain"))
        .when(host.is_not_null()).then(pl.lit("url")).when(hashtag).then(pl.lit("text")),
        indicator=pl.when(profile.is_not_null()).then(profile)
        .when(front).then(pl.col("text").str.extract(_FULL_HOST).str.to_lowercase().str.strip_chars_end("."))
        .when(host.is_not_null()).then(address).when(hashtag).then(pl.col("text")),
        platform=pl.when(pl.col("account").is_not_null() | host.is_not_null()).then("on")
        .when(handle.is_not_null() | hashtag).then("hint"),
    )  # fmt: skip
