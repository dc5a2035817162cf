"""The finding of `flood`: whom it met, when, by whom, with what; and whether it is more than people who are angry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log10
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from scipy.stats import binom

from detectors import verdict
from detectors.base import OUTPUTS
from detectors.flood.repliers import HOUR, Repeats, ages
from detectors.flood.replies import Answers
from detectors.scopes import Covered
from records.finding import Finding, Json, instant

if TYPE_CHECKING:
    from detectors.base import Detector

_ORDINARY: Final = 10
"""People who answered outside of floods: with fewer nobody knows who usually answers."""
# Half of a crowd's answers by people who were in five floods: whoever is angry writes once or twice.
_AGAIN: Final = 5
_AGAIN_SHARE: Final = 0.5
_REPEATED: Final = 0.2
_POSTS: Final = 2_000
_CROWD: Final = 2_000
_LISTED: Final = 20
_POSTS_EACH: Final = 60
_TARGETS: Final = 50
_WEEKS_SHOWN: Final = 4
_MEMBER: Final = 0.5
"""Score from which somebody who answered in a flood is a member: being there often is not enough, nor is being new."""
_CAP: Final = 10.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What sets the people of a flood apart from those who usually answer."""

    total: int
    new: int
    woken: int
    share: float
    usual_share: float | None
    ordinary: int
    p: float | None
    """Chance of as many new or woken ones among ordinary repliers."""
    p_woken: float | None
    strange: bool
    again_share: float
    repeated_share: float
    usual_repeated: float
    again: bool
    repeated: bool

    @property
    def passed(self) -> bool | None:
        """Other people than usual, and the same ones again and again or with the same words; None where nobody knows who
        is usual."""
        return None if self.p is None else self.strange and (self.again or self.repeated)


def marks(rows: pl.DataFrame, who: pl.DataFrame, ratio: float, alpha: float) -> Marks:
    """What the accounts of `who` (flood_repliers.repliers) show in the answers of `rows`."""
    crowd, usual = who.filter(pl.col("flood") > 0), who.filter(pl.col("flood") == 0)
    # Whether they slept is asked of the usual people too, or of nobody: who is watched is not the only one who sleeps.
    asked = usual.drop_nulls("woken")
    usual = asked if asked.height >= _ORDINARY else usual
    woken = pl.col("woken").fill_null(False) & (asked.height >= _ORDINARY)
    strange = int(crowd.select((pl.col("new") | woken).sum()).item())
    asleep = int(crowd.select((woken & ~pl.col("new")).sum()).item())
    before = int(usual.select((pl.col("new") | woken).sum()).item())
    asleep_before = int(usual.select((woken & ~pl.col("new")).sum()).item())
    total, ordinary = crowd.height, usual.height
    share = strange / max(total, 1)
    p = p_woken = None
    if ordinary >= _ORDINARY and total:
        p = float(binom.sf(strange - 1, total, (before + 1) / (ordinary + 2)))
        p_woken = float(binom.sf(asleep - 1, total, (asleep_before + 1) / (ordinary + 2)))
    flood, calm = rows.filter("flood"), rows.filter(~pl.col("flood"))
    again = int(crowd.filter(pl.col("hours") >= _AGAIN)["flood"].sum()) / max(flood.height, 1)
    repeated = float(flood["repeated"].mean() or 0.0)  # type: ignore[arg-type]
    usually = (int(calm["repeated"].sum()) + 1) / (calm.height + 2)
    return Marks(
        total=total,
        new=int(crowd["new"].sum()),
        woken=asleep,
        share=share,
        usual_share=before / ordinary if ordinary >= _ORDINARY else None,
        ordinary=ordinary,
        p=p,
        p_woken=p_woken,
        strange=p is not None and p <= alpha and share >= ratio * before / ordinary,
        again_share=again,
        repeated_share=repeated,
        usual_repeated=usually,
        again=again >= _AGAIN_SHARE,
        repeated=repeated >= _REPEATED and repeated >= ratio * usually,
    )


def members(who: pl.DataFrame) -> pl.DataFrame:
    return who.filter((pl.col("flood") > 0) & (pl.col("score") >= _MEMBER)).sort(
        ["score", "account"], descending=[True, False]
    )


