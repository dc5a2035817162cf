"""The likelihood that half-hours in which a group acted are those of an office, at every offset from UTC.

A half-hour of a day is taken or not, however many posts fall into it: a wave of replies is one act. An office is a range
of half-hours of its working days that are taken more often than all others; how often either are, nobody knows, so both
rates are taken at their best; the hour at which it begins, the length of its day, its pause or split shift, its week and
its summer time are integrated out. Leisure is the same with the evenings, waking days and breaks of people.
An offset is excluded where the office explains the half-hours too badly beside the best one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from typing import Final

import numpy as np
from scipy.special import betaln, logsumexp

from detectors.groups.bicm import Floats, Ints

SLOT: Final = 1_800  # seconds; offsets come in these steps
PER_DAY: Final = 48
OFFSETS: Final = np.arange(-24, 29) / 2.0
"""Hours from UTC in standard time, all that are in use."""
STARTS: Final = tuple(np.arange(12, 22) / 2.0)
"""Local hours at which acts begin: early shifts start at 6, offices open from 7 to 10, and the first act may come half an
hour later."""
_BEFORE_PAUSE: Final = (3.0, 3.5, 4.0, 4.5, 5.0)
_PAUSES: Final = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""None, lunch, and the long noon of a split shift."""
_WORK: Final = (7.0, 9.5)  # hours of work a day, at least and at most
_WEEKS: Final = ((0, 1, 2, 3, 4), (6, 0, 1, 2, 3), (0, 1, 2, 3, 4, 5))
"""Working days, Monday is 0: Monday to Friday, Sunday to Thursday, Monday to Saturday."""
_ALL: Final = (tuple(range(7)),)
_LEISURE_WEEKS: Final = (*_ALL, (0, 1, 2, 3, 4), (5, 6))
_NIGHT: Final = 8
"""Half-hours after midnight that belong to the day before, as in diaries of time use: who stays late on a Friday past
midnight does not work on Saturdays."""
SUMMERS: Final = ("none", "europe", "north_america")

_ON: Final = np.array([0.03, 0.08, 0.15, 0.3, 0.5, 0.7, 0.9])
"""Shares of the days on which a working half-hour is taken."""
_OFF: Final = np.array([0.002, 0.006, 0.02, 0.05, 0.1, 0.2, 0.4])
_MORE: Final = (_ON[:, None] >= 2 * _OFF[None, :]).sum(1)
"""For each rate of work, how many of the others it is at least twice of."""
_SPREAD: Final = 4.0
"""How much half-hours differ in their own rates; 4 lets one that is .5 on average be anywhere."""
_ACT: Final = 300
"""Seconds: posts of a group within them are one act, however many."""
_ACTS_A_DAY: Final = 24
TEMPER: Final = 0.8
"""Half-hours of one day are not independent: who is absent is so all day, and work has its rush hours. The likelihood's
power at which the set covers the truth in simulated offices (docs/verdicts-shift.md)."""
EXCLUDED: Final = 4.0
"""Natural logarithm below the best from which on an offset is excluded; calibrated with TEMPER."""
NEEDED: Final = 4.6
"""And that by which the office must beat leisure: a hundred to one."""


@dataclass(frozen=True, slots=True)
class Template:
    """One way in which a day is divided."""

    start: float
    end: float
    pauses: tuple[float, ...]
    """Local hours without work, half an hour each."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What the half-hours say."""

    offsets: Floats
    """Log-likelihood of an office at each of OFFSETS."""
    best: Template
    leisure: float
    leisure_name: str
    summer: str
    """Of SUMMERS, or cannot_tell."""

    @property
    def office(self) -> float:
        """Log-likelihood of an office anywhere."""
        return float(logsumexp(self.offsets) - np.log(len(OFFSETS)))

    @property
    def is_office(self) -> bool:
        return self.office - self.leisure >= NEEDED

    @property
    def is_leisure(self) -> bool:
        """Leisure beats every office as clearly as an office must beat leisure."""
        return self.leisure - self.office >= NEEDED

    @property
    def kept(self) -> np.ndarray:
        """Which offsets are not excluded."""
        return np.asarray(self.offsets >= self.offsets.max() - EXCLUDED)


