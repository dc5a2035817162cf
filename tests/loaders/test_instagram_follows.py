"""Whose list of followers a file is, and what its order proves."""

import io
import json
from typing import Any

import polars as pl
import pytest

from loaders import loaders
from loaders.base import LoadError, Options, Source

OWNED = Options(mapping={"lena": "owner"})


def _source(name: str, document: Any) -> Source:
    data = json.dumps(document).encode()
    return Source(name, len(data), lambda: io.BytesIO(data))


def _entry(handle: str, timestamp: int | None) -> dict[str, Any]:
    said = {"href": f"https://www.instagram.com/{handle}", "value": handle}
    return {"title": "", "string_list_data": [said if timestamp is None else {**said, "timestamp": timestamp}]}


def _follows(name: str, document: Any, options: Options = OWNED) -> pl.DataFrame:
    chunks = loaders()["instagram_follows"].read(_source(name, document), options)
    return pl.concat([chunk.frames["follows"] for chunk in chunks])


def test_a_file_without_an_owner_says_how_to_name_one() -> None:
    with pytest.raises(LoadError, match=r"say --format instagram_follows --map NAME=owner\.$"):
        _follows("followers_1.json", [_entry("anna", 1700000000)], Options())


def test_the_user_s_word_stands_above_the_name_of_the_archive() -> None:
    name = "instagram-somebody-2024-05-01-AbCd.zip!connections/followers_and_following/followers_1.json"
    assert _follows(name, [_entry("anna", 1700000000)])["followed_id"].to_list() == ["name:lena"]
    assert _follows(name, [_entry("anna", 1700000000)], Options())["followed_id"].to_list() == ["name:somebody"]


@pytest.mark.parametrize(
    ("times", "positions", "proven"),
    [
        ([1700000000, 1700000001, 1700000001], [1, 2, 3], True),
        ([1700000009, 1700000001, 1700000001], [3, 2, 1], True),
        ([1700000001, 1700000009, 1700000005], [1, 2, 3], False),
        ([1700000009, None, 1700000001], [1, 2, 3], False),
    ],
)
def test_an_order_is_chronological_only_where_the_times_prove_it(
    times: list[int | None], positions: list[int], proven: bool
) -> None:
    found = _follows("followers_1.json", [_entry(f"a{number}", time) for number, time in enumerate(times)])
    assert found["position"].to_list() == positions
    assert found["position_is_chronological"].to_list() == [proven] * 3


def test_later_parts_of_a_split_list_are_not_numbered() -> None:
    found = _follows("followers_3.json", [_entry("anna", 1700000000)])
    assert "position" not in found.columns


def test_a_bare_list_of_followed_accounts_points_away_from_the_owner() -> None:
    found = _follows("following.json", [_entry("anna", 1700000000)])
    assert found.select("follower_id", "followed_id").rows() == [("name:lena", "name:anna")]
