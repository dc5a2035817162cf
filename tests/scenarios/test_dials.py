"""The dials do what they say, and say so when they are turned too far."""

from itertools import pairwise

import polars as pl
import pytest

import scenarios

SIZE = 0.25


def uid(frame: pl.DataFrame, id_: str) -> pl.Series:
    return frame.select(pl.format("{}:{}", "platform", id_).alias("uid"))["uid"]


def planted(world: scenarios.World) -> pl.DataFrame:
    posts = world.tables["posts"]
    made = {post for one in world.truth.operations for post in one.posts}
    return posts.filter(uid(posts, "post_id").is_in(list(made)))


@pytest.mark.parametrize("share", [0.16, 0.48, 1.0])
def test_participation_is_the_share_of_occasions_each_member_takes_part_in(share: float) -> None:
    world = scenarios.build("coaction", 5, participation=share, size=SIZE)
    counts = planted(world).group_by("author_id").len()["len"]
    assert set(counts) == {round(share * 25)}


@pytest.mark.parametrize("noise", [0.0, 0.3, 0.7])
def test_noise_is_the_share_of_ordinary_posts(noise: float) -> None:
    world = scenarios.build("coaction", 5, noise=noise, size=SIZE)
    posts = world.tables["posts"]
    own = posts.filter(uid(posts, "author_id").is_in(list(world.truth.members))).height
    # Members also take part in the news of the day, as everybody does.
    assert 1 - planted(world).height / own == pytest.approx(noise, abs=0.12)


def tokens(text: str, language: str) -> frozenset[str]:
    plain = "".join(char.lower() if char.isalpha() or char == " " else "" for char in text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) if language == "zh" else frozenset(plain.split())


@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_rewriting_goes_from_the_same_words_to_the_rare_phrases_alone(language: str) -> None:
    alike = []
    for level in (0.0, 0.3, 0.7):
        world = scenarios.build("copypasta", 5, rewriting=level, language=language, size=SIZE)
        texts = dict(zip(uid(world.tables["posts"], "post_id"), world.tables["posts"]["text"], strict=True))
        families: dict[str, list[frozenset[str]]] = {}
        for post, family in world.truth.families.items():
            families.setdefault(family, []).append(tokens(texts[post], language))
        pairs = [(one, other) for found in families.values() for one, other in pairwise(found)]
        alike.append(sum(len(a & b) / len(a | b) for a, b in pairs) / len(pairs))
    assert alike[0] == 1.0
    assert 0.6 < alike[1] < 0.98  # pairs of characters, in Chinese, change faster than words
    assert 0.25 < alike[2] < 0.65


def test_size_scales_the_background_and_leaves_the_operation() -> None:
    small, large = (scenarios.build("coaction", 5, size=size) for size in (0.25, 1.0))
    assert large.tables["accounts"].height == pytest.approx(4 * small.tables["accounts"].height, rel=0.1)
    assert [len(one.members) for one in small.truth.operations] == [len(one.members) for one in large.truth.operations]


def test_language_is_that_of_the_operation() -> None:
    for language in ("en", "fr", "zh"):
        assert set(planted(scenarios.build("copypasta", 5, language=language, size=SIZE))["language"]) == {language}


def test_the_other_side_is_named_in_the_other_sides_operation() -> None:
    texts = {side: " ".join(planted(scenarios.build("coaction", 5, side=side, size=SIZE))["text"]) for side in "ab"}
    assert texts["a"].count("HarbourNow") == texts["b"].count("MeadowFirst") > 0
    assert texts["a"] != texts["b"]


@pytest.mark.parametrize(
    ("turned", "said"),
    [
        ({"name": "nothing"}, "There is no scenario 'nothing'"),
        ({"side": "c"}, "side is 'c'; it must be one of a, b"),
        ({"language": "de"}, "language is 'de'; it must be one of en, fr, zh"),
        ({"noise": 1.2}, "noise is 1.2; it must lie between 0 and 1"),
        ({"size": 0.0}, "size is 0.0; it must be above 0"),
    ],
)
def test_a_dial_turned_wrong_is_said_in_a_sentence(turned: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        scenarios.build(**({"name": "null"} | turned))  # type: ignore[arg-type]
