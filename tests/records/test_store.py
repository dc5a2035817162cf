"""Records are read in UTC, from bounded memory."""

from datetime import UTC, datetime
from pathlib import Path

from records.store import connect, in_memory, query


def test_a_connection_spills_into_a_folder_that_was_not_there(tmp_path: Path) -> None:
    connection = connect(64, str(tmp_path / "not" / "yet"))
    # Six million distinct texts do not fit into 64 MB.
    sql = "SELECT count(*) AS n FROM (SELECT DISTINCT md5(i::VARCHAR) FROM range(6000000) t(i))"
    assert query(connection, sql).rows() == [(6_000_000,)]


def test_rows_without_a_zone_of_their_own_stay_utc() -> None:
    at = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    records = in_memory({"posts": [{"platform": "x", "post_id": "1", "author_id": "a", "created_at": at}]})
    assert query(records, "SELECT created_at, hour(created_at) AS h FROM posts").rows() == [(at, 7)]
    assert query(records, "SELECT count(*) AS n FROM accounts").rows() == [(0,)]
