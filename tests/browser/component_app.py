"""A small real app around the network component, for test_component.py."""

import streamlit as st

from app.components.network import network_component
from tests.views.samples import cluster, hostile
from views.network import network

st.set_page_config(layout="wide")
bad = st.query_params.get("sample") == "hostile"
chosen = st.text_input("choose") or None
clicked = network_component(
    network(*(hostile() if bad else cluster())),
    "picture",
    expandable=True,
    selected=chosen,
    language=st.query_params.get("language", "en"),
)
st.button("again")
st.text(f"selected: {clicked.selected}")
st.text(f"expand: {clicked.expand}")
