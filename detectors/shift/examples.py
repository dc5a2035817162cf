"""The two examples of `shift`: five accounts that share the same links through office hours of four weeks, and five that
share theirs on six evenings, too few to say anything of."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

_RING: Final = ("ada", "ben", "cem", "dua", "eve")
_MONDAY: Final = datetime(2024, 1, 8, tzinfo=UTC)
_OFFICE: Final = (6, 7, 8, 9, 11, 12, 13, 14)
"""Hours in UTC: nine to six with an hour at one, three hours east of Greenwich."""


def _share(account: str, number: int, at: datetime) -> dict[str, Any]:
    return {
        "platform": "x",
        "post_id": f"{account}-{number}",
        "author_id": account,
        "created_at": at,
        "text": f"Worth reading {number}",
        "urls": [f"https://news.example/article/{number}"],
    }


def _ring(days: list[int], hours: tuple[int, ...]) -> list[dict[str, Any]]:
    made = []
    for number, (day, hour) in enumerate((day, hour) for day in days for hour in hours):
        begin = _MONDAY + timedelta(days=day, hours=hour, minutes=(23 * number) % 60)
        made += [_share(name, number, begin + timedelta(seconds=9 * place + 1)) for place, name in enumerate(_RING)]
    return made


def _others() -> list[dict[str, Any]]:
    """A hundred and twenty readers of forty other articles, each of which some ten come to in their own time."""
    return [
        _share(
            f"reader{number}",
            1000 + article,
            _MONDAY + timedelta(days=article % 28, hours=(5 * number + 11 * place) % 24, minutes=(17 * number) % 60),
        )
        for number in range(120)
        for place, article in enumerate({number % 40, (3 * number + 7) % 40, (11 * number + 2) % 40})
    ]


_WORKING: Final = [week * 7 + day for week in range(4) for day in range(5)]
HIT: Final = {"posts": _ring(_WORKING, _OFFICE) + _others()}
MISS: Final = {"posts": _ring(list(range(6)), (17, 18, 20)) + _others()}
