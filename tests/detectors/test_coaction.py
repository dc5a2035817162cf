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
import sqlglot
from referencing import Registry, Resource

from detectors.actions import actions
from detectors.base import OUTPUTS, Detection, no_progress
from detectors.coaction import _NAMES, DETECTOR, over_pairs
from records.store import in_memory

ROOT = Path(__file__).parents[2]
START = datetime(2024, 3, 4, 8, tzinfo=UTC)


def detect(rows: dict[str, Any], **parameters: Any) -> Detection:
    return DETECTOR.detect(in_memory(rows), {**DETECTOR.defaults(), **parameters}, 7, no_progress)


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


def crowd(count: int = 30) -> list[dict[str, Any]]:
    """Bystanders, so that the objects of a ring are not everybody's."""
    return [post(f"bystander{number}", 0, urls=[f"https://example.org/{number}"]) for number in range(count)]


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
    detection = detect({"posts": [*ring(field, 5), *crowd()]})
    (finding,) = detection.findings
    assert members(detection) == [list("abcde")]
    assert (finding.outcome, finding.reasons, finding.layers) == (
        "undetermined",
        ["not_tested", "single_layer"],
        [layer],
    )
    # five seconds apart each: within ten seconds are the next and the one after it
    assert {row["window_seconds"]: row["observed"] for row in finding.windows} == {
        10: 7, 60: 10, 300: 10, 3600: 10, 86400: 10,
    }  # fmt: skip
    links = detection.tables["links"].filter(pl.col("window_seconds") == 60)
    assert links.columns == list(OUTPUTS["links"])
    assert links.select("source", "target", "layer", "weight", "mean_time_delta").row(0) == (
        "x:a",
        "x:b",
        layer,
        5,
        5.0,
    )
    assert links.select("expected", "z", "q").null_count().row(0) == (10, 10, 10)


def test_four_objects_within_a_minute_or_nine_within_an_hour_are_too_few() -> None:
    assert detect({"posts": [*ring("urls", 4), *crowd()]}).findings == []
    assert detect({"posts": [*ring("urls", 9, apart=400), *crowd()]}).findings == []
    assert members(detect({"posts": [*ring("urls", 10, apart=400), *crowd()]})) == [list("abcde")]


def test_many_tags_in_one_post_copied_once_are_one_meeting() -> None:
    tags = [f"tag{number}" for number in range(9)]
    rows = [post(author, 0, place, hashtags=tags) for place, author in enumerate("abcdefgh")]
    assert detect({"posts": [*rows, *crowd()]}).findings == []


def test_what_everybody_uses_links_nobody_and_is_listed() -> None:
    rows = ring("hashtags", 6, apart=1, authors="abcdefghijklmnopqrstuvwxyzABCDEFGHIJ")
    detection = detect({"posts": rows})
    assert detection.findings == []
    assert detection.tables["links"].height == 0
    assert detection.tables["hubs"].rows() == [("hashtag", f"thing{n}", 36, 36, "hub") for n in range(6)]


def test_times_known_to_the_minute_support_no_window_of_ten_seconds() -> None:
    detection = detect({"posts": [*ring("urls", 5, apart=0, time_precision="minute"), *crowd()]})
    (finding,) = detection.findings
    assert finding.reasons == ["not_tested", "time_precision", "single_layer"]
    assert [row["window_seconds"] for row in finding.windows] == [60, 300, 3600, 86400]
    assert finding.evidence["windows_left_out"] == [10]
    assert sorted(detection.tables["links"]["window_seconds"].unique()) == [60, 300]


def test_layers_of_the_same_accounts_are_one_finding() -> None:
    rows = ring("urls", 6)
    for row in rows:
        row["hashtags"] = [f"tag{row['post_id'].split('-')[1]}"]
    (finding,) = detect({"posts": [*rows, *crowd()]}).findings
    assert sorted(finding.layers) == ["hashtag", "link"]
    assert finding.signs == ["coaction"]


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


def test_a_layer_of_too_many_pairs_is_named_and_left_out() -> None:
    detection = detect({"posts": [*ring("urls", 6), *crowd()]}, max_pairs=5)
    assert detection.notes["windows_left_out_as_too_many_pairs"] == {
        str(window): ["link"] for window in DETECTOR.defaults()["windows"]
    }
    assert detection.findings == []


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
    assert {name: table.height for name, table in detection.tables.items()} == {"links": 0, "hubs": 0}


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
    assert 5 <= len(detection.findings) <= 60
    kinds = dict(pl.read_csv(folder / "accounts.csv").select("author_id", "account_category").iter_rows())
    shares = []
    for finding in detection.findings:
        counts = Counter(kinds.get(member["id"], "Unknown") for member in finding.members)
        shares.append(max(counts.values()) / counts.total())
    # the categories are the researchers'; the detector never saw them
    assert sum(share >= 0.8 for share in shares) >= 0.9 * len(shares)
    validate(detection.findings)


@pytest.mark.parametrize("name", _NAMES)
def test_sql_carries_over_to_spark(name: str) -> None:
    sql = over_pairs(name)
    (spark,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert sqlglot.parse_one(spark, read="spark") is not None
