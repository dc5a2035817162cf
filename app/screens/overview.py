"""The overview: what was collected, when it happened, and what stands out, most worth reading first."""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from app import data
from app.demo import is_demo, is_made_up
from app.screens.guide import guide
from app.screens.work import load_and_detect
from app.style import html, label, language
from records.finding import from_json
from views.sentences import expected_flags, outcome_label, summary, title
from views.timeline import activity_chart, alt_text

# What one screen shows before a person asks for more.
FIRST = 12
# Longer silences split the case into periods: bars of two evenings a year apart are not one picture.
QUIET_DAYS = 45


def show() -> None:
    of = data.state()
    facts = data.summary(of)
    _head(facts)
    load_and_detect()
    if not facts["posts"]:
        _empty()
        return
    found = data.findings(of)
    if is_demo(data.case()):
        guide(None)
    if is_made_up(data.case()):
        st.html(
            html("<div class='mm mm-note'>A made-up world: its people, parties, towns and outlets do not exist.</div>")
        )
    activity, found = _period(data.activity(of), found)
    shown = [from_json(document) for document in found]
    chart = activity_chart(activity, shown, language())
    st.altair_chart(chart, width="stretch", alt=alt_text(activity, shown, language()))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _stands_out(found)
    with right:
        _collected(facts)


def _period(activity: pl.DataFrame, found: list[dict[str, Any]]) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """The stretch of time a person looks at, where posts lie far apart: its activity and the findings that touch it."""
    gaps = activity.with_columns(part=(pl.col("time").diff() > timedelta(days=QUIET_DAYS)).fill_null(False).cum_sum())
    parts = gaps.group_by("part").agg(
        pl.col("time").min().alias("from"), pl.col("time").max().alias("to"), pl.col("posts").sum()
    )
    if parts.height == 1:
        return activity, found
    spans = {
        f"{row['from']:%Y-%m-%d} .. {row['to']:%Y-%m-%d} ({row['posts']:,} posts)": (row["from"], row["to"])
        for row in parts.sort("from").iter_rows(named=True)
    }
    largest = max(spans, key=lambda name: parts.filter(pl.col("from") == spans[name][0])["posts"].item())
    everything = "All the time between"
    picked = (
        st.segmented_control("Period", [*spans, everything], default=largest, label_visibility="collapsed")
        or everything
    )
    if picked == everything:
        return activity, found
    begin, end = spans[picked]
    inside = activity.filter(pl.col("time").is_between(begin, end))
    until = f"{end + timedelta(days=1):%Y-%m-%d}"
    touching = [d for d in found if (d["first_seen"] or "") < until and (d["last_seen"] or "9") >= f"{begin:%Y-%m-%d}"]
    return inside, touching


def _head(facts: dict[str, Any]) -> None:
    span = f"{facts['first']:%Y-%m-%d} .. {facts['last']:%Y-%m-%d} UTC" if facts["posts"] else "nothing loaded yet"
    st.html(
        html(
            '<div class="mm-head"><h1>{{ name }}</h1><span class="facts">{{ posts }} posts · {{ authors }} authors ·'
            " {{ platforms }} · {{ languages }} · {{ span }}</span></div>",
            name=data.case().meta["name"],
            posts=f"{facts['posts']:,}",
            authors=f"{facts['authors']:,}",
            platforms=" ".join(facts["platforms"]) or "no platform",
            languages=" ".join(facts["languages"]) or "languages not stated",
            span=span,
        )
    )


def _empty() -> None:
    st.html(
        html(
            '<div class="mm-note">This case is empty. Load an export of a platform or tool above; the formats that are'
            " recognised are listed by <code>murmur formats</code>, any other CSV loads with <code>--map</code>.</div>"
            '<div class="mm"><h2>Three ways to begin</h2></div>'
            '<table class="mm-rows"><tr><td>A demonstration with real data</td><td><code>murmur demo</code></td></tr>'
            "<tr><td>A folder of exports</td><td><code>murmur load exports/ --case {{ case }}</code></td></tr>"
            "<tr><td>A table of your own</td><td><code>murmur load posts.csv --map author=author_id --map when=created_at"
            " --case {{ case }}</code></td></tr></table>",
            case=data.case().path,
        )
    )


