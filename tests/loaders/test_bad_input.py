"""Files as they should not be: a sentence or a quarantined row for each, never a traceback, never a lost row."""

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import csvfile, loaders, recognise
from loaders.base import LoadError, Options, Source
from loaders.source import sources
from records.chunk import Chunk
from tests.loaders.loader_snapshots import balanced, read

HEADER = "created_at,emojis,id,retweeted,screen_name,text"
ROWS = [f"2017-08-27 00:05:3{n},True,{100 + n},False,user{n},text {n}" for n in range(5)]


def of(data: bytes | str, name: str = "tweets.csv") -> Source:
    raw = data.encode() if isinstance(data, str) else data
    return Source(name, len(raw), lambda: io.BytesIO(raw))


def table(*rows: str, end: str = "\n") -> str:
    return end.join([HEADER, *rows]) + end


def only(data: bytes | str) -> Chunk:
    (chunk,) = read(of(data), "mayweather")
    assert balanced(chunk)
    return chunk


def refused(chunk: Chunk) -> list[tuple[int, str, str]]:
    return [(item.line, item.column, item.reason) for item in chunk.refused]


def kept(chunk: Chunk) -> list[str]:
    return chunk.frames["posts"]["post_id"].to_list()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "tweets.csv is empty; export it again."),
        (b"\xef\xbb\xbf", "tweets.csv is empty; export it again."),
        ("\n\n", "tweets.csv is empty; export it again."),
        (b"\0" * 5000, "tweets.csv is empty; export it again."),
        (HEADER + "\n", "tweets.csv has a header and no rows; there is nothing to load."),
        (HEADER, "tweets.csv has a header and no rows; there is nothing to load."),
        (HEADER + "\n\n\n", "tweets.csv has a header and no rows; there is nothing to load."),
        (
            "a,b\n1,2\n",
            "tweets.csv is not the boxing night of 26 August 2017 (FiveThirtyEight): it has no column 'created_at'; its"
            " columns are a, b. Leave --format out, or map them with --map column=field.",
        ),
    ],
)
def test_a_file_with_nothing_to_read_is_one_sentence(data: bytes | str, sentence: str) -> None:
    with pytest.raises(LoadError) as caught:
        read(of(data), "mayweather")
    assert str(caught.value) == sentence


