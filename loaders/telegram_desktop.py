"""Chats as Telegram Desktop exports them: result.json of one chat, channel or group, or of a whole account."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import polars as pl

from loaders import found, items, rows, telegram_chats, telegram_text
from loaders.base import Loader, Options, Sample, Source
from loaders.native import Item
from loaders.rows import LINE, Rows
from loaders.telegram_chats import Chat
from records.chunk import Chunk

_PRIVATE: Final = "message of a private conversation, left out of a whole account; export that chat alone to load it"
_PATHS: Final = {name: name for name in (*telegram_text.TAKEN, *telegram_text.MADE)}


def recognise(sample: Sample) -> int:
    own = {"type", "date", "id"}
    telling = ("from_id", "date_unixtime", "text_entities", "actor_id")
    for place in ("messages.item.", "chats.list.item.messages.item.", "left_chats.list.item.messages.item."):
        if {place + key for key in own} <= sample.paths and any(place + key in sample.paths for key in telling):
            return 95
    # In a whole account's export contacts and pictures may fill the sample before the first chat.
    return 90 if {"about", "personal_information.user_id"} <= sample.paths else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    source = telegram_text.mended(source)
    lists = telegram_chats.chats(source, LOADER.title)
    account = telegram_chats.whole(lists)
    for where, chats in lists.items():
        told: set[str] = set()
        unknown: set[str] = set()
        yield from items.read(
            source,
            options,
            LOADER.title,
            LOADER.timezone,
            paths=_PATHS,
            required=("id", "type"),
            convert=partial(_convert, chats=chats, account=account, told=told, unknown=unknown),
            where=where,
            expand=partial(_take_apart, unknown=unknown),
        )


def _take_apart(message: Item, unknown: set[str]) -> list[Item]:
    return [telegram_text.take_apart(message, unknown)]


def _convert(batch: Rows, chats: list[Chat], account: bool, told: set[str], unknown: set[str]) -> Chunk:
    chat = _chats(batch, chats)
    room, kind = chat["id"], chat["kind"].fill_null("")
    shared = kind.str.contains("group|channel")
    type_, action = batch.take("type"), batch.take("action")
    batch.ignore(~shared & account, _PRIVATE)
    for word in action.drop_nulls().unique(maintain_order=True).to_list():
        batch.ignore((type_ == "service") & (action == word), f"service message ({word})")
    batch.ignore(type_ == "service", "service message")
    batch.ignore((type_ != "message"), "message of a kind the export leaves out")
    shown = (type_ == "message").fill_null(True) & (shared | (not account))

    name, page = batch.take("from"), _page(room, kind)
    author = _number(batch.ids("from_id"))
    # What stands in a channel without an author is the channel's.
    author = author.zip_with(author.is_not_null() | ~kind.str.contains("channel"), page)
    author = batch.require(rows.names_for_ids(batch, author, name), "from_id")
    by_page = author.str.contains(r"^(?:channel|chat)\d+$").fill_null(False)
    post = batch.require(batch.ids("id"), "id")
    post = room + "/" + post
    batch.refuse(room.is_null(), "id", "The chat it stands in has no id.")
    created, precision = batch.times("date")
    text, platform = batch.take("text"), batch.fill("telegram")
    forwarded, source = batch.take("forwarded_from"), _number(batch.ids("forwarded_from_id"))
    latitude, longitude = batch.decimals("latitude"), batch.decimals("longitude")
    posts = {
        "platform": platform,
        "post_id": post,
        "author_id": author,
        "author_kind": batch.fill("page").zip_with(by_page, batch.fill("account")),
        "created_at": batch.require(created, "date"),
        "time_precision": precision,
        "content_type": batch.take("content_type"),
        "text": text,
        "client": batch.take("via_bot"),
        "location": batch.take("place_name"),
        "latitude": latitude,
        "longitude": longitude,
        "in_reply_to_post_id": _answered(batch, room),
        "repost_of_account_id": source.zip_with(source.is_not_null(), "name:" + forwarded),
        "is_repost": batch.take("forwarded").is_not_null(),
        "urls": _either(batch.lists("urls"), found.urls(text)),
        "hashtags": _either(batch.lists("hashtags"), found.hashtags(text)),
        "mentions": _either(batch.lists("mentions"), found.named(found.mentions(text))),
        "likes": batch.integers("likes"),
        "reposts": batch.integers("forwards"),
        "views": batch.integers("views"),
        "credited_to": forwarded,
    }
    posts["extra"] = batch.take("extra")
    person = author.zip_with(shown & ~by_page, batch.fill(None))
    frames = {
        "posts": batch.build(posts),
        "accounts": batch.profiles({"platform": platform, "account_id": person, "display_name": name}),
        "pages": _pages(batch, chat, author, name, shown & by_page, shown & shared),
        "engagements": _reactions(batch, post, shown),
        "collections": _collected(batch, chat, shown),
    }
    chunk = batch.chunk("posts", frames, sorted(unknown))
    for table, key in (
        ("pages", "page_id"),
        ("collections", "collection_id"),
    ):  # once each, now that refused rows are gone
        if table in chunk.frames:
            _once(chunk, table, key, told)
    return chunk


def _chats(batch: Rows, chats: list[Chat]) -> pl.DataFrame:
    """For each message the chat it stands in, by its number."""
    known = pl.DataFrame(
        [(chat.first, chat.id, chat.name, chat.kind) for chat in chats],
        schema={"first": pl.Int64, "id": pl.String, "name": pl.String, "kind": pl.String},
        orient="row",
    )
    # Of a chat without messages and the one after it, which begin at the same number, the last is meant.
    return known[known["first"].search_sorted(batch.lines, side="right") - 1]


def _number(peer: pl.Series) -> pl.Series:
    """Users by the number Telegram and every other tool give them. Those of channels and groups begin anew, and keep the
    word before them."""
    return peer.str.replace(r"^user(\d+)$", "$1")


def _page(room: pl.Series, kind: pl.Series) -> pl.Series:
    """A channel's or group's id as it stands where it is the author; Telegram counts large groups among the channels."""
    prefix = pl.when(kind.str.contains("channel|supergroup")).then(pl.lit("channel"))
    return pl.select(prefix.when(kind.str.contains("group")).then(pl.lit("chat")) + pl.lit(room)).to_series()


def _answered(batch: Rows, room: pl.Series) -> pl.Series:
    """The message that is answered; it may stand in another chat, as under a channel's post."""
    other = batch.ids("reply_to_peer_id").str.replace(r"^(?:user|chat|channel)", "")
    return other.zip_with(other.is_not_null(), room) + "/" + batch.ids("reply_to_message_id")


