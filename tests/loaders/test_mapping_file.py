"""Mappings kept as TOML and used again; columns joined; dates as people write them."""

import io
from pathlib import Path

import polars as pl
import pytest

from loaders import dates
from loaders.base import LoadError, Options, Source
from loaders.columns import times
from loaders.mapping import Mapping, load, options, save
from tests.loaders.loader_snapshots import read

WHOLE = Mapping(
    "posts",
    {"Jour+Heure": "created_at", "Qui": "author.handle", 'Q"uoi': "text", "Note": "extra"},
    {"platform": "vk", "author_kind": "page"},
    "Europe/Paris",
    "day-first",
)
EXPORT = 'Jour,Heure,Qui,"Q""uoi",Note,Fans\n03/04/2024,18:30,anna,hello,x,7\n31/12/2024,23:59:10,bert,hi,,8\n'


def of(text: str) -> Source:
    return Source("export.csv", len(text), lambda: io.BytesIO(text.encode()))


def test_a_mapping_is_kept_and_read_back_whole(tmp_path: Path) -> None:
    save(WHOLE, tmp_path / "m.toml")
    assert load(tmp_path / "m.toml") == WHOLE
    assert (tmp_path / "m.toml").read_text(encoding="utf-8").splitlines()[2:8] == [
        "version = 1",
        'table = "posts"',
        'timezone = "Europe/Paris"',
        'dates = "day-first"',
        "",
        "[columns]",
    ]


def test_a_mapping_reads_a_file_and_what_is_said_beside_it_stands_above_it(tmp_path: Path) -> None:
    save(WHOLE, tmp_path / "m.toml")
    said = Options(mapping={"Fans": "author.followers"}, platform="telegram")
    (chunk,) = read(of(EXPORT), "mapped", options(load(tmp_path / "m.toml"), said))
    posts = chunk.frames["posts"].select("platform", "author_id", "author_kind", "created_at", "time_precision", "text")
    assert [(p, a, k, f"{at:%Y-%m-%d %H:%M:%S}", exact, text) for p, a, k, at, exact, text in posts.rows()] == [
        ("telegram", "name:anna", "page", "2024-04-03 16:30:00", "minute", "hello"),
        ("telegram", "name:bert", "page", "2024-12-31 22:59:10", "second", "hi"),
    ]
    assert chunk.frames["accounts"].select("handle", "followers").rows() == [("anna", 7), ("bert", 8)]
    assert chunk.columns_unknown == {"Note"}


def test_a_mapping_of_other_columns_says_which(tmp_path: Path) -> None:
    save(WHOLE, tmp_path / "m.toml")
    with pytest.raises(LoadError) as caught:
        read(of("Jour,Qui,Texte\n03/04/2024,a,b\n"), "mapped", options(load(tmp_path / "m.toml")))
    assert str(caught.value) == (
        "export.csv has no columns 'Jour+Heure', 'Q\"uoi', 'Note'; its columns are Jour, Qui, Texte."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no mapping m.toml; `murmur load FILE --save-mapping m.toml` makes one."),
        ("version = ", "The mapping m.toml cannot be read (Invalid value (at end of document))."),
        ("version = 2", "The mapping m.toml is of version 2; this murmur reads 1."),
        ("version = 1\ncolour = 3", "The mapping m.toml has 'colour', which no mapping has; it holds "),
        ("version = 1\ncolumns = 3", "[columns] of the mapping m.toml must hold one text for each name."),
        ('version = 1\ntable = "people"', "The mapping m.toml is of 'people', which is none of accounts, "),
        ('version = 1\ndates = "usual"', "dates in the mapping m.toml must be day-first or month-first."),
        ('version = 1\ntimezone = "Paris"', "'Paris' is no time zone; use an IANA name such as Europe/Berlin or UTC."),
    ],
)
def test_a_mapping_that_is_none_is_one_sentence(
    text: str | None, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("m.toml").write_text(text)
    with pytest.raises(LoadError) as caught:
        load(Path("m.toml"))
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("mapping", "say"),
    [
        ({"Jour": "created_at"}, "--dates day-first."),
        ({"Jour+Heure": "created_at"}, "--dates day-first."),
    ],
)
def test_dates_in_numbers_are_not_read_without_their_order(mapping: dict[str, str], say: str) -> None:
    with pytest.raises(LoadError) as caught:
        read(of(EXPORT), "mapped", Options(mapping={**mapping, "Qui": "handle", "x": "platform"}))
    assert (
        str(caught.value) == f"export.csv: Jour holds dates such as '03/04/2024'; say which number comes first: {say}"
    )


PEOPLE = [
    # as written, day-first, month-first: the instant without its separators, or None
    ("27/08/2017", "2017-08-27 00:00:00 day", None),
    ("8/27/2017 12:05:31 AM", None, "2017-08-27 00:05:31 second"),
    ("3/4/2024 9:05 pm", "2024-04-03 21:05:00 minute", "2024-03-04 21:05:00 minute"),
    ("27.08.17 10:05:01 +0200", "2017-08-27 08:05:01 second", None),
    ("Aug 27, 2017 1:05 PM", "2017-08-27 13:05:00 minute", "2017-08-27 13:05:00 minute"),
    ("Sunday, August 27, 2017 at 1:05 PM", "2017-08-27 13:05:00 minute", "2017-08-27 13:05:00 minute"),
    ("27 août 2017 à 13h05", "2017-08-27 13:05:00 minute", "2017-08-27 13:05:00 minute"),
    ("1er février 2024", "2024-02-01 00:00:00 day", "2024-02-01 00:00:00 day"),
    ("2021年5月6日 下午1:05", "2021-05-06 13:05:00 minute", "2021-05-06 13:05:00 minute"),
    ("2021年5月6日 12:00", "2021-05-06 12:00:00 minute", "2021-05-06 12:00:00 minute"),
    ("2017/8/27 9:05", "2017-08-27 09:05:00 minute", "2017-08-27 09:05:00 minute"),
    ("2017-08-27T00:05:34Z", "2017-08-27 00:05:34 second", "2017-08-27 00:05:34 second"),
    ("1503792334", "2017-08-27 00:05:34 second", "2017-08-27 00:05:34 second"),
    ("soon", None, None),
]


@pytest.mark.parametrize("order", dates.ORDERS)
def test_dates_as_people_write_them(order: str) -> None:
    found = times(dates.plain(pl.Series("when", [text for text, *_ in PEOPLE]), order))
    read_as = [
        None if instant is None else f"{instant:%Y-%m-%d %H:%M:%S} {exact}"
        for instant, exact in zip(found.values, found.precision, strict=True)
    ]
    assert read_as == [expected[dates.ORDERS.index(order)] for _, *expected in PEOPLE]


def test_numbers_above_twelve_settle_which_comes_first() -> None:
    assert dates.order(pl.Series(["3/4/2024", "13/4/2024"])) == "day-first"
    assert dates.order(pl.Series(["3/4/2024", "3/14/24 10:00"])) == "month-first"
    assert dates.order(pl.Series(["3/4/2024"])) == ""
    assert dates.order(pl.Series(["13/4/2024", "4/13/2024"])) == ""
    assert dates.order(pl.Series(["2024-04-03", None])) is None
