"""What is left of a text when everything that differs between copies is gone."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.texts.text import normal_frame, normalise, tokens, tokens_frame

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Z", "Cf", "Cc")), max_size=60
) | st.text(st.sampled_from("RT @rt//:转发微博via ’'12aßİıς…\u200d\ufe0f\u0301http://t.co 🇮🇪👍🏽今ไทยก็"), max_size=40)
LETTERS = st.characters(min_codepoint=0x41, max_codepoint=0x52F, categories=("Ll", "Lu"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RT @someone: The POLLS open at 7 am! https://t.co/aB1", ["am", "at", "open", "polls", "the"]),
        ("Don’t miss #MakeItCount &amp; vote", ["dont", "makeitcount", "miss", "vote"]),
        ("C'est l'été à Paris, déjà 35 °C", ["c", "cest", "déjà", "lété", "paris", "à"]),
        ("今天天氣很好", ["今天", "天天", "天气", "很好", "气很"]),
        ("转发微博 //@小明:今天天气很好", ["今天", "天天", "天气", "很好", "气很"]),
        ("看这里http://t.cn/abc12，快", ["快", "看这", "这里"]),
        ("الشَّعْبُ يُريـــد الحقيقة", ["الحقيقة", "الشعب", "يريد"]),
        ("ผมกินข้าว", ["กินข้", "ข้าว", "นข้า", "ผมกิ", "มกิน"]),
        ("नमस्ते दुनिया", ["दुनिया", "नमस्ते"]),
        ("iPhone发布会 in Tokyo東京", ["in", "iphone", "tokyo", "发布", "布会", "东京"]),
        ("LIVE🔴🔴 👍🏽 🇮🇪🇮🇪", ["live", "🇮🇪", "👍", "🔴"]),
        ("@a @b https://t.co/x 2017", []),
        ("", []),
    ],
)
def test_tokens_of_a_text(text: str, expected: list[str]) -> None:
    assert tokens(text) == sorted(expected)


def test_words_before_a_repost_mark_are_the_posters_own() -> None:
    texts = ["so true RT @a: the words of a", "RT @a the words of a", "“@a: the words of a”", "the words of a", None]
    assert normal_frame(pl.Series(texts)).rows() == [
        ("so true", False),
        ("the words of a", True),
        ("the words of a", True),
        ("the words of a", False),
        ("", False),
    ]


def test_a_channel_called_rt_is_not_a_repost_mark() -> None:
    assert tokens("Главред RT @someone прокомментировала нападение") == [
        "rt",
        "главред",
        "нападение",
        "прокомментировала",
    ]


def test_traditional_and_simplified_are_one_text() -> None:
    assert tokens("乾淨的選舉，台灣發財") == tokens("干净的选举，台湾发财")


def test_a_group_of_n_characters_stands_for_an_nth_of_a_word() -> None:
    frame = tokens_frame(pl.Series(["word 今天好 ผมกิน 会"]))
    assert dict(frame.select("token", "share").rows()) == pytest.approx(
        {"word": 1.0, "今天": 0.5, "天好": 0.5, "ผมกิ": 1 / 3, "มกิน": 1 / 3, "会": 1.0}
    )


@settings(deadline=None)  # a shared machine may be slow; the time is measured by the benchmark
@given(WORDS)
def test_normalising_twice_changes_nothing_and_no_text_raises(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert tokens(once) == tokens(text)


@settings(deadline=None)
@given(
    st.lists(LETTERS | st.sampled_from(" ,.今天ไทย"), max_size=30), st.sampled_from("\u200b\u200d\ufeff\u2060\u00ad")
)
def test_unseen_characters_do_not_hide_a_copy(characters: list[str], unseen: str) -> None:
    assert tokens(unseen.join(characters)) == tokens("".join(characters))


@settings(deadline=None)
@given(WORDS | st.text(max_size=40))
def test_the_short_way_for_usual_texts_gives_what_the_long_way_gives(text: str) -> None:
    assert tokens(text) == tokens(text + " \ufeff")


@settings(deadline=None)
@given(st.text(LETTERS | st.sampled_from(" #,"), max_size=30))
def test_case_does_not_hide_a_copy(text: str) -> None:
    assert tokens(text.upper()) == tokens(text.lower()) == tokens(text)


@settings(deadline=None)
@given(
    st.text(LETTERS | st.sampled_from(" 今天"), max_size=30), st.from_regex(r"[A-Za-z0-9/?=&_\-]{0,20}", fullmatch=True)
)
def test_another_address_does_not_hide_a_copy(text: str, path: str) -> None:
    assert tokens(f"{text} https://t.co/{path}") == tokens(f"{text} http://example.org/") == tokens(text)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=8))
def test_texts_do_not_touch_each_other_in_a_frame(texts: list[str]) -> None:
    frame = normal_frame(pl.Series(texts, dtype=pl.String))
    assert frame["normal"].to_list() == [normalise(text) for text in texts]
    split = tokens_frame(frame["normal"])
    assert [sorted(split.filter(text=i)["token"].to_list()) for i in range(len(texts))] == [tokens(t) for t in texts]
