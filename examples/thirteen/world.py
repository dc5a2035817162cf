"""The tables of the example case while they are being written: rows in, CSV files out, the same on every machine.

Ids look real and cannot be: X account ids lie in the range between the old counter and the first snowflakes, which was
never handed out; WeChat `__biz` decode to a number one digit too long. Hosts end in `.example`.
"""

import base64
import csv
import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from records.tables import TABLES

Row = dict[str, Any]
X_EPOCH_MS: Final = 1_288_834_974_657
COLLECTED: Final = datetime(2026, 3, 16, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    """`2026-03-02 08:15` or `2026-03-02 08:15:30` as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def iso(when: datetime) -> str:
    """As findings and tables write it: 2026-03-02T08:15:00Z."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def jitter(key: str, below: int) -> int:
    """A number from 0 to below - 1 that depends on `key` alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) % below


def x_post_id(when: datetime, key: str) -> str:
    """An id with the time in it, as X makes them."""
    milliseconds = int(when.timestamp() * 1000) + jitter("ms" + key, 1000) - X_EPOCH_MS
    return str((milliseconds << 22) | jitter("low" + key, 1 << 22))


def wechat_biz(number: int) -> str:
    """A `__biz` as WeChat's article addresses carry it."""
    return base64.b64encode(f"3999000{number:04d}".encode()).decode()


def picture(name: str, flipped: int = 0) -> str:
    """64 hex digits in the shape of a PDQ hash; `flipped` bits differ from the picture of that name."""
    bits = int(hashlib.sha256(name.encode()).hexdigest(), 16)
    for number in range(flipped):
        bits ^= 1 << (number * 7 % 256)
    return f"{bits:064x}"


class World:
    """Rows of the thirteen tables."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}

    def add(self, table: str, **values: Any) -> Row:
        self.rows[table].append(values)
        return values

    def account(self, platform: str, account_id: str, handle: str, **values: Any) -> str:
        self.add("accounts", platform=platform, account_id=account_id, handle=handle, observed_at=COLLECTED, **values)
        return account_id

    def post(self, platform: str, post_id: str, author: str, when: datetime, text: str, **values: Any) -> Row:
        values = {"author_kind": "account", "time_precision": "second", "content_type": "post", **values}
        return self.add(
            "posts", platform=platform, post_id=post_id, author_id=author, created_at=when, text=text,
            collected_at=COLLECTED, **values,
        )  # fmt: skip

    def x_post(self, author: str, when: datetime, text: str, **values: Any) -> Row:
        return self.post("x", x_post_id(when, author + text), author, when, text, **values)

    def posts(self, **wanted: Any) -> list[Row]:
        """Posts with these values, by time and id."""
        found = [row for row in self.rows["posts"] if all(row.get(key) == value for key, value in wanted.items())]
        return sorted(found, key=lambda row: (row["created_at"], row["post_id"]))

    def write(self, folder: Path) -> None:
        """One CSV a table, with the columns any of its rows fills, in the contract's order."""
        for name, rows in self.rows.items():
            used = [column for column in TABLES[name].names if any(row.get(column) is not None for row in rows)]
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(used)
                writer.writerows([_cell(row.get(column)) for column in used] for row in rows)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return iso(value)
        case list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


# ---- what several findings need


def refs(rows: list[Row]) -> list[Row]:
    return [{"platform": row["platform"], "post_id": row["post_id"]} for row in rows]


def member(platform: str, name: str, role: str, action: str, score: float | None = None, kind: str = "account") -> Row:
    return {"platform": platform, "id": name, "kind": kind, "role": role, "score": score, "action": action}


def span(rows: list[Row]) -> Row:
    """first_seen and last_seen of posts."""
    times = [row["created_at"] for row in rows]
    return {"first_seen": iso(min(times)), "last_seen": iso(max(times))}


def most_within(rows: list[Row], seconds: int, what: str | None = "author_id") -> int:
    """The most distinct `what` (posts where None) of any stretch of `seconds` that begins with a post."""
    best = 0
    for first in rows:
        until = first["created_at"] + timedelta(seconds=seconds)
        inside = [row for row in rows if first["created_at"] <= row["created_at"] <= until]
        best = max(best, len({row[what] for row in inside}) if what else len(inside))
    return best


def repeated(rows: list[Row], key: str = "text") -> list[tuple[str, list[Row]]]:
    """Values of `key` that more than one post carries, with the posts, most frequent first."""
    counts = Counter(row[key] for row in rows if row.get(key))
    order = sorted((value for value, count in counts.items() if count > 1), key=lambda value: (-counts[value], value))
    return [(value, [row for row in rows if row.get(key) == value]) for value in order]
