"""A story as a picture: one row an author, one point a piece, a line from each piece to the one it copies."""

from typing import Final

import altair as alt
import polars as pl

from records.finding import Finding
from views.axes import time_axis
from views.catalogue import catalogue
from views.timeline import ACCENT, CONTEXT
from views.words import counted

_MOST: Final = 60  # steps a person can follow with the eye


def chart(finding: Finding, language: str = "en") -> alt.LayerChart | alt.FacetChart:
    """Points in time by author; lines in the accent colour where the copy names no source, dashed where nobody can tell
    which was first. Draws without any request; its description says in a sentence what is seen."""
    words = catalogue(language)["chain_chart"]
    steps = (finding.evidence.get("steps") or [])[:_MOST]
    at = {step["post_id"]: (step["at"], step["author_id"]) for step in steps}
    points = pl.DataFrame(
        [{"at": step["at"], "author": step["author_id"]} for step in steps],
        schema={"at": pl.String, "author": pl.String},
    )
    lines = pl.DataFrame(
        [
            {
                "at": at[step["copies"]][0], "author": at[step["copies"]][1], "to_at": step["at"], "to": step["author_id"],
                "credit": words["credited"] if step["credited"] else words["silent"], "order": words[step["order"]],
            }
            for step in steps
            if step["copies"] in at
        ],
        schema={"at": pl.String, "author": pl.String, "to_at": pl.String, "to": pl.String, "credit": pl.String, "order": pl.String},
    )  # fmt: skip
    order = list(dict.fromkeys(step["author_id"] for step in steps))
    y = alt.Y("author:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False, labelLimit=180))
    x = alt.X("at:T", title=words["time"], scale=alt.Scale(type="utc"), axis=time_axis())
    drawn = alt.Chart(lines).mark_rule(strokeWidth=1.5).encode(
        x=x, y=y, x2="to_at:T", y2="to:N",
        color=alt.Color("credit:N", title=None, legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=[words["silent"], words["credited"]], range=[ACCENT, CONTEXT])),
        strokeDash=alt.StrokeDash("order:N", title=None, legend=alt.Legend(orient="top", labelLimit=0),
                                  scale=alt.Scale(domain=[words["known"], words["tie"]], range=[[1, 0], [4, 3]])),
    )  # fmt: skip
    pieces = alt.Chart(points).mark_circle(size=60, color=CONTEXT, opacity=1).encode(x=x, y=y)
    return alt.layer(drawn, pieces).properties(
        height=min(40 * len(order) + 90, 520), description=alt_text(finding, language)
    )


def alt_text(finding: Finding, language: str = "en") -> str:
    """What the picture shows, in a sentence."""
    steps = finding.evidence.get("steps") or []
    hops = [step for step in steps if step["copies"]]
    return str(catalogue(language)["chain_chart"]["told"]).format(
        hops=counted(len(hops), "hop", language),
        authors=counted(len({step["author_id"] for step in steps}), "author", language),
        credited=sum(bool(step["credited"]) for step in hops),
    )
