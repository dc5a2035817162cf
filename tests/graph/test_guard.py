"""Read-only means that nothing but reading happens, whoever wrote the query."""

import socket
import time

import neo4j
import pytest

from graph import guard
from graph.errors import EngineError, RefusedError
from graph.guard import read

pytestmark = pytest.mark.engine

REFUSED = {
    "CREATE (n) RETURN n": "read-only here",
    "MATCH (n) SET n.a = 1": "read-only here",
    "MATCH (n) DETACH DELETE n": "read-only here",
    "MERGE (n:A) RETURN n": "read-only here",
    "FOREACH (x IN [1] | CREATE (n))": "read-only here",
    "CREATE INDEX FOR (n:A) ON (n.b)": "read-only here",
    "CREATE USER a SET PASSWORD 'abcdefgh1'": "read-only here",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'bbbbbbbbb'": "read-only here",
    "UNWIND [1] AS x CALL { WITH x CREATE (n) } IN TRANSACTIONS RETURN 1": "TRANSACTIONS|read-only",
    "MATCH (n) CALL { WITH n RETURN 1 AS o } IN TRANSACTIONS RETURN o": "IN TRANSACTIONS is not allowed",
    "LOAD CSV FROM 'http://127.0.0.1:1/x' AS l RETURN l": "reading files or addresses is not allowed",
    "/* a */ LOAD /* b */ CSV FROM 'file:///etc/passwd' AS l RETURN l": "reading files or addresses is not allowed",
    "MATCH (n) CALL { LOAD CSV FROM 'ftp://h/x' AS l RETURN l } RETURN l": "reading files or addresses is not allowed",
    "\\u004cOAD CSV FROM 'file:///x' AS l RETURN l": "not Cypher the server understands",
    "CALL dbms.listConfig() YIELD name RETURN name": "the procedure dbms.listconfig is not among",
    "CALL db.clearQueryCaches()": "the procedure db.clearquerycaches is not among",
    "CALL dbms.components()": "the procedure dbms.components is not among",
    "CALL `dbms`.`listConfig`()": "the procedure dbms.listconfig is not among",
    "MATCH (n) CALL { CALL dbms.listConfig() YIELD name RETURN name } RETURN name": "dbms.listconfig is not among",
    "RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'http://h/x' AS l RETURN l }]": "LOAD CSV is not allowed here",
    "RETURN CASE WHEN rand() < 2 THEN COUNT { LOAD CSV FROM 'file:///x' AS l RETURN l } END": "LOAD CSV is not allowed",
    "RETURN reduce(s = 0, x IN [1] | s + COUNT { L\\u004fAD CSV FROM 'http://h/x' AS l RETURN l })": "LOAD CSV is not",
    "RETURN all(x IN [1] WHERE EXISTS { CALL db.info() YIELD name RETURN name })": "a CALL of a procedure only outside",
    "MATCH (n) WHERE n.a IN [x IN [1] | COLLECT { CALL db.info() YIELD name RETURN 1 }] RETURN n": "only outside EXISTS",
    "RETURN COLLECT { CALL dbms.listConfig() YIELD name RETURN name }": "only outside EXISTS",
    "L\\u004fAD CSV FROM 'file:///x' AS l RETURN l": "reading files or addresses is not allowed",
    "USING PERIODIC COMMIT 500 LOAD CSV FROM 'file:///x' AS l RETURN l": "no longer supported",
    "CALL db.createLabel('A')": "the procedure db.createlabel is not among",
    "CALL apoc.load.json('http://h/x')": "no procedure with the name",
    "; CALL dbms.listConfig()": "not Cypher the server understands",
    "// a question\nCYPHER 5 CALL db.info()": "the procedure db.info is not among",
    "CALL { USE system RETURN 1 AS a } RETURN a": "refused",
    "SHOW SETTINGS": "no commands to the server",
    "SHOW TRANSACTIONS": "no commands to the server",
    "SHOW PROCEDURES": "no commands to the server",
    "TERMINATE TRANSACTION 'x'": "no commands to the server",
    "USE system MATCH (n) RETURN n": "refused",
    "RETURN 1; CREATE (n)": "exactly one statement",
    "PROFILE CREATE (n)": "refused",
    "EXPLAIN CREATE (n)": "read-only here",
    "": "not Cypher",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_does_not_read_is_refused(driver: neo4j.Driver, query: str) -> None:
    holds = "MATCH (n) WITH count(n) AS nodes OPTIONAL MATCH ()-[r]->() RETURN nodes, count(r), sum(size(keys(r)))"
    before = read(driver, holds).rows
    with pytest.raises(RefusedError, match=REFUSED[query]):
        read(driver, query)
    assert read(driver, holds).rows == before


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (n) RETURN n",
        "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
        "LOAD CSV FROM 'http://{listener}/x' AS l RETURN l",
        "LOAD CSV FROM 'http://{name}/x' AS l RETURN l",
    ],
)
def test_behind_the_plan_check_the_server_refuses_too_and_looks_up_no_name(driver: neo4j.Driver, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        text = query.format(listener=f"127.0.0.1:{listener.getsockname()[1]}", name="murmuration-leak-test.example")
        with (
            driver.session(default_access_mode=neo4j.READ_ACCESS) as session,
            pytest.raises(neo4j.exceptions.Neo4jError) as refusal,
        ):
            session.run(text).consume()
        with pytest.raises(TimeoutError):
            listener.accept()
    if "murmuration-leak" in text:
        # The server's hosts file holds localhost alone: the name is unknown at once, no resolver was asked.
        assert "murmuration-leak-test.example" in str(refusal.value)


def test_a_runaway_question_is_ended_and_the_next_one_answered(driver: neo4j.Driver) -> None:
    start = time.monotonic()
    with pytest.raises(EngineError, match="took too long and was ended"):
        read(
            driver,
            "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a, b WHERE a * b = -1 RETURN count(*)",
            timeout_seconds=1,
        )
    assert time.monotonic() - start < 30
    with pytest.raises(EngineError, match="needed too much memory and was ended"):
        read(driver, "UNWIND range(1, 50000000) AS a RETURN collect(a)", timeout_seconds=60)
    assert read(driver, "RETURN 1 AS one").rows == [[1]]


def test_answers_are_plain_values_and_cut_where_said(driver: neo4j.Driver) -> None:
    result = read(
        driver,
        "RETURN date('2026-01-02') AS day, datetime('2026-01-02T03:04:05Z') AS at, duration('PT90S') AS lag,"
        " point({x: 1, y: 2}) AS place, [1, {a: null}] AS list, $given AS given",
        {"given": "Zoë'; DROP"},
    )
    assert result.columns == ["day", "at", "lag", "place", "list", "given"]
    assert result.rows == [
        [
            "2026-01-02",
            "2026-01-02T03:04:05Z",
            "PT1M30S",
            {"srid": 7203, "coordinates": [1.0, 2.0]},
            [1, {"a": None}],
            "Zoë'; DROP",
        ]
    ]
    cut = read(driver, "UNWIND range(1, 10) AS a RETURN a", max_rows=3)
    assert (cut.rows, cut.truncated) == ([[1], [2], [3]], True)
    assert read(driver, "RETURN 0.0 / 0.0, 1.0 / 0.0").rows == [[None, None]]


def test_an_answer_too_large_to_hold_is_cut(driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_VALUES", 1_000)
    result = read(driver, "UNWIND range(1, 500) AS a RETURN {list: range(1, 100)} AS long")
    assert (len(result.rows), result.truncated) == (10, True)


def test_what_reads_in_a_nested_subquery_runs(driver: neo4j.Driver) -> None:
    query = "RETURN [x IN ['LOAD CSV', $given] WHERE COUNT { MATCH (n:Nobody) WHERE n.a = x } = 0 | x] AS kept"
    assert read(driver, query, {"given": "CALL me"}).rows == [[["LOAD CSV", "CALL me"]]]


def test_nodes_relationships_and_paths_are_plain(driver: neo4j.Driver) -> None:
    driver.execute_query("CREATE (:Plain {id: 'a'})-[:TO {at: date('2026-01-02')}]->(:Plain {id: 'b'})")
    try:
        [[node, path]] = read(driver, "MATCH p = (a:Plain {id: 'a'})-[:TO]->() RETURN a, p").rows
    finally:
        driver.execute_query("MATCH (n:Plain) DETACH DELETE n")
    assert node == {"_labels": ["Plain"], "id": "a"}
    assert path == [
        node,
        {"_type": "TO", "_start": "a", "_end": "b", "at": "2026-01-02"},
        {"_labels": ["Plain"], "id": "b"},
    ]


def test_allowed_procedures_run(driver: neo4j.Driver) -> None:
    assert read(driver, "CALL db.labels() YIELD label RETURN collect(label) AS labels").columns == ["labels"]


def test_errors_are_sentences(driver: neo4j.Driver) -> None:
    with pytest.raises(EngineError, match=r"Expected parameter\(s\): x\. Name it as name=value"):
        read(driver, "RETURN $x")
    with pytest.raises(RefusedError, match="not Cypher the server understands"):
        read(driver, "MATCH n RETURNS n")
