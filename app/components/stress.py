"""How a finding bears being tested harder: asked for by a button, computed in a job, shown as a table and a picture."""

import altair as alt
import polars as pl
import streamlit as st

from app import data, jobs
from app.screens.work import progress
from app.stressing import stressed
from app.style import heading, html, language, named, say
from detectors import detectors
from records.finding import Finding, Json
from views.words import figure

_TABLE = """
<table class="mm-rows"><tr><th>{{ say("stress_asked") }}</th><th></th><th>{{ say("stress_stands") }}</th>
<th class="mm-num">{{ say("stress_members") }}</th></tr>
{% for row in rows %}<tr><td>{{ row.asked }}</td><td class="mm-small">{{ row.what }}</td>
<td><b>{{ row.stands }}</b></td><td class="mm-num">{{ row.members }}</td></tr>{% endfor %}</table>
"""


def stress_panel(finding: Finding) -> None:
    """The button, the running job, or the answer."""
    if finding.detector not in detectors():
        return
    heading("harder")
    answer = stressed(data.case(), finding)
    if answer is not None:
        _answer(answer)
        return
    title = say("stress_title", id=finding.id)
    if any(finding.id in job["title"] for job in jobs.running(data.case())):
        st.caption(say("stress_runs"))
        progress()
        return
    if st.button(say("stress"), icon=":material/science:"):
        jobs.start(data.case(), ["stress", finding.id, "--run", finding.run, "--json"], title)
        st.rerun()


def _answer(answer: Json) -> None:
    rows = [
        {
            "asked": named("variants", row["code"]),
            "what": say("stress_by", n=figure(int(row["what"]), language()))
            if row["code"] == "without_coordination"
            else row["what"][:120],
            "stands": say("yes" if row["stands"] else "no"),
            "members": row["members"],
        }
        for row in answer["variants"]
    ]
    left, right = st.columns(2, gap="large")
    left.html(html(_TABLE, say=say, rows=rows))
    names = {1: "1 s", 10: "10 s", 60: "1 min", 300: "5 min", 3_600: "1 h", 86_400: "1 d", None: say("longer")}
    order = list(names.values())
    gaps = pl.DataFrame(
        [
            {"gap": names[row["up_to_seconds"]], "world": world, "posts": row[key]}
            for row in answer["gaps"]
            for world, key in ((say("in_data"), "observed"), (say("in_chance"), "drawn"))
        ]
    )
    chart = (
        alt.Chart(gaps)
        .mark_bar()
        .encode(
            x=alt.X("gap:N", sort=order, title=say("gap")),
            xOffset="world:N",
            y=alt.Y("posts:Q", title=named("columns", "posts")),
            color=alt.Color(
                "world:N", scale=alt.Scale(range=["#b8560f", "#a6aeb7"]), legend=alt.Legend(orient="top", title=None)
            ),
        )
        .properties(height=190)
    )
    right.altair_chart(chart, width="stretch", alt=say("gaps_alt"))
