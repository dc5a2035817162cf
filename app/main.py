"""The app's entry: which screens there are, in what order, and what stands above all of them."""

from pathlib import Path

import streamlit as st

from app.data import case
from app.style import STYLE, say

LANGUAGES = {"en": "English", "fr": "Français"}

st.set_page_config(
    page_title="Murmuration",
    page_icon=str(Path(__file__).with_name("static") / "icon.png"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.html(STYLE)

screens = st.navigation(
    [
        st.Page("screens/overview.py", title=say("overview"), icon=":material/visibility:", default=True),
        st.Page("screens/finding.py", title=say("findings"), icon=":material/hub:", url_path="finding"),
        st.Page("screens/questions.py", title=say("questions"), icon=":material/search:", url_path="questions"),
        st.Page("screens/referrals.py", title=say("referrals"), icon=":material/send:", url_path="referrals"),
        st.Page("screens/loading.py", title=say("load"), icon=":material/upload_file:", url_path="load"),
        st.Page("screens/evidence.py", title=say("evidence"), icon=":material/inventory_2:", url_path="evidence"),
    ],
    position="top",
)
with st.sidebar:
    st.markdown(f"**{case().meta['name'].replace('*', '')}**")
    st.selectbox("Language", list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="language")
screens.run()
