"""The schema's one declaration is whole, and everything made from it says the same."""

import re
from pathlib import Path

from evidence.case import Case
from graph import project
from graph.bulk import import_arguments
from graph.project import Projection
from graph.schema import NODES, RELATIONSHIPS, index_names, statements
from graph.schema_docs import PAGE, page
from records import words
from tests.graph.small import add, at

LABELS = {node.label for node in NODES}


def test_the_page_of_the_docs_is_as_the_declaration() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m graph.schema_docs"


def test_every_end_of_a_relationship_is_a_label_and_every_meaning_is_said() -> None:
    for item in RELATIONSHIPS:
        assert {*item.starts, *item.ends} <= LABELS
    for declared in (*NODES, *RELATIONSHIPS):
        assert declared.meaning.endswith(".")
        assert all(entry.meaning for entry in declared.properties)
        assert len({entry.name for entry in declared.properties}) == len(declared.properties)
    for node in NODES:
        assert {entry.name for entry in node.properties} >= {*node.indexed, *node.searched}


def test_each_index_has_its_name_in_its_statement() -> None:
    for name, statement in zip(index_names(), statements(), strict=True):
        assert re.match(rf"CREATE (CONSTRAINT|INDEX|FULLTEXT INDEX) {name} IF NOT EXISTS ", statement)


def test_every_relation_of_ownership_is_a_relationship_type() -> None:
    assert {item.type for item in RELATIONSHIPS} >= {relation.upper() for relation in words.RELATIONS}


def test_every_view_of_the_projection_is_declared(tmp_path: Path) -> None:
    """And gives no column the declaration does not know, so that nothing is lost unsaid."""
    case = Case.create(tmp_path / "case")
    with Projection(case) as projection:
        names = {
            row[0]
            for row in projection.connection.execute(
                "SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'node %' OR view_name LIKE 'rel %'"
            ).fetchall()
        }
        kin = {relation.upper() for relation in words.RELATIONS}
        declared = {f"node {label}" for label in LABELS} | {f"rel {r.type}" for r in RELATIONSHIPS if r.type not in kin}
        assert names == declared
        for item in (*NODES, *RELATIONSHIPS):
            view = f"node {item.label}" if item in NODES else f"rel {item.type}"  # type: ignore[union-attr]
            if view not in names:
                continue
            columns = {c[0] for c in projection.connection.execute(f'SELECT * FROM "{view}" LIMIT 0').description}
            keys = {"id", "start", "end", "start_label", "end_label"}
            assert columns - keys <= {entry.name for entry in item.properties}, view


def test_the_importer_is_told_to_be_strict() -> None:
    arguments = import_arguments(["--nodes=A=a.csv"], Path("report"))
    assert {"--bad-tolerance=0", "--strict=true", "--multiline-fields=true"} <= set(arguments)
    assert arguments.index("neo4j") < arguments.index("--nodes=A=a.csv")


def test_rows_point_only_at_nodes_that_are_there(tmp_path: Path) -> None:
    """Whatever a post points at exists, as a stub where nobody collected it."""
    case = Case.create(tmp_path / "case")
    pointing = {
        "in_reply_to_post_id": "a", "in_reply_to_account_id": "b", "repost_of_post_id": "c", "repost_of_account_id": "d",
        "quote_of_post_id": "e", "mentions": ["f", "@g"], "author_kind": "page",
    }  # fmt: skip
    add(
        case,
        {
            "posts": [{"platform": "x", "post_id": "1", "author_id": "p", "created_at": at(1), **pointing}],
            "ownership": [
                {
                    "subject_id": "weibo:7",
                    "subject_kind": "page",
                    "object_id": "z",
                    "object_kind": "outlet",
                    "relation": "owned_by",
                }
            ],
            "engagements": [{"platform": "x", "post_id": "h", "account_id": "i", "kind": "like"}],
        },
    )
    with Projection(case) as projection:
        there = {
            rows.kind: {row["id"] for batch in projection.batches(rows.sql) for row in batch.to_pylist()}
            for rows in projection.nodes()
        }
        assert there["Account"] == {"x:b", "x:d", "x:name:f", "x:name:g", "x:i"}
        assert there["Post"] == {"x:1", "x:a", "x:c", "x:e", "x:h"}
        assert (there["Page"], there["Outlet"]) == ({"x:p", "weibo:7"}, {"z"})
        for rows in projection.relationships():
            for batch in projection.batches(rows.sql):
                for row in batch.to_pylist():
                    assert row["start"] in there[rows.start_label]
                    assert row["end"] in there[rows.end_label]


def test_values_neo4j_cannot_hold_are_made_fit(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case")
    post = {"text": "a\x00b" + "c" * project.LONGEST_TEXT, "latitude": float("nan"), "longitude": float("inf")}
    add(
        case,
        {
            "posts": [
                {
                    "platform": "x",
                    "post_id": "1",
                    "author_id": "a",
                    "created_at": at(1),
                    "objects": ["", "l:\x1f"],
                    **post,
                }
            ]
        },
    )
    with Projection(case) as projection:
        rows = next(item for item in projection.nodes() if item.kind == "Post")
        (batch,) = projection.batches(rows.sql)
        (row,) = batch.to_pylist()
    assert (row["text"][:4], len(row["text"])) == ("a�bc", project.LONGEST_TEXT)
    assert (row["latitude"], row["longitude"], row["objects"]) == (None, None, ["l: "])
