"""Load a file: what it is or what its columns are taken for, corrected in a table, previewed, confirmed, watched."""

from pathlib import Path
from typing import Any

import orjson
import polars as pl
import streamlit as st

from app import data, jobs
from app.components.mapping_table import mapping_table
from app.gathered import Statement
from app.loading import files_of
from app.proposal import Proposal, propose
from app.screens.work import progress, start
from app.style import html, label
from evidence.files import remove
from loaders import loaders, mapping, recognise
from loaders.base import LoadError, Options
from loaders.opening import columns_of
from loaders.source import sources
from records import words

# Files looked into at once: each is opened for its beginning, and a person chooses among what is found.
FILES_LOOKED_AT = 200
NOT_KNOWN = "not known"


def show() -> None:
    st.html(
        '<div class="mm-head"><h1>Load</h1><span class="facts">an export, or any table, into this case</span></div>'
    )
    if jobs.running(data.case()):
        progress()
        return
    _ended()
    paths = _chosen()
    if not paths:
        _formats()
        return
    try:
        groups = _groups(paths)
    except LoadError as error:
        st.error(label(str(error)))
        return
    if not groups:
        st.warning("There is no file in this folder.")
        return
    name = next(iter(groups))
    if len(groups) > 1:
        name = st.selectbox("Files of one shape are loaded together", list(groups))
    _one_group(groups[name])


def _formats() -> None:
    """What can be loaded, and where to export it."""
    known = loaders().values()
    st.html(
        html(
            '<div class="mm-small">{{ count }} formats are recognised by what is in a file. Of any other table the columns'
            " are guessed, and you say whether the guess is right.</div>",
            count=len(known) - 1,
        )
    )
    with st.expander("The formats, and how to export them"):
        rows = [{"format": one.name, "what it is": one.title, "how to export it": one.how_to_export} for one in known]
        st.dataframe(pl.DataFrame(rows), hide_index=True, row_height=None, alt="Formats, and how to export them")


def _chosen() -> list[Path]:
    """The files named on this machine or sent by the browser."""
    left, right = st.columns([3, 2], gap="large", vertical_alignment="bottom")
    named = left.text_input(
        "A file or folder on this machine", key="load-path", placeholder="/home/me/exports/posts.csv"
    )
    sent = right.file_uploader("or send files", accept_multiple_files=True, key=f"sent-{_round()}")
    paths = [Path(named.strip()).expanduser()] if named.strip() else []
    for file in sent or ():
        # Only the name: a browser may send folders, and nothing is written outside the case.
        target = data.case().path / "jobs" / "uploads" / Path(file.name).name
        if not target.exists() or target.stat().st_size != file.size:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.getbuffer())
        paths.append(target)
    return paths


def _round() -> int:
    """Counts loads, so that each begins with empty fields."""
    return int(st.session_state.get("load-round", 0))


def _groups(paths: list[Path]) -> dict[str, list[Path]]:
    """What can be loaded together: files of known formats, and files of no known format with the same columns."""
    found: dict[str, list[Path]] = {}
    files = list(files_of(paths))
    if len(files) > FILES_LOOKED_AT:
        st.info(f"Showing the first {FILES_LOOKED_AT} of {len(files):,} files; `murmur load` takes the whole folder.")
    for path in files[:FILES_LOOKED_AT]:
        stat = path.stat()
        found.setdefault(_shape(str(path), stat.st_mtime_ns, stat.st_size), []).append(path)
    return {f"{shape} ({len(group)} file{'s' if len(group) > 1 else ''})": group for shape, group in found.items()}


@st.cache_data(show_spinner="Looking into the files ...", max_entries=2_000)
def _shape(path: str, changed: int, size: int) -> str:
    """The format of a file, or its columns where it is of none."""
    source = sources(Path(path))[0]
    loader, seen = recognise(source)
    if loader:
        return f"{loader.title} ({loader.name})"
    columns = columns_of(source)
    return f"a table of no known format: {', '.join(columns)}" if len(columns) > 1 else seen


def _one_group(paths: list[Path]) -> None:
    source = sources(paths[0])[0]
    zone = str(st.session_state.get("load-zone") or "").strip() or None
    try:
        known = recognise(source)[0] is not None
        if not known and len(columns_of(source)) < 2:
            st.error(label(recognise(source)[1]))
            return
        if known:
            proposal, answered = propose(source, Options(timezone=zone)), True
            st.html(html('<div class="mm-small">{{ seen }}</div>', seen=proposal.seen))
        else:
            proposal, answered = mapping_table(source, paths[0], zone)
    except LoadError as error:
        st.error(label(str(error)))
        _zone()
        return
    if not answered:
        st.html(
            '<div class="mm-note">What is open above has to be answered first; the rows below are shown with its first'
            " choice.</div>"
        )
    _preview(proposal)
    _zone()
    statement = _gathered(proposal)
    ready = answered and not proposal.error
    with st.container(horizontal=True):
        pressed = st.button(
            f"Load {len(paths)} files into this case" if len(paths) > 1 else "Load into this case",
            type="primary",
            disabled=not ready,
        )
        if not known and ready:
            kept = mapping.of(proposal.options)
            st.download_button(
                "Keep this mapping", mapping.toml(kept), "mapping.toml", help="Used again with --mapping."
            )
    if pressed:
        _load(paths, proposal, statement)


