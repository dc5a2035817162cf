"""Times inside ids, against public posts whose times are known; what is no id of the platform gives none."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import snowflake
from loaders.base import Options
from loaders.csvfile import Batch
from loaders.rows import LINE, Rows

# Public posts: id, the time their pages show, and how far the id's time may be from it in seconds.
KNOWN = [
    (snowflake.tweet, "1807674536214897063", "2024-07-01 07:16:09", 1),
    (snowflake.tweet, "901656910939770881", "2017-08-27 04:05:34", 1),
    (snowflake.instagram, "1922949326347663701", "2018-11-29 01:04:04", 2),
    (snowflake.instagram, "1922949326347663701_25025320", "2018-11-29 01:04:04", 2),
    (snowflake.tiktok, "6858321293117312262", "2020-08-07 19:09:26", 60),
    (snowflake.tiktok, "6854717870488702213", "2020-07-29 02:06:17", 60),
    (snowflake.mastodon, "103254962155278888", "2019-12-05 11:34:47", 1),
    (snowflake.weibo, "4323047042991618", "2018-12-30 13:56:36", 2),
    (snowflake.bluesky_tid, "3kh5rarr3gn2n", "2023-12-22 18:58:32", 2),
    (snowflake.bluesky_tid, "3kkzc3xaf5m2w", "2024-02-09 21:57:31", 2),
    (
        snowflake.bluesky_tid,
        "at://did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3kh5rarr3gn2n",
        "2023-12-22 18:58:32",
        2,
    ),
]
EVERY = [
    snowflake.tweet, snowflake.instagram, snowflake.tiktok, snowflake.mastodon, snowflake.weibo, snowflake.weibo_bid,
    snowflake.bluesky_tid,
]  # fmt: skip


@pytest.mark.parametrize(("function", "post", "shown", "within"), KNOWN)
def test_known_posts_have_their_times(
    function: Callable[[pl.Series], pl.Series], post: str, shown: str, within: int
) -> None:
    found = function(pl.Series([post, None, f" {post} "]))
    wanted = datetime.strptime(shown, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert found.dtype == snowflake.UTC_US
    assert abs(found[0] - wanted) <= timedelta(seconds=within)
    assert found.to_list() == [found[0], None, found[0]]


def test_a_bid_is_its_mid() -> None:
    bids = ["z579Hz9Wr", "z8ElgBLeQ", None, "z579Hz9W", "z579Hz9W!", "zZZZZz9Wr"]
    mids = ["3512191498379699", "3520617028999724", None, None, None, None]
    assert snowflake.weibo_mid(pl.Series(bids)).to_list() == mids
    times = snowflake.weibo_bid(pl.Series(bids))
    assert times.to_list() == snowflake.weibo(pl.Series(mids)).to_list()
    assert times[0] == datetime(2012, 11, 14, 1, 6, 9, tzinfo=UTC)


@pytest.mark.parametrize("function", EVERY)
def test_ids_of_another_kind_have_no_time(function: Callable[[pl.Series], pl.Series]) -> None:
    ids = [
        "",
        "0",
        "-1",
        "20",
        "12345678901",
        "9.01E+17",
        "name:somebody",
        "99999999999999999999",
        "zzzzzzzzzzzzz",
        "\u0663" * 18,
    ]
    assert function(pl.Series(ids)).to_list() == [None] * len(ids)
    assert function(pl.Series([], dtype=pl.String)).to_list() == []
    assert function(pl.Series([None], dtype=pl.String)).to_list() == [None]


@pytest.mark.parametrize("function", EVERY)
@given(
    ids=st.lists(
        st.text(max_size=20) | st.integers(0, 2**70).map(str) | st.from_regex(r"[0-9A-Za-z]{9,13}", fullmatch=True)
    )
)
def test_any_text_has_a_plausible_time_or_none(function: Callable[[pl.Series], pl.Series], ids: list[str]) -> None:
    found = function(pl.Series(ids, dtype=pl.String))
    assert len(found) == len(ids)
    for time in found.drop_nulls():
        assert datetime(2009, 8, 1, tzinfo=UTC) <= time < datetime(2100, 1, 1, tzinfo=UTC)


@given(st.datetimes(datetime(2010, 11, 5), datetime(2069, 1, 1), timezones=st.just(UTC)), st.integers(0, 2**22 - 1))
def test_a_tweets_time_is_exact_to_the_millisecond(time: datetime, low: int) -> None:
    millis = int(time.timestamp() * 1000)
    made = str(((millis - 1_288_834_974_657) << 22) + low)
    assert int(snowflake.tweet(pl.Series([made]))[0].timestamp() * 1000 + 0.5) == millis


def test_a_row_without_a_time_has_that_of_its_id() -> None:
    frame = pl.DataFrame(
        {
            "when": ["2024-01-01T00:00", "null", None, "soon"],
            "id": ["1", "1807674536214897063", "1", "1807674536214897063"],
            LINE: [2, 3, 4, 5],
        }
    )
    rows = Rows(Batch(frame), Options(), "UTC")
    times, precision = rows.times_or_ids("when", ids=rows.take("id"), clock=snowflake.tweet)
    assert times.to_list()[:3] == [
        datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 7, 1, 7, 16, 9, 59_000, tzinfo=UTC), None,
    ]  # fmt: skip
    assert precision.to_list()[:3] == ["minute", "second", None]
    assert rows.notes[snowflake.TAKEN] == 1
    chunk = rows.chunk("posts", {"posts": rows.build({"created_at": rows.require(times, "when")})})
    assert [(item.line, item.column) for item in chunk.refused] == [(4, "when"), (5, "when")]
