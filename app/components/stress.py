"""How a finding bears being tested harder: asked for by a button, computed in a job, shown as a table and a picture."""

import altair as alt
import polars as pl
import streamlit as st

from app import data, jobs
from app.stressing import stressed
from app.style import html
from detectors import detectors
from records.finding import Finding, Json

_ASKED = {
    "without_layer": "Without its strongest layer",
    "without_account": "Without its top account",
    "without_object": "Without its most used object",
    "without_coordination": "In one world where every post came a little earlier or later",
}
_TABLE = """
<table class="mm-rows"><tr><th>asked</th><th></th><th>stands</th><th class="mm-num">accounts</th></tr>
{% for row in rows %}<tr><td>{{ row.asked }}</td><td class="mm-small">{{ row.what }}</td>
<td><b>{{ row.stands }}</b></td><td class="mm-num">{{ row.members }}</td></tr>{% endfor %}</table>
"""


def stress_panel(finding: Finding) -> None:
    """The button, the running job, or the answer."""
    if finding.detector not in detectors():
        return
    st.html('<div class="mm"><h2>Tested harder</h2></div>')
    answer = stressed(data.case(), finding)
    if answer is not None:
        _answer(answer)
        return
    title = f"Stress of {finding.id}"
    if any(job["title"] == title for job in jobs.running(data.case())):
        st.caption("It is being tested; this takes some minutes. Work shows how far it is.")
        return
    if st.button("Does it stand without its strongest parts?", icon=":material/science:"):
        jobs.start(data.case(), ["stress", finding.id, "--run", finding.run, "--json"], title)
        st.rerun()


def _answer(answer: Json) -> None:
    rows = [
        {
            "asked": _ASKED[row["code"]],
            "what": f"by up to {int(row['what']):,} s" if row["code"] == "without_coordination" else row["what"][:120],
            "stands": "yes" if row["stands"] else "no",
            "members": row["members"],
        }
        for row in answer["variants"]
    ]
    left, right = st.columns(2, gap="large")
    left.html(html(_TABLE, rows=rows))
    names = {1: "1 s", 10: "10 s", 60: "1 min", 300: "5 min", 3_600: "1 h", 86_400: "1 d", None: "longer"}
    order = list(names.values())
    gaps = pl.DataFrame(
        [
            {"gap": names[row["up_to_seconds"]], "world": world, "posts": row[key]}
            for row in answer["gaps"]
            for world, key in (("in the data", "observed"), ("without coordination", "drawn"))
        ]
    )
    chart = (
        alt.Chart(gaps)
        .mark_bar()
        .encode(
            x=alt.X("gap:N", sort=order, title="time to the next member's post, up to"),
            xOffset="world:N",
            y=alt.Y("posts:Q", title="posts"),
            color=alt.Color(
                "world:N", scale=alt.Scale(range=["#b8560f", "#a6aeb7"]), legend=alt.Legend(orient="top", title=None)
            ),
        )
        .properties(height=190)
    )
    right.altair_chart(chart, width="stretch", alt="Time between one member's post and the next member's, beside one world "
                       "in which nobody acts together")  # fmt: skip
