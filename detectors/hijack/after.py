"""What the awakened did together: the same posts answered, links shared or texts written, at one moment; or a flood.

Everybody of the case who posted in those days is there to compare with. The group is given and not searched for, so the
likelihood ratio of its meetings bounds their chance by itself (detectors/groups/synchrony.py); the number of layers and windows
looked at is paid for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Any, Final

import numpy as np
import polars as pl

from detectors import copypasta, flood
from detectors.base import no_progress
from detectors.coaction import numbered
from detectors.coaction.groups import FAST, MIN_OCCASIONS
from detectors.groups import synchrony
from detectors.groups.actions import MICROSECONDS, Actions, actions
from detectors.groups.bicm import Ints
from detectors.groups.layers import MAX_OBJECT_PAIRS, Layer
from detectors.groups.meetings import bound, meetings
from detectors.groups.synchrony import Together
from records.finding import Finding, Json
from records.store import Records, in_memory, query

WINDOWS: Final = (10, 60, 300, 3_600)  # seconds, as coaction's: one window is fragile
DAYS: Final = 60
"""Days after the wave that are looked at: what a stolen account is used for comes soon."""
HUBS: Final = (30, 0.02)  # accounts, share of accounts: as coaction's
TEXTS: Final = 30_000
"""Posts among which copied texts are looked for where no act tells: the group's own, and others' beside them."""
FEWEST: Final = 4  # accounts of the group that take part; no verdict on fewer
_POSTS: Final = "SELECT * FROM posts WHERE created_at BETWEEN $since AND $until"


@dataclass(slots=True)
class Afterwards:
    """What was tested, and who took part."""

    together: list[Together] = field(default_factory=list)
    """For each window the layer in which the group acts together most."""
    layers: dict[str, Together] = field(default_factory=dict)
    """Layers in which it acts together, at the window at which it does so most."""
    tests: int = 1
    alpha: float = 0.01
    shared: list[Json] = field(default_factory=list)
    """Texts copied and floods made: {layer, accounts (uids), observed, expected, p, posts}."""
    posts: dict[str, list[Json]] = field(default_factory=dict)
    """Layer to posts in which members met."""
    partners: dict[str, int] = field(default_factory=dict)
    """Account uid to the objects (or texts) on which it met a member."""

    def p(self, one: Together) -> float:
        return min(1.0, self.tests * exp(-one.statistic))

    def passed(self, one: Together) -> bool:
        seen = (np.array([value]) for value in (one.observed, one.expected, one.possible))
        return one.objects >= MIN_OCCASIONS and bool(synchrony.strong(*seen)[0]) and self.p(one) <= self.alpha

    @property
    def any(self) -> bool:
        return bool(self.layers or self.shared)


def afterwards(
    records: Records,
    core: list[str],
    near: list[str],
    beside: list[str],
    since: Any,
    until: Any,
    alpha: float,
    seed: int,
) -> Afterwards:
    """How `core` (account uids), with `near` where it is few, act together from `since` to `until`, and how often each
    of `beside` (`near` among them) meets them."""
    small = _those_days(records, since, until)
    found = actions(small, domains=False)
    made = Afterwards(alpha=alpha)
    names = found.posts["actor"].unique().sort().to_list()
    place = {name: number for number, name in enumerate(names)}
    members = np.array(sorted(place[name] for name in core if name in place), dtype=np.int64)
    if len(members) < FEWEST:
        return made
    cap = max(HUBS[0], int(HUBS[1] * found.actors))
    layers = [layer for layer in numbered(found, names, cap)[0] if layer.name != FAST]
    measured = _measured(layers, members)
    made.tests = max(len(measured), 1)
    for window in sorted({one.window for one in measured}):
        ones = [one for one in measured if one.window == window]
        made.together.append(max(ones, key=lambda one: (made.passed(one), one.statistic, one.layer)))
    for one in measured:
        best = made.layers.get(one.layer)
        if made.passed(one) and (best is None or one.statistic > best.statistic):
            made.layers[one.layer] = one
    by_name = {layer.name: layer for layer in layers}
    asked = np.array(sorted({*members.tolist(), *(place[name] for name in beside if name in place)}), dtype=np.int64)
    for name, one in made.layers.items():
        _met(made, by_name[name], one.window, members, asked, names, found)
    if not made.layers:
        _texts(made, small, [*core, *near], beside, seed)
    if not made.any:
        _flood(made, records, [*core, *near], beside, seed)
    return made


def _those_days(records: Records, since: Any, until: Any) -> Records:
    """Records of the posts of some days, with what tells whose sites are whose."""
    tables = {"posts": query(records, _POSTS, {"since": since, "until": until})}
    for name in ("pages", "outlets"):
        tables[name] = query(records, f"SELECT * FROM {name}")
    return in_memory(tables)


def _measured(layers: list[Layer], members: Ints) -> list[Together]:
    made = []
    for layer in layers:
        for window in (seconds * MICROSECONDS for seconds in WINDOWS):
            if not layer.supports(window):
                continue
            many = np.flatnonzero(bound(layer.uses, window, layer.objects) > MAX_OBJECT_PAIRS).tolist()
            one = synchrony.together(layer, window, members, many, layer.uses)
            if one.possible > 0:
                made.append(one)
    return made


def _met(
    made: Afterwards, layer: Layer, window: int, members: Ints, asked: Ints, names: list[str], found: Actions
) -> None:
    """Who of `asked` met a member on how many objects, and the posts in which members did."""
    uses = layer.uses.take(np.isin(layer.uses.a, asked) & (layer.uses.p <= window))
    pairs = meetings(uses, window)
    for who, partner in ((pairs.s, pairs.d), (pairs.d, pairs.s)):
        rows = np.isin(partner, members)
        met, counts = np.unique(
            np.unique(who[rows] * layer.objects + pairs.o[rows]) // layer.objects, return_counts=True
        )
        for actor, count in zip(met.tolist(), counts.tolist(), strict=True):
            made.partners[names[actor]] = max(made.partners.get(names[actor], 0), count)
    inside = np.isin(pairs.s, members) & np.isin(pairs.d, members)
    posts = np.unique(np.r_[pairs.post_s[inside], pairs.post_d[inside]])
    made.posts[layer.name] = found.posts[posts].select("platform", "post_id").to_dicts()


def _texts(made: Afterwards, small: Records, group: list[str], beside: list[str], seed: int) -> None:
    """Texts copied beyond chance that enough of the group wrote; rarity and bursts are those of the days' other posts."""
    posts = query(small, "SELECT * FROM posts ORDER BY platform, post_id")
    mine = (pl.col("platform") + ":" + pl.col("author_id")).is_in(group)
    public = posts.filter(~mine)
    step = max(1, -(-public.height // TEXTS))
    sample = in_memory({"posts": pl.concat([posts.filter(mine), public.gather_every(step)])})
    found = copypasta.detect(sample, copypasta.DETECTOR.defaults(), seed, no_progress)
    wanted = set(group)
    for finding in found.findings:
        test: Mapping[str, Any] = finding.tests.get("group", {})
        took = sorted(finding.member_ids() & wanted)
        if not test.get("passed") or len(took) < FEWEST:
            continue
        _tell(made, "text", finding, took, float(len(took)))
        made.posts["text"] = [*made.posts.get("text", []), *finding.posts]
        for uid in finding.member_ids() & {*group, *beside}:
            made.partners[uid] = made.partners.get(uid, 0) + 1


def _flood(made: Afterwards, records: Records, group: list[str], beside: list[str], seed: int) -> None:
    """The flood (detectors/flood) that enough of the group made. Where nearly all who answer somebody are the group's
    own, nobody is left to tell how often answers meet; how often they come in other weeks still tells.

    Read in all posts: what is usual lies before the wave."""
    found = flood.detect(records, flood.DETECTOR.defaults(), seed, no_progress)
    wanted = set(group)
    for finding in found.findings:
        took = sorted(finding.member_ids() & wanted)
        # Who comes again and again does so alone; the same words and pictures are nobody's own.
        against = {point["code"] for alternative in finding.alternatives for point in alternative["against"]}
        if not finding.tests["group"]["passed"] or "replies_that_repeat" not in against or len(took) < FEWEST:
            continue
        _tell(made, "reply", finding, took, finding.observed)
        answered = found.tables["signals"].filter(name="flood_replies").select("account", "value")
        asked = finding.member_ids() & {*group, *beside}
        made.partners |= {uid: int(value) for uid, value in answered.rows() if uid in asked}


def _tell(made: Afterwards, layer: str, finding: Finding, took: list[str], observed: float | None) -> None:
    made.shared.append(
        {
            "layer": layer, "accounts": took, "observed": observed, "expected": finding.expected,
            "p": finding.tests["group"].get("p"), "posts": finding.posts,
        }
    )  # fmt: skip
