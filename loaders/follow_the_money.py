"""Who owns, directs and speaks for whom, as FollowTheMoney writes it: one entity a line, relations as entities too."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import orjson
import polars as pl

from loaders import articles, items, rows
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.csvfile import Batch
from loaders.rows import Rows
from records import words
from records.chunk import Chunk

Item = dict[str, Any]

# Schema: which property is the subject, which the object, and how the contract calls it. Membership and representation
# are closest to `partner_of`; what they are called there stands in `extra`.
_RELATIONS: Final = {
    "Ownership": ("asset", "owner", "owned_by"),
    "Directorship": ("organization", "director", "directed_by"),
    "Membership": ("member", "organization", "partner_of"),
    "Representation": ("agent", "client", "partner_of"),
}
_ORGANISATIONS: Final = ("Company", "Organization", "LegalEntity", "PublicBody")
_NAMED: Final = (*_ORGANISATIONS, "Person", "Asset", "Vessel")
_ALONE: Final = "entity that says nothing by itself; relations carry its name"
_FOREIGN: Final = "entity of a kind that no record here holds"
_PROPERTIES: Final = (
    "asset", "owner", "director", "member", "organization", "agent", "client", "startDate", "endDate", "role", "name",
    "website", "country", "jurisdiction", "service", "username", "sourceUrl", "publisher",
)  # fmt: skip
_PATHS: Final = {
    "id": "id", "schema": "schema", "datasets": "datasets", "properties": "properties", "_subject": "_subject",
    "_object": "_object", "_object_name": "_object_name", "_subject_kind": "_subject_kind", "_object_kind": "_object_kind",
    **{name: f"properties.{name}" for name in _PROPERTIES},
}  # fmt: skip
_WHOLE: Final = "items"


def recognise(sample: Sample) -> int:
    return 95 if {"id", "schema", "properties"} <= sample.paths and _has_lists(sample.paths) else 0


def _has_lists(paths: frozenset[str]) -> bool:
    return any(path.startswith("properties.") and path.endswith(".item") for path in paths)


def read(source: Source, options: Options) -> Iterator[Chunk]:
    known = _Names(source)

    def whole(batch: Rows) -> Chunk:
        return batch.chunk(_WHOLE, {_WHOLE: batch.frame.with_columns(batch.lines)})

    found = items.read(
        source,
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=("id", "schema", "properties"),
        convert=whole,
        expand=known.pairs,
    )
    for chunk in found:
        frame = chunk.frames[_WHOLE]
        schema = pl.col("schema").fill_null("")
        related = frame.filter(schema.is_in(list(_RELATIONS)))
        accounts = frame.filter(schema == "UserAccount")
        rest = frame.filter(~schema.is_in([*_RELATIONS, "UserAccount"]))
        yield _outlets(Rows(Batch(rest, chunk.refused, chunk.ignored), options, LOADER.timezone))
        if accounts.height:
            yield _accounts(Rows(Batch(accounts), options, LOADER.timezone))
        if related.height:
            yield _ownership(Rows(Batch(related), options, LOADER.timezone))


class _Names:
    """Names and kinds of everything a relation may point at: some 300 bytes an entity, held for the time of the load."""

    def __init__(self, source: Source) -> None:
        """Raises LoadError where no line is an entity."""
        self._known: dict[str, tuple[str | None, str]] = {}
        seen = False
        with closing(source.open()) as stream:
            for line in stream:
                try:
                    item = orjson.loads(line)
                except orjson.JSONDecodeError:
                    continue  # the reading proper refuses it
                if isinstance(item, dict) and isinstance(item.get("properties"), dict):
                    seen = seen or "schema" in item
                    if item.get("schema") in _NAMED:
                        self._known[str(item.get("id"))] = (_first(item, "name"), _kind(item))
        if not seen:
            raise LoadError(
                f"{source.name} is not {LOADER.title}: no line is an object with schema and properties; leave --format out."
            )

    def pairs(self, item: Item) -> list[Item]:
        """A relation for each pair it names; everything else as it is."""
        ends = _RELATIONS.get(str(item.get("schema")))
        if ends is None:
            owner = _first(item, "owner") or ""
            name, kind = self._known.get(owner, (None, "organisation"))
            return [{**item, "_object": owner or None, "_object_name": name, "_object_kind": kind}]
        found = []
        for subject in _all(item, ends[0]) or [None]:
            for other in _all(item, ends[1]) or [None]:
                name, kind = self._known.get(str(other), (None, "organisation"))
                own = self._known.get(str(subject), (None, "organisation"))[1]
                found.append(
                    {
                        **item,
                        "_subject": subject,
                        "_object": other,
                        "_object_name": name,
                        "_subject_kind": own,
                        "_object_kind": kind,
                    }
                )
        return found


def _all(item: Item, name: str) -> list[Any]:
    properties = item.get("properties")
    values = properties.get(name) if isinstance(properties, dict) else None
    # Some exports nest the entity where others give its id.
    found = (
        [value.get("id") if isinstance(value, dict) else value for value in values] if isinstance(values, list) else []
    )
    return [value for value in found if isinstance(value, str) and value]


def _first(item: Item, name: str) -> str | None:
    return next(iter(_all(item, name)), None)


def _kind(item: Item) -> str:
    """An organisation with a site of its own is an outlet, as in `outlets`."""
    if item.get("schema") == "Person":
        return "person"
    return "outlet" if item.get("schema") in _ORGANISATIONS and _first(item, "website") else "organisation"


def _property(batch: Rows, name: str) -> pl.Series:
    """The first of a property's values; the others stay in `extra`."""
    return batch.take(name).str.json_path_match("$[0]")


