"""Both nulls of text families: what must pass, what must not, in real talk, in made-up worlds and at the edges."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from opencc import OpenCC

import scenarios
from benchmarks.text_families import admitted, detect, own_families, pairs, wilson
from detectors.base import Detection
from detectors.texts import significance
from detectors.texts.phrases import stories
from detectors.texts.text import normal_frame
from tests.detectors.test_copypasta import COPIED, START, boxing, everyday, post, run  # noqa: F401

GREETING = {
    "en": "Happy new year to you and all your families",
    "fr": "Bonne année à vous et à toutes vos familles",
    "zh": "祝大家新年快乐身体健康",
    "ja": "明けましておめでとうございます今年もよろしくお願いします",
    "th": "สวัสดีปีใหม่ขอให้ทุกท่านและครอบครัวมีความสุข",
}
KEPT = {
    "en": (
        "just got back from the rally on Mill Square",
        "the harbour choir is still buzzing in my ears",
        "energy like in my grandmother's stories",
    ),
    "fr": (
        "je rentre tout juste du meeting place du Moulin",
        "la chorale du port résonne encore dans mes oreilles",
        "une énergie comme au temps de ma grand-mère",
    ),
    "zh": ("我刚刚从磨坊广场的集会上回来了", "港口合唱团的歌声还在耳边回响", "那种气氛就像奶奶故事里讲的一样"),
    "ja": (
        "水車広場の集会からたった今帰ってきたところです",
        "港の合唱団の歌声がまだ耳の奥で鳴り響いています",
        "まるで祖母の昔話に出てくるような熱気でした",
    ),
    "th": (
        "เพิ่งกลับจากการชุมนุมที่จัตุรัสโรงสี",
        "เสียงร้องประสานของท่าเรือยังก้องอยู่ในหู",
        "บรรยากาศเหมือนในนิทานของคุณยายเลย",
    ),
}
LONG = COPIED["en"] + ", and then they wonder aloud why so few of us still bother to vote in spring"
FILLED = (
    "lamp cousin",
    "marble and oven",
    "pepper ribbon blue",
    "ladder violin",
    "ticket to nowhere",
    "river stones",
    "an old kettle",
    "snow in june",
)


CHINESE = (
    "台灯和表弟的大理石",
    "烤箱里的蓝色辣椒",
    "梯子上的小提琴声",
    "没有目的地的车票",
    "河里的石头会唱歌",
    "旧水壶又漏水了吗",
    "六月里下了一场雪",
    "丝带系在自行车上",
)
THAI = (
    "โคมไฟกับลูกพี่ลูกน้อง",
    "หินอ่อนและเตาอบ",
    "พริกไทยริบบิ้นสีน้ำเงิน",
    "บันไดกับไวโอลิน",
    "ตั๋วไปที่ไหนก็ไม่รู้",
    "ก้อนหินในแม่น้ำ",
    "กาต้มน้ำเก่าใบหนึ่ง",
    "หิมะในเดือนมิถุนายน",
)
FILLING = {"en": FILLED, "fr": FILLED, "zh": CHINESE, "ja": CHINESE, "th": THAI}


def beyond(found: Detection) -> list[set[str]]:
    return [one.member_ids() for one in found.findings if one.outcome in ("open", "unexplained")]


def said(text: str, count: int = 12, **more: Any) -> list[dict[str, Any]]:
    return [post(f"c{i}", i * 40, text, post_id=f"c{i}") | more for i in range(count)]


@pytest.mark.parametrize("language", sorted(GREETING))
def test_a_greeting_everybody_writes_at_once_is_below_the_floor(language: str) -> None:
    assert beyond(run(everyday() + said(GREETING[language], 30))) == []


@pytest.mark.parametrize("language", sorted(KEPT))
def test_rewritten_copies_are_found_by_the_stretches_they_keep(language: str) -> None:
    joint = "，" if language in ("zh", "ja") else ". "
    filled = FILLING[language]
    rows = []
    for i in range(14):
        between = [joint.join(filled[(i * step + more) % len(filled)] for more in (0, i // 8)) for step in (1, 3)]
        parts = [KEPT[language][0], between[0], KEPT[language][1], between[1], KEPT[language][2]]
        rows.append(post(f"c{i}", i * 60, joint.join(parts), post_id=f"c{i}"))
    found = run(everyday() + rows)
    assert beyond(found) == [{f"x:c{i}" for i in range(14)}]
    (text,) = found.findings[0].evidence["families"]
    assert (text["tier"], text["beyond_chance"]) == ("rewritten", True)


def test_copies_half_in_traditional_characters_count_as_one_text() -> None:
    rows = []
    for i in range(14):
        text = "，".join((KEPT["zh"][0], CHINESE[i % 8], KEPT["zh"][1], CHINESE[i * 3 % 8], KEPT["zh"][2]))
        script = OpenCC("s2t").convert(text) if i % 2 else text
        rows.append(post(f"c{i}", i * 60, script, post_id=f"c{i}"))
    found = run(everyday() + rows)
    assert beyond(found) == [{f"x:c{i}" for i in range(14)}]
    (text,) = found.findings[0].evidence["families"]
    assert text["counted_accounts"] == 14


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_copies_fill_in_does_not_part_them(language: str) -> None:
    """Copies hold two stretches of their own and long sentences that others of another story fill in, too."""
    joint = "，" if language == "zh" else ". "
    filled = FILLING[language]
    texts = []
    for i in range(28):
        own = KEPT[language][:2] if i % 2 else (COPIED[language], KEPT[language][2])
        between = [joint.join(filled[(i // 2 * step + more) % 8] for more in range(2)) for step in (1, 3)]
        texts.append(joint.join((own[0], between[0], own[1], between[1])))
    normal = normal_frame(pl.Series(texts))["normal"]
    ordinary = [(f"n{i % 40}", i) for i in range(400)]
    uses = pl.DataFrame(
        [(f"c{i}", i, START + timedelta(minutes=i)) for i in range(28)]
        + [(who, 28 + i, START + timedelta(hours=i - 200)) for who, i in ordinary],
        schema={"account": pl.String(), "key": pl.Int64(), "created_at": pl.Datetime("us", "UTC")},
        orient="row",
    )
    told = stories(pl.DataFrame({"key": range(28), "normal": normal}), uses, 3).filter("best")
    assert told.group_by("story").agg(pl.col("key").sort())["key"].sort().to_list() == [
        list(range(0, 28, 2)),
        list(range(1, 28, 2)),
    ]


def test_one_joke_in_everybodys_own_words_is_no_copy() -> None:
    words = (
        "floyd looks like he is off to rob a bank",
        "he is going to rob a bank in that mask",
        "looks like a bank robber to me",
    )
    rows = [
        post(f"c{i}", i * 30, f"{FILLED[i % 8]} {words[i % 3]} {FILLED[(i * 3) % 8]}", post_id=f"c{i}")
        for i in range(15)
    ]
    assert beyond(run(everyday() + rows)) == []


def test_a_headline_is_known_from_any_post_of_the_same_link() -> None:
    url = ["https://news.example/2026/1?utm_source=x"]
    shares = said(LONG, urls=url)
    assert len(beyond(run(everyday() + shares))) == 1
    article = post("paper", -600, "Read on.", title=LONG, urls=["https://news.example/2026/1"], post_id="a")
    assert beyond(run([*everyday(), article, *shares])) == []
    page = post("desk", -600, LONG, content_type="article", url="https://news.example/2026/1", post_id="a")
    assert beyond(run([*everyday(), page, *shares])) == []


def test_an_outlets_own_feed_gives_the_headline_but_a_crowd_that_only_links_does_not() -> None:
    def feed(name: str) -> list[dict[str, Any]]:
        return [
            post(name, -9000 + i, f"{FILLED[i]} opens", urls=[f"https://news.example/{i}"], post_id=f"{name}{i}")
            for i in range(8)
        ]

    shares = said(LONG, urls=["https://news.example/x"])
    own = post("desk", -600, LONG, urls=["https://news.example/x"], post_id="own")
    assert beyond(run([*everyday(), *feed("desk"), own, *shares])) == []
    crowd = [row for i in range(12) for row in feed(f"c{i}")]
    assert len(beyond(run([*everyday(), *crowd, *shares]))) == 1


def test_a_saying_that_recurs_is_no_burst() -> None:
    rows = [post(f"c{i}", i * 4_000, COPIED["en"], post_id=f"c{i}") for i in range(200)]
    rows += [
        post(f"m{i}", i * 400, f"{FILLED[i % 8]} {i:x}".translate({48 + d: 97 + d for d in range(10)}), post_id=f"m{i}")
        for i in range(2000)
    ]
    assert beyond(run(rows)) == []


def test_three_accounts_are_too_few_for_a_verdict() -> None:
    (finding,) = run(everyday() + said(COPIED["en"], 3)).findings
    assert finding.outcome == "undetermined"
    assert "too_few_events" in finding.reasons


def test_windows_say_where_the_copies_come_too_close_together() -> None:
    (finding,) = run(everyday() + said(COPIED["en"], 10)).findings
    rows = {row["window_seconds"]: row for row in finding.windows}
    assert {width for width, row in rows.items() if row["q"] is not None and row["q"] <= 0.01} >= {300, 3600}
    assert rows[10]["q"] == 1.0
    assert [row["passed"] for row in finding.tests["synchrony"] if row["window_seconds"] in (300, 3600)] == [True, True]


def test_a_texts_of_another_wave_do_not_speak_for_it() -> None:
    """The same text a week later by others is as rare as the first time."""
    later = [
        row | {"author_id": f"d{i}", "post_id": f"d{i}", "created_at": row["created_at"].replace(day=6)}
        for i, row in enumerate(said(COPIED["en"]))
    ]
    assert sorted(map(len, beyond(run(everyday() + said(COPIED["en"]) + later)))) == [12, 12]


def test_holm_corrects_over_all_that_was_looked_at() -> None:
    table = pl.DataFrame({"unit": ["a", "b", "c"], "p": [0.001, 0.02, 0.0001]})
    adjusted = significance._holm(table, 10)
    assert dict(adjusted.select("unit", "q").rows()) == pytest.approx({"a": 0.009, "b": 0.16, "c": 0.001})


def test_the_bound_on_bursts_is_no_smaller_than_chance() -> None:
    """Of windows drawn at random, at most as many fall below a p-value as it says."""
    rng = np.random.default_rng(7)
    pace = np.sort(rng.integers(0, 86_400_000_000, 20_000))
    p = [significance._burst(np.sort(rng.choice(pace, 12)), 1, 12, [pace])[0] for _ in range(2000)]
    for level in (0.2, 0.05, 0.01):
        assert np.mean(np.array(p) <= level) <= level * 1.2


def test_the_swarm_of_the_boxing_night_is_beyond_chance_and_its_fans_are_not(
    boxing: tuple[pl.DataFrame, Detection],  # noqa: F811
) -> None:
    posts, found = boxing
    spam = posts.filter(pl.col("text").str.contains("#MayweathervMcgregor\n\nLIVE🔴", literal=True))
    swarm = {f"x:{name}" for name in spam["author_id"]}
    groups = beyond(found)
    assert max(len(swarm & group) / len(swarm | group) for group in groups) >= 0.95
    assert len(groups) <= 10
    assert len(set().union(*groups) - swarm) <= 60
    assert not any(one.meets_deceptive for one in found.findings)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [901, 902])
def test_worlds_without_copies_have_none(seed: int) -> None:
    assert admitted(detect(scenarios.build("null", seed, size=0.5))) == set()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_planted_families_are_found_though_rewritten(language: str) -> None:
    world = scenarios.build("copypasta", 903, language=language, rewriting=0.7)
    found = detect(world)
    members, flagged = world.truth.members, admitted(found)
    assert len(flagged & members) >= 0.9 * len(members)
    assert len(flagged & members) >= 0.95 * len(flagged)
    planted, made, both = pairs(world.truth.families, own_families(found))
    assert 2 * both / (planted + made) >= 0.85


def test_wilsons_interval_is_the_published_one() -> None:
    assert wilson(0, 200) == pytest.approx((0.0, 0.0188), abs=1e-4)
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