def _preview(proposal: Proposal) -> None:
    if proposal.error:
        st.html(html('<div class="mm-note">{{ error }}</div>', error=proposal.error))
        return
    st.html(html('<div class="mm"><h2>The first rows, as they would be kept in {{ t }}</h2></div>', t=proposal.table))
    shown = proposal.frame.select(name for name in proposal.frame.columns if not name.startswith("_"))
    st.dataframe(shown, hide_index=True, alt="The first rows of the file as they would be kept")
    if proposal.refused:
        st.html('<div class="mm"><h2>Would be refused, and kept in the quarantine</h2></div>')
        rows = [{"line": one.line, "column": one.column, "reason": one.reason} for one in proposal.refused]
        st.dataframe(pl.DataFrame(rows), hide_index=True, alt="Rows that would be refused, and why")


def _zone() -> None:
    st.columns(2)[0].text_input(
        "Zone of times that state none", key="load-zone", placeholder="the format's own, else UTC"
    )


def _gathered(proposal: Proposal) -> Statement | None:
    """What the person says of how these files were gathered."""
    if proposal.table not in ("posts", "engagements"):
        return None
    st.html(
        '<div class="mm"><h2>How it was gathered</h2></div><div class="mm-small">Without it, claims on dormancy, echo and'
        " what is usual stay undetermined. What an export says of itself is kept unless you say otherwise. It can be"
        " corrected by loading the same file again.</div>"
    )
    first, second, third = st.columns(3)
    scopes = [NOT_KNOWN, *(scope for scope in words.SCOPES if scope != "unknown")]
    scope = first.selectbox("Scope", scopes)
    if scope == NOT_KNOWN:
        return None
    complete = second.selectbox("Nothing is missing in it", words.COMPLETENESS, index=2, key="load-complete")
    query = third.text_input("Words searched for")
    subject = first.text_input("Account, page or post it is about")
    since, until = second.text_input("From", placeholder="2024-03-01"), third.text_input("To", placeholder="2024-04-01")
    statement = Statement(scope, query or None, subject or None, since or None, until or None, complete)
    try:
        statement.check()
    except LoadError as error:
        st.error(label(str(error)))
        return None
    return statement


def _load(paths: list[Path], proposal: Proposal, statement: Statement | None) -> None:
    arguments = ["load", *map(str, paths), "--json"]
    if proposal.format == "mapped":
        kept = data.case().path / "jobs" / "mapping.toml"
        kept.parent.mkdir(exist_ok=True)
        mapping.save(mapping.of(proposal.options), kept)
        arguments += ["--mapping", str(kept)]
    if proposal.options.timezone:
        arguments += ["--timezone", proposal.options.timezone]
    if statement:
        said = {"scope": statement.scope, "query": statement.query, "subject": statement.subject}
        said |= {"since": statement.since, "until": statement.until, "complete": statement.complete}
        arguments += [f"--{name}={value}" for name, value in said.items() if value]
    st.session_state["load-round"] = _round() + 1
    st.session_state["loaded"] = start(arguments, "Loading")
    st.rerun()


def _ended() -> None:
    """The ledger of the load this session began, and what to do next."""
    job = st.session_state.get("loaded")
    if job is None:
        return
    ended = jobs.status(data.case(), job)
    if ended["message"].startswith("murmur: "):
        st.error(label(ended["message"].removeprefix("murmur: ")))
    remove(data.case().path / "jobs" / "uploads")
    entries = _entries(job)
    if not entries:
        return
    st.html('<div class="mm"><h2>Ledger: read = kept + merged + ignored + quarantined</h2></div>')
    columns = ["file", "format", "timezone", "rows_read", "kept", "merged", "ignored", "quarantined"]
    st.dataframe(
        pl.DataFrame(
            [
                {name: entry[name] for name in columns} | {"kept in extra": ", ".join(entry["columns_unknown"])}
                for entry in entries
            ]
        ),
        hide_index=True,
        alt="What became of the rows of each file loaded",
    )
    said = {
        f"{count:,} x {what}" for entry in entries for what, count in {**entry["reasons"], **entry["notes"]}.items()
    }
    for sentence in sorted(said):
        st.caption(label(sentence))
    with st.container(horizontal=True):
        if st.button("Detect", icon=":material/search_insights:", type="primary"):
            del st.session_state["loaded"]
            start(["detect"], "Detecting")
            st.switch_page("screens/overview.py")
        st.page_link("screens/evidence.py", label="The whole ledger and the quarantine")


def _entries(job: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = orjson.loads((data.case().path / "jobs" / f"{job}.out").read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return []
    return found


show()
