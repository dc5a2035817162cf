"""Every code has a sentence in both languages, and no sentence says more than the finding."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from records import words
from records.finding import Finding, from_json
from tests.views.samples import finding
from views.catalogue import LANGUAGES, catalogue
from views.figures import quoted
from views.sentences import (
    Against,
    Unknown,
    Why,
    Window,
    against,
    cannot_determine,
    compared_with,
    expected_flags,
    layers_sentence,
    outcome_label,
    outcome_sentence,
    summary,
    title,
    why,
    windows,
)
from views.words import counted, excerpt, figure, instant, listed, span, window, word

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = {
    "outcomes": words.OUTCOMES, "signs": words.SIGNS, "layers": words.LAYERS, "roles": words.ROLES,
    "actions": words.ACTIONS, "states": words.REVIEW_STATES, "confidences": words.CONFIDENCES,
    "likelihoods": words.LIKELIHOODS, "detectors": words.DETECTOR_NAMES, "gates": words.GATES, "traps": words.TRAPS,
}  # fmt: skip


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def thirteen() -> list[Finding]:
    return [from_json(item) for item in json.loads((ROOT / "examples/thirteen/findings.json").read_text())]


def swarm(**given: Any) -> Finding:
    """158 accounts and one text, as copypasta stores it before it is tested."""
    values: dict[str, Any] = {
        "posts": [{"platform": "x", "post_id": str(i)} for i in range(1204)],
        "evidence": {"families": [{"family": "f", "text": "turkey  i ate from\nWALMART #KochFarms"}]},
        "first_seen": "2015-11-26T22:12:00Z",
        "last_seen": "2015-12-03T00:00:00Z",
        "layers": ["text", "hashtag"],
        "observed": 158.0,
        "signs": ["text"],
        "windows": [
            {"window_seconds": 3600, "observed": 90, "expected": 2.25, "p": 0.001, "q": 0.004},
            {"window_seconds": 60, "observed": 4, "expected": 3.9, "p": 0.4, "q": 0.5},
        ],
        "alternatives": [
            {"code": "fan_club", "for": [], "against": []},
            {
                "code": "breaking_news",
                "for": [{"code": "posts_with_a_link", "observed": 12, "expected": None}],
                "against": ["one_event", {"code": "on_the_full_minute", "observed": 30, "expected": 4.5}],
            },
        ],
    }
    return finding(158, **{**values, **given})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_fixed_word_has_its_sentence(section: str, language: str) -> None:
    named = catalogue(language)[section]
    assert set(SECTIONS[section]) <= set(named)
    assert all(text.strip() for text in leaves({code: named[code] for code in SECTIONS[section]}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_says_what_is_missing_and_what_settles_it(language: str) -> None:
    for reason in words.REASONS:
        found = cannot_determine(swarm(reasons=[reason], unmet=[]), language)
        assert [row.code for row in found] == ["runs", "owners", reason]
        assert all(" " in row.what and " " in row.settles and "explained_by" not in row.what for row in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_of_the_catalogue_and_of_the_examples_is_there(language: str) -> None:
    titles = catalogue(language)["titles"]
    assert {code.partition(".")[0] for code in titles} == set(words.DETECTOR_NAMES)
    assert {one.title_code for one in thirteen()} <= set(titles)
    used = {code for path in (ROOT / "detectors").rglob("*.py") for code in _codes(path.read_text())}
    assert len(used) > len(words.DETECTOR_NAMES) // 2
    assert used <= set(titles)


def _codes(source: str) -> list[str]:
    names = "|".join(words.DETECTOR_NAMES)
    return re.findall(rf'"((?:{names})\.[a-z_]+)"', source)


def test_every_point_and_population_a_detector_writes_has_its_words() -> None:
    named = catalogue("en")
    sources = [path.read_text() for path in (ROOT / "detectors").rglob("*.py") if path.name != "examples.py"]
    told = {code for source in sources for code in re.findall(r'\breason\(\s*"(\w+)"', source)}
    told |= {code for source in sources for call in re.findall(r"_either\((.*?)\)", source, re.S)
             for code in re.findall(r'"(\w+)"', call)}  # fmt: skip
    told |= {code for source in sources for code in re.findall(r'{"code": "(\w+)"', source)}
    # What stands in other parts of a finding under the same name: other explanations, and the signs of deception.
    told -= set(named["traps"]) | {"farm", "hijack"}
    assert len(told) > 20
    assert told <= set(named["points"])
    populations = {code for source in sources for code in re.findall(r'"population": "(\w+)"', source)}
    assert len(populations) > 5
    assert populations <= set(named["populations"])


def test_both_languages_fill_the_same_places() -> None:
    english, french = catalogue("en"), catalogue("fr")

    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(item) for name, item in value.items()}
        if isinstance(value, list):
            return [shape(item) for item in value]
        return sorted(re.findall(r"{\w+}", value))

    assert shape(english) == shape(french)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_calls_anybody_names_or_names_a_state(language: str) -> None:
    refused = re.compile(
        r"\b(bots?|trolls?|agents?|robots?|fake|faux|russia\w*|russie|russes?|chin[ae]\w*|chinois\w*|iran\w*|moscow"
        r"|moscou|beijing|pékin|kremlin)\b",
        re.IGNORECASE,
    )
    found = [text for text in leaves(catalogue(language)) if refused.search(text)]
    assert found == []


def test_titles_take_the_most_they_can_say() -> None:
    assert title(swarm()) == "158 accounts posted the same words: “turkey i ate from WALMART #KochFarms”"
    assert (
        title(swarm(), "fr")
        == "158 comptes ont publié les mêmes mots : «\u00a0turkey i ate from WALMART #KochFarms\u00a0»"
    )
    linked = {"families": [{"text": "#walmart https://t.co/szzqrlBAAy #KochFarms"}]}
    assert title(swarm(evidence=linked)) == "158 accounts posted the same words: “#walmart #KochFarms”"
    assert title(swarm(evidence={})) == "158 accounts posted the same words"
    many = {"families": [{"family": "f", "text": "a"}], "families_total": 1025}
    assert title(swarm(evidence=many)) == "158 accounts posted the same 1,025 texts, such as “a”"
    mixed = [{"platform": "x", "id": "1", "kind": kind} for kind in ("account", "page")]
    assert title(swarm(evidence={}, members=mixed)) == "2 members posted the same words"
    assert title(swarm(title_code="copypasta.of_next_year")) == "The same texts · 158 accounts"


def test_the_thirteen_titles() -> None:
    assert [title(one) for one in thirteen() if one.detector not in ("coaction", "copypasta")] == [
        "6 accounts came back changed after a silence of 370 days, all of them within 7 days",
        "300 replies by 18 accounts reached 4 watched people, where 17.1 are usual",
        "384,069 new followers in 4 days, where 13 are usual",
        "One story moved 4 hops, the first one 5 hours later, credited in 1 of them",
        "Views of 130,200 where 30,200 is usual, 4.3 times as many",
        "18 accounts carry marks of an earlier campaign: “Autumn 2025 clip spam (fictional)”",
        "18 accounts post in what would be office hours at UTC+0 to UTC+3",
        "89 % of those who engaged with 30 accounts are among them",
        "14 accounts used the same picture or clip 24 times",
        "Accounts on Bluesky and X that look alike: “fict_quillon_barrow”",
        "A path of 2 ties leads from out-mist-news to Harbour Star (fictional)",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_can_be_told(language: str) -> None:
    for one in thirteen():
        told = [title(one, language), summary(one, language), outcome_sentence(one, language)]
        told += [expected_flags(one, language), compared_with(one, language)]
        told += [str(row) for row in (*why(one, language), *against(one, language))]
        assert not [text for text in told if "{" in text or "None" in text]
        assert why(one, language)
        assert cannot_determine(one, language)[0].code == "runs"


def test_evidence_without_its_numbers_gives_a_title() -> None:
    for one in thirteen():
        for evidence in ({}, dict.fromkeys(one.evidence)):
            assert title(replace(one, evidence=evidence))


def test_summaries_say_what_was_compared() -> None:
    assert summary(swarm()) == (
        "1,204 posts shown · over 6 days · observed 158, not tested against chance yet · holds at 1 time window"
    )
    assert summary(swarm(expected=3.9, windows=[], last_seen="2015-11-26T22:12:00Z"), "fr") == (
        "1\u202f204 messages montrés · au même moment · observé 158, attendu 3,9"
    )


def test_outcomes_are_told_and_never_exceeded() -> None:
    assert outcome_sentence(swarm()) == "Found, but not yet tested against chance; nothing is said about coordination."
    assert outcome_sentence(swarm(reasons=["coverage"])) == (
        "Whether this is coordinated cannot be said from these data."
    )
    tested = swarm(outcome="unexplained", reasons=[])
    sentence = "Coordinated beyond chance; whether the accounts are authentic cannot be said from these data."
    assert outcome_sentence(tested) == sentence
    assert outcome_sentence(replace(tested, meets_deceptive=True)) == (
        f"{sentence} All conditions are met for a named reviewer to decide that this is deceptive."
    )
    decided = "A named reviewer decided that this coordination is deceptive; the decision and its reasons stand in the journal."
    assert outcome_sentence(tested, effective="deceptive") == decided
    assert outcome_label("unexplained", "fr") == "coordonné, authenticité inconnue"


def test_why_has_a_row_a_sign_with_windows_that_hold() -> None:
    found = swarm(expected=9.3, signs=["place", "text"], evidence={"places": [{"id": "1"}, {"id": "1"}, {"id": "2"}]})
    assert why(found) == [
        Why("text", "texts", "accounts that posted or reposted the same", "158", "9.3", "1 h"),
        Why("place", "places", "a place claimed in the text, another one known", "2", "not tested yet", ""),
    ]
    assert windows(found) == [Window("1 min", "4", "3.9", False), Window("1 h", "90", "2.25", True)]
    untested = swarm(signs=[], windows=[{"window_seconds": 10, "observed": 2, "expected": None, "p": None, "q": None}])
    assert why(untested, "fr") == [
        Why(
            "text",
            "textes",
            "des comptes qui ont publié ou repartagé la même chose",
            "158",
            "pas encore testé",
            "pas encore testé",
        )
    ]
    assert why(swarm(windows=swarm().windows[1:]))[0].holds == "at no window"


def test_an_operation_tells_the_numbers_of_its_findings() -> None:
    signs = [
        {
            "sign": "coaction",
            "finding": "a" * 16,
            "counted_with": [],
            "observed": 240.0,
            "expected": 12.5,
            "windows": [300, 60],
        },
        {"sign": "text", "finding": "b" * 16, "counted_with": [], "observed": 14.0, "expected": 0.001, "windows": []},
    ]
    told = why(finding(detector="operation", signs=["coaction", "text"], evidence={"independent": signs}, reasons=[]))
    assert [(row.sign, row.observed, row.expected, row.holds) for row in told] == [
        ("coaction", "240", "12.5", "1 min, 5 min"), ("text", "14", "0.001", ""),
    ]  # fmt: skip


def test_alternatives_with_something_to_weigh_come_first() -> None:
    assert against(swarm()) == [
        Against(
            "breaking_news",
            "breaking news",
            ("posts carry a link (12)",),
            ("all of it is about one event", "posts on the full minute (30, expected 4.5)"),
        ),
        Against("fan_club", "a fan club", (), ()),
    ]


def test_a_point_of_several_findings_is_said_once_and_shares_in_per_cent() -> None:
    said = [{"code": "hops_without_credit", "observed": count} for count in (8, 7, 7, 3, 5)]
    said += [{"code": "several_clients", "observed": 3}, {"code": "several_clients", "observed": 0.398}]
    said += [{"code": "replies_that_repeat", "observed": 0.844, "expected": 0.436}]
    said += [{"code": "spelled_in_several_ways", "observed": count} for count in (1105, 48)]
    told = against(swarm(alternatives=[{"code": "wire", "for": [], "against": said}]))[0]
    assert told.speaks_against == (
        "hops that name no source (3 to 8)",
        "posts come from several clients (3)",
        "share of the posts from the client used most (40 %)",
        "share of the replies that repeat others' words or pictures (84 %, expected 44 %)",
        "spelled in several ways (1,105 · 48)",
    )


def test_only_what_was_not_tested_is_called_so() -> None:
    assert "observed 158 · " in summary(swarm(reasons=[], outcome="unexplained"))
    assert "not tested" not in summary(swarm(reasons=[], outcome="unexplained"))


def test_the_posts_of_a_finding_are_counted_whole() -> None:
    kept = {"posts_total": 4310, "families": []}
    assert summary(swarm(evidence=kept)).startswith("4,310 posts, 1,204 of them shown · ")


def test_a_title_names_no_account() -> None:
    addressed = {"families": [{"text": "RT @somebody: @other what @third said to @fourth"}]}
    assert title(swarm(evidence=addressed)) == "158 accounts posted the same words: “what @… said to @…”"
    nothing = {"families": [{"text": "@somebody @other"}]}
    assert title(swarm(evidence=nothing)) == "158 accounts posted the same words: “@… @…”"


def test_a_reason_says_what_it_means_for_its_kind_of_finding() -> None:
    farm = swarm(detector="follower_farm", reasons=["order_unknown"], unmet=[])
    assert cannot_determine(farm)[2].what == "In which order the followers came."
    assert (
        cannot_determine(swarm(reasons=["order_unknown"], unmet=[]))[2].what == "Who was first: the clocks cannot tell."
    )


def test_what_cannot_be_determined_is_said_once() -> None:
    found = cannot_determine(swarm(unmet=["group_test", "two_signs"], reasons=["not_tested", "explained_by_wire"]))
    assert [row.code for row in found] == ["runs", "owners", "not_tested", "explained_by_wire", "two_signs"]
    assert found[3] == Unknown(
        "explained_by_wire",
        "Whether it is more than outlets printing the same agency text.",
        "The agency's own text and time.",
    )
    pages = [{"platform": "facebook", "id": "1", "kind": "page"}]
    assert "owners" not in [row.code for row in cannot_determine(swarm(members=pages))]


def test_numbers_beside_the_finding() -> None:
    assert expected_flags(swarm()) == "How many of its accounts would be in it by chance has not been measured."
    assert expected_flags(swarm(expected_false_flags=0.2), "fr") == "Environ 0,2 de ses comptes y seraient par hasard."
    assert compared_with(swarm()) == "Not compared with anything yet."
    assert compared_with(swarm(comparison={"population": "accounts_that_posted", "size": 1607})) == (
        "Compared with accounts that posted (1,607)."
    )
    assert layers_sentence(swarm()) == "texts and hashtags"


def test_numbers_times_and_lists() -> None:
    assert [figure(value) for value in (0, 1204, 1204.6, 9.345, 0.0456, 0.2, 2e-7, None, float("nan"))] == [
        "0", "1,204", "1,205", "9.35", "0.0456", "0.2", "<0.001", "–", "–",
    ]  # fmt: skip
    assert figure(1204.5, "fr") == "1\u202f204"
    assert [counted(0, "account"), counted(1, "account"), counted(0, "account", "fr")] == [
        "0 accounts", "1 account", "0 compte",
    ]  # fmt: skip
    assert [span(value) for value in (0, 1, 100, 150, 7200, 518_400)] == [
        "0 seconds", "1 second", "100 seconds", "2 minutes", "2 hours", "6 days",
    ]  # fmt: skip
    assert [window(value) for value in (10, 60, 300, 3600, 86_400, 1_209_600, 61)] == [
        "10 s", "1 min", "5 min", "1 h", "24 h", "14 d", "61 s",
    ]  # fmt: skip
    assert instant("2015-11-26T22:12:00Z") == "2015-11-26 22:12 UTC"
    assert [listed(list("abcd")[:count]) for count in range(5)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
        "a, b, c and 1 more",
    ]
    assert word("roles", "of_next_year") == "of next year"


def test_quoted_texts_are_one_plain_line() -> None:
    assert excerpt("a\u2028b\x00\n c\u202e d\ufeff") == "a b c d"
    assert excerpt("x" * 100) == "x" * 71 + "…"


def test_a_quoted_text_reads_as_it_was_written() -> None:
    assert (
        quoted("@anna Tea &amp; cake at 5, &lt;b&gt;all&lt;/b&gt; welcome https://t.co/a")
        == "Tea & cake at 5, <b>all</b> welcome"
    )
    assert quoted("https://t.co/a &quot;Why?&quot;") == '"Why?"'
