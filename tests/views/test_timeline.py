"""Bars of activity and brackets of findings, and the sentence for those who do not see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from tests.views.samples import finding
from views.timeline import BARS, activity_chart, alt_text

BEGIN = datetime(2015, 11, 20, tzinfo=UTC)


def activity(count: int, step: timedelta) -> pl.DataFrame:
    return pl.DataFrame({"time": [BEGIN + step * i for i in range(count)], "posts": list(range(count))})


def rows(chart: Any, layer: int) -> list[dict[str, Any]]:
    """The data one layer draws; Altair gathers them by name."""
    spec = chart.to_dict()
    name = spec["layer"][layer].get("data", spec.get("data"))["name"]
    found: list[dict[str, Any]] = spec["datasets"][name]
    return found


def test_bars_are_the_activity() -> None:
    chart = activity_chart(activity(3, timedelta(days=1)), [])
    assert len(chart.layer) == 1
    assert rows(chart, 0) == [
        {"time": "2015-11-20T00:00:00Z", "posts": 0, "until": "2015-11-21T00:00:00Z"},
        {"time": "2015-11-21T00:00:00Z", "posts": 1, "until": "2015-11-22T00:00:00Z"},
        {"time": "2015-11-22T00:00:00Z", "posts": 2, "until": "2015-11-23T00:00:00Z"},
    ]


def test_hours_stay_hours_until_there_are_too_many() -> None:
    hours = rows(activity_chart(activity(50, timedelta(hours=1)), []), 0)
    assert hours[1] == {"time": "2015-11-20T01:00:00Z", "posts": 1, "until": "2015-11-20T02:00:00Z"}
    many = rows(activity_chart(activity(BARS + 1, timedelta(hours=1)), []), 0)
    assert many[0] == {"time": "2015-11-20T00:00:00Z", "posts": 15, "until": "2015-11-20T06:00:00Z"}
    assert sum(row["posts"] for row in many) == sum(range(BARS + 1))


def test_findings_are_brackets_with_their_titles_where_there_is_room() -> None:
    found = [
        finding(first_seen="2015-11-21T00:00:00Z", last_seen="2015-11-22T00:00:00Z"),
        finding(first_seen="2015-12-05T00:00:00Z", last_seen="2015-12-08T00:00:00Z"),
        finding(first_seen="2015-11-20T00:00:00Z", last_seen="2015-12-09T00:00:00Z"),
        finding(first_seen=None, last_seen=None),
    ]
    spans = rows(activity_chart(activity(20, timedelta(days=1)), found), 1)
    assert [(row["begin"][:10], row["side"]) for row in spans] == [
        ("2015-11-21", "after"), ("2015-12-05", "before"), ("2015-11-20", "above"),
    ]  # fmt: skip
    assert {row["short"] for row in spans} == {"4 accounts posted the same words: “turkey i ate”"}
    assert len({row["lane"] for row in spans}) == 3


def test_the_chart_asks_for_nothing_and_says_what_it_shows() -> None:
    found = [finding(first_seen="2015-11-21T00:00:00Z", last_seen="2015-11-22T00:00:00Z")]
    days = activity(20, timedelta(days=1))
    assert '"url"' not in activity_chart(days, found, "fr").to_json()
    assert alt_text(days, found) == (
        "Posts over time from 2015-11-20 to 2015-12-09, 190 in all, with 1 finding's span under them"
    )
    empty = days.head(0)
    assert alt_text(empty, found, "fr") == "Aucun message au fil du temps"
    assert rows(activity_chart(empty, []), 0) == []
