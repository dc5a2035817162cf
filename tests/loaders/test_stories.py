"""Each of the five stories loads from files of its own platforms, in English, French and Chinese: a folder, one command."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.loading import load_paths
from evidence.case import Case
from evidence.derive import derive
from loaders.base import Options
from records.store import query

# Per language: what people write, long enough that a language can be told; a headline; what credits a source; a topic.
TEXTS = {
    "en": (
        "Nobody asked the people of this town before they raised the price of the ferry, and nobody will answer for it.",
        "The ferry costs twice as much from today",
        "Source: Coast Daily",
        "ferry",
    ),
    "fr": (
        "Personne n'a demandé leur avis aux habitants avant d'augmenter le prix du traversier, et personne n'en répondra.",
        "Le traversier coûte deux fois plus cher dès aujourd'hui",
        "Source : Le Quotidien",
        "traversier",
    ),
    "zh": (
        "渡轮票价上涨之前没有人问过本镇居民的意见，以后也不会有人为此负责，大家都觉得非常失望。",
        "渡轮票价今天起翻了一倍",
        "来源：海岸日报",
        "渡轮",
    ),
}
CREDITED = {"en": "Coast Daily", "fr": "Le Quotidien", "zh": "海岸日报"}
EVERY_ACCOUNT = (
    "SELECT count(DISTINCT (platform, id)) FROM (SELECT platform, author_id AS id FROM posts"
    " UNION SELECT platform, account_id FROM accounts)"
)


@dataclass
class Expected:
    """What the case holds when a story is loaded."""

    formats: set[str]
    posts: dict[str, int]
    """Posts by platform."""
    accounts: int
    """Who wrote or is described, of every platform."""
    follows: int = 0
    more: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    """Questions of this story alone, and their answers."""


def lines(path: Path, items: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")


def table(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def comment_flood(folder: Path, language: str) -> Expected:
    """X: thirty answers of twelve accounts to one member's post, as pages of the API."""
    text, headline, _, _ = TEXTS[language]
    users = [{"id": f"90000000000000000{n:02}", "username": f"reader{n}", "name": f"R {n}"} for n in range(13)]
    root = {"id": "2030000000000000000", "author_id": users[12]["id"], "created_at": "2026-03-04T09:00:00.000Z",
            "text": headline, "lang": language, "conversation_id": "2030000000000000000"}  # fmt: skip
    answers = [
        {"id": f"20300000000001000{n:02}", "author_id": users[n % 12]["id"], "text": f"@reader12 {text} {n}",
         "created_at": f"2026-03-04T09:{n:02}:30.000Z", "lang": language, "conversation_id": root["id"],
         "in_reply_to_user_id": users[12]["id"], "referenced_tweets": [{"type": "replied_to", "id": root["id"]}]}
        for n in range(30)
    ]  # fmt: skip
    stamp = {"url": "https://api.twitter.com/2/tweets/search/all", "version": "2.14.0",
             "retrieved_at": "2026-03-05T10:00:00+00:00"}  # fmt: skip
    pages = [
        {"data": part, "includes": {"users": users}, "meta": {"result_count": len(part)}, "__twarc": stamp}
        for part in ([root, *answers[:15]], answers[15:])
    ]
    lines(folder / "replies.jsonl", pages)
    asked = "SELECT count(*), count(DISTINCT author_id) FROM posts WHERE in_reply_to_post_id = '2030000000000000000'"
    return Expected({"x_api"}, {"x": 31}, 13, more={asked: [(30, 12)]})


