"""Reading what platforms send to their own pages: nested objects in which any part may be missing or of another kind."""

from typing import Any

from loaders.rows import Rows

Item = dict[str, Any]


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
