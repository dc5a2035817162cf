"""What is worked out from the records once, before detection: languages, places, and the posts loaded media belong to.

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
# PDQ's own bound: below it hashes of different pictures meet (docs/contract.md lists quality with the media).
_CLEAR = 50
# A post is meant by its id among the names of a file (loaders/media_folder.py), or by the file's name in a column of the
# export that the contract does not know (`extra`) or in a link. A name that means two posts means none. Files are told apart
# by their bytes too: photo_1.jpg stands in every folder of chats, so where several files are called so a post that says
# photo_1.jpg means none of them, while a post's own id means all that carry it.
_MEDIA_POSTS = r"""
    WITH files AS (
        SELECT DISTINCT path, coalesce(sha256, '') AS bytes, media_hash, quality,
               parse_filename(regexp_replace(path, '^.*!', '')) AS file,
               from_json(extra, '{"names": ["VARCHAR"]}').names AS names
        FROM media WHERE path IS NOT NULL
    ), named AS (
        SELECT path, bytes, platform, post_id, 'name' AS matched_by
        FROM (SELECT DISTINCT path, bytes, unnest(names) AS post_id FROM files) JOIN posts USING (post_id)
    ), told AS (
        SELECT DISTINCT platform, post_id, parse_filename(unnest(regexp_extract_all(
            concat_ws('"', '', extra, array_to_string(urls, '"'), ''),
            '[^"?#]+\.(?i:jpe?g|jfif|png|gif|webp|bmp|avif|mp4|m4v|mov|webm|mkv|avi|flv|3gp)'))) AS file
        FROM posts WHERE EXISTS (SELECT 1 FROM files)
    ), found AS (
        SELECT * FROM named
        UNION SELECT path, bytes, platform, post_id, 'column'
        FROM files JOIN (SELECT file FROM files GROUP BY file HAVING count(DISTINCT bytes) = 1) USING (file)
        JOIN told USING (file)
    ), sure AS (
        SELECT path, bytes, any_value(platform) AS platform, any_value(post_id) AS post_id, max(matched_by) AS matched_by
        FROM found GROUP BY path, bytes HAVING count(DISTINCT (platform, post_id)) = 1
    )
    SELECT DISTINCT platform, post_id, media_hash, quality, path, matched_by FROM sure JOIN files USING (path, bytes)
"""
_POSTS_WITH_MEDIA = f"""
    CREATE OR REPLACE VIEW posts AS
    SELECT p.* REPLACE (
        CASE WHEN loaded IS NULL THEN p.media_hashes
             ELSE list_sort(list_distinct(list_concat(coalesce(p.media_hashes, []), loaded))) END AS media_hashes)
    FROM posts_newest AS p LEFT JOIN (
        SELECT platform, post_id, list(DISTINCT media_hash) AS loaded
        FROM media_posts WHERE quality >= {_CLEAR} GROUP BY ALL
    ) AS m USING (platform, post_id)
"""


def derive(case: "Case", progress: Callable[[str, float], None]) -> dict[str, Any]:
    """Work out languages and places for the records as they are; the caller holds the writer lock.

    Returns {posts, texts, languages, locations, places, media_posts, already}: what was looked at and what was found.
    Where the same was done before with the same libraries nothing is done, and `already` is true.
    """
    wanted = {"input_hash": case.input_hash(), "tables": sorted(DERIVED), "versions": libraries()}
    folder = case.path / "derived"
    done = _done(folder)
    if done and {name: done.get(name) for name in wanted} == wanted:
        return {**done["counts"], "already": True}
    folder.mkdir(exist_ok=True)
    records = case.records()
    try:
        counts = {
            **_languages(records, folder / ".pending-languages.parquet", progress),
            **_places(records, folder / ".pending-places.parquet", progress),
            **_media_posts(records, folder / ".pending-media_posts.parquet"),
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


def libraries() -> dict[str, str]:
    """Names and versions of the libraries that languages and places come from; a run is named by them too."""
    return {**language.versions(), **places.versions()}


def attach(connection: Records, case: Path, input_hash: str) -> None:
    """Give `connection` the views of DERIVED; empty where they were not derived from these records.

    The view `posts` then also has, in `media_hashes`, what was loaded from media files of the post and is clear enough.
    """
    done = _done(case / "derived")
    current = done is not None and (done["input_hash"], done.get("tables")) == (input_hash, sorted(DERIVED))
    for name, columns in DERIVED.items():
        if current:
            path = _quoted(case / "derived" / f"{name}.parquet")
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({path})")
        else:
            connection.execute(f"CREATE TABLE {name} ({columns})")
    if done and current and done["counts"]["media_posts"]:
        connection.execute(_POSTS_WITH_MEDIA)


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


def _media_posts(records: Records, out: Path) -> dict[str, int]:
    """Which post a loaded picture or frame belongs to, where the name of its file says so and means one post only."""
    records.execute(f"COPY ({_MEDIA_POSTS}) TO {_quoted(out)} (FORMAT parquet, COMPRESSION zstd)")
    return {"media_posts": _one(records, f"SELECT count(*) FROM read_parquet({_quoted(out)})")}


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
