"""Findings: the list, and one finding: what may be concluded, why, what speaks against, the network and the posts."""

from typing import Any

import polars as pl
import streamlit as st

from app import data
from app.components.decision import decision
from app.components.drawn import drawn
from app.components.members import masked, masked_posts, masks, members
from app.components.network import network_component
from app.components.reasons import reasons, unknown
from app.components.stress import stress_panel
from app.demo import is_demo
from app.finding_network import edges, nodes
from app.screens.guide import guide
from app.style import heading, html, language, named, say
from records.finding import Finding, from_json
from records.words import DETECTOR_NAMES, OUTCOMES
from views.families import recombined
from views.network import Network, network
from views.report import EvidencePost, finding_html, posts_html
from views.sentences import compared_with, expected_flags, outcome_label, outcome_sentence, summary, title
from views.timeline import activity_chart, alt_text
from views.words import counted, word

# Posts of one text family that a person compares at once; the rest is counted, never cut in silence.
POSTS_SHOWN = 120
FAMILIES_OFFERED = 40
FEW = 6


def show() -> None:
    chosen = st.query_params.get("id")
    if chosen:
        known = data.finding(data.state(), chosen)
        if known is not None:
            _one(*known)
            return
        st.warning(say("not_here"))
    _list()


def _list() -> None:
    found = data.findings(data.state())
    head = '<div class="mm-head"><h1>{{ name }}</h1><span class="facts">{{ order }}</span></div>'
    st.html(html(head, name=say("findings"), order=say("ranked")))
    if not found:
        st.html(html('<div class="mm-unknown">{{ text }}</div>', text=say("nothing_found")))
        return
    left, right = st.columns(2)
    detectors = left.multiselect(
        say("by_kind"),
        [name for name in DETECTOR_NAMES if any(d["detector"] == name for d in found)],
        format_func=lambda name: word("detectors", name, language()),
        placeholder=say("choose"),
    )
    outcomes = right.multiselect(
        say("by_outcome"),
        [name for name in OUTCOMES if any(d["effective_outcome"] == name for d in found)],
        format_func=lambda name: outcome_label(name, language()),
        placeholder=say("choose"),
    )
    operation = {child: rank for rank, d in enumerate(found, start=1) for child in d["children"]}
    rows = [
        {
            "#": rank,
            "title": title(from_json(d), language()),
            "kind": word("detectors", d["detector"], language()),
            "outcome": outcome_label(d["effective_outcome"], language()),
            "state": word("states", d["state"], language()),
            "members": len(d["members"]),
            "first": (d["first_seen"] or "")[:16].replace("T", " "),
            "last": (d["last_seen"] or "")[:16].replace("T", " "),
            "part_of": f"# {operation[d['id']]}" if d["id"] in operation else "",
            "id": d["id"],
        }
        for rank, d in enumerate(found, start=1)
        if (not detectors or d["detector"] in detectors) and (not outcomes or d["effective_outcome"] in outcomes)
    ]
    st.caption(say("showing", shown=len(rows), total=len(found)))
    picked = st.dataframe(
        pl.DataFrame(rows).rename({name: named("columns", name) for name in rows[0]} if rows else {}),
        hide_index=True, on_select="rerun", selection_mode="single-row", key="findings",
        height=38 * min(len(rows) + 1, 24), alt=say("findings"),
        # The title takes the room there is; every other column is as wide as what stands in it.
        column_config={named("columns", "title"): st.column_config.TextColumn(width=420)},
    )  # fmt: skip
    if picked.selection.rows:
        st.query_params["id"] = rows[picked.selection.rows[0]]["id"]
        st.rerun()


def _one(finding: Finding, document: dict[str, Any]) -> None:
    hidden = masks(finding)
    posts = masked_posts(
        data.posts_of(data.state(), [f"{p['platform']}:{p['post_id']}" for p in finding.posts]), hidden
    )
    accounts = masked(data.accounts_of(data.state(), sorted(finding.member_ids())), hidden)
    picture = _network(finding, accounts, hidden)
    if is_demo(data.case()):
        guide(finding.id)
    _head(finding, document, picture, posts, accounts)
    reasons(finding)
    drawn(finding)
    if len(finding.members) > 1:  # one alone has no network
        left, right = st.columns([6, 5], gap="medium")
        with left:
            clicked = network_component(picture, key=f"network-{finding.id}", height=700, language=language())
        with right:
            _posts(finding, posts, clicked.selected)
    else:
        _posts(finding, posts, None)
    unknown(finding)
    stress_panel(finding)
    _timeline(finding, posts)
    members(finding, accounts, hidden)
    decision(finding, document)


def _network(finding: Finding, accounts: pl.DataFrame, hidden: dict[str, str]) -> Network:
    return _drawn(finding.id, data.state(), language(), finding, accounts, hidden)


@st.cache_data(show_spinner=say("drawing"), max_entries=8)
def _drawn(
    finding_id: str, of: str, spoken: str, _finding: Finding, _accounts: pl.DataFrame, _hidden: dict[str, str]
) -> Network:
    return network(
        nodes(_finding, _accounts).with_columns(pl.col("id").replace(_hidden)),
        edges(_finding, data.run_of(_finding)).with_columns(pl.col("source", "target").replace(_hidden)),
    )


