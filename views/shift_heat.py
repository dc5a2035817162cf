"""When a group posts: a map of weekday and hour in UTC, and under it every offset, kept or excluded. Never a country."""

from typing import Final

import altair as alt
import polars as pl

from records.finding import Finding
from views.catalogue import catalogue
from views.timeline import ACCENT, CONTEXT
from views.words import figure

_CELL: Final = 20


def chart(finding: Finding, language: str = "en") -> alt.VConcatChart:
    """Darker cells have more posts. Draws without any request; its description says in a sentence what is seen."""
    words = catalogue(language)["shift_heat"]
    cells = pl.DataFrame(
        [
            {"day": words["days"][day], "hour": hour, "posts": posts}
            for day, row in enumerate(finding.evidence.get("hours") or [])
            for hour, posts in enumerate(row)
        ],
        schema={"day": pl.String, "hour": pl.Int64, "posts": pl.Float64},
    )
    offsets = pl.DataFrame(
        [
            {
                "offset": one["utc_offset"],
                "fit": one["log_likelihood"],
                "kind": words["excluded" if one["excluded"] else "kept"],
            }
            for one in finding.evidence.get("offsets") or []
        ],
        schema={"offset": pl.Float64, "fit": pl.Float64, "kind": pl.String},
    )
    heat = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            x=alt.X("hour:O", title=words["hour"], axis=alt.Axis(labelAngle=0)),
            y=alt.Y("day:N", sort=words["days"], title=None),
            color=alt.Color(
                "posts:Q", title=words["posts"], scale=alt.Scale(range=["#f4f6f8", ACCENT], interpolate="rgb")
            ),
            tooltip=[alt.Tooltip("posts:Q", title=words["posts"])],
        )
        .properties(height=7 * _CELL, width=24 * 1.6 * _CELL)
    )
    fits = (
        alt.Chart(offsets)
        .mark_circle(size=45, opacity=1)
        .encode(
            x=alt.X("offset:Q", title=words["offset"]),
            y=alt.Y("fit:Q", title=words["fit"], scale=alt.Scale(zero=False)),
            color=alt.Color(
                "kind:N", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=[words["kept"], words["excluded"]], range=[ACCENT, CONTEXT]),
            ),
        )
        .properties(height=110, width=24 * 1.6 * _CELL)
    )  # fmt: skip
    both: alt.VConcatChart = alt.vconcat(heat, fits).resolve_scale(color="independent")
    both.description = alt_text(finding, language)
    return both


def alt_text(finding: Finding, language: str = "en") -> str:
    """What the picture shows, in a sentence."""
    words = catalogue(language)["shift_heat"]
    offsets = finding.evidence.get("offsets") or []
    kept = [one["utc_offset"] for one in offsets if not one["excluded"]]
    if not offsets:
        return str(words["alt_empty"])
    return str(words["alt"]).format(
        posts=figure(finding.evidence.get("posts_counted"), language), kept=len(kept), all=len(offsets)
    )
