"""Old accounts that slept, then woke together as somebody else; their owners may be victims.

Silences first, then what changed about each account, then whether the changed woke in step, then whether they did
anything together afterwards. One account alone is never a finding: people do come back, with a new phone, from abroad,
for an election.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import polars as pl

from detectors.base import OUTPUTS, Detection, Detector, Parameter, Progress
from detectors.groups.layers import LEAST
from detectors.hijack import changes as changing
from detectors.hijack.after import DAYS, afterwards
from detectors.hijack.examples import HIT, MISS
from detectors.hijack.finding import DISARM, Told, finding
from detectors.hijack.sleep import Slept, slept
from detectors.hijack.wave import DAY, Wave, waves
from records.finding import Finding, Json
from records.store import Records, query

_VERSION: Final = "1"
_GROWS: Final = 1
"""Changes an account may lack if it woke with the others and acts with them: the group tells more than one profile."""
_NEAREST: Final = 20
"""Members after it, in the order of waking, each member is linked with: all pairs of a thousand tell nothing more."""

PARAMETERS: Final = (
    Parameter("min_gap_days", 180, "days", "half a year: longer than holidays, illness and most leave"),
    Parameter("gap_ratio", 10, "times the own median gap", "who posts once a month does not sleep between posts"),
    Parameter("min_posts_before", 20, "posts", "fewer do not show what somebody's habits were"),
    Parameter("min_posts_after", 10, "posts", "fewer do not show what the habits are now"),
    Parameter("min_changes", 3, "changes", "a new phone is one, a new country two; three are somebody else's habits"),
    Parameter("wave_days", 14, "days", "accounts bought together are put to use within days of each other"),
    Parameter("min_accounts", 5, "accounts", "fewer who come back in a fortnight are an accident of any larger case"),
    Parameter("draws", 999, "worlds", "with which a chance of one in a thousand can be shown"),
    Parameter("alpha", 0.01, "probability", "at most one case in a hundred may hold any wave that is chance"),
)


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """One finding a wave; signals of every account that slept, and links of those that woke together."""
    values = dict(parameters)
    progress("looking for silences", 0.0)
    found = slept(records, values)
    notes: dict[str, Any] = {"accounts_with_enough_posts": found.posted, "accounts_that_slept": found.accounts.height}
    if not found.accounts.height:
        return Detection(notes=notes)
    progress("comparing before and after", 0.3)
    changes, kept = changing.changes(records, found)
    made: list[Told] = []
    for covered in (True, False):
        accounts = found.accounts.filter((pl.col("coverage").list.len() > 0) == covered)
        for wave in _waves(accounts.filter(~pl.col("account").is_in(kept)), changes, values, seed):
            progress("what they did afterwards", 0.5 + 0.1 * min(len(made), 4))
            told = _told(records, accounts, wave, (changes, kept), covered, values, seed)
            if told:
                made.append(told)
    progress("writing findings", 0.95)
    findings, posts = [], {}
    for told in made:
        one = finding(told, _with_ages(records, found), int(values["draws"]), values, _VERSION, seed)
        one.targets = _targets(records, told)
        findings.append(one)
        posts[one.id] = frozenset(told.posts.select(pl.format("{}:{}", "platform", "post_id")).to_series().to_list())
    notes |= {
        "accounts_changed": sum(len(one) >= values["min_changes"] for one in changes.values()),
        "waves": len(made),
    }
    tables = {"signals": _signals(found, changes, made), "links": _links(found, made, values)}
    return Detection(findings=_ranked(findings), tables=tables, posts=posts, notes=notes)


def _ranked(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (-one.score, one.id))


def _waves(
    accounts: pl.DataFrame, changes: dict[str, list[Json]], values: Json, seed: int
) -> list[tuple[list[str], Wave]]:
    """Waves among those with enough changes, with their members' uids."""
    names = accounts["account"].to_list()
    changed = [len(changes.get(name, ())) >= values["min_changes"] for name in names]
    rows = accounts.filter(pl.Series(changed, dtype=pl.Boolean()))
    slept_from = rows["last_before"].dt.epoch("us").to_numpy() / 1e6
    usual = rows["own_median_gap_days"].to_numpy() * values["gap_ratio"]
    found = waves(
        rows["woke_at"].dt.epoch("us").to_numpy() / 1e6,
        slept_from + usual.clip(min=values["min_gap_days"]) * DAY,
        rows["until"].dt.epoch("us").to_numpy() / 1e6,
        days=values["wave_days"],
        least=values["min_accounts"],
        draws=values["draws"],
        alpha=values["alpha"],
        seed=seed,
    )
    return [(rows["account"].gather(wave.members.tolist()).to_list(), wave) for wave in found]


