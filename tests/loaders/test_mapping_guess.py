"""What the columns of an unknown table are taken for: by names of three languages, by values, and when a person is asked."""

import csv
import io
import json

import pytest

from loaders.base import Options, Source
from loaders.guess import guess
from loaders.guessed import Guessed
from loaders.mapped import preview
from loaders.mapping import options

WORDS = "the bridge over the river is closed again and nobody was told why"


def of(text: str, name: str = "export.csv") -> Source:
    data = text.encode()
    return Source(name, len(data), lambda: io.BytesIO(data))


def table(columns: dict[str, list[str]], name: str = "export.csv") -> Source:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return of(out.getvalue(), name)


def rows(template: str, count: int = 6) -> list[str]:
    return [template.replace("#", str(number)) for number in range(1, count + 1)]


def meant(found: Guessed) -> dict[str, str]:
    return dict(found.mapping.columns)


def asked(found: Guessed) -> dict[str, tuple[str, ...]]:
    return {question.field: question.choices for question in found.questions}


TIMES = rows("2024-05-0# 12:30:00")
TEXTS = rows(WORDS + " #")


def test_english_names() -> None:
    found = guess(
        table(
            {
                "Tweet ID": rows("179000000000000000#"), "User ID": rows("22#"), "Username": rows("anna#"),
                "Created At": TIMES, "Full Text": TEXTS, "Like Count": rows("#"), "Retweet Count": rows("#"),
                "Lang": ["en"] * 6, "Followers": rows("#00"), "Sentiment": rows("0.#"),
            }
        ),
        Options(),
    )  # fmt: skip
    assert meant(found) == {
        "Tweet ID": "post_id", "User ID": "author_id", "Username": "author.handle", "Created At": "created_at",
        "Full Text": "text", "Like Count": "likes", "Retweet Count": "reposts", "Lang": "language",
        "Followers": "author.followers",
    }  # fmt: skip
    assert found.mapping.constants == {"platform": "x"}
    assert found.questions == ()
    reasons = {item.column: (item.field, item.confidence, item.reason) for item in found.guesses}
    assert reasons["Created At"] == (
        "created_at",
        "high",
        "called like the time of the post; 100% of the values are times",
    )
    assert reasons["Sentiment"] == ("extra", "high", "no field is called so")
    assert reasons[""] == ("platform", "moderate", "Tweet ID is a word of its exports")


def test_french_names() -> None:
    found = guess(
        table(
            {
                "Date de publication": rows("1#/05/2024 18h30"), "Nom d'utilisateur": rows("anne#"),
                "Contenu": rows(f"La route est coupée, personne ne dit pourquoi, {WORDS} #"), "Nombre de vues": rows("#"),
                "J'aime": rows("#"), "Partages": rows("#"), "Commentaires": rows("#"), "Réseau social": ["Facebook"] * 6,
                "Lien": rows("https://www.facebook.com/anne/posts/#"),
            }
        ),
        Options(),
    )  # fmt: skip
    assert meant(found) == {
        "Date de publication": "created_at", "Nom d'utilisateur": "author.handle", "Contenu": "text",
        "Nombre de vues": "views", "J'aime": "likes", "Partages": "reposts", "Commentaires": "replies",
        "Réseau social": "platform", "Lien": "url",
    }  # fmt: skip
    assert (found.mapping.dates, found.questions) == ("day-first", ())
    assert found.notes == ("dates of Date de publication are day-first: some of their numbers are above 12",)


