"""The charts of floods, sudden followers and surges draw what the findings hold, and say it to those who do not see them."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from records.finding import Finding, from_json
from views import chain_chart, engagement_chart, farm_chart, flood_chart, hijack_strip, shift_heat
from views.catalogue import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
CHARTS = {
    "chain": chain_chart,
    "flood": flood_chart,
    "follower_farm": farm_chart,
    "engagement": engagement_chart,
    "hijack": hijack_strip,
    "shift": shift_heat,
}


def example(detector: str) -> Finding:
    documents = json.loads((ROOT / "examples/thirteen/findings.json").read_text())
    return from_json(next(one for one in documents if one["detector"] == detector))


def drawn(chart: Any) -> list[list[dict[str, Any]]]:
    return list(chart.to_dict()["datasets"].values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_its_sentence_and_loads_nothing(name: str, language: str) -> None:
    module: ModuleType = CHARTS[name]
    made = module.chart(example(name), language)
    spec = made.to_dict()
    assert spec["description"] == module.alt_text(example(name), language)
    assert "{" not in spec["description"]
    assert "url" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})


def test_the_flood_is_drawn_by_the_hour_for_those_hit_most() -> None:
    finding = example("flood")
    (rows,) = drawn(flood_chart.chart(finding))
    assert len(rows) == sum(len(target["series"]) for target in finding.evidence["targets"])
    assert {row["name"] for row in rows} == {target["name"] for target in finding.targets}
    assert {row["kind"] for row in rows if row["observed"] > row["high"]} == {"more than usual"}
    assert (rows[0]["at"], rows[0]["observed"]) == ("2026-03-02T07:00:00Z", 4)
    many = {
        **finding.evidence,
        "targets": [dict(target, account_id=str(n)) for n in range(9) for target in finding.evidence["targets"][:1]],
    }
    assert len({row["name"] for row in drawn(flood_chart.chart(_with(finding, many)))[0]}) == flood_chart.SHOWN


def test_followers_are_drawn_in_the_order_they_came_only_where_it_is_known() -> None:
    finding = example("follower_farm")
    counts, order = sorted(drawn(farm_chart.chart(finding)), key=len)
    assert [row["followers"] for row in counts] == [12780, 13004, 13051, 397120]
    assert len(order) == finding.evidence["sample"]["size"]
    assert sum(row["kind"] == "signs enough" for row in order) == finding.evidence["sample"]["farm"]
    unordered = {**finding.evidence, "sample": {**finding.evidence["sample"], "chronological": False}}
    assert len(drawn(farm_chart.chart(_with(finding, unordered)))) == 1


def test_posts_that_stand_out_are_drawn_beside_those_they_are_compared_with() -> None:
    finding = example("engagement")
    sets = drawn(engagement_chart.chart(finding))
    rows = max(sets, key=len)
    assert [row["value"] for row in rows if row["kind"] == "far above usual"] == [85400, 112900, 130200]
    assert sum(row["kind"] == "compared with" for row in rows) == 20
    assert {"median": 30200.0, "low": 29200.0, "high": 31000.0} in [row for rows in sets for row in rows]
    assert (
        engagement_chart.alt_text(finding)
        == "3 posts with 85,400 to 130,200 where 30,200 is usual among 20 earlier ones"
    )


@pytest.mark.parametrize("name", CHARTS)
def test_evidence_of_another_version_is_drawn_empty(name: str) -> None:
    module: ModuleType = CHARTS[name]
    bare = _with(example(name), {})
    assert module.chart(bare).to_dict()["description"] == module.alt_text(bare)


def _with(finding: Finding, evidence: dict[str, Any]) -> Finding:
    return from_json({**finding.to_json(), "evidence": evidence})


def test_a_story_is_drawn_from_each_piece_to_the_one_it_copies() -> None:
    lines, points = sorted(drawn(chain_chart.chart(example("chain"))), key=len)
    assert [point["author"] for point in points][:2] == ["out-maple-bay-morning", "out-harbour-star"]
    assert [(line["author"], line["to"], line["credit"], line["order"]) for line in lines] == [
        ("out-maple-bay-morning", "out-harbour-star", "names its source", "order known"),
        ("out-harbour-star", "99000000030001", "names no source", "order known"),
        ("out-harbour-star", "Mzk5OTAwMDAwMDE=", "names no source", "nobody can tell which was first"),
        ("out-harbour-star", "Mzk5OTAwMDAwMDI=", "names no source", "nobody can tell which was first"),
    ]


def test_awakenings_are_drawn_without_naming_a_possible_victim() -> None:
    finding = example("hijack")
    (rows,) = drawn(hijack_strip.chart(finding))
    assert sorted(row["who"] for row in rows) == [f"possible victim {n}" for n in range(1, 7)]
    text = json.dumps(hijack_strip.chart(finding).to_dict())
    assert not [member["id"] for member in finding.members if member["id"] in text]
    assert {row["days"] for row in rows} == {round(one["gap_days"]) for one in finding.evidence["accounts"]}


def test_hours_are_drawn_by_weekday_with_every_offset() -> None:
    finding = example("shift")
    offsets, cells = sorted(drawn(shift_heat.chart(finding)), key=len)
    assert (len(cells), sum(cell["posts"] for cell in cells)) == (168, finding.evidence["posts_counted"])
    kept = [one["offset"] for one in offsets if one["kind"] == "not excluded"]
    assert kept == finding.evidence["utc_offsets"]
