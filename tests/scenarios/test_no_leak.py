"""Ids, row order, clients, ages and profiles never tell who belongs to an operation; only what accounts do tells."""

import numpy as np
import polars as pl
import pytest

import scenarios

SEEDS = (11, 12, 13, 14)


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """The chance that a member's score is above another's; .5 says nothing. Ties count half."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    members, others = int(positive.sum()), int((~positive).sum())
    return float((rank[positive].sum() - members * (members + 1) / 2) / (members * others))


def accounts(world: scenarios.World) -> tuple[pl.DataFrame, np.ndarray]:
    frame = world.tables["accounts"].with_row_index("row")
    uid = frame.select(pl.format("{}:{}", "platform", "account_id"))[:, 0]
    return frame, uid.is_in(list(world.truth.members)).to_numpy()


@pytest.mark.parametrize("name", ["coaction", "copypasta", "rally_posts"])
def test_a_simple_classifier_on_form_finds_nothing(name: str) -> None:
    scores: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for seed in SEEDS:
        world = scenarios.build(name, seed, size=0.5)
        frame, member = accounts(world)
        forms = {
            "row": frame["row"],
            "account_id": frame["account_id"].cast(pl.Int64),
            "last digits": frame["account_id"].cast(pl.Int64) % 1000,
            "created_at": frame["created_at"].dt.epoch("us"),
            "handle": frame["handle"].str.len_chars(),
            "digits": frame["handle"].str.count_matches(r"\d"),
            "bio": frame["description"].is_null(),
            "followers": frame["followers"],
            "following": frame["following"],
            "avatar": frame["default_avatar"],
        }
        for form, values in forms.items():
            scores.setdefault(form, []).append((values.cast(pl.Float64).to_numpy(), member))
        posts = world.tables["posts"].with_row_index("row")
        planted = posts.select(pl.format("{}:{}", "platform", "post_id"))[:, 0].is_in(
            [uid for one in world.truth.operations for uid in one.posts]
        )
        number = posts["post_id"].cast(pl.Int64)
        usual = (posts["client"] == "Twitter for iPhone").fill_null(False)
        for form, values in {"post row": posts["row"], "post id": number % 2**22, "client": usual}.items():
            scores.setdefault(form, []).append((values.cast(pl.Float64).to_numpy(), planted.to_numpy()))
    for form, found in scores.items():
        # A few hundred members: chance moves the mean of four seeds by some hundredths.
        assert abs(np.mean([auc(values, member) for values, member in found]) - 0.5) < 0.09, form


def test_members_of_a_farm_are_told_by_their_names_as_in_the_story() -> None:
    frame, member = accounts(scenarios.build("follower_farm", 11))
    assert auc(frame["handle"].str.len_chars().to_numpy(), member) > 0.95
    assert abs(auc(frame["row"].to_numpy(), member) - 0.5) < 0.05
