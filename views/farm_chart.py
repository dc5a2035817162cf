"""Follower counts over time, and when the sampled followers were made, in the order in which they came."""

from typing import Any, Final

import altair as alt

from records.finding import Finding
from views.axes import count_axis, time_axis
from views.catalogue import catalogue
from views.timeline import ACCENT, CONTEXT
from views.words import figure, get

HEIGHT: Final = 150
_AXIS: Final = time_axis(grid=False)


def chart(finding: Finding, language: str = "en") -> alt.VConcatChart:
    """The counts as a line; under it, where the order of the followers is known, one point a follower: bands of points at
    one height are accounts made together that came together. Draws without any request."""
    words = catalogue(language)["farm_chart"]
    parts: list[Any] = [_counts(finding, words)]
    points = _points(finding, words)
    if points:
        parts.append(_order(points, words))
    drawn: alt.VConcatChart = alt.vconcat(*parts).properties(description=alt_text(finding, language))
    return drawn


def alt_text(finding: Finding, language: str = "en") -> str:
    """What the chart shows, in a sentence."""
    words = catalogue(language)["farm_chart"]
    growth, sample = get(finding.evidence, "growth"), get(finding.evidence, "sample")
    if not growth or not sample:
        return str(words["alt_empty"])
    return str(words["alt"]).format(
        since=figure(growth["followers_since"], language),
        until=figure(growth["followers_until"], language),
        days=figure(growth["days"], language),
        size=figure(sample["size"], language),
        farm=figure(sample["farm"], language),
        bands=figure(len(get(finding.evidence, "bands") or []), language),
    )


def _counts(finding: Finding, words: dict[str, str]) -> alt.Chart:
    rows = get(finding.evidence, "counts") or []
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(color=ACCENT, point=alt.OverlayMarkDef(color=ACCENT, size=50))
        .encode(
            x=alt.X("at:T", scale=alt.Scale(type="utc"), title=words["time"], axis=_AXIS),
            y=alt.Y("followers:Q", title=words["followers"], axis=count_axis(tickCount=4)),
            tooltip=[
                alt.Tooltip("at:T", title=words["time"], timeUnit="utcyearmonthdatehoursminutes"),
                alt.Tooltip("followers:Q", title=words["followers"], format=",d"),
                alt.Tooltip("interactions:Q", title=words["interactions"], format=",d"),
            ],
        )
        .properties(height=HEIGHT, width="container")
    )
    return drawn


def _points(finding: Finding, words: dict[str, str]) -> list[dict[str, Any]]:
    sample = get(finding.evidence, "sample") or {}
    if not sample.get("chronological"):
        return []
    return [
        {
            "place": row["position"] if row["position"] is not None else place,
            "made": row["created_at"],
            "kind": words["farm"] if len(row["signs"]) >= sample["signs_needed"] else words["others"],
            "id": row["id"],
            "signs": len(row["signs"]),
        }
        for place, row in enumerate(sample.get("accounts") or [], start=1)
        if row["created_at"]
    ]


def _order(points: list[dict[str, Any]], words: dict[str, str]) -> alt.Chart:
    drawn: alt.Chart = (
        alt.Chart(alt.InlineData(values=points))
        .mark_point(filled=True, size=18, opacity=0.7)
        .encode(
            x=alt.X("place:Q", title=words["place"], axis=alt.Axis(grid=False)),
            y=alt.Y("made:T", scale=alt.Scale(type="utc"), title=words["made"], axis=time_axis()),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=[words["farm"], words["others"]], range=[ACCENT, CONTEXT]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                alt.Tooltip("id:N", title=words["account"]),
                alt.Tooltip("made:T", title=words["made"], timeUnit="utcyearmonthdatehoursminutes"),
                alt.Tooltip("signs:Q", title=words["signs"]),
            ],
        )
        .properties(height=2 * HEIGHT, width="container")
    )
    return drawn
