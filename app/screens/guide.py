"""The demonstration's guided note: what lies before the reader, and three steps to take."""

import streamlit as st

from app import data
from app.demo import opens_on
from app.style import html, language, say
from views.catalogue import catalogue

_NOTE = """<div class="mm-note"><b>{{ say("guided") }}</b> {{ text }}
{% for step in steps %}<b>{{ loop.index }}</b> {{ step }} {% endfor %}{{ end }}</div>"""


def guide(shown: str | None) -> None:
    """The note, on the overview (`shown` None) or on the finding it is about; on other findings it stays away."""
    hoax = opens_on(data.case())
    if shown is None:
        st.html(html(_NOTE, say=say, text=say("guide"), steps=(), end=""))
        if hoax:
            st.page_link(
                "screens/finding.py",
                label=say("guide_open"),
                query_params={"id": hoax},
                icon=":material/arrow_forward:",
            )
    elif shown == hoax:
        steps = catalogue(language())["screen"]["guide_steps"]
        st.html(html(_NOTE, say=say, text=say("guide_hoax"), steps=steps, end=say("guide_end")))
