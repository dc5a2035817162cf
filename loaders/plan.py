"""Where the columns of one file go: a mapping held against the columns that are really there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from loaders import mapping, rows
from loaders.base import LoadError, Options
from records import words
from records.tables import TABLES, Table

AUTHOR: Final = {
    f"author.{column.name}": column
    for column in TABLES["accounts"].columns
    if column.name not in ("platform", "account_id", "observed_at")
}
"""What a row of posts may say of its author; it goes to `accounts`."""
HANDLE: Final = "author.handle"
"""Stands in, as `name:HANDLE`, where the export has no account id; `--map who=handle` means this one."""
EXTRA: Final = "extra"
"""Where a column goes that is no field, said aloud: `--map column=extra`."""
NAMED_BY: Final = {
    "posts": ("author_id", HANDLE),
    **dict.fromkeys(("accounts", "account_history"), ("account_id", "handle")),
}
"""Table -> the id that `name:` and a handle stand in for, and the field the handle is in."""


class IncompleteError(LoadError):
    """A mapping that is right as far as it goes; a guess may complete it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the columns of one file go."""

    table: Table
    fields: Mapping[str, tuple[str, ...]]
    """Field -> the column it is read from, or the columns joined to it."""
    constants: Mapping[str, str]


def plan(file: str, names: tuple[str, ...], options: Options) -> Plan:
    """What a mapping means for a file with the columns `names`. Raises LoadError where it does not fit.

    `column=field` or `column=table.field`; `a+b=field` joins two columns; a word in place of a column (`x=platform`,
    `page=metrics.entity_kind`) is that of every row. Columns that already bear a field's name need no mapping.
    """
    if not options.mapping:
        raise IncompleteError(
            f"{file}: say what its columns mean, as in --map column=field; they are {', '.join(names)}."
        )
    meant = mapping.of(options)
    table = TABLES[meant.table]
    author = list(AUTHOR) if table.name == "posts" else []
    by_lower = {name.lower(): name for name in reversed(names)}
    fields: dict[str, tuple[str, ...]] = {}
    constants = dict(meant.constants)
    missing: list[str] = []
    aside: set[str] = set()
    for column, field in meant.columns.items():
        if field not in (*table.names, *author, EXTRA):
            allowed = ["handle", *author] if author else []
            raise LoadError(
                f"{table.name} has no field {field!r}; its fields are {', '.join([*table.names, *allowed])}."
            )
        columns = _columns(column, by_lower)
        if field == EXTRA and columns:
            aside.update(columns)
        elif columns and field not in fields:
            fields[field] = columns
        elif columns:
            raise LoadError(f"Two columns of {file} are mapped to the same field; map each field once.")
        elif field == "platform" and words.platform(column):
            constants[field] = words.platform(column) or ""
        elif field != EXTRA and field not in AUTHOR and column in table.column(field).words:
            constants[field] = column
        else:
            missing.append(repr(column))
    if missing:
        many = "s" if len(missing) > 1 else ""
        # A quotation mark never closed makes the rest of a file one name.
        known = ", ".join(" ".join(name.split())[:80] for name in names[:20])
        raise LoadError(f"{file} has no column{many} {', '.join(missing)}; its columns are {known}.")
    if unknown := sorted(constants.keys() - set(table.names)):
        raise LoadError(f"{table.name} has no field {unknown[0]!r}; its fields are {', '.join(table.names)}.")
    if both := sorted(constants.keys() & fields.keys()):
        raise LoadError(f"Two columns of {file} are mapped to the same field; map each field once ({both[0]}).")
    used = {column for columns in fields.values() for column in columns} | aside
    for name in names:
        if name not in used and name.lower() in table.names and name.lower() not in (*fields, *constants):
            fields[name.lower()] = (name,)
    if "platform" in constants:
        constants["platform"] = rows.known_platform(replace(options, platform=constants["platform"]), "")
    _complete(file, table, {*fields, *constants})
    return Plan(table, fields, constants)


def _columns(column: str, by_lower: Mapping[str, str]) -> tuple[str, ...]:
    """The export's own spelling of a column, or of all that are joined; empty where one is not there."""
    if column.lower() in by_lower:
        return (by_lower[column.lower()],)
    parts = [part.strip().lower() for part in column.split("+")]
    return tuple(by_lower[part] for part in parts) if all(part in by_lower for part in parts) else ()


def made_of_the_rest(table: str, have: set[str]) -> set[str]:
    """Required fields for which something stands in: an id made of the row, an author made of the handle."""
    made = {"post_id"} if table == "posts" else set()
    field, handle = NAMED_BY.get(table, ("", ""))
    return made | ({field} if handle in have else set())


def _complete(file: str, table: Table, have: set[str]) -> None:
    have |= made_of_the_rest(table.name, have)
    for column in table.columns:
        if column.required and column.name not in have:
            hint = "--map x=platform for X" if column.name == "platform" else f"--map column={column.name}"
            if column.words:
                hint += f", or --map {column.words[0]}={column.name} where every row is one"
            raise IncompleteError(
                f"{file}: no column is mapped to {column.name}, which {table.name} needs; add {hint}."
            )