def finding(
    found: Answers,
    rows: pl.DataFrame,
    cells: pl.DataFrame,
    who: pl.DataFrame,
    seen: Marks,
    windows: list[Json],
    repeated: tuple[list[Repeats], list[Repeats]],
    scope: Covered,
    parameters: Mapping[str, Any],
    detector: "Detector",
    seed: int,
) -> tuple[Finding, frozenset[str]]:
    """The finding, and the uids of all its posts. `windows` has a row a width with `passed`, as tests.synchrony holds it."""
    hit = cells.filter("beyond")
    passed = seen.passed
    # Where nothing sets a few of them apart, everybody who answered is meant, and nobody is accused.
    crowd = members(who) if passed else who.filter(pl.col("flood") > 0).head(_CROWD)
    flood = rows.filter("flood")
    mine = flood.join(crowd.select("account"), on="account", how="semi").sort("at", "post")
    platforms = sorted(flood["platform"].unique().to_list())
    reasons = [] if all(scope.platform(platform) for platform in platforms) else ["coverage"]
    if seen.p is None:
        reasons.append("no_baseline")
    crowd_only = not seen.strange and not seen.again
    traps = [
        verdict.trap("breaking_news", explains=True, new_or_woken=round(seen.share, 3), again=round(seen.again_share, 3))
    ] if crowd_only and seen.p is not None else []  # fmt: skip
    expected = float(hit["expected"].sum())
    baseline = rows.filter(~pl.col("flood"))
    first = flood["at"].min()
    past = baseline.filter(pl.col("at") < first)
    strength = sum(
        min(-log10(max(q, 1e-300)), _CAP) for q in hit.group_by("target").agg(pl.col("q").min())["q"].to_list()
    )
    made = Finding(
        detector=detector.name,
        detector_version=detector.version,
        title_code="flood.replies",
        score=round(strength * (1.0 if passed else 0.1), 3),
        members=[
            {
                "platform": row["platform"], "id": row["author_id"], "kind": "account", "role": "commenter",
                "score": row["score"], "action": "investigate" if passed else "none",
            }
            for row in crowd.iter_rows(named=True)
        ],
        posts=mine.head(_POSTS).select("platform", "post_id").to_dicts(),
        parameters={name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()},
        evidence={
            "targets": _targets(found, rows, cells, hit),
            "repliers": {
                "total": seen.total, "young_under_days": float(parameters["young_days"]), "new": seen.new,
                "woken": seen.woken, "share": round(seen.share, 4),
                "usual_share": None if seen.usual_share is None else round(seen.usual_share, 4),
                "ratio": round(seen.share / seen.usual_share, 2) if seen.usual_share else None,
                "ages": ages(who.filter(pl.col("flood") > 0)),
            },
            "texts": [_repeat(one, "text", flood) for one in repeated[0][:_LISTED]],
            "media": [_repeat(one, "media_hash", flood) for one in repeated[1][:_LISTED]],
            "baseline": {
                "since": instant(past["at"].min()) if past.height else None,
                "until": instant(past["at"].max()) if past.height else None,
                "replies": past.height,
                "collections": list(scope.names),
            },
        },
        reasons=reasons,
        targets=[
            {"platform": platform, "account_id": name, "name": found.names.get(target, name)}
            for target, platform, name in flood.select("target", "platform", "target_id").unique().sort("target").rows()
        ],
        first_seen=instant(mine["at"].min()),
        last_seen=instant(mine["at"].max()),
        layers=["reply", *(["text"] if repeated[0] and seen.repeated else []), *(["media"] if repeated[1] else [])],
        windows=[{name: row[name] for name in ("window_seconds", "observed", "expected", "p", "q")} for row in windows],
        observed=float(flood.height),
        expected=round(expected, 2),
        comparison={"population": "same_hour_of_the_week", "size": hit.height},
        # As many of those who answered as usual people would be new or woken by themselves.
        expected_false_flags=None if seen.usual_share is None else round(seen.usual_share * crowd.height, 2),
        signs=["reply", *(["wake"] if seen.p_woken is not None and seen.p_woken <= float(parameters["alpha"]) else [])],
        tests={
            "group": {
                "passed": passed, "p": _short(seen.p), "q": _short(seen.p), "statistic": round(seen.share, 4), "draws": 0,
                "method": "binomial_of_usual_repliers",
            },
            "synchrony": [{name: row[name] for name in ("window_seconds", "observed", "expected", "p", "passed")}
                          for row in windows],
            "deception": [], "traps": traps, "reasons": [],
        },
        alternatives=_alternatives(seen),
        disarm=list(detector.disarm) if passed else [],
        seed=seed,
    )  # fmt: skip
    return made, frozenset(mine["post"].to_list())


