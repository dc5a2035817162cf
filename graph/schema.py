"""The graph's one declaration: what is a node, what a relationship, what is unique, what can be searched.

The labels stand in graph/nodes.py, the types in graph/relationships.py. Everything that knows the schema is made from
them: the statements below, the import's headers (graph/bulk.py), the upsert's statements (graph/upsert.py), the py2neo
classes (graph/ogm.py) and the page docs/graph-schema.md (graph/schema_docs.py). graph/project.py says which rows fill
them.
"""

from typing import Final

from graph.declare import Node, Property, Relationship, Type
from graph.nodes import NODES
from graph.relationships import RELATIONSHIPS

__all__ = ["NODES", "RELATIONSHIPS", "Node", "Property", "Relationship", "Type"]

VERSION: Final = 1
"""Part of what a graph stands for: raise it when a label, type or property changes, and every graph is built again."""

MARK: Final = "_row"
"""Property of every node and relationship we wrote: a hash of the row it came from. Whatever does not carry it is
somebody else's and is never deleted; whatever carries another number than the projection's is written again."""


FULLTEXT: Final = "words"
"""Name of the full-text index over every `searched` property."""
# Words of any script, no stop words: an investigator looks for "not" and for names.
ANALYZER: Final = "standard-no-stop-words"


def index_names() -> list[str]:
    """The names of the indexes that `statements` makes, in its order; a constraint's index has its name."""
    names = [f"{node.label.lower()}_id" for node in NODES]
    names += [f"{node.label.lower()}_{name}" for node in NODES for name in node.indexed]
    return [*names, FULLTEXT]


def statements() -> list[str]:
    """Constraints, indexes and the full-text index, as statements that may be run again."""
    made = [
        f"CREATE CONSTRAINT {node.label.lower()}_id IF NOT EXISTS FOR (n:{node.label}) REQUIRE n.id IS UNIQUE"
        for node in NODES
    ]
    made += [
        f"CREATE INDEX {node.label.lower()}_{name} IF NOT EXISTS FOR (n:{node.label}) ON (n.{name})"
        for node in NODES
        for name in node.indexed
    ]
    labels = "|".join(node.label for node in NODES if node.searched)
    names = ", ".join(f"n.{name}" for name in dict.fromkeys(name for node in NODES for name in node.searched))
    made.append(
        f"CREATE FULLTEXT INDEX {FULLTEXT} IF NOT EXISTS FOR (n:{labels}) ON EACH [{names}]"
        f" OPTIONS {{indexConfig: {{`fulltext.analyzer`: '{ANALYZER}'}}}}"
    )
    return made
