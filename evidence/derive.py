"""What is worked out from the records once, before detection: languages of posts, places of profile locations.

It stands in `derived/` of the case beside what was loaded, never in it: the export's own word stays in `posts.language`.
It is rebuildable like the graph: no hash of it is kept, and it counts only for exactly the records and the libraries it
was made of, so that a run on the same records always sees the same.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.files import read_json, write_json
from records import language, places
from records.store import DERIVED, Records

if TYPE_CHECKING:
    from evidence.case import Case

# Distinct texts judged at a time: some 20 MB of posts.
_ROWS = 50_000
# What is read of a post: articles without a text have their headline. A repost's text is its original's, judged once.
_TEXT = "coalesce(nullif(text, ''), title)"


def derive(case: "Case", progress: Callable[[str, float], None]) -> dict[str, Any]:
    """Work out languages and places for the records as they are; the caller holds the writer lock.

    Returns {posts, texts, languages, locations, places, already}: posts with a language and what was looked at. Where the
    same was done before with the same libraries nothing is done, and `already` is true.
    """
    wanted = {"input_hash": case.input_hash(), "versions": {**language.versions(), **places.versions()}}
    folder = case.path / "derived"
    done = _done(folder)
    if done and {name: done[name] for name in wanted} == wanted:
        return {**done["counts"], "already": True}
    folder.mkdir(exist_ok=True)
    records = case.records()
    try:
        counts = {
            **_languages(records, folder / ".pending-languages.parquet", progress),
            **_places(records, folder / ".pending-places.parquet", progress),
        }
    finally:
        records.close()
    # Taken away first and written last: without it nothing here counts, whatever a killed process left half.
    (folder / "derived.json").unlink(missing_ok=True)
    for name in DERIVED:
        (folder / f".pending-{name}.parquet").replace(folder / f"{name}.parquet")
    (folder / ".pending-texts.parquet").unlink()
    write_json(folder / "derived.json", {**wanted, "counts": counts})
    progress("languages and places", 1.0)
    return {**counts, "already": False}


def attach(connection: Records, case: Path, input_hash: str) -> None:
    """Give `connection` the views `languages` and `places`; empty where they were not derived from these records."""
    done = _done(case / "derived")
    for name, columns in DERIVED.items():
        if done and done["input_hash"] == input_hash:
            path = _quoted(case / "derived" / f"{name}.parquet")
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({path})")
        else:
            connection.execute(f"CREATE TABLE {name} ({columns})")


def _languages(records: Records, out: Path, progress: Callable[[str, float], None]) -> dict[str, int]:
    """One row for each post whose text is long and clear enough; each distinct text is judged once."""
    texts = out.with_name(".pending-texts.parquet")
    # Texts are told apart by their MD5 so that the join back holds sixteen bytes a text, not the text.
    whole = f"SELECT DISTINCT {_TEXT} AS text FROM posts WHERE {_TEXT} IS NOT NULL"
    schema = pa.schema([("text", pa.string()), ("language", pa.string()), ("confidence", pa.float64())])
    seen = 0
    total = _one(records, f"SELECT approx_count_distinct({_TEXT}) FROM posts") or 1
    with pq.ParquetWriter(texts, schema, compression="zstd") as writer:
        for part in records.sql(whole).to_arrow_reader(_ROWS):
            frame = pl.DataFrame(pa.Table.from_batches([part]))
            found = frame.hstack(language.languages(frame["text"])).filter(pl.col("language").is_not_null())
            writer.write_table(found.to_arrow().cast(schema))
            seen += frame.height
            progress(f"languages of {seen:,} texts", min(0.8 * seen / total, 0.8))
    source = ", ".join(f"{name} {number}" for name, number in language.versions().items())
    records.execute(
        f"COPY (SELECT platform, post_id, judged.language, confidence, {_quoted(source)} AS source FROM posts"
        f" JOIN (SELECT md5_number(text) AS _text, language, confidence FROM read_parquet({_quoted(texts)})) AS judged"
        f" ON judged._text = md5_number({_TEXT})) TO {_quoted(out)} (FORMAT parquet, COMPRESSION zstd)"
    )
    return {
        "posts": _one(records, "SELECT count(*) FROM posts"),
        "texts": seen,
        "languages": _one(records, f"SELECT count(*) FROM read_parquet({_quoted(out)})"),
    }


def _places(records: Records, out: Path, progress: Callable[[str, float], None]) -> dict[str, int]:
    """One row for each distinct location anybody gives, also where it is no place (kind none)."""
    every = " UNION ".join(
        f"SELECT location FROM {table} WHERE location <> ''" for table in ("accounts", "account_history", "posts")
    )
    schema = pl.DataFrame(schema={"location": pl.String(), **places.SCHEMA}).to_arrow().schema
    seen = known = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for part in records.sql(every).to_arrow_reader(_ROWS):
            frame = pl.DataFrame(pa.Table.from_batches([part]))
            found = frame.hstack(places.places(frame["location"]))
            writer.write_table(found.to_arrow().cast(schema))
            seen += found.height
            known += found.filter(pl.col("kind") != "none").height
            progress(f"places of {seen:,} locations", 0.9)
    return {"locations": seen, "places": known}


def _done(folder: Path) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = read_json(folder / "derived.json")
    except (FileNotFoundError, ValueError):  # a damaged one is made again
        return None
    return document


def _one(records: Records, sql: str) -> int:
    return int(records.execute(sql).fetchall()[0][0])


def _quoted(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
