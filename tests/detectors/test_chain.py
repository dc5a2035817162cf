"""How stories travel: origin, hops, clocks, credits and habits, on a story of our own and on made-up worlds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import scenarios
from detectors import detectors
from detectors.base import no_progress
from detectors.chain.credit import credit
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

MORNING = datetime(2026, 3, 3, 8, 12, 23, tzinfo=UTC)
STORY = (
    "The ferry to Grey Island will stop on the first of May after ninety years of service. The company that ran it says that"
    " the hull no longer passes inspection and that a new one would cost forty million. Islanders were told on Monday evening"
    " in the school hall. Their mayor asked for a season's delay, which the minister refused on Tuesday. A bus over the"
    " causeway is to take the children to school until a decision is made in autumn."
)


def judged(tables: Any) -> list[Finding]:
    chain = detectors()["chain"]
    return run(in_memory(tables), [chain], {"chain": chain.defaults()}, 1, no_progress).findings


def piece(author: str, hours: float, text: str, **more: Any) -> dict[str, Any]:
    return {
        "platform": "web", "post_id": f"{author}/1", "author_id": author, "author_kind": "outlet",
        "content_type": "article", "created_at": MORNING + timedelta(hours=hours), "text": text, "title": "Ferry to stop",
        **more,
    }  # fmt: skip


def test_the_story_of_a_paper_a_tabloid_a_short_video_and_two_silent_accounts() -> None:
    told = STORY.replace("Islanders were told on Monday evening in the school hall. ", "Nobody had expected it. ")
    shock = "Shock on Grey Island: ferry to stop for ever"
    rows = [
        piece("paper", 0, STORY, views=4_000, time_precision="minute"),
        piece("tabloid", 5.5, f"According to The Maple Bay Morning: {told}", title=shock, views=100_000,
              credited_to="The Maple Bay Morning"),
        piece("clips", 18, shock, platform="douyin", content_type="video", title=shock, views=100_000),
        piece("gh_1", 22, f"{told} Think about it.", platform="wechat", title=shock),
        piece("gh_2", 22, f"Read this. {told}", platform="wechat", title=shock),
    ]  # fmt: skip
    (finding,) = judged({"posts": rows})
    steps = [
        (one["author_id"], one["copies"], one["credited"], one["lag_seconds"], one["order"])
        for one in finding.evidence["steps"]
    ]
    assert steps == [
        ("paper", None, None, None, "known"),
        ("tabloid", "paper/1", True, 19_800.0, "known"),
        ("clips", "tabloid/1", False, 45_000.0, "known"),
        ("gh_1", "tabloid/1", False, 59_400.0, "known"),
        ("gh_2", "tabloid/1", False, 59_400.0, "known"),
    ]
    assert [(one["post_id"], one["names"]) for one in finding.evidence["credits"]] == [
        ("tabloid/1", "The Maple Bay Morning")
    ]
    (span, *_) = finding.evidence["passages"][0]["spans"]
    new, old = rows[1]["text"], STORY
    assert new[span["from"] : span["to"]] == old[span["copies_from"] : span["copies_to"]]
    # One story shows no habit: nothing is concluded.
    assert (finding.outcome, finding.reasons) == ("undetermined", ["no_baseline", "not_tested"])
    assert {member["id"]: member["role"] for member in finding.members}["paper"] == "source"


def test_a_page_with_a_date_only_may_have_been_second() -> None:
    rows = [piece("paper", -8.2, STORY, time_precision="day"), piece("blog", 1, STORY), piece("third", 30, STORY)]
    (finding,) = judged({"posts": rows})
    assert [one["order"] for one in finding.evidence["steps"]] == ["tie", "tie", "known"]


@pytest.mark.parametrize(
    ("text", "field", "found"),
    [
        ("According to The Maple Bay Morning, the ferry stops.", None, "The Maple Bay Morning"),
        ("Selon le Courrier de la Baie, le bac s'arrête.", None, "le Courrier de la Baie"),
        ("据《枫湾晨报》报道，渡轮将停航。", None, "枫湾晨报"),
        ("The ferry stops.", "AFP", "AFP"),
        ("The ferry stops. The Maple Bay Morning is a newspaper.", None, None),
        ("The ferry stops.", None, None),
    ],
)
def test_what_is_a_credit(text: str, field: str | None, found: str | None) -> None:
    given = credit(text, field, ["The Maple Bay Morning", "le Courrier de la Baie", "枫湾晨报"])
    assert (given.names if given else None) == found


@pytest.mark.slow
@pytest.mark.parametrize(("language", "side", "rewriting"), [("zh", "a", 0.3), ("en", "b", 0.3), ("fr", "a", 0.7)])
def test_origins_hops_credits_and_ties_of_a_world_are_found(language: str, side: str, rewriting: float) -> None:
    world = scenarios.build("article_chain", 521, participation=0.4, language=language, side=side, rewriting=rewriting)
    found = judged(world.tables)
    got = {f"{one['platform']}:{one['post_id']}": one for finding in found for one in finding.evidence["steps"]}
    steps = [step for operation in world.truth.operations for step in operation.steps]
    right = {"copies": 0, "credited": 0, "order": 0}
    for step in steps:
        seen = got.get(step["post"], {"copies": "?", "credited": "?", "order": "?"})
        right["copies"] += seen["copies"] == (step["copies"] and step["copies"].split(":", 1)[1])
        right["credited"] += seen["credited"] == step["credited"]
        right["order"] += seen["order"] == (step["order"] or "known")
    floor = 0.95 if rewriting < 0.5 else 0.9
    assert all(count >= floor * len(steps) for count in right.values()), (right, len(steps))
    told = {finding.id: finding for finding in found if finding.member_ids() & world.truth.members}
    # A story that hardly anybody carried may have no hop that is a habit.
    assert sum(finding.outcome == "unexplained" for finding in told.values()) >= 0.9 * len(told)
    assert all("deception_sign" in finding.unmet for finding in told.values())
    wire = [finding for finding in found if finding.id not in told]
    assert wire
    assert all("explained_by_wire" in finding.reasons for finding in wire)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["trap_wire", "trap_press_release", "trap_same_owner", "trap_scoop", "null"])
def test_what_travels_openly_is_not_unexplained(name: str) -> None:
    for language in ("en", "fr", "zh"):
        found = judged(scenarios.build(name, 522, language=language, size=0.4).tables)
        assert {finding.outcome for finding in found} <= {"undetermined", "open"}
        assert not any(finding.meets_deceptive for finding in found)