def _said(batch: Rows) -> pl.Series:
    """Where the statement comes from: its publisher or address, else the data set it stands in."""
    values = [_property(batch, name) for name in ("publisher", "sourceUrl", "datasets")]
    return pl.select(pl.coalesce(*(pl.lit(value) for value in values))).to_series()


def _used(batch: Rows) -> None:
    for name in _PATHS:
        batch.take(name)


def _outlets(batch: Rows) -> Chunk:
    schema, website = batch.take("schema"), _property(batch, "website")
    organisation = schema.is_in(_ORGANISATIONS).fill_null(False)
    batch.ignore((organisation & website.is_null()) | (schema == "Person"), _ALONE)
    batch.ignore(~organisation, _FOREIGN)
    _used(batch)
    country, jurisdiction = _property(batch, "country"), _property(batch, "jurisdiction")
    address = website.str.replace(r"^(?:https?://)?", "https://")
    outlets = {
        "outlet_id": batch.require(batch.ids("id"), "id"),
        "name": _property(batch, "name"),
        "domain": articles.domains(address),
        "country": country.zip_with(country.is_not_null(), jurisdiction).str.to_uppercase(),
        # FollowTheMoney does not say who controls what is published.
        "kind": batch.fill("unknown"),
        "source": _said(batch),
        "extra": batch.rest("schema", "properties", "datasets"),
    }
    return batch.chunk("outlets", {"outlets": batch.build(outlets)})


def _accounts(batch: Rows) -> Chunk:
    _used(batch)
    service, name = _property(batch, "service"), _property(batch, "username")
    distinct = service.drop_nulls().unique().to_list()
    known = [words.platform(value) or f"other:{value.strip().lower()}" for value in distinct]
    platform = batch.require(service.replace_strict(distinct, known, return_dtype=pl.String), "service")
    handle = name.str.replace(r"^@", "")
    account = batch.require(rows.names_for_ids(batch, batch.fill(None), handle), "username")
    frames = {
        "accounts": batch.build(
            {
                "platform": platform,
                "account_id": account,
                "handle": handle,
                "display_name": _property(batch, "name"),
                "extra": batch.rest("id", "schema", "properties", "datasets"),
            }
        ),
        "ownership": batch.build(
            {
                "subject_id": platform + ":" + account,
                "object_id": batch.take("_object"),
                "relation": batch.fill("owned_by"),
                "subject_kind": batch.fill("account"),
                "object_kind": batch.take("_object_kind"),
                "object_name": batch.take("_object_name"),
                "source": _said(batch),
            }
        ).drop_nulls("object_id"),
    }
    return batch.chunk("accounts", frames)


def _ownership(batch: Rows) -> Chunk:
    _used(batch)
    schema = batch.take("schema")
    for column, closing_month in (("startDate", False), ("endDate", True)):
        batch.frame = batch.frame.with_columns(_day(_property(batch, column), closing_month).alias(column))
    ownership = {
        "subject_id": batch.require(batch.take("_subject"), "subject"),
        "object_id": batch.require(batch.take("_object"), "object"),
        "relation": schema.replace_strict({name: ends[2] for name, ends in _RELATIONS.items()}, return_dtype=pl.String),
        "subject_kind": batch.take("_subject_kind"),
        "object_kind": batch.take("_object_kind"),
        "object_name": batch.take("_object_name"),
        "since": batch.times("startDate", first=None)[0],
        "until": batch.times("endDate", first=None)[0],
        "source": _said(batch),
        "extra": batch.rest("id", "schema", "properties", "datasets"),
    }
    return batch.chunk("ownership", {"ownership": batch.build(ownership)})


def _day(date: pl.Series, end: bool) -> pl.Series:
    """Dates that name a year or a month only, as their first day, or their last where something ended then."""
    year, month = date.str.contains(r"^\d{4}$").fill_null(False), date.str.contains(r"^\d{4}-\d\d$").fill_null(False)
    if not (year | month).any():
        return date
    first = (date + "-01").str.to_date("%Y-%m-%d", strict=False)
    of_month = first.dt.month_end() if end else first
    of_year = date + ("-12-31" if end else "-01-01")
    return pl.select(
        pl.when(pl.lit(year)).then(pl.lit(of_year)).when(pl.lit(month)).then(pl.lit(of_month.dt.to_string("%Y-%m-%d")))
        .otherwise(pl.lit(date))
    ).to_series()  # fmt: skip


LOADER: Final = Loader(
    name="follow_the_money",
    title="entities of FollowTheMoney",
    platform="",
    timezone="UTC",
    sample='{"id": "own-1", "schema": "Ownership", "properties": {"owner": ["company-1"], "asset": ["paper-1"],\n'
    ' "startDate": ["2015"]}, "datasets": ["registry"]}',
    how_to_export="entities.ftm.json of OpenSanctions or OpenAleph, or any `ftm` command: one JSON object a line. Ownership,"
    " Directorship, Membership and Representation become `ownership` (the last two as partner_of), organisations with a"
    " website outlets, user accounts accounts. It grades nothing, so neither do the records.",
    recognise=recognise,
    read=read,
)
