"""Stories four and five, tables: an article carried from a paper to a tabloid, a short video and WeChat; a news account
whose reads surge; who owns what."""

from datetime import timedelta
from typing import Final

from world import World, at, jitter, wechat_biz

PAPER, TABLOID, HOLDING, BUREAU = "out-maple-bay-morning", "out-harbour-star", "org-harbour-holding", "org-press-bureau"
VIDEO, COPY_A, COPY_B, SURGE = "99000000030001", wechat_biz(1), wechat_biz(2), wechat_biz(3)

HEADLINE: Final = "枫湾渡轮票价上调引发街坊不满"
LEAD: Final = "枫湾渡轮公司周一宣布，单程票价将由三元上调至四元五角，自下月起实行。"
QUOTE: Final = "多位街坊表示，每天往返两次，一个月要多付九十元，对老人和学生影响最大。"
REPLY: Final = "公司回应称，燃油与维修费用三年来上涨了四成。"
ARTICLE: Final = LEAD + QUOTE + REPLY
SPIN: Final = "有评论认为，这说明枫湾的公共服务已经失控。"
TABLOID_TEXT: Final = "据《枫湾晨报》报道，" + LEAD + QUOTE + SPIN
COPY_A_TEXT: Final = LEAD + QUOTE + SPIN + "大家怎么看？"
COPY_B_TEXT: Final = "转给身边的人：" + LEAD + QUOTE + SPIN
TOPICS: Final = ("花市", "图书馆", "码头路灯", "菜场", "社区泳池", "老戏院", "校车", "公园长椅", "旧桥", "邮局")
READS: Final = (
    29_800,
    31_200,
    28_400,
    30_500,
    33_100,
    27_900,
    30_100,
    29_200,
    32_400,
    30_900,
    28_800,
    31_700,
    29_500,
    30_300,
    26_900,
    34_000,
    30_600,
    29_900,
    31_000,
    28_100,
)
SURGES: Final = (85_400, 112_900, 130_200)


def build(world: World) -> None:
    _outlets(world)
    _story(world)
    _habit(world)
    _surge(world)


def _outlets(world: World) -> None:
    for outlet, name, domain, kind in (
        (PAPER, "Maple Bay Morning (fictional)", "maple-bay-morning.example", "independent"),
        (TABLOID, "Harbour Star (fictional)", "harbour-star.example", "state"),
        ("out-mist-news", "Morning Mist News (fictional)", "mist-news.example", "unknown"),
    ):
        world.add(
            "outlets", outlet_id=outlet, name=name, domain=domain, language="zh", kind=kind, source="example registry"
        )
    for number, (biz, name) in enumerate(
        ((COPY_A, "湾区闲话（虚构）"), (COPY_B, "每日转角（虚构）"), (SURGE, "晨雾新闻（虚构）"))
    ):
        world.account(
            "wechat",
            biz,
            f"fict_wechat_{number + 1}",
            display_name=name,
            language="zh",
            created_at=at(f"2022-0{number + 3}-01 00:00"),
            default_avatar=False,
        )
    world.account(
        "douyin",
        VIDEO,
        "fict_one_minute_bay",
        display_name="一分钟海湾（虚构）",
        language="zh",
        created_at=at("2023-08-01 00:00"),
    )
    edges = (
        (
            "out-mist-news",
            HOLDING,
            "owned_by",
            "outlet",
            "Harbour Holding (fictional)",
            "2023-01-15",
            None,
            "company register, extract 118",
            "B2",
        ),
        (
            HOLDING,
            TABLOID,
            "partner_of",
            "organisation",
            "Harbour Star (fictional)",
            "2022-06-01",
            None,
            "annual report 2024, page 31",
            "B3",
        ),
        (
            TABLOID,
            BUREAU,
            "owned_by",
            "outlet",
            "Regional Press Bureau (fictional)",
            "2009-01-01",
            None,
            "masthead",
            "A2",
        ),
        (
            "out-mist-news",
            TABLOID,
            "same_analytics_id",
            "outlet",
            "Harbour Star (fictional)",
            "2024-02-01",
            "2024-11-30",
            "page source, archived",
            "C3",
        ),
    )
    for subject, target, relation, kind, name, since, until, source, grade in edges:
        world.add(
            "ownership",
            subject_id=subject,
            object_id=target,
            relation=relation,
            subject_kind=kind,
            object_kind="outlet" if target == TABLOID else "organisation",
            object_name=name,
            since=at(f"{since} 00:00"),
            until=at(f"{until} 00:00") if until else None,
            source=source,
            grade=grade,
        )


