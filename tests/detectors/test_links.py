"""The co-action engine and `murmur links`: the published tools' own results, and what must not change them."""

import gzip
import itertools
import json
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlglot
import typer
import zstandard
from typer.testing import CliRunner

from app.links_command import LinksError, links, main, run, sentences
from detectors.links import SQL, statement

DATA = Path(__file__).parents[2] / "data" / "coortweet"
COLUMNS = {"object_column": "o", "account_column": "a", "content_column": "c", "time_column": "t"}
TEXT = {"source": pl.String(), "target": pl.String()}


def edges(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, schema_overrides=TEXT)


def table(path: Path, rows: list[tuple[Any, ...]], header: str = "o,a,c,t") -> Path:
    path.write_text("\n".join([header, *(",".join(str(cell) for cell in row) for row in rows)]) + "\n")
    return path


def made(tmp_path: Path, rows: list[tuple[Any, ...]], **options: Any) -> list[tuple[Any, ...]]:
    out = tmp_path / "edges.csv"
    run(table(tmp_path / "rows.csv", rows), **COLUMNS, out=out, **options)
    return edges(out).rows()


@pytest.mark.parametrize(
    "expected", sorted(DATA.glob("expected_*_edges.csv")), ids=lambda path: path.stem.removeprefix("expected_")
)
def test_cooRTweet_s_own_results(expected: Path, tmp_path: Path) -> None:  # noqa: N802 - the tool's spelling
    name, participation, window, _ = expected.stem.removeprefix("expected_").rsplit("_", 3)
    german = name.startswith("german")
    out = tmp_path / "edges.csv"
    run(
        DATA / ("german_elections.csv.gz" if german else "russian_coord_tweets.csv"),
        object_column=name.removeprefix("german_") if german else "object_id",
        account_column="account_id",
        content_column="post_id" if german else "content_id",
        time_column="timestamp" if german else "timestamp_share",
        window=int(window.removeprefix("tw")),
        min_participation=int(participation.removeprefix("mp")),
        out=out,
    )
    theirs = pl.read_csv(
        expected,
        schema_overrides={"from": pl.String(), "to": pl.String(), "avg_time_delta": pl.Float64()},
        columns=["from", "to", "weight", "avg_time_delta"],
    ).select(
        pl.min_horizontal("from", "to").alias("source"),
        pl.max_horizontal("from", "to").alias("target"),
        "weight",
        "avg_time_delta",
    )
    ours = edges(out)
    assert (
        ours.select("source", "target", "weight").rows()
        == theirs.drop("avg_time_delta").sort("source", "target").rows()
    )
    both = ours.join(theirs, on=["source", "target"])
    assert both.select((pl.col("mean_time_delta") - pl.col("avg_time_delta")).abs().max()).item() < 1e-9


def test_contents_belong_to_their_account_and_windows_include_both_ends(tmp_path: Path) -> None:
    rows = [("x", "b", "b1", 0), ("x", "a", "a1", 60), ("x", "a", "a2", 30), ("x", "c", "c1", 121), ("y", "c", "c2", 0)]
    assert made(tmp_path, rows, window=60, min_participation=1) == [("a", "b", 2, 45.0, 2, 1, 0.5)]
    assert made(tmp_path, rows, window=61, min_participation=1) == [
        ("a", "b", 2, 45.0, 2, 1, 0.5),
        ("a", "c", 1, 61.0, 1, 1, 1.0),
    ]


def test_a_post_that_is_the_object_counts_as_activity_but_makes_no_pair(tmp_path: Path) -> None:
    rows = [("p1", "origin", "p1", 0), ("p1", "a", "p2", 5), ("p1", "b", "p3", 6)]
    assert made(tmp_path, rows, window=10, min_participation=1) == [("a", "b", 1, 1.0, 1, 1, 1.0)]


def test_a_row_given_twice_is_one_share(tmp_path: Path) -> None:
    rows = [("x", "a", "1", 0), ("x", "a", "1", 0), ("x", "b", "2", 3)]
    assert made(tmp_path, rows, window=10, min_participation=1) == [("a", "b", 1, 3.0, 1, 1, 1.0)]


def brute_toolkit(rows: list[tuple[str, str, str, int]], window: int, least: int) -> set[tuple[str, str, int]]:
    """Edges by the toolkit's definition, from every pair of rows."""
    messages: dict[tuple[str, str], set[str]] = {}
    for x, y in itertools.permutations(rows, 2):
        if x[0] == y[0] and x[1] != y[1] and abs(x[3] - y[3]) <= window:
            messages.setdefault((x[1], y[1]), set()).add(x[2])
    return {(*pair, len(posts)) for pair, posts in messages.items() if len(posts) >= least}


