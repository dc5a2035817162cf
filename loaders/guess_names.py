"""What exports call their columns: English, French and Chinese names of each field, and the spellings of many tools."""

import re
import unicodedata
from typing import Final

# Names before | say the field by themselves; those behind it also mean other things, and need values that agree.
POSTS: Final = {
    "created_at": "created_at created_time creation_time create_time created_utc tweet_created_at tweet_time post_time"
    " post_date posted_at posted_on published_at publish_date publish_time published pub_date date_published"
    " date_created creation_date sent_at date_time datetime 发布时间 发表时间 创建时间 发送时间 评论时间 完整日期"
    " date_publication date_de_publication date_creation cree_le publie_le horodatage date_heure"
    " | when date time timestamp ts unix_timestamp created date_utc day clock 时间 日期 heure jour quand",
    "post_id": "post_id tweet_id tweetid status_id message_id msg_id note_id aweme_id video_id comment_id article_id"
    " item_id content_id 帖子id 微博id 笔记id 消息id 作品id 评论id 视频id id_post id_tweet id_message id_publication"
    " post_uri | id uri key mid guid bvid identifiant rkey",
    "author_id": "author_id user_id userid account_id sender_id creator_id owner_id from_id 用户id 作者id 博主id 账号id"
    " 发布者id author_channel_id from_user_id id_auteur id_utilisateur id_compte auteur_id utilisateur_id compte_id author_did"
    " | uid channel_id page_id profile_id did actor sec_uid peer_id",
    "author.handle": "handle username user_name screen_name user_screen_name author_username author_handle"
    " author_user_name account_handle from_user from_user_name 用户名 账号 nom_utilisateur nom_d_utilisateur pseudo"
    " | who qui author user account login sender poster from owner creator by 作者 发布者 博主 auteur utilisateur compte"
    " emetteur nick",
    "author.display_name": "display_name user_display_name author_name author_fullname full_name fullname nickname"
    " nick_name channel_name channel_title chat_name page_name 昵称 用户昵称 公众号名称 账号名称 nom_affiche nom_auteur"
    " nom_compte nom_page | account_name name channel chat page group group_name media_name nom chaine 名称 公众号",
    "text": "text full_text tweet_text tweet_content post_text content body message_text comment_text article_text"
    " selftext message 内容 正文 文本 微博正文 微博内容 评论内容 帖子内容 texte contenu corps"
    " | what quoi tweet post msg caption description comment status summary desc snippet publication commentaire legende"
    " message_brut 描述 评论",
    "title": "title headline titre 标题 video_title post_title | subject sujet",
    "url": "permalink post_url tweet_url permalink_url url_post status_url video_url article_url note_url aweme_url web_video_url"
    " lien_publication lien_de_la_publication lien_du_message lien_message url_du_message post_link link_to_post 微博链接"
    " 帖子链接 原文链接 | url link uri web_link lien 链接 网址",
    "urls": "urls expanded_urls shared_urls url_list links_shared liens external_links 外链"
    " | links link expanded_url shared_url shared_link final_link 分享链接",
    "hashtags": "hashtags hashtag mots_diese mot_diese hashtag_names 话题 | tags tag_list 标签",
    "mentions": "mentions user_mentions mentioned_users at_users comptes_mentionnes @用户 | mention",
    "language": "language lang tweet_language tweet_lang post_language detected_language langue 语言 语种 | locale",
    "client": "client tweet_client_name source_label source_app device 工具 设备 appareil"  # codespell:ignore appareil
    " | app tool source application via 来源",
    "location": "location place place_name geo_location ip_location 位置 地点 发布位置 ip属地 lieu localisation | geo"
    " where city region country ville pays 国家 地区",
    "latitude": "latitude lat 纬度",
    "longitude": "longitude lng lon long 经度",
    "in_reply_to_post_id": "in_reply_to_status_id in_reply_to_tweetid in_reply_to_tweet_id in_reply_to_id"
    " in_reply_to_post_id reply_to_message_id reply_to_msg_id reply_to_id replied_to_id parent_comment_id 回复id"
    " id_reponse_a | in_reply_to reply_to parent_id reply_id",
    "in_reply_to_account_id": "in_reply_to_user_id in_reply_to_userid reply_to_user_id replied_user_id"
    " in_reply_to_account_id",
    "repost_of_post_id": "retweeted_status_id retweet_id retweet_tweetid retweeted_tweet_id retweeted_id repost_id"
    " repost_of_id repost_of_post_id reblog_id shared_post_id forwarded_id 源微博id 转发id | repost_of",
    "repost_of_account_id": "retweet_userid retweeted_user_id retweet_user_id repost_of_account_id reposted_user_id"
    " 源用户id",
    "quote_of_post_id": "quoted_status_id quoted_tweet_id quoted_tweet_tweetid quote_tweet_id quoted_id quote_id"
    " quote_of_post_id",
    "is_repost": "is_retweet is_repost is_rt is_share is_forward est_retweet est_partage 是否转发"
    " | retweet repost rt",
    "content_type": "content_type | post_type media_type type",
    "likes": "likes like_count likes_count favorite_count favourite_count favorites_count digg_count liked_count upvotes"
    " reaction_count reactions_count 点赞数 点赞 获赞数 j_aime jaime mentions_j_aime aime"
    " | favorites favourites reactions hearts score points like 赞",
    "reposts": "retweets retweet_count reposts reposts_count repost_count shares share_count shared_count shares_count"
    " forwards forward_count retweets_count reblogs_count 转发数 分享数 partages republications"
    " | 转发 分享 shared",
    "replies": "replies reply_count replies_count comments_count comment_count num_comments 评论数 回复数 commentaires"
    " reponses | comments responses 回复 评论",  # codespell:ignore reponses
    "views": "views view_count views_count impressions impression_count play_count plays reads 阅读数 播放量 浏览量 播放数"
    " 阅读量 vues lectures | reach play",
    "collected_at": "collected_at scraped_at crawled_at crawl_time retrieved_at fetched_at captured_at harvested_date"
    " scrape_date collection_time timestamp_collected retrieved_on last_modify_ts 采集时间 抓取时间 爬取时间 date_collecte"
    " date_de_collecte collecte_le",
    "deleted_at": "deleted_at deletion_date removed_at 删除时间 supprime_le",
    "platform": "platform social_network source_platform media_platform 平台 plateforme reseau reseau_social"
    " | network site reseaux",
    "media_hashes": "media_hashes media_hash pdq pdq_hash image_hash phash",
}  # fmt: skip
ACCOUNTS: Final = {
    "handle": "handle username user_name screen_name login pseudo 用户名 nom_utilisateur | nick account user compte",
    "display_name": "display_name full_name fullname nickname 昵称 nom_affiche | name nom title titre 名称",
    "description": "description bio biography profile_description 简介 个人简介 biographie | about desc signature",
    "created_at": "created_at created_date creation_date account_creation_date account_created_at account_created"
    " registered joined joined_at join_date registration_date 注册时间 date_inscription cree_le inscription | created date",
    "location": "location profile_location reported_location 所在地 地区 localisation | ville city country pays ip_location",
    "language": "language lang langue 语言",
    "followers": "followers followers_count follower_count num_followers subscribers subscriber_count fans fans_count 粉丝数"
    " 粉丝 abonnes nombre_abonnes | audience likes_count",
    "following": "following following_count friends friends_count followings follow_count"  # codespell:ignore followings
    " 关注数 关注 abonnements",
    "posts_count": "posts_count statuses_count tweet_count tweets_count status_count media_count post_count video_count"
    " 微博数 作品数 发文数 | posts tweets updates publications",
    "verified": "verified is_verified blue_verified 认证 verifie certifie est_certifie",  # codespell:ignore verifie
    "default_avatar": "default_avatar default_profile_image",
    "avatar_hash": "avatar_hash",
    "profile_url": "profile_url user_url account_url channel_url 主页链接 主页 url_profil lien_profil | profile url link lien",
}  # fmt: skip
ACCOUNT_ID: Final = POSTS["author_id"].replace(" |", " id_compte 用户编号 | id") + " key"
OBSERVED: Final = (
    POSTS["collected_at"] + " observed_at as_of snapshot_date measured_at 观察时间 | date day time timestamp jour 日期"
)
OTHERS: Final = {
    "accounts": {
        "account_id": ACCOUNT_ID,
        **ACCOUNTS,
        "observed_at": OBSERVED.replace("| date", "|"),
        "platform": POSTS["platform"],
    },
    "account_history": {
        "account_id": ACCOUNT_ID,
        **{name: words for name, words in ACCOUNTS.items() if name not in ("created_at", "verified", "profile_url")},
        "observed_at": OBSERVED,
        "platform": POSTS["platform"],
    },
    "follows": {
        "follower_id": "follower_id follower follower_user_id 粉丝id abonne id_abonne | source from user_id",
        "followed_id": "followed_id followed following_id friend_id followee followee_id 被关注id abonnement | target to",
        "followed_at": "followed_at follow_date follow_time 关注时间 | date time timestamp created_at",
        "position": "position rank 排名 rang | order",
        "platform": POSTS["platform"],
    },
    "engagements": {
        "post_id": POSTS["post_id"] + " target object_id",
        "account_id": ACCOUNT_ID,
        "kind": "kind engagement engagement_type interaction interaction_type | type action event",
        "at": "at engaged_at liked_at " + POSTS["created_at"],
        "platform": POSTS["platform"],
    },
}
"""Table -> field -> names, for files that are no posts."""

