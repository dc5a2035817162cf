"""Indicators and observables of a STIX 2.1 bundle as those of a campaign that somebody confirmed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import PurePosixPath
from typing import Any, Final

import ijson
from stix2patterns.exceptions import ParseException
from stix2patterns.v21.pattern import Pattern

from loaders import indicators, items
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.native import mapping, text_of
from loaders.rows import Rows
from records import words
from records.chunk import Chunk

Item = dict[str, Any]

_OBSERVABLES: Final = {"user-account", "domain-name", "url"}
# What a campaign is called, the first that is there: STIX's own, what stands in for it, what it was published in.
_NAMING: Final = ("campaign", "intrusion-set", "threat-actor", "incident", "report", "grouping")
_LINKS: Final = {"indicates", "attributed-to", "uses", "related-to", "based-on", "part-of"}
_PATHS: Final = {
    "type": "type", "id": "id", "_campaign": "_campaign", "_by": "_by", "_kind": "_kind", "_value": "_value",
    "_platform": "_platform", "_problem": "_problem", "_ignored": "_ignored", "valid_from": "valid_from",
    "created": "created",
}  # fmt: skip
_HEX64: Final = 64


def recognise(sample: Sample) -> int:
    bundle = {"objects.item.type", "objects.item.id"} <= sample.paths and {"type", "id"} <= sample.paths
    return 95 if bundle and b'"bundle' in sample.head[:4096] + sample.head[-4096:] else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    context = _Context(source)
    yield from items.read(
        source,
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=("type", "id"),
        convert=_convert,
        where="objects.item",
        expand=context.apart,
    )


class _Context:
    """What the other objects of the bundle say about an indicator; only they are held in memory."""

    def __init__(self, source: Source) -> None:
        """Raises LoadError where the file is no bundle."""
        self._names: dict[str, tuple[int, str]] = {}
        self._identities: dict[str, str] = {}
        self._about: dict[str, list[str]] = {}
        self._file = PurePosixPath(source.name.rsplit("!", 1)[-1]).name.removesuffix(".gz").removesuffix(".json")
        bundle = False
        with closing(source.open()) as stream:
            try:
                for item in ijson.items(stream, "objects.item", use_float=True):
                    if isinstance(item, dict):
                        bundle = bundle or ("--" in str(item.get("id")) and "type" in item)
                        self._note(item)
            except (ijson.JSONError, UnicodeError):
                pass  # the reading proper says where the file breaks
        if not bundle:
            raise LoadError(
                f"{source.name} is not {LOADER.title}: it holds no objects with a STIX id; leave --format out."
            )

    def apart(self, item: Item) -> list[Item]:
        """An item for each indicator that an object names, one that is ignored for any other object."""
        said: Item = {**item, "_campaign": self._campaign(item), "_by": self._by(item)}
        kind = str(item.get("type"))
        if kind == "indicator":
            found, problem = _of_pattern(item)
        elif kind in _OBSERVABLES:
            found, problem = [_observable(item)], ""
        else:
            return [{**said, "_ignored": "object of the bundle that is no indicator"}]
        if problem:
            return [{**said, "_problem": problem}]
        known = [entry for entry in found if entry]
        if not known:
            return [{**said, "_ignored": "indicator of a kind that no record here holds"}]
        return [{**said, **entry} for entry in known]

    def _note(self, item: Item) -> None:
        identifier, kind = str(item.get("id")), str(item.get("type"))
        name = text_of(item.get("name"))
        if kind in _NAMING and name:
            self._names[identifier] = (_NAMING.index(kind), name)
        if kind == "identity" and name:
            self._identities[identifier] = name
        if kind == "relationship" and str(item.get("relationship_type")) in _LINKS:
            self._about.setdefault(str(item.get("source_ref")), []).append(str(item.get("target_ref")))
        references = item.get("object_refs")
        for reference in references if isinstance(references, list) else ():
            self._about.setdefault(str(reference), []).append(identifier)

    def _campaign(self, item: Item) -> str:
        """The name nearest to the indicator, over at most two references; else the bundle's only one; else the file's."""
        near = self._about.get(str(item.get("id")), [])
        for step in (near, [far for one in near for far in self._about.get(one, [])]):
            named = sorted(self._names[one] for one in step if one in self._names)
            if named:
                return named[0][1]
        of_campaigns = {name for rank, name in self._names.values() if rank == 0}
        return of_campaigns.pop() if len(of_campaigns) == 1 else self._file

    def _by(self, item: Item) -> str | None:
        """Who made the object; observables have no author, so the one that the report they stand in has."""
        return self._identities.get(str(item.get("created_by_ref"))) or (
            next(iter(self._identities.values())) if len(self._identities) == 1 else None
        )


def _observable(item: Item) -> Item | None:
    kind = item.get("type")
    if kind == "user-account":
        return _account(item)
    value = text_of(item.get("value"))
    return {"_kind": "domain" if kind == "domain-name" else "url", "_value": value} if value else None


def _account(fields: Item) -> Item | None:
    """By id where there is one, which outlasts a change of name."""
    value = next(
        (text_of(fields.get(key)) for key in ("user_id", "account_login", "display_name") if fields.get(key)), None
    )
    return {"_kind": "account", "_value": value, "_platform": _platform(fields.get("account_type"))} if value else None


def _platform(said: Any) -> str | None:
    if not isinstance(said, str) or not said:
        return None
    return words.platform(said) or f"other:{said.strip().lower()}"


def _of_pattern(item: Item) -> tuple[list[Item | None], str]:
    """What a pattern names, or why it cannot be used. Only equality names one thing."""
    if item.get("pattern_type", "stix") != "stix":
        return [None], ""
    try:
        comparisons = mapping(Pattern(str(item.get("pattern"))).inspect().comparisons)
    except (ParseException, RecursionError) as error:
        return [], f"The pattern cannot be read ({str(error).splitlines()[0]})."
    found: list[Item | None] = []
    for kind, tests in comparisons.items():
        if kind not in (*_OBSERVABLES, "file"):
            continue
        if any(operator not in ("=", "IN") for _, operator, _ in tests):
            return [], "The pattern asks for more than equality, which names no single indicator."
        values: dict[str, list[str]] = {}
        for path, operator, literal in tests:
            values.setdefault(".".join(map(str, path)).lower(), []).extend(_literals(operator, literal))
        found += _named(kind, values)
    return found or [None], ""


def _named(kind: str, values: dict[str, list[str]]) -> list[Item | None]:
    if kind == "user-account":
        key = next((key for key in ("user_id", "account_login", "display_name") if key in values), None)
        types = values.get("account_type", [])
        shared = types[0] if len(set(types)) == 1 else None
        return [_account({key: value, "account_type": shared}) for value in values[key]] if key else [None]
    if kind == "file":
        hashes = [value for key, given in values.items() if "pdq" in key for value in given]
        return [{"_kind": "media_hash", "_value": value.lower()} for value in hashes if len(value) == _HEX64]
    return [_observable({"type": kind, "value": value}) for value in values.get("value", [])]


def _literals(operator: str, literal: str) -> list[str]:
    """The strings of `'a'` or `('a', 'b')`, with STIX's escapes undone."""
    found, text, inside = [], "", False
    letters = iter(literal)
    for letter in letters:
        if inside and letter == "\\":
            text += next(letters, "")
        elif letter == "'":
            if inside:
                found.append(text)
            text, inside = "", not inside
        elif inside:
            text += letter
    return found if operator == "IN" else found[:1]


