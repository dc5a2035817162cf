"""A mapping as a document: which column of an export is which field, kept in a small TOML to be used again and shared."""

import tomllib
from collections.abc import Mapping as Words
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import tomli_w

from loaders import columns as zones
from loaders.base import LoadError, Options
from loaders.dates import ORDERS
from records.tables import TABLES

VERSION: Final = 1
_ABOUT: Final = """# Which column of an export is which field of Murmuration's tables (docs/contract.md, section 2).
# Use it with: murmur load FILE... --mapping THIS
"""


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of one shape of export mean."""

    table: str
    columns: Words[str, str]
    """Column -> field of `table`, `author.FIELD` for what a row of posts says of its author, or `extra`. `a+b` is two
    columns joined: with a blank for texts and times, with / for ids."""
    constants: Words[str, str] = field(default_factory=dict)
    """Field -> the value every row has, `platform` above all."""
    timezone: str | None = None
    """IANA zone of times that state none."""
    dates: str | None = None
    """day-first or month-first, for dates such as 03/04/2024."""


def of(options: Options, table: str | None = None) -> Mapping:
    """The mapping that the words of one load come to; `table` where none of them names one."""
    named = {value.partition(".")[0] for value in options.mapping.values() if "." in value} - {"author"}
    if len(named) > 1 or named - set(TABLES):
        raise LoadError(f"One file is mapped to one table of {', '.join(TABLES)}; this mapping names {sorted(named)}.")
    chosen = named.pop() if named else table or "posts"
    columns = {column.strip(): value.strip().removeprefix(f"{chosen}.") for column, value in options.mapping.items()}
    if chosen == "posts":
        columns = {column: "author.handle" if value == "handle" else value for column, value in columns.items()}
    constants = dict(options.constants)
    if options.platform:
        constants["platform"] = options.platform
    return Mapping(chosen, columns, constants, options.timezone, options.dates)


def words(mapping: Mapping) -> dict[str, str]:
    """Column -> field as `--map` says it: the table stands before the field where it is not `posts`."""
    table = "" if mapping.table == "posts" else f"{mapping.table}."
    return {column: f"{table}{field}" for column, field in mapping.columns.items()}


def options(mapping: Mapping, over: Options | None = None) -> Options:
    """The mapping as the words of a load; what `over` says stands above it, column by column and field by field."""
    over = over or Options()
    said = of(over, mapping.table)
    if said.table != mapping.table:
        raise LoadError(f"The mapping is of {mapping.table}, and --map names {said.table}; use one of the two.")
    lower = {column.lower() for column in said.columns}
    fields = set(said.columns.values()) - {"extra"}
    kept = {c: f for c, f in mapping.columns.items() if c.lower() not in lower and f not in fields}
    constants = {f: value for f, value in mapping.constants.items() if f not in fields} | dict(said.constants)
    return replace(
        over,
        mapping=words(replace(mapping, columns={**kept, **said.columns})),
        constants={f: value for f, value in constants.items() if f != "platform"},
        platform=constants.get("platform"),
        timezone=over.timezone or mapping.timezone,
        dates=over.dates or mapping.dates,
    )


def toml(mapping: Mapping) -> str:
    """The mapping as TOML."""
    document: dict[str, Any] = {"version": VERSION, "table": mapping.table}
    document |= {"timezone": mapping.timezone} if mapping.timezone else {}
    document |= {"dates": mapping.dates} if mapping.dates else {}
    document["columns"] = dict(mapping.columns)
    document |= {"constants": dict(mapping.constants)} if mapping.constants else {}
    return _ABOUT + tomli_w.dumps(document)


def save(mapping: Mapping, path: Path) -> None:
    path.write_text(toml(mapping), encoding="utf-8")


def load(path: Path) -> Mapping:
    """The mapping in a TOML file. Raises LoadError, saying what is wrong in it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LoadError(f"There is no mapping {path}; `murmur load FILE --save-mapping {path}` makes one.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LoadError(f"The mapping {path} cannot be read ({error}).") from error
    known = {"version", "table", "timezone", "dates", "columns", "constants"}
    if unknown := sorted(document.keys() - known):
        raise LoadError(f"The mapping {path} has {unknown[0]!r}, which no mapping has; it holds {', '.join(known)}.")
    if document.get("version") != VERSION:
        raise LoadError(f"The mapping {path} is of version {document.get('version')}; this murmur reads {VERSION}.")
    for part in ("columns", "constants"):
        values = document.get(part, {})
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise LoadError(f"[{part}] of the mapping {path} must hold one text for each name.")
    if document.get("table", "posts") not in TABLES:
        raise LoadError(f"The mapping {path} is of {document['table']!r}, which is none of {', '.join(TABLES)}.")
    if document.get("dates") not in (None, *ORDERS):
        raise LoadError(f"dates in the mapping {path} must be {' or '.join(ORDERS)}.")
    if document.get("timezone") is not None:
        zones.zone(str(document["timezone"]))
    return Mapping(
        table=document.get("table", "posts"),
        columns=document.get("columns", {}),
        constants=document.get("constants", {}),
        timezone=document.get("timezone"),
        dates=document.get("dates"),
    )
