"""The quick reader of CSV against the tolerant one: the same rows, lines and refusals for any text."""

import io
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loaders import csvfile, csvquick
from loaders import text as texts
from loaders.base import LoadError, Source


def outcome(data: bytes) -> tuple[list[Any], list[Any], int] | str:
    source = Source("table.csv", len(data), lambda: io.BytesIO(data))
    try:
        batches = list(csvfile.read(source)[1])
    except LoadError as error:
        return str(error)
    return (
        [row for batch in batches for row in batch.frame.rows(named=True)],
        [refusal for batch in batches for refusal in batch.refused],
        sum(batch.ignored.get("blank row", 0) for batch in batches),
    )


def both(data: bytes, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(texts, "BLOCK", block)
        quick = outcome(data)
        patch.setattr(csvquick, "records", lambda *_: None)
        assert quick == outcome(data)


CELL = st.text(st.sampled_from(list('ab,"\n\r;\0\t é中🙂\u2028\ufeff')), max_size=6)
GOOD = CELL.map(lambda text: '"' + text.replace('"', '""') + '"') | st.sampled_from(["", "x", "1", "\u00e9t\u00e9"])
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Mostly good tables of three columns, with raw cells, rows of other widths and a torn end among them."""
    rows = draw(st.lists(st.lists(GOOD, min_size=3, max_size=3), max_size=8))
    for row in rows:
        if draw(st.integers(0, 5)) == 0:
            row[draw(st.integers(0, 2))] = draw(CELL)
        if draw(st.integers(0, 9)) == 0:
            row.append("more")
    end = draw(ENDS)
    text = "".join(",".join(row) + end for row in [["a", "b", "c"], *rows])
    return text[: len(text) - draw(st.integers(0, 3))].encode("utf-8", "replace")


@settings(max_examples=400, deadline=None)
@given(
    data=tables() | st.text(st.sampled_from(list('a,"\n\r')), max_size=40).map(str.encode),
    block=st.sampled_from([5, 17, 4096]),
)
@example(b'a,b,c\n1,"x"y,2\n', 4096)
@example(b'a,b,c\n1,x"y,2\n3,"""",4\n', 4096)
@example(b'a,b,c\n1,"x\r\ny\rz\n",2\n3,4,5', 4096)
@example(b"a,b,c\n1,2,3\n\xef\xbb\xbf4,5,6\n", 12)
@example(b'a,b,c\n1,2,3\n\n4,5,6\n"7,8,9\n', 4096)
def test_both_readers_say_the_same(data: bytes, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        both(data, patch, block)


def test_the_quick_reader_reads_what_is_well_formed_and_leaves_the_rest() -> None:
    good = b'1,2\n"a\nb",""\n,3\n'
    frame, used = csvquick.records(good + b'"open\n', 7, 2, ",") or (None, 0)
    assert used == len(good)
    assert frame is not None
    assert frame.rows() == [("1", "2", 7), ("a\nb", None, 8), (None, "3", 10)]
    for broken in (b"1\n", b'1,"2"3\n', b"1,2\0\n", b"1,\xff\n", b"\n", b",\n", b""):
        assert csvquick.records(broken, 1, 2, ",") is None
