"""The Internet Research Agency's posts as FiveThirtyEight published them: the original files and the split repack."""

import hashlib
from collections.abc import Iterator
from typing import Final

import polars as pl

from loaders import found, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_POSTS: Final = {"content", "publish_date", "post_type", "updates"}
_ACCOUNTS: Final = {"author_id", "author", "external_author_id", "account_category"}
# The original files write 10/1/2017 19:58, the repack 2017-10-01 19:58:00; both know minutes only.
_FORMATS: Final = (("%m/%d/%Y %H:%M", "minute"), ("%m/%d/%Y %H:%M:%S", "minute"))
# Links of a post after their redirects, as far as the original files followed them.
_LINKS: Final = tuple((f"tco{number}_step1", f"tco{number}_step2") for number in range(1, 7))
# FiveThirtyEight's names of languages as ISO 639-1 codes; "LANGUAGE UNDEFINED" and anything else is unknown.
_LANGUAGES: Final = {
    "albanian": "sq", "arabic": "ar", "bengali": "bn", "bulgarian": "bg", "catalan": "ca", "croatian": "hr", "czech": "cs",
    "danish": "da", "dutch": "nl", "english": "en", "estonian": "et", "farsi (persian)": "fa", "finnish": "fi",
    "french": "fr", "german": "de", "greek": "el", "gujarati": "gu", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "icelandic": "is", "indonesian": "id", "italian": "it", "japanese": "ja", "kannada": "kn", "korean": "ko",
    "kurdish": "ku", "latvian": "lv", "lithuanian": "lt", "macedonian": "mk", "malay": "ms", "malayalam": "ml",
    "norwegian": "no", "polish": "pl", "portuguese": "pt", "pushto": "ps", "romanian": "ro", "russian": "ru",
    "serbian": "sr", "simplified chinese": "zh", "slovak": "sk", "slovenian": "sl", "somali": "so", "spanish": "es",
    "swedish": "sv", "tagalog (filipino)": "tl", "tamil": "ta", "telugu": "te", "thai": "th",
    "traditional chinese": "zh", "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "uzbek": "uz", "vietnamese": "vi",
}  # fmt: skip


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    if columns >= _POSTS and columns & {"author", "author_id"}:
        return 95
    return 95 if columns >= _ACCOUNTS and "content" not in columns else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    def convert(batch: Rows) -> Chunk:
        if batch.has("content", "publish_date"):
            rows.check(source, batch.frame.columns, LOADER.title, ("content", "publish_date"))
            return _posts(batch)
        rows.check(source, batch.frame.columns, LOADER.title, ("account_category",))
        return _accounts(batch)

    return rows.read(source, options, LOADER.title, LOADER.timezone, (("author_id", "author"),), convert)


def _posts(batch: Rows) -> Chunk:
    # Names serve as ids here: `external_author_id` is rounded in many rows of the original files.
    author = batch.require(batch.take("author_id", "author"), "author_id")
    text = batch.take("content")
    created, _ = batch.times("publish_date", formats=_FORMATS)
    batch.require(created, "publish_date")
    updates, followers, following = (batch.integers(name) for name in ("updates", "followers", "following"))
    own = batch.ids("tweet_id")
    digests = _digests(author, created, text, updates)
    batch.note("post ids made of author, time, text and number of updates", int(own.is_null().sum()))
    posts = {
        "platform": batch.fill("x"),
        "post_id": own.zip_with(own.is_not_null(), digests),
        "author_id": author,
        "author_kind": batch.fill("account"),
        "created_at": created,
        "time_precision": batch.fill("minute"),
        "content_type": batch.fill("post"),
        "text": text,
        "language": batch.take("language").str.to_lowercase().replace_strict(_LANGUAGES, default=None),
        "is_repost": batch.booleans("retweet"),
        "urls": _links(batch, text),
        "hashtags": found.hashtags(text),
        "mentions": found.mentions(text),
        "url": batch.take("article_url"),
        "collected_at": batch.times("harvested_date", formats=_FORMATS)[0],
    }
    profile = {"platform": posts["platform"], "account_id": author}
    history = {"observed_at": created, "followers": followers, "following": following, "posts_count": updates}
    frames = {"account_history": batch.build({**profile, **history})}
    handle = batch.take("author")
    kinds = ("account_type", "account_category", "new_june_2018")
    if batch.has(*kinds):
        for name in kinds:
            batch.take(name)
        frames["accounts"] = batch.profiles({**profile, "handle": handle, "extra": batch.only(*kinds)})
    batch.take("post_type")
    posts["extra"] = batch.rest("post_type")
    return batch.chunk("posts", {"posts": batch.build(posts), **frames})


def _accounts(batch: Rows) -> Chunk:
    account = batch.require(batch.take("author_id", "author"), "author_id")
    accounts = {"platform": batch.fill("x"), "account_id": account, "handle": batch.take("author")}
    accounts["extra"] = batch.rest()
    return batch.chunk("accounts", {"accounts": batch.build(accounts)})


def _digests(author: pl.Series, created: pl.Series, text: pl.Series, updates: pl.Series) -> pl.Series:
    """Twenty hex digits of what makes a post of these files: same row, same id, on every machine."""
    parts = [series.cast(pl.String).fill_null("") for series in (author, created.dt.epoch("s"), updates, text)]
    joined = pl.DataFrame([part.alias(str(i)) for i, part in enumerate(parts)]).select(
        pl.concat_str(pl.all(), separator="\x1f")
    )
    texts = joined.to_series().cast(pl.Binary).to_list()
    values = [hashlib.blake2b(value, digest_size=10).digest() for value in texts]
    return pl.Series(values, dtype=pl.Binary).bin.encode("hex")


def _links(batch: Rows, text: pl.Series) -> pl.Series:
    """Where the original followed a link, its end; else the links as they stand in the text."""
    if not batch.has("tco1_step1"):
        return found.urls(text)
    steps = [pl.coalesce(batch.take(second), batch.take(first)) for first, second in _LINKS]
    table = pl.select(pl.concat_list(steps).list.drop_nulls().alias("urls"))["urls"]
    return table.zip_with(table.list.len() > 0, found.urls(text))


LOADER: Final = Loader(
    name="ira",
    title="the Internet Research Agency files (FiveThirtyEight)",
    platform="x",
    timezone="UTC",
    sample="author_id,content,language,region,publish_date,following,followers,updates,post_type,retweet\n"
    "TodayMiami,#Miami FBI seeks Miami Chase Bank robber  #local,English,United States,2015-10-01 00:02:00,871,14714,"
    "4855,,0",
    how_to_export="FiveThirtyEight, russian-troll-tweets: IRAhandle_tweets_1.csv and following; or the split repack with"
    " posts and accounts in two files. The zone of its times is not stated; UTC is assumed.",
    recognise=recognise,
    read=read,
)
