"""Co-action: what counts as an action, which pairs are linked, which groups are found, and that nothing else matters."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from referencing import Registry, Resource

from detectors.base import OUTPUTS, Detection, no_progress
from detectors.coaction import DETECTOR
from detectors.groups.actions import actions
from detectors.run import run
from records.store import in_memory

ROOT = Path(__file__).parents[2]
START = datetime(2024, 3, 4, 8, tzinfo=UTC)


def detect(rows: dict[str, Any], **parameters: Any) -> Detection:
    return run(in_memory(rows), [DETECTOR], {"coaction": {**DETECTOR.defaults(), **parameters}}, 7, no_progress)


def post(author: str, number: int, seconds: float = 0, **fields: Any) -> dict[str, Any]:
    return {
        "platform": "x",
        "post_id": f"{author}-{number}",
        "author_id": author,
        "created_at": START + timedelta(hours=3 * number, seconds=seconds),
        **fields,
    }


def ring(field: str, times: int, *, apart: float = 5, authors: str = "abcde", **fields: Any) -> list[dict[str, Any]]:
    """Each of `authors` uses thing 0, 1, ... some seconds after the one before."""
    return [
        post(author, number, apart * place, **{field: [f"thing{number}"]}, **fields)
        for number in range(times)
        for place, author in enumerate(authors)
    ]


def crowd(count: int = 200, each: int = 3, things: int = 60) -> list[dict[str, Any]]:
    """Bystanders who use some of sixty other things, everyone in their own time: what a ring is held against."""
    dice = random.Random(4)
    return [
        post(f"bystander{number}", place, dice.random() * 86_400, urls=[f"https://example.org/{dice.randrange(things)}"],
             hashtags=[f"other{dice.randrange(things)}"], objects=[f"card{dice.randrange(things)}"],
             mentions=[f"somebody{dice.randrange(things)}"])
        for number in range(count) for place in range(each)
    ] + [
        post(f"bystander{number}", 100 + place, dice.random() * 86_400, repost_of_post_id=f"other-{dice.randrange(things)}")
        for number in range(count) for place in range(each)
    ]  # fmt: skip


def members(detection: Detection) -> list[list[str]]:
    return [sorted(member["id"] for member in finding.members) for finding in detection.findings]


def seen(rows: list[dict[str, Any]], **tables: Any) -> set[tuple[str, str, str]]:
    """(layer, object, actor) of every action."""
    return set(
        actions(in_memory({"posts": rows, **tables}), domains=True).actions.select("layer", "object", "actor").rows()
    )


def test_what_a_post_shares_becomes_actions() -> None:
    rows = [
        post("a", 1, urls=["https://News.example.com/x?utm_source=q", "https://news.example.com/x"]),
        post("a", 2, hashtags=["#Vote", "vote", "VOTE"], mentions=["@b"]),
        post("a", 3, hashtags=["1a", "2a", "3a", "4a", "5a"]),
        post("a", 4, media_hashes=["FF00"], objects=["hashtag:z", "card:9", "link:http://E.com"]),
        post("a", 5, in_reply_to_post_id="b-1"),
        post("b", 1, mentions=["b"], in_reply_to_post_id="b-0", in_reply_to_account_id="b"),
    ]
    assert seen(rows) == {
        ("link", "https://news.example.com/x", "x:a"), ("domain", "example.com", "x:a"), ("hashtag", "vote", "x:a"),
        ("mention", "x:b", "x:a"), *(("hashtag", f"{n}a", "x:a") for n in range(1, 6)),
        ("hashtag_sequence", "1a 2a 3a 4a 5a", "x:a"), ("media", "ff00", "x:a"), ("hashtag", "z", "x:a"),
        ("object", "card:9", "x:a"), ("link", "http://e.com/", "x:a"), ("domain", "e.com", "x:a"),
        ("reply", "x:b-1", "x:a"),
    }  # fmt: skip


def test_a_repost_counts_as_one_and_its_links_are_its_original_s() -> None:
    rows = [
        post("s", 1, urls=["https://s.example/1"]),
        post("a", 1, 60, repost_of_post_id="s-1", urls=["https://s.example/1"]),
    ]
    assert seen(rows) == {
        ("link", "https://s.example/1", "x:s"), ("domain", "s.example", "x:s"), ("repost", "x:s-1", "x:a"),
    }  # fmt: skip


def test_fast_reposts_need_ten_seconds_and_a_second_time() -> None:
    originals = [post("s", number) for number in range(4)]
    quick = [post("a", n, 10, repost_of_post_id=f"s-{n}") for n in (0, 1)]
    once = [post("b", 0, 3, repost_of_post_id="s-0"), post("b", 1, 11, repost_of_post_id="s-1")]
    vague = [post("c", n, 3, repost_of_post_id=f"s-{n}", time_precision="minute") for n in (0, 1)]
    fast = {row for row in seen([*originals, *quick, *once, *vague]) if row[0] == "fast_repost"}
    assert fast == {("fast_repost", "x:s-0", "x:a"), ("fast_repost", "x:s-1", "x:a")}


def test_an_outlet_s_page_that_links_to_its_own_site_is_no_amplifier() -> None:
    rows = [
        post("page", 1, author_kind="page", urls=["https://www.daily.example/a", "https://other.example/"]),
        post("reader", 1, urls=["https://www.daily.example/a"]),
    ]
    pages = [{"platform": "x", "page_id": "page", "outlet_id": "d"}]
    outlets = [{"outlet_id": "d", "domain": "daily.example"}]
    links = {row[1:] for row in seen(rows, pages=pages, outlets=outlets) if row[0] == "link"}
    assert links == {("https://www.daily.example/a", "x:reader"), ("https://other.example/", "x:page")}


@pytest.mark.parametrize(
    ("field", "layer"), [("urls", "link"), ("hashtags", "hashtag"), ("mentions", "mention"), ("objects", "object")]
)
def test_a_ring_is_found_in_every_layer_with_its_windows(field: str, layer: str) -> None:
    detection = detect({"posts": [*ring(field, 6), *crowd()]})
    (finding,) = detection.findings
    assert members(detection) == [list("abcde")]
    assert (finding.outcome, finding.reasons, finding.layers) == ("unexplained", ["single_layer"], [layer])
    assert finding.unmet == ["two_signs", "deception_sign"]
    # Five used each of six objects: 24 meetings were possible. Five seconds apart each: within ten seconds of one are
    # the next and the one after it, seven of ten pairs; within a minute all.
    assert {row["window_seconds"]: row["observed"] for row in finding.windows} == {10: 16.8, 60: 24, 300: 24, 3600: 24}
    assert {row["window_seconds"]: row["passed"] for row in finding.tests["synchrony"]} == {
        10: True, 60: True, 300: True, 3600: True,
    }  # fmt: skip
    links = detection.tables["links"].filter(pl.col("window_seconds") == 60)
    assert links.columns == list(OUTPUTS["links"])
    assert links.select("source", "target", "layer", "weight", "mean_time_delta").row(0) == (
        "x:a", "x:b", layer, 6, 5.0,
    )  # fmt: skip
    assert links.select("expected", "z", "q").null_count().row(0) == (0, 0, 0)
    assert links["q"].max() < 0.05


def test_the_same_sharing_at_any_hour_is_an_audience() -> None:
    dice = random.Random(9)
    rows = [
        post(author, number, dice.random() * 5 * 86_400, urls=[f"https://podcast.example/{number}"])
        for number in range(16)
        for author in "abcdefgh"
    ]
    (finding,) = detect({"posts": [*rows, *crowd(each=16, things=400)]}).findings
    assert sorted(member["id"] for member in finding.members) == list("abcdefgh")
    assert (finding.title_code, finding.outcome) == ("coaction.audience", "undetermined")
    assert finding.reasons == ["below_floor", "single_layer"]
    assert finding.tests["group"]["passed"]
    assert not any(row["passed"] for row in finding.tests["synchrony"])


def test_two_objects_in_common_are_too_few() -> None:
    assert detect({"posts": [*ring("urls", 2), *crowd()]}).findings == []


def test_many_tags_in_one_post_copied_once_are_one_meeting() -> None:
    tags = [f"tag{number}" for number in range(9)]
    rows = [post(author, 0, place, hashtags=tags) for place, author in enumerate("abcdefgh")]
    assert detect({"posts": [*rows, *crowd()]}).findings == []


def test_what_makes_everybody_act_at_once_makes_no_group() -> None:
    """Sixty accounts of 260 use a tag in the minute after each of nine goals; any six of them do so together."""
    dice = random.Random(3)
    rows = [
        post(f"fan{fan}", goal, dice.random() * 60, hashtags=[f"goal{goal}"])
        for goal in range(9)
        for fan in dice.sample(range(60), 40)
    ]
    detection = detect({"posts": [*rows, *crowd()]})
    assert [
        finding for finding in detection.findings if finding.outcome == "unexplained" and len(finding.members) < 40
    ] == []
    assert {row[1] for row in detection.tables["hubs"].rows()} == {f"goal{n}" for n in range(9)}


def test_times_known_to_the_minute_support_no_window_of_ten_seconds() -> None:
    detection = detect({"posts": [*ring("urls", 6, apart=0, time_precision="minute"), *crowd()]})
    (finding,) = detection.findings
    assert finding.reasons == ["time_precision", "single_layer"]
    assert [row["window_seconds"] for row in finding.windows] == [60, 300, 3600]
    assert finding.evidence["windows_left_out"] == [{"window_seconds": 10, "reason": "time_precision"}]


def test_layers_of_the_same_accounts_are_one_finding() -> None:
    rows = ring("urls", 6)
    for row in rows:
        row["hashtags"] = [f"tag{row['post_id'].split('-')[1]}"]
    (finding,) = detect({"posts": [*rows, *crowd()]}).findings
    assert sorted(finding.layers) == ["hashtag", "link"]
    assert finding.signs == ["coaction"]  # the same posts: one sign


def test_reposts_beside_links_are_a_second_sign() -> None:
    originals = [post("star", 100 + number) for number in range(7)]
    reposts = [
        post(author, 100 + number, 3_000 + 5 * place, repost_of_post_id=f"star-{100 + number}")
        for number in range(7)
        for place, author in enumerate("abcde")
    ]
    (finding,) = detect({"posts": [*ring("urls", 7), *originals, *reposts, *crowd()]}).findings
    assert finding.signs == ["coaction", "repost"]
    assert finding.unmet == ["deception_sign"]


def test_authors_of_reposted_posts_are_sources_and_not_members() -> None:
    originals = [post("star", number) for number in range(6)]
    reposts = [
        post(author, number, 60 + place, repost_of_post_id=f"star-{number}")
        for number in range(6)
        for place, author in enumerate("abcd")
    ]
    (finding,) = detect({"posts": [*originals, *reposts, *crowd()]}).findings
    assert sorted(member["id"] for member in finding.members) == list("abcd")
    assert finding.evidence["sources"] == [{"account": "x:star", "objects": 6, "accounts": 4}]


def test_evidence_is_bounded_and_says_how_much_there_is() -> None:
    (finding,) = detect({"posts": [*ring("urls", 40), *crowd()]}, evidence_posts=50).findings
    assert (len(finding.posts), finding.evidence["posts_total"], finding.evidence["objects_total"]) == (50, 200, 40)
    (layer,) = finding.evidence["layers"]
    assert (layer["objects_total"], len(layer["objects"])) == (40, 25)
    first = layer["objects"][0]
    assert (first["accounts"], first["accounts_in_data"], first["posts_total"]) == (5, 5, 5)
    assert [item["post_id"][0] for item in first["posts"]] == list("abcde")


def noise(seed: int) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    return [
        post(f"n{dice.randrange(60)}", 1000 + number, dice.random() * 86400, hashtags=[f"t{dice.randrange(40)}"])
        for number in range(1500)
    ]


def test_order_of_rows_changes_nothing() -> None:
    rows = [*ring("urls", 8), *ring("hashtags", 8, apart=20, authors="fghij"), *noise(1), *crowd()]
    for number, row in enumerate(rows):  # rings of one author's number would share ids
        row["post_id"] += f"-{number}"
    outcomes = set()
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        detection = detect({"posts": rows})
        links, hubs = (detection.tables[name].write_csv() for name in ("links", "hubs"))
        documents = [finding.to_json() for finding in detection.findings]
        outcomes.add((json.dumps(documents), links, hubs))
    assert len(outcomes) == 1
    assert len(documents) == 2


def test_no_posts_no_findings() -> None:
    detection = detect({})
    assert detection.findings == []
    assert {name: table.height for name, table in detection.tables.items()} == dict.fromkeys(OUTPUTS, 0)


def validate(findings: list[Any]) -> None:
    schemas = [json.loads(path.read_text()) for path in sorted((ROOT / "docs" / "schemas").glob("*.schema.json"))]
    registry: Registry[Any] = Registry().with_resources(
        [(schema["$id"], Resource.from_contents(schema)) for schema in schemas]
    )
    whole, typed = (
        next(schema for schema in schemas if schema["$id"].startswith(f"urn:murmuration:schema:{name}:"))
        for name in ("finding", "evidence-coaction")
    )
    for finding in findings:
        document = json.loads(json.dumps(finding.to_json()))
        jsonschema.Draft202012Validator(whole, registry=registry).validate(document)
        jsonschema.Draft202012Validator(typed, registry=registry).validate(document["evidence"])


def test_findings_follow_the_published_schema() -> None:
    detection = detect(dict(DETECTOR.hit))
    assert members(detection) == [["ada", "ben", "cem", "dua", "eve"]]
    assert detect(dict(DETECTOR.miss)).findings == []
    validate(detection.findings)


def test_ordinary_people_on_a_boxing_night_are_in_no_finding() -> None:
    from loaders import found

    night = pl.read_csv(
        ROOT / "data" / "mayweather" / "tweets_pseudonymised.csv", infer_schema=False, truncate_ragged_lines=True
    ).drop_nulls("id")
    posts = night.select(
        pl.lit("x").alias("platform"),
        pl.col("id").alias("post_id"),
        pl.col("screen_name").alias("author_id"),
        pl.col("created_at").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC", strict=False),
        found.urls(night["text"]).alias("urls"),
        found.hashtags(night["text"]).alias("hashtags"),
        found.mentions(night["text"]).alias("mentions"),
    ).drop_nulls("created_at")
    assert posts.height > 12_000
    detection = detect({"posts": posts})
    assert detection.findings == []
    assert "mayweathervmcgregor" in detection.tables["hubs"]["object"]


@pytest.mark.slow
def test_the_agency_s_accounts_fall_into_groups_of_one_kind() -> None:
    from loaders import found

    folder = ROOT / "data" / "ira"
    table = pl.read_csv(folder / "posts_2015-10-01_2015-12-05.csv.gz", infer_schema=False).with_row_index("n")
    text = table["content"].fill_null("")
    posts = table.select(
        pl.lit("x").alias("platform"),
        pl.col("n").cast(pl.String()).alias("post_id"),
        "author_id",
        pl.col("publish_date")
        .str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC")
        .alias("created_at"),
        pl.lit("minute").alias("time_precision"),
        found.urls(text).alias("urls"),
        found.hashtags(text).alias("hashtags"),
        found.mentions(text).alias("mentions"),
    )
    detection = detect({"posts": posts})
    together = [finding for finding in detection.findings if finding.outcome == "unexplained"]
    assert 5 <= len(together) <= 60
    kinds = dict(pl.read_csv(folder / "accounts.csv").select("author_id", "account_category").iter_rows())
    alike, members = 0, 0
    for finding in together:
        counts = Counter(kinds.get(member["id"], "Unknown") for member in finding.members)
        alike, members = alike + max(counts.values()), members + counts.total()
    # The categories are the researchers'; the detector never saw them.
    assert alike >= 0.95 * members
    validate(detection.findings)
