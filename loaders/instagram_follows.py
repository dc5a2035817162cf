"""Who follows an Instagram account, and whom it follows, from the copy of its data that its owner can ask for."""

import re
from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import gathered, items, rows
from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.rows import Rows
from loaders.source import HEAD, stem
from records.chunk import Chunk

_PATHS: Final = {"title": "title", "string_list_data": "string_list_data", "media_list_data": "media_list_data"}
# Instagram names the archive after the account; handles are of letters, digits, dots and underscores.
_ARCHIVE: Final = re.compile(r"instagram-([A-Za-z0-9._]+)-\d{4}-\d{2}-\d{2}-")
_PART: Final = re.compile(r"_(\d+)\.json")
_WHERE: Final = ("relationships_following", "relationships_followers")
_OWNER: Final = "owner"


def recognise(sample: Sample) -> int:
    inside = ("", *(f"{where}.item." for where in _WHERE))
    listed = any(f"{prefix}string_list_data.item.{key}" in sample.paths for prefix in (*inside, "item.")
                 for key in ("href", "timestamp"))  # fmt: skip
    # Other lists of a takeout (requests, blocks, close friends) have the same entries under other names.
    bare = sample.head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"["
    return 95 if listed and (bare or _where(sample.head)) else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    """The list as `follows`. Raises LoadError where nobody says whose list it is."""
    with source.open() as stream:
        where = _where(stream.read(HEAD))
    following = where == _WHERE[0] or (not where and stem(source.name).startswith("following"))
    chunks = list(
        items.read(
            source,
            options,
            LOADER.title,
            LOADER.timezone,
            paths=_PATHS,
            required=("string_list_data",),
            convert=lambda batch: _convert(batch, _owner(source, options), following),
            where=f"{where}.item" if where else "",
        )
    )
    part = _PART.search(source.name)
    _number(chunks, first=part is None or part[1] == "1")
    yield from chunks


def _where(head: bytes) -> str:
    return next((where for where in _WHERE if f'"{where}"'.encode() in head), "")


def _owner(source: Source, options: Options) -> str:
    """Whose list it is: what the user says, else the name of the archive."""
    said = [handle for handle, field in options.mapping.items() if field == _OWNER]
    if said:
        return said[0].lstrip("@")
    if match := _ARCHIVE.search(source.name):
        return match[1]
    raise LoadError(
        f"{source.name} does not say whose list it is; load the archive as Instagram named it"
        " (instagram-NAME-DATE-....zip), or say --format instagram_follows --map NAME=owner."
    )


def _convert(batch: Rows, owner: str, following: bool) -> Chunk:
    entry = batch.take("string_list_data")
    title = batch.take("title")
    href = entry.str.json_path_match("$[0].href")
    # Newer files have the name in the title, older ones beside the time; the link has it in all of them.
    names = (
        entry.str.json_path_match("$[0].value"),
        title,
        href.str.extract(r"instagram\.com/(?:_u/)?([A-Za-z0-9._]+)/?(?:\?.*)?$"),
    )
    handle = pl.select(pl.coalesce(pl.when(pl.lit(name) != "").then(name) for name in names)).to_series()
    handle = batch.require(handle, "title")
    other = rows.names_for_ids(batch, batch.fill(None), handle)
    own = batch.fill(f"name:{owner}")
    batch.frame = batch.frame.with_columns(
        entry.str.json_path_match("$[0].timestamp").replace("0", None).alias("string_list_data")
    )
    since = batch.times("string_list_data")[0]
    platform = batch.fill("instagram")
    batch.take("media_list_data")
    follows = {
        "platform": platform,
        "follower_id": own if following else other,
        "followed_id": other if following else own,
        "followed_at": since,
        "extra": batch.rest(),
    }
    accounts = {"platform": platform, "account_id": other, "handle": handle, "profile_url": href}
    frames = {"follows": batch.build(follows), "accounts": batch.profiles(accounts)}
    if not following:
        # Whether the list is whole depends on the period its owner asked for, which no file says.
        whose = batch.fill(owner)
        frames["collections"] = gathered.told(batch, "instagram-followers", "instagram", "followers", subject=whose)
    return gathered.once(batch.chunk("follows", frames))


def _number(chunks: list[Chunk], first: bool) -> None:
    """Give each follow its place in the list, 1 for the earliest where the times prove that the list is in their order.

    Later parts of a list that was split (followers_2.json) are not numbered: how many stand before them is not said.
    """
    if not first:
        return
    frames = [chunk.frames["follows"] for chunk in chunks]
    times = pl.concat([frame["followed_at"] for frame in frames])
    proven = times.null_count() == 0 and (times.is_sorted() or times.is_sorted(descending=True))
    newest_first = proven and len(times) > 1 and not times.is_sorted()
    before = 0
    for chunk, frame in zip(chunks, frames, strict=True):
        place = pl.int_range(before + 1, before + frame.height + 1, dtype=pl.Int64)
        chunk.frames["follows"] = frame.with_columns(
            (len(times) + 1 - place if newest_first else place).alias("position"),
            pl.lit(proven).alias("position_is_chronological"),
        )
        before += frame.height


LOADER: Final = Loader(
    name="instagram_follows",
    title="a list of followers or followed accounts from Instagram",
    platform="instagram",
    timezone="UTC",
    sample='[{"title": "", "media_list_data": [], "string_list_data": [{"href": "https://www.instagram.com/somebody",\n'
    '  "value": "somebody", "timestamp": 1678000000}]}]',
    how_to_export="Instagram, Accounts Center, Your information and permissions, Download your information, as JSON:"
    " connections/followers_and_following/followers_1.json and following.json. Whose list it is stands in the name of the"
    " archive only (instagram-NAME-2024-05-01-....zip): load that, or say --format instagram_follows --map NAME=owner. The"
    " place in the list is kept; that it is chronological is said only where the times prove it.",
    recognise=recognise,
    read=read,
)
