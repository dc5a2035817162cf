"""Reading what platforms send to their own pages: nested objects in which any part may be missing or of another kind."""

import io
from typing import Any, Final

import orjson

from loaders.base import Source
from loaders.rows import Rows
from loaders.source import HEAD

Item = dict[str, Any]
# One answer of an API has some 2 MiB at most; a document beyond this is a collection, which has a format of its own.
_MOST: Final = 64 * 2**20


def mapping(value: Any) -> Item:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Item]:
    """The objects in a list; empty where it is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def first(value: Any, path: str) -> Any:
    """What stands at a dotted path, None where a part of it is missing."""
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def text_of(value: Any) -> str | None:
    """The value where it is text."""
    return value if isinstance(value, str) and value else None


def unused(batch: Rows) -> list[str]:
    """Columns nobody took in which something stands: a loader's paths name more parts than any one export has."""
    return [name for name in batch.unknown() if batch.frame[name].null_count() < batch.height]


def on_one_line(source: Source) -> Source:
    """An answer saved with line breaks inside as one line, like those of the tools that save many; all else as it is."""
    with source.open() as stream:
        head = stream.read(HEAD)
        first_line, broken, _ = head.lstrip(b"\xef\xbb\xbf \r\n\t").partition(b"\n")
        if not broken or not first_line.startswith(b"{") or _is_object(first_line):
            return source
        data = head + stream.read(_MOST + 1 - len(head))
    try:
        line = orjson.dumps(orjson.loads(data)) if len(data) <= _MOST else b""
    except orjson.JSONDecodeError:
        return source
    return Source(source.name, source.size, lambda: io.BytesIO(line)) if line else source


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False
