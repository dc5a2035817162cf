"""Accounts that use the same things together, again and again: links, hashtags, reposts, pictures ...

Actions first, then groups with the two tests they must pass (detectors/coaction/groups.py), then one finding a group.
What many use is left out of the test of sharing too much, never of the test of acting together, and listed.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from detectors.base import Detection, Detector, Parameter, Progress
from detectors.coaction.examples import HIT, MISS
from detectors.coaction.findings import findings
from detectors.coaction.groups import find, links
from detectors.groups.actions import Actions, actions
from detectors.groups.layers import Layer
from detectors.groups.meetings import Uses
from records.store import Records


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """Links, hubs and one finding a group."""
    progress("reading actions", 0.0)
    found = actions(records, domains=bool(parameters["domains"]))
    cap = max(int(parameters["hub_accounts"]), int(parameters["hub_share"] * found.actors))
    hubs = found.objects.filter(pl.col("accounts") > cap)
    names = found.posts["actor"].unique().sort().to_list()
    layers, popular = numbered(found, names, cap)
    groups = find(layers, popular, names, parameters, seed, lambda what, share: progress(what, 0.1 + 0.7 * share))
    progress("gathering evidence", 0.85)
    made = findings(found, hubs, groups, {layer.name: layer for layer in layers}, parameters, seed)
    notes: dict[str, Any] = {
        **found.notes,
        "actors": found.actors,
        "hub_above_accounts": cap,
        "hubs": hubs.height,
        "groups": len(groups.groups),
        **groups.notes,
    }
    tables = {
        "hubs": hubs.select("layer", "object", "accounts", "posts", pl.lit("hub").alias("reason")),
        "links": links(groups, names),
    }
    progress("done", 1.0)
    return Detection(
        findings=[finding for finding, _ in made],
        tables=tables,
        posts={finding.id: posts for finding, posts in made},
        notes=notes,
    )


def numbered(found: Actions, names: list[str], cap: int) -> tuple[list[Layer], dict[str, np.ndarray]]:
    """The layers with actors, objects and times as numbers, and which of each layer's objects more than `cap` use."""
    actor = pl.DataFrame({"actor": names}, schema={"actor": pl.String()}).with_row_index("a")
    # An object of one actor tells how much that actor does, and nothing of any pair.
    rows = found.actions.join(found.objects.select("layer", "object", "o", "accounts"), on=["layer", "object"])
    rows = (
        rows.join(actor, on="actor")
        .select("layer", "o", "a", "t", "p", "post", "accounts")
        .sort("layer", "o", "t", "post")
    )
    posted = found.posts.group_by("actor").len().join(actor, on="actor").sort("a")["len"].to_numpy()
    presence = posted / max(int(posted.sum()), 1)
    layers, popular = [], {}
    for (name,), part in rows.group_by("layer", maintain_order=True):
        own = part.with_columns((pl.col("o") - pl.col("o").min()).cast(pl.Int64()).alias("o"))
        columns = [own[column].cast(pl.Int64()).to_numpy() for column in ("o", "a", "t", "p", "post")]
        order = np.lexsort((columns[4], columns[2], columns[0]))
        objects = int(columns[0].max()) + 1
        layer = Layer(
            str(name), Uses(*(column[order] for column in columns)), len(names), objects, found.posts.height, presence
        )
        layers.append(layer)
        popular[str(name)] = layer.degree > cap
    return layers, popular


DETECTOR: Final = Detector(
    name="coaction",
    version="2",
    title="Co-action between accounts",
    question="Which accounts share the same things within a short time of each other, again and again?",
    definition="Four or more accounts that used more of the same links, hashtags, posts or other objects than the"
    " activity of each and the popularity of each explain, and used them together more often than the hours, the"
    " audience and everybody else's rush explain.",
    parameters=(
        Parameter(
            "windows",
            (10, 60, 300, 3600),
            "seconds",
            "one window is fragile: what is real shows in several; a day is how long news lives, and tells nothing",
        ),
        Parameter("min_accounts", 4, "accounts", "no verdict on fewer than four"),
        Parameter("alpha", 0.01, "probability", "at most one case in a hundred may hold any group that is chance"),
        Parameter("draws", 99, "worlds", "the fewest with which a chance of one in a hundred can be shown"),
        Parameter("hub_accounts", 30, "accounts", "below this an object cannot link a crowd"),
        Parameter("hub_share", 0.02, "share of accounts", "what one in fifty uses says nothing about a pair"),
        Parameter("domains", False, "yes or no", "a site is a coarser view of the same links, and no sign of its own"),
        Parameter("evidence_posts", 2000, "posts", "more than a person can read; the most telling come first"),
    ),
    false_positives=(
        "fan clubs and activists who act on a call at an agreed hour",
        "scheduling tools and feeds that post on the minute",
        "staff of one newsroom, party or union sharing what it publishes",
        "reposts of a popular post by people who are always online",
        "several accounts of one person who does not hide it",
    ),
    must_see="the shared objects with the posts side by side, how many others used each, and the pairs at every window",
    disarm=("T0049", "T0049.002", "T0118"),
    hit=HIT,
    miss=MISS,
    detect=detect,
)
