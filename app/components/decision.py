"""The decision of a person about a finding, and the second person's: forms, and what was decided so far."""

import streamlit as st

from app import data
from app.style import heading, html, label, language, named, say
from evidence.errors import CaseError
from evidence.review import DECISIONS, approval, approve, decide, history, weighed
from records.finding import Finding, Json
from records.words import TRAPS
from views.words import word

_HISTORY = """
<table class="mm-rows"><tr>{% for name in heads %}<th>{{ name }}</th>{% endfor %}</tr>
{% for row in rows %}<tr><td>{{ row.at }}</td><td><bdi>{{ row.by }}</bdi></td><td>{{ row.what }}</td>
<td class="mm-small">{{ row.weighed }}</td><td><bdi>{{ row.note }}</bdi></td></tr>{% endfor %}</table>
"""


def decision(finding: Finding, document: Json) -> None:
    """The form for a verdict; for a finding confirmed as deceptive also the second reviewer's."""
    heading("decision")
    told = history(data.case(), finding.id)
    if told:
        heads = [named("history", name) for name in ("when", "who", "decision", "weighed", "note")]
        st.html(html(_HISTORY, heads=heads, rows=[_row(entry) for entry in told]))
    with st.form(f"decide-{finding.id}", border=False):
        left, right = st.columns([2, 3], gap="large")
        with left:
            state = st.segmented_control(
                say("decision"), DECISIONS, format_func=lambda one: word("states", one, language()),
                label_visibility="collapsed",
            )  # fmt: skip
            by = st.text_input(say("your_name"), help=say("name_help"))
            deceptive = st.checkbox(
                say("deceive"),
                disabled=not finding.meets_deceptive,
                help=say("gates_met")
                if finding.meets_deceptive
                else say("gates_unmet", gates=", ".join(word("gates", gate, language()) for gate in finding.unmet)),
            )
        with right:
            listed = [str(row["code"]) for row in finding.alternatives]
            chosen = st.multiselect(
                say("weighed"), list(dict.fromkeys([*listed, *TRAPS])),
                format_func=lambda one: word("traps", one, language()),
                placeholder=say("choose"),
            )  # fmt: skip
            note = st.text_area(say("own_words"), height=80)
        sent = st.form_submit_button(say("write"), icon=":material/edit_note:")
    if sent:
        _write(finding, state, by, note, "deceptive" if deceptive else None, chosen)
    if document["effective_outcome"] == "deceptive":
        second_reviewer(finding)
    if document["state"] == "confirmed":
        st.page_link(
            "screens/referrals.py", label=say("refer"), icon=":material/send:", query_params={"finding": finding.id},
            help=say("refer_help"),
        )  # fmt: skip


def _write(finding: Finding, state: str | None, by: str, note: str, outcome: str | None, chosen: list[str]) -> None:
    if state is None:
        st.error(say("choose_decision"))
        return
    try:
        with data.case().writing("verdict"):
            decide(data.case(), finding, state, by, note, outcome, chosen)
    except CaseError as problem:
        st.error(said(problem))
        return
    st.rerun()


def second_reviewer(finding: Finding) -> None:
    """The form by which a second person agrees with the verdict that the accounts deceive."""
    given = approval(data.case(), finding.id)
    if given is not None:
        st.caption(say("approved_by", by=label(given["by"])))
        return
    with st.form(f"approve-{finding.id}", border=False):
        st.caption(say("second_person"))
        name, button = st.columns([2, 3], vertical_alignment="bottom")
        by = name.text_input(say("second_name"))
        sent = button.form_submit_button(say("approve"), icon=":material/verified:")
    if sent:
        try:
            with data.case().writing("approve"):
                approve(data.case(), finding, by)
        except CaseError as problem:
            st.error(said(problem))
            return
        st.rerun()


def said(problem: CaseError) -> str:
    """The store's sentence with the form's words for the command's options."""
    return label(str(problem).replace("--by is", "Your name is").replace("--note is", "The reason is"))


def _row(entry: Json) -> dict[str, str]:
    if entry["kind"] == "verdict":
        what = word("states", entry["state"], language())
        what += f", {word('outcomes', entry['outcome'], language())}" if entry.get("outcome") else ""
    else:
        what = named("acts", entry["kind"])
    return {
        "at": str(entry["at"])[:16].replace("T", " "),
        "by": str(entry["by"]),
        "what": what,
        "weighed": ", ".join(word("traps", code, language()) for code in weighed(entry)),
        "note": str(entry.get("note", "")),
    }
