"""The background is as demanding as real data: heavy tails, days and nights, repeated words, bursts, shared audiences."""

import polars as pl
import pytest

import scenarios


@pytest.fixture(scope="module")
def null() -> pl.DataFrame:
    return scenarios.build("null", 3).tables["posts"]


def test_null_worlds_differ_in_size_platforms_and_languages() -> None:
    worlds = [scenarios.build("null", seed) for seed in range(1, 9)]
    sizes = [world.tables["accounts"].height for world in worlds]
    assert min(sizes) >= 800 - 200
    assert max(sizes) <= 5100
    assert len(set(sizes)) == len(sizes)
    assert len({len(set(world.tables["posts"]["platform"])) for world in worlds}) > 1
    assert len({len(set(world.tables["posts"]["language"].drop_nulls())) for world in worlds}) > 1
    assert all(not world.truth.operations for world in worlds)


def test_few_post_much(null: pl.DataFrame) -> None:
    counts = null["author_id"].value_counts(sort=True)["count"]
    assert counts.head(counts.len() // 100).sum() / counts.sum() > 0.05
    assert counts.median() < counts.mean()


def test_some_things_are_used_by_hundreds_and_most_by_few(null: pl.DataFrame) -> None:
    links = null.filter(~pl.col("is_repost")).explode("urls").group_by("urls").agg(pl.col("author_id").n_unique())
    shared = links.drop_nulls("urls")["author_id"]
    assert shared.max() > 60
    assert shared.median() <= 3
    reposts = null["repost_of_post_id"].drop_nulls().value_counts()["count"]
    assert reposts.max() > 30
    assert reposts.median() <= 2


def test_people_sleep(null: pl.DataFrame) -> None:
    for language, low, high in (("zh", 17, 22), ("fr", 2, 5)):
        hours = null.filter(language=language)["created_at"].dt.hour()
        night = hours.is_between(low, high).mean() / (high - low + 1)
        assert night < 0.7 / 24, language


def test_words_repeat_as_on_a_real_night(null: pl.DataFrame) -> None:
    """Of the boxing night's posts one in ten is the same as another account's once marks, links and names are gone."""
    own = null.filter(~pl.col("is_repost") & pl.col("in_reply_to_post_id").is_null()).with_columns(
        pl.col("text").str.replace_all(r"https?\S+|@\w+:?", "").str.to_lowercase().str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars().alias("plain")
    )  # fmt: skip
    shared = (
        own.filter(pl.col("plain") != "").group_by("plain").agg(pl.len(), pl.col("author_id").n_unique().alias("by"))
    )
    assert 0.05 < shared.filter(pl.col("by") > 1)["len"].sum() / own.height < 0.2


def test_most_reposts_come_within_hours_and_a_few_at_once(null: pl.DataFrame) -> None:
    said = null.select(pl.col("post_id").alias("repost_of_post_id"), pl.col("created_at").alias("said"))
    lag = null.join(said, on="repost_of_post_id").select((pl.col("created_at") - pl.col("said")).dt.total_seconds())[
        :, 0
    ]
    assert 0.5 * 3600 < lag.median() < 8 * 3600
    assert 0 < (lag <= 60).mean() < 0.05
