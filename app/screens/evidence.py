"""The evidence: every file that was loaded, every row that was refused and why, every run and every act."""

import polars as pl
import streamlit as st

from app import data
from evidence.batch import quarantine
from evidence.runs import runs

QUARANTINE_SHOWN = 1000


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
