"""Posts of Instagram accounts as CrowdTangle exported them, with their followers at the time."""

from collections.abc import Iterator
from typing import Final

from loaders import crowdtangle, found, rows
from loaders.base import Loader, Options, Sample, Source
from loaders.rows import Rows
from records.chunk import Chunk

_CREATED: Final = ("Post Created", "Created")
_REQUIRED: Final = (_CREATED, "URL", "Account")


def recognise(sample: Sample) -> int:
    columns = {name.lower() for name in sample.columns}
    told = {"account", "user name", "url"} <= columns and {"post created", "created"} & columns
    return 95 if told and {"followers at posting", "photo", "views"} & columns else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    return rows.read(source, options, LOADER.title, LOADER.timezone, _REQUIRED, _convert)


def _convert(batch: Rows) -> Chunk:
    handle, name, url = batch.take("User Name"), batch.take("Account"), batch.take("URL")
    author = rows.names_for_ids(batch, batch.fill(None), handle.zip_with(handle.is_not_null(), name))
    author = batch.require(author, "User Name")
    created, precision = crowdtangle.created(batch, *_CREATED)
    text, kind = batch.take("Description"), batch.take("Type")
    platform, account = batch.fill("instagram"), batch.fill("account")
    followers = batch.integers("Followers at Posting")
    code = url.str.extract(r"instagram\.com/(?:[\w.]+/)?(?:p|tv|reel)/([\w-]+)")
    batch.note("post ids taken from addresses", int(url.is_not_null().sum()))
    posts = {
        "platform": platform,
        "post_id": batch.require(code.zip_with(code.is_not_null(), url), "URL"),
        "author_id": author,
        "author_kind": account,
        "created_at": created,
        "time_precision": precision,
        "content_type": crowdtangle.content(kind),
        "text": text,
        "title": batch.take("Title"),
        "urls": crowdtangle.shared(text, batch.take("Link")),
        "hashtags": found.hashtags(text),
        "mentions": found.named(found.mentions(text)),
        "likes": batch.integers("Likes"),
        "replies": batch.integers("Comments"),
        "views": crowdtangle.measured(batch, kind, "Views"),
        "url": url,
    }
    profile = {"platform": platform, "account_id": author, "handle": handle, "display_name": name}
    # Followers as they were when a post appeared, so each post is an observation of its author.
    accounts = batch.profiles({**profile, "followers": followers, "observed_at": created})
    metrics = {"platform": platform, "entity_id": author, "entity_kind": account, "observed_at": created}
    posts["extra"] = batch.rest("Type", "Link")
    counted = batch.build({**metrics, "followers": followers}).drop_nulls("followers")
    return batch.chunk("posts", {"posts": batch.build(posts), "accounts": accounts, "metrics": counted})


LOADER: Final = Loader(
    name="crowdtangle_instagram",
    title="posts of Instagram accounts from CrowdTangle",
    platform="instagram",
    timezone="UTC",
    sample="Account,User Name,Followers at Posting,Post Created,Post Created Date,Post Created Time,Type,Total "
    "Interactions,Likes,Comments,Views,URL,Link,Photo,Title,Description,Image Text,Sponsor Id,Sponsor Name,Overperforming "
    "Score\n"
    'Somebody,somebody,"12,031",2021-06-30 09:00:00 CEST,2021-06-30,09:00:00,Photo,512,500,12,0,'
    "https://www.instagram.com/p/CQabcDE1234/,,https://scontent.cdninstagram.com/1.jpg,,hello #travel,,,,1.2",
    how_to_export="CSV of CrowdTangle's historical data, search or dashboard, for Instagram; the tool was closed in August"
    " 2024, its files are kept. It names accounts by their handle only. Ids of posts are the short codes of their"
    " addresses.",
    recognise=recognise,
    read=read,
)
