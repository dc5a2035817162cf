"""The two examples of `hijack`: eight accounts that wake within days as somebody else, and eight that come back as
themselves in their own time."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

_START: Final = datetime(2024, 1, 1, tzinfo=UTC)
_ACCOUNTS: Final = tuple(f"old{number}" for number in range(8))
_BEFORE: Final = 24
_AFTER: Final = 12
_DAYS: Final = 600
_TALK: Final = ("Rain on the allotment again", "The bakery has plum cake", "Choir went well tonight", "My bus was late")
_WAVE: Final = 430  # day of the first awakening


def _post(account: str, number: int, at: datetime, text: str, **given: Any) -> dict[str, Any]:
    return {
        "platform": "x",
        "post_id": f"{account}-{number}",
        "author_id": account,
        "created_at": at,
        "text": text,
        "language": "en",
        "client": "Phone",
        **given,
    }


def _before(place: int, account: str) -> list[dict[str, Any]]:
    return [
        _post(
            account,
            number,
            _START + timedelta(days=2 * number + place, hours=18 + (number + place) % 4, minutes=(7 * number) % 60),
            f"{_TALK[number % 4]}, {number} of us",
        )
        for number in range(_BEFORE)
    ]


def _as_somebody_else(place: int, account: str) -> list[dict[str, Any]]:
    """A day apart they wake; then each occasion brings an answer under the same post within seconds."""
    first = _START + timedelta(days=_WAVE + place, hours=9)
    quiet = [
        _post(account, _BEFORE + number, first + timedelta(hours=2 * number), "Une belle journée", **_NEW)
        for number in range(2)
    ]
    return quiet + [
        _post(
            account,
            _BEFORE + 2 + number,
            _START + timedelta(days=_WAVE + 10 + number, hours=9 + number % 3, seconds=5 * place),
            "Répondez enfin à la question",
            in_reply_to_post_id=f"member-{number}",
            in_reply_to_account_id="member",
            **_NEW,
        )
        for number in range(_AFTER - 2)
    ]


_NEW: Final = {"language": "fr", "client": "Desk"}


def _as_themselves(place: int, account: str) -> list[dict[str, Any]]:
    first = _START + timedelta(days=300 + 30 * place, hours=18)
    return [
        _post(
            account,
            _BEFORE + number,
            first + timedelta(days=2 * number, hours=number % 4),
            f"{_TALK[number % 4]} again",
        )
        for number in range(_AFTER)
    ]


def _others() -> list[dict[str, Any]]:
    """The one who is answered, and forty people who post now and then all the time and answer as they please."""
    made = [
        _post("member", number, _START + timedelta(days=_WAVE + 10 + number, hours=8), f"Speech number {number}")
        for number in range(_AFTER - 2)
    ]
    for person in range(40):
        for number in range(24):
            at = _START + timedelta(days=(25 * number + 3 * person) % _DAYS, hours=(5 * person + 3 * number) % 24)
            made.append(_post(f"person{person}", number, at, f"Lunch {number} with {person}"))
        at = _START + timedelta(days=_WAVE + 10 + person % 10, hours=9 + person % 13, minutes=(17 * person) % 60)
        answer = {"in_reply_to_post_id": f"member-{person % 10}", "in_reply_to_account_id": "member"}
        made.append(_post(f"person{person}", 24, at, f"I agree with point {person}", **answer))
    return made


_COLLECTED: Final = [
    {"collection_id": "timelines", "platform": "x", "scope": "timeline", "complete": "yes", "since": _START,
     "until": _START + timedelta(days=_DAYS)},
]  # fmt: skip


def _profiles(handle: str) -> list[dict[str, Any]]:
    return [
        {"platform": "x", "account_id": account, "handle": handle.format(account), "created_at": _START - timedelta(days=900),
         "observed_at": _START + timedelta(days=_DAYS)}
        for account in _ACCOUNTS
    ]  # fmt: skip


_HISTORY: Final = [
    {"platform": "x", "account_id": account, "handle": account, "observed_at": _START + timedelta(days=100)}
    for account in _ACCOUNTS
]


def _rows(after: Any, handle: str) -> dict[str, list[dict[str, Any]]]:
    posts = [post for place, name in enumerate(_ACCOUNTS) for post in _before(place, name) + after(place, name)]
    return {
        "posts": posts + _others(), "accounts": _profiles(handle), "account_history": _HISTORY, "collections": _COLLECTED,
    }  # fmt: skip


HIT: Final = _rows(_as_somebody_else, "news_{}_24")
MISS: Final = _rows(_as_themselves, "{}")
