"""Which paths the beginning of a JSON file holds, for recognition."""

from typing import Any, Final

import ijson
import orjson

from loaders import text as texts

_LINES: Final = 20
"""Lines looked at for the paths of a sample."""


def paths_of(head: bytes) -> frozenset[str]:
    """Dotted paths of a JSON file that begins with `head`, lists as `.item`; those of an item in an array or of a line
    begin at the item. Empty where it is no JSON."""
    text = texts.decode(head)
    found: set[str] = set()
    for line in [line for line in text.split("\n") if line.strip()][:_LINES]:
        try:
            value = orjson.loads(line)
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            break
        if not isinstance(value, dict):
            break
        _walk(value, "", found)
    if not found:
        try:
            # Without use_float a number of thousands of digits ends the whole process, and a large exponent an error.
            for prefix, _, _ in ijson.parse(text.encode("utf-8", "replace"), multiple_values=True, use_float=True):
                found.add(prefix)
        except (ijson.JSONError, UnicodeDecodeError):
            pass  # the sample ends inside the document, an escape stands for half a character, or a number for none
    stripped = {path.removeprefix("item.") for path in found}
    return frozenset(path for path in stripped if path not in ("", "item"))


def _walk(value: Any, path: str, found: set[str]) -> None:
    found.add(path)
    if isinstance(value, dict):
        for key, inner in value.items():
            _walk(inner, f"{path}.{key}" if path else key, found)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, f"{path}.item" if path else "item", found)
