"""One finding for each group of accounts that act together: members, evidence, what speaks for other explanations."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from detectors.actions import MICROSECONDS, Actions
from detectors.clusters import Group
from records.finding import NOT_TESTED, Finding, Json

SEQUENCE: Final = "hashtag_sequence"
FAST: Final = "fast_repost"

# Information counted at most for one account: without it, one account's volume would decide the rank. 64 bits are six
# or seven objects that one in a thousand uses.
CAP_BITS: Final = 64
_MILLI: Final = 1000  # bits are summed in thousandths, as whole numbers: the same in any order
_OBJECTS_SHOWN: Final = 25
_POSTS_SHOWN: Final = 10
_SOURCES_SHOWN: Final = 10
# DISARM 1.6: flood an existing hashtag, amplify an existing narrative, flood the information space.
_DISARM: Final = {"hashtag": "T0049.002", SEQUENCE: "T0049.002", "mention": "T0049", "reply": "T0049"}
_AMPLIFY: Final = "T0118"
# A tenth of all posts fall on a given six seconds of the minute; programs that post on the minute make it most of them.
_ON_THE_MINUTE: Final = 0.5
# One account with more than half of the posts is the story, not the group.
_ONE_ACCOUNT: Final = 0.5
_MOST: Final = 0.9
_DAY_SECONDS: Final = 86_400


def findings(
    found: Actions,
    hubs: pl.DataFrame,
    edges: pl.DataFrame,
    groups: list[Group],
    meetings: pl.DataFrame,
    parameters: Mapping[str, Any],
    seed: int,
) -> list[Finding]:
    """The findings, best first. `meetings` has cluster, layer, o, post, a, others (detectors/sql/coaction_meetings)."""
    # What it takes to name the object another account chose: log2 of the accounts over those that used it (one more
    # account, so that what everybody used still tells a little).
    told = meetings.join(found.objects, on=["layer", "o"]).with_columns(
        ((pl.lit(found.actors + 1).log(2) - pl.col("accounts").log(2)) * _MILLI).round().cast(pl.Int64()).alias("bits")
    )
    made = []
    for number, group in enumerate(groups):
        part = told.filter(pl.col("cluster") == number).join(found.posts, on="post", maintain_order="left")
        made.append(_finding(group, part, found, hubs, edges, dict(parameters), seed))
    return sorted(made, key=lambda finding: (-finding.score, finding.id))


def _finding(
    group: Group,
    told: pl.DataFrame,
    found: Actions,
    hubs: pl.DataFrame,
    edges: pl.DataFrame,
    parameters: Json,
    seed: int,
) -> Finding:
    members = _members(group, told, found)
    posts = (
        told.group_by("post", "platform", "post_id", "created_at")
        .agg((pl.col("bits") * pl.col("others")).sum().alias("telling"))
        .sort(["telling", "post"], descending=[True, False])
    )
    shown = posts.head(int(parameters["evidence_posts"]))
    pairs = edges.filter(pl.col("source").is_in(group.accounts) & pl.col("target").is_in(group.accounts))
    windows, unsupported = _windows(pairs, found, group, parameters)
    layers = [_layer(layer, told.filter(pl.col("layer") == layer), pairs) for layer in _strongest(told)]
    linked = pairs.select("source", "target").unique().height
    size = len(group.accounts)
    reasons = [NOT_TESTED]
    reasons += ["time_precision"] if unsupported else []
    reasons += ["single_layer"] if len(layers) == 1 else []
    reasons += ["window_dependent"] if pairs["window_seconds"].n_unique() == 1 else []
    names = [layer["layer"] for layer in layers]
    return Finding(
        detector="coaction",
        detector_version="1",
        title_code="coaction.cluster",
        # Members counted by how much each one's shared objects tell: neither one loud account nor a large vague group
        # comes first.
        score=round(sum(member["score"] for member in members), 3),
        members=members,
        posts=shown.select("platform", "post_id").to_dicts(),
        parameters={name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()},
        reasons=reasons,
        layers=names,
        windows=windows,
        observed=float(linked),
        comparison={"population": "accounts_of_the_case", "size": found.actors},
        signs=["coaction"],
        alternatives=_alternatives(told, found, group, names),
        disarm=sorted({_DISARM.get(layer, _AMPLIFY) for layer in names}),
        first_seen=_instant(posts["created_at"].min()),
        last_seen=_instant(posts["created_at"].max()),
        evidence={
            "layers": layers,
            "windows_left_out": unsupported,
            "pairs_linked": linked,
            "density": round(2 * linked / (size * (size - 1)), 3),
            "posts_total": posts.height,
            "posts_listed": shown.height,
            "objects_total": told.select("layer", "object").unique().height,
            "hubs_left_out": _hubs(found, hubs, group),
            "sources": _sources(told),
        },
        seed=seed,
    )


def _members(group: Group, told: pl.DataFrame, found: Actions) -> list[Json]:
    """Members with their share of the information, capped; an account of the group without a meeting has none."""
    bits = (
        told.unique(["actor", "layer", "o"])
        .group_by("actor")
        .agg((pl.col("bits").sum().clip(upper_bound=CAP_BITS * _MILLI) / (CAP_BITS * _MILLI)).round(3).alias("score"))
    )
    rows = (
        found.posts.filter(pl.col("actor").is_in(group.accounts))
        .group_by("actor")
        .agg(pl.col("platform").first(), pl.col("author_id").first(), pl.col("author_kind").min())
        .join(bits, on="actor", how="left")
        .with_columns(pl.col("score").fill_null(0.0))
        .sort(["score", "actor"], descending=[True, False])
    )
    return [
        {
            "platform": row["platform"],
            "id": row["author_id"],
            "kind": row["author_kind"],
            "role": "amplifier",
            "score": row["score"],
            "action": "investigate",
        }
        for row in rows.iter_rows(named=True)
    ]


def _strongest(told: pl.DataFrame) -> list[str]:
    """Layers by the information they carry."""
    bits = told.unique(["actor", "layer", "o"]).group_by("layer").agg(pl.col("bits").sum())
    return bits.sort(["bits", "layer"], descending=[True, False])["layer"].to_list()


def _layer(layer: str, told: pl.DataFrame, pairs: pl.DataFrame) -> Json:
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
    widths = here.group_by("window_seconds").agg(
        pl.len().alias("pairs"), pl.col("weight").max().alias("most_objects"), pl.col("least").first()
    )
    return {
        "layer": layer,
        "objects_total": objects.height,
        "pairs_linked": here.select("source", "target").unique().height,
        "objects": [
            {
                "object": row["object"],
                "accounts": row["accounts"],
                "accounts_in_data": row["accounts_in_data"],
                "bits": row["bits"] / _MILLI,
                "first": _instant(row["first"]),
                "last": _instant(row["last"]),
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
                "objects_needed": row["least"],
            }
            for row in widths.sort("window_seconds").iter_rows(named=True)
        ],
    }


def _windows(pairs: pl.DataFrame, found: Actions, group: Group, parameters: Json) -> tuple[list[Json], list[int]]:
    """Pairs of members linked at each window or a narrower one; and the windows too short for the members' times."""
    precision = found.posts.filter(pl.col("actor").is_in(group.accounts))["p"].min()
    supported = [w for w in sorted(parameters["windows"]) if precision is None or w * MICROSECONDS >= precision]
    first = pairs.group_by("source", "target").agg(pl.col("window_seconds").min())["window_seconds"]
    rows = [
        {"window_seconds": window, "observed": int((first <= window).sum()), "expected": None, "p": None, "q": None}
        for window in supported
    ]
    return rows, [window for window in sorted(parameters["windows"]) if window not in supported]


def _hubs(found: Actions, hubs: pl.DataFrame, group: Group) -> Json:
    """What the members used that everybody uses, and that linked no one."""
    used = (
        found.actions.filter(pl.col("actor").is_in(group.accounts))
        .join(hubs, on=["layer", "object"])
        .group_by("layer", "object", pl.col("accounts").alias("accounts_in_data"))
        .agg(pl.col("actor").n_unique().alias("accounts"))
        .sort(["accounts", "layer", "object"], descending=[True, False, False])
    )
    return {"total": used.height, "most_used": used.head(_SOURCES_SHOWN).to_dicts()}


def _sources(told: pl.DataFrame) -> list[Json]:
    """Authors of the shared objects, most shared first: sources, not members."""
    sources = (
        told.drop_nulls("author")
        .group_by("author")
        .agg(pl.col("o").n_unique().alias("objects"), pl.col("actor").n_unique().alias("accounts"))
        .sort(["objects", "author"], descending=[True, False])
    )
    return [{"account": row[0], "objects": row[1], "accounts": row[2]} for row in sources.head(_SOURCES_SHOWN).rows()]


def _alternatives(told: pl.DataFrame, found: Actions, group: Group, layers: list[str]) -> list[Json]:
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


def _instant(moment: Any) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