def _convert(batch: Rows) -> Chunk:
    ignored, problem = batch.take("_ignored"), batch.take("_problem")
    for reason in ignored.drop_nulls().unique().sort():
        batch.ignore(ignored == reason, reason)
    for reason in problem.drop_nulls().unique().sort():
        batch.refuse(problem == reason, "pattern", reason)
    kind, value = batch.take("_kind"), indicators.refang(batch.take("_value"))
    created, valid = batch.times("created")[0], batch.times("valid_from")[0]
    batch.take("type"), batch.take("id")
    campaigns = {
        "campaign": batch.take("_campaign"),
        "indicator_kind": kind,
        "indicator": value.str.to_lowercase().zip_with(kind == "domain", value),
        "platform": batch.take("_platform"),
        "confirmed_by": batch.take("_by"),
        "date": valid.zip_with(valid.is_not_null(), created),
        "extra": batch.rest("type", "id"),
    }
    return batch.chunk("campaigns", {"campaigns": batch.build(campaigns)})


LOADER: Final = Loader(
    name="takedowns_stix",
    title="a STIX 2.1 bundle",
    platform="",
    timezone="UTC",
    sample='{"type": "bundle", "id": "bundle--...", "objects": [\n'
    '  {"type": "indicator", "id": "indicator--...", "pattern_type": "stix",'
    ' "pattern": "[domain-name:value = \'a.example\']", "valid_from": "2024-01-01T00:00:00Z"}]}',
    how_to_export="STIX 2.1 as OpenCTI, MISP or a partner writes it, and as this program's own packs are. Accounts, domains,"
    " addresses and PDQ hashes of indicators and observables become indicators of the campaign, intrusion set or report that"
    " the bundle relates them to. A pattern that asks for more than equality is refused.",
    recognise=recognise,
    read=read,
)
