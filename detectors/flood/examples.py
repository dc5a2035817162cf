"""The two examples of `flood`: three members shouted at by accounts a week old, and by everybody after a vote."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

_START: Final = datetime(2026, 1, 5, tzinfo=UTC)
_MEMBERS: Final = ("mara", "joss", "delphine", "arno")
_ORDINARY: Final = 40
_DAYS: Final = 35


def _reply(number: int, author: str, target: str, at: datetime, text: str) -> dict[str, Any]:
    return {
        "platform": "x", "post_id": f"r{number}", "author_id": author, "created_at": at, "text": text,
        "in_reply_to_account_id": target,
    }  # fmt: skip


def _usual() -> list[tuple[str, str, datetime, str]]:
    """Two answers a member and day, from forty people in turn."""
    made = []
    for day in range(_DAYS):
        for place, member in enumerate(_MEMBERS):
            for turn in range(2):
                number = day * 8 + place * 2 + turn
                at = _START + timedelta(days=day, hours=8 + (number * 5) % 12, minutes=(number * 17) % 60)
                made.append((f"n{number % _ORDINARY}", member, at, f"What about the bus number {number}, please?"))
    return made


def _accounts(young: int) -> list[dict[str, Any]]:
    old = [
        {"platform": "x", "account_id": f"n{number}", "created_at": datetime(2015, 1 + number % 12, 3, tzinfo=UTC)}
        for number in range(_ORDINARY)
    ]
    new = [
        {"platform": "x", "account_id": f"f{number}", "created_at": _START + timedelta(days=20, hours=number)}
        for number in range(young)
    ]
    return old + new


def _example(
    evenings: list[int], who: list[str], words: tuple[str, ...], young: int
) -> dict[str, list[dict[str, Any]]]:
    rows = _usual()
    for turn, day in enumerate(evenings):
        for place, member in enumerate(_MEMBERS[:3]):
            for number, author in enumerate(who):
                at = _START + timedelta(days=day, hours=14 + place, minutes=2 * number, seconds=7 * turn)
                rows.append((author, member, at, words[(turn + number) % len(words)].format(n=number, m=member)))
    return {
        "posts": [_reply(number, *row) for number, row in enumerate(sorted(rows, key=lambda row: (row[2], row[0])))],
        "accounts": _accounts(young),
        "targets": [{"platform": "x", "account_id": name, "name": name.title(), "role": "member"} for name in _MEMBERS],
        "collections": [{"collection_id": "all", "platform": "x", "scope": "timeline", "complete": "yes"}],
    }


HIT: Final = _example(
    [27, 28, 29, 30],
    [f"f{number}" for number in range(15)],
    (
        "Ask who paid for the harbour house, and who signed for it",
        "Nobody voted for this, the papers are in the drawer",
    ),
    15,
)
# One member only: whoever is shouted at alone has said something.
MISS: Final = {
    name: [
        row
        for row in rows
        if row.get("in_reply_to_account_id", "mara") == "mara" or not row["author_id"].startswith("f")
    ]
    for name, rows in HIT.items()
}