def signals(who: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Of everybody who answered in a flood the score and how often; of everybody flooded, how much and since when."""
    there = who.filter(pl.col("flood") > 0)
    parts = [
        there.select("account", pl.lit(name).alias("name"), pl.col(column).cast(pl.Float64()).alias("value"))
        for name, column in (("flood_score", "score"), ("flood_replies", "flood"), ("flood_targets", "targets"))
    ]
    hit = cells.filter("beyond").group_by("target").agg(
        pl.len().alias("flooded_hours"), pl.col("observed").sum().alias("flooded_replies"),
        pl.col("expected").sum().alias("flooded_usual"), pl.col("bin").min().alias("flooded_at"),
    )  # fmt: skip
    parts += [
        hit.select(
            pl.col("target").alias("account"),
            pl.lit(name).alias("name"),
            pl.col(name).cast(pl.Float64()).alias("value"),
        )
        for name in ("flooded_hours", "flooded_replies", "flooded_usual", "flooded_at")
    ]
    return pl.concat(parts).cast(OUTPUTS["signals"]).sort("account", "name")  # type: ignore[arg-type]


def _targets(found: Answers, rows: pl.DataFrame, cells: pl.DataFrame, hit: pl.DataFrame) -> list[Json]:
    begin = int(hit["bin"].min()) - _WEEKS_SHOWN * 7 * 24 * HOUR  # type: ignore[arg-type]
    counted = (
        rows.filter("flood")
        .group_by("target")
        .agg(pl.len().alias("replies"), pl.col("account").n_unique().alias("who"))
    )
    made = []
    for target, replies, who in counted.sort(["replies", "target"], descending=[True, False]).head(_TARGETS).rows():
        mine = cells.filter(pl.col("target") == target)
        peak = mine.filter("beyond").sort(["q", "p", "bin"]).row(0, named=True)
        platform, _, name = str(target).partition(":")
        shown = mine.filter(pl.col("bin") >= begin).sort("bin")
        made.append(
            {
                "platform": platform,
                "account_id": name,
                "series": [
                    {
                        "at": _hour(row["bin"]), "observed": row["observed"],
                        "expected": None if row["expected"] is None else round(row["expected"], 4), "high": row["high"],
                    }
                    for row in shown.iter_rows(named=True)
                ],
                "peak": {
                    "at": _hour(peak["bin"]),
                    "test": {
                        "observed": peak["observed"], "expected": round(peak["expected"], 4), "p": _short(peak["p"]),
                        "q": _short(peak["q"]),
                    },
                },
                "replies": replies,
                "repliers": who,
            }
        )  # fmt: skip
    return made


def _repeat(one: Repeats, name: str, flood: pl.DataFrame) -> Json:
    shown = one.posts.head(_POSTS_EACH).select("platform", "post_id").to_dicts()
    return {name: one.shown, "posts": shown, "accounts": one.posts["account"].n_unique()}


def _alternatives(seen: Marks) -> list[Json]:
    def point(code: str, observed: float, expected: float | None) -> Json:
        return {
            "code": code,
            "observed": round(observed, 3),
            "expected": None if expected is None else round(expected, 3),
        }

    strange = point("new_or_woken_repliers", seen.share, seen.usual_share)
    again = point("same_accounts_again", seen.again_share, None)
    words = point("replies_that_repeat", seen.repeated_share, seen.usual_repeated)
    news_for = [
        *([] if seen.strange else [strange]),
        *([] if seen.again else [again]),
        *([] if seen.repeated else [words]),
    ]
    news_against = [
        *([strange] if seen.strange else []),
        *([again] if seen.again else []),
        *([words] if seen.repeated else []),
    ]
    return [
        {"code": "breaking_news", "for": news_for, "against": news_against},
        {"code": "diaspora", "for": [], "against": [strange] if seen.strange else []},
    ]


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _hour(epoch: int) -> str:
    return instant(datetime.fromtimestamp(epoch, UTC))
