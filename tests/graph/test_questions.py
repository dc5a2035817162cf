"""Saved questions: checked headers, typed parameters, and literal answers on a small real graph."""

from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from evidence.case import Case
from graph.guard import check
from graph.project import Projection
from graph.questions import FOLDER, QuestionError, ask, parse, question, questions, typed, values
from graph.upsert import upsert
from tests.graph.small import add, at, finding, run

NAMES = sorted(path.stem for path in FOLDER.glob("*.cypher"))

HEADER = """// ---
// title: T
// question: Q?
// group: search
// view: table
// params:
//   limit: {type: integer, default: 5, meaning: At most}
// returns:
//   n: A number
// false_positives: Anything
// ---
"""


def test_a_question_is_its_file_with_parameters_in_place_of_the_literals() -> None:
    asked = parse("q", HEADER + "RETURN 1 AS n LIMIT /*$limit*/ 5\n")
    assert (asked.cypher, asked.defaults(), asked.returns) == (
        "RETURN 1 AS n LIMIT $limit", {"limit": 5}, {"n": "A number"},
    )  # fmt: skip
    assert asked.text == HEADER + "RETURN 1 AS n LIMIT /*$limit*/ 5\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("RETURN 1", "does not begin with a header"),
        (HEADER.replace("title: T", "title: ["), "is not YAML"),
        (HEADER.replace("// title: T\n", ""), "must have exactly false_positives, group,"),
        (HEADER.replace("title: T", "title: ''"), "has an empty text"),
        (HEADER.replace("type: integer", "type: int"), "Parameter limit of q.cypher needs type"),
        (HEADER.replace("group: search", "group: misc"), "group is one of overview,"),
        (HEADER.replace("view: table", "view: network"), "must return source and target"),
        (HEADER + "RETURN 1 AS n", "must hold every parameter"),
        (HEADER + "RETURN /*$other*/ 1 AS n LIMIT /*$limit*/ 5", "must hold every parameter"),
        (HEADER + "RETURN 1 AS n LIMIT /*$limit*/ x", "must hold every parameter"),
        (HEADER + "RETURN 1 AS n LIMIT /*$limit*/ 6", "limit is 6 in the query and 5 in the header"),
        (HEADER + "RETURN $n AS n LIMIT /*$limit*/ 5", "a bare \\$ would not run"),
    ],
)
def test_a_wrong_file_does_not_load(text: str, sentence: str) -> None:
    with pytest.raises(QuestionError, match=sentence):
        parse("q", text)