def test_chinese_names() -> None:
    found = guess(
        table(
            {
                "微博id": rows("49#8765432101234"), "用户id": rows("123456789#"), "用户昵称": rows("小明#"),
                "微博正文": rows("桥又关闭了，没有人告诉我们为什么关闭，也没有人知道什么时候重新开放#"),
                "发布时间": rows("2024年5月#日 12:30"), "点赞数": rows("#"), "转发数": rows("#"), "评论数": rows("#"),
                "IP属地": ["北京"] * 6, "粉丝数": rows("#00"),
            }
        ),
        Options(),
    )  # fmt: skip
    assert meant(found) == {
        "微博id": "post_id", "用户id": "author_id", "用户昵称": "author.display_name", "微博正文": "text",
        "发布时间": "created_at", "点赞数": "likes", "转发数": "reposts", "评论数": "replies", "IP属地": "location",
        "粉丝数": "author.followers",
    }  # fmt: skip
    assert (found.mapping.constants, found.questions) == ({"platform": "weibo"}, ())


def test_values_speak_where_names_do_not() -> None:
    found = guess(
        table(
            {
                "c1": rows("@anna#"), "c2": TIMES, "c3": TEXTS, "c4": ["Telegram"] * 6, "c5": ["fr"] * 6,
                "c6": rows("https://example.org/#"),
            }
        ),
        Options(),
    )  # fmt: skip
    assert meant(found) == {
        "c1": "author.handle", "c2": "created_at", "c3": "text", "c4": "platform", "c5": "language", "c6": "urls",
    }  # fmt: skip
    assert {item.confidence for item in found.guesses} == {"moderate"}


def test_a_name_that_the_values_deny_is_not_believed() -> None:
    found = guess(
        table(
            {"author": rows("a#"), "time": TIMES, "text": TEXTS, "likes": rows("many #"), "is_retweet": rows("some #")}
        ),
        Options(platform="x"),
    )
    assert meant(found) == {
        "author": "author.handle", "time": "created_at", "text": "text", "likes": "extra",
    }  # fmt: skip
    reasons = {item.column: item.reason for item in found.guesses}
    assert reasons["likes"] == "called like the number of likes, but its values are not"
    assert reasons["is_retweet"] == "called like the mark of a repost, but its values are not"


def test_ids_are_better_authors_than_handles_and_names() -> None:
    found = guess(
        table(
            {
                "author": rows("anna#"),
                "author_name": rows("Anna #"),
                "author_id": rows("77#"),
                "date": TIMES,
                "text": TEXTS,
            }
        ),
        Options(platform="x"),
    )
    assert meant(found)["author_id"] == "author_id"
    assert meant(found)["author"] == "author.handle"
    assert meant(found)["author_name"] == "author.display_name"


def test_two_candidate_texts_are_asked_about() -> None:
    source = table(
        {"user": rows("a#"), "date": TIMES, "body": TEXTS, "message": rows("another sentence of some length #")}
    )
    found = guess(source, Options(platform="x"))
    assert asked(found) == {"text": ("body", "message")}
    (question,) = found.questions
    assert question.words("message") == ["--map", "message=text"]
    answered = guess(source, Options(platform="x", mapping={"message": "text"}))
    assert (meant(answered)["message"], answered.questions) == ("text", ())
    unnamed = guess(table({"user": rows("a#"), "date": TIMES, "c1": TEXTS, "c2": TEXTS[::-1]}), Options(platform="x"))
    assert asked(unnamed) == {"text": ("c1", "c2")}


def test_dates_that_mean_two_days_are_asked_about() -> None:
    columns = {"user": rows("a#"), "text": TEXTS, "date": rows("0#/05/2024 12:30")}
    assert asked(guess(table(columns), Options(platform="x"))) == {"dates": ("day-first", "month-first")}
    assert asked(guess(table(columns), Options(platform="x", dates="month-first"))) == {}
    columns["date"][0] = "25/05/2024 12:30"
    settled = guess(table(columns), Options(platform="x"))
    assert (settled.mapping.dates, settled.questions) == ("day-first", ())
    columns["date"][1] = "05/25/2024 12:30"
    assert asked(guess(table(columns), Options(platform="x"))) == {"dates": ("day-first", "month-first")}