def rally_posts(folder: Path, language: str) -> Expected:
    """X: the information-operations archive, six accounts with one topic, each passing on the first one's post."""
    text, _, _, topic = TEXTS[language]
    base = {"user_display_name": "somebody", "follower_count": 12, "following_count": 40, "account_creation_date":
            "2025-12-01", "account_language": language, "tweet_language": language, "tweet_client_name": "TweetDeck",
            "quoted_tweet_tweetid": "", "like_count": 0, "reply_count": 0, "retweet_count": 0, "urls": "[]",
            "user_mentions": "[]"}  # fmt: skip
    rows = []
    for n in range(6):
        who = {"userid": f"80000000000000000{n}", "user_screen_name": f"rally{n}", **base}
        own = {"tweetid": f"203100000000000{n:04}", **who, "tweet_text": f"{text} #{topic}", "hashtags": f"['{topic}']",
               "tweet_time": f"2026-03-06 12:0{n}", "is_retweet": False, "retweet_userid": "",
               "retweet_tweetid": ""}  # fmt: skip
        rows.append(own)
        if n:
            passed_on = {"tweetid": f"203100000000001{n:04}", "tweet_text": f"RT @rally0: {text}", "is_retweet": True,
                         "retweet_userid": rows[0]["userid"], "retweet_tweetid": rows[0]["tweetid"],
                         "tweet_time": f"2026-03-06 12:1{n}"}  # fmt: skip
            rows.append({**own, **passed_on})
    table(folder / "tweets.csv", rows)
    more: dict[str, list[tuple[Any, ...]]] = {
        "SELECT count(*), count(DISTINCT repost_of_account_id) FROM posts WHERE is_repost": [(5, 1)],
        "SELECT DISTINCT list_extract(hashtags, 1) FROM posts": [(topic,)],
    }
    return Expected({"x_archive"}, {"x": 11}, 6, more=more)


def follower_jump(folder: Path, language: str) -> Expected:
    """Instagram: who follows, as the owner downloads it, newest first; and the owner's post of that day."""
    text = TEXTS[language][0]
    followers = [
        {"title": "", "media_list_data": [], "string_list_data": [
            {"href": f"https://www.instagram.com/follower_{n}", "value": f"follower_{n}", "timestamp": 1772700000 - n}]}
        for n in range(40)
    ]  # fmt: skip
    with zipfile.ZipFile(folder / "instagram-harbour.bakery-2026-03-09-AbCdEf.zip", "w") as archive:
        archive.writestr("connections/followers_and_following/followers_1.json", json.dumps(followers))
    owner = {"id": "1700000001", "username": "harbour.bakery", "full_name": "Harbour Bakery"}
    caption = {"edges": [{"node": {"text": text}}]}
    node = {"__typename": "GraphImage", "id": "3850000000000000001", "shortcode": "DVxyz12AbCd", "owner": owner,
            "taken_at_timestamp": 1772690000, "edge_media_to_caption": caption,
            "edge_media_preview_like": {"count": 12}}  # fmt: skip
    saved = {"instaloader": {"node_type": "Post", "version": "4.14.1"}, "node": node}
    (folder / "2026-03-05_05-53-20_UTC.json").write_text(json.dumps(saved))
    asked = "SELECT count(DISTINCT followed_id), epoch(max(followed_at))::BIGINT, epoch(min(followed_at))::BIGINT FROM follows"
    return Expected({"instagram_follows", "instaloader"}, {"instagram": 1}, 41, 40,
                    {asked: [(1, 1772700000, 1772699961)]})  # fmt: skip


