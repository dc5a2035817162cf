"""How fast followers come: each count against the one before, and against what is usual for this account or its peers."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from records.store import Records, query

ENTITY: Final = ["platform", "id", "kind"]
_COUNTS: Final = """
    SELECT platform, entity_id AS id, entity_kind AS kind, observed_at AS at, followers, interactions, 'metrics' AS source
    FROM metrics WHERE entity_kind <> 'post' AND followers IS NOT NULL
    UNION ALL
    SELECT platform, account_id, 'account', observed_at, followers, interactions, 'profile'
    FROM account_history WHERE followers IS NOT NULL
    UNION ALL
    SELECT platform, account_id, 'account', observed_at, followers, NULL, 'profile'
    FROM accounts WHERE followers IS NOT NULL AND observed_at IS NOT NULL
"""
# Counts taken within six hours of each other are one look: the day's rhythm is no growth.
_APART_DAYS: Final = 0.25
# Deviations are never smaller than a tenth of what is usual, or a twentieth of a per cent of the followers a day: pages
# that gain the same number every day are no promise.
_FLOOR: Final = (0.1, 0.0005)
# Fewer intervals of its own say nothing of what is usual; four robust ones do, roughly.
_OWN: Final = 4
# A count hardly above one it had before is a purge undone, not growth.
_NEW_HEIGHT: Final = 1.1


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on growth is sudden."""

    gained: int
    share: float
    ratio: float
    z: float
    peers: int


@dataclass(frozen=True, slots=True)
class Jump:
    """Sudden growth of one account or page, one or several counts long."""

    platform: str
    id: str
    kind: str
    counts: pl.DataFrame
    """All its counts: at, followers, interactions; in time order."""
    since: int
    until: int
    """Rows of `counts`: the count before the growth and the one after."""
    baseline: str
    """own_past or peers."""
    expected_per_day: float
    z: float
    peers: list[dict[str, Any]]

    @property
    def uid(self) -> str:
        return f"{self.platform}:{self.id}"

    def at(self, row: int) -> Any:
        return self.counts["at"][row]

    def followers(self, row: int) -> int:
        return int(self.counts["followers"][row])

    @property
    def gained(self) -> int:
        return self.followers(self.until) - self.followers(self.since)

    @property
    def days(self) -> float:
        return float((self.at(self.until) - self.at(self.since)).total_seconds() / 86_400)

    @property
    def ratio(self) -> float:
        return self.gained / self.days / max(self.expected_per_day, 1e-9)


def counts(records: Records) -> pl.DataFrame:
    """Follower counts of everybody counted at least twice: `platform`, `id`, `kind`, `at`, `followers`, `interactions`.

    One source an entity, that with more counts: a profile page and a counter may not count the same.
    """
    rows = query(records, _COUNTS).sort(*ENTITY, "source", "at", "followers")
    sizes = rows.group_by("platform", "id", "source").len()
    best = sizes.sort(["len", "source"], descending=[True, False]).unique(["platform", "id"], keep="first")
    rows = rows.join(best, on=["platform", "id", "source"], how="semi")
    # A look counted twice is one look; the later count of it stands.
    gap = (pl.col("at").shift(-1) - pl.col("at")).over(ENTITY).dt.total_seconds() / 86_400
    rows = rows.filter((gap >= _APART_DAYS) | gap.is_null())
    return rows.filter(pl.len().over(ENTITY) >= 2).select(*ENTITY, "at", "followers", "interactions")


def intervals(rows: pl.DataFrame) -> pl.DataFrame:
    """Between each count and the next: `row` (of the earlier one within its entity), `days`, `gained`, `since`, `until`,
    `per_day`, `relative` (gained a day and follower)."""
    made = rows.with_columns(
        pl.int_range(pl.len()).over(ENTITY).alias("row"),
        (pl.col("at").shift(-1) - pl.col("at")).over(ENTITY).dt.total_seconds().alias("seconds"),
        pl.col("followers").shift(-1).over(ENTITY).alias("until"),
        pl.col("followers").cum_max().over(ENTITY).alias("height"),
    ).drop_nulls("until")
    made = made.with_columns((pl.col("seconds") / 86_400).alias("days"), pl.col("followers").alias("since"))
    made = made.with_columns((pl.col("until") - pl.col("since")).alias("gained"))
    per_day = pl.col("gained") / pl.col("days")
    return made.with_columns(
        per_day.alias("per_day"), (per_day / pl.max_horizontal(pl.col("since"), 1)).alias("relative")
    )


