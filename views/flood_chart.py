"""Replies by the hour for the people flooded most, beside what is usual in the same hour of the week."""

from typing import Any, Final

import altair as alt

from records.finding import Finding
from views.axes import count_axis, time_axis
from views.catalogue import catalogue
from views.timeline import ACCENT, CONTEXT
from views.words import counted, excerpt, figure, get

SHOWN: Final = 4
"""People drawn, one row each: more than a screen shows at once."""
BARS: Final = 600
"""Hours drawn for one person, the latest: a month of hours without gaps is 720."""
HEIGHT: Final = 90
WIDTH: Final = 620
"""Pixels: a chart of several rows cannot take the width of the page."""
_NAME: Final = 40


def chart(finding: Finding, language: str = "en") -> alt.FacetChart:
    """Bars of replies (beyond usual in the accent colour) and a tick at the upper end of what is usual; one row a person.
    Draws without any request; its description says in a sentence what is seen."""
    words = catalogue(language)["flood_chart"]
    rows = _rows(finding, language)
    time = alt.X("at:T", scale=alt.Scale(type="utc"), title=words["time"], axis=time_axis(grid=False))
    tooltip = [
        alt.Tooltip("at:T", title=words["time"], timeUnit="utcyearmonthdatehoursminutes"),
        alt.Tooltip("observed:Q", title=words["replies"]),
        alt.Tooltip("expected:Q", title=words["usual"], format=".3g"),
    ]
    base = alt.Chart().properties(height=HEIGHT, width=WIDTH)
    # An hour among weeks is less than a pixel wide: bars are lines two pixels wide.
    bars = base.mark_rule(strokeWidth=2).encode(
        x=time,
        y2=alt.datum(0),
        y=alt.Y("observed:Q", title=words["replies"], axis=count_axis(tickCount=3)),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=[words["beyond"], words["ordinary"]], range=[ACCENT, CONTEXT]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        tooltip=tooltip,
    )
    ticks = base.mark_tick(color="black", thickness=1, size=6, orient="horizontal").encode(
        x="at:T", y="high:Q", tooltip=tooltip
    )
    drawn: alt.FacetChart = (
        alt.layer(bars, ticks, data=alt.InlineData(values=rows))
        .facet(
            row=alt.Row("name:N", title=None, sort=_names(finding), header=alt.Header(labelAngle=0, labelAlign="left"))
        )
        .properties(description=alt_text(finding, language))
        .resolve_scale(y="independent")
    )
    return drawn


def alt_text(finding: Finding, language: str = "en") -> str:
    """What the chart shows, in a sentence."""
    words = catalogue(language)["flood_chart"]
    targets = get(finding.evidence, "targets") or []
    if not targets:
        return str(words["alt_empty"])
    first = targets[0]
    test = first["peak"]["test"]
    return str(words["alt"]).format(
        targets=counted(len(targets), "target", language),
        name=_name(finding, first),
        observed=figure(test["observed"], language),
        expected=figure(test["expected"], language),
        at=first["peak"]["at"],
    )


def _rows(finding: Finding, language: str) -> list[dict[str, Any]]:
    words = catalogue(language)["flood_chart"]
    rows = []
    for target in (get(finding.evidence, "targets") or [])[:SHOWN]:
        for hour in target["series"][-BARS:]:
            beyond = hour["high"] is not None and hour["observed"] > hour["high"]
            rows.append(
                {
                    **hour,
                    "name": _name(finding, target),
                    "kind": words["beyond"] if beyond else words["ordinary"],
                }
            )
    return rows


def _names(finding: Finding) -> list[str]:
    return [_name(finding, target) for target in (get(finding.evidence, "targets") or [])[:SHOWN]]


def _name(finding: Finding, target: dict[str, Any]) -> str:
    names = {(one["platform"], one["account_id"]): one.get("name") for one in finding.targets}
    return excerpt(str(names.get((target["platform"], target["account_id"])) or target["account_id"]), _NAME)
