"""What a group's finding shows: the objects of each layer, hubs, sources, and other explanations with their numbers."""

from typing import Final

import polars as pl

from detectors.coaction.groups import Group
from detectors.groups.actions import Actions
from detectors.groups.layers import LEAST
from records.finding import Json, instant

SEQUENCE: Final = "hashtag_sequence"
MILLI: Final = 1000  # bits are summed in thousandths, as whole numbers: the same in any order
_OBJECTS_SHOWN: Final = 25
_POSTS_SHOWN: Final = 10
_SOURCES_SHOWN: Final = 10
# A tenth of all posts fall on a given six seconds of the minute; programs that post on the minute make it most of them.
_ON_THE_MINUTE: Final = 0.5
# One account with more than half of the posts is the story, not the group.
_ONE_ACCOUNT: Final = 0.5
_MOST: Final = 0.9


def strongest(told: pl.DataFrame) -> list[str]:
    """Layers by the information they carry."""
    bits = told.unique(["actor", "layer", "o"]).group_by("layer").agg(pl.col("bits").sum())
    return bits.sort(["bits", "layer"], descending=[True, False])["layer"].to_list()


def layer(layer: str, told: pl.DataFrame, pairs: pl.DataFrame) -> Json:
    objects = (
        told.group_by("o", "object", "bits", pl.col("accounts").alias("accounts_in_data"))
        .agg(
            pl.col("actor").n_unique().alias("accounts"),
            pl.col("post").n_unique().alias("posts_total"),
            pl.struct("created_at", "post", "platform", "post_id").unique().sort().head(_POSTS_SHOWN).alias("posts"),
            pl.col("created_at").min().alias("first"),
            pl.col("created_at").max().alias("last"),
        )
        .sort([(pl.col("accounts") - 1) * pl.col("bits"), "o"], descending=[True, False])
    )
    here = pairs.filter(pl.col("layer") == layer)
    narrow = here.filter(pl.col("window_seconds") > 0)
    widths = narrow.group_by("window_seconds").agg(
        pl.len().alias("pairs"), pl.col("weight").max().alias("most_objects")
    )
    return {
        "layer": layer,
        "objects_total": objects.height,
        "pairs_linked": here.select("s", "d").unique().height,
        "objects": [
            {
                "object": row["object"],
                "accounts": row["accounts"],
                "accounts_in_data": row["accounts_in_data"],
                "bits": row["bits"] / MILLI,
                "first": None if row["first"] is None else instant(row["first"]),
                "last": None if row["last"] is None else instant(row["last"]),
                "posts_total": row["posts_total"],
                "posts": [{"platform": post["platform"], "post_id": post["post_id"]} for post in row["posts"]],
            }
            for row in objects.head(_OBJECTS_SHOWN).iter_rows(named=True)
        ],
        "windows": [
            {
                "window_seconds": row["window_seconds"],
                "pairs": row["pairs"],
                "most_objects": row["most_objects"],
                "objects_needed": LEAST,
            }
            for row in widths.sort("window_seconds").iter_rows(named=True)
        ],
    }


def hubs(found: Actions, hubs: pl.DataFrame, group: Group) -> Json:
    """What the members used that everybody uses, and that linked no one."""
    used = (
        found.actions.filter(pl.col("actor").is_in(group.accounts))
        .join(hubs, on=["layer", "object"])
        .group_by("layer", "object", pl.col("accounts").alias("accounts_in_data"))
        .agg(pl.col("actor").n_unique().alias("accounts"))
        .sort(["accounts", "layer", "object"], descending=[True, False, False])
    )
    return {"total": used.height, "most_used": used.head(_SOURCES_SHOWN).to_dicts()}


def sources(told: pl.DataFrame) -> list[Json]:
    """Authors of the shared objects, most shared first: sources, not members."""
    sources = (
        told.drop_nulls("author")
        .group_by("author")
        .agg(pl.col("o").n_unique().alias("objects"), pl.col("actor").n_unique().alias("accounts"))
        .sort(["objects", "author"], descending=[True, False])
    )
    return [{"account": row[0], "objects": row[1], "accounts": row[2]} for row in sources.head(_SOURCES_SHOWN).rows()]


def alternatives(told: pl.DataFrame, found: Actions, group: Group, layers: list[str]) -> list[Json]:
    """Benign explanations a reader must weigh, each with the numbers that speak for or against it."""
    posts = told.unique("post")
    total = max(posts.height, 1)
    days = posts["created_at"].dt.truncate("1d").n_unique()
    busiest = _largest(posts, "actor") / total
    clients = posts.drop_nulls("client")
    exact = posts.filter(pl.col("p") == 0)
    weighed: dict[str, tuple[list[Json], list[Json]]] = {
        "same_owner": ([], []),
        "staff": ([], []),
        "breaking_news": _either(days == 1, "within_one_day", "spread_over_days", days),
        "hyperactive_user": _either(
            busiest > _ONE_ACCOUNT, "one_account_posts_most", "largest_share_of_one_account", busiest
        ),
    }
    if not exact.is_empty():
        share = exact.select((pl.col("created_at").dt.second() == 0).mean()).item()
        weighed["scheduler"] = _either(share > _ON_THE_MINUTE, "posts_on_the_minute", "few_posts_on_the_minute", share)
    if not clients.is_empty():
        share = _largest(clients, "client") / clients.height
        weighed["app_post"] = _either(share > _MOST, "one_client_posts_most", "several_clients", share)
    if set(layers) <= {"hashtag", SEQUENCE, "mention"}:
        weighed["fan_club"] = ([{"code": "hashtags_and_mentions_only"}], [])
    return [{"code": code, "for": speaks, "against": denies} for code, (speaks, denies) in sorted(weighed.items())]


def _largest(rows: pl.DataFrame, column: str) -> int:
    """Rows of the most frequent value."""
    return int(rows.group_by(column).len().select(pl.col("len").max()).item())


def _either(holds: bool, yes: str, no: str, observed: float) -> tuple[list[Json], list[Json]]:
    reason = {"code": yes if holds else no, "observed": round(float(observed), 3)}
    return ([reason], []) if holds else ([], [reason])
