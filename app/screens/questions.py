"""Questions: saved ones with their parameters, and one's own read-only Cypher, answered by the graph."""

from typing import Any, Final

import polars as pl
import streamlit as st

from app import data
from app.asking import ask_cypher, ask_question
from app.components.network import network_component
from app.style import html, language
from evidence.errors import CaseError
from graph.errors import EngineError
from graph.questions import Parameter, Question, questions
from views.network import network

GROUP_NAMES = {
    "overview": "Overview", "coordination": "Clusters", "text": "Texts", "spread": "Chains", "accounts": "Accounts",
    "outlets": "Outlets", "search": "Search",
}  # fmt: skip
COLOURS: Final = ("#b8560f", "#8d979f", "#3d4650")
_ONE = """
<table class="mm-rows">{% for name, value in told %}<tr><td class="mm-small">{{ name }}</td><td><bdi>{{ value }}</bdi></td></tr>
{% endfor %}</table>
"""


def show() -> None:
    st.html('<div class="mm-head"><h1>Questions</h1><span class="facts">asked of the graph, read-only</span></div>')
    left, right = st.columns([1, 3], gap="large")
    with left.container(key="saved"):
        chosen = _choose()
    with right:
        if chosen is None:
            _own()
        else:
            _saved(chosen)


def _choose() -> Question | None:
    search = st.text_input("Search", placeholder="Search saved questions", label_visibility="collapsed")
    known = [q for q in questions().values() if search.casefold() in f"{q.title} {q.question} {q.name}".casefold()]
    wanted = st.query_params.get("name")
    for group, name in GROUP_NAMES.items():
        members = [q for q in known if q.group == group]
        if members:
            st.html(html('<div class="mm"><h2>{{ name }}</h2></div>', name=name))
        for question in members:
            pressed = st.button(
                question.title, key=f"q-{question.name}", type="primary" if question.name == wanted else "tertiary"
            )
            if pressed:
                st.query_params["name"] = question.name
                st.rerun()
    st.html('<div class="mm"><h2>Your own</h2></div>')
    if st.button("Write Cypher", key="q-own", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    return questions().get(wanted) if wanted else None


def _saved(question: Question) -> None:
    st.html(
        html(
            "<b>{{ q.question }}</b><div class='mm-small'>cypher/{{ q.name }}.cypher · what looks like this and is not:"
            " {{ q.false_positives }}</div>",
            q=question,
        )
    )
    with st.form(f"form-{question.name}"):
        columns = st.columns(min(max(len(question.params), 1), 3))
        given = {p.name: _field(p, columns[i % len(columns)]) for i, p in enumerate(question.params)}
        run = st.form_submit_button("Ask", icon=":material/play_arrow:")
    key = f"answer-{question.name}"
    if run:
        st.session_state[key] = _asked(lambda: ask_question(data.case(), question.name, given))
    if (answer := st.session_state.get(key)) is not None:
        _answer(answer, question)
    with st.expander("The query, as it runs in Neo4j Browser"):
        st.code(question.text, language="cypher")


def _field(parameter: Parameter, place: Any) -> str:
    default = "" if parameter.default is None else str(parameter.default)
    return str(
        place.text_input(
            parameter.name.replace("_", " "), default, help=parameter.meaning, placeholder="the question chooses"
        )
    )


def _own() -> None:
    st.html(
        '<div class="mm-small">Read-only: the server refuses writes, files and the network, and ends what takes too long.'
        " Account -POSTED-> Post -LINKS_TO-> Url -ON-> Domain -OF-> Outlet; Account -COORDINATED- Account;"
        " Post -COPIES-> Post; Account -MEMBER_OF-> Finding. All of it: docs/graph-schema.md.</div>"
    )
    query = st.text_area(
        "Cypher",
        "MATCH (a:Account)-[:POSTED]->(p:Post)\nRETURN a.handle AS account, count(p) AS posts\nORDER BY posts DESC LIMIT 20",
        height=160,
    )
    if st.button("Run", icon=":material/play_arrow:"):
        st.session_state["answer-own"] = _asked(lambda: ask_cypher(data.case(), query))
    if (answer := st.session_state.get("answer-own")) is not None:
        _answer(answer, None)


def _asked(ask: Any) -> dict[str, Any]:
    """The answer, or {error} with one sentence."""
    try:
        with st.spinner("Asking the graph; the first question starts it ..."):
            return dict(ask())
    except (EngineError, CaseError) as problem:
        return {"error": str(problem)}


def _answer(answer: dict[str, Any], question: Question | None) -> None:
    if "error" in answer:
        st.html(html('<div class="mm-unknown">{{ error }}</div>', error=answer["error"]))
        return
    rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    if not rows:
        st.html('<div class="mm-unknown">Nothing in the graph answers this.</div>')
        return
    views = ["table"] + (["network"] if {"source", "target"} <= set(answer["columns"]) else [])
    views += ["chart"] if question is not None and question.view == "chart" else []
    first = question.view if question is not None and question.view in views else "table"
    name = question.name if question else "own"
    view = first
    if len(views) > 1:
        view = (
            st.segmented_control("Shown as", views, default=first, key=f"view-{name}", label_visibility="collapsed")
            or first
        )
    if view == "network":
        ends = pl.DataFrame(rows, infer_schema_length=None)
        names = pl.concat([ends["source"], ends["target"]]).unique().sort().to_list()
        network_component(
            network(pl.DataFrame({"id": names}), ends),
            key=f"net-{name}",
            language=language(),
        )
    elif view == "chart":
        axis, *values = answer["columns"]
        numbers = [name for name in values if all(isinstance(row[name], (int, float)) for row in rows)]
        # Side by side: accounts on top of posts would look like a sum of both.
        st.bar_chart(
            pl.DataFrame(rows, infer_schema_length=None), x=axis, y=numbers, alt=question.title if question else None,
            stack=False, color=[*COLOURS[: len(numbers)]],
        )  # fmt: skip
    elif len(rows) == 1:
        # One row is read downwards; what is not known of it is left out.
        told = [
            (name.replace("_", " "), str(_cell(value))) for name, value in rows[0].items() if value not in (None, [])
        ]
        st.html(html(_ONE, told=told))
    else:
        st.dataframe(
            [{name.replace("_", " "): _cell(value) for name, value in row.items()} for row in rows],
            hide_index=True,
            alt="The answer",
        )
    more = "; there is more, narrow the question" if answer["truncated"] else ""
    st.caption(f"{len(rows):,} row{'' if len(rows) == 1 else 's'}{more}.")


def _cell(value: Any) -> Any:
    """Lists and nodes as text: a table shows one value a cell."""
    if isinstance(value, list):
        return ", ".join(str(_cell(item)) for item in value)
    if isinstance(value, dict):
        return str(value.get("handle") or value.get("id") or value)
    return value


show()