def jumps(rows: pl.DataFrame, limits: Limits, asked: pl.DataFrame) -> list[Jump]:
    """Sudden growth of the entities of `asked` (`platform`, `id`), the largest first."""
    steps = intervals(rows)
    overall = steps.group_by(ENTITY).agg(
        (pl.col("gained").sum() / pl.col("days").sum()).alias("per_day"),
        pl.col("relative").median().alias("relative"),
    )
    made = []
    wanted = steps.join(asked, on=["platform", "id"], how="semi")
    for (platform, id_, kind), part in wanted.group_by(ENTITY, maintain_order=True):
        peers = overall.filter(
            (pl.col("platform") == platform) & (pl.col("kind") == kind) & (pl.col("id") != id_)
        ).sort("platform", "id")
        jump = _jump(part, rows, peers, limits, (str(platform), str(id_), str(kind)))
        if jump is not None:
            made.append(jump)
    return sorted(made, key=lambda one: (-one.gained, one.uid))


def _jump(
    part: pl.DataFrame, rows: pl.DataFrame, peers: pl.DataFrame, limits: Limits, entity: tuple[str, str, str]
) -> Jump | None:
    """The sudden growth of one entity: from the first interval beyond usual to the last that follows it so."""
    beyond: list[tuple[int, float, float, str]] = []
    calm: list[float] = []
    for row in part.iter_rows(named=True):
        usual = _usual(row, calm, peers, limits)
        if usual is None:
            calm.append(row["per_day"])
            continue
        expected, scale, baseline = usual
        z = (row["per_day"] - expected) / scale
        sudden = (
            row["gained"] >= max(limits.gained, limits.share * row["since"])
            and row["until"] >= _NEW_HEIGHT * row["height"]
            and row["per_day"] >= limits.ratio * expected
            and z >= limits.z
        )
        if sudden:
            beyond.append((row["row"], expected, z, baseline))
        else:
            calm.append(row["per_day"])
    if not beyond:
        return None
    first, expected, z, baseline = beyond[0]
    last = first
    for row_, *_ in beyond:
        last = row_ if row_ == last + 1 else last
    own = pl.DataFrame([dict(zip(ENTITY, entity, strict=True))])
    listed = peers.rename({"relative": "_"}).select(*ENTITY, pl.col("per_day").round(4)).to_dicts()
    return Jump(
        *entity, rows.join(own, on=ENTITY, how="semi"), first, last + 1, baseline, expected, z,
        listed if baseline == "peers" else [],
    )  # fmt: skip


def _usual(
    row: dict[str, Any], calm: list[float], peers: pl.DataFrame, limits: Limits
) -> tuple[float, float, str] | None:
    """Gain a day that is usual at this time, its robust deviation, and whose; None where nobody tells."""
    floor = _FLOOR[1] * row["since"]
    if len(calm) >= _OWN:
        middle = float(np.median(calm))
        deviation = 1.4826 * float(np.median(np.abs(np.array(calm) - middle)))
        return max(middle, 0.0), max(deviation, _FLOOR[0] * abs(middle), floor, 1.0), "own_past"
    if peers.height < limits.peers:
        return None
    rates = peers["relative"].to_numpy()
    middle = float(np.median(rates))
    deviation = 1.4826 * float(np.median(np.abs(rates - middle)))
    # Peers are of all sizes: what they gain for each follower they have is compared.
    return max(middle, 0.0) * row["since"], max(deviation * row["since"], floor, 1.0), "peers"