def _either(listed: pl.Series, in_text: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(listed, in_text)).to_series()


def _pages(batch: Rows, chat: pl.DataFrame, author: pl.Series, name: pl.Series, writes: pl.Series,
           shared: pl.Series) -> pl.DataFrame:  # fmt: skip
    """Channels and groups: the chats themselves, and those that wrote in one."""
    platform = batch.fill("telegram")
    own = batch.build(
        {"platform": platform, "page_id": _page(chat["id"], chat["kind"].fill_null("")), "name": chat["name"]}
    )
    guests = batch.build({"platform": platform, "page_id": author, "name": name})
    return pl.concat([own.filter(shared), guests.filter(writes)]).drop_nulls("page_id")


def _reactions(batch: Rows, post: pl.Series, shown: pl.Series) -> pl.DataFrame:
    """Who reacted, as far as the export says, and when."""
    frame = batch.build({"post_id": post, "reacted": batch.lists("reacted")}).filter(shown)
    said = pl.col("reacted").str.split_exact(" ", 1).struct
    return (
        frame.drop_nulls()
        .explode("reacted")
        .select(
            pl.lit("telegram").alias("platform"),
            "post_id",
            said[0].str.replace(r"^user(\d+)$", "$1").alias("account_id"),
            pl.lit("like").alias("kind"),
            said[1].str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us", time_zone="UTC").alias("at"),
            LINE,
        )
    )


def _collected(batch: Rows, chat: pl.DataFrame, shown: pl.Series) -> pl.DataFrame:
    """One row a chat. Whether it is whole is not said: who exports may choose a period."""
    kind = chat["kind"].fill_null("")
    page = _page(chat["id"], kind)
    subject = page.zip_with(page.is_not_null(), chat["id"])
    values = {
        "collection_id": "telegram:" + subject,
        "platform": batch.fill("telegram"),
        # Everything a channel published is its timeline; what people write in a group is only what they write there.
        "scope": batch.fill("timeline").zip_with(kind.str.contains("channel"), batch.fill("unknown")),
        "subject": subject,
        "complete": batch.fill("unknown"),
    }
    return batch.build(values).filter(shown).drop_nulls("collection_id")


def _once(chunk: Chunk, table: str, key: str, told: set[str]) -> None:
    frame = chunk.frames[table].unique(key, keep="first", maintain_order=True)
    fresh = frame.filter(~pl.col(key).is_in(list(told)))
    told.update(fresh[key])
    if fresh.height:
        chunk.frames[table] = fresh
    else:
        del chunk.frames[table]


LOADER: Final = Loader(
    name="telegram_desktop",
    title="chats that Telegram Desktop exported",
    platform="telegram",
    timezone="UTC",
    sample='{\n "name": "Norland Daily",\n "type": "public_channel",\n "id": 1500000001,\n "messages": [\n  {"id": 101, "type":'
    ' "message", "date": "2024-03-04T11:00:00", "date_unixtime": "1709546400", "from": "Norland Daily", "from_id":\n'
    '   "channel1500000001", "text": "hello", "text_entities": [{"type": "plain", "text": "hello"}]}]}',
    how_to_export="Telegram Desktop, the menu of a chat, Export chat history, Machine-readable JSON: result.json. Settings,"
    " Advanced, Export Telegram data writes one of all chats; private conversations in it are left out and counted (export one"
    " alone to load it). Service messages are left out and counted too. A post is named CHAT/MESSAGE; users by their number,"
    " channels and groups with the word Telegram puts before it. Reactions of every kind are counted as likes, stars are not."
    " A forward names whose message it was, seldom which. Time is the exact one, where the file has it.",
    recognise=recognise,
    read=read,
)
