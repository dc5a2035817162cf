"""News articles in WARC files: one page that was fetched is one article, with the text a reader would see."""

import html as markup
import logging
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import polars as pl

from loaders import articles, text
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.csvfile import LINE, Batch
from loaders.rows import Rows
from loaders.source import cut_short
from records.chunk import Chunk, Refusal

Item = dict[str, str | None]

_COLUMNS: Final = (
    "url", "canonical", "title", "author", "sitename", "text", "language", "published", "collected", "record_id",
)  # fmt: skip
# Pages in a chunk; a page with its text is some 20 KB.
_STEP: Final = 500
# Larger pages are data, not articles; parsing them would take minutes.
_LARGEST: Final = 8 * 2**20
_STAMP: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
# The exact moment, where a page gives one for its own article. trafilatura's own answer is the day.
_TIMES: Final = (
    re.compile(rf'property=["\']article:published_time["\'][^>]*?content=["\']({_STAMP})'),
    re.compile(rf'content=["\']({_STAMP})["\'][^>]*?property=["\']article:published_time'),
    re.compile(rf'"datePublished"\s*:\s*"({_STAMP})"'),
    re.compile(rf'itemprop=["\']datePublished["\'][^>]*?(?:content|datetime)=["\']({_STAMP})'),
)
_LANGUAGE: Final = re.compile(r"<html[^>]*?\blang=[\"']?([A-Za-z]{2,3}(?:-[A-Za-z]+)*)", re.IGNORECASE)


def recognise(sample: Sample) -> int:
    return 100 if sample.head.lstrip(b"\r\n").startswith(b"WARC/") else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    with source.open() as stream:
        if not stream.read(64).lstrip(b"\r\n").startswith(b"WARC/"):
            raise LoadError(f"{source.name} is not {LOADER.title}: it does not begin with WARC/; leave --format out.")
    for batch in _batches(source):
        yield _convert(Rows(batch, options, LOADER.timezone))


def _batches(source: Source) -> Iterator[Batch]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    logging.getLogger("trafilatura").setLevel(logging.ERROR)  # it reports every page without an article
    pages: list[Item] = []
    lines: list[int] = []
    refused: list[Refusal] = []
    ignored: dict[str, int] = {}
    number = 0
    with closing(source.open()) as stream:
        try:
            for number, record in enumerate(ArchiveIterator(stream), 1):
                reason, item = _page(record)
                if item is None:
                    ignored[reason] = ignored.get(reason, 0) + 1
                elif reason:
                    refused.append(Refusal(number, "", reason, item["url"] or ""))
                else:
                    pages.append(item)
                    lines.append(number)
                if len(pages) == _STEP:
                    yield _batch(pages, lines, refused, ignored)
                    pages, lines, refused, ignored = [], [], [], {}
        except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
            # The last is how warcio meets a record whose header lacks its address.
            reason = cut_short(stream) or (str(error).splitlines() or ["damaged"])[0]
            refused.append(Refusal(number + 1, "", f"The file cannot be read from here on: {reason}.", ""))
        else:
            if cut := cut_short(stream):
                refused.append(Refusal(number + 1, "", f"The file ends here too early: {cut}.", ""))
    yield _batch(pages, lines, refused, ignored)


def _batch(pages: list[Item], lines: list[int], refused: list[Refusal], ignored: dict[str, int]) -> Batch:
    columns = [pl.Series(name, [page[name] for page in pages], dtype=pl.String) for name in _COLUMNS]
    return Batch(pl.DataFrame([*columns, pl.Series(LINE, lines, dtype=pl.Int64)]), refused, ignored)


def _page(record: Any) -> tuple[str, Item | None]:
    """The article of a record; with a reason where the record is no page (and then nothing) or its page no article."""
    if record.rec_type != "response":
        return f"record of kind {record.rec_type}", None
    if record.http_headers is None:
        return "response that is no page of the web", None
    if record.http_headers.get_statuscode() != "200":
        return "response that is no page (an error or a redirect)", None
    if "html" not in (record.http_headers.get_header("Content-Type") or "").lower():
        return "response that is no page (a picture, a script or other data)", None
    item = dict.fromkeys(_COLUMNS) | {
        "url": (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>") or None,
        "collected": record.rec_headers.get_header("WARC-Date"),
        "record_id": record.rec_headers.get_header("WARC-Record-ID"),
    }
    body = record.content_stream().read(_LARGEST + 1)
    if len(body) > _LARGEST:
        return f"The page is larger than {_LARGEST >> 20} MiB.", item
    return _article(text.decode(body), item)


def _article(page: str, item: Item) -> tuple[str, Item]:
    from trafilatura import bare_extraction

    page = page.encode("utf-8", "replace").decode()  # bytes that were not text in any encoding
    document = bare_extraction(page, url=item["url"], with_metadata=True, include_comments=False)
    if document is None or isinstance(document, dict) or not (document.text or "").strip():
        return "The page holds no article.", item
    exact = next((match[1] for pattern in _TIMES if (match := pattern.search(page))), None)
    language = _LANGUAGE.search(page)
    item |= {
        "canonical": document.url,
        "title": markup.unescape(document.title) if document.title else None,
        "author": document.author,
        "sitename": document.sitename,
        "text": document.text,
        "language": language[1].lower() if language else None,
        "published": exact or document.date,
    }
    return "", item


def _convert(batch: Rows) -> Chunk:
    url, canonical = batch.take("url"), batch.take("canonical")
    address = canonical.zip_with(canonical.str.contains(r"^https?://").fill_null(False), url)
    ids = articles.addresses(batch, address)
    times = articles.published(batch, "published")
    posts = articles.posts(batch, url, ids, times, batch.take("text"), batch.take("author"))
    posts["collected_at"] = batch.times("collected")[0]
    posts["extra"] = batch.only("author", "record_id")
    outlets = articles.outlets(batch, ids[1], "the page itself", batch.take("sitename"))
    return batch.chunk("posts", {"posts": batch.build(posts), "outlets": outlets}, ())


LOADER: Final = Loader(
    name="warc",
    title="a WARC file of web pages",
    platform="web",
    timezone="UTC",
    sample="WARC/1.1\nWARC-Type: response\nWARC-Target-URI: https://example.org/a\nWARC-Date: 2024-03-05T10:00:00Z",
    how_to_export="wget --warc-file, browsertrix, Heritrix or Common Crawl's CC-NEWS; .warc or .warc.gz. Each page that came"
    " back whole is an article, other records are counted and left out. A page that does not say when it was published is"
    " refused: the moment it was fetched is not when it appeared.",
    recognise=recognise,
    read=read,
)
