"""Axes that read the same in both languages: times by the 24-hour clock and ISO dates, counts in whole short numbers."""

from typing import Any, Final

import altair as alt

# Vega's own are English names of months and a 12-hour clock, beside texts that write 2015-11-26 22:12.
_TIMES: Final = {
    "year": "%Y",
    "quarter": "%Y-%m",
    "month": "%Y-%m",
    "week": "%m-%d",
    "date": "%m-%d",
    "day": "%m-%d",
    "hours": "%H:%M",
    "minutes": "%H:%M",
    "seconds": "%H:%M:%S",
    "milliseconds": "%H:%M:%S",
}


def time_axis(**more: Any) -> alt.Axis:
    """An axis of times in UTC; `more` as alt.Axis takes it."""
    return alt.Axis(format=_TIMES, labelOverlap=True, **more)


def count_axis(**more: Any) -> alt.Axis:
    """An axis of counts: 0, 2k, 4k; no half posts. `more` as alt.Axis takes it."""
    # As a `format` it would take the largest value's prefix for all, and write nothing as 0k.
    return alt.Axis(labelExpr="format(datum.value, '~s')", tickMinStep=1, **more)
