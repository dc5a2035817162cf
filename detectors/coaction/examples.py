"""The two examples of `coaction`: a ring that shares the same six links within seconds, and an audience that does not.

Both have the same links, shared as often. In the second nobody has more in common with others than their reading
brings, and each reader comes to an article in their own time.
"""

from datetime import UTC, datetime
from typing import Any, Final

_ACCOUNTS: Final = ("ada", "ben", "cem", "dua", "eve")


def _share(account: str, article: int, hour: int, minute: int, second: int) -> dict[str, Any]:
    return {
        "platform": "x",
        "post_id": f"{account}-{article}",
        "author_id": account,
        "created_at": datetime(2024, 3, 1 + article % 28, hour, minute, second, tzinfo=UTC),
        "text": f"Worth reading {article}",
        "urls": [f"https://news.example/article/{article}"],
    }


def _ring() -> list[dict[str, Any]]:
    return [
        _share(account, article, 8 + article, 30, 7 * place)
        for article in range(6)
        for place, account in enumerate(_ACCOUNTS)
    ]


def _audience() -> list[dict[str, Any]]:
    # Two of the six for each, so that readers have something in common, and times that never fall into step.
    return [
        _share(account, article, (7 * place + 11 * article) % 24, (13 * place + 7 * article) % 60, 0)
        for place, account in enumerate(
            (*_ACCOUNTS, "fay", "gil", "hal", "ida", "jon", "kim", "lea", "max", "nia", "oz")
        )
        for article in (place % 6, (place + 1 + place // 6) % 6)
    ]


def _others() -> list[dict[str, Any]]:
    """A hundred and twenty more readers of forty other articles, each of which some ten come to in their own time."""
    return [
        _share(f"reader{number}", 6 + article, (5 * number + 11 * place) % 24, (17 * number) % 60, 0)
        for number in range(120)
        for place, article in enumerate({number % 40, (3 * number + 7) % 40, (11 * number + 2) % 40})
    ]


HIT: Final = {"posts": _ring() + _others()}
MISS: Final = {"posts": _audience() + _others()}
