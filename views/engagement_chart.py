"""Posts that stand out, beside the posts they are compared with and what is usual among those."""

from typing import Any, Final, cast

import altair as alt

from records.finding import Finding
from views.axes import count_axis, time_axis
from views.catalogue import catalogue
from views.timeline import ACCENT, CONTEXT
from views.words import figure, get, word

HEIGHT: Final = 220


def chart(finding: Finding, language: str = "en") -> alt.LayerChart:
    """One point a post (those that stand out in the accent colour), a line at the middle one of the baseline and a band
    between its quartiles. Draws without any request; its description says in a sentence what is seen."""
    words = catalogue(language)["engagement_chart"]
    baseline = get(finding.evidence, "baseline") or {}
    measure = word("measures", str(get(finding.evidence, "measure") or "interactions"), language)
    usual = alt.Chart(alt.InlineData(values=[{name: baseline.get(name) for name in ("median", "low", "high")}]))
    band = usual.mark_rect(color=CONTEXT, opacity=0.25).encode(y="low:Q", y2="high:Q")
    line = usual.mark_rule(color=CONTEXT, strokeWidth=2).encode(
        y="median:Q", tooltip=alt.Tooltip("median:Q", title=words["usual"], format=",.0f")
    )
    points = (
        alt.Chart(alt.InlineData(values=_rows(finding, words)))
        .mark_point(filled=True, size=45)
        .encode(
            x=alt.X("at:T", scale=alt.Scale(type="utc"), title=words["time"], axis=time_axis(grid=False)),
            y=alt.Y("value:Q", title=measure, axis=count_axis(tickCount=5)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=[words["above"], words["baseline"]], range=[ACCENT, CONTEXT]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                alt.Tooltip("at:T", title=words["time"], timeUnit="utcyearmonthdatehoursminutes"),
                alt.Tooltip("value:Q", title=measure, format=",d"),
                alt.Tooltip("age_hours:Q", title=words["age"], format=",.0f"),
                alt.Tooltip("ratio:Q", title=words["ratio"], format=".2f"),
            ],
        )
    )
    drawn = alt.layer(band, line, points).properties(height=HEIGHT, description=alt_text(finding, language))
    return cast(alt.LayerChart, drawn)


def alt_text(finding: Finding, language: str = "en") -> str:
    """What the chart shows, in a sentence."""
    words = catalogue(language)["engagement_chart"]
    posts = get(finding.evidence, "posts") or []
    baseline = get(finding.evidence, "baseline")
    if not posts or not baseline:
        return str(words["alt_empty"])
    values = [post["value"] for post in posts]
    return str(words["alt"]).format(
        posts=figure(len(posts), language),
        low=figure(min(values), language),
        high=figure(max(values), language),
        usual=figure(baseline["median"], language),
        size=figure(baseline["posts_available"], language),
    )


def _rows(finding: Finding, words: dict[str, str]) -> list[dict[str, Any]]:
    usual = [
        {
            "at": post["at"],
            "value": post["value"],
            "age_hours": post["age_hours"],
            "ratio": None,
            "kind": words["baseline"],
        }
        for post in get(finding.evidence, "baseline", "posts") or []
    ]
    above = [
        {"at": post["at"], "value": post["value"], "age_hours": post["age_hours"], "ratio": post["ratio"],
         "kind": words["above"]}
        for post in get(finding.evidence, "posts") or []
    ]  # fmt: skip
    return usual + above
