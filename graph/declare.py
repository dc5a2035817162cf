"""What a declaration of the graph's schema is made of: properties, nodes, relationships."""

from dataclasses import dataclass
from typing import Literal

Type = Literal["string", "long", "double", "boolean", "datetime", "string[]"]
"""Neo4j's own names, as the import's headers spell them."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One label. `id` is its key, unique within the label."""

    label: str
    meaning: str
    id: str
    """What the id is made of."""
    properties: tuple[Property, ...]
    indexed: tuple[str, ...] = ()
    """Properties, beside the id, that questions begin at."""
    searched: tuple[str, ...] = ()
    """Properties of the full-text index."""
    of_run: bool = False
    """Its rows depend on the run too, not on the records alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """One type, from any label of `starts` to any of `ends`."""

    type: str
    meaning: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    properties: tuple[Property, ...] = ()
    of_run: bool = False


def properties(text: str) -> tuple[Property, ...]:
    """Read lines of `name type: meaning`."""
    found = []
    for line in text.strip().splitlines():
        head, _, meaning = line.strip().partition(": ")
        name, _, kind = head.partition(" ")
        found.append(Property(name, kind, meaning))  # type: ignore[arg-type]
    return tuple(found)
