"""The members of a finding; possible victims under a number until somebody says why they have to know."""

import polars as pl
import streamlit as st

from app import data
from app.style import heading, label, language, named, say
from evidence.errors import CaseError
from evidence.review import is_revealed, reveal
from records.finding import Finding
from views.catalogue import catalogue
from views.words import word


def masks(finding: Finding) -> dict[str, str]:
    """Uid of each possible victim that nobody had shown, to what stands for it on the page."""
    victims = [f"{m['platform']}:{m['id']}" for m in finding.members if m["role"] == "possible_victim"]
    return {
        uid: str(catalogue(language())["hijack_strip"]["who"]).format(number=number)
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
            {
                "uid": f"{m['platform']}:{m['id']}",
                "role": word("roles", m["role"], language()),
                "action": word("actions", m["action"], language()),
            }
            for m in finding.members
        ],
        schema={"uid": pl.String, "role": pl.String, "action": pl.String},
    )
    others: dict[str, int] = {}
    for document in data.findings(data.state(), finding.run):
        if document["id"] != finding.id:
            for member in document["members"]:
                uid = f"{member['platform']}:{member['id']}"
                others[uid] = others.get(uid, 0) + 1
    table = roles.join(accounts, on="uid", how="left").with_columns(
        pl.col("uid").map_elements(lambda uid: others.get(uid, 0), return_dtype=pl.Int64).alias("others"),
        pl.col("uid").replace(hidden),
        pl.col("first", "last").dt.strftime("%Y-%m-%d %H:%M"),
    )
    heading("members", n=len(finding.members))
    columns = ["handle", "role", "action", "posts", "first", "last", "followers", "others", "uid"]
    shown = table.select(name for name in columns if table[name].null_count() < table.height)
    st.dataframe(
        shown.rename({name: named("columns", name) for name in shown.columns}),
        hide_index=True,
        alt=say("members", n=len(finding.members)),
        height=35 * min(len(finding.members) + 1, 9) + 3,
    )
    st.caption(say("may_be_victim"))
    if hidden:
        _reveal(finding, hidden)


def _reveal(finding: Finding, hidden: dict[str, str]) -> None:
    with st.expander(say("reveal")), st.form(f"reveal-{finding.id}", border=False):
        st.caption(say("reveal_why"))
        left, middle, right = st.columns([2, 2, 5], vertical_alignment="bottom")
        uid = left.selectbox(say("account"), list(hidden), format_func=lambda one: hidden.get(one, one))
        by = middle.text_input(say("your_name"), key=f"reveal-by-{finding.id}")
        note = right.text_input(say("have_to_know"), key=f"reveal-note-{finding.id}")
        sent = st.form_submit_button(say("show"), icon=":material/visibility:")
        if sent:
            try:
                with data.case().writing("reveal"):
                    reveal(data.case(), finding, uid, by, note)
            except CaseError as problem:
                st.error(label(str(problem).replace("--by is", "Your name is").replace("--note is", "The reason is")))
                return
            st.rerun()
