"""The evidence: every file that was loaded, every row that was refused and why, every run and every act."""

from typing import Any

import polars as pl
import streamlit as st

from app import data
from app.gathered import untold
from app.style import html
from evidence.batch import quarantine
from evidence.case import Case
from evidence.runs import runs
from records.store import query

QUARANTINE_SHOWN = 1000


def _gathered(case: Case, ledger: list[dict[str, Any]]) -> None:
    """How the data were gathered, as exports and users say, and the files of which nobody has said it."""
    st.html('<div class="mm"><h2>How it was gathered</h2></div>')
    known = query(
        case.records(),
        "SELECT collection_id AS collection, platform, scope, complete, subject, query, since, until FROM collections"
        " ORDER BY 1",
    )
    if known.height:
        st.dataframe(known, hide_index=True, alt="How the data were gathered: scope, query, subject, and completeness")
    held = case.held()
    silent = list(dict.fromkeys(entry["file"] for entry in ledger if untold(held, entry)))
    if silent:
        several = f"{', '.join(silent[:3])} and {len(silent) - 3} more" if len(silent) > 3 else ", ".join(silent)
        st.html(
            html(
                '<div class="mm-unknown">Of {{ files }} it is not known: claims on dormancy, echo and what is usual stay'
                " undetermined there. Load a file again to say it; nothing is read twice.</div>",
                files=several,
            )
        )


def show() -> None:
    case = data.case()
    st.html(
        '<div class="mm-head"><h1>Evidence</h1><span class="facts">what was read, refused, run and done</span></div>'
    )
    ledger = case.ledger()
    if not ledger:
        st.html('<div class="mm-unknown">Nothing was loaded yet.</div>')
        return
    st.html('<div class="mm"><h2>Ledger: read = kept + merged + ignored + quarantined</h2></div>')
    columns = ["file", "format", "timezone", "rows_read", "kept", "merged", "ignored", "quarantined", "sha256"]
    rows = [
        {name: entry.get(name) for name in columns} | {"kept in extra": ", ".join(entry["columns_unknown"])}
        for entry in ledger
    ]
    st.dataframe(pl.DataFrame(rows), hide_index=True, alt="Every file loaded and what became of its rows")
    _gathered(case, ledger)
    files = quarantine(case)
    if files:
        rows_refused = pl.concat([pl.read_parquet(path) for path in files])
        shown = min(rows_refused.height, QUARANTINE_SHOWN)
        st.html(f'<div class="mm"><h2>Quarantine: {shown:,} of {rows_refused.height:,}</h2></div>')
        st.dataframe(rows_refused.head(QUARANTINE_SHOWN), hide_index=True, alt="Rows that could not be read, and why")
    st.html('<div class="mm"><h2>Runs</h2></div>')
    st.dataframe(
        pl.DataFrame(
            [
                {
                    "run": run.id,
                    "when": run.meta["created"],
                    "detectors": ", ".join(f"{name} {d['version']}" for name, d in run.meta["detectors"].items()),
                    "seed": run.meta["seed"],
                    "findings": run.meta["counts"]["findings"],
                }
                for run in runs(case)
            ],
            schema={"run": str, "when": str, "detectors": str, "seed": int, "findings": int},
        ),
        hide_index=True,
        alt="Every run of the detectors",
    )
    st.html('<div class="mm"><h2>Journal</h2></div>')
    entries = [
        {"at": e["at"], "what": e["kind"], "of": e.get("file") or e.get("name") or "", "hash": e["hash"][:16]}
        for e in case.journal.entries()
    ]
    st.dataframe(pl.DataFrame(entries), hide_index=True, alt="Everything that was done to this case, chained by hash")
    with st.expander("How to check this case"):
        st.code(f"murmur verify --case {case.path}", language=None)


show()
