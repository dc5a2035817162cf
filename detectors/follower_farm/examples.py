"""The two examples of `follower_farm`: followers made in three nights, and the same growth spread over a year."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

_START: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
_FIRST: Final = ("ana", "bruno", "chidi", "dmitri", "elif", "fatou", "goran", "hana", "irene", "joon")
_LAST: Final = ("moreau", "okafor", "petrov", "silva", "tanaka", "weber", "yilmaz", "zhang")
_TAILS: Final = ("qzxkv", "3542181275", "wpkrj", "praggykpmi", "8841520936")


def _page(number: int, counts: dict[int, int]) -> list[dict[str, Any]]:
    return [
        {
            "platform": "instagram", "entity_id": f"page{number}", "entity_kind": "page",
            "observed_at": _START + timedelta(days=day), "followers": followers,
        }
        for day, followers in counts.items()
    ]  # fmt: skip


def _follower(number: int, made: bool) -> dict[str, Any]:
    name = f"{_FIRST[number % 10]}{_LAST[number % 8]}"
    farm = {
        "handle": f"{name}{_TAILS[number % 5]}{number % 7}", "followers": number % 40, "following": 1_500 + 37 * number,
        "created_at": datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=20 * (number // 14), minutes=9 * number),
        "default_avatar": number % 2 == 0,
    }  # fmt: skip
    person = {
        "handle": f"{name}{number}", "followers": 150 + 11 * number, "following": 200 + 7 * number,
        "created_at": datetime(2013, 5, 1, tzinfo=UTC) + timedelta(days=(941 * number) % 4_000),
        "default_avatar": False,
    }  # fmt: skip
    return {"platform": "instagram", "account_id": f"f{number}", **(farm if made else person)}


def _example(counts: dict[int, int], size: int, made: bool) -> dict[str, list[dict[str, Any]]]:
    followers = [_follower(number, made and number % 5 != 4) for number in range(size)]
    peers = [
        row for number in range(1, 7) for row in _page(number, {0: 9_000 + 900 * number, 28: 9_040 + 907 * number})
    ]
    return {
        "metrics": _page(0, counts) + peers,
        "accounts": followers + [{**_follower(number, False), "account_id": f"p{number}"} for number in range(size, 160)],
        "follows": [
            {
                "platform": "instagram", "follower_id": row["account_id"], "followed_id": "page0",
                "position": place + 1, "position_is_chronological": True,
            }
            for place, row in enumerate(followers)
        ],
        "collections": [
            {"collection_id": "followers", "platform": "instagram", "scope": "followers", "complete": "no"},
        ],
    }  # fmt: skip


HIT: Final = _example({0: 13_000, 11: 287_000, 18: 328_000, 33: 397_000}, 60, True)
MISS: Final = _example({0: 13_000, 11: 13_060, 18: 13_110, 33: 13_190}, 60, False)
