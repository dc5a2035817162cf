"""The two examples of `coaction`: a ring that shares the same six links within seconds, and an audience that does not.

Both have the same links, shared as often. In the second each reader comes to an article in their own time, so that no
pair meets five times within five minutes, nor ten times within an hour.
"""

from datetime import UTC, datetime
from typing import Any, Final

_ACCOUNTS: Final = ("ada", "ben", "cem", "dua", "eve")


def _share(account: str, article: int, hour: int, minute: int, second: int) -> dict[str, Any]:
    return {
        "platform": "x",
        "post_id": f"{account}-{article}",
        "author_id": account,
        "created_at": datetime(2024, 3, 4 + article, hour, minute, second, tzinfo=UTC),
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
    # 7, 11 and 13 have no factor in common with 24 or 60: reading times never fall into step.
    return [
        _share(account, article, (7 * place + 11 * article) % 24, (13 * place + 7 * article) % 60, 0)
        for article in range(6)
        for place, account in enumerate(_ACCOUNTS)
    ]


def _others() -> list[dict[str, Any]]:
    """Twenty more readers, each with an article of their own and one of the six."""
    return [
        _share(f"reader{number}", article, number, 5, 0) for number in range(20) for article in (number % 6, 6 + number)
    ]


HIT: Final = {"posts": _ring() + _others()}
MISS: Final = {"posts": _audience() + _others()}
