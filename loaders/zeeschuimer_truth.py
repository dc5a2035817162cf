"""Posts of Truth Social as its pages get them: Mastodon's statuses, with quotes, and numbers that are the platform's own."""

from typing import Final

from loaders import markup
from loaders.native import Item, listed, mapping, text_of

USED: Final = frozenset({
    "id", "created_at", "account", "content", "language", "in_reply_to_id", "in_reply_to_account_id", "reblog", "quote",
    "quote_id", "mentions", "tags", "card", "favourites_count", "reblogs_count", "replies_count", "url", "uri",
})  # fmt: skip
ADDRESSES: Final = frozenset({"media_attachments", "emojis"})


def take_apart(data: Item) -> list[Item]:
    """The post, then what it passes on or quotes. A repost has the text of its original, and none of its counts."""
    original, quoted = mapping(data.get("reblog")), mapping(data.get("quote"))
    post = _post(original or data)
    if original:
        author = _post(data)
        post = {
            **{
                key: post[key]
                for key in ("content_type", "text", "language", "hashtags", "mentions", "urls", "links_more")
            },
            **{key: author[key] for key in ("post_id", "author_id", "handle", "created_at", "url", "author")},
            "repost_of_post_id": original.get("id"),
            "repost_of_account_id": mapping(original.get("account")).get("id"),
        }
    post["is_repost"] = bool(original)
    inside = [{**_post(part), "is_repost": False, "included": True} for part in (original, quoted) if part.get("id")]
    return [post, *inside]


def _post(data: Item) -> Item:
    account = mapping(data.get("account"))
    text, links = markup.read(text_of(data.get("content")) or "")
    return {
        "post_id": data.get("id"),
        "author_id": account.get("id"),
        "handle": account.get("acct") or account.get("username"),
        "created_at": data.get("created_at"),
        "content_type": "post",
        "text": text or None,
        "language": data.get("language"),
        "in_reply_to_post_id": data.get("in_reply_to_id"),
        "in_reply_to_account_id": data.get("in_reply_to_account_id"),
        "quote_of_post_id": data.get("quote_id") or mapping(data.get("quote")).get("id"),
        "urls": links,
        "links_more": [link] if (link := text_of(mapping(data.get("card")).get("url"))) else None,
        "hashtags": [tag.get("name") for tag in listed(data.get("tags"))],
        "mentions": [one.get("id") for one in listed(data.get("mentions"))],
        "likes": data.get("favourites_count"),
        "reposts": data.get("reblogs_count"),
        "replies": data.get("replies_count"),
        "url": data.get("url") or data.get("uri"),
        "author": {
            "display_name": account.get("display_name"),
            "description": markup.read(text_of(account.get("note")) or "")[0] or None,
            "created_at": account.get("created_at"),
            "location": account.get("location") or None,
            "followers": account.get("followers_count"),
            "following": account.get("following_count"),
            "posts_count": account.get("statuses_count"),
            "verified": account.get("verified"),
        },
    }
