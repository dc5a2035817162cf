"""What the screens read of a case, computed once for each state of it and kept by Streamlit."""

import argparse
import sys
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from evidence.case import Case
from evidence.review import reviewed
from evidence.runs import Run, latest, runs
from records.finding import Finding, from_json
from records.store import query


@st.cache_resource
def case() -> Case:
    """The case this app was started on (`--case DIR`)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", type=Path, default=Path("case"))
    return Case.open(parser.parse_args(sys.argv[1:]).case)


def state() -> str:
    """Names what the case holds at this moment; every cached answer hangs on it."""
    run = latest(case())
    return f"{case().input_hash()}:{run.id if run else ''}:{case().journal.head()}"


@st.cache_data(show_spinner="Counting what was collected ...", max_entries=4)
def summary(of: str) -> dict[str, Any]:
    """{posts, accounts, authors, first, last, platforms, languages, precisions, scopes} of the current rows."""
    records = case().records()
    posts = query(
        records,
        "SELECT count(*) AS posts, count(DISTINCT (platform, author_id)) AS authors, min(created_at) AS first,"
        " max(created_at) AS last FROM posts",
    ).row(0, named=True)

    def counted(sql: str) -> dict[str, int]:
        return {str(row[0]): int(row[1]) for row in query(records, sql).rows()}

    return {
        **posts,
        "accounts": query(records, "SELECT count(*) FROM accounts").item(),
        "outlets": query(records, "SELECT count(*) FROM outlets").item(),
        "platforms": counted("SELECT platform, count(*) AS n FROM posts GROUP BY 1 ORDER BY 2 DESC, 1"),
        "languages": counted(
            "SELECT language, count(*) AS n FROM posts WHERE language IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 8"
        ),
        "precisions": counted(
            "SELECT coalesce(time_precision, 'second'), count(*) AS n FROM posts GROUP BY 1 ORDER BY 2 DESC"
        ),
        "scopes": query(
            records, "SELECT DISTINCT scope, coalesce(complete, 'unknown') FROM collections ORDER BY 1, 2"
        ).rows(),
    }


@st.cache_data(show_spinner="Reading the activity ...", max_entries=4)
def activity(of: str) -> pl.DataFrame:
    """Posts by day and platform: {day (UTC), platform, posts}; by hour where the case spans less than ten days."""
    return query(
        case().records(),
        """
        WITH span AS (SELECT max(created_at) - min(created_at) < INTERVAL 10 DAY AS brief FROM posts)
        SELECT date_trunc(CASE WHEN brief THEN 'hour' ELSE 'day' END, created_at) AS time, count(*) AS posts
        FROM posts, span GROUP BY 1 ORDER BY 1
        """,
    )


@st.cache_data(show_spinner=False, max_entries=8)
def findings(of: str, run_id: str | None = None) -> list[dict[str, Any]]:
    """The run's findings with state and effective outcome, ranked; the newest run's without `run_id`."""
    known = runs(case())
    chosen = [run for run in known if run.id == run_id] if run_id else known[-1:]
    return reviewed(case(), chosen[0].findings()) if chosen else []


def run_of(finding: Finding) -> Run:
    return next(run for run in runs(case()) if run.id == finding.run)


def finding(of: str, finding_id: str) -> tuple[Finding, dict[str, Any]] | None:
    """The finding and its reviewed document, looked for in the newest run that has it."""
    for run in reversed(runs(case())):
        for document in findings(of, run.id):
            if document["id"] == finding_id:
                return from_json(document), document
    return None


@st.cache_data(show_spinner="Fetching the posts ...", max_entries=16)
def posts_of(of: str, uids: list[str]) -> pl.DataFrame:
    """Posts by uid with their authors' handles, oldest first:
    {uid, account, handle, created_at, precision, text, url, likes, reposts, source, line}."""
    records = case().records()
    records.register("wanted", pl.DataFrame({"uid": uids}).to_arrow())
    return query(
        records,
        """
        SELECT wanted.uid, p.platform || ':' || p.author_id AS account, coalesce(a.handle, a.display_name, p.author_id) AS handle,
               p.created_at, coalesce(p.time_precision, 'second') AS precision, coalesce(p.text, p.title, '') AS text, p.url,
               coalesce(p.is_repost, p.repost_of_post_id IS NOT NULL) AS is_repost,
               p._source_sha256 AS source, p._source_line AS line
        FROM wanted JOIN posts p ON p.platform || ':' || p.post_id = wanted.uid
        LEFT JOIN accounts a ON a.platform = p.platform AND a.account_id = p.author_id
        ORDER BY p.created_at, wanted.uid
        """,
    )


@st.cache_data(show_spinner="Fetching the accounts ...", max_entries=16)
def accounts_of(of: str, uids: list[str]) -> pl.DataFrame:
    """Accounts by uid: {uid, handle, display_name, description, created_at, location, followers, following, extra,
    posts, first, last}; posts and times are of the whole case."""
    records = case().records()
    records.register("wanted", pl.DataFrame({"uid": uids}).to_arrow())
    return query(
        records,
        """
        WITH active AS (
            SELECT platform || ':' || author_id AS uid, count(*) AS posts, min(created_at) AS first, max(created_at) AS last
            FROM posts WHERE platform || ':' || author_id IN (SELECT uid FROM wanted) GROUP BY 1
        )
        SELECT wanted.uid, coalesce(a.handle, a.display_name, a.account_id) AS handle, a.display_name, a.description,
               a.created_at, a.location, a.followers, a.following, a.extra, active.posts, active.first, active.last
        FROM wanted LEFT JOIN accounts a ON a.platform || ':' || a.account_id = wanted.uid
        LEFT JOIN active ON active.uid = wanted.uid ORDER BY wanted.uid
        """,
    )
