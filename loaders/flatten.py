"""Objects inside the columns of JSON lines as columns of their own: `author` with a `name` inside becomes `author.name`."""

from typing import Any, Final

import orjson
import polars as pl

# Deeper than any export nests what a post is; beyond, objects stay as JSON text.
DEPTH: Final = 4


def flattened(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` (String columns) with the objects in it taken apart, level by level; columns keep their order.

    A value that is no object stays in its column; a column of which nothing is left is left out.
    """
    for _ in range(DEPTH):
        parts: list[pl.Series] = []
        names = set(frame.columns)
        for name in frame.columns:
            series = frame[name]
            if series.dtype == pl.String and series.str.starts_with("{").any():
                parts += _apart(series, names)
            else:
                parts.append(series)
        if [part.name for part in parts] == frame.columns:
            break
        frame = pl.DataFrame(parts)
    return frame


def _apart(series: pl.Series, taken: set[str]) -> list[pl.Series]:
    """A column for every key of the objects in `series`, and what is no object under its own name."""
    objects = [_object(value) for value in series.to_list()]
    keys = dict.fromkeys(key for item in objects if item for key in item)
    rest = [None if item is not None else value for item, value in zip(objects, series.to_list(), strict=True)]
    found = []
    for key in keys:
        name = f"{series.name}.{key}"
        if name in taken:  # a key with a dot in it has made the same name; nothing may be lost
            return [series]
        found.append(pl.Series(name, [_text(item.get(key)) if item else None for item in objects], dtype=pl.String))
    left = pl.Series(series.name, rest, dtype=pl.String)
    return found if left.null_count() == len(left) and found else [left, *found] if found else [series]


def _object(value: str | None) -> dict[str, Any] | None:
    if value is None or not value.startswith("{"):
        return None
    try:
        read = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    return read if isinstance(read, dict) and read else None


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