def test_two_times_are_asked_about_unless_they_say_the_same() -> None:
    columns = {"user": rows("a#"), "text": TEXTS, "date": TIMES, "ts": [f"{time}+00:00" for time in TIMES]}
    found = guess(table(columns), Options(platform="x"))
    assert (meant(found)["date"], meant(found)["ts"], found.questions) == ("created_at", "extra", ())
    columns["ts"] = rows("2024-06-0# 18:00:00")
    assert asked(guess(table(columns), Options(platform="x"))) == {"created_at": ("date", "ts")}
    columns["date"], columns["ts"] = rows("2024-05-0#"), TIMES
    found = guess(table(columns), Options(platform="x"))
    assert (meant(found)["ts"], meant(found)["date"], found.questions) == ("created_at", "extra", ())


def test_the_platform_is_asked_for_unless_something_says_it() -> None:
    columns = {"user": rows("a#"), "text": TEXTS, "date": TIMES}
    assert asked(guess(table(columns), Options()))["platform"][0] == "x"
    by_name = guess(table(columns, "telegram_march.csv"), Options())
    assert asked(by_name)["platform"][0] == "telegram"
    said = [
        ({"link": rows("https://t.me/news/#")}, "telegram"),
        ({"user_id": rows("did:plc:abcdefghijklmnopqrstuvw" + "x")}, "bluesky"),
        ({"subreddit": ["news"] * 6}, "reddit"),
        # 2024-05-01 12:30:00 UTC and the following days as X's ids say them
        ({"id": [str((1_714_566_600_000 + day * 86_400_000 - 1_288_834_974_657) << 22) for day in range(6)]}, "x"),
        ({"id": [str((1_714_566_600 + day * 86_400 - 515_483_463) << 22) for day in range(6)]}, "weibo"),
    ]
    for more, platform in said:
        found = guess(table({**columns, **more}), Options())
        assert (found.mapping.constants["platform"], asked(found)) == (platform, {})


def test_long_numbers_that_never_repeat_are_the_posts_ids_whatever_they_are_called() -> None:
    columns = {"Num message": rows("90165691093977088#"), "Compte": rows("u#"), "Contenu": TEXTS, "Publié le": TIMES}
    wanted = {"Num message": "post_id", "Compte": "author.handle", "Contenu": "text", "Publié le": "created_at"}
    assert meant(guess(table(columns), Options())) == wanted
    for others in (["901656910939770881"] * 6, rows("901656910#")):
        found = guess(table({**columns, "Num message": others}), Options())
        assert "Num message" not in meant(found)


def test_numbers_a_chat_counts_are_ids_only_with_the_chat() -> None:
    columns = {
        "message_id": ["1", "2", "3", "1", "2", "3"], "sender_id": ["-1001234567890"] * 3 + ["-1001234567891"] * 3,
        "text": TEXTS, "date": TIMES, "channel": ["News"] * 3 + ["Nachrichten"] * 3,
    }  # fmt: skip
    found = guess(table(columns), Options())
    assert meant(found) == {
        "sender_id+message_id": "post_id", "sender_id": "author_id", "text": "text", "date": "created_at",
        "channel": "author.display_name",
    }  # fmt: skip
    seen = preview(table(columns), options(found.mapping))
    assert seen.frame["post_id"].to_list()[2:4] == ["-1001234567890/3", "-1001234567891/1"]
    assert seen.fields["sender_id"] == "posts.post_id (joined: sender_id + message_id), posts.author_id"


