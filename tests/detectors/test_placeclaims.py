"""Claimed against known places: what a claim is, where it lies, who is elsewhere, and who is only travelling."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import scenarios
from detectors import detectors
from detectors.base import Detection, no_progress
from detectors.copypasta import places
from detectors.run import run
from records.store import in_memory

START = datetime(2026, 3, 3, 23, tzinfo=UTC)


def known(*locations: str) -> places.Context:
    return places.context(
        in_memory(
            {"accounts": [{"platform": "x", "account_id": str(n), "location": at} for n, at in enumerate(locations)]}
        )
    )


@pytest.mark.parametrize(
    ("text", "witness"),
    [
        ("Just got back from the rally in Fallowmere and wow", True),
        ("still buzzing, what a crowd tonight, our little town", True),
        ("De retour du meeting de Fallowmere, sans voix", True),
        ("la foule ce soir, on n'avait jamais vu ça", True),
        ("刚从镇上的集会回来，太热闹了", True),
        ("今晚礼堂里人真多", True),
        ("The rally in Fallowmere drew 400, police say", False),
        ("Fallowmere council votes on the bridge", False),
        ("Le conseil de Fallowmere vote demain", False),
        ("镇议会表决大桥预算", False),
    ],
)
def test_who_speaks_as_a_witness(text: str, witness: bool) -> None:
    assert places.speaks_as_witness(text) is witness


def test_a_place_too_small_for_the_gazetteer_is_known_from_the_case() -> None:
    case = known("Fallowmere, Ontario", "Fallowmere, Ontario", "Leeds, UK")
    name, place = places.claim(["home from the Fallowmere rally", "back from Fallowmere, what a night"], case) or (
        "",
        None,
    )
    assert (name, place and (place.country, place.region)) == ("fallowmere", ("CA", "Ontario"))
    assert places.claim(["home from the Hollowford rally", "back from Hollowford, what a night"], case) is None


def test_a_large_place_is_known_where_a_place_stands_and_people_are_not_towns() -> None:
    nobody = known("Leeds, UK")
    found = places.claim(["just got back from Winnipeg, what a rally", "home from Winnipeg, wow"], nobody)
    assert found is not None
    assert (found[0], found[1].country) == ("winnipeg", "CA")
    for texts in (
        ["back from the rally, Sydney spoke so well", "home again, Sydney was on fire tonight"],
        ["back from Sydney Marsh's rally", "home from Sydney Marsh's evening, wow"],
        ["back from Sydney's rally tonight", "home from Sydney's rally, wow"],
    ):
        assert places.claim(texts, nobody) is None


@pytest.mark.parametrize(
    ("home", "elsewhere"),
    [("Leeds, UK", True), ("Sudbury, Ontario", False), ("Ontario", False), ("Canada", False), ("Vancouver, BC", False)],
)
def test_elsewhere_is_another_country_or_far_away(home: str, elsewhere: bool) -> None:
    claimed = known("Fallowmere, Ontario").homes["x:0"]
    assert places.conflict(claimed, known(home).homes["x:0"]) is elsewhere


def test_far_within_a_country_is_elsewhere_where_both_are_points() -> None:
    toronto = known("Toronto, Ontario").homes["x:0"]
    assert places.conflict(toronto, known("Vancouver, BC").homes["x:0"])
    assert not places.conflict(toronto, known("Hamilton, Ontario").homes["x:0"])


def rally(homes: list[str | None], witnesses: list[str] = []) -> Detection:  # noqa: B006 - never changed
    """The same words about Fallowmere from accounts with these homes; witnesses in words of their own; everyday posts."""
    same = "Just got back from the Lantern rally in Fallowmere and I am still buzzing from the energy of that room"
    rows: list[dict[str, Any]] = []
    people = [("m", n, home) for n, home in enumerate(homes)] + [("w", n, home) for n, home in enumerate(witnesses)]
    said = (
        "we froze in the hall in Fallowmere",
        "i left the Fallowmere rally early, meh",
        "our bus back from Fallowmere was late",
    )
    for number, (kind, n, _) in enumerate(people):
        text = same + "!" * (n % 3) if kind == "m" else f"{said[n % 3]}, {'abcdefghij'[n % 10] * 4} said {n}"
        rows.append({"author_id": f"{kind}{n}", "created_at": START + timedelta(minutes=number), "text": text})
    everyday = ("The bakery is closed until Thursday", "Finally repainted the kitchen", "Does anybody remember that film",
                "Our tomatoes are ripe early", "Looking for a bicycle for my daughter", "Train cancelled again")  # fmt: skip
    for n in range(120):
        at = START - timedelta(days=14) + timedelta(hours=3 * n)
        rows.append({"author_id": f"n{n % 30}", "created_at": at, "text": f"{everyday[n % 6]} {n * 7}"})
    posts = [{"platform": "x", "post_id": f"p{n}", **row} for n, row in enumerate(rows)]
    accounts = [{"platform": "x", "account_id": f"{kind}{n}", "location": home} for kind, n, home in people if home]
    accounts += [{"platform": "x", "account_id": f"n{n}", "location": "Fallowmere, Ontario"} for n in range(3)]
    copypasta = detectors()["copypasta"]
    records = in_memory({"posts": posts, "accounts": accounts})
    return run(records, [copypasta], {"copypasta": copypasta.defaults()}, 1, no_progress)


FAR = [
    "Waikato, New Zealand",
    "Lagos, Nigeria",
    "Manila, Philippines",
    "Leeds, UK",
    "Dublin, Ireland",
    "Nairobi, Kenya",
]


def test_the_same_words_from_all_over_the_world_conflict_with_their_places() -> None:
    (finding,) = rally([*FAR, *FAR, None]).findings
    assert finding.signs == ["text", "place"]
    (deception,) = finding.tests["deception"]
    (family,) = deception["evidence"]
    assert (deception["code"], family["claimed"], family["compared"], family["conflicts"]) == (
        "place_conflict", "Fallowmere, Ontario", 12, 12,
    )  # fmt: skip
    rows = {row["id"]: (row["claimed"], row["known"], row["known_from"]) for row in finding.evidence["places"]}
    assert rows["m0"] == ("fallowmere", "Waikato, New Zealand", "profile")
    assert set(rows) == {f"m{n}" for n in range(12)}


def test_people_of_the_region_and_a_traveller_among_them_do_not() -> None:
    near = ["Sudbury, Ontario", "Fallowmere, Ontario", "Toronto, Ontario", "Ontario"]
    for homes in (near * 3, [*near * 2, "Leeds, UK", "Dublin, Ireland"]):
        for finding in rally(homes).findings:
            assert "place" not in finding.signs
            assert "places" not in finding.evidence
            assert not finding.tests.get("deception")


def test_where_everybody_comes_from_afar_coming_from_afar_says_nothing() -> None:
    quiet = rally([*FAR, *FAR], witnesses=FAR * 3)
    assert all("place" not in finding.signs for finding in quiet.findings)
    assert all("place" in finding.signs for finding in rally([*FAR, *FAR], ["Ontario"] * 18).findings)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "side"), [("en", "a"), ("fr", "b"), ("zh", "a")])
def test_the_rally_posts_meet_every_gate_and_each_gate_counts(language: str, side: str) -> None:
    world = scenarios.build("rally_posts", 511, participation=0.4, language=language, side=side, size=0.5)
    copypasta = detectors()["copypasta"]

    def judged(tables: dict[str, pl.DataFrame]) -> list[Any]:
        return run(in_memory(tables), [copypasta], {"copypasta": copypasta.defaults()}, 1, no_progress).findings

    found = judged(world.tables)
    met = [one for one in found if one.meets_deceptive]
    assert met
    claimed = {f"{row['platform']}:{row['id']}" for one in found for row in one.evidence.get("places", [])}
    assert len(claimed & world.truth.members) >= 0.95 * len(claimed)
    flagged = {uid for one in found if one.outcome == "unexplained" for uid in one.member_ids()}
    assert not flagged & world.truth.benign["attendees"]
    assert not flagged & world.truth.benign["travellers"]
    # Without places the sign of deception is gone, and with it the second sign.
    blank = pl.lit(None, dtype=pl.String).alias("location")
    without = {
        name: frame.with_columns(blank) if "location" in frame.columns else frame
        for name, frame in world.tables.items()
    }
    for one in judged(without):
        assert not one.meets_deceptive
        if one.outcome == "unexplained":
            assert {"two_signs", "deception_sign"} <= set(one.unmet)
