"""Activity over time, with the spans of findings as brackets under it."""

from datetime import datetime
from typing import Any, Final, cast

import altair as alt
import polars as pl

from records.finding import Finding
from views.axes import count_axis, time_axis
from views.catalogue import catalogue
from views.sentences import title
from views.words import counted, excerpt, figure

BARS: Final = 1500
"""More bars than a screen has pixels are joined."""
WIDTHS: Final = ("1h", "6h", "1d", "1w", "1mo", "1y")
BRACKETS: Final = 8
"""Findings drawn: a line each; the alternative text says how many."""
HEIGHT: Final = 150
AXIS: Final = 34
"""Pixels of the time axis above the bars and of the air below the last bracket."""
LANE: Final = 25
"""Pixels of one bracket with its text."""
TEXT: Final = 64
"""Characters of a title beside its bracket."""
CONTEXT: Final = "#8d979f"
ACCENT: Final = "#b8560f"


# Where a title stands: field it is put at, alignment, pixels aside, pixels down.
_SIDES: Final[dict[str, tuple[str, Any, int, int]]] = {
    "after": ("end", "left", 7, 0),
    "before": ("begin", "right", -7, 0),
    "above": ("begin", "left", 4, -9),
}
ROOM: Final = 0.4
"""Share of the width a title needs beside its bracket."""


def activity_chart(activity: pl.DataFrame, findings: list[Finding], language: str = "en") -> alt.LayerChart:
    """Bars of `activity` (time: Datetime UTC, posts: number) and the findings' spans; draws without any request.

    Findings without times are left out. Pass `alt_text` of the same arguments to readers who do not see it.
    """
    words = catalogue(language)["timeline"]
    drawn = _bars(activity)
    spans = _spans(findings, language, [row[end] for row in drawn for end in ("time", "until")])
    # The brackets lie below the bars, so the axis is above them: nothing crosses.
    axis = time_axis(orient="top", title=None, grid=False, tickCount=8)
    time = alt.X("time:T", scale=alt.Scale(type="utc"), axis=axis)
    base = alt.Chart(alt.InlineData(values=drawn))
    bars = base.mark_bar(color=CONTEXT, tooltip=True).encode(
        x=time,
        x2="until:T",
        # The bars take the upper HEIGHT pixels, the brackets the rest of the same plot.
        y=alt.Y(
            "posts:Q",
            title=words["posts"],
            scale=alt.Scale(range=[HEIGHT, 0], zero=True),
            axis=count_axis(tickCount=3, grid=True, domain=False, titleAnchor="end", titleAlign="right"),
        ),
        y2=alt.value(HEIGHT),
        tooltip=[
            alt.Tooltip("time:T", title=words["time"], timeUnit="utcyearmonthdatehoursminutes"),
            alt.Tooltip("posts:Q", title=words["posts"], format=",d"),
        ],
    )
    layers: list[alt.Chart] = [bars]
    if spans:
        under = alt.Chart(alt.InlineData(values=spans))
        y = alt.Y("lane:Q", scale=None, axis=None)
        tooltip = [alt.Tooltip("title:N", title=words["finding"]), "from:N", "to:N"]
        layers.append(
            under.mark_rule(color=ACCENT, strokeWidth=2).encode(x="begin:T", x2="end:T", y=y, tooltip=tooltip)
        )
        for end in ("begin", "end"):
            ends = under.mark_tick(color=ACCENT, orient="vertical", size=9, thickness=2)
            layers.append(ends.encode(x=f"{end}:T", y=y, tooltip=tooltip))
        for side, (field, align, dx, dy) in _SIDES.items():
            beside = under.transform_filter(f"datum.side == '{side}'")
            text = beside.mark_text(color=ACCENT, align=align, dx=dx, dy=dy, baseline="middle", fontSize=12)
            layers.append(text.encode(x=f"{field}:T", y=y, text="short:N", tooltip=tooltip))
    chart: alt.LayerChart = alt.layer(*layers).resolve_scale(y="independent")
    height = HEIGHT + AXIS + LANE * len(spans)
    return cast(alt.LayerChart, chart.properties(height=height).configure_view(stroke=None))


def alt_text(activity: pl.DataFrame, findings: list[Finding], language: str = "en") -> str:
    """What the chart shows, in a sentence."""
    words = catalogue(language)["timeline"]
    rows = activity.drop_nulls("time")
    if rows.is_empty():
        return str(words["alt_empty"])
    first, last = (at.strftime("%Y-%m-%d") for at in (rows["time"].min(), rows["time"].max()))  # type: ignore[union-attr]
    total = figure(float(rows["posts"].sum()), language)
    return str(words["alt"]).format(
        first=first, last=last, total=total, spans=counted(len(_spans(findings, language, [])), "bracket", language)
    )


def _bars(activity: pl.DataFrame) -> list[dict[str, Any]]:
    """One row a bar, wide enough that there are at most BARS: time, until (ISO UTC), posts."""
    rows = activity.drop_nulls("time").sort("time").select("time", "posts")
    if rows.is_empty():
        return []
    width = "1d" if (rows["time"].dt.truncate("1d") == rows["time"]).all() else "1h"
    for wider in WIDTHS[WIDTHS.index(width) :]:
        width = wider
        joined = rows.group_by(pl.col("time").dt.truncate(width)).agg(pl.col("posts").sum()).sort("time")
        if joined.height <= BARS:
            break
    joined = joined.with_columns(pl.col("time").dt.offset_by(width).alias("until"))
    form = "%Y-%m-%dT%H:%M:%SZ"
    return joined.with_columns(pl.col("time", "until").dt.strftime(form)).to_dicts()


def _spans(findings: list[Finding], language: str, instants: list[str]) -> list[dict[str, Any]]:
    """The brackets: span, lane in pixels, texts; on which side of its bracket a text has room.

    `instants`: what else lies on the time axis.
    """
    timed = [finding for finding in findings if finding.first_seen and finding.last_seen][:BRACKETS]
    seen = [_epoch(text) for finding in timed for text in (str(finding.first_seen), str(finding.last_seen))]
    seen += [_epoch(text) for text in instants]
    first, last = min(seen, default=0.0), max(seen, default=0.0)
    rows = []
    for lane, finding in enumerate(timed):
        name = title(finding, language)
        at, until = _epoch(str(finding.first_seen)), _epoch(str(finding.last_seen))
        rows.append(
            {
                "begin": finding.first_seen,
                "end": finding.last_seen,
                "from": finding.first_seen,
                "to": finding.last_seen,
                "lane": HEIGHT + LANE * (lane + 0.8),
                "title": name,
                "short": excerpt(name, TEXT),
                "side": _side((at - first) / ((last - first) or 1.0), (last - until) / ((last - first) or 1.0)),
            }
        )
    return rows


def _side(before: float, after: float) -> str:
    """Beside the bracket where there is more room, above it where there is too little; both are shares of the width."""
    if max(before, after) < ROOM:
        return "above"
    return "after" if after >= before else "before"


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