def test_other_tables_are_told_apart() -> None:
    people = {
        "id": rows("7#"),
        "screen_name": rows("a#"),
        "followers_count": rows("#"),
        "description": rows(WORDS + "#"),
    }
    assert guess(table({**people, "created_at": TIMES}), Options()).mapping.table == "accounts"
    by_id = {"account_id": ["a", "b"] * 3, "date": sorted(TIMES[:3] * 2), "followers": rows("#")}
    found = guess(table(by_id), Options(platform="instagram"))
    assert (found.mapping.table, meant(found)) == (
        "account_history",
        {"account_id": "account_id", "date": "observed_at", "followers": "followers"},
    )
    by_handle = {"Compte": ["a", "b"] * 3, "Jour": sorted(TIMES[:3] * 2), "Abonnés": rows("#")}
    found = guess(table(by_handle), Options(platform="instagram"))
    assert (found.mapping.table, meant(found), found.missing) == (
        "account_history",
        {"Compte": "handle", "Jour": "observed_at", "Abonnés": "followers"},
        (),
    )
    edges = {"follower": rows("a#"), "followed": rows("b#")}
    assert guess(table(edges), Options()).mapping.table == "follows"
    liking = {"user_id": rows("a#"), "post_id": rows("9#"), "action": ["like", "repost"] * 3, "time": TIMES}
    assert guess(table(liking), Options()).mapping.table == "engagements"


def test_without_an_author_or_a_time_it_is_said() -> None:
    nobody = guess(table({"text": TEXTS, "date": TIMES, "place": ["a", "b"] * 3}), Options(platform="x"))
    assert asked(nobody) == {"author_id": ("place",)}
    never = guess(table({"text": TEXTS, "user": rows("a#")}), Options(platform="x"))
    assert never.missing == ("created_at",)


ITEMS = [
    {"by": {"nick": f"a{n}", "stats": {"fans": n}}, "when": TIMES[n], "what": TEXTS[n], "tags": [{"t": "x"}]}
    for n in range(6)
]


@pytest.mark.parametrize(
    "written",
    [
        "\n".join(json.dumps(item) for item in ITEMS),
        json.dumps(ITEMS),
        json.dumps(ITEMS, indent=1),
        json.dumps({"meta": {"count": 6}, "found": ITEMS}),
        json.dumps({"meta": {"count": 6}, "found": ITEMS}, indent=1),
    ],
    ids=["lines", "array", "array over lines", "document", "document over lines"],
)
def test_json_is_guessed_as_tables_are_with_what_is_inside(written: str) -> None:
    source = of(written, "export.json")
    found = guess(source, Options(platform="vk"))
    assert meant(found) == {
        "by.nick": "author.handle", "by.stats.fans": "author.followers", "when": "created_at", "what": "text",
    }  # fmt: skip
    assert preview(source, options(found.mapping)).frame["author.followers"].to_list() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_columns_changes_no_guess(order: int) -> None:
    columns = {"user_id": rows("2#"), "user": rows("a#"), "created": TIMES, "content": TEXTS, "likes": rows("#")}
    found = guess(table(dict(list(columns.items())[::order])), Options(platform="x"))
    assert meant(found) == {
        "user_id": "author_id", "user": "author.handle", "created": "created_at", "content": "text", "likes": "likes",
    }  # fmt: skip


