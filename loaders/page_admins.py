"""Where the people who manage pages are, country by country, as the platforms' page transparency shows it."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import csvfile, rows
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk
from records.gazetteer import gazetteer
from records.places import places

_COUNTRIES: Final = (
    "Page Admin Countries", "admin_countries", "page_admin_countries", "pageAdminTopCountry", "Page Admin Top Country",
    "admin_country", "Primary country/region location for people who manage this Page", "Pays des administrateurs",
)  # fmt: skip
_IDS: Final = ("Page ID", "page_id", "Facebook Id", "platformId")
_NAMES: Final = ("Page Name", "page_name", "Nom de la page", "name")
_HANDLES: Final = ("handle", "username", "User Name", "page_username")
_IDENTITY: Final = (*_IDS, *_NAMES, *_HANDLES)
# Tables of posts say the same of the page beside each post; they have loaders of their own.
_POSTS: Final = {"post created", "message", "post_id", "content_id", "created_at"}
# Places with a code of their own that are a city too, which the gazetteer finds first.
_CITIES: Final = ("HK", "MO", "SG")
_PART: Final = r"^(.*?)\s*(?:[(:：（]\s*(\d+)\s*[)）]?)?$"


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    known = columns & _lower(_COUNTRIES) and columns & _lower(_IDENTITY)
    # The contract's own table of pages has the column too.
    own = {"platform", "page_id", "admin_countries"} <= columns
    return 90 if known and not own and not columns & _POSTS else 0


def _lower(names: tuple[str, ...]) -> set[str]:
    return {name.lower() for name in names}


def read(source: Source, options: Options) -> Iterator[Chunk]:
    platform = rows.known_platform(options, LOADER.platform)
    names, batches = csvfile.read(source)
    rows.check(source, names, LOADER.title, (_IDENTITY, _COUNTRIES))
    if posts := [name for name in names if name.lower() in _POSTS]:
        raise LoadError(f"{source.name} is a table of posts (it has a column {posts[0]!r}); leave --format out.")
    for batch in batches:
        yield _convert(Rows(batch, options, LOADER.timezone), platform)


def _convert(batch: Rows, platform: str) -> Chunk:
    handle, name = batch.take(*_HANDLES), batch.take(*_NAMES)
    stands_for = handle.zip_with(handle.is_not_null(), name)
    raw = batch.require(batch.take(*_COUNTRIES), batch.has(*_COUNTRIES) or _COUNTRIES[0])
    countries, bad = _countries(raw)
    batch.refuse(bad, batch.has(*_COUNTRIES) or _COUNTRIES[0], "{value} names no country.", raw)
    shown = batch.platforms("platform") if batch.has("platform") else batch.fill(platform)
    page = rows.names_for_ids(batch, batch.ids(*_IDS), stands_for)
    pages = {
        "platform": shown.fill_null(platform),
        "page_id": batch.require(page, batch.has(*_IDENTITY) or _IDENTITY[0]),
        "name": name,
        "handle": handle,
        "created_at": batch.times("page_created", "page created", "created", "creation date")[0],
        "followers": batch.integers("followers", "page followers", "likes", "page_likes"),
        "admin_countries": countries,
        # As found: the names, and how many people are in each.
        "extra": batch.rest(batch.has(*_COUNTRIES) or ""),
    }
    return batch.chunk("pages", {"pages": batch.build(pages)})


def _countries(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """ISO 3166-1 alpha-2 codes of lists such as `Canada (5), Philippines (2)`, `["CA","PH"]`, `CA|PH`, `加拿大：5`; and
    which of them name something that is no country."""
    # Commas part countries, except where they belong to the name of one.
    joined = raw.str.replace_all(r"(?i)\b(korea|congo|moldova|iran|bolivia|venezuela|tanzania|micronesia),\s*", "$1 ")
    parts = joined.str.strip_chars("[] ").str.replace_all(r"[\"']", "")
    frame = pl.DataFrame({"row": pl.int_range(len(raw), eager=True), "part": parts.str.split(";")})
    frame = frame.with_columns(pl.col("part").list.join("|").str.replace_all(r"\s*[,、，/\n]\s*", "|").str.split("|"))
    frame = frame.explode("part").with_columns(pl.col("part").str.strip_chars().str.replace(_PART, "$1"))
    frame = frame.filter(pl.col("part") != "")
    distinct = frame["part"].unique().sort()
    known = places(distinct)
    codes = pl.Series(list(gazetteer().countries))
    whole = (pl.col("kind") == "country") | pl.col("country").is_in(_CITIES)
    found = pl.DataFrame({"part": distinct, "kind": known["kind"], "country": known["country"]}).select(
        "part",
        code=pl.when(pl.col("part").str.contains(r"^[A-Z]{2}$"))
        .then(pl.when(pl.col("part").is_in(codes.implode())).then("part"))
        .otherwise(pl.when(whole).then("country")),
    )
    grouped = (
        frame.join(found, on="part", how="left", maintain_order="left")
        .group_by("row", maintain_order=True)
        .agg(codes=pl.col("code").unique(maintain_order=True), bad=pl.col("code").is_null().any())
    )
    rows_of = pl.DataFrame({"row": pl.int_range(len(raw), eager=True)})
    listed = rows_of.join(grouped, on="row", how="left", maintain_order="left")
    return listed["codes"], listed["bad"].fill_null(False)


LOADER: Final = Loader(
    name="page_admins",
    title="a list of pages and the countries their managers are in",
    platform="facebook",
    timezone="UTC",
    sample="Page ID,Page Name,Page Admin Countries\n100000000000001,Town News,Canada (5); Philippines (2)",
    how_to_export="A table made from the page transparency that Facebook shows (Primary country/region location for people"
    " who manage this Page), or its copies in CrowdTangle. Names and codes of countries become ISO codes; the counts stay in"
    " `extra`. The platform is facebook unless a column or --platform names another.",
    recognise=recognise,
    read=read,
)
