"""The same text for a benign reason: each trap by its name, in three languages, and what must not pass for one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detectors.base import no_progress
from detectors.copypasta import DETECTOR
from detectors.verdict import decide
from records.finding import Finding
from records.store import in_memory
from tests.detectors.test_copypasta import COPIED, everyday, post

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LETTER = {
    "en": "Dear representative, as a resident of your riding I ask you to vote against the Harbour Act, which would close"
    " three public libraries and double the ferry tax for families. Please tell me how you will vote",
    "fr": "Madame, Monsieur, habitant de votre circonscription, je vous demande de voter contre la loi du Port, qui"
    " fermerait trois bibliothèques publiques et doublerait la taxe du bac. Dites-moi comment vous voterez",
    "zh": "尊敬的代表，作为您选区的居民，我请您投票反对港口法，该法将关闭三座公共图书馆，并使家庭轮渡税翻倍，请告诉我您将如何投票",
}
APP = {
    "en": "I just ran {a}.{b} km in {c} minutes with RunMate along the river and beat my own record of last week once again",
    "fr": "Je viens de courir {a},{b} km en {c} minutes avec RunMate le long du canal et j'ai encore battu mon record",
    "zh": "我刚刚用跑友记沿着河边跑了{a}.{b}公里，用时{c}分钟，又一次打破了自己上个星期的最好成绩，一起来跑步吧",
}
RELEASE = {
    "en": "Press release: Harbour Works opens a yard with four hundred jobs and trains twenty apprentices every year from May",
    "fr": "Communiqué de presse : les Ateliers du Port ouvrent un chantier de quatre cents emplois et forment vingt apprentis",
    "zh": "新闻稿：海港制造将于五月开设新船厂，提供四百个工作岗位，并且每年培训二十名学徒，欢迎各界人士前来参观采访",
}
CREDIT = {"en": "(Reuters)", "fr": "(AFP)", "zh": "（新华社）"}
FANS = {
    "en": "fan club of Zoe Marlowe, tour dates and votes",
    "fr": "fans de Zoe Marlowe, tournées et votes",
    "zh": "林晓星后援会 粉丝",
}
STAFF = {
    "en": "press officer, Harbourfront campaign",
    "fr": "attachée de presse, parti Harbourfront",
    "zh": "蓝港同盟党部 工作人员",
}
languages = pytest.mark.parametrize("language", ["en", "fr", "zh"])


def found(posts: list[dict[str, Any]], **tables: list[dict[str, Any]]) -> Finding:
    records = in_memory({"posts": everyday() + posts} | tables)
    (finding,) = DETECTOR.detect(records, DETECTOR.defaults(), 1, no_progress).findings
    return decide(finding)


def copies(text: str, **more: Any) -> list[dict[str, Any]]:
    return [post(f"c{i}", i * 97, text, post_id=f"c{i}") | more for i in range(12)]


def traps(finding: Finding) -> list[tuple[str, bool, bool]]:
    return [(one["code"], one["explains"], one["open"]) for one in finding.tests["traps"]]


def profiles(words: str, count: int = 12) -> list[dict[str, Any]]:
    others = [
        {"platform": "x", "account_id": f"n{i}", "description": f"{w} and long walks"}
        for i, w in enumerate("abcdefgh" * 4)
    ]
    return [{"platform": "x", "account_id": f"c{i}", "description": words} for i in range(count)] + others


@languages
def test_template_letter_that_a_loaded_page_published_is_open(language: str) -> None:
    page = post("letters", -3600, LETTER[language], author_kind="page", title="Write to your member", post_id="page")
    finding = found([page, *copies(LETTER[language])])
    assert ("template_letter", True, True) in traps(finding)
    assert finding.outcome == "open"


@languages
def test_template_letter_needs_its_template_or_a_petition_page(language: str) -> None:
    assert traps(found(copies(LETTER[language]))) == []
    sent = found(copies(LETTER[language], urls=["https://www.change.org/p/harbour-act"]))
    assert traps(sent) == [("template_letter", True, False)]
    assert sent.outcome == "undetermined"
    assert "explained_by_template_letter" in sent.reasons


@languages
def test_app_post_is_filled_in_by_one_client_with_figures(language: str) -> None:
    rows = [
        post(f"c{i}", i * 97, APP[language].format(a=3 + i, b=i, c=20 + 3 * i), client="RunMate", post_id=f"c{i}")
        for i in range(12)
    ]
    assert traps(found(rows)) == [("app_post", True, False)]
    by_hand = [row | {"client": "Twitter for iPhone"} for row in rows]
    assert traps(found(by_hand)) == []


def test_app_post_speaks_for_its_user_and_names_itself() -> None:
    said = (
        "I just activated @Tidy_Timeline on my account to automatically delete my old posts ( https://tidy.example/x )!"
    )
    assert traps(found(copies(said + " It keeps the favourites and tells all my friends about it"))) == [
        ("app_post", True, False)
    ]
    assert (
        traps(
            found(
                copies(said.replace("I just activated", "Nobody should use") + " It keeps the favourites and tells all")
            )
        )
        == []
    )


@languages
def test_press_release_is_open_where_the_page_that_issued_it_was_loaded(language: str) -> None:
    papers = copies(RELEASE[language], author_kind="outlet", content_type="article")
    assert traps(found(papers)) == [("press_release", True, False)]
    firm = post("firm", -3600, RELEASE[language], author_kind="page", post_id="firm")
    assert found([firm, *papers]).outcome == "open"


@languages
def test_wire_copy_of_outlets_carries_the_agencys_mark(language: str) -> None:
    marked = COPIED[language] + " " + CREDIT[language]
    assert traps(found(copies(marked, author_kind="outlet"))) == [("wire", True, False)]
    assert traps(found(copies(COPIED[language], author_kind="outlet", credited_to="Coast Agency"))) == [
        ("wire", True, False)
    ]
    # People who write an agency's name under their own copies are no outlets.
    assert traps(found(copies(marked))) == []


@languages
def test_share_button_names_the_page_and_the_site(language: str) -> None:
    said = {
        "en": "Check out “{}” via The Harbour Post",
        "fr": "À lire : « {} » via @harbourpost",
        "zh": "推荐阅读《{}》，来自海港日报",
    }
    rows = copies(said[language].format(COPIED[language]), urls=["https://harbourpost.example/1"])
    assert traps(found(rows)) == [("app_post", True, False)]


def test_scheduler_explains_the_feeds_of_outlets_and_nobody_else() -> None:
    on_time = [row | {"created_at": START + timedelta(minutes=i)} for i, row in enumerate(copies(COPIED["en"]))]
    assert traps(found([row | {"author_kind": "outlet"} for row in on_time])) == [("scheduler", True, False)]
    assert traps(found(on_time)) == []


@languages
@pytest.mark.parametrize(("code", "bios"), [("fan_club", FANS), ("staff", STAFF)])
def test_membership_most_profiles_declare_is_open(language: str, code: str, bios: dict[str, str]) -> None:
    finding = found(copies(COPIED[language]), accounts=profiles(bios[language]))
    assert traps(finding) == [(code, False, True)]
    assert finding.outcome == "open"
    assert traps(found(copies(COPIED[language]), accounts=profiles(bios[language], 5))) == []


def test_same_owner_in_the_register_is_open() -> None:
    papers = copies(COPIED["en"], author_kind="outlet")
    register = [{"subject_id": f"c{i}", "object_id": "org:house", "relation": "owned_by"} for i in range(12)]
    assert found(papers, ownership=register).outcome == "open"
    assert traps(found(papers, ownership=register[:5])) == []
