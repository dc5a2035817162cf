"""Large files from the small fixtures of the loaders: the items a loader keeps, again and again, each with an id of its own."""

import csv
import io
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import zstandard

from loaders import loaders
from loaders.base import Options
from loaders.source import sources

FIXTURES: Final = Path(__file__).resolve().parents[1] / "tests" / "loaders" / "fixtures"
# Larger than every id in the fixtures, and as long as those of posts are.
FIRST: Final = 10**17


@dataclass(frozen=True, slots=True)
class Grown:
    """A fixture that can be grown.

    `key`: a CSV's column or a dotted path in an item, `*` for every one of a list, that makes an item one of its own.
    `inside`: the key of one document under which its items stand; "" for lines, "[]" for one array.
    """

    loader: str
    fixture: str
    key: str
    inside: str = ""


CSV: Final = (
    Grown("coortweet", "four.csv", "content_id"),
    Grown("ira", "posts.csv", "updates"),
    Grown("mayweather", "tweets.csv", "id"),
    Grown("tables", "posts.csv", "post_id"),
    Grown("toolkit", "messages.csv", "message_id"),
    Grown("x_archive", "tweets.csv", "tweetid"),
    Grown("twarc_csv", "tweets.csv", "id"),
    Grown("fourcat", "twitter.csv", "id"),
    Grown("tiktok_research", "videos.csv", "id"),
    Grown("crowdtangle_facebook", "pages.csv", "URL"),
    Grown("meta_content_library", "facebook_posts.csv", "id"),
    Grown("mediacloud", "stories.csv", "id"),
)
JSON: Final = (
    Grown("bluesky_jetstream", "events.jsonl", "commit.rkey"),
    Grown("mastodon", "timeline.json", "id", "[]"),
    Grown("media_crawler", "search_contents_xhs.jsonl", "note_id"),
    Grown("reddit", "RC_2024-03.ndjson.zst", "id"),
    Grown("reddit", "RS_2024-03.ndjson", "id"),
    Grown("telegram_desktop", "channel.json", "id", "messages"),
    Grown("telegram_desktop", "group.json", "id", "messages"),
    Grown("tiktok_research", "videos.ndjson", "id"),
    Grown("trafilatura_json", "articles.jsonl", "source"),
    Grown("x_api", "flat.jsonl", "id"),
    Grown("x_api", "pages.jsonl", "data.*.id"),
    Grown("youtube_comments", "downloaded.ndjson", "cid"),
    Grown("zeeschuimer", "x.ndjson", "data.rest_id"),
    Grown("zeeschuimer", "meta.ndjson", "data.id"),
    Grown("zeeschuimer", "from_4cat.ndjson", "id"),
)


def grow(what: Grown, rows: int, folder: Path) -> Path:
    """A file of about `rows` items in `folder`, written as it is made."""
    path = FIXTURES / what.loader / what.fixture
    out = folder / path.name.removesuffix(".zst")
    if path.suffix == ".csv":
        _csv(path, what, rows, out)
    else:
        _json(path, what, rows, out)
    return out


def _kept(path: Path, loader: str) -> set[int]:
    """The lines (or numbers) of the items the loader keeps."""
    chunks = loaders()[loader].read(sources(path)[0], Options())
    return {
        line
        for chunk in chunks
        if chunk.primary in chunk.frames
        for line in chunk.frames[chunk.primary]["_source_line"].to_list()
    }


def _csv(path: Path, what: Grown, rows: int, out: Path) -> None:
    kept = _kept(path, what.loader)
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
    header, good, before = next(reader), [], reader.line_num
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            before = reader.line_num
            continue
        if before + 1 in kept and len(row) == len(header):
            good.append(row)
        before = reader.line_num
    at = header.index(what.key)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(rows):
            row = list(good[number % len(good)])
            # The number of updates is a count; an address keeps what stands before its last part.
            new = str(number) if what.key == "updates" else row[at].rpartition("/")[0] + "/" + str(FIRST + number)
            row[at] = new.removeprefix("/")
            writer.writerow(row)


def _json(path: Path, what: Grown, rows: int, out: Path) -> None:
    raw = path.read_bytes()
    if path.suffix == ".zst":
        raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(raw)).read()
    document: dict[str, Any] = {}
    if what.inside == "[]":
        found = list(enumerate(json.loads(raw), start=1))
    elif what.inside:
        document = json.loads(raw)
        found = list(enumerate(document.pop(what.inside), start=1))
    else:
        found = list(_lines(raw))
    kept = _kept(path, what.loader)
    good = [(item, count) for number, item in found if number in kept and (count := _name(item, what.key, FIRST))]
    between = ",\n" if what.inside else "\n"
    with out.open("w", encoding="utf-8") as file:
        if what.inside == "[]":
            file.write("[")
        elif what.inside:
            file.write(json.dumps(document, ensure_ascii=False)[:-1] + f', "{what.inside}": [')
        written = turn = 0
        while written < rows:
            item, count = good[turn % len(good)]
            item = deepcopy(item)
            _name(item, what.key, FIRST + written)
            file.write((between if turn else "") + json.dumps(item, ensure_ascii=False))
            written, turn = written + count, turn + 1
        file.write({"": "\n", "[]": "]"}.get(what.inside, "]}"))


def _lines(raw: bytes) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            yield number, json.loads(line)
        except ValueError:
            continue


def _name(item: Any, path: str, new: int) -> int:
    """Give every value at `path` an id of its own, of the kind it had, counting from `new`; returns how many there were."""
    step, _, rest = path.partition(".")
    if step == "*":
        found = 0
        for one in item if isinstance(item, list) else []:
            found += _name(one, rest, new + found)
        return found
    if not isinstance(item, dict) or step not in item:
        return 0
    if rest:
        return _name(item[step], rest, new)
    old = item[step]
    # An address keeps what stands before its last part.
    item[step] = new if isinstance(old, int) else (str(old).rpartition("/")[0] + "/" + str(new)).removeprefix("/")
    return 1
