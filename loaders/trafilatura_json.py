"""Articles that trafilatura took out of web pages, one JSON object each."""

from collections.abc import Iterator
from typing import Final

from loaders import articles, items
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

# Older versions write the address as `source`, newer ones as `url` too.
_PATHS: Final = {
    name: name
    for name in (
        "title", "author", "hostname", "date", "fingerprint", "text", "raw_text", "language", "source", "url",
        "source-hostname", "sitename", "filedate",
    )
}  # fmt: skip
_OWN: Final = {"fingerprint", "hostname", "raw_text", "source-hostname", "pagetype"}


def recognise(sample: Sample) -> int:
    own = {"title", "text", "date"} <= sample.paths and {"source", "url"} & sample.paths
    return 95 if own and len(sample.paths & _OWN) >= 2 else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    yield from items.read(
        source,
        options,
        LOADER.title,
        LOADER.timezone,
        paths=_PATHS,
        required=(("url", "source"), ("fingerprint", "hostname"), ("text", "raw_text")),
        convert=_convert,
    )


def _convert(batch: Rows) -> Chunk:
    url, source = batch.take("url"), batch.take("source")
    url = batch.require(url.zip_with(url.is_not_null(), source), "url")
    ids = articles.addresses(batch, url)
    text, raw, author = batch.take("text"), batch.take("raw_text"), batch.take("author")
    text = text.zip_with(text.is_not_null(), raw)
    site, named = batch.take("source-hostname"), batch.take("sitename")
    for column in ("hostname", "fingerprint"):
        batch.take(column)
    posts = articles.posts(batch, url, ids, articles.published(batch, "date"), text, author)
    posts["collected_at"] = batch.times("filedate")[0]
    posts["extra"] = batch.rest("author", "fingerprint", "hostname")
    unused = [name for name in batch.unknown() if batch.frame[name].null_count() < batch.height]
    outlets = articles.outlets(batch, ids[1], "trafilatura", site.zip_with(site.is_not_null(), named))
    return batch.chunk("posts", {"posts": batch.build(posts), "outlets": outlets}, unused)


LOADER: Final = Loader(
    name="trafilatura_json",
    title="articles from trafilatura as JSON",
    platform="web",
    timezone="UTC",
    sample='{"title": "A title", "author": "Somebody", "hostname": "example.org", "date": "2024-03-04", "fingerprint":\n'
    ' "5d1c0f3b2a", "text": "A text.", "language": null, "source": "https://example.org/a", "source-hostname": "Example"}',
    how_to_export="`trafilatura --json --with-metadata -u ADDRESS`, or `--output-format json` for a list; one object a file or a"
    " line. It knows days, not hours. Agencies named in the byline or at the edges of the text become `credited_to`.",
    recognise=recognise,
    read=read,
    apart=True,
)
