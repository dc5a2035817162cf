"""Story one, tables: hijacked and new accounts flood members' posts with spam and a doctored clip, in office hours."""

from datetime import datetime, timedelta
from typing import Final

from world import World, at, jitter, picture, x_post_id

LANTERN, ORCHARD = "Lantern Party (fictional)", "Orchard Party (fictional)"
# Two members of each party: what the example says of one side it says of the other.
MEMBERS: Final = {
    "480000000001": ("fict_mara_ellwood", "Mara Ellwood", LANTERN),
    "480000000002": ("fict_joss_tamarind", "Joss Tamarind", LANTERN),
    "480000000003": ("fict_delphine_corvelle", "Delphine Corvelle", ORCHARD),
    "480000000004": ("fict_rowan_pikestone", "Rowan Pikestone", ORCHARD),
}
# One member an hour, the parties in turn.
IN_TURN: Final = ("480000000001", "480000000003", "480000000002", "480000000004")
BOTH_SIDES: Final = ("480000000001", "480000000003")
CLIP: Final = picture("doctored clip, frame 40")
LURE: Final = "https://clip-mirror.example/w/4471"

SPAM: Final = (
    ("Everyone is sharing this clip, look before it disappears", "en", True),
    ("看看这段视频，大家都在转，马上就会被删", "zh", True),
    ("Regardez cette vidéo avant qu'elle ne soit supprimée, tout le monde la partage", "fr", True),
    ("Earn 900 a day from home, my cousin showed me how", "en", False),
    ("在家每天轻松赚九百，点我头像了解", "zh", False),
)
FOR: Final = "The only one who ever listened to our street. Thank you"
AGAINST: Final = "The only one who never listened to our street. Resign"

# (handle, name, language, place, what they wrote about, day of waking): ordinary lives before the gap.
HIJACKED: Final = (
    ("fict_orla_bakes", "Orla bakes", "en", "Quillhaven", ("sourdough", "rye crust", "proofing basket"), "2026-03-02"),
    ("fict_tom_canal", "Tom on the canal", "en", "Port Sable", ("lock gates", "boat paint", "towpath"), "2026-03-03"),
    (
        "fict_jeanne_tricote",
        "Jeanne tricote",
        "fr",
        "Valombre",
        ("la laine", "le point mousse", "l'ourlet"),
        "2026-03-04",
    ),
    ("fict_ines_velo", "Inès à vélo", "fr", "Valombre", ("le col", "les pneus", "les sacoches"), "2026-03-05"),
    ("fict_bert_birds", "Bert's birds", "en", "Quillhaven", ("wren box", "lapwings", "marsh hide"), "2026-03-06"),
    ("fict_may_jazz", "May, jazz nights", "en", "Port Sable", ("brushwork", "late set", "double bass"), "2026-03-09"),
)
WORKDAYS: Final = tuple(f"2026-03-{day:02d}" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13))
# Replies in each hour of a working day, UTC: nothing before 07:00, a pause at 11:00, nothing after 16:00.
SHIFT: Final = ((7, 4), (8, 4), (9, 4), (10, 4), (12, 4), (13, 4), (14, 3), (15, 3))
# What the four members post, each in their own words.
SAYINGS: Final = (
    ("Surgery hours this week are on the door.", "Roadworks on Mill Lane until Friday.", "The ferry timetable goes to a vote.",
     "Library open late on Thursday.", "A good turnout at the tree planting."),
    ("La commission se réunit jeudi à dix heures.", "Le compte rendu est en ligne.", "Travaux sur la digue, déviation par la rive.",
     "Merci aux bénévoles de la banque alimentaire.", "Question écrite sur les quais déposée."),
    ("欢迎街坊周六到办事处喝茶聊天。", "本周的会议记录已经上网。", "码头路灯下周开始更换。",
     "感谢消防队昨晚的辛苦。", "学校午餐的意见请写信给我。"),
    ("Harbour dredging starts at dawn.", "Pension desk moves to room four.", "Met the bus drivers this morning.",
     "Snow plough budget passed.", "Choir concert raised enough for the roof."),
)  # fmt: skip
HIJACKED_QUOTA, NEW_QUOTA = 14, 18

