"""The overview: what was collected, when it happened, and what stands out, most worth reading first."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from app import data
from app.demo import is_demo, is_made_up
from app.screens.guide import guide
from app.screens.work import load_and_detect
from app.style import heading, html, label, language, named, say
from records.finding import Finding, from_json
from views.sentences import expected_flags, outcome_label, summary, title
from views.timeline import activity_chart, alt_text
from views.words import counted, figure, listed, platform_name, word

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
        st.html(html("<div class='mm mm-note'>{{ text }}</div>", text=say("made_up")))
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
        _span_of(row["from"], row["to"], row["posts"]): (row["from"], row["to"])
        for row in parts.sort("from").iter_rows(named=True)
    }
    largest = max(spans, key=lambda name: parts.filter(pl.col("from") == spans[name][0])["posts"].item())
    everything = say("all_times")
    picked = (
        st.segmented_control(say("when"), [*spans, everything], default=largest, label_visibility="collapsed")
        or everything
    )
    if picked == everything:
        return activity, found
    begin, end = spans[picked]
    inside = activity.filter(pl.col("time").is_between(begin, end))
    until = f"{end + timedelta(days=1):%Y-%m-%d}"
    touching = [d for d in found if (d["first_seen"] or "") < until and (d["last_seen"] or "9") >= f"{begin:%Y-%m-%d}"]
    return inside, touching


def _days(first: datetime, last: datetime) -> str:
    """`2015-10-01 to 2015-12-05`, or the one day."""
    days = [f"{at:%Y-%m-%d}" for at in (first, last)]
    return days[0] if days[0] == days[1] else say("period", first=days[0], last=days[1])


def _span_of(first: datetime, last: datetime, posts: int) -> str:
    return say("period_posts", period=_days(first, last), posts=counted(posts, "post", language()))


def _head(facts: dict[str, Any]) -> None:
    spoken = " ".join(facts["languages"])
    told = [
        counted(facts["posts"], "post", language()),
        counted(facts["authors"], "author", language()),
        listed([platform_name(code) for code in facts["platforms"]], language(), most=8) or say("no_platform"),
        say("languages", codes=spoken) if spoken else say("no_languages"),
        f"{_days(facts['first'], facts['last'])} UTC" if facts["posts"] else say("nothing_loaded"),
    ]
    st.html(
        html(
            '<div class="mm-head"><h1>{{ name }}</h1><span class="facts">{{ facts }}</span></div>',
            name=data.case().meta["name"],
            facts=" · ".join(told),
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
    heading("stands_out")
    if not found:
        st.html(html('<div class="mm-unknown">{{ text }}</div>', text=say("nothing_found")))
        return
    # What an operation joins is told on the operation's page; here it would say the same thing many times.
    joined = {child for document in found if document["detector"] == "operation" for child in document["children"]}
    # What cannot be determined stands out only where nothing else does.
    told = [document for document in found if document["id"] not in joined]
    first = ([document for document in told if document["effective_outcome"] != "undetermined"] or told)[:FIRST]
    open_ = sum(document["effective_outcome"] == "undetermined" for document in found)
    more = say(
        "all_findings_open" if open_ else "all_findings",
        n=counted(len(found), "finding", language()),
        open=figure(open_, language()),
    )
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
                    span=_seen(finding),
                    summary=summary(finding, language()),
                    detector=word("detectors", finding.detector, language()),
                    flags="" if finding.expected_false_flags is None else expected_flags(finding, language()),
                )
            )


def _seen(finding: Finding) -> str:
    first, last = finding.first_seen, finding.last_seen
    return _days(datetime.fromisoformat(first), datetime.fromisoformat(last)) if first and last else "–"


def _collected(facts: dict[str, Any]) -> None:
    ledger = data.case().ledger()
    totals = {
        key: figure(sum(entry[key] for entry in ledger), language())
        for key in ("rows_read", "kept", "merged", "ignored", "quarantined")
    }
    clocks = ", ".join(
        f"{named('precisions', name)} ({counted(count, 'post', language())})"
        for name, count in facts["precisions"].items()
    )
    zones = ", ".join(sorted({entry["timezone"] for entry in ledger if entry.get("timezone")}))
    scopes = [
        say("scope", scope=named("scopes", scope), complete=named("complete", complete))
        for scope, complete in facts["scopes"]
    ]
    rows = {
        "read": say("read_rows", read=totals.pop("rows_read"), **totals),
        "gathered": ", ".join(scopes) or say("gathered_unknown"),
        "clocks": say("clocks_zone", clocks=clocks, zones=zones) if zones else clocks,
        "accounts_described": figure(facts["accounts"], language()),
        "outlets_known": figure(facts["outlets"], language()),
    }
    heading("collected")
    st.html(
        html(
            '<table class="mm-rows">{% for name, text in rows %}<tr><td>{{ name }}</td><td>{{ text }}</td></tr>{% endfor %}'
            "</table>",
            rows=[(say(code), text) for code, text in rows.items()],
        )
    )
    st.page_link("screens/evidence.py", label=say("ledger"))


show()
