"""A stream of events in a case: what is deleted ends without being lost, and handles become a history."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.loading import load_paths
from evidence.case import Case
from loaders.base import Options
from records.store import query

POST = "at://did:plc:lena/app.bsky.feed.post/3kmuf6y25g22b"
AT = "2024-03-04T09:59:59.100Z"
SEEN = 1709546400123456


def event(time_us: int, **more: Any) -> str:
    return json.dumps({"did": "did:plc:lena", "time_us": time_us, "kind": "commit", **more})


def commit(operation: str, **more: Any) -> dict[str, Any]:
    return {"operation": operation, "collection": "app.bsky.feed.post", "rkey": "3kmuf6y25g22b", **more}


CREATED = event(SEEN, commit=commit("create", record={"text": "hello", "langs": ["en"], "createdAt": AT}))
DELETED = event(SEEN + 10**6, commit=commit("delete"))


def load(tmp_path: Path, *files: list[str]) -> Case:
    case = Case.create(tmp_path / "case")
    for number, lines in enumerate(files):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        (entry,) = load_paths(case, [path], options=Options(), copy=True, reporter=lambda _, __: None)
        told = entry["kept"] + entry["merged"] + entry["ignored"] + entry["quarantined"]
        assert entry["rows_read"] == told == len(lines)
        assert entry["merged"] >= 0
    return case


@pytest.mark.parametrize("files", [[[CREATED, DELETED]], [[CREATED], [DELETED]], [[DELETED], [CREATED]]],
                         ids=["one file", "later", "the wrong way round"])  # fmt: skip
def test_a_deletion_ends_a_post_and_changes_nothing_else_of_it(tmp_path: Path, files: list[list[str]]) -> None:
    posts = query(load(tmp_path, *files).records(), "SELECT post_id, text, language, created_at, deleted_at FROM posts")
    assert posts.rows() == [
        (POST, "hello", "en", datetime.fromisoformat(AT), datetime(2024, 3, 4, 10, 0, 1, 123456, UTC)),
    ]


def test_a_deletion_alone_tells_who_posted_when_and_no_more(tmp_path: Path) -> None:
    (row,) = query(load(tmp_path, [DELETED]).records(), "SELECT * FROM posts").iter_rows(named=True)
    told = {key: value for key, value in row.items() if value is not None and not key.startswith("_")}
    assert told == {
        "platform": "bluesky",
        "post_id": POST,
        "author_id": "did:plc:lena",
        "author_kind": "account",
        "created_at": datetime(2024, 3, 4, 9, 59, 59, 600000, UTC),
        "time_precision": "second",
        "content_type": "post",
        "is_repost": False,
        "url": "https://bsky.app/profile/did:plc:lena/post/3kmuf6y25g22b",
        "deleted_at": datetime(2024, 3, 4, 10, 0, 1, 123456, UTC),
    }


def test_handles_and_profiles_become_one_account_and_its_history(tmp_path: Path) -> None:
    def named(seconds: int, handle: str) -> str:
        return event(SEEN + seconds * 10**6, kind="identity", identity={"did": "did:plc:lena", "handle": handle})

    profile = {"operation": "update", "collection": "app.bsky.actor.profile", "rkey": "self"}
    lines = [
        named(0, "lena.example"),
        event(SEEN + 60 * 10**6, commit={**profile, "record": {"displayName": "Léna"}}),
        named(120, "bridge-news.example"),
        named(180, "handle.invalid"),
    ]
    records = load(tmp_path, lines).records()
    assert query(records, "SELECT handle, display_name FROM accounts").rows() == [("bridge-news.example", "Léna")]
    history = query(records, "SELECT handle, display_name FROM account_history ORDER BY observed_at")
    assert history.rows() == [("lena.example", None), (None, "Léna")]


@pytest.mark.parametrize(
    ("claimed", "at"),
    [
        ("2024-03-03T10:00:30Z", "2024-03-03T10:00:30+00:00"),
        ("2024-03-03T09:59:30Z", "2024-03-04T09:59:59.600+00:00"),
        ("2024-03-04T10:04:30Z", "2024-03-04T10:04:30+00:00"),
        ("2024-03-04T10:06:00Z", "2024-03-04T09:59:59.600+00:00"),
        ("0000-01-01T00:00:00Z", "2024-03-04T09:59:59.600+00:00"),
    ],
)
def test_a_claimed_time_stands_where_it_fits_with_when_the_network_saw_it(
    tmp_path: Path, claimed: str, at: str
) -> None:
    line = event(SEEN, commit=commit("create", record={"text": "x", "createdAt": claimed}))
    ((created, extra),) = query(load(tmp_path, [line]).records(), "SELECT created_at, extra FROM posts").rows()
    assert created == datetime.fromisoformat(at)
    assert (extra is None) == (claimed.replace("Z", "+00:00") == at)
    assert extra is None or json.loads(extra) == {"createdAt": claimed}
