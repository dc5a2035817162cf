"""The guess at a table's columns as something to correct: an editable table, what has to be answered, the first rows."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import streamlit as st

from app.proposal import Proposal
from app.style import html, label
from loaders import mapped, mapping
from loaders.base import LoadError, Options, Source
from loaders.dates import ORDERS
from loaders.guess import guess
from loaders.guess_columns import kinds
from loaders.guess_names import OTHERS
from loaders.guessed import Guessed
from loaders.plan import EXTRA, IncompleteError, made_of_the_rest
from loaders.source import sources
from records import words

# A cell of the table says what a column holds, it does not show it whole.
EXAMPLE = 60


def mapping_table(source: Source, path: Path, zone: str | None) -> tuple[Proposal, bool]:
    """The proposal as a person has corrected it, and whether everything asked is answered."""
    stat = path.stat()
    tables = ["posts", *OTHERS]
    first = _guess(str(path), stat.st_mtime_ns, stat.st_size, None)
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    table = left.selectbox("Its rows are", tables, index=tables.index(first.mapping.table), key=f"table-{path}")
    found = first if table == first.mapping.table else _guess(str(path), stat.st_mtime_ns, stat.st_size, table)
    right.html(
        html(
            '<div class="mm-small">{{ file }} is of no known format: this is what its columns are taken for, by their'
            " names and their values. Correct any field; <code>extra</code> keeps a column beside the fields.</div>",
            file=source.name,
        )
    )
    key = f"{path}-{table}"
    meant, open_fields = _answers(found, _edited(found, key), key)
    for sentence in found.notes:
        st.caption(label(sentence))
    # Until the questions are answered the rows are shown with their first choices, and say so.
    asked = {question.field: question.choices[0] for question in found.questions}
    tried = replace(
        meant,
        platform=meant.platform or asked.get("platform"),
        dates=meant.dates or asked.get("dates"),
        timezone=zone,
    )
    shown, error = None, ""
    try:
        shown = mapped.preview(source, tried)
    except IncompleteError:
        lacking = ", ".join(_lacking(tried))
        error = f"Choose in the table above which column is {lacking}; {table} cannot do without."
    except LoadError as problem:
        error = str(problem)
    if shown is None:
        empty = Proposal(source.name, "mapped", "", tried, found, table, {}, pl.DataFrame(), [], error)
        return empty, not open_fields
    frame = shown.frame
    if "platform" in open_fields:
        frame = frame.with_columns(pl.lit("?").alias("platform"))
    proposal = Proposal(source.name, "mapped", "", tried, found, shown.table, shown.fields, frame, shown.refused, "")
    return proposal, not open_fields


@st.cache_data(show_spinner="Looking at the columns ...", max_entries=50)
def _guess(path: str, changed: int, size: int, table: str | None) -> Guessed:
    return guess(sources(Path(path))[0], Options(), table)


def _edited(found: Guessed, key: str) -> dict[str, str]:
    """Column -> field as the table on the screen says."""
    rows = [one for one in found.guesses if one.column]
    edited = st.data_editor(
        pl.DataFrame(
            {
                "column": [one.column for one in rows],
                "field": [one.field for one in rows],
                "sure": [one.confidence for one in rows],
                "because": [one.reason for one in rows],
                "for example": [one.example[:EXAMPLE] for one in rows],
            }
        ),
        hide_index=True,
        width="stretch",
        disabled=["column", "sure", "because", "for example"],
        column_config={
            "field": st.column_config.SelectboxColumn(
                "field", options=[*kinds(found.mapping.table), EXTRA], required=True
            )
        },
        key=f"columns-{key}",
    )
    return dict(zip(edited["column"].to_list(), edited["field"].to_list(), strict=True))


def _answers(found: Guessed, fields: dict[str, str], key: str) -> tuple[Options, set[str]]:
    """The edited columns with what was asked and answered; and the fields of questions that are open."""
    asked = {question.field: question for question in found.questions}
    still_open: set[str] = set()
    for field, question in asked.items():
        if field in ("platform", "dates"):
            continue
        choice = st.radio(
            label(question.sentence), question.choices, index=None, key=f"{field}-{key}", format_func=label
        )
        if choice is None:
            still_open.add(field)
        else:
            fields = {c: EXTRA if f == field else f for c, f in fields.items()} | {choice: field}
    left, right, _ = st.columns([1, 1, 2])
    platform, dates = found.mapping.constants.get("platform"), found.mapping.dates
    if "platform" in fields.values():
        platform = None
    elif "platform" in kinds(found.mapping.table):
        names = list(asked["platform"].choices) if "platform" in asked else list(words.PLATFORMS)
        index = names.index(platform) if platform in names and "platform" not in asked else None
        platform = left.selectbox("Platform of every row", names, index=index, key=f"platform-{key}")
        still_open |= set() if platform else {"platform"}
    if dates or "dates" in asked:
        index = None if "dates" in asked else ORDERS.index(str(dates))
        dates = right.selectbox("Dates such as 03/04/2024", ORDERS, index=index, key=f"dates-{key}")
        still_open |= set() if dates else {"dates"}
    named = {*kinds(found.mapping.table), "handle"}
    said = {column: f for column, f in fields.items() if f != EXTRA or column.lower() in named}
    meant = mapping.Mapping(found.mapping.table, said, {"platform": platform} if platform else {}, None, dates)
    return mapping.options(meant), still_open


def _lacking(options: Options) -> list[str]:
    """Fields the table needs that no column is mapped to."""
    meant = mapping.of(options)
    have = {*meant.columns.values(), *meant.constants}
    have |= made_of_the_rest(meant.table, have)
    return [field for field, column in kinds(meant.table).items() if column.required and field not in have]
