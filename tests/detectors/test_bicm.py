"""The configuration model: both degrees kept, draws like the model, chance never called significant, planting found."""

import numpy as np
import pytest
from scipy import stats

from detectors.groups import bicm

Uses = tuple[np.ndarray, np.ndarray]
ACTORS, OBJECTS = 800, 2_000


def world(seed: int) -> Uses:
    """Uses with heavy tails on both sides, each once."""
    dice = np.random.default_rng(seed)
    active = dice.lognormal(0, 1.2, ACTORS)
    famous = 1 / np.arange(1, OBJECTS + 1) ** 0.6
    a = dice.choice(ACTORS, 20_000, p=active / active.sum())
    o = dice.choice(OBJECTS, 20_000, p=famous / famous.sum())
    pairs = np.unique(a * OBJECTS + o)
    return pairs // OBJECTS, pairs % OBJECTS


def test_the_model_keeps_both_degrees() -> None:
    a, o = world(1)
    model = bicm.fit(a, o, ACTORS, OBJECTS)
    assert ((model.p >= 0) & (model.p < 1)).all()
    of_actors = (model.p * model.objects).sum(1)[model.actor_class]
    of_objects = (model.actors[:, None] * model.p).sum(0)[model.object_class]
    # Classes above 60 hold degrees within 5 % of each other.
    np.testing.assert_allclose(of_actors, np.bincount(a, minlength=ACTORS), rtol=0.05, atol=1e-6)
    np.testing.assert_allclose(of_objects, np.bincount(o, minlength=OBJECTS), rtol=0.05, atol=1e-6)


def test_draws_are_worlds_of_the_model() -> None:
    a, o = world(2)
    model = bicm.fit(a, o, ACTORS, OBJECTS)
    dice = np.random.default_rng(5)
    uses, common = [], []
    for _ in range(20):
        drawn_a, drawn_o = model.draw(dice)
        assert len(np.unique(drawn_a * OBJECTS + drawn_o)) == len(drawn_a)
        uses.append(len(drawn_a))
        common.append(bicm.shared(drawn_a, drawn_o, ACTORS, OBJECTS, least=1)[2].sum())
    assert np.mean(uses) == pytest.approx(len(a), rel=0.02)
    expected = model.expected()
    pairs = (expected * np.outer(model.actors, model.actors)).sum() - (np.diag(expected) * model.actors).sum()
    assert np.mean(common) == pytest.approx(pairs / 2, rel=0.05)


def test_chance_is_never_significant_and_a_planted_group_is() -> None:
    tests = ACTORS * (ACTORS - 1) / 2
    loud = 0
    for seed in range(10):
        a, o = world(seed)
        kept = np.bincount(o, minlength=OBJECTS)[o] <= 30
        a, o = a[kept], o[kept]
        model = bicm.fit(a, o, ACTORS, OBJECTS)
        drawn_a, drawn_o = model.draw(np.random.default_rng(seed))
        s, d, count = bicm.shared(drawn_a, drawn_o, ACTORS, OBJECTS)
        surprise = bicm.surprise(count, model.expected()[model.actor_class[s], model.actor_class[d]])
        loud += bool((surprise >= np.log10(tests / 0.01)).any())
    assert loud == 0
    dice = np.random.default_rng(0)
    group = dice.choice(ACTORS, 12, replace=False)
    planted = [(actor, OBJECTS + thing) for thing in range(15) for actor in group[dice.random(12) < 0.6]]
    a = np.concatenate([a, [actor for actor, _ in planted]])
    o = np.concatenate([o, [thing for _, thing in planted]])
    model = bicm.fit(a, o, ACTORS, OBJECTS + 15)
    s, d, count = bicm.shared(a, o, ACTORS, OBJECTS + 15)
    surprise = bicm.surprise(count, model.expected()[model.actor_class[s], model.actor_class[d]])
    sure = surprise >= np.log10(tests / 0.01)
    tied = set(s[sure]) | set(d[sure])
    assert tied <= set(group)
    assert len(tied) >= 6


def test_shared_counts_what_two_have_in_common() -> None:
    a, o = world(3)
    table = np.zeros((ACTORS, OBJECTS), dtype=np.int64)
    table[a, o] = 1
    common = table @ table.T
    s, d, count = bicm.shared(a, o, ACTORS, OBJECTS)
    assert (s < d).all()
    assert (common[s, d] == count).all()
    assert len(s) == (np.triu(common, 1) >= 2).sum()


def test_surprise_is_the_poisson_tail() -> None:
    count, expected = np.array([0, 1, 3, 8]), np.array([0.5, 0.5, 0.1, 2.0])
    right = -np.log10(stats.poisson.sf(count - 1, expected))
    np.testing.assert_allclose(bicm.surprise(count, expected), right, atol=1e-9)


def test_benjamini_and_hochberg() -> None:
    # p .001, .02, .03 of ten tests at .1: only the first is below its step (.01, .02, .03), the third meets its own.
    assert bicm.significant(-np.log10([0.001, 0.02, 0.03]), 10, 0.1) == pytest.approx(-np.log10(0.03))
    assert bicm.significant(-np.log10([0.001, 0.03, 0.04]), 10, 0.1) == pytest.approx(-np.log10(0.001))
    assert bicm.significant(np.array([]), 10, 0.1) == float("inf")
