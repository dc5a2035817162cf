"""One finding for each group of accounts that act together: members, evidence, what speaks for other explanations."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from detectors.coaction import evidence
from detectors.coaction.evidence import MILLI, SEQUENCE
from detectors.coaction.groups import Found, Group
from detectors.groups.actions import MICROSECONDS, Actions
from detectors.groups.layers import Layer
from detectors.groups.meetings import meetings
from records.finding import Finding, Json, instant

# Information counted at most for one account: without it, one account's volume would decide the rank. 64 bits are six
# or seven objects that one in a thousand uses.
CAP_BITS: Final = 64
# DISARM 1.6: flood an existing hashtag, amplify an existing narrative, flood the information space.
_DISARM: Final = {"hashtag": "T0049.002", SEQUENCE: "T0049.002", "mention": "T0049", "reply": "T0049"}
_AMPLIFY: Final = "T0118"
_SIGNS: Final = {"repost": "repost", "reply": "reply"}
# Groups that share too much without acting together are as often audiences as not: they are read last.
_AUDIENCE: Final = 0.01
EXPECTED_FALSE: Final = 0.05
"""Accounts expected to be in a group by chance: of all accounts of the case (detectors/groups/synchrony.py, membership)."""
_DAY_SECONDS: Final = 86_400


def findings(
    found: Actions,
    hubs: pl.DataFrame,
    groups: Found,
    layers: Mapping[str, Layer],
    parameters: Mapping[str, Any],
    seed: int,
) -> list[tuple[Finding, frozenset[str]]]:
    """The findings, best first, each with the uids of all its posts."""
    made = []
    objects = found.objects.with_columns((pl.col("o") - pl.col("o").min().over("layer")).alias("place"))
    for group in groups.groups:
        rows = pl.concat([_met(layers[name], group) for name in group.layers])
        # What it takes to name the object another account chose: log2 of the accounts over those that used it (one
        # more account, so that what everybody used still tells a little).
        rarity = (pl.lit(found.actors + 1).log(2) - pl.col("accounts").log(2)) * MILLI
        told = rows.join(objects, on=["layer", "place"]).with_columns(rarity.round().cast(pl.Int64()).alias("bits"))
        told = told.join(found.posts, on="post", maintain_order="left").sort("layer", "o", "post")
        posts = told.select(pl.format("{}:{}", "platform", "post_id"))
        finding = _finding(group, told, found, hubs, groups, dict(parameters), seed)
        made.append((finding, frozenset(posts.to_series().to_list())))
    return sorted(made, key=lambda one: (-one[0].score, one[0].id))


def _met(layer: Layer, group: Group) -> pl.DataFrame:
    """Posts in which members used what others of them used: layer, place (of the object in its layer), post, others.

    Within the widest window at which the group acts together; at any time where it does at none.
    """
    uses = layer.uses.take(np.isin(layer.uses.a, group.actors))
    if group.widest:
        found = meetings(uses, group.widest)
        place, post, partner = np.r_[found.o, found.o], np.r_[found.post_s, found.post_d], np.r_[found.d, found.s]
        rows = pl.DataFrame({"place": place, "post": post, "partner": partner})
        counted = rows.group_by("place", "post").agg(pl.col("partner").n_unique().alias("others"))
    else:
        rows = pl.DataFrame({"place": uses.o, "post": uses.post, "a": uses.a})
        counted = rows.select("place", "post", (pl.col("a").n_unique().over("place") - 1).alias("others")).unique()
    return counted.filter(pl.col("others") > 0).select(
        pl.lit(layer.name).alias("layer"), pl.col("place").cast(pl.UInt32()), pl.col("post").cast(pl.UInt32()), "others"
    )


def _finding(
    group: Group,
    told: pl.DataFrame,
    found: Actions,
    hubs: pl.DataFrame,
    groups: Found,
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
    pairs = _pairs(group, groups)
    windows, unsupported = _windows(group, parameters)
    names = evidence.strongest(told)
    layers = [evidence.layer(layer, told.filter(pl.col("layer") == layer), pairs) for layer in names]
    linked = pairs.select("s", "d").unique().height
    size = len(group.accounts)
    first, last = posts["created_at"].min(), posts["created_at"].max()
    best = max(group.together, key=lambda one: (group.passed(one), one.statistic), default=None)
    return Finding(
        detector="coaction",
        detector_version="2",
        title_code="coaction.cluster" if group.acts_together else "coaction.audience",
        # Members counted by how much each one's shared objects tell: neither one loud account nor a large vague group
        # comes first; an audience that does not act together comes after all that do.
        score=round(sum(member["score"] for member in members) * (1 if group.acts_together else _AUDIENCE), 3),
        members=members,
        posts=shown.select("platform", "post_id").to_dicts(),
        parameters={name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()},
        reasons=["time_precision"] if unsupported else [],
        layers=names,
        windows=windows,
        observed=None if best is None else round(best.observed, 3),
        expected=None if best is None else round(best.expected, 3),
        comparison={"population": "accounts_of_the_case", "size": found.actors},
        expected_false_flags=EXPECTED_FALSE,
        signs=_signs(group, told),
        tests=_tests(group),
        alternatives=evidence.alternatives(told, found, group, names),
        disarm=sorted({_DISARM.get(layer, _AMPLIFY) for layer in names}),
        first_seen=None if first is None else instant(first),
        last_seen=None if last is None else instant(last),
        evidence={
            "layers": layers,
            "windows_left_out": unsupported,
            "pairs_linked": linked,
            "density": round(2 * linked / (size * (size - 1)), 3),
            "posts_total": posts.height,
            "posts_listed": shown.height,
            "objects_total": told.select("layer", "object").unique().height,
            "hubs_left_out": evidence.hubs(found, hubs, group),
            "sources": evidence.sources(told),
        },
        seed=seed,
    )


def _signs(group: Group, told: pl.DataFrame) -> list[str]:
    """What it does together, each sign on posts of its own: a reply that names whom it answers is one act."""
    taken: dict[str, set[int]] = {}
    for layer in group.layers:
        sign = _SIGNS.get(layer, "coaction")
        if sign in taken or layer not in group.by_layer or not group.passed(group.by_layer[layer]):
            continue
        posts = set(told.filter(pl.col("layer") == layer)["post"].to_list())
        if all(2 * len(posts & others) <= len(posts) for others in taken.values()):
            taken[sign] = posts
    return sorted(taken) or ["coaction"]


def _tests(group: Group) -> Json:
    return {
        "group": {
            "passed": group.shares,
            "method": "configuration_model_core",
            "p": group.shares_p,
            "draws": 0 if group.draws is None else len(group.draws.largest),
        },
        "synchrony": [
            {
                "window_seconds": one.window // MICROSECONDS,
                "observed": round(one.observed, 3),
                "expected": round(one.expected, 3),
                "possible": round(one.possible, 3),
                "statistic": round(one.statistic, 3),
                "p": round(group.p(one), 6),
                "passed": group.passed(one),
            }
            for one in group.together
        ],
        "deception": [],
        "traps": [],
        "reasons": [],
    }


def _pairs(group: Group, groups: Found) -> pl.DataFrame:
    """Pairs of members: layer, window_seconds (0 at any time), s, d, weight."""
    frames = []
    for (layer, window), one in sorted(groups.edges.items()):
        inside = np.isin(one.s, group.actors) & np.isin(one.d, group.actors)
        frames.append(
            pl.DataFrame({"s": one.s[inside], "d": one.d[inside], "weight": one.weight[inside]}).select(
                pl.lit(layer).alias("layer"), pl.lit(window // MICROSECONDS).alias("window_seconds"), "s", "d", "weight"
            )
        )
    return pl.concat(frames)


def _members(group: Group, told: pl.DataFrame, found: Actions) -> list[Json]:
    """Members with their share of the information, capped; an account of the group without a meeting has none."""
    bits = (
        told.unique(["actor", "layer", "o"])
        .group_by("actor")
        .agg((pl.col("bits").sum().clip(upper_bound=CAP_BITS * MILLI) / (CAP_BITS * MILLI)).round(3).alias("score"))
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


def _windows(group: Group, parameters: Json) -> tuple[list[Json], list[Json]]:
    """Meetings at each window, and the windows too short for the times."""
    rows = [
        {
            "window_seconds": one.window // MICROSECONDS,
            "observed": round(one.observed, 3),
            "expected": round(one.expected, 3),
            "p": round(group.p(one), 6),
            "q": None,
        }
        for one in group.together
    ]
    seen = {row["window_seconds"] for row in rows}
    left_out = [window for window in sorted(parameters["windows"]) if window not in seen]
    return rows, [{"window_seconds": window, "reason": "time_precision"} for window in left_out]
