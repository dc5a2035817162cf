"""The State Media Matrix: outlets that states own, fund or manage, who owns them, and where they speak."""

import hashlib
from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import LINE, Rows
from records.chunk import Chunk

_COLUMNS: Final = ("Media company", "Main assets", "Typology")
_SOURCE: Final = "State Media Matrix, Alliance for Securing Democracy at GMF"
# The State Media Monitor's codes ask who controls what is published before who pays. Controlled and captured outlets
# have no editorial independence: SC belongs to the state, CaPu (public) and CaPr (private) are in its hand. ISFM, ISF
# and ISM are funded and/or managed by a state yet edited independently, IP independent public. The code itself stays
# in `extra`; what the source marks with a question mark, or leaves empty, is unknown here too.
_KINDS: Final = {
    "SC": "state",
    "CaPu": "state-affiliated",
    "CaPr": "state-affiliated",
    "ISFM": "independent",
    "ISF": "independent",
    "ISM": "independent",
    "IP": "independent",
}
# Column, platform, what carries the account's name in the link.
_ACCOUNTS: Final = (("Twitter Link", "x"), ("Instagram Link", "instagram"), ("Tiktok Link", "tiktok"))
_PAGES: Final = (
    ("Facebook Link", "facebook"),
    ("Youtube Link", "youtube"),
    ("Telegram Link", "telegram"),
    ("VK Link", "vk"),
    ("Linkedin link", "other:linkedin"),
    ("Ok.ru link", "other:ok"),
    ("Rutube Link", "other:rutube"),
)
# An outlet whose only address is a page of a platform has no domain of its own.
_PLATFORM_HOSTS: Final = (
    r"(^|\.)(facebook|twitter|x|instagram|youtube|tiktok|vk|t|telegram|linkedin|ok|rutube|soundcloud|blogspot)"
    r"\.(com|me|ru|org)$"
)


def recognise(sample: Sample) -> int:
    return 95 if {name.lower() for name in _COLUMNS} <= {name.lower() for name in sample.columns} else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _COLUMNS, _convert)


def _convert(batch: Rows) -> Chunk:
    company, asset = batch.take("Media company"), batch.take("Main assets")
    country, address = batch.take("Country"), batch.take("URL")
    name = batch.require(asset.zip_with(asset.is_not_null(), company), "Main assets")
    outlet = _ids("outlet", country, company, asset, address)
    owner = _ids("company", country, company).zip_with(company.is_not_null(), batch.fill(None))
    pages, accounts = _linked(batch, _PAGES, outlet, name), _linked(batch, _ACCOUNTS, outlet, name)
    owned = [_owned(batch, outlet, owner, company), _run_by(pages, "page"), _run_by(accounts, "account")]
    frames = {
        "ownership": pl.concat(owned, how="diagonal"),
        "pages": pages.drop("url"),
        "accounts": accounts.select(
            "platform", pl.col("page_id").alias("account_id"), "handle", pl.col("url").alias("profile_url"), LINE
        ),
    }
    outlets = {
        "outlet_id": outlet,
        "name": name,
        "domain": _domain(address),
        "country": country,
        "kind": batch.take("Typology").replace_strict(_KINDS, default="unknown", return_dtype=pl.String),
        "source": batch.fill(_SOURCE),
        "extra": batch.rest("Typology", "URL"),
    }
    return batch.chunk("outlets", {"outlets": batch.build(outlets), **frames})


def _ids(kind: str, *parts: pl.Series) -> pl.Series:
    """Ids of what the matrix names without ids: the same words give the same id."""
    joined = pl.DataFrame([part.alias(str(i)) for i, part in enumerate(parts)]).select(
        pl.concat_str(pl.all().fill_null(""), separator="\x1f")
    )
    hashed = [hashlib.blake2b(value.encode(), digest_size=6).hexdigest() for value in joined.to_series()]
    return pl.Series([f"state-media:{kind}:{value}" for value in hashed], dtype=pl.String)


def _owned(batch: Rows, outlet: pl.Series, owner: pl.Series, company: pl.Series) -> pl.DataFrame:
    """Each outlet belongs to the company it stands under."""
    values = {
        "subject_id": outlet,
        "object_id": owner,
        "relation": batch.fill("owned_by"),
        "subject_kind": batch.fill("outlet"),
        "object_kind": batch.fill("organisation"),
        "object_name": company,
        "source": batch.fill(_SOURCE),
    }
    return batch.build(values).filter(pl.col("object_id").is_not_null())


def _linked(batch: Rows, links: tuple[tuple[str, str], ...], outlet: pl.Series, name: pl.Series) -> pl.DataFrame:
    """One row for each link to a platform. YouTube and Rutube channels have ids in their links, others names."""
    found = []
    for column, platform in links:
        url = batch.take(column)
        ended = url.str.replace(r"[?#].*$", "").str.strip_chars_end("/")
        channel = ended.str.extract(r"/channel/([^/]+)$")
        handle = ended.str.extract(r"/@?([^/]+)$").zip_with(channel.is_null(), batch.fill(None))
        identity = channel.zip_with(channel.is_not_null(), "name:" + handle)
        batch.note(rows.NAMED, int(handle.is_not_null().sum()))
        values = {"platform": batch.fill(platform), "page_id": identity, "name": name, "handle": handle, "url": url}
        frame = batch.build({**values, "outlet_id": outlet})
        found.append(frame.filter(pl.col("page_id").is_not_null()))
    return pl.concat(found)


def _run_by(linked: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Accounts have no column for their outlet, and a page that several outlets share has only one."""
    return linked.select(
        pl.concat_str("platform", "page_id", separator=":").alias("subject_id"),
        pl.col("outlet_id").alias("object_id"),
        pl.lit("owned_by").alias("relation"),
        pl.lit(kind).alias("subject_kind"),
        pl.lit("outlet").alias("object_kind"),
        pl.col("name").alias("object_name"),
        pl.lit(_SOURCE).alias("source"),
        LINE,
    )


def _domain(address: pl.Series) -> pl.Series:
    host = (
        address.str.strip_chars()
        .str.to_lowercase()
        .str.extract(r"^(?:https?://)?(?:www\d?\.)?([^/:?#\s]+\.[^/:?#\s]+)")
    )
    own = ~host.str.contains(_PLATFORM_HOSTS)
    return pl.select(pl.when(own).then(host)).to_series()


LOADER: Final = Loader(
    name="state_media",
    title="the State Media Matrix",
    platform="",
    timezone="UTC",
    sample="Region,Country,Media company,Main assets,URL,Typology,Status,Notes,Instagram Link,Twitter Link,Facebook "
    "Link,Youtube Link,Telegram Link,VK Link,Linkedin link,Ok.ru link,Tiktok Link,Rutube Link,streaming media URL\n"
    "Asia,Afghanistan,Bakhtar News Agency,Bakhtar News Agency,https://bakhtarnews.af/en/,SC,,,"
    "https://www.instagram.com/BakhtarNA,,https://www.facebook.com/BakhtarNewsAgency,,,,,,,,",
    how_to_export="State_Media_Matrix.csv of the Alliance for Securing Democracy at GMF, after the State Media Monitor's"
    " typology. Codes become kinds by who controls what is published: SC state; CaPu, CaPr state-affiliated; ISFM, ISF,"
    " ISM, IP independent; others unknown.",
    recognise=recognise,
    read=read,
)
