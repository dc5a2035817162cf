"""GDELT's Global Knowledge Graph 2: which pages its crawler saw, with their titles and links; not their texts."""

import html
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import polars as pl

from loaders import articles, text
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.csvfile import LINE, Batch
from loaders.rows import Rows
from loaders.source import HEAD
from records.chunk import Chunk, Refusal

# GDELT's own names, in its order; the files have no header.
_COLUMNS: Final = (
    "GKGRECORDID", "V2.1DATE", "V2SOURCECOLLECTIONIDENTIFIER", "V2SOURCECOMMONNAME", "V2DOCUMENTIDENTIFIER", "V1COUNTS",
    "V2.1COUNTS", "V1THEMES", "V2ENHANCEDTHEMES", "V1LOCATIONS", "V2ENHANCEDLOCATIONS", "V1PERSONS", "V2ENHANCEDPERSONS",
    "V1ORGANIZATIONS", "V2ENHANCEDORGANIZATIONS", "V1.5TONE", "V2.1ENHANCEDDATES", "V2GCAM", "V2.1SHARINGIMAGE",
    "V2.1RELATEDIMAGES", "V2.1SOCIALIMAGEEMBEDS", "V2.1SOCIALVIDEOEMBEDS", "V2.1QUOTATIONS", "V2.1ALLNAMES", "V2.1AMOUNTS",
    "V2.1TRANSLATIONINFO", "V2EXTRASXML",
)  # fmt: skip
_FIRST: Final = re.compile(r"^\d{14}-T?\d+\t\d{14}\t\d+\t")
_TIMES: Final = (("%Y%m%d%H%M%S", "second"),)
SEEN: Final = "times at which GDELT saw the page, within 15 minutes"
UNDECODED: Final = "rows with bytes that are no text, shown as \ufffd"
# GDELT translates from these; its three letters into the two that records use. Others stay as they are.
_LANGUAGES: Final = {
    "ara": "ar", "zho": "zh", "fra": "fr", "deu": "de", "spa": "es", "por": "pt", "ita": "it", "rus": "ru", "ukr": "uk",
    "pol": "pl", "tur": "tr", "jpn": "ja", "kor": "ko", "vie": "vi", "ind": "id", "hin": "hi", "urd": "ur", "fas": "fa",
    "heb": "he", "ell": "el", "nld": "nl", "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "ces": "cs", "slk": "sk",
    "hun": "hu", "ron": "ro", "bul": "bg", "srp": "sr", "hrv": "hr", "slv": "sl", "tam": "ta", "tha": "th", "ben": "bn",
}  # fmt: skip


def recognise(sample: Sample) -> int:
    line = text.decode(sample.head).split("\n", 1)[0]
    return 100 if _FIRST.match(line) and line.count("\t") == len(_COLUMNS) - 1 else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    with source.open() as stream:
        head = stream.read(HEAD)
    first = next((line for line in text.decode(head).splitlines() if line.strip()), "")
    if not _FIRST.match(first):
        begins = text.shown(first)[:40]
        raise LoadError(f"{source.name} is not {LOADER.title}: it begins with {begins!r}; leave --format out.")
    for batch, damaged in _batches(source):
        rows = Rows(batch, options, LOADER.timezone)
        rows.note(UNDECODED, damaged)
        yield _convert(rows)


def _batches(source: Source) -> Iterator[tuple[Batch, int]]:
    """Lines as rows. GDELT takes over bytes of pages in other encodings; always UTF-8, whatever a sample looks like."""
    with closing(source.open()) as stream:
        for part in text.lines(stream, text.Encoding("utf-8", 0)):
            cells: list[list[str]] = []
            numbers: list[int] = []
            refused: list[Refusal] = []
            blank = damaged = 0
            for number, line in enumerate(part.lines, part.first):
                row = line.rstrip("\r\n")
                if not row.strip():
                    blank += 1
                    continue
                if re.search(text.MARK, row):
                    row, damaged = re.sub(text.MARK + "+", "\ufffd", row), damaged + 1
                values = row.split("\t")
                if len(values) != len(_COLUMNS) or text.OVERLONG in row:
                    reason = f"{len(values)} cells where GDELT writes {len(_COLUMNS)}."
                    refused.append(Refusal(number, "", reason, text.shown(row)))
                elif "\0" in row:
                    refused.append(Refusal(number, "", "The row holds NUL bytes.", text.shown(row)))
                else:
                    cells.append(values)
                    numbers.append(number)
            if part.cut:
                refused.append(
                    Refusal(part.first + text.count(part.data), "", f"The file ends here too early: {part.cut}.", "")
                )
            batch = Batch(_frame(cells, numbers), refused, {"blank row": blank} if blank else {})
            if batch.items:
                yield batch, damaged


