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
# Days: where nobody tells what is usual, only more followers within a month than in all the time before are told.
_DOUBLED: Final = 31.0


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
    """own_past, peers, or none where neither tells what is usual."""
    expected_per_day: float | None
    z: float | None
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
    def ratio(self) -> float | None:
        return None if self.expected_per_day is None else self.gained / self.days / max(self.expected_per_day, 1e-9)

    @property
    def expected(self) -> float | None:
        """Followers usual in this time."""
        return None if self.expected_per_day is None else self.expected_per_day * self.days


@dataclass(frozen=True, slots=True)
class _Run:
    """Intervals one after the other, each faster than usual."""

    rows: list[dict[str, Any]]
    expected: float | None
    z: float | None
    baseline: str

    @property
    def gained(self) -> int:
        return int(self.rows[-1]["until"] - self.rows[0]["since"])

    def sudden(self, limits: Limits) -> bool:
        """However often it was counted: what counts is what came in all."""
        first, until = self.rows[0], self.rows[-1]["until"]
        enough = self.gained >= max(limits.gained, limits.share * first["since"])
        return bool(enough and until >= _NEW_HEIGHT * first["height"])


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
    """The largest sudden growth of one entity, of those something tells what is usual of where there are any."""
    runs: list[_Run] = []
    calm: list[float] = []
    current: _Run | None = None
    for row in part.iter_rows(named=True):
        usual = _usual(row, calm, peers, limits)
        expected, z, baseline = None, None, "none"
        if usual is None:
            faster = row["days"] <= _DOUBLED and row["gained"] >= max(row["since"], 1)
        else:
            expected, scale, baseline = usual
            z = (row["per_day"] - expected) / scale
            faster = row["gained"] > 0 and row["per_day"] >= limits.ratio * expected and z >= limits.z
        if faster and current is not None:
            current.rows.append(row)
        elif faster:
            current = _Run([row], expected, z, baseline)
            runs.append(current)
        else:
            if current is not None and not current.sudden(limits):
                calm += [one["per_day"] for one in current.rows]
            current = None
            calm.append(row["per_day"])
    sudden = [run for run in runs if run.sudden(limits)]
    if not sudden:
        return None
    best = max(sudden, key=lambda run: (run.baseline != "none", run.gained))
    own = pl.DataFrame([dict(zip(ENTITY, entity, strict=True))])
    listed = peers.rename({"relative": "_"}).select(*ENTITY, pl.col("per_day").round(4)).to_dicts()
    return Jump(
        *entity, rows.join(own, on=ENTITY, how="semi"), best.rows[0]["row"], best.rows[-1]["row"] + 1, best.baseline,
        best.expected, best.z, listed if best.baseline == "peers" else [],
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