def _stands_out(found: list[dict[str, Any]]) -> None:
    st.html('<div class="mm"><h2>What stands out</h2></div>')
    if not found:
        st.html('<div class="mm-unknown">Nothing was looked for yet, or nothing was found. Press Detect above.</div>')
        return
    # What an operation joins is told on the operation's page; here it would say the same thing many times.
    joined = {child for document in found if document["detector"] == "operation" for child in document["children"]}
    # What cannot be determined stands out only where nothing else does.
    told = [document for document in found if document["id"] not in joined]
    first = ([document for document in told if document["effective_outcome"] != "undetermined"] or told)[:FIRST]
    open_ = sum(document["effective_outcome"] == "undetermined" for document in found)
    more = f"All {len(found):,}" + (f", {open_:,} of which cannot be determined" if open_ else "")
    everything = st.toggle(more, value=False) if len(found) > len(first) else True
    for rank, document in enumerate(found if everything else first, start=1):
        finding = from_json(document)
        number, words = st.columns([1, 16], gap="small")
        number.html(html('<span class="mm-small">{{ rank }}</span>', rank=rank))
        with words:
            st.page_link("screens/finding.py", label=label(title(finding, language())), query_params={"id": finding.id})
            st.html(
                html(
                    '<span class="mm-chip">{{ outcome }}</span> <span class="mm-small">{{ span }} · {{ summary }} ·'
                    " {{ detector }}{% if flags %} · {{ flags }}{% endif %}</span>",
                    outcome=outcome_label(document["effective_outcome"], language()),
                    span=f"{(finding.first_seen or '')[:10]} .. {(finding.last_seen or '')[:10]}",
                    summary=summary(finding, language()),
                    detector=finding.detector,
                    flags="" if finding.expected_false_flags is None else expected_flags(finding, language()),
                )
            )


def _collected(facts: dict[str, Any]) -> None:
    ledger = data.case().ledger()
    totals = {
        key: sum(entry[key] for entry in ledger) for key in ("rows_read", "kept", "merged", "ignored", "quarantined")
    }
    clocks = ", ".join(f"{name} ({count:,})" for name, count in facts["precisions"].items())
    zones = ", ".join(sorted({entry["timezone"] for entry in ledger if entry.get("timezone")}))
    scopes = facts["scopes"] or {"unknown": 0}
    st.html(
        html(
            '<div class="mm"><h2>What was collected</h2></div><table class="mm-rows">'
            "<tr><td>Read</td><td>{{ read }} rows = kept {{ kept }} + merged {{ merged }} + ignored {{ ignored }}"
            " + quarantined {{ quarantined }}</td></tr>"
            "<tr><td>How it was gathered</td><td>{{ scopes }}{% if unknown %}: no claims on dormancy, echo or what is usual"
            "{% endif %}</td></tr>"
            "<tr><td>Clocks</td><td>{{ clocks }}; times without a zone read as {{ zones }}</td></tr>"
            "<tr><td>Accounts described</td><td>{{ accounts }}</td></tr>"
            "<tr><td>Outlets known</td><td>{{ outlets }}</td></tr></table>",
            read=f"{totals['rows_read']:,}",
            kept=f"{totals['kept']:,}",
            merged=f"{totals['merged']:,}",
            ignored=f"{totals['ignored']:,}",
            quarantined=f"{totals['quarantined']:,}",
            scopes=", ".join(scopes),
            unknown=not facts["scopes"],
            clocks=clocks,
            zones=zones,
            accounts=f"{facts['accounts']:,}",
            outlets=f"{facts['outlets']:,}",
        )
    )
    st.page_link("screens/evidence.py", label="The ledger and the quarantine")


show()