def _story(world: World) -> None:
    web = {"author_kind": "outlet", "content_type": "article", "language": "zh", "time_precision": "minute"}
    world.post(
        "web",
        "maple-bay-morning.example/2026/03/03/ferry",
        PAPER,
        at("2026-03-03 08:12"),
        ARTICLE,
        title=HEADLINE,
        url="https://maple-bay-morning.example/2026/03/03/ferry",
        **web,
    )
    world.post(
        "web",
        "harbour-star.example/a/90417",
        TABLOID,
        at("2026-03-03 13:40"),
        TABLOID_TEXT,
        title="枫湾渡轮涨价，街坊怒了",
        url="https://harbour-star.example/a/90417",
        credited_to=PAPER,
        **web,
    )
    world.post(
        "douyin",
        str(int(at("2026-03-04 02:05").timestamp()) << 32 | 77),
        VIDEO,
        at("2026-03-04 02:05"),
        "枫湾渡轮涨价，街坊怒了 #海湾",
        content_type="video",
        language="zh",
        hashtags=["海湾"],
        likes=5120,
    )
    for biz, mid, text in ((COPY_A, 2247480101, COPY_A_TEXT), (COPY_B, 2247480202, COPY_B_TEXT)):
        # Both in the same minute: which was first, these clocks cannot tell.
        _wechat(world, biz, mid, at("2026-03-04 06:30"), "渡轮涨价了", text)
    world.add(
        "collections",
        collection_id="zh-ferry",
        platform="wechat",
        scope="keyword",
        query="枫湾 渡轮",
        since=at("2026-03-03 00:00"),
        until=at("2026-03-06 00:00"),
        complete="unknown",
    )


def _wechat(world: World, biz: str, mid: int, when: object, title: str, text: str, **values: object) -> str:
    post_id = f"{biz}_{mid}_1"
    world.post(
        "wechat",
        post_id,
        biz,
        when,
        text,
        title=title,
        content_type="article",
        language="zh",
        time_precision="minute",
        url=f"https://wechat.example/s?__biz={biz}&mid={mid}&idx=1",
        **values,
    )
    return post_id


def _habit(world: World) -> None:
    """Ten stories of the paper in February; the tabloid carried eight of them within hours."""
    for number, topic in enumerate(TOPICS):
        when = at(f"2026-02-{3 + 2 * number:02d} 08:30")
        text = f"{topic}下月起整修，工期两个月，街坊可到街道办事处查看图纸并留下意见。"
        for outlet, slug, hours in (
            (PAPER, "maple-bay-morning.example/2026/02", 0),
            (TABLOID, "harbour-star.example/a", 5),
        ):
            if outlet == TABLOID and number in (4, 7):
                continue
            world.post(
                "web",
                f"{slug}/{90300 + number}",
                outlet,
                when + timedelta(hours=hours),
                text,
                title=f"{topic}整修",
                author_kind="outlet",
                content_type="article",
                language="zh",
                time_precision="minute",
            )


def _surge(world: World) -> None:
    for number, reads in enumerate(READS + SURGES):
        when = at("2026-02-06 07:30") + timedelta(days=number)
        post_id = _wechat(
            world,
            SURGE,
            2247490000 + number,
            when,
            f"晨雾早报第{number + 1}期",
            f"今日天气、交通与街坊通告，第{number + 1}期。",
            views=reads,
            likes=reads // 100 + jitter(str(number), 20),
        )
        world.add(
            "metrics",
            platform="wechat",
            entity_id=post_id,
            entity_kind="post",
            observed_at=when + timedelta(hours=48),
            views=reads,
            age_hours=48.0,
        )
    world.add(
        "collections",
        collection_id="wechat-mist",
        platform="wechat",
        scope="timeline",
        subject=SURGE,
        since=at("2026-02-06 00:00"),
        until=at("2026-03-04 00:00"),
        complete="yes",
    )
