"""A notebook gets py2neo's graph and classes of the schema, on the real engine."""

import subprocess
import sys
from pathlib import Path

import pytest

from evidence.case import Case
from graph import engine, notebook
from graph.schema import NODES
from tests.graph.small import add, at, finding, run

pytestmark = pytest.mark.engine


def test_a_notebook_reads_accounts_posts_and_findings(engine_case: Path) -> None:
    case = Case.create(engine_case / "notebook")
    add(
        case,
        {
            "accounts": [{"platform": "x", "account_id": "1", "handle": "anna", "verified": True}],
            "posts": [
                {"platform": "x", "post_id": "10", "author_id": "1", "created_at": at(1), "text": "first 😀"},
                {"platform": "x", "post_id": "11", "author_id": "1", "created_at": at(2), "in_reply_to_post_id": "10"},
                {
                    "platform": "x",
                    "post_id": "12",
                    "author_id": "2",
                    "created_at": at(3),
                    "in_reply_to_account_id": "1",
                },
            ],
        },
    )
    run(case, [finding("coaction", "1 2", "10 12")])
    try:
        book = notebook(case.path)
        graph, model = book
        anna = model.Account.match(graph, "x:1").first()
        assert (anna.handle, anna.verified, anna.stub) == ("anna", True, None)
        assert sorted(post.id for post in anna.POSTED) == ["x:10", "x:11"]
        assert [post.text for post in anna.POSTED if post.text] == ["first 😀"]
        reply = model.Post.match(graph, "x:12").first()
        assert [author.id for author in reply.POSTED_BY] == ["x:2"]
        assert ([a.id for a in reply.REPLIES_TO_Account], reply.REPLIES_TO_Post) == (["x:1"], [])
        (found,) = model.Finding.match(graph)
        assert sorted(account.id for account in found.MEMBER_OF_BY_Account) == ["x:1", "x:2"]
        assert sorted(post.id for post in found.RESTS_ON) == ["x:10", "x:12"]
        assert graph.run("MATCH (p:Post) RETURN count(p)").evaluate() == 3
        assert set(vars(model)) == {node.label for node in NODES}
        book.close()
    finally:
        engine.stop(case.path)


def test_importing_graph_does_not_import_py2neo() -> None:
    code = "import graph, graph.build, sys; assert callable(graph.notebook); print('py2neo' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
