"""Words with fixed values, as docs/contract.md lists them; anything else is refused where records enter."""

from typing import Final

PLATFORMS: Final = (
    "x", "facebook", "instagram", "threads", "youtube", "tiktok", "douyin", "wechat", "weibo", "bilibili",
    "xiaohongshu", "telegram", "bluesky", "mastodon", "reddit", "vk", "web",
)  # fmt: skip
# Names people and exports use for the same platform; `other:NAME` is kept as it is.
PLATFORM_ALIASES: Final = {
    "twitter": "x", "x.com": "x", "twitter.com": "x", "tw": "x", "fb": "facebook", "ig": "instagram",
    "insta": "instagram",
    "yt": "youtube", "tg": "telegram", "weixin": "wechat", "微信": "wechat", "微博": "weibo", "抖音": "douyin",
    "小红书": "xiaohongshu", "xhs": "xiaohongshu", "rednote": "xiaohongshu", "b站": "bilibili", "哔哩哔哩": "bilibili",
    "bsky": "bluesky", "vkontakte": "vk", "news": "web", "website": "web",
}  # fmt: skip

AUTHOR_KINDS: Final = ("account", "page", "outlet")
ENTITY_KINDS: Final = ("account", "page", "outlet", "post")
PARTY_KINDS: Final = ("outlet", "organisation", "person", "domain", "page", "account")
CONTENT_TYPES: Final = ("post", "comment", "article", "video", "image", "ad", "other")
TIME_PRECISIONS: Final = ("second", "minute", "hour", "day")
OUTLET_KINDS: Final = ("state", "state-affiliated", "party", "wire", "independent", "unknown")
RELATIONS: Final = (
    "owned_by", "registered_to", "directed_by", "funded_by", "partner_of", "hosted_with", "same_certificate",
    "same_analytics_id", "same_site_template",
)  # fmt: skip
ENGAGEMENT_KINDS: Final = ("like", "repost", "reply", "view", "follow")
SCOPES: Final = ("timeline", "keyword", "replies", "followers", "sample", "unknown")
COMPLETENESS: Final = ("yes", "no", "unknown")
INDICATOR_KINDS: Final = ("account", "domain", "url", "media_hash", "text")
LAYERS: Final = (
    "object", "link", "domain", "hashtag", "hashtag_sequence", "repost", "fast_repost", "reply", "mention", "text",
    "media", "wake",
)  # fmt: skip
ROLES: Final = (
    "seeder", "amplifier", "commenter", "follower", "source", "copier", "owner", "target", "possible_victim",
)  # fmt: skip
ACTIONS: Final = ("none", "investigate", "secure_and_restore", "label", "remove")
OUTCOMES: Final = ("none", "undetermined", "open", "unexplained", "deceptive")
GATES: Final = ("group_test", "two_signs", "two_windows", "deception_sign", "no_trap")
SIGNS: Final = (
    "coaction", "text", "repost", "reply", "follow", "wake", "place", "engagement", "persona", "ownership",
)  # fmt: skip
DECEPTIONS: Final = ("hijack", "place_conflict", "fake_persona", "farm", "hidden_sponsor")
"""Signs that somebody pretends to be what they are not; behaviour alone is none."""
TRAPS: Final = (
    "fan_club", "template_letter", "breaking_news", "wire", "press_release", "scheduler", "diaspora", "app_post",
    "staff", "hyperactive_user", "keyword_sample", "same_owner", "returner",
)  # fmt: skip
REASONS: Final = (
    "not_tested", "too_few_events", "coverage", "single_layer", "window_dependent", "no_baseline", "below_floor",
    "time_precision", "order_unknown", *(f"explained_by_{trap}" for trap in TRAPS),
)  # fmt: skip
CONFIDENCES: Final = ("low", "moderate", "high")
LIKELIHOODS: Final = (
    "almost_no_chance", "very_unlikely", "unlikely", "roughly_even_chance", "likely", "very_likely", "almost_certain",
)  # fmt: skip
REVIEW_STATES: Final = ("new", "in_review", "confirmed", "dismissed", "unsure", "reconfirm")
DETECTOR_NAMES: Final = (
    "hijack", "copypasta", "flood", "follower_farm", "chain", "engagement", "repeat", "shift", "echo", "media",
    "persona", "coaction", "ownership", "operation",
)  # fmt: skip


def platform(name: str) -> str | None:
    """The contract's word for a platform however an export spells it; None for a name that is not one."""
    word = name.strip().lower()
    word = PLATFORM_ALIASES.get(word, word)
    if word in PLATFORMS or (word.startswith("other:") and len(word) > len("other:")):
        return word
    return None