def fit(seconds: Ints) -> Fit:
    """The likelihoods of posts at these seconds since 1970 (UTC)."""
    taken = _thinned(seconds)
    office, names = _offices()
    winter = _likelihoods(taken, "none", office, _WEEKS)
    by_summer = np.stack([winter, *(_moved(winter, taken, summer, office) for summer in SUMMERS[1:])])
    prior = np.log([0.5, 0.25, 0.25])[:, None]
    whole = logsumexp(by_summer.reshape(*by_summer.shape[:2], -1), axis=2) - np.log(by_summer[0, 0].size) + prior
    best = np.unravel_index(int(by_summer.argmax()), by_summer.shape)
    leisure = {}
    for name, templates in _leisure().items():
        values = _likelihoods(taken, "none", templates, _ALL if name == "waking_day" else _LEISURE_WEEKS)
        leisure[name] = float(logsumexp(values) - np.log(values.size))
    most = max(sorted(leisure), key=lambda name: leisure[name])
    return Fit(
        logsumexp(whole, axis=0), names[int(best[3])], float(logsumexp(list(leisure.values())) - np.log(len(leisure))),
        most, _summer(taken, logsumexp(whole, axis=1)),
    )  # fmt: skip


def _thinned(seconds: Ints) -> Ints:
    """The half-hours taken, of so few acts a day that an idle hour of a loud group is not as full as a busy one.

    Posts of one moment are one act. Which acts stay is drawn once, the same for the same posts.
    """
    acts = np.unique(seconds // _ACT)
    days = len(np.unique(acts * _ACT // 86_400))
    most = _ACTS_A_DAY * days
    if len(acts) > most:
        acts = np.random.default_rng(len(acts)).choice(acts, most, replace=False)
    return np.unique(acts * _ACT // SLOT)


def _moved(winter: Floats, taken: Ints, summer: str, templates: Floats) -> Floats:
    """The likelihoods under a rule of summer time; where no change of clocks lies within the posts they are winter's, or
    those of an hour farther east."""
    ahead = np.unique(_forward(taken, summer))
    if len(ahead) > 1:
        return _likelihoods(taken, summer, templates, _WEEKS)
    east = np.clip(np.arange(len(OFFSETS)) + int(ahead[0]), 0, len(OFFSETS) - 1)
    return np.asarray(winter[east])


def _summer(taken: Ints, values: Floats) -> str:
    """The rule that moved the hours, where a change of clocks lies within the posts and one rule stands out."""
    order = np.argsort(-values)
    if values[order[0]] - values[order[1]] < EXCLUDED or not any(_moves(taken, name) for name in SUMMERS[1:]):
        return "cannot_tell"
    return SUMMERS[int(order[0])]


def _moves(taken: Ints, summer: str) -> bool:
    return len(np.unique(_forward(taken, summer))) > 1


def _likelihoods(taken: Ints, summer: str, templates: Floats, weeks: tuple[tuple[int, ...], ...]) -> Floats:
    """Tempered log-likelihood by offset, week and template, at the best rates of which work's is clearly the larger."""
    made = np.empty((len(OFFSETS), len(weeks), len(templates)))
    whole = np.arange(taken.min(), taken.max() + 1)  # half-hours outside the posts say nothing, those between them do
    moved, could = taken + _forward(taken, summer), whole + _forward(whole, summer)
    for number, offset in enumerate(OFFSETS):
        counts, chances = (_by_week(slots + round(2 * offset)) for slots in (moved, could))
        counts = np.minimum(counts, chances)  # an hour that clocks repeat in autumn is two, one half-hour of it taken
        for which, week in enumerate(weeks):
            working = np.isin(np.arange(7), week)
            on, off = (_slots(counts[working].sum(0), chances[working].sum(0), rates, _SPREAD) for rates in (_ON, _OFF))
            free = _slots(counts[~working].sum(0), chances[~working].sum(0), _OFF, _SPREAD).sum(1)
            inside = templates @ on.T  # template, rate of work
            outside = off.sum(1) + free - templates @ off.T  # template, rate of the rest
            best = [inside[:, place] + outside[:, : int(less)].max(1) for place, less in enumerate(_MORE) if less]
            made[number, which] = TEMPER * np.max(best, axis=0)
    return made


def _by_week(slots: Ints) -> Floats:
    """How many of the half-hours fall on each weekday and half-hour of the day."""
    day, slot = (slots - _NIGHT) // PER_DAY, slots % PER_DAY
    weekday = (day + 3) % 7  # 1970 began on a Thursday
    return np.bincount(weekday * PER_DAY + slot, minlength=7 * PER_DAY).reshape(7, PER_DAY).astype(np.float64)


def _slots(taken: Floats, days: Floats, rates: Floats, spread: float) -> Floats:
    """Log-likelihood of each half-hour of the day, taken on so many of its days, at each rate: rate, half-hour.

    Each half-hour has a rate of its own around the common one (beta-binomial): rush hours and a late start of work
    are the same every day, and more days do not make them an edge.
    """
    a, b = (spread * rate[:, None] for rate in (rates, 1 - rates))
    return np.asarray(betaln(taken + a, days - taken + b) - betaln(a, b), dtype=np.float64)


def _row(*spans: tuple[float, float]) -> Floats:
    """The half-hours of spans of local hours; past midnight they go round."""
    row = np.zeros(PER_DAY)
    for begin, end in spans:
        row[np.arange(round(2 * begin), round(2 * end)) % PER_DAY] = 1.0
    return row


@cache
def _offices() -> tuple[Floats, tuple[Template, ...]]:
    rows, names = [], []
    for start, before, pause, after in product(STARTS, _BEFORE_PAUSE, _PAUSES, _BEFORE_PAUSE):
        if not _WORK[0] <= before + after <= _WORK[1]:
            continue
        noon, end = start + before, start + before + pause + after
        rows.append(_row((start, noon), (noon + pause, end)))
        idle = tuple((noon + np.arange(0, pause, 0.5)).tolist())
        names.append(Template(float(start), float(end), idle))
    return np.stack(rows), tuple(names)


@cache
def _leisure() -> dict[str, Floats]:
    """Evenings, whole waking days, and what people do before work, at noon and after it."""
    evenings = [_row((start, start + long)) for start in np.arange(16, 21.5, 0.5) for long in np.arange(2, 6.5, 0.5)]
    waking = [_row((start, start + long)) for start in np.arange(6, 11.5, 0.5) for long in np.arange(12, 17.5, 0.5)]
    breaks = [
        _row((wake, wake + morning), (noon, noon + 1.5), (home, home + evening))
        for wake, morning, noon, home, evening in product((6, 6.5, 7), (1.5, 2), (12, 12.5), (17.5, 18, 18.5), (4, 5))
    ]
    return {"evenings": np.stack(evenings), "waking_day": np.stack(waking), "around_work": np.stack(breaks)}


def _forward(taken: Ints, summer: str) -> Ints:
    """Half-hours by which local clocks are ahead of standard time."""
    if summer == "none":
        return np.zeros(len(taken), dtype=np.int64)
    years = range(_year(int(taken.min())), _year(int(taken.max())) + 1)
    ahead = np.zeros(len(taken), dtype=np.int64)
    for year in years:
        begin, end = _clock_changes(summer, year)
        ahead[(taken >= begin) & (taken < end)] = 2
    return ahead


def _year(slot: int) -> int:
    return datetime.fromtimestamp(slot * SLOT, UTC).year


def _clock_changes(summer: str, year: int) -> tuple[int, int]:
    """First half-hour of summer time and of the winter after it: Europe at 01:00 UTC of the last Sundays of March and
    October; North America on the second Sunday of March and the first of November, here at 07:00 UTC for all its zones."""
    if summer == "europe":
        days, hour = (_last_sunday(year, 3), _last_sunday(year, 10)), 1
    else:
        days, hour = (_sunday(year, 3, 2), _sunday(year, 11, 1)), 7
    first, last = (int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp()) // SLOT for day in days)
    return first, last


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))
