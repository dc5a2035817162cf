"""What the stories say happened is in their worlds, number by number."""

from datetime import datetime, timedelta

import polars as pl
import pytest

import scenarios
from scenarios.clock import DAY, SECOND
from scenarios.office import Office
from scenarios.world import Operation


def with_uids(world: scenarios.World) -> pl.DataFrame:
    return world.tables["posts"].with_columns(
        pl.format("{}:{}", "platform", "post_id").alias("uid"),
        pl.format("{}:{}", "platform", "author_id").alias("author"),
    )


@pytest.fixture(scope="module")
def flood() -> tuple[scenarios.World, Operation, pl.DataFrame]:
    world = scenarios.build("comment_flood", 2, size=0.5)
    return world, world.truth.operations[0], with_uids(world)


def gaps(posts: pl.DataFrame, accounts: list[str]) -> pl.DataFrame:
    """For each account: posts, the longest silence in days, posts before it and after it, median silence."""
    own = posts.filter(pl.col("author").is_in(accounts)).sort("author", "created_at")
    step = pl.col("created_at").diff().dt.total_seconds() / 86_400
    return own.group_by("author", maintain_order=True).agg(
        step.max().alias("longest"),
        step.median().alias("median"),
        step.arg_max().alias("before"),
        (pl.len() - step.arg_max()).alias("after"),
    )


def test_sleepers_slept_half_a_year_and_woke_within_two_weeks(
    flood: tuple[scenarios.World, Operation, pl.DataFrame],
) -> None:
    _, one, posts = flood
    sleepers = [account for account, role in one.members.items() if role == "possible_victim"]
    found = gaps(posts, sleepers)
    assert len(sleepers) == found.height == 60
    assert (found["longest"] >= 180).all()
    assert (found["longest"] >= 10 * found["median"]).all()
    assert (found["before"] >= 20).all()
    assert (found["after"] >= 10).all()
    woke = sorted(datetime.fromisoformat(at) for at in one.extra["woke"])
    assert woke[-1] - woke[0] <= timedelta(days=14)
    assert all(len(changes) >= 3 for changes in one.extra["changes"])


def test_others_slept_as_long_and_come_back_one_by_one(flood: tuple[scenarios.World, Operation, pl.DataFrame]) -> None:
    world, _, posts = flood
    found = gaps(posts, sorted(world.truth.benign["returner"]))
    assert (found["longest"] >= 180).all()


def test_the_flood_keeps_office_hours(flood: tuple[scenarios.World, Operation, pl.DataFrame]) -> None:
    _, one, posts = flood
    replies = posts.filter(pl.col("uid").is_in(list(one.families)))
    desk = Office(one.extra["utc_offset"], one.extra["summer_time"], one.extra["start_hour"], one.extra["split_shift"])
    moments = replies["created_at"].dt.epoch("us")
    local = pl.Series([at / 3.6e9 + desk.offset_at(at) for at in moments]) % 24
    lasts = 8 + (3 if desk.split else 1)
    inside = (local >= desk.start) & (local < desk.start + lasts + 0.5)
    assert inside.mean() > 0.9
    assert replies["created_at"].dt.weekday().is_in([1, 2, 3, 4, 5]).mean() > 0.9
    author = replies.join(posts.select(pl.col("post_id").alias("in_reply_to_post_id"), pl.col("author").alias("to")),
                          on="in_reply_to_post_id")  # fmt: skip
    assert set(author["to"]) <= one.targets


