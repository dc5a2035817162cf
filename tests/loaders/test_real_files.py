"""The real data of the repository, read whole: the figures data/README.md gives."""

from pathlib import Path

import polars as pl

from loaders import recognise
from loaders.source import sources
from tests.loaders.loader_snapshots import balanced, chunks


def whole(path: Path, loader: str) -> tuple[dict[str, pl.DataFrame], int, dict[str, int], list[int]]:
    """Tables, rows read, what was ignored, and the lines refused."""
    found = recognise(sources(path)[0])[0]
    assert found is not None
    assert found.name == loader
    read = chunks(path, loader)
    assert all(balanced(chunk) for chunk in read)
    names = {name for chunk in read for name in chunk.frames}
    tables = {name: pl.concat([c.frames[name] for c in read if name in c.frames], how="diagonal") for name in names}
    ignored = {reason: count for chunk in read for reason, count in chunk.ignored.items()}
    return tables, sum(c.rows for c in read), ignored, [item.line for c in read for item in c.refused]


def test_the_ira_posts(data: Path) -> None:
    tables, rows, ignored, refused = whole(data / "ira/posts_2015-10-01_2015-12-05.csv.gz", "ira")
    posts = tables["posts"]
    assert (rows, posts.height, tables["account_history"].height, ignored, refused) == (
        210_581,
        210_581,
        210_581,
        {},
        [],
    )
    assert posts["author_id"].n_unique() == 1607
    # 84 rows stand twice in the file, word for word; only they share an id.
    assert posts["post_id"].n_unique() == 210_581 - 84
    assert posts["is_repost"].sum() == 159_106
    assert set(posts["time_precision"]) == {"minute"}
    first, last = posts["created_at"].dt.to_string("%F %T").min(), posts["created_at"].dt.to_string("%F %T").max()
    assert (first, str(last)[:10]) == ("2015-10-01 00:00:00", "2015-12-05")
    turkey = posts.filter(pl.col("text").str.to_lowercase().str.contains("koch farms|kochfarms"))
    assert (turkey.height, turkey["author_id"].n_unique()) == (4112, 158)


def test_the_ira_accounts(data: Path) -> None:
    tables, rows, _, refused = whole(data / "ira/accounts.csv", "ira")
    assert (rows, tables["accounts"]["account_id"].n_unique(), refused) == (1607, 1607, [])


def test_the_boxing_night(data: Path) -> None:
    tables, rows, ignored, refused = whole(data / "mayweather/tweets_pseudonymised.csv", "mayweather")
    assert (rows, tables["posts"].height, ignored, refused) == (12_122, 12_118, {}, [705, 2252, 4402, 4491])
    assert tables["posts"]["author_id"].n_unique() == 11_037


def test_the_state_media_matrix(data: Path) -> None:
    tables, rows, ignored, refused = whole(data / "outlets/State_Media_Matrix.csv", "state_media")
    assert (rows, tables["outlets"].height, ignored, refused) == (1157, 1156, {"blank row": 1}, [])
    # One outlet stands in two rows that differ only in `Status`.
    assert tables["outlets"]["outlet_id"].n_unique() == 1155
    kinds = dict(tables["outlets"]["kind"].value_counts().iter_rows())
    assert kinds == {"state": 754, "state-affiliated": 251, "independent": 147, "unknown": 4}
    assert tables["ownership"]["object_id"].null_count() == 0


def test_cooRTweet_s_tables(data: Path) -> None:  # noqa: N802  the tool's own spelling
    tables, rows, _, refused = whole(data / "coortweet/russian_coord_tweets.csv", "coortweet")
    assert (rows, tables["posts"].height, refused) == (35_125, 35_125, [])
    tables, rows, _, refused = whole(data / "coortweet/german_elections.csv.gz", "coortweet")
    posts = tables["posts"]
    assert (rows, posts.height, len(refused)) == (218_971, 218_968, 3)
    assert dict(posts["platform"].value_counts().iter_rows()) == {"x": 137_402, "facebook": 81_566}
    layers = posts.select(pl.col("objects").explode().drop_nulls().str.extract(r"^(\w+):"))["objects"].value_counts()
    assert dict(layers.iter_rows()) == {"link": 50_785, "hashtag": 51_194, "domain": 73_214, "media": 20_068}