def scattered(seed: int, count: int = 400) -> list[tuple[str, str, str, int]]:
    dice = random.Random(seed)
    return [(f"o{dice.randrange(9)}", f"a{dice.randrange(12)}", f"c{n}", dice.randrange(4000)) for n in range(count)]


@pytest.mark.parametrize(("window", "least"), [(0, 1), (7, 1), (60, 2), (3999, 3)])
def test_toolkit_mode_counts_the_source_s_different_messages(window: int, least: int, tmp_path: Path) -> None:
    rows = scattered(window)
    found = made(tmp_path, rows, window=window, mode="toolkit", min_edge_weight=least)
    assert {row[:3] for row in found} == brute_toolkit(rows, window, least)
    assert all(row[2] == row[4] for row in found)


def test_toolkit_mode_reads_several_links_in_a_cell_and_leaves_out_reposts_and_empty_cells(tmp_path: Path) -> None:
    rows = [
        ("u v", "a", 1, 0, ""),
        ("v", "b", 2, 1, ""),
        ("u", "c", 3, 2, ""),
        ("u", "d", 4, 2, "1"),
        ("", "e", 5, 2, ""),
    ]
    out = tmp_path / "edges.csv"
    file = table(tmp_path / "rows.csv", [*rows, ("", "f", 6, 2, "")], "o,a,c,t,repost_id")
    document = run(file, **COLUMNS, window=5, mode="toolkit", min_edge_weight=1, out=out)
    assert edges(out).select("source", "target", "weight").rows() == [
        ("a", "b", 1), ("a", "c", 1), ("b", "a", 1), ("c", "a", 1),
    ]  # fmt: skip
    assert document["left_out"] == {"reposts": 1, "without_object": 2}


@pytest.mark.parametrize("mode", ["cooRTweet", "toolkit"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_order_of_rows_and_number_of_threads_change_no_byte(mode: str, ending: str, tmp_path: Path) -> None:
    rows = scattered(5, 3000)
    bytes_ = set()
    for threads in (1, 2, 4):
        random.Random(threads).shuffle(rows)
        out = tmp_path / f"edges.{ending}"
        run(table(tmp_path / "rows.csv", rows), **COLUMNS, window=30, mode=mode, threads=threads, out=out)
        bytes_.add(out.read_bytes())
    assert len(bytes_) == 1


@pytest.mark.parametrize(
    "times",
    [
        (1_600_000_000, 1_600_000_007),
        (1_600_000_000.25, 1_600_000_007.25),
        (1_600_000_000_000, 1_600_000_007_000),
        (1_600_000_000_000_000, 1_600_000_007_000_000),
        ("2020-09-13T12:26:40Z", "2020-09-13T14:26:47+02:00"),
        ("2020-09-13 12:26:40", "2020-09-13 12:26:47.000"),
    ],
)
def test_times_in_every_spelling(times: tuple[Any, Any], tmp_path: Path) -> None:
    rows = [("x", "a", "1", times[0]), ("x", "b", "2", times[1])]
    assert made(tmp_path, rows, window=7, min_participation=1) == [("a", "b", 1, 7.0, 1, 1, 1.0)]


def test_every_kind_of_file_gives_the_same_edges(tmp_path: Path) -> None:
    rows = [("007", "1", "01", 0), ("007", "2", "02", 4), ("2020-01-01", "1", "03", 9), ("2020-01-01", "2", "04", 9)]
    plain = table(tmp_path / "rows.csv", rows)
    frame = pl.read_csv(plain, infer_schema=False)
    frame.write_csv(tmp_path / "rows.tsv", separator="\t")
    frame.write_parquet(tmp_path / "rows.parquet")
    frame.with_columns(pl.col("t").cast(pl.Int64())).write_ndjson(tmp_path / "rows.jsonl")
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "rows.csv.zst").write_bytes(zstandard.compress(plain.read_bytes()))
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress((tmp_path / "rows.jsonl").read_bytes()))
    frame.with_columns(pl.from_epoch(pl.col("t").cast(pl.Int64()))).write_parquet(tmp_path / "stamped.parquet")
    for file in [*sorted(tmp_path.glob("rows.*")), tmp_path / "stamped.parquet"]:
        out = tmp_path / "edges.csv"
        run(file, **COLUMNS, window=5, out=out)
        assert edges(out).rows() == [("1", "2", 2, 2.0, 2, 2, 1.0)], file.name


