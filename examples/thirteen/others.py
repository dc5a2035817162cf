"""What must not be taken for more than it is: declared volunteers of a party, and a rare name on two platforms."""

from datetime import timedelta
from typing import Final

from world import World, at, jitter, picture

VOLUNTEERS: Final = [f"9900000004{number:02d}" for number in range(1, 9)]
LINKS: Final = tuple(
    f"https://orchard-party.example/kit/{word}" for word in ("choir", "bus-lane", "seedlings", "pension", "quay")
)
PERSONA_X, PERSONA_BSKY = "480000000501", "did:plc:fictquillonbarrow23456"


def build(world: World) -> None:
    towns = ("Fallowmere", "Port Sable", "Quillhaven", "Valombre", "Nettle Bay", "Tern Head", "Oxlip", "Lower Tern")
    for number, (page, town) in enumerate(zip(VOLUNTEERS, towns, strict=True)):
        world.add(
            "pages",
            platform="facebook",
            page_id=page,
            name=f"Orchard Party volunteers, {town} (fictional)",
            handle=f"fict.orchard.volunteers.{number + 1}",
            created_at=at(f"2021-0{number + 1}-10 09:00"),
        )
    for round_, link in enumerate(LINKS):
        for number, page in enumerate(VOLUNTEERS):
            when = at(f"2026-02-{12 + 7 * round_ // 2:02d} 17:00") + timedelta(
                seconds=5 * number + jitter(f"{link}{page}", 4)
            )
            words = "Pour partager" if number == 3 else "From this week's kit"
            world.post(
                "facebook",
                f"{page}_{8800 + round_}{number}",
                page,
                when,
                f"{words}: {link}",
                author_kind="page",
                language="fr" if number == 3 else "en",
                urls=[link],
            )
    world.add(
        "collections",
        collection_id="fb-volunteers",
        platform="facebook",
        scope="timeline",
        subject="volunteer pages",
        since=at("2026-02-01 00:00"),
        until=at("2026-03-01 00:00"),
        complete="yes",
    )
    handle = "fict_quillon_barrow"
    world.account(
        "x",
        PERSONA_X,
        handle,
        display_name="Quillon Barrow",
        description="Tide tables and old maps.",
        created_at=at("2016-04-02 11:00"),
        location="Tern Head",
        language="en",
        avatar_hash=picture("lighthouse"),
        default_avatar=False,
    )
    world.account(
        "bluesky",
        PERSONA_BSKY,
        f"{handle}.bsky.example",
        display_name="Quillon Barrow",
        language="fr",
        description="Recettes et rires.",
        created_at=at("2026-03-01 11:00"),
        location="Valombre",
        avatar_hash=picture("teapot"),
        default_avatar=False,
    )
    for number, text in enumerate(
        ("Spring tide on Friday, 5.1 m.", "Found a chart of Nettle Bay from 1911.", "Fog until ten.")
    ):
        world.x_post(PERSONA_X, at(f"2026-03-0{3 + number} 08:20"), text, client="Phone", language="en")
    for number, text in enumerate(("Soupe d'oseille ce soir.", "Trois œufs, un citron.", "Le pain a levé.")):
        world.post(
            "bluesky",
            f"at://{PERSONA_BSKY}/app.bsky.feed.post/3fict{number}",
            PERSONA_BSKY,
            at(f"2026-03-0{3 + number} 19:40"),
            text,
            language="fr",
        )