_AUTHOR: Final = re.compile(
    r"^(?:author_meta|author|user|account|sender|poster|owner|creator|profile|channel|page|auteur|utilisateur|compte|用户|作者"
    r"|博主|账号)_?(?:s_)?(.+)$"
)
# What stands before or behind the name itself: the thing counted, the platform, "number of", how the value is written.
_BESIDE: Final = re.compile(
    r"^(?:tweet|post|status|message|msg|item|video|note|data|legacy|public_metrics|stats|statistics|metrics|nb_de|nb"
    r"|nombre_de|nombre_d|nombre|number_of|num|n|total|no_of|count_of|x|twitter|facebook|fb|instagram|ig|youtube|tiktok"
    r"|weibo|telegram)_(.+)$"
    r"|^(.+?)_(?:count|total|nb|utc|gmt|local|text|str|数量)$"
)
_COUNT: Final = re.compile(r"(?:^|_)(?:count|total)(?:$|_)")
_SMALL_WORDS: Final = re.compile(r"_(?:de|du|des|d|of|the|la|le|l)_")


_WORDS: Final = {
    "created_at": "time of the post", "post_id": "id of the post", "author_id": "id of the author",
    "author.handle": "author", "author.display_name": "name of the author", "url": "address of the post",
    "urls": "links in the post", "is_repost": "mark of a repost", "collected_at": "time of collection",
    "client": "program it was posted with", "account_id": "id of the account", "likes": "number of likes",
    "reposts": "number of reposts", "replies": "number of replies", "views": "number of views",
    "author.created_at": "time the author's account was made", "in_reply_to_post_id": "id of the post it replies to",
    "in_reply_to_account_id": "id of the account it replies to", "repost_of_post_id": "id of the post it reposts",
    "repost_of_account_id": "id of the account it reposts", "quote_of_post_id": "id of the post it quotes",
    "author.followers": "number of the author's followers", "author.following": "number of accounts the author follows",
    "author.posts_count": "number of the author's posts", "followers": "number of followers",
}  # fmt: skip