def test_a_viral_object_is_named_and_one_no_machine_could_pair_is_set_aside(tmp_path: Path) -> None:
    rows = [("viral", f"a{n:05d}", f"v{n}", n % 60) for n in range(2_500)]
    rows += [("quiet", "a00001", "q1", 0), ("quiet", "a00002", "q2", 1)]
    out = tmp_path / "edges.csv"
    file = table(tmp_path / "rows.csv", rows)
    document = run(file, **COLUMNS, window=60, min_participation=1, max_pairs=1_000_000, out=out)
    assert edges(out).select("source", "target", "weight").rows() == [("a00001", "a00002", 1)]
    viral = {"object": "viral", "shares": 2_500, "pairs_at_most": 2_500 * 2_499 // 2, "set_aside": True}
    assert document["viral_objects"] == [viral]
    assert "Viral object 'viral': 2,500 shares, set aside" in sentences(document)[-1]
    document = run(file, **COLUMNS, window=60, min_participation=1, out=out)
    assert document["edges"] == viral["pairs_at_most"]
    assert [item["set_aside"] for item in document["viral_objects"]] == [False]


def test_rows_that_cannot_be_used_are_counted_by_reason(tmp_path: Path) -> None:
    rows = [
        ("x", "a", 1, 0),
        ("x", "b", 2, 0),
        ("", "b", 3, 0),
        ("x", "", 4, 0),
        ("x", "a", "", 0),
        ("x", "a", 5, "soon"),
    ]
    document = run(table(tmp_path / "r.csv", rows), **COLUMNS, window=1, min_participation=1, out=tmp_path / "e.csv")
    assert document["rows_used"] == 2
    assert document["left_out"] == {
        "without_a_readable_time": 1, "without_account": 1, "without_content": 1, "without_object": 1,
    }  # fmt: skip


def test_a_header_alone_gives_no_edges(tmp_path: Path) -> None:
    assert made(tmp_path, [], window=1) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"object_column": "url"}, "rows.csv has no column 'url'; its columns are o, a, c, t."),
        ({"mode": "fast"}, "There is no mode 'fast'; the modes are cooRTweet and toolkit."),
        ({"window": -1}, "--window is a number of seconds, from 0 to ten years."),
        ({"min_participation": 0}, "--min-participation and --min-edge-weight are at least 1."),
        ({"out": Path("edges.xlsx")}, "--out edges.xlsx should end in .csv, .csv.gz, .csv.zst or .parquet."),
    ],
)
def test_wrong_use_is_one_sentence(change: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    file = table(tmp_path / "rows.csv", [("x", "a", 1, 0)])
    with pytest.raises(LinksError) as problem:
        run(file, **{**COLUMNS, "window": 1, "out": tmp_path / "edges.csv", **change})
    assert (str(problem.value), problem.value.code) == (sentence, 2)


def test_a_broken_file_is_one_sentence_and_leaves_no_output(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("o,a,c,t\nx,a,1,0\nx,b,2\n" + "x,c,3,1\n" * 5)
    with pytest.raises(LinksError, match=r"^rows\.csv line 3: 3 columns where the header has 4\.$") as problem:
        run(file, **COLUMNS, window=1, out=tmp_path / "edges.csv")
    assert problem.value.code == 1
    assert "\n" not in str(problem.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv"]


def test_the_command_speaks_json_on_stdout_and_sentences_on_stderr(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(links)
    file = table(tmp_path / "rows.csv", [("x", "a", 1, 0), ("x", "b", 2, 0)])
    words = [str(file), "--object", "o", "--account", "a", "--content", "c", "--time", "t", "--window", "5"]
    done = CliRunner().invoke(app, [*words, "--min-participation", "1", "--out", str(tmp_path / "e.csv"), "--json"])
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert (document["edges"], document["rows_used"], document["mode"]) == (1, 2, "cooRTweet")
    assert done.stderr.startswith("1 edges from 2 rows of 2 accounts and 1 objects")
    words[2] = "url"
    wrong = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "e.csv")])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr == "murmur: rows.csv has no column 'url'; its columns are o, a, c, t.\n"


def test_the_quick_parser_is_the_same_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = table(tmp_path / "rows.csv", [("x", "a", 1, 0), ("x", "b", 2, 0)])
    out = str(tmp_path / "e.csv")
    words = [str(file), "--object", "o", "--account", "a", "--content", "c", "--time", "t", "--window=5"]
    assert main([*words, "--mode", "toolkit", "--min-edge-weight", "1", "--out", out, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["edges"], document["window_seconds"], document["mode"]) == (2, 5.0, "toolkit")
    assert main([*words, "--out", out]) == 0
    assert (capsys.readouterr().out, edges(tmp_path / "e.csv").height) == ("", 0)
    with pytest.raises(SystemExit) as usage:
        main(words)
    assert usage.value.code == 2
    assert capsys.readouterr().err == (
        "murmur: the following arguments are required: --out; `murmur links --help` lists the options.\n"
    )


@pytest.mark.parametrize("file", sorted(SQL.glob("links_*.sql")), ids=lambda path: path.stem)
def test_sql_carries_over_to_spark(file: Path) -> None:
    sql = statement(file.stem, over_pairs=" pairs" in file.read_text() and file.stem != "links_pairs")
    (spark,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert sqlglot.parse_one(spark, read="spark") is not None
    assert "DISTINCT ON" not in spark
