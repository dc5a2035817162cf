"""Pages and groups of coordinated link sharing clusters, as CooRnet writes its table of entities."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_REQUIRED: Final = ("account.platformId", "account.name")


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    return 95 if {"account.platformid", "account.name", "coord.shares"} <= columns else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _REQUIRED, _convert)


def _convert(batch: Rows) -> Chunk:
    # R's own number of the row has no name, and says nothing.
    for name in batch.frame.columns:
        if name.startswith("column "):
            batch.take(name)
    # R writes NA for what is unknown, which only `ids` and the readers of numbers and times take as such.
    country = batch.ids("account.pageAdminTopCountry")
    said = batch.platforms("account.platform") if batch.has("account.platform") else batch.fill("facebook")
    pages = {
        "platform": batch.require(said, "account.platform"),
        "page_id": batch.require(batch.ids("account.platformId"), "account.platformId"),
        "name": batch.take("account.name"),
        "handle": batch.ids("account.handle"),
        "created_at": batch.times("account.pageCreatedDate")[0],
        # An average over the posts of the whole period, as the name of the column says.
        "followers": batch.rounded("account.avg.subscriberCount"),
        "admin_countries": pl.select(
            pl.when(pl.lit(country).is_not_null()).then(pl.concat_list(pl.lit(country)))
        ).to_series(),
        # Cluster and component are what a method found, and nobody confirmed: as `campaigns` they would make every later
        # finding on these pages confirm itself.
        "extra": batch.rest(),
    }
    return batch.chunk("pages", {"pages": batch.build(pages)})


LOADER: Final = Loader(
    name="clsb",
    title="a CooRnet table of coordinated pages and groups",
    platform="facebook",
    timezone="UTC",
    sample=",name,shares,coord.shares,account.avg.subscriberCount,account.platform,account.name,account.platformId,"
    "name.changed,account.handle,handle.changed,account.verified,pageAdminTopCountry.changed,account.pageAdminTopCountry,"
    "account.accountType,account.pageCreatedDate,account.pageDescription,account.pageDescription.changed,"
    "account.pageCategory,account.pageCategory.changed,degree,component,cluster,strength\n"
    "7,https://www.facebook.com/100000000000001,1137,300,125104,Facebook,A group,100000000000001,FALSE,NA,FALSE,FALSE,FALSE,"
    "NA,facebook_group,NA,NA,FALSE,none,FALSE,286,5,6,2594",
    how_to_export="The R package CooRnet: the vertices of its graph of coordinated entities, written by write.csv; or"
    " Global_CLSB_2017_2021_accounts.csv. Cluster and component stay in `extra`: they are a result of CooRnet and no"
    " confirmed campaign.",
    recognise=recognise,
    read=read,
)
