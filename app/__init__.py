"""What people touch: the `murmur` command and the Streamlit pages."""
