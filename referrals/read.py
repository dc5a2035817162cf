"""What the case knows of the accounts and posts a pack is about, as rows of plain values."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from records.finding import Json
from records.store import Records, query
from referrals.choose import Chosen, Row


def posts_of(records: Records, findings: Sequence[Chosen], authors: set[str]) -> list[Json]:
    """The findings' posts by `authors`, oldest first, each with the findings that rest on it."""
    rows = [(p["platform"], str(p["post_id"]), one.finding.id) for one in findings for p in one.finding.posts]
    wanted = pl.DataFrame(
        rows, schema={"platform": pl.String, "post_id": pl.String, "finding": pl.String}, orient="row"
    )
    records.register("_wanted", wanted.to_arrow())
    records.register("_authors", pl.DataFrame({"uid": sorted(authors)}).to_arrow())
    try:
        return query(
            records,
            """
            SELECT p.platform, p.post_id, p.author_id, p.created_at, coalesce(p.time_precision, 'second') AS precision,
                   coalesce(p.text, p.title, '') AS text, p.url, p._source_sha256, p._source_line, w.findings
            FROM posts p JOIN (SELECT platform, post_id, list_sort(list(DISTINCT finding)) AS findings FROM _wanted GROUP BY ALL) w
                ON w.platform = p.platform AND w.post_id = p.post_id
            WHERE p.platform || ':' || p.author_id IN (SELECT uid FROM _authors)
            ORDER BY p.created_at, p.platform, p.post_id
            """,
        ).to_dicts()
    finally:
        records.unregister("_wanted")
        records.unregister("_authors")


def accounts_of(records: Records, rows: Sequence[Row]) -> dict[str, Json]:
    """What the case knows of each row's account, page or outlet, by uid."""
    wanted = pl.DataFrame([(row.platform, row.id) for row in rows], schema=["platform", "id"], orient="row")
    records.register("_wanted", wanted.cast(pl.String).to_arrow())
    try:
        found = query(
            records,
            """
            WITH known AS (
                SELECT platform, account_id AS id, handle, display_name, description, created_at, followers, observed_at,
                       profile_url, _source_sha256, _source_line, 1 AS rank FROM accounts
                UNION ALL BY NAME SELECT platform, page_id AS id, handle, name AS display_name, created_at, followers,
                       _source_sha256, _source_line, 2 AS rank FROM pages
                UNION ALL BY NAME SELECT 'web' AS platform, outlet_id AS id, domain AS handle, name AS display_name,
                       _source_sha256, _source_line, 3 AS rank FROM outlets
            ), one AS (
                SELECT DISTINCT ON (platform, id) * FROM known SEMI JOIN _wanted USING (platform, id)
                ORDER BY platform, id, rank
            ), active AS (
                SELECT platform, author_id AS id, count(*) AS posts, min(created_at) AS first, max(created_at) AS last
                FROM posts SEMI JOIN _wanted w ON w.platform = posts.platform AND w.id = posts.author_id GROUP BY ALL
            ), handles AS (
                SELECT platform, account_id AS id, list({'handle': handle, 'observed_at': observed_at} ORDER BY observed_at) AS handles
                FROM (SELECT platform, account_id, handle, min(observed_at) AS observed_at FROM account_history
                      WHERE handle IS NOT NULL GROUP BY ALL) h
                SEMI JOIN _wanted w ON w.platform = h.platform AND w.id = h.account_id GROUP BY ALL
            )
            SELECT w.platform || ':' || w.id AS uid, one.* EXCLUDE (platform, id, rank), active.posts, active.first,
                   active.last, handles.handles
            FROM _wanted w LEFT JOIN one USING (platform, id) LEFT JOIN active USING (platform, id)
            LEFT JOIN handles USING (platform, id)
            """,
        )
    finally:
        records.unregister("_wanted")
    rows_: dict[str, Json] = {}
    for row in found.to_dicts():
        row["handles"] = [
            {"handle": h["handle"], "observed_at": instant(h["observed_at"])} for h in row["handles"] or []
        ]
        rows_[row.pop("uid")] = row
    return rows_


def instant(value: Any) -> str | None:
    """ISO 8601 in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else None


def zulu(at: str) -> str:
    """The journal's time as packs write times; STIX reads no other form."""
    return str(instant(datetime.fromisoformat(at)))
