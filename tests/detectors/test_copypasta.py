"""Copied texts: found in real operations, not in ordinary talk."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from detectors import verdict
from detectors.base import OUTPUTS, Detection, no_progress
from detectors.copypasta import DETECTOR
from detectors.texts import families
from records.store import in_memory

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def run(posts: pl.DataFrame | list[dict[str, Any]], **changed: Any) -> Detection:
    found = DETECTOR.detect(in_memory({"posts": posts}), DETECTOR.defaults() | changed, 1, no_progress)
    for finding in found.findings:
        verdict.decide(finding)
    return found


def post(author: str, seconds: float, text: str, **more: Any) -> dict[str, Any]:
    at = START + timedelta(seconds=seconds)
    return {
        "platform": "x",
        "post_id": f"{author}.{seconds}",
        "author_id": author,
        "created_at": at,
        "text": text,
    } | more


def everyday(days: int = 14, each: int = 6) -> list[dict[str, Any]]:
    """Ordinary posts around what a test looks at: no two alike, six a day."""
    words = ["river", "lamp", "cousin", "marble", "ticket", "oven", "violin", "harbour", "pepper", "ladder", "ribbon"]
    rows = []
    for i in range(days * each):
        picked = [words[(i * step + step) % len(words)] + "abcdefghij"[(i // step) % 10] for step in (1, 2, 4, 7, 9)]
        rows.append(post(f"n{i % 40}", (i / each - days / 2) * 86_400, " ".join(picked), post_id=f"e{i}"))
    return rows


COPIED = {
    "en": "Nobody asked us before they closed the harbour bridge and nobody will ask us before the hospital goes",
    "fr": "Personne ne nous a demandé notre avis avant de fermer l'hôpital, et personne ne le fera demain",
    "zh": "没有人在关闭海港大桥之前问过我们，也不会有人在关闭医院之前来问我们的意见",
    "ar": "لم يسألنا أحد قبل إغلاق جسر الميناء ولن يسألنا أحد قبل إغلاق المستشفى",
    "th": "ไม่มีใครถามเราก่อนปิดสะพานท่าเรือ และจะไม่มีใครถามเราก่อนปิดโรงพยาบาล",
}


@pytest.fixture(scope="module")
def ira(data: Path) -> Detection:
    read = pl.read_csv(data / "ira" / "posts_2015-10-01_2015-12-05.csv.gz", infer_schema=False).with_row_index("i")
    return run(
        read.select(
            platform=pl.lit("x"),
            post_id=pl.format("p{}", "i"),
            author_id="author_id",
            created_at=pl.col("publish_date").str.to_datetime(time_unit="us", time_zone="UTC"),
            time_precision=pl.lit("minute"),
            is_repost=pl.col("retweet") == "1",
            text="content",
        )
    )


@pytest.fixture(scope="module")
def boxing(data: Path) -> tuple[pl.DataFrame, Detection]:
    lines = (data / "mayweather" / "tweets_pseudonymised.csv").read_bytes()
    read = pl.read_csv(lines, infer_schema=False, truncate_ragged_lines=True, ignore_errors=True)
    posts = read.filter(pl.col("text").is_not_null()).select(
        platform=pl.lit("x"),
        post_id="id",
        author_id="screen_name",
        created_at=pl.col("created_at").str.to_datetime(time_unit="us", time_zone="UTC"),
        time_precision=pl.lit("second"),
        text="text",
    )
    return posts, run(posts)


def test_every_known_swarm_is_a_text_family(ira: Detection, data: Path) -> None:
    expected = json.loads((data / "ira" / "expected.json").read_text())
    of_account: dict[str, list[str]] = {}
    for family, account in ira.tables["families"].select("family", "account").unique().rows():
        of_account.setdefault(account, []).append(family)
    for kind, count in (("copy_paste_swarms", 25), ("co_repost", 4225)):
        swarms = [[f"x:{name}" for name in swarm["accounts"]] for swarm in expected[kind]]
        held = []
        for swarm in swarms:
            ranked = Counter(family for name in swarm for family in of_account.get(name, [])).most_common(1)
            held.append(ranked[0][1] if ranked else 0)
        assert len(swarms) == count
        assert all(2 * found >= len(swarm) for found, swarm in zip(held, swarms, strict=True))
        assert sum(held) >= 0.98 * sum(map(len, swarms))


def test_the_turkey_hoax_is_among_the_first_ten_of_some_dozens(ira: Detection, data: Path) -> None:
    posts = pl.read_csv(data / "ira" / "posts_2015-10-01_2015-12-05.csv.gz", infer_schema=False).with_row_index("i")
    hoax = posts.filter(pl.col("content").str.to_lowercase().str.contains("koch farms|kochfarms"))
    accounts = {f"x:{name}" for name in hoax["author_id"]}
    about = {f"p{number}" for number in hoax["i"]}
    ranked = sorted(ira.findings, key=lambda finding: -finding.score)
    assert len(accounts) == 158
    assert 20 <= len(ranked) <= 80
    assert len(accounts & set().union(*(finding.member_ids() for finding in ranked))) >= 0.9 * 158
    mostly = [sum(p["post_id"] in about for p in finding.posts) * 2 > len(finding.posts) for finding in ranked]
    assert any(mostly[:10])


def test_a_clock_of_minutes_is_told(ira: Detection) -> None:
    for finding in ira.findings:
        assert [window["window_seconds"] for window in finding.windows] == [60, 300, 3600, 86400]
        assert finding.evidence["windows_left_out"] == [{"window_seconds": 10, "reason": "time_precision"}]
        assert "time_precision" in finding.reasons


def test_the_stream_spam_is_one_finding_and_the_fans_are_in_none(boxing: tuple[pl.DataFrame, Detection]) -> None:
    posts, found = boxing
    spam = posts.filter(pl.col("text").str.contains("#MayweathervMcgregor\n\nLIVE🔴", literal=True))
    swarm = {f"x:{name}" for name in spam["author_id"]}
    everyone = {f"x:{name}" for name in posts["author_id"]}
    flagged = set().union(*(finding.member_ids() for finding in found.findings))
    assert len(swarm) == 108
    assert max(len(finding.member_ids() & swarm) for finding in found.findings) >= 0.95 * 108
    assert len(flagged - swarm) <= 0.006 * len(everyone - swarm)


def test_findings_and_tables_keep_the_published_form(ira: Detection, boxing: tuple[pl.DataFrame, Detection]) -> None:
    finding_schema = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "finding.schema.json").read_text()))
    evidence_schema = jsonschema.Draft202012Validator(
        json.loads((SCHEMAS / "evidence-copypasta.schema.json").read_text())
    )
    for detection in (ira, boxing[1]):
        for finding in detection.findings:
            finding_schema.validate(finding.to_json())
            evidence_schema.validate(finding.evidence)
            assert ("not_tested" in finding.reasons) == (finding.tests["group"]["passed"] is None)
            assert len(finding.posts) <= 1000 <= max(1000, finding.evidence["posts_total"])
        for name, frame in detection.tables.items():
            assert dict(frame.schema) == OUTPUTS[name]
        first = set(detection.tables["copies"]["original"])
        assert not first & set(detection.tables["copies"]["post"])


@pytest.mark.parametrize("language", sorted(COPIED))
def test_a_copied_text_is_found_in_every_script(language: str) -> None:
    text = COPIED[language]
    copies = [
        post(f"c{i}", i * 40, f"@friend{i} {text}{'!' * (i % 3)} https://t.co/{i}", post_id=f"c{i}") for i in range(8)
    ]
    found = run(everyday() + copies)
    assert [finding.member_ids() for finding in found.findings] == [{f"x:c{i}" for i in range(8)}]
    (finding,) = found.findings
    (family,) = finding.evidence["families"]
    assert (family["accounts"], family["posts"], family["span_seconds"], family["order"]) == (8, 8, 280.0, "known")
    assert family["first_post"] == {"platform": "x", "post_id": "c0"}
    assert [member["id"] for member in finding.members if member["role"] == "seeder"] == ["c0"]
    assert {member["role"] for member in finding.members} == {"seeder", "copier"}
    observed = {window["window_seconds"]: window["observed"] for window in finding.windows}
    assert observed == {10: 1, 60: 2, 300: 8, 3600: 8, 86400: 8}
    copied = found.tables["copies"].sort("lag_seconds")
    assert copied["original"].unique().to_list() == ["x:c0"]
    assert copied["lag_seconds"].to_list() == [40.0 * i for i in range(1, 8)]


def test_traditional_and_simplified_copies_are_one_family() -> None:
    traditional = "沒有人在關閉海港大橋之前問過我們，也不會有人在關閉醫院之前來問我們的意見"
    copies = [post(f"c{i}", i * 40, (COPIED["zh"], traditional)[i % 2], post_id=f"c{i}") for i in range(6)]
    (finding,) = run(everyday() + copies).findings
    assert len(finding.members) == 6


def test_one_account_that_repeats_itself_is_no_spread() -> None:
    alone = [post("loud", i * 40, COPIED["en"], post_id=f"c{i}") for i in range(20)]
    doubled = [post(f"d{i}", 40 * i, f"{COPIED['fr']} {COPIED['fr']}", post_id=f"d{i}") for i in range(2)]
    found = run(everyday() + alone + doubled)
    assert found.findings == []
    assert found.tables["families"].height == 0


def test_the_headline_of_its_own_link_is_a_link_share() -> None:
    shares = [
        post(f"c{i}", i * 40, COPIED["en"], title=COPIED["en"], urls=["https://news.example/1"], post_id=f"c{i}")
        for i in range(8)
    ]
    found = run(everyday() + shares)
    assert found.findings == []
    assert found.notes["link_shares_left_out"] == 8


def test_reposts_of_a_known_post_are_not_copies() -> None:
    shares = [post(f"c{i}", i * 40, COPIED["en"], repost_of_post_id="p", post_id=f"c{i}") for i in range(8)]
    assert run(everyday() + shares).tables["families"].height == 0


def test_reposting_one_popular_post_is_no_finding_but_reposting_in_step_again_and_again_is() -> None:
    def together(times: int) -> list[dict[str, Any]]:
        return [
            post(f"c{i}", day * 86_400 + i * 5, f"{COPIED['en']} {name}", is_repost=True, post_id=f"c{day}.{i}")
            for day, name in enumerate(["one two three", "abc def ghi", "uvw xyz rst", "klm nop qrs"][:times])
            for i in range(6)
        ]

    popular = run(everyday() + together(1))
    assert popular.findings == []
    assert popular.tables["families"]["is_repost"].all()
    assert popular.tables["families"].height == 6
    # The endings differ enough for four families, a day apart.
    (finding,) = run(everyday() + together(4), gap_seconds=3600).findings
    assert finding.title_code == "copypasta.co_reposts"
    assert finding.signs == ["repost"]
    assert finding.evidence["families_total"] == 4


def test_families_of_the_same_accounts_are_one_finding_and_of_others_another() -> None:
    rows = everyday()
    for at, (language, crew) in enumerate([("en", "a"), ("fr", "a"), ("zh", "b"), ("th", "b")]):
        rows += [post(f"{crew}{i}", at * 9_000 + i * 30, COPIED[language], post_id=f"{language}{i}") for i in range(7)]
    found = run(rows)
    assert sorted(len(finding.member_ids()) for finding in found.findings) == [7, 7]
    assert [finding.evidence["families_total"] for finding in found.findings] == [2, 2]


def test_a_tie_has_no_seeder() -> None:
    copies = [post(f"c{i}", 0, COPIED["en"], time_precision="minute", post_id=f"c{i}") for i in range(8)]
    (finding,) = run(everyday() + copies).findings
    assert "order_unknown" in finding.reasons
    assert {member["role"] for member in finding.members} == {"copier"}
    assert finding.evidence["families"][0]["order"] == "tie"


def test_a_pause_of_more_than_a_day_ends_a_family() -> None:
    copies = [post(f"c{i}", (i // 6) * 3 * 86_400 + i * 40, COPIED["en"], post_id=f"c{i}") for i in range(12)]
    table = run(everyday() + copies).tables["families"]
    assert sorted(table.group_by("family").len()["len"].to_list()) == [6, 6]


def test_common_words_are_listed_and_left_out() -> None:
    rows = everyday()
    rows += [post(f"c{i}", i * 60, "haha", post_id=f"c{i}") for i in range(30)]
    rows += [post(f"d{i}", i * 997, f"haha {row['text']}", post_id=f"d{i}") for i, row in enumerate(everyday()[:30])]
    found = run(rows)
    assert found.findings == []
    assert found.tables["hubs"].select("layer", "object", "accounts", "reason").rows() == [
        ("text", "haha", 30, "common_words")
    ]


def test_order_of_rows_changes_nothing() -> None:
    rows = everyday()
    for language in COPIED:
        rows += [post(f"{language}{i % 9}", i * 31, COPIED[language], post_id=f"{language}{i}") for i in range(12)]
    frame = pl.DataFrame(rows)
    one = run(frame)
    assert len(one.findings) == len(COPIED)
    for seed in range(3):
        other = run(frame.sample(fraction=1, shuffle=True, seed=seed))
        assert [finding.to_json() for finding in other.findings] == [finding.to_json() for finding in one.findings]
        assert all(frame.equals(one.tables[name]) for name, frame in other.tables.items())


def test_no_posts_is_no_finding() -> None:
    assert run([]).findings == []
    assert run([post("a", 0, ""), post("b", 0, "https://t.co/1"), post("c", 0, "123")]).findings == []


def test_the_declared_examples_are_true() -> None:
    assert len(DETECTOR.detect(in_memory(DETECTOR.hit), DETECTOR.defaults(), 1, no_progress).findings) == 1
    assert DETECTOR.detect(in_memory(DETECTOR.miss), DETECTOR.defaults(), 1, no_progress).findings == []


def test_most_accounts_counts_every_closed_window() -> None:
    times = [("a", 0), ("b", 60), ("a", 61), ("c", 121), ("d", 400)]
    frame = pl.DataFrame(
        [{"family": "f", "account": who, "created_at": START + timedelta(seconds=at)} for who, at in times]
    )
    frame = frame.with_columns(pl.col("created_at").dt.cast_time_unit("us"))
    counted = {window: families.most_accounts(frame, window)["accounts"][0] for window in (10, 60, 61, 400)}
    assert counted == {10: 2, 60: 2, 61: 3, 400: 4}