hijacked: Final = [f"4800000001{number:02d}" for number in range(1, 7)]
newcomers: Final = [
    x_post_id(at(f"2026-02-{20 + number % 6} 07:{number * 4:02d}"), f"new {number}") for number in range(12)
]
ordinary: Final = [f"4800000002{number:02d}" for number in range(1, 11)]


def build(world: World) -> None:
    _members(world)
    _ordinary(world)
    _before_the_gap(world)
    _newcomers(world)
    _flood(world)
    for number, (flipped, quality) in enumerate(((0, 92), (4, 88), (8, 71))):
        world.add(
            "media",
            media_hash=picture("doctored clip, frame 40", flipped),
            kind="video_frame",
            quality=quality,
            frame=40 + number,
        )
    known = {
        "campaign": "Autumn 2025 clip spam (fictional)",
        "confirmed_by": "Review desk A (fictional)",
        "date": at("2025-11-20 00:00"),
    }
    world.add("campaigns", indicator_kind="url", indicator=LURE, platform="x", **known)
    world.add("campaigns", indicator_kind="media_hash", indicator=CLIP, **known)
    world.add("campaigns", indicator_kind="account", indicator=newcomers[3], platform="x", **known)
    world.add(
        "collections",
        collection_id="x-replies",
        platform="x",
        scope="replies",
        subject="the four members",
        since=at("2026-02-09 00:00"),
        until=at("2026-03-15 00:00"),
        complete="yes",
    )
    for number, account in enumerate(hijacked):
        world.add(
            "collections",
            collection_id=f"x-timeline-{number + 1}",
            platform="x",
            scope="timeline",
            subject=account,
            since=at("2024-01-01 00:00"),
            until=at("2026-03-15 00:00"),
            complete="yes",
        )


def _members(world: World) -> None:
    days = ("2026-02-09", "2026-03-02", "2026-03-04", "2026-03-09", "2026-03-11")
    for number, (account, (handle, name, party)) in enumerate(MEMBERS.items()):
        world.account(
            "x",
            account,
            handle,
            display_name=name,
            description=f"Member of the assembly. {party}.",
            created_at=at("2014-05-01 10:00"),
            location="Fallowmere",
            language="en",
            followers=8200 + 310 * number,
            following=410,
            posts_count=5100,
            verified=True,
            default_avatar=False,
        )
        world.add(
            "targets",
            platform="x",
            account_id=account,
            name=name,
            role="member of the assembly",
            party=party,
            since=at("2023-06-01 00:00"),
        )
        for day, saying in zip(days, SAYINGS[number], strict=True):
            world.x_post(account, at(f"{day} 06:{10 + number:02d}"), saying, client="Web", language="en")


def _ordinary(world: World) -> None:
    """Neighbours who reply now and then, at all hours; one of the ten joined last month."""
    remarks = (
        "Will the minutes be published?",
        "Merci pour l'information.",
        "请问可以带孩子吗？",
        "See you there.",
        "The ramp is still broken.",
        "Good.",
    )
    for number, account in enumerate(ordinary):
        made = at("2026-02-01 12:00") if number == 9 else at(f"20{11 + number}-0{1 + number % 9}-14 09:30")
        world.account(
            "x",
            account,
            f"fict_neighbour_{number + 1}",
            display_name=f"Neighbour {number + 1}",
            created_at=made,
            location="Fallowmere",
            language=("en", "fr", "zh")[number % 3],
            followers=60 + 17 * number,
            following=90,
            default_avatar=False,
        )
    for number in range(36):  # thirty in the three weeks before, six during the flood
        day = timedelta(
            days=number * 0.7 if number < 30 else 22 + (number - 30) * 2, hours=jitter(f"hour {number}", 24)
        )
        when = at("2026-02-09 07:00") + day
        _reply(
            world,
            ordinary[number % 10],
            list(MEMBERS)[number % 4],
            when,
            remarks[number % 6],
            client="Phone",
            language=("en", "fr", "zh")[number % 3],
        )


