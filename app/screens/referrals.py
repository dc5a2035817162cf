"""Referrals: what would leave for a receiver and why, the second person, the packs, and what became of them."""

import io
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from app import data
from app.components.decision import said, second_reviewer
from app.style import html, label, language
from evidence.errors import CaseError
from evidence.review import approval
from records.finding import from_json
from referrals.base import AUTHORITY, Receiver
from referrals.choose import REFERABLE, Choice
from referrals.collect import Sender
from referrals.formats import formats
from referrals.outcomes import STATES, overview, record
from referrals.receivers import receiver
from referrals.write import KEPT, build, preview
from views.sentences import title

# A zip file's earliest date: the same pack must be the same download.
EPOCH = (1980, 1, 1, 0, 0, 0)


def show() -> None:
    st.html('<div class="mm-head"><h1>Referrals</h1><span class="facts">one receiver, its own data alone</span></div>')
    found = [
        d for d in data.findings(data.state()) if d["state"] == "confirmed" and d["effective_outcome"] in REFERABLE
    ]
    # Each part keeps its place: what comes or goes above it would show it twice while the page is drawn again.
    new, packs = st.container(), st.container()
    with new:
        if found:
            _new(found)
        else:
            st.html(
                '<div class="mm-unknown">Nothing can be referred yet: a finding has to be confirmed first, by a person, on its'
                " page. Only what goes beyond chance may be referred; what cannot be determined never is.</div>"
            )
    with packs:
        _packs()


def _new(found: list[dict[str, Any]]) -> None:
    names = {d["id"]: title(from_json(d), language()) for d in found}
    asked = st.query_params.get("finding")
    chosen = st.multiselect(
        "Findings", list(names), default=[asked] if asked in names else list(names), format_func=names.__getitem__
    )
    if not chosen:
        st.caption("Choose a finding.")
        return
    platforms = sorted({m["platform"] for d in found if d["id"] in chosen for m in d["members"]})
    to = receiver(st.selectbox("Receiver", [*platforms, AUTHORITY], format_func=lambda one: receiver(one).name))
    try:
        choice = preview(data.case(), to, chosen)
    except CaseError as problem:
        st.error(said(problem))
        return
    leaving, waiting, building = st.container(), st.container(), st.container()
    with leaving:
        _preview(choice, to)
    with waiting:
        _approvals([d for d in found if d["id"] in chosen])
    with building:
        _build(to, chosen, choice)


def _preview(choice: Choice, to: Receiver) -> None:
    """What would leave and why each row is in it; what stays here."""
    leaving = [row for row in choice.rows if row.place != "out"]
    staying = len(choice.rows) - len(leaving)
    heading = (
        '<div class="mm"><h2>What would leave for {{ name }}: {{ leaving }} rows; {{ staying }} stay here</h2></div>'
    )
    st.html(html(heading, name=to.name, leaving=f"{len(leaving):,}", staying=f"{staying:,}"))
    rows = [
        {"account": row.uid, "listed as": "possible victim" if row.place == "victim" else row.place,
         "request": row.action.replace("_", " "), "because": "; ".join(row.why)}
        for row in leaving
    ]  # fmt: skip
    schema = {"account": str, "listed as": str, "request": str, "because": str}
    st.dataframe(
        pl.DataFrame(rows, schema=schema), hide_index=True, alt="The rows that would leave, what is asked, and why"
    )
    for one, why in choice.left:
        st.caption(f"{one} is not referred: {label(why)}.")


def _approvals(found: list[dict[str, Any]]) -> None:
    """Findings called deceptive that no second person has approved: without one, nothing is asked to be removed."""
    for document in found:
        if document["effective_outcome"] == "deceptive" and approval(data.case(), document["id"]) is None:
            finding = from_json(document)
            st.html(html('<div class="mm-note">Waits for a second person: {{ name }}</div>', name=title(finding)))
            second_reviewer(finding)


def _build(to: Receiver, chosen: list[str], choice: Choice) -> None:
    with st.form("build", border=False):
        left, right = st.columns(2, gap="large")
        notifier = left.text_input("Notifier", help="Without it the newest reviewer.")
        email = right.text_input("Where the receiver answers", help="A notice under the Digital Services Act needs it.")
        law = left.text_input(
            "Law and territory", help="Only where a law is said to be broken; else the receiver's terms."
        )
        names = right.multiselect("Formats", list(formats()), placeholder="all that fit")
        removals = sum(row.action == "remove" for row in choice.rows if row.place == "asset")
        st.caption(f"{removals:,} removals would be asked for. Read every page before you send it.")
        sent = st.form_submit_button("Build the pack", icon=":material/inventory_2:")
    if not sent:
        return
    sender = Sender(
        name=notifier.strip() or None, email=email.strip() or None, law=law.strip() or None,
        ground="illegal" if law.strip() else "terms",
    )  # fmt: skip
    # The case keeps its own copy, which is what is downloaded; the other is for those who name a folder.
    with tempfile.TemporaryDirectory() as folder:
        try:
            with st.spinner("Writing the pack ..."), data.case().writing("refer"):
                written = build(data.case(), to, Path(folder), findings=chosen, names=names, sender=sender)
        except CaseError as problem:
            st.error(said(problem))
            return
    for one in written:
        st.success(f"Pack {one.pack.id} is built: {'; '.join(one.pack.stamps) or 'nothing to warn of'}.")
        for name, why in one.skipped:
            st.caption(f"No {name}: {label(why)}")


def _packs() -> None:
    rows = overview(data.case())
    st.html('<div class="mm"><h2>Packs built, and what became of them</h2></div>')
    if not rows:
        st.caption("No pack was built yet.")
        return
    table = [
        {"pack": r["pack"], "receiver": r["receiver"], "accounts": r["accounts"], "state": r["state"].replace("_", " "),
         "since": r["date"], "keep until": r["retain_until"], "formats": ", ".join(r["formats"])}
        for r in rows
    ]  # fmt: skip
    built, became = st.container(), st.container()
    with built:
        st.dataframe(pl.DataFrame(table), hide_index=True, alt="Every pack that was built, and what became of it")
        pack = st.selectbox("Pack", [r["pack"] for r in reversed(rows)])
        folder = data.case().path / KEPT / pack
        if (folder / "manifest.json").exists():
            st.download_button(
                "Download", lambda: zipped(folder), file_name=f"referral-{pack}.zip", mime="application/zip",
                icon=":material/download:", on_click="ignore",
            )  # fmt: skip
    with became, st.form("outcome", border=False, clear_on_submit=True):
        left, right = st.columns(2, gap="large")
        state = left.selectbox("What became of it", STATES, format_func=lambda one: one.replace("_", " "))
        when = left.date_input("On", value=date.today(), max_value=date.today())
        note = right.text_input("In your own words")
        by = right.text_input("Your name")
        sent = st.form_submit_button("Record it", icon=":material/edit_note:")
    if sent:
        try:
            with data.case().writing("outcome"):
                record(data.case(), pack, state, str(when), note, by)
        except CaseError as problem:
            st.error(said(problem))
            return
        st.rerun()


def zipped(folder: Path) -> bytes:
    """The pack's files in one archive, the same bytes for the same pack."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH), path.read_bytes(), 8)
    return buffer.getvalue()


show()
