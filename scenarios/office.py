"""Hours of an office: shifts at a fixed place on the globe, lunch, weekends, summer time where the place has it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.clock import DAY, HOUR, SECOND, Ints
from scenarios.planting import whole

ZONES: Final = ((-8.0, True), (-5.0, True), (1.0, True), (2.0, True), (3.0, False), (3.5, False), (5.5, False),
                (7.0, False), (8.0, False), (9.0, False))  # fmt: skip
"""Hours from UTC in winter, and whether clocks go forward in summer."""
STARTS: Final = (7.0, 8.0, 8.5, 9.0, 9.5, 10.0)
_HOURS: Final = 8.0
_LUNCH: Final = 1.0
_SPLIT_PAUSE: Final = 3.0
_LATE: Final = 0.04  # posts outside office hours


@dataclass(frozen=True, slots=True)
class Office:
    """Where and when people sit at their desks."""

    offset: float
    """Hours from UTC, in winter."""
    summer_time: bool
    start: float
    split: bool
    """A long pause at noon and work until the evening."""

    def offset_at(self, at: int) -> float:
        """Hours from UTC at a moment (Europe's rule: last Sundays of March and October, 01:00 UTC)."""
        return self.offset + (1.0 if self.summer_time and _summer(at) else 0.0)

    def shift(self, day: int, n: int, rng: Generator) -> Ints:
        """`n` times of work on the day that begins at `day` (UTC midnight), sorted."""
        pause = _SPLIT_PAUSE if self.split else _LUNCH
        morning = _HOURS / 2
        hour = rng.random(n) * _HOURS
        hour = self.start + hour + np.where(hour > morning, pause, 0.0)
        hour[rng.random(n) < _LATE] += pause + _HOURS / 2
        local = day + whole(hour * HOUR)
        return np.sort(local - whole(np.full(n, self.offset_at(day + 12 * HOUR) * HOUR)))

    def days(self, start: int, count: int) -> list[int]:
        """Working days (Monday to Friday) among `count` days from `start`, as UTC midnights."""
        return [day for day in range(start, start + count * DAY, DAY) if (day // DAY + 3) % 7 < 5]


def office(rng: Generator) -> Office:
    """An office somewhere."""
    offset, summer = ZONES[int(rng.integers(len(ZONES)))]
    return Office(offset, summer, float(rng.choice(STARTS)), bool(rng.random() < 0.25))


def _summer(at: int) -> bool:
    moment = datetime.fromtimestamp(at / SECOND, UTC)
    return _last_sunday(moment.year, 3) <= moment < _last_sunday(moment.year, 10)


def _last_sunday(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    day = last - timedelta(days=(last.weekday() + 1) % 7)
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
