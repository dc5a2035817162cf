"""Stories as papers write them, in English, French and Chinese: who copied whom, told by words, credits and clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import opencc
import pytest

from detectors import detectors
from detectors.base import no_progress
from detectors.chain.credit import credit
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

MORNING = datetime(2026, 3, 3, 8, 12, 23, tzinfo=UTC)
# A headline, what a paper wrote, and a sentence and a headline that whoever copied it first put in.
PROSE: dict[str, tuple[str, list[str], str, str]] = {
    "en": (
        "Harbour authority admits the north pier was never inspected",
        [
            "The harbour authority said on Thursday that the north pier had not been inspected since it was rebuilt in 2009.",
            "Divers found three of the twelve pillars eaten away below the waterline, and one that could be moved by hand.",
            "Two fishing families who moor there were told to leave by Sunday, and nobody has offered them another berth.",
            "The engineer who signed the last report has retired to the coast and did not answer letters.",
            "A temporary fence went up overnight, which the wind took down again before the market opened.",
            "Repairs would take until autumn and cost as much as the town spends on its schools in a year.",
        ],
        "Residents are furious and ask who pocketed the money that was meant for divers and paint.",
        "Nobody looked for seventeen years: the pier scandal that should cost heads",
    ),
    "fr": (
        "Le port reconnaît que la jetée nord n'a jamais été contrôlée",
        [
            "L'autorité portuaire a reconnu jeudi que la jetée nord n'avait pas été contrôlée depuis sa reconstruction en 2009.",
            "Des plongeurs ont trouvé trois des douze piliers rongés sous la ligne d'eau, et un autre qui bouge à la main.",
            "Deux familles de pêcheurs qui s'y amarrent doivent partir avant dimanche, sans qu'aucune place leur soit proposée.",
            "L'ingénieur qui avait signé le dernier rapport est à la retraite sur la côte et ne répond pas au courrier.",
            "Une clôture provisoire a été posée dans la nuit, que le vent a couchée avant l'ouverture du marché.",
            "Les travaux dureraient jusqu'à l'automne et coûteraient autant que les écoles de la ville en une année.",
        ],
        "Les habitants sont furieux et demandent qui a empoché l'argent prévu pour les plongeurs et la peinture.",
        "Dix-sept années sans un regard : le scandale de la jetée qui doit faire tomber des têtes",
    ),
    "zh": (
        "港务局承认北防波堤从未接受检查",
        [
            "港务局周四表示，北防波堤自二〇〇九年重建以来一直没有接受过检查。",
            "潜水员发现十二根桩柱中有三根在水线以下遭到侵蚀，另有一根用手就能推动。",
            "停泊在那里的两户渔民被要求周日之前离开，至今没有人给他们安排新的泊位。",
            "签署上一份报告的工程师已经退休到海边居住，没有回复记者的来信。",
            "临时围栏连夜搭了起来，却在早市开张之前又被大风吹倒。",
            "维修工程要持续到秋天，费用相当于全镇一年的教育开支。",
        ],
        "居民们十分愤怒，追问本该用来请潜水员和刷漆的钱究竟进了谁的口袋。",
        "十七年无人过问，防波堤丑闻该有人下台",
    ),
}
NAMES = {"en": "The Maple Bay Morning", "fr": "Le Courrier de la Baie", "zh": "枫湾晨报"}
SAID = {"en": "According to {}: ", "fr": "Selon {} : ", "zh": "据《{}》报道，"}
SOURCE = {"en": " Source: {}", "fr": " Source : {}", "zh": " 来源：{}"}
TRADITIONAL = opencc.OpenCC("s2t").convert


def piece(author: str, hours: float, text: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "platform": "web", "post_id": f"{author}/1", "author_id": author, "author_kind": "outlet", "text": text,
        "content_type": "article", "created_at": MORNING + timedelta(hours=hours), "title": title, **more,
    }  # fmt: skip


def judged(rows: list[dict[str, Any]], language: str = "en") -> list[Finding]:
    chain = detectors()["chain"]
    outlets = [{"outlet_id": "paper", "name": NAMES[language], "domain": "paper.example"}]
    tables = {"posts": rows, "outlets": outlets}
    return run(in_memory(tables), [chain], {"chain": chain.defaults()}, 1, no_progress).findings


def steps(rows: list[dict[str, Any]], language: str = "en") -> dict[str, tuple[str | None, bool | None, str]]:
    """Author to what its piece copies, whether with credit, and whether the order is known."""
    (finding,) = judged(rows, language)
    return {
        one["author_id"]: (one["copies"] and one["copies"].removesuffix("/1"), one["credited"], one["order"])
        for one in finding.evidence["steps"]
    }


def prose(language: str, *without: int, new: str | None = None) -> str:
    kept = [sentence for place, sentence in enumerate(PROSE[language][1]) if place not in without]
    return ("" if language == "zh" else " ").join([*kept[:2], new, *kept[2:]] if new else kept)


@pytest.mark.parametrize("language", PROSE)
def test_a_copy_is_its_parents_whose_additions_it_has_and_not_the_one_it_names(language: str) -> None:
    title, _, added, shock = PROSE[language]
    name = NAMES[language]
    told = prose(language, 4, new=added)
    later = prose(language, 0, 4, new=added) + SOURCE[language].format(name)
    silent = prose(language, 2, 4, new=added)
    if language == "zh":
        later, silent = TRADITIONAL(later), TRADITIONAL(silent)
    rows = [
        piece("paper", 0, prose(language), title),
        piece("tabloid", 5, SAID[language].format(name) + told, shock),
        # The headline alone, dressed up.
        piece("clips", 9, f"😱🔥 {shock} ❗ #pier #scandale #防波堤 @all", "", platform="douyin", content_type="video"),
        piece("naming", 12, later, shock),
        piece("silent", 15, silent, title),
        # What it left out the other left out too; it has the paper's words alone.
        piece("faithful", 20, prose(language, 4), title),
    ]
    assert steps(rows, language) == {
        "paper": (None, None, "known"),
        "tabloid": ("paper", True, "known"),
        "clips": ("tabloid", False, "known"),
        "naming": ("tabloid", True, "known"),
        "silent": ("tabloid", False, "known"),
        "faithful": ("paper", False, "known"),
    }


def test_what_both_left_out_is_no_evidence() -> None:
    title = PROSE["en"][0]
    rows = [
        piece("paper", 0, prose("en"), title),
        piece("short", 3, prose("en", 1), title),
        piece("shorter", 6, prose("en", 1, 5), title),
    ]
    assert steps(rows)["shorter"] == ("paper", False, "known")


@pytest.mark.parametrize("language", PROSE)
def test_of_two_with_the_same_words_the_parent_is_the_one_named(language: str) -> None:
    title = PROSE[language][0]
    rows = [
        piece("agency", 0, prose(language), title),
        piece("paper", 2, prose(language), title),
        piece("naming", 4, prose(language) + SOURCE[language].format(NAMES[language]), title),
        piece("silent", 5, prose(language), title),
    ]
    assert steps(rows, language) == {
        "agency": (None, None, "known"),
        "paper": ("agency", False, "known"),
        "naming": ("paper", True, "known"),
        "silent": ("agency", False, "known"),
    }


def test_a_page_with_a_date_alone_came_after_the_one_it_names_on_that_day() -> None:
    title = PROSE["en"][0]
    rows = [
        piece("dated", -8.2, SAID["en"].format(NAMES["en"]) + prose("en"), title, time_precision="day"),
        piece("paper", 0, prose("en"), title),
        piece("third", 30, prose("en", 3), title),
    ]
    assert steps(rows) == {
        "paper": (None, None, "tie"),
        "dated": ("paper", True, "tie"),
        "third": ("paper", False, "known"),
    }


@pytest.mark.parametrize(
    ("seconds", "precision", "order"),
    [
        (40, "second", "known"),
        (40, "minute", "tie"),
        (0, "second", "tie"),
        (3_500, "hour", "tie"),
        (61, "minute", "known"),
    ],
)
def test_nobody_was_first_within_the_clocks_error(seconds: int, precision: str, order: str) -> None:
    title = PROSE["en"][0]
    rows = [
        piece("paper", 0, prose("en"), title, time_precision=precision),
        piece("quick", seconds / 3600, SAID["en"].format(NAMES["en"]) + prose("en"), title),
        piece("third", 30, prose("en", 3), title),
    ]
    (finding,) = judged(rows)
    assert [one["order"] for one in finding.evidence["steps"]] == [order, order, "known"]
    assert ("order_unknown" in finding.reasons) == (order == "tie")


def test_a_text_of_which_most_sentences_were_touched_is_still_a_copy() -> None:
    title, sentences, _, _ = PROSE["en"]
    reworded = []
    for sentence in sentences:
        words = sentence.split()
        words[len(words) // 2] = "reportedly"
        reworded.append(" ".join(words))
    rows = [
        piece("paper", 0, prose("en"), title),
        piece("reworded", 4, " ".join([*reworded[:5], *PROSE["fr"][1][:2]]), "What the divers saw"),
        piece("third", 8, prose("en", 5), title),
    ]
    assert steps(rows)["reworded"] == ("paper", False, "known")


def test_reports_of_one_event_with_one_quotation_are_no_copies() -> None:
    title, sentences, added, _ = PROSE["en"]
    own = [
        "Fishermen on the north pier learnt from the radio this week that the planks under them may not hold another winter.",
        "The town's council meets again on Tuesday, when it will be asked for money it does not have.",
        "Insurance covers storms but no neglect, a lawyer for the chandlers pointed out at the gate.",
        "Older people remember when the same pillars were set by hand, at low tide, in a single August.",
    ]
    rows = [
        piece("paper", 0, prose("en"), title),
        piece("other", 3, " ".join([*own[:2], sentences[1], *own[2:]]), "A pier too old for winter"),
        piece("third", 6, " ".join([*reversed(own), added]), "Winter on the pier"),
    ]
    copied = [step["author_id"] for one in judged(rows) for step in one.evidence["steps"]]
    assert "paper" not in copied


def test_a_story_that_seventy_print_is_followed_and_a_notice_under_all_of_them_is_none() -> None:
    notice = PROSE["en"][1]
    rows = [piece("paper", 0, PROSE["fr"][1][0] + " " + prose("fr", 0), "Le port")]
    rows += [piece(f"paper{number}", 1 + number / 60, prose("fr"), "Le port") for number in range(70)]
    # Everybody's subscription notice, twice under each of seventy names, is longer than what stands above it.
    words = ["".join(chr(97 + number // 26**place % 26) for place in range(3)) for number in range(2_800)]
    for number in range(140):
        text = " ".join([*words[number * 20 : number * 20 + 20], *notice])
        rows.append(piece(f"own{number // 2}", 2 + number / 60, text, f"own {number}", post_id=f"own/{number}"))
    (finding,) = judged(rows)
    assert {step["copies"] for step in finding.evidence["steps"]} == {None, "paper/1"}
    assert len(finding.evidence["steps"]) == 71


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("According to Maple Bay Morning, the ferry stops.", "The Maple Bay Morning"),
        ("據楓灣晨報報導，渡輪將停航。", "枫湾晨报"),
        ("渡轮将停航。转自：枫湾晨报", "枫湾晨报"),
        ("D'apres le courrier de la baie, le bac s'arrête.", "Le Courrier de la Baie"),
        # Names of others count where a label says that a source follows.
        ("渡轮将停航。（来源：港口日报）", "港口日报"),
        ("综合《港口日报》等媒体报道，渡轮将停航。", "港口日报"),
        ("Le bac s'arrête. Source : Radio Littoral", "Radio Littoral"),
        ("This story first appeared in The Bay Times, a weekly.", "The Bay Times"),
        ("The ferry stops (Reuters) on Friday.", "Reuters"),
        ("据新华社报道，渡轮将停航。", "新华社"),
        # Somebody who says something, nobody in particular, oneself, and a word that a name is part of.
        ("According to the mayor, the ferry stops.", None),
        ("据了解，渡轮将停航。", None),
        ("据外媒报道，渡轮将停航。", None),
        ("（综合报道）渡轮将停航。", None),
        ("Source: Island Gazette", None),
        ("According to the baymailing list, the ferry stops.", None),
    ],
)
def test_whom_a_text_names(text: str, found: str | None) -> None:
    given = credit(text, None, [*NAMES.values(), "bayma"], ["Island Gazette"])
    assert (given.names.lower() if given else None) == (found and found.lower())