CASES: dict[str, tuple[str | bytes, list[str], list[tuple[int, str, str]]]] = {
    "ragged rows": (
        table(ROWS[0], "1,2", ROWS[1], ROWS[2] + ",more", ROWS[3]),
        ["100", "101", "103"],
        [(3, "", "2 cells where the header has 6."), (5, "", "7 cells where the header has 6.")],
    ),
    "an unclosed quotation mark costs its own line only": (
        table(ROWS[0], '2017-08-27 00:05:31,True,1,False,user,"never closed', ROWS[2], ROWS[3]),
        ["100", "102", "103"],
        [(3, "", "A quotation mark opens a cell on this line and does not close it.")],
    ),
    "an unclosed quotation mark that a later one closes": (
        table(ROWS[0], '2017-08-27 00:05:31,True,1,False,user,"never', ROWS[2], '2017-08-27,a,4,b,c,"fine"', ROWS[3]),
        ["100", "102", "4", "103"],
        [(3, "", "A quotation mark opens a cell on this line and does not close it.")],
    ),
    "a quotation mark not doubled": (
        table(ROWS[0], '2017-08-27 00:05:31,True,1,False,user,"say "no" twice"', ROWS[2]),
        ["100", "102"],
        [(3, "", "A quotation mark stands inside a quoted cell without being doubled.")],
    ),
    "quotation marks inside a cell without any around it": (
        table('2017-08-27 00:05:31,True,1,False,user,say "no" twice', ROWS[2]),
        ["1", "102"],
        [],
    ),
    "line breaks in a cell": (
        table('2017-08-27 00:05:31,True,1,False,user,"one\ntwo\r\nthree"', ROWS[2] + ",x"),
        ["1"],
        [(5, "", "7 cells where the header has 6.")],
    ),
    "NUL bytes": (
        table(ROWS[0], ROWS[1] + "\0", ROWS[2]),
        ["100", "102"],
        [(3, "", "The row holds NUL bytes.")],
    ),
    "a tail of NUL bytes": (
        table(ROWS[0]).encode() + b"\0" * 3000,
        ["100"],
        [(3, "", "1 cell where the header has 6.")],
    ),
    "broken bytes in UTF-8": (
        (table(ROWS[0] + "é" * 30, ROWS[1])).encode() + b"2017-08-27 00:05:31,True,1,False,user,tr\xe8s \xff\n",
        ["100", "101"],
        [(4, "", "The row holds bytes that are not valid UTF-8.")],
    ),
    "dates in the wrong shape": (
        table(ROWS[0], ROWS[1].replace("2017-08-27", "27/08/2017"), ROWS[2].replace("2017", "1917"), ROWS[3]),
        ["100", "103"],
        [
            (3, "created_at", "'27/08/2017 00:05:31' is no time that can be read; write it as 2015-10-01 12:30:00."),
            (4, "created_at", "'1917-08-27 00:05:32' lies before 2000 or after 2100."),
        ],
    ),
    "a missing id": (
        table(ROWS[0], ROWS[1].replace("101", "")),
        ["100"],
        [(3, "id", "There is no id.")],
    ),
    "duplicate ids are both kept; the case merges them": (table(ROWS[0], ROWS[0]), ["100", "100"], []),
    "old Macintosh line ends": (table(ROWS[0], ROWS[1], end="\r"), ["100", "101"], []),
    "Windows line ends": (table(ROWS[0], ROWS[1], end="\r\n"), ["100", "101"], []),
    "no line end at the end": (table(ROWS[0], ROWS[1])[:-1], ["100", "101"], []),
    "a cell of 200 KB": (table(ROWS[0] + "x" * 200_000, ROWS[1]), ["100", "101"], []),
    "a line of 40 MB": (
        table(ROWS[0], ROWS[1] + "x" * (40 * 2**20), ROWS[2]),
        ["100", "102"],
        [(3, "", "The line is longer than 16 MiB.")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hazard_costs_only_the_rows_it_is_in(name: str) -> None:
    data, ids, reasons = CASES[name]
    chunks = read(of(data), "mayweather")
    assert all(balanced(chunk) for chunk in chunks)
    assert [post for chunk in chunks for post in kept(chunk)] == ids
    assert [reason for chunk in chunks for reason in refused(chunk)] == reasons


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "cp1252"])
def test_encodings_are_told_apart(encoding: str) -> None:
    text = {"cp1252": "déjà vu – naïve café, señor", "gb18030": "微博上的转发"}.get(encoding, "déjà 微博 Привет 😀")
    chunk = only(table(ROWS[0], ROWS[1].replace("text 1", f'"{text}"')).encode(encoding))
    assert chunk.frames["posts"]["text"].to_list() == ["text 0", text]
    if encoding in ("gb18030", "cp1252"):
        assert chunk.notes[f"rows read as {encoding}"] == 2


def test_a_sample_that_ends_inside_a_character_is_still_utf_8() -> None:
    row = ROWS[0] + "я" * 1000
    for shift in range(2):
        data = table(row + "x" * shift, *[row] * 300).encode()
        found = read(of(data), "mayweather")
        assert {text[-1] for chunk in found for text in chunk.frames["posts"]["text"].to_list()} <= {"я", "x"}
        assert sum(chunk.rows for chunk in found) == 301


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_guessed(delimiter: str) -> None:
    chunk = only(table(*ROWS).replace(",", delimiter))
    assert kept(chunk) == ["100", "101", "102", "103", "104"]


def test_blank_rows_are_ignored_and_counted() -> None:
    chunk = only(table(ROWS[0], "", ",,,,,", ROWS[1]))
    assert kept(chunk) == ["100", "101"]
    assert chunk.ignored == {"blank row": 2}


def test_a_cut_gzip_keeps_what_came_before_and_says_so_once(tmp_path: Path) -> None:
    many = table(*[f"2017-08-27 00:05:30,True,{n},False,user{n * 7919 % 1000},text {n * n}" for n in range(5000)])
    path = tmp_path / "tweets.csv.gz"
    path.write_bytes(gzip.compress(many.encode())[:-5000])
    found = read(sources(path)[0], "mayweather")
    assert all(balanced(chunk) for chunk in found)
    posts = [post for chunk in found for post in kept(chunk)]
    assert posts == [str(n) for n in range(len(posts))]
    assert 3000 < len(posts) < 5000
    (reason,) = [item for chunk in found for item in chunk.refused]
    assert reason.line == len(posts) + 2
    assert reason.reason.startswith("The file ends here too early: the compressed file is cut short after ")


def test_a_time_that_the_clocks_skipped_is_refused_and_the_zone_named() -> None:
    data = table(ROWS[0].replace("2017-08-27 00:05:30", "2021-03-28 02:30:00"), ROWS[1])
    (chunk,) = read(of(data), "mayweather", Options(timezone="Europe/Berlin"))
    assert refused(chunk) == [
        (
            2,
            "created_at",
            "'2021-03-28 02:30:00' does not exist in Europe/Berlin, where the clocks jumped over it; check --timezone.",
        )
    ]
    assert chunk.frames["posts"]["created_at"].dt.to_string("%F %T").to_list() == ["2017-08-26 22:05:31"]
    assert chunk.notes["times without a zone, read as Europe/Berlin"] == 2
    with pytest.raises(LoadError, match="is no time zone; use an IANA name"):
        read(of(data), "mayweather", Options(timezone="Berlin"))


def test_what_is_of_no_format_is_said_with_its_columns() -> None:
    assert recognise(of("a,b\n1,2\n"))[1] == (
        "tweets.csv is of no known format: its columns are a, b."
        " Say which is which with --map column=field, or name the format with --format."
    )
    assert "PDF" in recognise(of(b"%PDF-1.7 ...."))[1]
    assert "web page" in recognise(of("<!DOCTYPE html><html>"))[1]
    assert recognise(of(b""))[0] is None


def _mutations() -> st.SearchStrategy[bytes]:
    """A good file with pieces cut out, doubled, or replaced by what breaks files."""
    base = table(*ROWS, '2017-08-27 00:05:31,True,7,False,user,"two\nlines, ""quoted"""', *ROWS).encode()
    piece = st.sampled_from(
        [b'"', b"\0", b"\n", b"\r", b",", b"\xff", b'"\n', b'",', b"", b"\xe9x", b"1e9", b"|", b"\t"]
    )
    change = st.tuples(st.integers(0, len(base)), st.integers(0, 12), piece)

    def apply(changes: list[tuple[int, int, bytes]]) -> bytes:
        data = base
        for at, length, new in changes:
            data = data[:at] + new + data[at + length :]
        return data

    return st.lists(change, max_size=12).map(apply)


@settings(max_examples=300, deadline=None)
@given(_mutations())
def test_however_a_file_is_broken_every_row_is_accounted_for(data: bytes) -> None:
    for name in ("mayweather", "tables", "x_archive"):
        try:
            found = list(loaders()[name].read(of(data), Options()))
        except LoadError as error:
            assert str(error).endswith(".")
            continue
        assert all(balanced(chunk) for chunk in found)


def _physical(data: str) -> int:
    return sum(1 for line in io.StringIO(data, newline="") if line.strip("\r\n"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["a,b", '"a",b', 'a,"b', '"a"b,c', 'a,"b""', '",', '"', "", "a", "a,b,c"]), min_size=1))