def _head(
    finding: Finding, document: dict[str, Any], drawn: Network, posts: pl.DataFrame, accounts: pl.DataFrame
) -> None:
    back, name, chips, export = st.columns([1.3, 7, 3, 2], vertical_alignment="center")
    if back.button(say("findings"), icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    name.html(html('<h1 class="mm-title">{{ title }}</h1>', title=title(finding, language())))
    chips.html(
        html(
            '<span class="mm-chip">{{ outcome }}</span> <span class="mm-chip">{{ state }}</span>',
            outcome=outcome_label(document["effective_outcome"], language()),
            state=word("states", document["state"], language()),
        )
    )
    # Read here: the page is made when it is asked for, outside of this run, where the case cannot be read.
    evidence, spoken = _evidence(posts.head(500)), language()
    export.download_button(
        say("one_page"),
        lambda: _page(finding, document, drawn, evidence, accounts, spoken),
        file_name=f"finding-{finding.id}.html",
        mime="text/html",
        icon=":material/download:",
        help=say("one_page_help"),
    )
    st.html(
        html(
            '<div class="mm-note">{{ outcome }}</div><div class="mm-small">{{ summary }} · {{ compared }} · {{ flags }} ·'
            " {{ ids }}</div>",
            outcome=outcome_sentence(finding, language(), document["effective_outcome"]),
            summary=summary(finding, language()),
            compared=compared_with(finding, language()),
            flags=expected_flags(finding, language()),
            ids=say("run_finding", run=finding.run, id=finding.id),
        )
    )


def _page(
    finding: Finding,
    document: dict[str, Any],
    drawn: Network,
    evidence: list[EvidencePost],
    accounts: pl.DataFrame,
    spoken: str,
) -> str:
    """The stand-alone page; made when it is asked for."""
    return finding_html(
        finding,
        drawn,
        evidence,
        spoken,
        handles=dict(accounts.select("uid", "handle").drop_nulls().rows()),
        effective=document["effective_outcome"],
        posts_total=finding.evidence.get("posts_total") or len(finding.posts),
    )


def _posts(finding: Finding, posts: pl.DataFrame, selected: str | None) -> None:
    heading("side_by_side")
    if posts.is_empty():
        st.caption(say("no_posts"))
        return
    families = data.run_of(finding).table("families").filter(pl.col("post").is_in(posts["uid"].implode()))
    shown = posts
    if selected is not None and (posts["account"] == selected).any():
        shown = posts.filter(pl.col("account") == selected)
        st.caption(say("only_chosen"))
    elif families.height:
        sizes = (
            families.group_by("family")
            .agg(n=pl.len())
            .sort(["n", "family"], descending=[True, False])
            .head(FAMILIES_OFFERED)
        )
        texts = (
            families.join(posts, left_on="post", right_on="uid")
            .group_by("family")
            .agg(pl.col("text").sort_by("created_at", "post").first())
        )
        names = dict(
            sizes.join(texts, on="family")
            .select("family", pl.format("{} × {}", "n", pl.col("text").str.slice(0, 90)))
            .rows()
        )
        family = st.selectbox(
            say("text"), sizes["family"].to_list(), format_func=lambda f: names.get(f, f), label_visibility="collapsed"
        )
        wanted = families.filter(pl.col("family") == family)["post"]
        shown = posts.filter(pl.col("uid").is_in(wanted.implode()))
        anew = recombined(finding, language(), family)
        if anew:
            st.caption(anew)
    # A few posts take the room they need; many are scrolled beside the network.
    with st.container(height=600 if shown.height > FEW else "content", border=False):
        st.html(posts_html(_evidence(shown.head(POSTS_SHOWN)), language(), total=shown.height))
    total = finding.evidence.get("posts_total") or len(finding.posts)
    st.caption(say("rests_on", posts=counted(total, "post", language())))


def _evidence(posts: pl.DataFrame) -> list[EvidencePost]:
    """Posts as they are shown: no finer in time than they were recorded, each with the line of the file it stands on."""
    files = {entry["sha256"]: entry["file"] for entry in data.case().ledger()}
    pattern = {"minute": "%Y-%m-%d %H:%M", "hour": "%Y-%m-%d %H h", "day": "%Y-%m-%d"}
    return [
        EvidencePost(
            at=row["created_at"].strftime(pattern.get(row["precision"], "%Y-%m-%d %H:%M:%S")),
            who=row["handle"],
            text=row["text"],
            note=say("line", line=row["line"], file=files.get(row["source"], f"{row['source'][:8]}…")),
        )
        for row in posts.iter_rows(named=True)
    ]


def _timeline(finding: Finding, posts: pl.DataFrame) -> None:
    if posts.height == 0:
        return
    span = posts["created_at"].max() - posts["created_at"].min()  # type: ignore[operator]
    every = "1d" if span.days > 20 else "1h" if span.days >= 1 else "1m"  # type: ignore[union-attr]
    series = (
        posts.sort("created_at")
        .group_by_dynamic("created_at", every=every)
        .agg(posts=pl.len())
        .rename({"created_at": "time"})
    )
    heading("when")
    st.altair_chart(activity_chart(series, [], language()), width="stretch", alt=alt_text(series, [], language()))


show()
