"""Stories as sites print them: between menus and notices, under credits in any wording, as wire copy, release or quotation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detectors import detectors
from detectors.base import no_progress
from detectors.chain.credit import credit
from detectors.chain.examples import example
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

MORNING = datetime(2026, 3, 3, 8, 12, 23, tzinfo=UTC)
STORIES = [
    ("Cannery closes after forty-one seasons, and nobody told the night shift", [
        "The lights went out over the packing lines on Monday at ten past nine, and the forty people who had come to work"
        " the night found a chain on the gate.",
        "Inside the envelopes was a letter of eleven lines that thanked them for their service and asked for boots and"
        " aprons by Friday.",
        "The boats have not disappeared, but most now sell across the strait, where a freezer plant pays a third more.",
        "A notary confirmed that the ground returns to the town if eighteen months pass without a landing.",
    ]),
    ("Inspectors found mould in six of ten school kitchens", [
        "Six of the ten kitchens visited last autumn had mould on the walls of their cold rooms, says a report that lay in a"
        " drawer for five months.",
        "At one primary a thermometer had been taped over so that nobody would see it blink, and rice stood beside a drain.",
        "Parents learnt of it by accident, when a clerk sent a dispatcher with two boys the first page instead of a menu.",
        "The council says that all walls have been painted, and not who decided that the matter should wait.",
    ]),
    ("The last ferry pilot hands his chart to a machine", [
        "For thirty-four years he has steered the noon boat by the smell of the kelp and a chart that is mostly tape.",
        "The new vessel has no wheel; it reads the channel with lasers and can be stopped from a room two hundred miles away.",
        "Islanders are of two minds, since the baker wants her flour on time and the nurse wants somebody who can hold a drip.",
        "He taught the engineers where the sand moves after a south-easterly and drew them the eddy no instrument believes.",
    ]),
]  # fmt: skip
MENU = "Home | News | Sport | Opinion | Log in"
NOTICE = (
    "Sign up for our newsletter and never miss a story that matters to you and your family. You can unsubscribe at any time"
    " with one click. No part of this site may be reproduced without the written consent of the publisher, to whom"
    " complaints may be sent within thirty days of publication."
)
ADDED = [
    "Ask who signed the lease on that gate and what the commission got for looking elsewhere all winter long.",
    "Mothers who packed lunches in the dark deserve to know which councillor held the key to that desk.",
    "Somebody's cousin sold them the lasers, and no fisherman was ever put on the selection board.",
]
SHOCK = [
    "SHOCK: workers locked out at night while bosses count their money",
    "Poison on the plate: what they hid from every parent for months",
    "Robots take the wheel: islanders abandoned to a computer at sea",
]
CALLS = (
    "Follow for more stories every day, like and share this video with everyone you know before it disappears! Comment below"
    " what you think about it and subscribe for part two #news #breaking #viral #fyp"
)
OUTLETS = [
    {"outlet_id": "paper", "name": "The Maple Bay Morning", "domain": "morning.example"},
    {"outlet_id": "tabloid", "name": "Tabloid Now", "domain": "now.example"},
]


def piece(author: str, number: int, hours: float, text: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "platform": "web", "post_id": f"{author}/{number}", "author_id": author, "author_kind": "outlet", "text": text,
        "content_type": "article", "created_at": MORNING + timedelta(days=3 * number, hours=hours), "title": title,
        "url": f"https://{author}.example/{number}", **more,
    }  # fmt: skip


def framed(*paragraphs: str) -> str:
    return "\n\n".join([MENU, *paragraphs, NOTICE])


def judged(tables: Any) -> list[Finding]:
    chain = detectors()["chain"]
    return run(in_memory(tables), [chain], {"chain": chain.defaults()}, 1, no_progress).findings


def test_what_stands_around_every_article_joins_no_stories_and_hides_no_parent() -> None:
    rows = []
    for number, (title, text) in enumerate(STORIES):
        told = [*text[:2], ADDED[number], text[3]]
        rows += [
            piece("paper", number, 0, framed(*text), title),
            piece("tabloid", number, 5, framed("The Maple Bay Morning has learned of it.", *told), SHOCK[number]),
            # A link says whose it is as well as a name does.
            piece("blog", number, 9, framed(*text), title, urls=[f"https://paper.example/{number}?utm_source=feed"]),
            piece("clips", number, 26, CALLS, SHOCK[number], platform="douyin", content_type="video"),
            piece("silent", number, 28, framed(told[3], told[2], told[0]), "Think about it", platform="wechat"),
        ]
    found = judged({"posts": rows, "outlets": OUTLETS})
    steps = [
        [(one["post_id"], one["copies"], one["credited"], one["order"]) for one in finding.evidence["steps"]]
        for finding in sorted(found, key=lambda one: one.first_seen or "")
    ]
    assert steps == [
        [
            (f"paper/{n}", None, None, "known"),
            (f"tabloid/{n}", f"paper/{n}", True, "known"),
            (f"blog/{n}", f"paper/{n}", True, "known"),
            (f"clips/{n}", f"tabloid/{n}", False, "known"),
            (f"silent/{n}", f"tabloid/{n}", False, "known"),
        ]
        for n in range(3)
    ]


def outcomes(change: Any, kind: str = "unknown") -> dict[str, set[tuple[str, ...]]]:
    """Outcome to the reasons of twelve stories that three carry on as a habit, each piece as `change` leaves it."""
    rows = [change(dict(row)) for row in example(copied=True)["posts"]]
    for row in rows:
        row["created_at"] += timedelta(seconds=23)  # no program's full minute
    outlets = [{"outlet_id": "paper.example", "name": "The Maple Bay Morning", "domain": "paper.example", "kind": kind}]
    found: dict[str, set[tuple[str, ...]]] = {}
    for finding in judged({"posts": rows, "outlets": outlets}):
        found.setdefault(finding.outcome, set()).add(tuple(finding.reasons))
    return found


def written(first: str, others: str) -> Any:
    """A change that puts a line under what the paper and under what the others print."""

    def change(row: dict[str, Any]) -> dict[str, Any]:
        line = first if row["author_id"] == "paper.example" else others
        return {**row, "text": f"{row['text']}\n\n{line}"} if line and "story" in row["post_id"] else row

    return change


@pytest.mark.parametrize(
    ("change", "kind", "found"),
    [
        (written("", ""), "unknown", {"unexplained": {("single_layer",)}}),
        (written("", ""), "wire", {"undetermined": {("explained_by_wire", "single_layer")}}),
        (written("", "Republished with permission. © The Maple Bay Morning"), "unknown",
         {"undetermined": {("explained_by_wire", "single_layer")}}),
        (written("For immediate release. Press contact: press@city.example", ""), "unknown",
         {"undetermined": {("explained_by_press_release", "single_layer")}}),
    ],
)  # fmt: skip
def test_wire_copy_releases_and_what_names_its_source_are_explained(
    change: Any, kind: str, found: dict[str, set[tuple[str, ...]]]
) -> None:
    assert outcomes(change, kind) == found


def test_a_speech_that_several_quote_is_copied_from_nobody() -> None:
    speech = [sentence for _, text in STORIES[:2] for sentence in text]
    own = STORIES[2][1]
    rows = [piece("record", 0, 0, " ".join(speech), "Sitting of the third of March")]
    for number, author in enumerate(("left", "right", "radio")):
        said = " ".join(f"“{sentence}”" for sentence in speech[number:])
        words = [*own[number:], *own[:number]]
        words = [" ".join(sentence.split()[:: 1 if number else -1]) for sentence in words[:2]]
        rows.append(piece(author, 0, 2 + number, f"{words[0]} {said} {words[1]} {ADDED[number]}", SHOCK[number]))
    assert [one["author_id"] for finding in judged({"posts": rows}) for one in finding.evidence["steps"]] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("The Maple Bay Morning has learned that it closes.", "The Maple Bay Morning"),
        ("In an exclusive, the Maple Bay Morning showed the letter.", "The Maple Bay Morning"),
        ("By Mary Poll, The Maple Bay Morning", "The Maple Bay Morning"),
        ("Read the original at https://morning.example/0", "morning.example"),
        ("Nos confrères du Courrier de la Baie racontent la suite.", "Le Courrier de la Baie"),
        ("Avec Le Courrier de la Baie", "Le Courrier de la Baie"),
        ("枫湾晨报独家披露，工厂已经关门。", "枫湾晨报"),
        ("来源丨枫湾晨报", "枫湾晨报"),
        ("文/枫湾晨报", "枫湾晨报"),
        # Nobody whom one could look up, pictures and figures, whoever did not answer, and a word that is a paper's name.
        ("来源：网络", None),
        ("图片来源：视觉中国", None),
        ("数据来源：国家统计局", None),
        ("Source: internet", None),
        ("Source : réseaux sociaux", None),
        ("Photo credit: Reuters", None),
        ("The Maple Bay Morning declined to comment on this article.", None),
        ("Selon lui, partout dans le monde, les bacs s'arrêtent et les ports ferment.", None),
    ],
)
def test_a_credit_is_found_wherever_it_stands(line: str, found: str | None) -> None:
    names = ["The Maple Bay Morning", "morning.example", "Le Courrier de la Baie", "枫湾晨报", "Le Monde"]
    given = credit(framed(*STORIES[0][1], line, *STORIES[1][1]), None, names, ["Tabloid Now"])
    assert (given and given.names) == found