def _frame(cells: list[list[str]], numbers: list[int]) -> pl.DataFrame:
    columns = list(zip(*cells, strict=True)) if cells else [()] * len(_COLUMNS)
    frame = pl.DataFrame(
        [pl.Series(name, values, dtype=pl.String) for name, values in zip(_COLUMNS, columns, strict=True)]
    )
    return frame.with_columns(
        *[pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in _COLUMNS],
        pl.Series(LINE, numbers, dtype=pl.Int64),
    )


def _convert(batch: Rows) -> Chunk:
    kind = batch.take("V2SOURCECOLLECTIONIDENTIFIER")
    batch.ignore((kind != "1").fill_null(True), "document that is no page of the web")
    url = batch.require(batch.take("V2DOCUMENTIDENTIFIER"), "V2DOCUMENTIDENTIFIER")
    post, domain = articles.addresses(batch, url)
    extras = batch.take("V2EXTRASXML")
    exact = extras.str.extract(r"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")
    seen, _ = batch.times("V2.1DATE", formats=_TIMES)
    batch.frame = batch.frame.with_columns(exact.alias("V2EXTRASXML"))
    said, precision = batch.times("V2EXTRASXML", formats=_TIMES)
    batch.note(SEEN, int((said.is_null() & seen.is_not_null()).sum()))
    name = batch.take("V2SOURCECOMMONNAME")
    translated = batch.take("V2.1TRANSLATIONINFO").str.extract(r"srclc:(\w{3})")
    posts = {
        "platform": batch.fill("web"),
        "post_id": post,
        "author_id": batch.require(domain, "V2DOCUMENTIDENTIFIER"),
        "author_kind": batch.fill("outlet"),
        "created_at": batch.require(said.zip_with(said.is_not_null(), seen), "V2.1DATE"),
        # When GDELT came by is known to a quarter of an hour, and tells only that the page was there by then.
        "time_precision": precision.zip_with(said.is_not_null(), batch.fill("hour")),
        "content_type": batch.fill("article"),
        "title": _unescaped(extras.str.extract(r"(?s)<PAGE_TITLE>(.*?)</PAGE_TITLE>")),
        # What GDELT does not translate is in English.
        "language": translated.replace(_LANGUAGES).fill_null("en"),
        "urls": _links(extras),
        "url": url,
        "collected_at": seen,
        "extra": batch.rest(),
    }
    outlets = articles.outlets(batch, domain, "GDELT", name)
    return batch.chunk("posts", {"posts": batch.build(posts), "outlets": outlets})


def _links(extras: pl.Series) -> pl.Series:
    links = _unescaped(extras.str.extract(r"(?s)<PAGE_LINKS>(.*?)</PAGE_LINKS>"))
    return links.str.split(";").list.filter(pl.element().str.contains(r"^https?://")).list.unique(maintain_order=True)


def _unescaped(values: pl.Series) -> pl.Series:
    """Text with the entities of HTML resolved; most have none."""
    held = values.str.contains("&", literal=True).fill_null(False)
    if not held.any():
        return values.str.strip_chars()
    resolved = [html.unescape(value) for value in values.filter(held).to_list()]
    return values.scatter(held.arg_true(), resolved).str.strip_chars()


LOADER: Final = Loader(
    name="gdelt_gkg",
    title="a file of GDELT's Global Knowledge Graph 2",
    platform="web",
    timezone="UTC",
    sample="GKGRECORDID, V2.1DATE, V2SOURCECOLLECTIONIDENTIFIER, V2SOURCECOMMONNAME, V2DOCUMENTIDENTIFIER, ... (no header)\n"
    "20240304101500-12\t20240304101500\t1\texample.org\thttps://example.org/a\t...",
    how_to_export="data.gdeltproject.org/gdeltv2/*.gkg.csv.zip; 27 columns without a header, parted by tabs. Where a page gives"
    " no time of its own, the time at which GDELT saw it stands in, to the hour. What a text is about (themes, places with"
    " FIPS codes, persons) stays in `extra` as GDELT writes it.",
    recognise=recognise,
    read=read,
)
