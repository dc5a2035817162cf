"""Every scenario: conforming tables, truth that points into them, the same bytes again, no class told by its form."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import scenarios
from records.tables import TABLES, conform

SMALL = 0.2


@pytest.fixture(scope="module", params=scenarios.names())
def world(request: pytest.FixtureRequest) -> scenarios.World:
    return scenarios.build(request.param, 3, size=SMALL)


def uids(world: scenarios.World, table: str, id_: str) -> set[str]:
    return set(world.tables[table].select(pl.format("{}:{}", "platform", id_))[:, 0])


def test_tables_are_the_contracts(world: scenarios.World) -> None:
    assert list(world.tables) == list(TABLES)
    for name, frame in world.tables.items():
        assert frame.equals(conform(name, frame))
        for column in TABLES[name].columns:
            if column.required:
                assert frame[column.name].null_count() == 0, (name, column.name)
            if column.words:
                assert set(frame[column.name].drop_nulls()) <= set(column.words)
        assert not frame.select(TABLES[name].key).is_duplicated().any(), name


def test_truth_is_about_rows_that_exist(world: scenarios.World) -> None:
    accounts = uids(world, "accounts", "account_id") | uids(world, "posts", "author_id")
    posts = uids(world, "posts", "post_id")
    for operation in world.truth.operations:
        assert set(operation.members) <= accounts
        assert operation.posts <= posts
        assert set(operation.families) <= operation.posts
        assert operation.targets <= accounts
    for innocents in world.truth.benign.values():
        assert innocents <= accounts
        assert not innocents & world.truth.members


def test_posts_point_at_posts_that_exist_and_came_before(world: scenarios.World) -> None:
    posts = world.tables["posts"]
    known = posts.select("platform", pl.col("post_id").alias("target"), pl.col("created_at").alias("before"))
    for column in ("repost_of_post_id", "in_reply_to_post_id", "quote_of_post_id"):
        rows = posts.filter(pl.col(column).is_not_null())
        found = rows.join(known, left_on=["platform", column], right_on=["platform", "target"])
        assert found.height == rows.height
        assert (found["created_at"] >= found["before"]).all()


def test_the_same_name_and_seed_give_the_same_world(world: scenarios.World) -> None:
    again = scenarios.build(world.name, 3, size=SMALL)
    for name, frame in world.tables.items():
        assert frame.equals(again.tables[name])
    assert again.truth == world.truth


def test_another_seed_gives_another_world() -> None:
    one, other = (scenarios.build("coaction", seed, size=SMALL) for seed in (3, 4))
    assert not one.tables["posts"].equals(other.tables["posts"])
    assert not one.truth.members & other.truth.members


_HASH = """
import hashlib, scenarios
said = hashlib.sha256()
for name in ("comment_flood", "trap_diaspora"):
    world = scenarios.build(name, 3, size=0.2)
    for frame in world.tables.values():
        said.update(frame.write_json().encode())
    for one in world.truth.operations:
        said.update(repr((sorted(one.members.items()), sorted(one.posts), sorted(one.families.items()))).encode())
print(said.hexdigest())
"""


def test_another_process_gives_the_same_bytes() -> None:
    """Nothing hangs on the order of sets, which another hash seed changes."""
    root = Path(__file__).resolve().parents[2]
    runs = [
        subprocess.run([sys.executable, "-c", _HASH], capture_output=True, text=True, check=True, cwd=root,
                       env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)})
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0].stdout == runs[1].stdout != ""


def test_the_two_sides_are_mirror_images(world: scenarios.World) -> None:
    other = scenarios.build(world.name, 3, size=SMALL, side="b")
    texts = {"text", "urls", "hashtags", "title", "description", "display_name", "name", "handle", "domain", "outlet_id",
             "credited_to", "url", "objects", "mentions", "party", "source", "query", "object_id", "subject_id",
             "object_name", "account_id", "page_id", "author_id", "in_reply_to_account_id", "repost_of_account_id"}  # fmt: skip
    for name, frame in world.tables.items():
        same = [column.name for column in TABLES[name].columns if column.name not in texts]
        assert frame.select(same).equals(other.tables[name].select(same)), name
    assert [len(one.posts) for one in other.truth.operations] == [len(one.posts) for one in world.truth.operations]
