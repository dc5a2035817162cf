"""Story three, tables: a party's Instagram page goes from 13,000 to 397,000 followers in days."""

from datetime import timedelta
from typing import Final

from world import World, at, jitter

PAGE: Final = "990000000000001"
PEERS: Final = ("990000000000002", "990000000000003", "990000000000004", "990000000000005")
# Four counts are all there is, as is usual.
COUNTS: Final = (
    ("2026-01-10", 12780, 410),
    ("2026-02-10", 13004, 396),
    ("2026-03-05", 13051, 402),
    ("2026-03-09", 397120, 431),
)
PEER_COUNTS: Final = ((9120, 9160), (15240, 15330), (12010, 12025), (18800, 18960))
JUMP: Final = at("2026-03-05 12:00")
SAMPLE: Final = 50
# Every fourth of the sample is an ordinary follower.
NAMES: Final = ("brian", "nika", "sofia", "tomas", "leila", "yuki", "marc", "anna")
TAILS: Final = ("turnerpraggykpmi", "tookat35421812", "vellorqzx", "hansenwwpk", "duboisrrt8841", "okaforjjq")

followers: Final = [f"99000000001{number:04d}" for number in range(1, SAMPLE + 1)]


def is_farm(number: int) -> bool:
    return number % 4 != 3


def build(world: World) -> None:
    names = (
        "Orchard Party Fallowmere (fictional)",
        "Lantern Party Fallowmere (fictional)",
        "Orchard Party Port Sable (fictional)",
        "Lantern Party Port Sable (fictional)",
        "Lantern Party Quillhaven (fictional)",
    )
    for number, (page, name) in enumerate(zip((PAGE, *PEERS), names, strict=True)):
        world.add(
            "pages",
            platform="instagram",
            page_id=page,
            name=name,
            handle=f"fict_party_page_{number + 1}",
            created_at=at(f"2019-0{number + 2}-01 09:00"),
        )
    for day, count, interactions in COUNTS:
        world.add(
            "metrics",
            platform="instagram",
            entity_id=PAGE,
            entity_kind="page",
            observed_at=at(f"{day} 12:00"),
            followers=count,
            interactions=interactions,
        )
    for page, counts in zip(PEERS, PEER_COUNTS, strict=True):
        for day, count in zip(("2026-02-10", "2026-03-09"), counts, strict=True):
            world.add(
                "metrics",
                platform="instagram",
                entity_id=page,
                entity_kind="page",
                observed_at=at(f"{day} 12:00"),
                followers=count,
            )
    sayings = (
        "Marché de printemps samedi.",
        "Our bench by the pond is painted.",
        "果园开放日，欢迎大家。",
        "Choir at six.",
    )
    for number, (day, saying) in enumerate(
        zip(("2026-02-08", "2026-03-04", "2026-03-07", "2026-03-09"), sayings, strict=True)
    ):
        world.post(
            "instagram",
            f"99000000002{number:04d}",
            PAGE,
            at(f"{day} 09:00"),
            saying,
            author_kind="page",
            content_type="image",
            language=("fr", "en", "zh", "en")[number],
            likes=380 + jitter(saying, 40),
        )
    for number, account in enumerate(followers):
        _follower(world, number, account)
    world.add(
        "collections",
        collection_id="ig-followers",
        platform="instagram",
        scope="followers",
        subject=PAGE,
        since=JUMP,
        until=at("2026-03-09 12:00"),
        complete="no",
    )


def _follower(world: World, number: int, account: str) -> None:
    farm = is_farm(number)
    name = NAMES[number % 8]
    handle = f"fict_{name}{TAILS[number % 6]}{number}" if farm else f"fict_{name}_of_the_green"
    # Made in one of three afternoons, in the order in which they follow.
    band = number // 18
    made = at(f"2026-02-{11 + 6 * band} 13:00") + timedelta(minutes=4 * (number % 18))
    if not farm:
        made = at(f"20{14 + number % 9}-05-03 17:00") + timedelta(days=jitter(account, 300))
        handle += f"_{number}"
    world.account(
        "instagram",
        account,
        handle,
        display_name=name.title(),
        created_at=made,
        language="en",
        followers=number % 30 if farm else 180 + number,
        following=1800 + 23 * number if farm else 240 + number,
        posts_count=0 if farm else 60 + number,
        default_avatar=farm and number % 2 == 0,
    )
    world.add(
        "follows",
        platform="instagram",
        follower_id=account,
        followed_id=PAGE,
        followed_at=JUMP + timedelta(hours=number),
        position=number + 1,
        position_is_chronological=True,
    )
