"""Load and detect from the screen: one job each, what it does, how far it is, and a way to stop it."""

from pathlib import Path

import streamlit as st

from app import data, jobs
from app.style import label
from evidence.files import remove


def load_and_detect() -> None:
    """Two buttons and, while a job runs, its progress."""
    if jobs.running(data.case()):
        _progress()
        return
    _last_words()
    with st.container(horizontal=True):
        with st.popover("Load", icon=":material/upload_file:"):
            _load_form()
        if st.button("Detect", icon=":material/search_insights:"):
            _start(["detect"], "Detecting")


def _load_form() -> None:
    with st.form("load", border=False):
        files = st.file_uploader("Files from a platform or tool", accept_multiple_files=True)
        path = st.text_input("or a file or folder on this machine")
        zone = st.text_input("Zone of times that state none", placeholder="the format's own")
        pressed = st.form_submit_button("Load into this case")
    if not pressed:
        return
    uploads = data.case().path / "jobs" / "uploads"
    paths = [path] if path else []
    for file in files:
        # Only the name: a browser may send folders, and nothing is written outside the case.
        target = uploads / Path(file.name).name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.getbuffer())
        paths.append(str(target))
    if not paths:
        st.warning("Choose a file, or name one on this machine.")
        return
    _start(["load", *paths, *(["--timezone", zone] if zone else [])], "Loading")


def _start(arguments: list[str], what: str) -> None:
    st.session_state["job"] = jobs.start(data.case(), arguments, what)
    st.rerun()


@st.fragment(run_every=1.0)
def _progress() -> None:
    running = jobs.running(data.case())
    if not running:
        st.rerun()
    for job in running:
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.progress(float(job["share"]), text=f"{job['title']}: {label(job['what'])}")
        if right.button("Stop", key=f"stop-{job['id']}"):
            jobs.cancel(data.case(), job["id"])


def _last_words() -> None:
    """How the job of this session ended, said once."""
    job = st.session_state.pop("job", None)
    if job is None:
        return
    remove(data.case().path / "jobs" / "uploads")
    ended = jobs.status(data.case(), job)
    if ended["message"].startswith("murmur: "):
        st.error(label(ended["message"].removeprefix("murmur: ")))
    else:
        st.toast(f"{ended['title']} has ended.")
