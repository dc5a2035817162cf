"""The prefix-filter join against comparing everything with everything."""

import random
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.texts import neardup
from detectors.texts.neardup import collapse, components, connected, pairs
from detectors.texts.text import normal_frame, tokens_frame


def _frame(texts: list[set[str]]) -> pl.DataFrame:
    rows = [(i, token) for i, text in enumerate(texts) for token in text]
    return pl.DataFrame(rows, schema={"text": pl.UInt32, "token": pl.String}, orient="row")


def _brute(sets: dict[int, frozenset[int]], up: int, down: int) -> list[tuple[int, int, int]]:
    found = []
    for (a, one), (b, other) in combinations(sorted(sets.items()), 2):
        overlap = len(one & other)
        if down * overlap >= up * len(one | other):
            found.append((a, b, overlap))
    return found


def _as_sets(frame: pl.DataFrame) -> dict[int, frozenset[int]]:
    lists = frame.group_by("set").agg("token")
    return {number: frozenset(tokens) for number, tokens in lists.rows()}


@given(
    st.lists(st.sets(st.sampled_from("abcdefghijkl"), max_size=12), max_size=40),
    st.sampled_from([(4, 5), (1, 2), (2, 3), (9, 10), (1, 1), (1, 5)]),
)
@settings(max_examples=300, deadline=None)
def test_pairs_are_exactly_those_of_brute_force(texts: list[set[str]], threshold: tuple[int, int]) -> None:
    sets, of, _ = collapse(_frame(texts), len(texts))
    assert pairs(sets, threshold).rows() == _brute(_as_sets(sets), *threshold)
    assert (
        connected(sets, threshold).tolist()
        == components(pairs(sets, threshold), of.n_unique() - of.has_nulls()).tolist()
    )
    assert [number is None for number in of.to_list()] == [not text for text in texts]


def test_a_pair_exactly_at_the_threshold_counts_and_one_below_does_not() -> None:
    four_of_five = [set("abcd"), set("abcde")]  # 4/5
    below = [set("abcdefghi"), set("abcdefgxyhi") - {"i"}]  # 8/11
    for size in range(4, 60, 4):  # size/(size + size/4) is exactly 4/5
        base = [f"w{i}" for i in range(size + size // 4)]
        sets, _, _ = collapse(_frame([set(base), set(base[:size])]), 2)
        assert pairs(sets).height == 1
    assert pairs(collapse(_frame(four_of_five), 2)[0])["overlap"].to_list() == [4]
    assert pairs(collapse(_frame(below), 2)[0]).height == 0


def test_variants_of_one_template_are_connected_without_their_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    template = [f"w{i}" for i in range(12)]
    texts = [{*template, f"name{i}"} for i in range(2_000)]
    sets, _, _ = collapse(_frame(texts), len(texts))
    compared = []
    whole = neardup._overlaps
    monkeypatch.setattr(neardup, "_overlaps", lambda a, *rest: compared.append(len(a)) or whole(a, *rest))
    assert set(connected(sets).tolist()) == {0}
    assert sum(compared) <= 4_000 < 2_000 * 1_999 // 2


def test_small_parts_give_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    picked = random.Random(3)
    texts = [set(picked.sample("abcdefghijklmno", picked.randint(4, 12))) for _ in range(120)]
    sets, _, _ = collapse(_frame(texts), len(texts))
    whole = pairs(sets, (2, 3)).rows()
    monkeypatch.setattr(neardup, "_CANDIDATES", 7)
    monkeypatch.setattr(neardup, "_WORDS", 5)
    assert connected(sets, (2, 3)).tolist() == components(pairs(sets, (2, 3)), len(texts)).tolist()
    assert pairs(sets, (2, 3)).rows() == whole == _brute(_as_sets(sets), 2, 3)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_components_are_the_smallest_number_reachable(edges: list[tuple[int, int]]) -> None:
    expected = list(range(30))
    for _ in range(30):
        for a, b in edges:
            expected[a] = expected[b] = min(expected[a], expected[b])
    frame = pl.DataFrame(edges, schema={"a": pl.UInt32, "b": pl.UInt32}, orient="row")
    assert components(frame, 30).tolist() == expected


def test_row_order_changes_nothing() -> None:
    texts = [set("abcde"), set("abcdef"), set("uvwxyz"), set("abcde"), set("uvwxy")]
    frame = _frame(texts)
    one, of_one, names = collapse(frame, 5)
    other, of_other, renames = collapse(frame.sample(fraction=1, shuffle=True, seed=5), 5)
    assert one.equals(other)
    assert names.equals(renames)
    assert of_one.to_list() == of_other.to_list()


def test_real_posts_recall_and_precision_are_one(data: Path) -> None:
    """3,000 real posts here; benchmarks/neardup.py compares 20,000."""
    posts = pl.read_csv(data / "ira" / "posts_2015-10-01_2015-12-05.csv.gz", columns=["content"], infer_schema=False)
    texts = posts["content"].drop_nulls().unique(maintain_order=True).head(3000)
    normal = normal_frame(texts)["normal"]
    sets, _, _ = collapse(tokens_frame(normal), len(normal))
    expected = _brute(_as_sets(sets), 4, 5)
    assert len(expected) > 10
    assert pairs(sets).rows() == expected