def test_values_are_read_in_the_parameters_type() -> None:
    asked = question("amplification_chains")
    assert values(asked, ["accounts=7", "since=2015-11-26T23:12:00+01:00", "until="]) == {
        "accounts": 7, "since": "2015-11-26T22:12:00+00:00", "until": None, "limit": 50,
    }  # fmt: skip
    assert values(question("account_dossier"), ["account=@bob=1"]) == {"account": "bob=1"}


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("find", ["limit=ten"], "limit must be a integer such as 50, not ten."),
        ("find", ["limit"], "limit is not name=value."),
        ("find", ["size=1"], "find does not know size; it has words, kind, limit."),
        (
            "amplification_chains",
            ["since=yesterday"],
            "since must be a time such as 2015-11-26T22:12:00Z, not yesterday.",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_a_sentence(name: str, given: list[str], sentence: str) -> None:
    with pytest.raises(QuestionError) as problem:
        values(question(name), given)
    assert str(problem.value) == sentence


def test_an_unknown_question_names_those_there_are() -> None:
    with pytest.raises(QuestionError, match=r"There is no question nothing; there are account_dossier, "):
        question("nothing")


FIRST = finding("coaction", "a b c", "1 2 3", score=9.0, layers=["link"], first_seen="2026-01-01T12:00:00Z")
SECOND = finding("coaction", "c d e", "4 5", score=5.0)
COPIED = finding("copypasta", "a b c", "1 2 3", score=8.0, last_seen="2026-01-01T12:05:00Z")


SIGNALS = {
    "f": {"flooded_hours": 2.0, "flooded_replies": 7.0, "flooded_usual": 0.25, "flooded_at": at(3, 12).timestamp()},
    "a": {"flood_score": 0.9, "engagement_ratio": 3.5, "engagement_surges": 2.0, "engagement_surge_at": at(1, 12).timestamp()},
    "b": {"followers_gained": 384_000.0, "followers_usual": 650.0, "follower_surge_at": at(1).timestamp(),
          "follower_surge_days": 33.0, "farm_share": 0.75},
}  # fmt: skip
"""What detectors say of accounts beside their findings."""
for _place, _account in enumerate("abcde"):
    SIGNALS.setdefault(_account, {}).update(
        dormant_days=200.0 + _place, woke_at=at(1, 11, _place).timestamp(), changes=3.0, wave_at=at(1, 11).timestamp(),
        wave_p=0.001,
    )  # fmt: skip


def post(number: int, author: str, day: int, minute: int, **given: Any) -> dict[str, Any]:
    return {"platform": "x", "post_id": str(number), "author_id": author, "created_at": at(day, 12, minute), **given}


@pytest.fixture(scope="module")
def graph(driver: neo4j.Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j.Driver]:
    """Two clusters that c belongs to: a, b and c share a link and copy words, c, d and e pass them on; a slept a month."""
    case = Case.create(tmp_path_factory.mktemp("questions") / "case")
    words, link = "poison in the turkey", ["https://news.example.com/1?utm_source=x"]
    add(
        case,
        {
            "accounts": [{"platform": "x", "account_id": name, "handle": name.upper() * 3} for name in "abcdef"],
            "posts": [
                post(1, "a", 1, 0, text=words, urls=link, time_precision="minute", language="en", hashtags=["Koch"]),
                post(2, "b", 1, 0, text=words, urls=link, time_precision="minute"),
                post(3, "c", 1, 5, text=words + "!", urls=link, time_precision="minute", client="app"),
                post(4, "d", 2, 0, repost_of_post_id="1", repost_of_account_id="a"),
                post(5, "e", 2, 1, text="see this", quote_of_post_id="4"),
                post(6, "f", 2, 2, text="news from nowhere", urls=link),
                post(7, "a", 3, 0, in_reply_to_post_id="6", in_reply_to_account_id="f"),
                *({**post(day + 5, "a", 1, 0), "created_at": at(day).replace(month=2)} for day in (3, 4, 5)),
            ],
            "outlets": [
                {"outlet_id": "o", "name": "Example News", "domain": "example.com", "kind": "state", "country": "XX"}
            ],
            "ownership": [{"subject_id": "o", "object_id": "m", "relation": "owned_by", "object_name": "Ministry"}],
        },
    )
    links = [("a", "b", 5), ("a", "c", 1), ("b", "c", 4), ("c", "d", 3), ("c", "e", 2), ("d", "e", 6)]
    run(
        case,
        [FIRST, SECOND, COPIED],
        {
            "links": [
                {"source": f"x:{a}", "target": f"x:{b}", "layer": "link", "window_seconds": 60, "weight": weight}
                for a, b, weight in links
            ]
            + [{"source": "x:a", "target": "x:b", "layer": "wake", "window_seconds": 1_209_600, "weight": 1}],
            "copies": [
                {"post": "x:2", "original": "x:1", "similarity": 1.0, "lag_seconds": 0.0, "credited": False},
                {"post": "x:3", "original": "x:1", "similarity": 0.9, "lag_seconds": 300.0, "credited": True},
            ],
            "signals": [
                {"account": f"x:{account}", "name": name, "value": value}
                for account, signals in SIGNALS.items()
                for name, value in signals.items()
            ],
        },
    )
    driver.execute_query("MATCH (n) DETACH DELETE n")
    with Projection(case) as projection:
        upsert(driver, projection, lambda what, share: None)
    driver.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    yield driver
    driver.execute_query("MATCH (n) DETACH DELETE n")


def answer(graph: neo4j.Driver, name: str, *given: str) -> list[list[Any]]:
    result = ask(graph, name, values(question(name), given))
    assert result.columns == list(question(name).returns)
    return result.rows


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
def test_every_question_runs_as_it_stands_and_reads_only(graph: neo4j.Driver, name: str) -> None:
    """The file pasted whole, as in Neo4j Browser, gives what the runner gives with the defaults."""
    asked = questions()[name]
    with graph.session(default_access_mode=neo4j.READ_ACCESS) as session:
        check(session, asked.text, {}, 10)
        check(session, asked.cypher, typed(asked, {}), 10)
        pasted = session.run(asked.text)  # type: ignore[arg-type]
        assert list(pasted.keys()) == list(asked.returns)
        rows = len(list(pasted))
    assert rows == len(ask(graph, name).rows) > 0


NOON = "2026-01-01T12:00:00Z"
DEFAULTS: dict[str, list[list[Any]]] = {
    "account_dossier": [
        [
            "x:a", "AAA", None, None, None, None, None, None, None, 5, NOON, "2026-02-05T00:00:00Z", ["en"], [],
            ["#koch 1"], ["example.com 1"], ["FFF 1"], ["BBB 5", "CCC 1"],
            [f"coaction {FIRST.id} amplifier", f"copypasta {COPIED.id} amplifier"], [],
        ]
    ],
    "activity_by_day": [
        ["2026-02-05", 1, 1], ["2026-02-04", 1, 1], ["2026-02-03", 1, 1], ["2026-01-03", 1, 1], ["2026-01-02", 3, 3],
        ["2026-01-01", 3, 3],
    ],
    "amplification_chains": [
        ["x:1", "AAA", NOON, "tie", 4, 4, 2, 1, 1, 1, 1, 0, "2026-01-02T12:01:00Z",
         ["BBB from AAA after 0.0 min, not credited, tie", "CCC from AAA after 5.0 min, credited",
          "DDD from AAA after 24.0 h, repost", "EEE from DDD after 1.0 min, quote"], [],
         "poison in the turkey", ["x:a", "x:b", "x:c"]],
    ],
    "bridge_accounts": [["x:c", "CCC", 2, 4, 2, sorted([FIRST.id, SECOND.id])]],
    "cluster_network": [
        ["x:a", "AAA", "x:b", "BBB", 5, ["link"]],
        ["x:b", "BBB", "x:c", "CCC", 4, ["link"]],
        ["x:a", "AAA", "x:c", "CCC", 1, ["link"]],
    ],
    "coordinated_clusters": [
        [FIRST.id, 9.0, 3, 3, 5, ["link"], NOON, None, ["AAA", "BBB", "CCC"]],
        [SECOND.id, 5.0, 3, 3, 6, ["link"], None, None, ["CCC", "DDD", "EEE"]],
    ],
    "copypasta_swarms": [
        [COPIED.id, 8.0, 3, 3, None, "2026-01-01T12:05:00Z", "poison in the turkey", ["AAA", "BBB", "CCC"]],
    ],
    "engagement_surges": [["x:a", "AAA", NOON, 2, 3.5, 5, ["x:1", "x:10", "x:7"]]],
    "find": [
        ["Post", "x:6", None, "2026-01-02T12:02:00Z", "news from nowhere"],
        ["Outlet", "o", "Example News", None, None],
    ],
    "first_poster": [
        [True, NOON, "minute", 0.0, "AAA", "x:1", None, "poison in the turkey"],
        [True, NOON, "minute", 0.0, "BBB", "x:2", None, "poison in the turkey"],
        [False, "2026-01-01T12:05:00Z", "minute", 300.0, "CCC", "x:3", None, "poison in the turkey!"],
        [False, "2026-01-02T12:00:00Z", "second", 86400.0, "DDD", "x:4", None, None],
    ],
    "flooded_targets": [["x:f", "FFF", "2026-01-03T12:00:00Z", 2, 7, 0.25, 1, 1, ["AAA"]]],
    "follower_surges": [["x:b", "BBB", "2026-01-01T00:00:00Z", 33.0, 384000, 650.0, 0, 0, []]],
    "hijacked_account_clusters": [
        ["2026-01-01T11:00:00Z", "2026-01-01T11:04:00Z", 5, 202.0, 3, 1, 0.001,
         ["https://news.example.com/1 (3)", "poison in the turkey (3)"], ["FFF (1)"],
         ["x:a", "x:b", "x:c", "x:d", "x:e"]],
    ],
    "links_shared_by_cluster": [
        ["https://news.example.com/1", "example.com", 3, 1, 3, NOON, "2026-01-01T12:05:00Z"],
    ],
    "longest_silence": [["x:a", "AAA", 30.5, "2026-01-03T12:00:00Z", "2026-02-03T00:00:00Z", 5, 3]],
    "outlets_a_cluster_feeds": [["example.com", "Example News", "state", "XX", ["Ministry"], 3, 3, 1.0]],
    "shortest_path": [[1, "x:a", "Account", "AAA", "COORDINATED", True, "x:b", "Account", "BBB"]],
}  # fmt: skip


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
def test_each_question_answers_what_the_case_holds(graph: neo4j.Driver, name: str) -> None:
    assert answer(graph, name) == DEFAULTS[name]


@pytest.mark.engine
def test_questions_take_parameters(graph: neo4j.Driver) -> None:
    assert answer(graph, "cluster_network", f"finding={SECOND.id}", "weight=3") == [
        ["x:d", "DDD", "x:e", "EEE", 6, ["link"]],
        ["x:c", "CCC", "x:d", "DDD", 3, ["link"]],
    ]
    assert [row[5] for row in answer(graph, "first_poster", "words=POISON in the turkey")] == ["x:1", "x:2", "x:3"]
    assert [row[:2] for row in answer(graph, "find", "words=fff")] == [["Account", "x:f"]]
    assert answer(graph, "find", "words=news", "kind=Page") == []
    assert [row[0] for row in answer(graph, "activity_by_day", f"finding={SECOND.id}")] == ["2026-01-02", "2026-01-01"]
    assert [row[0] for row in answer(graph, "account_dossier", "account=@BBB")] == ["x:b"]
    assert answer(graph, "amplification_chains", "since=2026-01-02") == []
    assert answer(graph, "amplification_chains", "accounts=5") == []
    assert answer(graph, "longest_silence", "posts=6") == []


@pytest.mark.engine
def test_a_path_may_lead_over_posts_and_addresses(graph: neo4j.Driver) -> None:
    rows = answer(graph, "shortest_path", "from=BBB", "to=x:f")
    # Two ways are equally short: over the shared address, and over a's answer to f's post.
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert [row[1] for row in rows] == ["x:b", *(row[6] for row in rows[:-1])]
    assert (rows[-1][2], rows[-1][6]) == ("Post", "x:f")
    assert answer(graph, "shortest_path", "from=x:a", "to=AAA") == []


@pytest.mark.engine
@pytest.mark.parametrize("words", ['"', "\\", "a OR b", "text:x", "*", "poison AND (", "🦃", "火鸡 有毒"])
def test_any_words_may_be_looked_for(graph: neo4j.Driver, words: str) -> None:
    """Nothing typed into the search is taken for its syntax."""
    assert answer(graph, "find", f"words={words}") == []
