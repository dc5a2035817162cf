"""What repeats across posts is marked, word by word, or character by character where words have no spaces."""

import time

from hypothesis import given
from hypothesis import strategies as st

from views.repeats import mark_repeats


def test_runs_of_words_that_stand_in_another_text_are_marked() -> None:
    assert mark_repeats(
        [
            "Just got back from the rally, so happy!",
            "hm, just got back from the RALLY. What energy",
            "Nothing here at all",
        ]
    ) == [
        [("Just got back from the rally", True), (", so happy!", False)],
        [("hm, ", False), ("just got back from the RALLY", True), (". What energy", False)],
        [("Nothing here at all", False)],
    ]


def test_a_changed_word_in_the_middle_is_left_out() -> None:
    marked = mark_repeats(["turkey i ate from WALMART made me sick", "turkey i ate from a shop made me sick"])
    assert marked == [
        [("turkey i ate from", True), (" WALMART ", False), ("made me sick", True)],
        [("turkey i ate from", True), (" a shop ", False), ("made me sick", True)],
    ]


def test_two_words_in_common_are_no_repeat_but_a_whole_short_text_is() -> None:
    assert mark_repeats(["i am here", "i am there"]) == [[("i am here", False)], [("i am there", False)]]
    assert mark_repeats(["LIVE!", "live", "Live now"]) == [
        [("LIVE", True), ("!", False)],
        [("live", True)],
        [("Live now", False)],
    ]


def test_scripts_without_spaces_are_compared_by_character() -> None:
    assert mark_repeats(["今天枫湾渡轮涨价了", "枫湾渡轮涨价，街坊怒了", "街坊"]) == [
        [("今天", False), ("枫湾渡轮涨价", True), ("了", False)],
        [("枫湾渡轮涨价", True), ("，街坊怒了", False)],
        [("街坊", False)],
    ]


def test_in_a_large_family_what_two_share_is_not_marked() -> None:
    texts = [f"the common line of everybody and number {n}" for n in range(40)]
    texts[3] += " with an aside of two"
    texts[4] += " with an aside of two"
    assert [text for text, mark in mark_repeats(texts)[3] if mark] == ["the common line of everybody and number"]


def test_nothing_to_compare() -> None:
    assert mark_repeats([]) == []
    assert mark_repeats(["", "one text alone"]) == [[], [("one text alone", False)]]


def test_five_hundred_posts_take_about_a_second() -> None:
    texts = [f"post {n % 50} says the same thing as the others do in {n} words " * 5 for n in range(500)]
    begin = time.monotonic()
    mark_repeats(texts)
    assert time.monotonic() - begin < 10  # 0.2 s on an idle machine; the ceiling is for a shared one


@given(st.lists(st.text(max_size=60), max_size=6))
def test_the_pieces_are_the_text(texts: list[str]) -> None:
    marked = mark_repeats(texts)
    assert ["".join(piece for piece, _ in pieces) for pieces in marked] == texts
    assert all(piece for pieces in marked for piece, _ in pieces)
