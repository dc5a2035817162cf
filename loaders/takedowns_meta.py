"""Indicators of operations that Meta has taken down, as its threat research publishes them."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from loaders import csvfile, indicators, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_REQUIRED: Final = (("Indicator", "indicator_value"), ("Procedure", "indicator_type"))
# What the sentences around an indicator call the platform it is on.
_HINTS: Final = (
    (r"(?i)\bX / ?Twitter|\btwitter\b|\bX accounts?\b", "x"),
    (r"(?i)\bfacebook\b", "facebook"),
    (r"(?i)\binstagram\b", "instagram"),
    (r"(?i)\bthreads\b", "threads"),
    (r"(?i)\byoutube\b", "youtube"),
    (r"(?i)\btik ?tok\b", "tiktok"),
    (r"(?i)\btelegram\b|telegram_", "telegram"),
    (r"(?i)\bvk(ontakte)?\b", "vk"),
    (r"(?i)\breddit\b", "reddit"),
    (r"(?i)\bweibo\b", "weibo"),
)
_DESCRIBES = "row that describes what was done and names no indicator"
_OTHER_KIND = "indicator of a kind that no record here holds (software, file hash, network or e-mail address)"
_TECHNICAL: Final = (
    r"(?i)^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[\w.+-]+@[\w-]+\.[\w.-]+)$"
)


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    if {"tactic", "technique", "procedure", "indicator"} <= columns:
        return 95
    return 90 if {"indicator_type", "indicator_value"} <= columns else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    names, batches = csvfile.read(source)
    rows.check(source, names, LOADER.title, _REQUIRED)
    campaign = PurePosixPath(source.name.rsplit("!", 1)[-1]).name.removesuffix(".gz").removesuffix(".csv").strip()
    for batch in batches:
        yield _convert(Rows(_apart(batch), options, LOADER.timezone), campaign)


def _apart(batch: csvfile.Batch) -> csvfile.Batch:
    """Cells that list several indicators, one a line, as a row for each; descriptions stay whole."""
    names = {name.lower(): name for name in batch.frame.columns}
    column = names.get("indicator") or names["indicator_value"]
    lines = pl.col(column).str.strip_chars().str.split("\n").list.eval(pl.element().str.strip_chars())
    lines = lines.list.filter(pl.element() != "")
    listed = lines.list.eval(~pl.element().str.contains(r"\s")).list.all() & (lines.list.len() > 1)
    whole = pl.concat_list(pl.col(column).str.strip_chars())
    frame = batch.frame.with_columns(pl.when(listed).then(lines).otherwise(whole).alias(column)).explode(column)
    return csvfile.Batch(frame, batch.refused, batch.ignored, batch.encoding)


def _convert(batch: Rows, campaign: str) -> Chunk:
    around = ("Tactic", "Technique", "Procedure", "indicator_type", "comment")
    said = [batch.take(column) for column in around]
    raw = batch.require(batch.take("Indicator", "indicator_value"), "Indicator")
    text = indicators.refang(raw)
    # The nearest word counts: the procedure before the technique, and neither before the address itself.
    hint = pl.select(pl.coalesce(*(_platform(said[i]) for i in (2, 1, 3, 4)))).to_series()
    found = indicators.read(text, hint)
    technical = text.str.contains(_TECHNICAL) | (
        said[3].str.contains(r"(?i)package|app_id|md5|sha|^ip$").fill_null(False)
    )
    batch.ignore(technical, _OTHER_KIND)
    batch.ignore(raw.is_not_null() & found["kind"].is_null(), _DESCRIBES)
    campaigns = {
        "campaign": batch.fill(campaign),
        "indicator_kind": found["kind"],
        "indicator": found["indicator"],
        "platform": found["platform"],
        "confirmed_by": batch.fill("Meta"),
        "date": batch.times("ds")[0],
        "extra": batch.rest(*around, "Indicator", "indicator_value"),
    }
    return batch.chunk("campaigns", {"campaigns": batch.build(campaigns)})


def _platform(text: pl.Series) -> pl.Expr:
    return pl.coalesce(*(pl.when(pl.lit(text).str.contains(pattern)).then(pl.lit(word)) for pattern, word in _HINTS))


LOADER: Final = Loader(
    name="takedowns_meta",
    title="indicators of takedowns published by Meta",
    platform="",
    timezone="UTC",
    sample="Tactic ,Technique,Procedure,Indicator\n"
    "0. Acquiring assets,0.9 Acquiring social media accounts,0.9.4 Acquiring X / Twitter accounts,x[.]com/somebody_nl",
    how_to_export="indicators/csv of github.com/facebook/threat-research; one file is one operation, and its name the"
    " campaign's. Addresses are refanged, links to profiles become accounts. Rows that tell what was done, and technical"
    " indicators (file hashes, network addresses, software), are counted and left out. Meta warns that sharing an"
    " operation's links alone does not make an account a part of it.",
    recognise=recognise,
    read=read,
)
