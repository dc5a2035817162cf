"""Before, the silence, after: one row an account, the silence as a line, and in how many ways it came back changed."""

from typing import Final

import altair as alt
import polars as pl

from records.finding import Finding
from views.axes import time_axis
from views.catalogue import catalogue
from views.timeline import ACCENT, CONTEXT
from views.words import counted, figure, get, word

SHOWN: Final = 24
"""Accounts drawn, those with the longest silence first: more rows nobody compares."""


def chart(finding: Finding, language: str = "en") -> alt.LayerChart | alt.FacetChart:
    """Rows are numbered as the page numbers possible victims; no account is named. Draws without any request."""
    words = catalogue(language)["hijack_strip"]
    rows = pl.DataFrame(
        _rows(finding, language),
        schema={"who": pl.String, "slept": pl.String, "woke": pl.String, "days": pl.Int64, "changed": pl.String},
    )
    order = rows["who"].to_list()
    y = alt.Y("who:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False))
    scale = alt.Scale(type="utc")
    tooltip = [
        alt.Tooltip("days:Q", title=words["days"]),
        alt.Tooltip("changed:N", title=words["changed"]),
    ]
    base = alt.Chart(rows)
    silence = base.mark_rule(strokeWidth=3, color=CONTEXT, opacity=0.5).encode(
        x=alt.X("slept:T", scale=scale, title=words["time"], axis=time_axis()), x2="woke:T", y=y, tooltip=tooltip
    )
    before = base.mark_tick(thickness=3, color=CONTEXT).encode(x=alt.X("slept:T", scale=scale), y=y, tooltip=tooltip)
    after = base.mark_circle(size=70, color=ACCENT, opacity=1).encode(
        x=alt.X("woke:T", scale=scale), y=y, tooltip=tooltip
    )
    told = base.mark_text(align="left", dx=9, fontSize=11).encode(x=alt.X("woke:T", scale=scale), y=y, text="changed:N")
    return alt.layer(silence, before, after, told).properties(
        height=min(26 * len(order) + 60, 640), padding={"right": 260}, description=alt_text(finding, language)
    )


def alt_text(finding: Finding, language: str = "en") -> str:
    """What the picture shows, in a sentence."""
    words = catalogue(language)["hijack_strip"]
    accounts = finding.evidence.get("accounts") or []
    if not accounts:
        return str(words["alt_empty"])
    days = sorted(float(one["gap_days"]) for one in accounts)
    return str(words["alt"]).format(
        accounts=counted(len(accounts), "account", language),
        days=figure(round(days[len(days) // 2]), language),
        since=str(get(finding.evidence, "wave", "since") or "")[:10],
        until=str(get(finding.evidence, "wave", "until") or "")[:10],
    )


def _rows(finding: Finding, language: str) -> list[dict[str, object]]:
    words = catalogue(language)["hijack_strip"]
    victims = [f"{m['platform']}:{m['id']}" for m in finding.members if m["role"] == "possible_victim"]
    number = {uid: place for place, uid in enumerate(victims, start=1)}
    accounts = sorted(finding.evidence.get("accounts") or [], key=lambda one: (-one["gap_days"], one["id"]))
    return [
        {
            "who": words["who"].format(number=number.get(f"{one['platform']}:{one['id']}", place)),
            "slept": one["last_before"],
            "woke": one["woke_at"],
            "days": round(one["gap_days"]),
            "changed": ", ".join(word("changes", change["kind"], language) for change in one["changes"]),
        }
        for place, one in enumerate(accounts[:SHOWN], start=1)
    ]