def word(field: str) -> str:
    """A field in plain words."""
    plain_words = field.removeprefix("author.").replace("_", " ")
    return _WORDS.get(field, f"{plain_words} of the author" if field.startswith("author.") else plain_words)


def plain(name: str) -> str:
    """A column's name without accents, case and punctuation: `Date de création` and `dateDeCreation` are alike."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    bare = "".join(c for c in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(c))
    return re.sub(r"[^\w@]+", "_", bare.lower()).strip("_")


def _table(fields: dict[str, str]) -> dict[str, list[tuple[str, int]]]:
    """Plain name -> the fields it may mean, with how surely: 0 by itself, 1 if the values agree."""
    found: dict[str, list[tuple[str, int]]] = {}
    for field, words in fields.items():
        sure, _, unsure = words.partition("|")
        for tier, group in enumerate((sure, unsure)):
            for word in group.split():
                found.setdefault(plain(word), []).append((field, tier))
    return found


_OF_AUTHORS_ALONE: Final = ("followers", "following", "posts_count", "verified", "profile_url", "description")
"""What no post has: a column so called beside posts is about their authors."""
_BY_TABLE: Final = {"posts": _table(POSTS), **{table: _table(fields) for table, fields in OTHERS.items()}}
_AUTHORS: Final = _table(ACCOUNTS)


def meanings(column: str, table: str) -> dict[str, int]:
    """The fields of `table` that a column so called may be, with how surely: 0 by itself, 1 and more if values agree."""
    found = _exactly(plain(column), table)
    if found:
        return found
    for shorter in _shorter(column):
        for field, tier in _exactly(shorter, table).items():
            found.setdefault(field, tier + 1)
    return found


def _exactly(name: str, table: str) -> dict[str, int]:
    """The fields that a plain name stands for as it is, or as something of the author."""
    found: dict[str, int] = dict(reversed(_BY_TABLE[table].get(name, [])))
    about_author = _AUTHOR.match(name)
    if table == "posts":
        if not found and about_author and about_author[1] in ("id", "uid", "key"):
            found["author_id"] = 0
        if not found and about_author:
            found |= {f"author.{field}": tier for field, tier in _AUTHORS.get(about_author[1], [])}
        for field, tier in _AUTHORS.get(name, []):
            if field in _OF_AUTHORS_ALONE and f"author.{field}" not in found:
                found[f"author.{field}"] = tier + 1
    elif table != "follows" and not found and about_author:
        found |= dict(_BY_TABLE[table].get(about_author[1], []))
    return found


def _shorter(column: str) -> list[str]:
    """The name without what stands beside it: `public_metrics.like_count`, `comments.summary.total_count`, `X Likes`."""
    name = plain(column)
    parts = [plain(part) for part in re.split(r"[.:/]", column) if plain(part)]
    found = [parts[0] if len(parts) > 1 and _COUNT.search(parts[-1]) else "", parts[-1] if parts else ""]
    found.append(_SMALL_WORDS.sub("_", name))
    for whole in (name, parts[-1] if parts else ""):
        if match := _BESIDE.match(whole):
            found += [part for part in match.groups() if part]
    return [part for part in dict.fromkeys(found) if part and part != name]
