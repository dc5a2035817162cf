"""Story two, tables: dozens "just back" from one small-town rally, still buzzing, from profiles somewhere else."""

from datetime import timedelta
from typing import Final

from world import World, at, jitter

# The same words with small changes, as the accounts post them; {} is a filler that differs.
BACK_EN: Final = (
    "Just got back from the Lantern rally in Fallowmere and I am still buzzing. {} the energy in that hall was unreal!"
)
BACK_FR: Final = (
    "Je rentre tout juste du rassemblement de Fallowmere, encore sur un nuage. {} quelle énergie dans cette salle !"
)
FILLERS_EN: Final = ("Honestly", "Wow", "Seriously", "I mean", "Truly")
FILLERS_FR: Final = ("Franchement", "Vraiment", "Incroyable")
ELSEWHERE: Final = ("Port Sable", "Quillhaven", "Valombre", "Nettle Bay")
STARTED: Final = at("2026-03-07 20:04")

english: Final = [f"4800000003{number:02d}" for number in range(1, 21)]
french: Final = [f"4800000003{number:02d}" for number in range(21, 31)]
attended: Final = [f"4800000003{number:02d}" for number in range(41, 45)]


def build(world: World) -> None:
    for number, account in enumerate(english + french):
        tongue = "fr" if account in french else "en"
        # Twelve name a place hours away; the others name none, which says nothing.
        world.account(
            "x",
            account,
            f"fict_supporter_{number + 1}",
            display_name=f"Supporter {number + 1}",
            created_at=at(f"2025-{1 + number % 12:02d}-{1 + number % 27:02d} 08:00"),
            language=tongue,
            location=ELSEWHERE[number % 4] if number < 12 else None,
            followers=20 + number,
            following=300,
        )
        when = STARTED + timedelta(minutes=4 * number + jitter(f"rally {number}", 3), seconds=jitter(account, 60))
        text = BACK_FR.format(FILLERS_FR[number % 3]) if tongue == "fr" else BACK_EN.format(FILLERS_EN[number % 5])
        world.x_post(account, when, text, client="Web", language=tongue)
    told = (
        "Good turnout in the hall tonight, the tea ran out.",
        "Parking in Fallowmere was a mess but worth it.",
        "Nice to see the old hall full again.",
        "Belle soirée, beaucoup de monde, trop chaud.",
    )
    for number, account in enumerate(attended):  # people who were there say it in their own words
        world.account(
            "x",
            account,
            f"fict_townsfolk_{number + 1}",
            display_name=f"Townsfolk {number + 1}",
            created_at=at(f"201{number + 3}-06-02 10:00"),
            language="fr" if number == 3 else "en",
            location="Fallowmere",
            followers=210 + number,
            following=180,
        )
        world.x_post(
            account,
            STARTED + timedelta(minutes=11 + 40 * number),
            told[number],
            client="Phone",
            language="fr" if number == 3 else "en",
            location="Fallowmere",
        )
    posts = [world.posts(author_id=account)[0] for account in english[:10]]
    for post in posts:  # two of the circle and, for half of them, one reader from outside like it
        place = english.index(post["author_id"])
        likers = [english[(place + 1) % 20], english[(place + 7) % 20], *([attended[place % 4]] if place % 2 else [])]
        for liker in likers:
            world.add(
                "engagements",
                platform="x",
                post_id=post["post_id"],
                account_id=liker,
                kind="like",
                at=post["created_at"] + timedelta(minutes=5 + jitter(liker, 50)),
            )
    world.add(
        "collections",
        collection_id="x-rally",
        platform="x",
        scope="keyword",
        subject="Fallowmere",
        query="fallowmere",
        since=at("2026-03-07 00:00"),
        until=at("2026-03-09 00:00"),
        complete="no",
    )
