"""The graph in a notebook: a py2neo `Graph` of the case, and one OGM class for each label of the schema.

    from graph import notebook
    graph, model = notebook("case")
    account = model.Account.match(graph, "x:123").first()
    [post.text for post in account.POSTED]
    graph.run("MATCH (f:Finding) RETURN f.detector, f.score").to_table()

py2neo is no longer developed; release 2021.2.4 works against Neo4j 5.26 but for its schema helpers. What is changed
through it is lost when the graph is built again: the case is the source, the graph a projection.
"""

import atexit
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import py2neo
from py2neo import ogm

from evidence.case import Case
from graph import engine
from graph.build import build
from graph.connect import team_server
from graph.schema import NODES, RELATIONSHIPS, Relationship


class Notebook(NamedTuple):
    """What a notebook works with."""

    graph: Any
    """py2neo.Graph."""
    model: SimpleNamespace
    """The OGM classes by label."""

    def close(self) -> None:
        """Close py2neo's connections, which it leaves open otherwise."""
        self.graph.service.connector.close()


def notebook(case: Path) -> Notebook:
    """The graph of `case`, built where it is not current. The engine stays until this process ends."""
    build(Case.open(case))
    if uri := team_server():
        login = os.environ.get("NEO4J_USER", engine.USER), os.environ.get("NEO4J_PASSWORD", "")
        return Notebook(py2neo.Graph(uri, auth=login), MODEL)
    lease = engine.start(case)
    place = engine.Place(case)
    holder = engine.hold(place)
    atexit.register(holder.unlink, missing_ok=True)
    graph = py2neo.Graph(f"bolt://127.0.0.1:{lease['port']}", auth=(engine.USER, place.password))
    return Notebook(graph, MODEL)


def _model() -> SimpleNamespace:
    """One class a label, with the label's properties and an attribute for each relationship.

    `account.POSTED` are posts, `post.POSTED_BY` accounts. Where a type ends at several labels the label stands behind
    it, and the list can only be read: `post.REPLIES_TO_Account`, `finding.MEMBER_OF_BY_Account`.
    """
    classes = {
        node.label: type(
            node.label,
            (ogm.Model,),
            {
                "__module__": __name__,
                "__doc__": node.meaning,
                "__primarylabel__": node.label,
                "__primarykey__": "id",
                **{name: ogm.Property(name) for name in ("id", *(item.name for item in node.properties))},
            },
        )
        for node in NODES
    }
    for item in RELATIONSHIPS:
        for start in item.starts:
            _attach(classes, item, start, item.ends, item.type, True)
        for end in item.ends:
            _attach(classes, item, end, item.starts, f"{item.type}_BY", False)
    return SimpleNamespace(**classes)


def _attach(
    classes: dict[str, Any], item: Relationship, here: str, there: tuple[str, ...], name: str, forwards: bool
) -> None:
    if len(there) == 1:
        related = ogm.RelatedTo if forwards else ogm.RelatedFrom
        setattr(classes[here], name, related(classes[there[0]], item.type))
        return
    for label in there:
        setattr(classes[here], f"{name}_{label}", _reader(item.type, label, classes[label], forwards))


def _reader(kind: str, label: str, model: Any, forwards: bool) -> property:
    """py2neo takes every node at the other end for one class, so where there are several we look at the label."""

    def read(self: Any) -> list[Any]:
        node = self.__node__
        ends = (node, None) if forwards else (None, node)
        found = [item.end_node if forwards else item.start_node for item in node.graph.match(ends, r_type=kind)]
        return [model.wrap(other) for other in found if other.has_label(label)]

    return property(read)


MODEL: Final = _model()
