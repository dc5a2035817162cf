"""What every way to write a time, number, list or link means, value by value."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import columns, found


def series(*values: str | None) -> pl.Series:
    return pl.Series("c", values, dtype=pl.String)


TIMES = {
    "2015-10-01T12:30:05Z": ("2015-10-01 12:30:05.000000", "second"),
    "2015-10-01T12:30:05.123Z": ("2015-10-01 12:30:05.123000", "second"),
    "2015-10-01T12:30:05+02:00": ("2015-10-01 10:30:05.000000", "second"),
    "2015-10-01T12:30:05-0330": ("2015-10-01 16:00:05.000000", "second"),
    "2015-10-01 12:30:05+00": ("2015-10-01 12:30:05.000000", "second"),
    "2015-10-01 12:30:05 UTC": ("2015-10-01 12:30:05.000000", "second"),
    "2015-10-01T12:30Z": ("2015-10-01 12:30:00.000000", "minute"),
    "Thu, 01 Oct 2015 12:30:05 +0000": ("2015-10-01 12:30:05.000000", "second"),
    "Thu, 01 Oct 2015 12:30:05 GMT": ("2015-10-01 12:30:05.000000", "second"),
    "Wed Oct 10 20:19:24 +0000 2018": ("2018-10-10 20:19:24.000000", "second"),
    "2015-10-01 12:30:05": ("2015-10-01 10:30:05.000000", "second"),
    "2015-10-01 12:30:05.678901": ("2015-10-01 10:30:05.678901", "second"),
    "2015-10-01T12:30:05": ("2015-10-01 10:30:05.000000", "second"),
    "2015-10-01 12:30": ("2015-10-01 10:30:00.000000", "minute"),
    "2015/10/01 12:30": ("2015-10-01 10:30:00.000000", "minute"),
    "2015-10-01": ("2015-09-30 22:00:00.000000", "day"),
    " 2015-10-01 ": ("2015-09-30 22:00:00.000000", "day"),
    "2021-10-31 02:30": ("2021-10-31 00:30:00.000000", "minute"),
    "1629589836": ("2021-08-21 23:50:36.000000", "second"),
    "1629589836.5": ("2021-08-21 23:50:36.500000", "second"),
    "1629589836123": ("2021-08-21 23:50:36.123000", "second"),
    "1629589836123456": ("2021-08-21 23:50:36.123456", "second"),
    "1.629589836e+09": ("2021-08-21 23:50:36.000000", "second"),
}


def test_each_way_to_write_a_time_is_one_instant_and_says_how_precise_it_is() -> None:
    read = columns.times(series(*TIMES), "Europe/Berlin")
    assert (
        dict(zip(TIMES, zip(read.values.dt.to_string("%F %T%.6f"), read.precision, strict=True), strict=True)) == TIMES
    )
    assert not (read.bad | read.gap | read.outside).any()


@pytest.mark.parametrize("value", TIMES)
def test_a_time_means_the_same_alone(value: str) -> None:
    read = columns.times(series(value, None), "Europe/Berlin")
    assert read.values.dt.to_string("%F %T%.6f").to_list() == [TIMES[value][0], None]


def test_what_is_no_time_is_marked_by_kind() -> None:
    values = ("yesterday", "2015-02-30", "10/11/2015", "2021-03-28 02:30", "1999-12-31", "2100-01-02", "NaN", None)
    read = columns.times(series(*values), "Europe/Berlin")
    assert read.bad.to_list() == [True, True, True, False, False, False, False, False]
    assert read.gap.to_list() == [False, False, False, True, False, False, False, False]
    assert read.outside.to_list() == [False, False, False, False, True, True, False, False]
    assert columns.times(series("1951-05-01"), first=None).outside.to_list() == [False]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))
def test_any_instant_written_in_iso_reads_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert columns.times(series(aware.isoformat())).values.to_list() == [aware]
    assert columns.times(series(str(moment))).values.to_list() == [aware]


def test_whole_numbers() -> None:
    values, bad = columns.integers(
        series("12", "1,234", "1,234,567", "12.0", "0", "n/a", None, "-1", "1.5", "1,5", "1e3")
    )
    assert values.to_list() == [12, 1234, 1234567, 12, 0, None, None, None, None, None, None]
    assert bad.to_list() == [False] * 7 + [True] * 4


def test_decimals() -> None:
    values, bad = columns.decimals(series("1.5", "-66.9", "absent", "inf", "x"))
    assert values.to_list() == [1.5, -66.9, None, None, None]
    assert bad.to_list() == [False, False, False, True, True]


def test_truth_values() -> None:
    values, bad = columns.booleans(series("TRUE", "f", "1", "0.0", "No", "maybe", None))
    assert values.to_list() == [True, False, True, False, False, None, None]
    assert bad.to_list() == [False] * 5 + [True, False]


def test_ids_stay_as_they_are_and_rounded_ones_are_marked() -> None:
    values, bad = columns.ids(series("00901", "901656910939770881", "9.01E+17", "901656910939770881.0", "1e5x", "null"))
    assert values.to_list() == ["00901", "901656910939770881", "9.01E+17", "901656910939770881.0", "1e5x", None]
    assert bad.to_list() == [False, False, True, True, False, False]


def test_lists() -> None:
    texts = ('["a", "b|c"]', "['a', \"b's\"]", "[a, b]", "a | b", "[]", '["é", 3, null]', "['a',", "one", None)
    values, bad = columns.lists(series(*texts))
    assert values.to_list() == [
        ["a", "b|c"], ["a", "b's"], ["a", "b"], ["a", "b"], [], ["é", "3"], None, ["one"], None
    ]  # fmt: skip
    assert bad.to_list() == [False] * 6 + [True, False, False]
    assert columns.lists(series("http://a http://b"), blanks=True)[0].to_list() == [["http://a", "http://b"]]


def test_columns_left_over_become_json_without_the_empty_ones() -> None:
    frame = pl.DataFrame({"a": ["x", None, None], 'b"': ['é"\n', "1", None]})
    assert columns.as_json(frame, ["a", 'b"']).to_list() == ['{"a":"x","b\\"":"é\\"\\n"}', '{"b\\"":"1"}', None]


def test_columns_without_rows() -> None:
    empty = series()
    for read in (columns.integers, columns.decimals, columns.booleans, columns.ids, columns.lists):
        assert [len(part) for part in read(empty)] == [0, 0]
    assert len(columns.times(empty).values) == 0
    assert [len(read(empty)) for read in (found.urls, found.hashtags, found.mentions)] == [0, 0, 0]


TEXTS = {
    "#Тег1 and #tag_2, #123 a#b &#39; http://x.org/#frag ＃全角 #a#b #tag_2": ["Тег1", "tag_2", "全角", "a"],
    "हिन्दी #हिन्दी": ["हिन्दी"],
    "nothing": None,
}
MENTIONS = {
    "RT @User_1: hi @two.three, mail a@b.org and @user_1 @@x @User_1.": ["User_1", "two.three", "user_1"],
    "你好@name再见": ["name"],
    "x": None,
}
LINKS = {
    "see https://a.org/x?b=1&c=2, (http://b.org/y). «https://c.org/я» https://t.co/ab… end": [
        "https://a.org/x?b=1&c=2", "http://b.org/y", "https://c.org/я",
    ],
    "看http://t.cn/abc你好 http://t.cn/abc": ["http://t.cn/abc"],
    "ftp://x": None,
}  # fmt: skip


def test_hashtags_mentions_and_links_are_found_in_any_script() -> None:
    assert found.hashtags(series(*TEXTS)).to_list() == list(TEXTS.values())
    assert found.mentions(series(*MENTIONS)).to_list() == list(MENTIONS.values())
    assert found.urls(series(*LINKS)).to_list() == list(LINKS.values())
    assert found.named(found.mentions(series("@a", None))).to_list() == [["name:a"], None]