SHAPES = {
    # columns as tools write them -> what they are; all values below are made up
    "a scraper's camelCase and slashes": (
        {
            "createdAt": rows("Wed May 0# 12:30:00 +0000 2024"), "fullText": TEXTS, "id": rows("178564785910264727#"),
            "author/userName": rows("a#"), "author/id": rows("7#"), "author/followers": rows("#"),
            "likeCount": rows("#"), "isRetweet": ["false"] * 6, "profile_image_url": rows("https://example.org/#.png"),
        },
        {
            "createdAt": "created_at", "fullText": "text", "id": "post_id", "author/userName": "author.handle",
            "author/id": "author_id", "author/followers": "author.followers", "likeCount": "likes",
            "isRetweet": "is_repost",
        },
    ),
    "a media monitor's names with the platform before them": (
        {
            "Date": TIMES, "Snippet": rows("the bridge over the river #"), "Full Text": TEXTS,
            "Url": rows("https://twitter.com/a/statuses/#"), "Author": rows("a#"), "X Author ID": rows("7#"),
            "X Reposts": rows("#"), "Country Code": ["GBR"] * 6,
        },
        {
            "Date": "created_at", "Full Text": "text", "Url": "url", "Author": "author.handle",
            "X Author ID": "author_id", "X Reposts": "reposts",
        },
    ),
    "paths into nested answers": (
        {
            "id": rows("123_#"), "parent_id": ["123"] * 6, "message": TEXTS, "created_time": rows("2024-05-0#T12:30:00+0000"),
            "from.id": ["123"] * 6, "from.name": ["News page"] * 6, "comments.summary.total_count": rows("#"),
            "shares.count": rows("#"),
        },
        {
            "id": "post_id", "message": "text", "created_time": "created_at", "from.id": "author_id",
            "from.name": "author.display_name", "comments.summary.total_count": "replies", "shares.count": "reposts",
        },
    ),
    "metadata of authors": (
        {
            "id": rows("7200000000000000#"), "createTime": rows("171456660#"), "authorMeta.name": rows("a#"),
            "authorMeta.id": rows("66#"), "text": TEXTS, "diggCount": rows("#"), "playCount": rows("#"),
            "webVideoUrl": rows("https://www.tiktok.com/@a/video/#"),
        },
        {
            "id": "post_id", "createTime": "created_at", "authorMeta.name": "author.display_name",
            "authorMeta.id": "author_id", "text": "text", "diggCount": "likes", "playCount": "views", "webVideoUrl": "url",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_spellings_of_tools(shape: str) -> None:
    columns, wanted = SHAPES[shape]
    assert meant(guess(table(columns), Options(platform="x"))) == wanted


def test_a_day_and_its_hour_in_two_columns_are_one_time() -> None:
    columns = {
        "Date de publication": rows("1#/03/2024"), "Heure": rows("10:0#"), "Auteur": rows("@anna#"),
        "Texte du message": TEXTS, "Lien du message": rows("https://www.facebook.com/anna/posts/#"),
        "Commentaires": rows("#"),
    }  # fmt: skip
    found = guess(table(columns), Options())
    assert meant(found) == {
        "Date de publication+Heure": "created_at", "Auteur": "author.handle", "Texte du message": "text",
        "Lien du message": "url", "Commentaires": "replies",
    }  # fmt: skip
    assert found.mapping.constants == {"platform": "facebook"}
    assert (found.questions, found.mapping.dates) == ((), "day-first")
    shown = preview(table(columns), options(found.mapping)).frame
    assert shown["created_at"].dt.to_string("%Y-%m-%d %H:%M").to_list()[:2] == ["2024-03-11 10:01", "2024-03-12 10:02"]
    assert shown["author_id"].to_list()[:2] == ["name:anna1", "name:anna2"]
    # Where two columns hold hours, neither is taken; where the date has its hour, none is needed.
    two = guess(table({**columns, "Fin": rows("11:0#")}), Options())
    assert meant(two)["Date de publication"] == "created_at"
    own = guess(table({"Date": TIMES, "Durée": rows("10:0#"), "Auteur": rows("anna#"), "Texte": TEXTS}), Options())
    assert meant(own)["Date"] == "created_at"


def test_chinese_names_run_together() -> None:
    found = guess(
        table(
            {
                "微博ID": rows("499999999999999#"), "用户ID": rows("22#"), "用户昵称": rows("小明#"), "发布时间": TIMES,
                "微博内容": rows("今天大桥又关了没有人知道为什么大家都在问第#次"), "转发": rows("#"), "评论": rows("1#"),
                "点赞": rows("2#"),
            }
        ),
        Options(),
    )  # fmt: skip
    assert meant(found) == {
        "微博ID": "post_id", "用户ID": "author_id", "用户昵称": "author.display_name", "发布时间": "created_at",
        "微博内容": "text", "转发": "reposts", "评论": "replies", "点赞": "likes",
    }  # fmt: skip
    assert found.mapping.constants == {"platform": "weibo"}