def _told(
    records: Records,
    accounts: pl.DataFrame,
    wave: tuple[list[str], Wave],
    profiles: tuple[dict[str, list[Json]], frozenset[str]],
    covered: bool,
    values: Json,
    seed: int,
) -> Told | None:
    """The wave with those who woke in its days and act with it, without those who never do."""
    core, one = wave
    changes, kept = profiles
    moment = pl.col("woke_at").dt.epoch("us") / 1e6
    beside = accounts.filter(moment.is_between(one.since, one.until) & ~pl.col("account").is_in(core))
    near = [name for name in beside["account"] if len(changes.get(name, ())) >= values["min_changes"] - _GROWS]
    woke = accounts.filter(pl.col("account").is_in(core))["woke_at"]
    since, until = woke.min(), woke.max()
    assert since is not None and until is not None
    end = until + timedelta(days=DAYS)  # type: ignore[operator]
    after = afterwards(records, core, near, beside["account"].to_list(), since, end, values["alpha"], seed)
    members = core
    if after.any:
        joined = [name for name in near if after.partners.get(name, 0) >= LEAST]
        members = sorted([*(name for name in core if after.partners.get(name, 0)), *joined])
    if len(members) < values["min_accounts"]:
        return None
    posts = query(
        records,
        "SELECT platform || ':' || author_id AS account, platform, post_id, created_at FROM posts"
        " WHERE created_at BETWEEN $since AND $until ORDER BY created_at, platform, post_id",
        {"since": since, "until": end},
    ).filter(pl.col("account").is_in(members))
    unchanged = beside.filter(~pl.col("account").is_in(members)).height
    enough = LEAST if after.layers else 1  # one meeting may be chance, one copied text or flood is none
    themselves = sum(after.partners.get(name, 0) >= enough for name in beside["account"] if name in kept)
    return Told(members, one, unchanged, themselves, after, changes, covered, posts)


def _with_ages(records: Records, found: Slept) -> Slept:
    ages = query(records, "SELECT platform || ':' || account_id AS account, created_at AS made_at FROM accounts")
    accounts = found.accounts.join(ages.unique("account"), on="account", how="left", maintain_order="left")
    return Slept(accounts, found.strips, found.posted)


def _targets(records: Records, told: Told) -> list[Json]:
    """Watched people whom the members answered or named."""
    rows = query(
        records,
        """
        SELECT DISTINCT targets.platform, targets.account_id, targets.name, posts.platform || ':' || posts.post_id AS post
        FROM posts INNER JOIN targets ON targets.platform = posts.platform
        WHERE posts.in_reply_to_account_id = targets.account_id OR list_contains(posts.mentions, targets.account_id)
        """,
    )
    posts = told.posts.select(pl.format("{}:{}", "platform", "post_id").alias("post"))
    named = rows.join(posts, on="post", how="semi").drop("post").unique()
    return named.sort("platform", "account_id").to_dicts()


def _signals(found: Slept, changes: dict[str, list[Json]], made: list[Told]) -> pl.DataFrame:
    """dormant_days, woke_at, changes of every account that slept; wave_at (first awakening) and wave_p of those in a wave."""
    rows = found.accounts.select("account", dormant_days="gap_days", woke_at=pl.col("woke_at").dt.epoch("us") / 1e6)
    counts = pl.Series([float(len(changes.get(name, ()))) for name in rows["account"]], dtype=pl.Float64())
    long = rows.with_columns(changes=counts).unpivot(index="account", variable_name="name")
    waves = [
        {"account": uid, "name": name, "value": value}
        for told in made
        for uid in told.members
        for name, value in (("wave_at", told.wave.since), ("wave_p", told.wave.p))
    ]
    frame = pl.DataFrame(waves, schema=OUTPUTS["signals"])
    return pl.concat([long.cast(OUTPUTS["signals"]), frame])  # type: ignore[arg-type]


def _links(found: Slept, made: list[Told], values: Json) -> pl.DataFrame:
    """Members of one wave, each with the next in the order of waking."""
    woke = dict(found.accounts.select("account", pl.col("woke_at").dt.epoch("us")).rows())
    rows = []
    for told in made:
        order = sorted(told.members, key=lambda uid: (woke[uid], uid))
        for place, one in enumerate(order):
            for other in order[place + 1 : place + 1 + _NEAREST]:
                source, target = sorted((one, other))
                rows.append(
                    {
                        "source": source, "target": target, "layer": "wake", "weight": 1,
                        "window_seconds": int(values["wave_days"] * DAY),
                        "mean_time_delta": (woke[other] - woke[one]) / 1e6,
                        "expected": None, "z": None, "q": told.wave.p,
                    }
                )  # fmt: skip
    return pl.DataFrame(rows, schema=OUTPUTS["links"])


DETECTOR: Final = Detector(
    name="hijack",
    version=_VERSION,
    title="Accounts that woke as somebody else",
    question="Which old accounts fell silent for months, then came back together with other habits, and acted together?",
    definition="Five or more accounts that were silent for half a year, came back within a fortnight of each other more"
    " often than chance allows, each changed in three ways or more, and then did the same things at the same moments.",
    parameters=PARAMETERS,
    false_positives=(
        "people who return from leave, illness or abroad, each at a time of their own",
        "people who come back for an election, with their old habits and words of their own",
        "a new phone, a second language, a name changed openly",
        "data gathered by keyword, in which everybody seems to sleep",
        "an account sold or given to somebody else with its owner's consent",
    ),
    must_see="the last posts before the silence beside the first after it, each change with its posts, and the wave;"
    " the owner may be a victim",
    disarm=DISARM,
    hit=HIT,
    miss=MISS,
    detect=detect,
)