def test_summer_time_moves_an_office_by_an_hour() -> None:
    winter, summer = (
        int(datetime.fromisoformat(day + "T12:00+00:00").timestamp()) * SECOND for day in ("2026-02-02", "2026-07-02")
    )
    assert Office(1.0, True, 9.0, False).offset_at(winter) == 1.0
    assert Office(1.0, True, 9.0, False).offset_at(summer) == 2.0
    assert Office(5.5, False, 9.0, False).offset_at(summer) == 5.5
    assert len(Office(1.0, True, 9.0, False).days(winter // DAY * DAY, 14)) == 10


@pytest.mark.parametrize(("language", "word"), [("en", "buzzing"), ("fr", "énergie"), ("zh", "集会")])
def test_rally_posts_come_from_everywhere_but_there(language: str, word: str) -> None:
    world = scenarios.build("rally_posts", 2, language=language, size=0.5)
    (one,) = world.truth.operations
    posts, accounts = with_uids(world), world.tables["accounts"]
    copies = posts.filter(pl.col("uid").is_in(list(one.families)))
    assert copies.height == 660
    assert copies["text"].str.contains(word).any()
    where = accounts.filter(pl.format("{}:{}", "platform", "account_id").is_in(list(one.members)))["location"]
    assert where.is_not_null().mean() > 0.75
    assert not where.drop_nulls().str.contains(one.extra["region"] + "$").any()
    if language == "en":
        assert "Waikato, New Zealand" in set(where)
    there = posts.filter(pl.col("author").is_in(list(world.truth.benign["attendees"])))
    assert not set(there["uid"]) & one.posts


def test_the_page_grew_as_in_the_story() -> None:
    world = scenarios.build("follower_farm", 2)
    (one,) = world.truth.operations
    page = one.extra["page"].split(":")[1]
    counts = world.tables["metrics"].filter(entity_id=page).sort("observed_at")["followers"].to_list()
    assert counts == [13_000, 287_000, 328_000, 397_000]
    sample = world.tables["follows"].filter(followed_id=page).sort("position")
    farm = sample.select(pl.format("{}:{}", "platform", "follower_id").is_in(list(one.members)))[:, 0]
    assert 0.6 < farm.mean() < 0.85
    others = world.tables["metrics"].filter(pl.col("entity_id") != page).sort("entity_id", "observed_at")
    growth = others.select(pl.col("followers").diff() / pl.col("followers").shift().over("entity_id")).drop_nulls()
    assert world.tables["metrics"]["entity_id"].n_unique() == 14
    assert growth.height > 0
    made = (
        world.tables["accounts"]
        .join(sample.filter(farm), left_on="account_id", right_on="follower_id")
        .sort("position")
    )
    assert made["created_at"].is_sorted() or made["created_at"].dt.date().n_unique() < 40
    assert (made["following"] >= 700).all()
    assert (made["followers"] < 60).all()


def test_a_story_goes_from_paper_to_tabloid_to_video_to_copiers() -> None:
    world = scenarios.build("article_chain", 2)
    (one,) = world.truth.operations
    posts = {row["uid"]: row for row in with_uids(world).iter_rows(named=True)}
    assert {step["story"] for step in one.steps} == set(range(14))
    for step in one.steps:
        post = posts[step["post"]]
        if step["copies"] is None:
            assert post["platform"] == "web"
            continue
        source = posts[step["copies"]]
        assert post["created_at"] > source["created_at"] or step["order"] == "tie"
        assert (post["credited_to"] is not None) == step["credited"]
        if post["platform"] == "douyin":
            assert post["text"] == source["title"]
            assert post["content_type"] == "video"
    first = [posts[step["post"]] for step in one.steps if step["story"] == 0]
    assert sum(post["views"] > 90_000 and post["platform"] == "web" for post in first) == 2
    assert {step["order"] for step in one.steps} == {None, "known", "tie"}
    assert world.tables["ownership"]["grade"].null_count() == 0


def test_engagement_is_three_to_four_times_the_usual_on_two_days() -> None:
    world = scenarios.build("engagement_surge", 2)
    (one,) = world.truth.operations
    own = world.tables["posts"].filter(author_id=one.extra["account"])
    counts = (
        world.tables["metrics"].filter(pl.col("age_hours") == 72).join(own, left_on="entity_id", right_on="post_id")
    )
    surge = counts.filter(
        pl.col("created_at").dt.date().cast(pl.String).is_in(one.extra["dates"]) & (pl.col("interactions") > 80_000)
    )
    usual = counts.filter(pl.col("interactions") < 80_000)
    assert surge.height == 8
    assert surge["interactions"].is_between(85_000, 130_000).all()
    assert usual.height > 150
    assert usual["interactions"].median() == pytest.approx(30_000, rel=0.08)
    moods = {family.split("/")[0] for family in one.families.values()}
    assert moods == {"praise", "blame"}


def test_traps_hold_what_explains_them() -> None:
    profiles = scenarios.build("trap_staff", 2, size=0.3)
    staff = profiles.tables["accounts"].filter(
        pl.format("{}:{}", "platform", "account_id").is_in(list(profiles.truth.benign["staff"]))
    )
    assert staff["description"].str.contains("Harbour Party").all()
    keyword = scenarios.build("trap_keyword_sample", 2).tables["collections"].row(0, named=True)
    assert (keyword["scope"], keyword["complete"]) == ("keyword", "unknown")
    planned = with_uids(scenarios.build("trap_scheduler", 2, size=0.3)).filter(client="Buffer")
    assert (planned["created_at"].dt.minute() == 0).mean() > 0.5
    wire = scenarios.build("trap_wire", 2).tables["posts"]["credited_to"].drop_nulls()
    assert wire.len() > 100
    boost = scenarios.build("trap_paid_boost", 2).tables["posts"].filter(content_type="ad")
    assert boost.height == 6
