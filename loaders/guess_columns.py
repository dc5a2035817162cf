"""Which columns of a table are which fields, by their names as far as their values do not deny it."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Final

import polars as pl

from loaders import columns, dates
from loaders.guess_names import OTHERS, meanings
from loaders.plan import AUTHOR
from loaders.values import Look, fits, nearly_all
from records.tables import TABLES, Column

# Fields in the order in which they take a column that could be several.
_FIRST: Final = (
    "created_at post_id author_id author.handle text title platform url urls author.display_name language likes reposts"
    " replies views account_id handle observed_at follower_id followed_id kind at"
)
_HOUR: Final = r"^\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?\s*$"
_ORDER: Final = {field: place for place, field in enumerate(_FIRST.split())}


def kinds(table: str) -> dict[str, Column]:
    """Every field a file of `table` may fill, the author's among them."""
    own = {column.name: column for column in TABLES[table].columns}
    return {**own, **AUTHOR} if table == "posts" else own


def assign(
    frame: pl.DataFrame, seen: Mapping[str, Look], table: str, free: Iterable[str], fields: Iterable[str]
) -> dict[str, tuple[str, int]]:
    """Field -> the column whose name says it and whose values do not deny it, and how surely the name does."""
    known, open_fields = kinds(table), list(fields)
    ranked = []
    for place, name in enumerate(free):
        for field, tier in meanings(name, table).items():
            if field not in open_fields or not seen[name].filled:
                continue
            agrees = fits(field, known[field].kind, seen[name])
            if agrees is False or not _only_words(frame[name], known[field]):
                continue
            order = _ORDER.get(field, len(_ORDER))
            ranked.append((tier + (agrees is None), order, place, field, name, tier))
    found: dict[str, tuple[str, int]] = {}
    for *_, field, name, tier in sorted(ranked):
        if field not in found and name not in [column for column, _ in found.values()]:
            found[field] = (name, tier)
    return found


def _only_words(values: pl.Series, column: Column) -> bool:
    return not column.words or bool(values.drop_nulls().is_in(list(column.words)).all())


def table_of(frame: pl.DataFrame, seen: Mapping[str, Look]) -> str:
    """The table whose fields the columns fill."""
    found = {table: assign(frame, seen, table, seen, kinds(table)) for table in ("posts", *OTHERS)}
    if {"follower_id", "followed_id"} <= found["follows"].keys() and "text" not in found["posts"]:
        return "follows"
    if {"post_id", "account_id", "kind"} <= found["engagements"].keys() and "text" not in found["posts"]:
        return "engagements"
    about = {"followers", "following", "posts_count", "description", "verified"} & found["accounts"].keys()
    says = [field for field in ("text", "title", "urls", "in_reply_to_post_id", "reposts") if field in found["posts"]]
    says = [field for field in says if meanings(found["posts"][field][0], "accounts").keys().isdisjoint(about)]
    who = found["accounts"].get("account_id") or found["accounts"].get("handle")
    if not about or says or who is None:
        return "posts"
    again = frame[who[0]].n_unique() < frame.height
    return "account_history" if again and "observed_at" in found["account_history"] else "accounts"


def alike(mine: pl.Series, other: pl.Series, kind: str) -> str:
    """ "same" where two columns say the same, "finer" where the other says the hour of the same days, else ""."""
    if kind != "time":
        both = pl.DataFrame({"a": mine, "b": other}).drop_nulls()
        return "same" if nearly_all(both["a"] == both["b"]) else ""
    first, second = (_instants(series) for series in (mine, other))
    both = pl.DataFrame({"a": first, "b": second}).drop_nulls()
    if nearly_all(both["a"] == both["b"]):
        return "same"
    alike = nearly_all(both["a"].dt.date() == both["b"].dt.date())
    midnight = nearly_all(both["a"].dt.time() == time(0))
    return "finer" if alike and midnight else ""


def hours_of(frame: pl.DataFrame, day: str, free: Iterable[str]) -> str | None:
    """The one column that holds hours of the day, where `day` holds days alone."""
    days = _instants(frame[day]).drop_nulls()
    if days.is_empty() or not nearly_all(days.dt.time() == time(0)):
        return None
    hours = [name for name in free if nearly_all(frame[name].drop_nulls().str.contains(_HOUR))]
    return hours[0] if len(hours) == 1 else None


def _instants(series: pl.Series) -> pl.Series:
    order = dates.order(series)
    return columns.times(dates.plain(series, None if order is None else order or dates.ORDERS[0])).values
