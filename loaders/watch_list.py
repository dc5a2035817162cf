"""The watched people: members, candidates, offices, with their accounts in columns by platform; one target an account."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import csvfile, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

# Column names by platform, for handles or links, as parliaments, Represent, openparliament and Wikidata write them.
_ACCOUNTS: Final = {
    "x": (
        "x", "twitter", "x_handle", "twitter_handle", "x handle", "twitter handle", "x (twitter)", "x/twitter",
        "twitter_username", "x username", "twitter_url", "x_username", "twitterhandle", "twitter account", "compte x",
        "compte twitter",
    ),
    "facebook": ("facebook", "facebook_url", "facebook_username", "facebook_handle", "facebook page", "facebook_id", "fb"),
    "instagram": ("instagram", "instagram_handle", "instagram_username", "instagram_url", "ig"),
    "threads": ("threads", "threads_handle", "threads_username"),
    "youtube": ("youtube", "youtube_url", "youtube_channel", "youtube channel", "youtubechannel", "youtube_id"),
    "tiktok": ("tiktok", "tiktok_handle", "tiktok_username", "tiktok_url"),
    "telegram": ("telegram", "telegram_handle", "telegram_username"),
    "bluesky": ("bluesky", "bluesky_handle", "bsky"),
    "mastodon": ("mastodon", "mastodon_handle", "mastodon_address"),
    "weibo": ("weibo", "weibo_id", "微博"),
    "wechat": ("wechat", "wechat_id", "微信"),
    "douyin": ("douyin", "douyin_id", "抖音"),
    "reddit": ("reddit", "reddit_username"),
    "vk": ("vk", "vkontakte"),
}  # fmt: skip
# Numbers that stay when the handle changes; they are the account's id where they are given.
_NUMBERS: Final = {"x": ("x_id", "twitter_id", "twitter_user_id", "x numeric user id", "xnumericid", "twitterid")}
_NAMES: Final = (
    "name",
    "nom",
    "full_name",
    "full name",
    "personLabel",
    "itemLabel",
    "candidate",
    "姓名",
)
_FIRST: Final = ("first name", "first_name", "prénom", "prenom")
_LAST: Final = ("Last name", "last_name", "nom de famille")
_PARTIES: Final = (
    "party", "party_name", "party name", "political affiliation", "partyLabel", "parti", "affiliation", "政党",
)  # fmt: skip
_ROLES: Final = (
    "role", "elected_office", "elected office", "office", "position", "positionLabel", "officeLabel", "fonction", "职务",
)  # fmt: skip
_SINCE: Final = ("since", "start", "start_date", "start date", "startTime", "from", "depuis", "début")
_UNTIL: Final = ("until", "end", "end_date", "end date", "endTime", "to", "fin")
_ALL: Final = tuple(name for names in _ACCOUNTS.values() for name in names)
# What only tables of posts have; they may name accounts in columns of the same names.
_POSTS: Final = {"text", "body", "message", "timestamp", "created_at", "tweet_id", "post_id", "account_id", "object_id"}
_ACCOUNT: Final = "account of the target"
_PLATFORM: Final = "platform of the target"
_NUMBER: Final = "number of the target"
# The account's name in a link, after what stands before it on one platform or another; an address of Mastodon and a
# handle have none of that.
_LINK: Final = (
    r"(?i)^(?:https?://)?(?:[\w-]+\.)*(?:x|twitter|facebook|fb|instagram|threads|youtube|tiktok|t|telegram|bsky|weibo|douyin"
    r"|reddit|vk)\.(?:com|net|me|app)/(?:profile\.php\?id=|channel/|c/|u/|user/|profile/|pages/[^/]+/|people/[^/]+/|s/)?"
    r"@?([^/?#&]+)"
)


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    named = columns & {name.lower() for name in (*_NAMES, *_LAST)}
    about = columns & {name.lower() for name in (*_PARTIES, *_ROLES)}
    return 85 if named and about and columns & set(_ALL) and not columns & _POSTS else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    names, batches = csvfile.read(source)
    rows.check(source, names, LOADER.title, ((*_NAMES, *_LAST), _ALL))
    for batch in batches:
        apart = _apart(batch)
        yield _convert(Rows(apart, options, LOADER.timezone, apart.frame.select(batch.frame.columns)))


def _apart(batch: csvfile.Batch) -> csvfile.Batch:
    """A row for each account a person has; a person without any keeps one, to be refused."""
    own = {name.lower(): name for name in reversed(batch.frame.columns)}
    held = {
        word: name for word, names in _ACCOUNTS.items() if (name := next((own[n] for n in names if n in own), None))
    }
    frames = []
    for word, column in held.items():
        number = next((own[n] for n in _NUMBERS.get(word, ()) if n in own), None)
        frame = batch.frame.filter(pl.col(column).str.strip_chars() != "")
        frames.append(
            frame.with_columns(
                pl.lit(word).alias(_PLATFORM),
                pl.col(column).alias(_ACCOUNT),
                (pl.col(number) if number else pl.lit(None, dtype=pl.String)).alias(_NUMBER),
            )
        )
    none = pl.all_horizontal(pl.col(name).is_null() for name in held.values()) if held else pl.lit(True)
    empty = pl.lit(None, dtype=pl.String)
    frames.append(
        batch.frame.filter(none).with_columns(empty.alias(_PLATFORM), empty.alias(_ACCOUNT), empty.alias(_NUMBER))
    )
    frame = pl.concat(frames).sort(csvfile.LINE, maintain_order=True)
    return csvfile.Batch(frame, batch.refused, batch.ignored, batch.encoding)


def _convert(batch: Rows) -> Chunk:
    for names in (*_ACCOUNTS.values(), *_NUMBERS.values()):
        batch.take(*names)
    platform, raw = batch.take(_PLATFORM), batch.take(_ACCOUNT)
    batch.refuse(raw.is_null(), "", "The row names nobody's account.")
    handle = _handle(raw)
    batch.refuse(raw.is_not_null() & handle.is_null(), _ACCOUNT, "{value} is neither a handle nor a link to one.", raw)
    # Links to channels and old profiles hold the id itself.
    held = ((platform == "youtube") & handle.str.contains(r"^UC[\w-]{22}$")) | (
        platform.is_in(["facebook", "weibo", "vk"]) & handle.str.contains(r"^\d{6,}$")
    )
    number, handle = batch.ids(_NUMBER), handle.zip_with(~held.fill_null(False), batch.fill(None))
    number = number.zip_with(~held.fill_null(False), _handle(raw))
    first, last = pl.lit(batch.take(*_FIRST)), pl.lit(batch.take(*_LAST))
    whole = pl.concat_str(first, last, separator=" ", ignore_nulls=True)
    name = batch.take(*_NAMES)
    name = pl.select(pl.coalesce(name, pl.when(whole != "").then(whole))).to_series()
    account = rows.names_for_ids(batch, number, handle)
    targets = {
        "platform": platform,
        "account_id": account,
        "name": name,
        "role": batch.take(*_ROLES),
        "party": batch.take(*_PARTIES),
        "since": batch.times(*_SINCE, first=None)[0],
        "until": batch.times(*_UNTIL, first=None)[0],
        "extra": batch.rest(),
    }
    profile = {"platform": platform, "account_id": account, "handle": handle, "display_name": name}
    return batch.chunk("targets", {"targets": batch.build(targets), "accounts": batch.profiles(profile)})


def _handle(raw: pl.Series) -> pl.Series:
    """The account's name out of `@name`, `name` or a link to the profile; null for words that are none."""
    text = raw.str.strip_chars()
    linked = text.str.extract(_LINK)
    bare = text.str.contains(r"^[@＠]?[^\s/@]+(?:@[\w.-]+)?$") & ~text.str.contains(r"(?i)^https?:")
    found = pl.coalesce(pl.lit(linked), pl.when(pl.lit(bare)).then(pl.lit(text.str.replace(r"^[@＠]", ""))))
    return pl.select(found).to_series()


LOADER: Final = Loader(
    name="watch_list",
    title="a list of watched people and their accounts",
    platform="",
    timezone="UTC",
    sample="name,party,role,x,facebook,instagram,since,until\n"
    "Somebody,A party,Member for Somewhere,@somebody,https://www.facebook.com/somebody,,2021-09-20,",
    how_to_export="A table of names with a column for each platform, for handles or links. Exports of Represent"
    " (represent.opennorth.ca), openparliament.ca and Wikidata queries (personLabel, partyLabel, positionLabel, twitter, ...)"
    " load as they are. Where there is no number, the handle stands for the account.",
    recognise=recognise,
    read=read,
)
