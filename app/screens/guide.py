"""The demonstration's guided note: what lies before the reader, and three steps to take."""

import streamlit as st

from app import data
from app.demo import opens_on


def guide(shown: str | None) -> None:
    """The note, on the overview (`shown` None) or on the finding it is about; on other findings it stays away."""
    hoax = opens_on(data.case())
    if shown is None:
        st.html(
            '<div class="mm-note"><b>A guided look.</b> Two months of real posts by accounts of the Internet Research Agency, beside'
            " 12,118 posts of ordinary people on the night of a boxing match and a list of state media. What stands out is ranked"
            " below; it is not tested against chance yet, so everything is called undetermined.</div>"
        )
        if hoax:
            st.page_link(
                "screens/finding.py",
                label="Open the Koch Farms hoax",
                query_params={"id": hoax},
                icon=":material/arrow_forward:",
            )
    elif shown == hoax:
        st.html(
            '<div class="mm-note"><b>A guided look.</b> On Thanksgiving 2015 accounts of the Internet Research Agency told each other'
            " that turkeys from Koch Farms had poisoned people. No such thing had happened. <b>1</b> Read the posts side by side:"
            " what repeats is marked. <b>2</b> Click an account in the network to see only its posts. <b>3</b> Go to Questions and"
            " ask who posted it first, with the words <i>koch farms</i>. Then read what cannot be determined: even here, where the"
            " answer is known, these posts alone do not tell who ran the accounts.</div>"
        )
