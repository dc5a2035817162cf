"""Streamlit components: what a page of the app cannot draw with Streamlit alone."""
