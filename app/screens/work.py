"""Load and detect from the screen: one job each, what it does, how far it is, and a way to stop it."""

import streamlit as st

from app import data, jobs
from app.style import label, say


def load_and_detect() -> None:
    """Two buttons and, while a job runs, its progress."""
    if jobs.running(data.case()):
        progress()
        return
    _last_words()
    with st.container(horizontal=True):
        if st.button(say("load"), icon=":material/upload_file:"):
            st.switch_page("screens/loading.py")
        if st.button(say("detect"), icon=":material/search_insights:"):
            start(["detect"], say("detecting"))
            st.rerun()


def start(arguments: list[str], what: str) -> str:
    """Start `murmur ARGUMENTS` as this session's job; returns its id."""
    job = jobs.start(data.case(), arguments, what)
    st.session_state["job"] = job
    return job


@st.fragment(run_every=1.0)
def progress() -> None:
    """The jobs at work, each with a way to stop it; the whole screen anew when none is left."""
    running = jobs.running(data.case())
    if not running:
        st.rerun()
    for job in running:
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.progress(float(job["share"]), text=f"{job['title']}: {label(job['what'])}")
        if right.button(say("stop"), key=f"stop-{job['id']}"):
            jobs.cancel(data.case(), job["id"])


def _last_words() -> None:
    """How the job of this session ended, said once."""
    job = st.session_state.pop("job", None)
    if job is None:
        return
    ended = jobs.status(data.case(), job)
    if ended["message"].startswith("murmur: "):
        st.error(label(ended["message"].removeprefix("murmur: ")))
    else:
        st.toast(say("job_ended", title=ended["title"]))
