"""The members of a finding; possible victims under a number until somebody says why they have to know."""

import polars as pl
import streamlit as st

from app import data
from app.style import html, label
from evidence.errors import CaseError
from evidence.review import is_revealed, reveal
from records.finding import Finding


def masks(finding: Finding) -> dict[str, str]:
    """Uid of each possible victim that nobody had shown, to what stands for it on the page."""
    victims = [f"{m['platform']}:{m['id']}" for m in finding.members if m["role"] == "possible_victim"]
    return {
        uid: f"possible victim {number}"
        for number, uid in enumerate(victims, start=1)
        if not is_revealed(data.case(), finding.id, uid)
    }


def masked(accounts: pl.DataFrame, hidden: dict[str, str]) -> pl.DataFrame:
    """app.data.accounts_of's table without what would tell who a possible victim is."""
    if not hidden:
        return accounts
    whose = pl.col("uid").is_in(list(hidden))
    return accounts.with_columns(
        pl.when(whose).then(pl.col("uid").replace(hidden)).otherwise(pl.col("handle")).alias("handle"),
        *(
            pl.when(whose).then(None).otherwise(pl.col(name)).alias(name)
            for name in ("display_name", "description", "location", "extra")
        ),
    )


def masked_posts(posts: pl.DataFrame, hidden: dict[str, str]) -> pl.DataFrame:
    """app.data.posts_of's table, possible victims by what stands for them."""
    whose = pl.col("account").is_in(list(hidden))
    return posts.with_columns(
        pl.when(whose).then(pl.col("account").replace(hidden)).otherwise(pl.col("handle")).alias("handle"),
        pl.col("account").replace(hidden),
        pl.when(whose).then(None).otherwise(pl.col("url")).alias("url"),
    )


def members(finding: Finding, accounts: pl.DataFrame, hidden: dict[str, str]) -> None:
    """The table of members (`accounts` already masked), and the form that shows one possible victim."""
    roles = pl.DataFrame(
        [
            {"uid": f"{m['platform']}:{m['id']}", "role": m["role"], "action": m["action"], "rank": m["score"]}
            for m in finding.members
        ],
        schema={"uid": pl.String, "role": pl.String, "action": pl.String, "rank": pl.Float64},
    )
    others: dict[str, int] = {}
    for document in data.findings(data.state(), finding.run):
        if document["id"] != finding.id:
            for member in document["members"]:
                uid = f"{member['platform']}:{member['id']}"
                others[uid] = others.get(uid, 0) + 1
    table = roles.join(accounts, on="uid", how="left").with_columns(
        pl.col("uid").map_elements(lambda uid: others.get(uid, 0), return_dtype=pl.Int64).alias("other findings"),
        pl.col("uid").replace(hidden),
    )
    st.html(html('<div class="mm"><h2>Members ({{ n }})</h2></div>', n=len(finding.members)))
    columns = ["handle", "role", "action", "posts", "first", "last", "followers", "other findings", "uid"]
    st.dataframe(table.select(columns), hide_index=True, alt="The accounts of this finding", height=320)
    st.caption(
        f"An account here may belong to a victim. {label('No account is called anything from this list alone.')}"
    )
    if hidden:
        _reveal(finding, hidden)


def _reveal(finding: Finding, hidden: dict[str, str]) -> None:
    with st.expander("Show who a possible victim is"), st.form(f"reveal-{finding.id}", border=False):
        st.caption("The journal keeps your name and why; the owner of a hijacked account is a victim.")
        left, middle, right = st.columns([2, 2, 5], vertical_alignment="bottom")
        uid = left.selectbox("Account", list(hidden), format_func=lambda one: hidden.get(one, one))
        by = middle.text_input("Your name", key=f"reveal-by-{finding.id}")
        note = right.text_input("Why you have to know", key=f"reveal-note-{finding.id}")
        sent = st.form_submit_button("Show", icon=":material/visibility:")
        if sent:
            try:
                with data.case().writing("reveal"):
                    reveal(data.case(), finding, uid, by, note)
            except CaseError as problem:
                st.error(label(str(problem).replace("--by is", "Your name is").replace("--note is", "The reason is")))
                return
            st.rerun()
