"""Axes read the same in English and French: no names of months, no 12-hour clock, no thousands of nothing."""

from views.axes import count_axis, time_axis


def test_times_are_numbers_by_the_24_hour_clock() -> None:
    formats = time_axis().to_dict()["format"]
    assert {form[:3] for form in formats.values()} == {"%Y", "%Y-", "%m-", "%H:"}


def test_counts_are_whole_and_nothing_is_0() -> None:
    axis = count_axis(tickCount=3).to_dict()
    assert axis["tickMinStep"] == 1
    assert "format" not in axis