def article_chain(folder: Path, language: str) -> Expected:
    """A paper, a second one that credits it, a film of Douyin with its headline, three public accounts that name nobody."""
    text, headline, credit, topic = TEXTS[language]
    pages = [
        {"title": headline, "author": None, "hostname": host, "date": "2026-03-04", "fingerprint": host[:4], "text": body,
         "language": language, "source": f"https://{host}/ferry", "source-hostname": host}
        for host, body in (("coastdaily.example", text), ("tabloid.example", f"{text}\n{credit}"))
    ]  # fmt: skip
    lines(folder / "articles.jsonl", pages)
    film = {"aweme_id": "7613200000000000001", "aweme_type": "0", "title": headline, "desc": f"{headline} #{topic}",
            "create_time": 1772600400, "user_id": "4323000000000001", "sec_uid": "MS4wfict", "short_user_id": "0",
            "user_unique_id": "harbour_dy", "user_signature": "", "nickname": "海港视频", "liked_count": "1.5万",
            "comment_count": "3", "share_count": "2", "last_modify_ts": 1772700000000, "source_keyword": topic,
            "aweme_url": "https://www.douyin.com/video/7613200000000000001"}  # fmt: skip
    (folder / "search_contents_2026-03-05.json").write_text(json.dumps([film], ensure_ascii=False), encoding="utf-8")
    link = "https://mp.weixin.qq.com/s?__biz=MzUzOTAwMDAw{n}Q==&mid=224748000{n}&idx=1&sn=ab{n}"
    copies = [
        {"title": headline, "nick_name": f"号{n}", "publish_time": f"2026-03-04 2{n}:00", "url": link.format(n=n),
         "content": text, "read_num": "8000", "like_num": 5}
        for n in range(3)
    ]  # fmt: skip
    table(folder / "articles.csv", copies)
    more: dict[str, list[tuple[Any, ...]]] = {
        "SELECT author_id, credited_to FROM posts WHERE credited_to IS NOT NULL": [
            ("tabloid.example", CREDITED[language])
        ],
        "SELECT platform, min(likes) FROM posts WHERE platform <> 'web' GROUP BY ALL ORDER BY ALL": [
            ("douyin", 15_000),
            ("wechat", 5),
        ],
        "SELECT DISTINCT title FROM posts": [(headline,)],
    }
    formats = {"trafilatura_json", "media_crawler", "wechat_articles"}
    return Expected(formats, {"web": 2, "douyin": 1, "wechat": 3}, 6, more=more)


def engagement_surge(folder: Path, language: str) -> Expected:
    """WeChat: ten articles of one account with some thousand readers, and one that WeChat itself stops counting."""
    text, headline, _, _ = TEXTS[language]
    link = "https://mp.weixin.qq.com/s?__biz=MzUzOTAwMDAwMQ==&mid=22474801{n:02}&idx=1&sn=cd{n}&scene=27#rd"
    articles = [
        {"title": f"{headline} {n}", "nick_name": "海港观察", "time": 1772582400 + 86_400 * n, "url": link.format(n=n),
         "content": f"{text} {n}", "read_num": 100_001 if n == 7 else 3_000 + n, "like_num": n}
        for n in range(11)
    ]  # fmt: skip
    pages = {"code": 0, "msg": "ok", "list": articles}
    (folder / "pages.json").write_text(json.dumps(pages, ensure_ascii=False, indent=1), encoding="utf-8")
    more: dict[str, list[tuple[Any, ...]]] = {
        "SELECT max(views), quantile_disc(views, 0.5), max(extra->>'views_at_least') FROM posts": [
            (100_000, 3_005, "100000")
        ],
        "SELECT outlet_id, name FROM outlets": [("MzUzOTAwMDAwMQ==", "海港观察")],
    }
    return Expected({"wechat_articles"}, {"wechat": 11}, 1, more=more)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("story", [comment_flood, rally_posts, follower_jump, article_chain, engagement_surge])
def test_a_story_loads_from_files_of_its_own_platforms(
    story: Callable[[Path, str], Expected], language: str, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    expected = story(folder, language)
    case = Case.create(tmp_path / "case")
    ledger = list(load_paths(case, [folder], options=Options(), copy=True, reporter=lambda _, __: None))
    assert {entry["format"] for entry in ledger} == expected.formats
    assert [entry["quarantined"] for entry in ledger] == [0] * len(ledger)
    assert all(entry["rows_read"] == entry["kept"] + entry["merged"] + entry["ignored"] for entry in ledger)
    with case.writing("derive"):
        derive(case, lambda _, __: None)
    records = case.records()

    def asked(sql: str) -> list[tuple[Any, ...]]:
        return query(records, sql).rows()

    assert dict(asked("SELECT platform, count(*) FROM posts GROUP BY ALL")) == expected.posts
    assert asked(EVERY_ACCOUNT) == [(expected.accounts,)]
    assert asked("SELECT count(*) FROM follows") == [(expected.follows,)]
    assert asked("SELECT DISTINCT language FROM languages") == [(language,)]
    unsaid = "SELECT count(*) FROM posts LEFT JOIN languages AS found USING (platform, post_id)"
    assert asked(f"{unsaid} WHERE coalesce(posts.language, found.language) IS DISTINCT FROM '{language}'") == [(0,)]
    for sql, answer in expected.more.items():
        assert asked(sql) == answer
