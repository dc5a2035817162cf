"""The page docs/graph-schema.md, made from the schema's declaration: `python -m graph.schema_docs` writes it."""

from pathlib import Path
from typing import Final

from graph.schema import ANALYZER, FULLTEXT, MARK, NODES, RELATIONSHIPS, VERSION, Node, Property, Relationship

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "graph-schema.md"


def page() -> str:
    """The whole page."""
    parts = [
        "# Graph schema",
        "Made from `graph/schema.py` by `python -m graph.schema_docs`; a test fails when the two differ.",
        f"Version {VERSION}. The graph is a projection of the case and of its newest run: it may be deleted at any time"
        " and is made again from the evidence. Times are Neo4j datetimes in UTC; unknown values are not there."
        " Texts are cut after a million characters; the case keeps the whole.",
        f"Every node and relationship has `{MARK}`, a hash of the row it came from: by it an upsert knows what changed,"
        " and what is not ours. An account has each signal of the run as a property too, such as `dormant_days`;"
        " signals whose name ends in `_at` are datetimes.",
        "## Nodes",
        *(_node(node) for node in NODES),
        "## Relationships",
        *(_relationship(item) for item in RELATIONSHIPS),
        "## Full text",
        f"Index `{FULLTEXT}` (analyser `{ANALYZER}`): "
        + "; ".join(f"`{node.label}`: {_words(node.searched)}" for node in NODES if node.searched)
        + ".",
    ]
    return "\n\n".join(parts) + "\n"


def _node(node: Node) -> str:
    indexed = f" Indexed: {_words(('id', *node.indexed))}."
    rows = [f"| `id` | string | {node.id} |", *map(_row, node.properties)]
    return f"### {node.label}\n\n{node.meaning}{indexed}\n\n{_table(rows)}"


def _relationship(item: Relationship) -> str:
    ends = f"`({'|'.join(item.starts)})-[:{item.type}]->({'|'.join(item.ends)})`"
    text = f"### {item.type}\n\n{item.meaning}\n\n{ends}"
    return f"{text}\n\n{_table([_row(entry) for entry in item.properties])}" if item.properties else text


def _table(rows: list[str]) -> str:
    return "\n".join(["| property | type | is |", "|---|---|---|", *rows])


def _row(item: Property) -> str:
    return f"| `{item.name}` | {item.type} | {item.meaning.replace('|', chr(92) + '|')} |"


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