def test_every_line_of_a_broken_table_stands_in_a_row_or_in_the_quarantine(lines: list[str]) -> None:
    """Each line begins a kept record, continues one, is refused or is blank; none is in two of these, none in none."""
    data = "x,y\n" + "".join(f"{line}\n" for line in lines)
    try:
        _, batches = csvfile.read(of(data))
        found = list(batches)
    except LoadError:
        assert not any(lines)
        return
    inside = 0
    for batch in found:
        for row in batch.frame.drop(csvfile.LINE).iter_rows():
            inside += sum((cell or "").count("\n") for cell in row)
    kept_rows = sum(batch.frame.height for batch in found)
    refusals = [item.line for batch in found for item in batch.refused]
    blank = sum(count for batch in found for count in batch.ignored.values())
    assert len(set(refusals)) == len(refusals)
    assert kept_rows + inside + len(refusals) + blank == len(lines)


def _cells(data: str) -> list[tuple[object, ...]]:
    return [row for batch in csvfile.read(of(data))[1] for row in batch.frame.iter_rows()]


@pytest.mark.parametrize("size", range(1, 40))
def test_the_edge_of_a_block_changes_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = 'a,b\r\n"x\r\ny",1\r\n\r\nя,2\n"open,3\nlast\n"4""",5\r\n6,"7\n\n8"\n9,😀'
    whole = _cells(data)
    assert [row[:2] for row in whole] == [("x\r\ny", "1"), ("я", "2"), ('4"', "5"), ("6", "7\n\n8"), ("9", "😀")]
    assert [row[2] for row in whole] == [2, 5, 8, 9, 12]
    monkeypatch.setattr(csvfile.texts, "BLOCK", size)
    assert _cells(data) == whole
    monkeypatch.setattr(csvfile.texts, "STEP", 1)
    assert _cells(data) == whole