def _before_the_gap(world: World) -> None:
    for number, (handle, name, language, place, topics, _) in enumerate(HIJACKED):
        account = hijacked[number]
        made = at(f"20{11 + number % 4}-0{3 + number}-11 18:00")
        world.account(
            "x",
            account,
            handle,
            display_name="Clip Desk" if number % 2 else name,
            description="",
            created_at=made,
            location=place,
            language=language,
            followers=140 + 31 * number,
            following=260,
            posts_count=600 + 40 * number,
            verified=False,
            default_avatar=False,
        )
        world.add(
            "account_history",
            platform="x",
            account_id=account,
            observed_at=at("2025-06-01 00:00"),
            handle=handle,
            display_name=name,
            location=place,
            language=language,
            followers=150 + 31 * number,
        )
        phrase = "Une soirée avec {}, doucement." if language == "fr" else "An evening with the {}, getting better."
        for week in range(20):
            when = at("2024-09-06 18:00") + timedelta(days=9 * week + number, minutes=jitter(f"{handle}{week}", 240))
            world.x_post(
                account, when, f"{phrase.format(topics[week % 3])} ({week + 1})", client="Phone", language=language
            )


def _newcomers(world: World) -> None:
    for number, account in enumerate(newcomers):
        made = at(f"2026-02-{20 + number % 6} 07:{number * 4:02d}")
        world.account(
            "x",
            account,
            f"fict_clipfan{jitter(account, 10**8):08d}",
            display_name=f"Clip fan {number + 1}",
            created_at=made,
            language=("en", "zh", "fr")[number % 3],
            followers=number % 4,
            following=1100 + 13 * number,
            default_avatar=number % 3 == 0,
        )


def _flood(world: World) -> None:
    """Three hundred replies: thirty a working day, the newly woken first, then whoever has most left of a quota."""
    left = dict.fromkeys(hijacked, HIJACKED_QUOTA) | dict.fromkeys(newcomers, NEW_QUOTA)
    woke = {account: at(row[5] + " 00:00") for account, row in zip(hijacked, HIJACKED, strict=True)}
    number = 0
    for turn_of_day, day in enumerate(WORKDAYS):
        for turn_of_hour, (hour, replies) in enumerate(SHIFT):
            target = IN_TURN[(turn_of_day + turn_of_hour) % 4]
            for turn in range(replies):
                when = at(f"{day} {hour:02d}:00") + timedelta(
                    minutes=turn * 13 + jitter(f"{day}{hour}", 7), seconds=1 + number % 59
                )
                awake = [account for account in left if when >= woke.get(account, when) and left[account]]
                fresh = [account for account in awake if left[account] == HIJACKED_QUOTA and account in woke]
                author = max(fresh or awake, key=lambda account: (left[account], account))
                left[author] -= 1
                _spam(world, author, target, when, number)
                number += 1


def _spam(world: World, author: str, target: str, when: datetime, number: int) -> None:
    text, language, clip = SPAM[number % 5]
    if number % 25 == 24:  # twelve replies praise and blame one member of each party, six times each
        text, language, clip = (FOR if number % 50 == 24 else AGAINST), "en", False
        target = BOTH_SIDES[number // 50 % 2]
    variant = picture("doctored clip, frame 40", (0, 4, 8)[number % 3])
    _reply(
        world,
        author,
        target,
        when,
        text,
        client="Desk Suite",
        language=language,
        media_hashes=[variant] if clip else None,
        urls=[LURE] if number % 10 == 3 else None,
    )


def _reply(world: World, author: str, target: str, when: datetime, text: str, **values: object) -> None:
    """A comment under the target's newest post at that time."""
    under = [post for post in world.posts(author_id=target) if post["created_at"] <= when][-1]
    world.x_post(
        author,
        when,
        text,
        content_type="comment",
        in_reply_to_post_id=under["post_id"],
        in_reply_to_account_id=target,
        **values,
    )
