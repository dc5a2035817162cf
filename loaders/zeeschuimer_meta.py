"""Posts of Instagram and Threads as their own pages receive them: lists of items, and the older graph."""

from loaders.native import Item, first, listed, mapping

USED = frozenset({"code", "shortcode", "taken_at", "taken_at_timestamp", "caption", "edge_media_to_caption", "user", "owner",
                  "media_type", "__typename", "like_count", "edge_media_preview_like", "edge_liked_by", "comment_count",
                  "edge_media_to_comment", "edge_media_to_parent_comment", "edge_media_preview_comment", "play_count",
                  "ig_play_count", "view_count", "video_view_count", "location", "product_type", "is_ad", "is_video",
                  "like_and_view_counts_disabled", "text_post_app_info", "usertags"})  # fmt: skip
ADDRESSES = frozenset({"image_versions2", "video_versions", "carousel_media", "display_resources", "thumbnail_resources",
                       "display_url", "video_url", "thumbnail_src", "edge_sidecar_to_children", "video_dash_manifest",
                       "audio", "dash_info", "organic_tracking_token", "logging_info_token"})  # fmt: skip
_VIDEO = 2


def instagram(data: Item) -> list[Item]:
    """One post. Likes that its author has hidden are unknown, whatever number stands in their place."""
    graph = str(data.get("__typename", "")).startswith("Graph")
    user = mapping(data.get("user")) or mapping(data.get("owner"))
    place = mapping(data.get("location"))
    code = data.get("code") or data.get("shortcode")
    film = data.get("media_type") == _VIDEO or data.get("is_video") is True or data.get("__typename") == "GraphVideo"
    hidden = data.get("like_and_view_counts_disabled") is True
    captions = listed(first(data, "edge_media_to_caption.edges"))
    likes = first(data, "edge_media_preview_like.count") if graph else data.get("like_count")
    return [
        {
            "post_id": code,
            "author_id": user.get("pk") or user.get("id"),
            "handle": user.get("username"),
            "created_at": data.get("taken_at") or data.get("taken_at_timestamp"),
            "content_type": _kind(data, film),
            "text": first(captions[0], "node.text") if captions else first(data, "caption.text"),
            "location": place.get("name"),
            "latitude": place.get("lat"),
            "longitude": place.get("lng"),
            "likes": None if hidden or (isinstance(likes, int) and likes < 0) else likes,
            "replies": first(data, "edge_media_to_comment.count")
            or first(data, "edge_media_to_parent_comment.count")
            or first(data, "edge_media_preview_comment.count")
            or data.get("comment_count"),
            "views": next((data[key] for key in ("play_count", "ig_play_count", "view_count", "video_view_count")
                           if data.get(key) is not None), None) if film and not hidden else None,
            "mentions_more": [first(item, "user.username") for item in listed(first(data, "usertags.in"))],
            "url": f"https://www.instagram.com/p/{code}/" if code else None,
            "author": _author(user),
        }
    ]  # fmt: skip


def threads(data: Item) -> list[Item]:
    """One post; a repost stands for its original, a quote names it."""
    user, told = mapping(data.get("user")), mapping(data.get("text_post_app_info"))
    code = data.get("code")
    original = mapping(first(told, "share_info.reposted_post"))
    quoted = mapping(first(told, "share_info.quoted_post"))
    link = first(told, "link_preview_attachment.url")
    handle = user.get("username")
    return [
        {
            "post_id": code,
            "author_id": user.get("pk") or user.get("id"),
            "handle": handle,
            "created_at": data.get("taken_at"),
            "content_type": _kind(data, data.get("media_type") == _VIDEO),
            "text": first(data, "caption.text"),
            "in_reply_to_account_id": first(told, "reply_to_author.pk") or first(told, "reply_to_author.id"),
            "repost_of_post_id": original.get("code"),
            "repost_of_account_id": first(original, "user.pk"),
            "is_repost": bool(original),
            "quote_of_post_id": quoted.get("code"),
            "links_more": [link],
            "likes": data.get("like_count"),
            "reposts": told.get("repost_count"),
            "replies": told.get("direct_reply_count"),
            "url": f"https://www.threads.com/@{handle}/post/{code}" if handle and code else None,
            "author": _author(user),
        }
    ]


def _kind(data: Item, film: bool) -> str:
    if data.get("product_type") == "ad" or data.get("is_ad") is True:
        return "ad"
    picture = data.get("media_type") in (1, 8) or str(data.get("__typename", "")) in ("GraphImage", "GraphSidecar")
    return "video" if film else "image" if picture else "post"


def _author(user: Item) -> Item:
    return {
        "display_name": user.get("full_name"),
        "description": user.get("biography"),
        "followers": user.get("follower_count"),
        "following": user.get("following_count"),
        "posts_count": user.get("media_count"),
        "verified": user.get("is_verified"),
        "default_avatar": user.get("has_anonymous_profile_picture"),
    }
