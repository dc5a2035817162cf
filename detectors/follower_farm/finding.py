"""One finding of `follower_farm`: whose followers came how fast, who they are, and what cannot be said of whom."""

from collections.abc import Mapping
from math import log2
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from scipy.stats import binom

from detectors.base import OUTPUTS
from detectors.follower_farm.growth import ENTITY, Jump, intervals
from detectors.follower_farm.interest import Interest
from detectors.follower_farm.signs import SIGNS, Sample
from detectors.scopes import Covered
from records.finding import Finding, Json, instant
from records.store import Records, query

if TYPE_CHECKING:
    from detectors.base import Detector

_LISTED: Final = 2_000
_SETTLES: Final = 4  # widths tried: each pays for the others


def finding(
    records: Records,
    jump: Jump,
    found: Sample,
    interest: Interest,
    scope: Covered,
    parameters: Mapping[str, Any],
    detector: "Detector",
    seed: int,
) -> Finding:
    """The finding on one page or account whose followers leapt."""
    alpha, fewest = float(parameters["alpha"]), int(parameters["min_sample"])
    rows, size = found.followers, found.followers.height
    farm = rows.filter(pl.col("signs") >= int(parameters["min_signs"]))
    share = farm.height / max(size, 1)
    enough = size >= fewest
    p = float(binom.sf(farm.height - 1, size, found.usual)) if enough and farm.height else 1.0
    # Some public or other shows more such signs than the case's other accounts do: beyond chance is not yet a farm.
    passed = p <= alpha and share >= float(parameters["min_farm_share"]) * found.part if enough else None
    name = query(
        records,
        "SELECT name FROM pages WHERE platform = $platform AND page_id = $id UNION ALL"
        " SELECT coalesce(display_name, handle) FROM accounts WHERE platform = $platform AND account_id = $id LIMIT 1",
        {"platform": jump.platform, "id": jump.id},
    )["name"].to_list()  # fmt: skip
    reasons = []
    if not enough or not scope.account(jump.platform, jump.id, *_handles(records, jump)):
        reasons.append("coverage")
    if not found.chronological:
        reasons.append("order_unknown")
    if jump.baseline == "none":
        reasons.append("no_baseline")
    synchrony = [{**row, "passed": row["p"] * _SETTLES <= alpha} for row in found.widths] if passed else []
    if not any(row["passed"] for row in synchrony):
        # Old accounts bought together were not made together: that speaks neither for nor against the other signs.
        synchrony = []
    posts = _posts(records, jump)
    return Finding(
        detector=detector.name,
        detector_version=detector.version,
        title_code="follower_farm.jump",
        score=round(log2(max(jump.ratio or 1.0, 1.0)) * (1.0 if passed else 0.1), 3),
        members=[
            # Whoever is followed need not have asked for it: followers are planted on opponents too.
            {"platform": jump.platform, "id": jump.id, "kind": jump.kind, "role": "target", "score": 0.0, "action": "none"},
            *(
                {
                    "platform": jump.platform, "id": row["account_id"], "kind": "account", "role": "follower",
                    "score": float(row["signs"]), "action": "investigate",
                }
                for row in farm.sort("account").iter_rows(named=True)
                if passed
            ),
        ],
        posts=posts,
        parameters=dict(parameters),
        evidence=_evidence(jump, found, interest, farm.height, share, int(parameters["min_signs"])),
        reasons=reasons,
        targets=[{"platform": jump.platform, "account_id": jump.id, "name": (name or [None])[0] or jump.id}],
        first_seen=instant(jump.at(jump.since)),
        last_seen=instant(jump.at(jump.until)),
        windows=[{**{k: row[k] for k in ("window_seconds", "observed", "expected", "p")},
                  "q": min(row["p"] * _SETTLES, 1.0)} for row in found.widths],
        observed=float(jump.gained),
        expected=None if jump.expected is None else round(jump.expected, 2),
        comparison=_comparison(jump),
        expected_false_flags=round(found.usual * size, 3) if enough else None,
        signs=["follow", *(["engagement"] if interest.lacking else [])],
        tests={
            "group": {
                "passed": passed, "p": float(f"{p:.3g}") if enough else None, "q": float(f"{p:.3g}") if enough else None,
                "statistic": float(farm.height), "draws": 0, "method": "binomial_of_other_accounts",
            },
            "synchrony": synchrony,
            "deception": [{"code": "farm", "evidence": {"followers": size, "farm": farm.height, "share": round(share, 3)}}]
            if passed
            else [],
            "traps": [],
            "reasons": [],
        },
        alternatives=_alternatives(jump, found, interest, share),
        disarm=list(detector.disarm) if passed else [],
        seed=seed,
    )  # fmt: skip


def signals(jump: Jump, found: Sample, needed: int) -> pl.DataFrame:
    """The page's growth and the signs of each sampled follower."""
    size = max(found.followers.height, 1)
    farm = found.followers.filter(pl.col("signs") >= needed).height
    rows = [
        (jump.uid, "followers_gained", float(jump.gained)),
        *([(jump.uid, "followers_usual", jump.expected)] if jump.expected is not None else []),
        (jump.uid, "follower_surge_at", jump.at(jump.since).timestamp()),
        (jump.uid, "follower_surge_days", jump.days),
        (jump.uid, "farm_share", farm / size),
    ]
    made = pl.DataFrame(rows, schema=OUTPUTS["signals"], orient="row")
    each = found.followers.select("account", pl.lit("farm_signs").alias("name"), pl.col("signs").alias("value"))
    return pl.concat([made, each.cast(OUTPUTS["signals"])])  # type: ignore[arg-type]


def _handles(records: Records, jump: Jump) -> list[str]:
    rows = records.execute(
        "SELECT handle FROM accounts WHERE platform = $platform AND account_id = $id AND handle IS NOT NULL UNION"
        " SELECT handle FROM pages WHERE platform = $platform AND page_id = $id AND handle IS NOT NULL ORDER BY 1",
        {"platform": jump.platform, "id": jump.id},
    ).fetchall()
    return [str(row[0]) for row in rows]


def _posts(records: Records, jump: Jump) -> list[Json]:
    """The page's own posts, whose reactions were counted; newest first."""
    return query(
        records,
        "SELECT platform, post_id FROM posts WHERE platform = $platform AND author_id = $id AND likes IS NOT NULL"
        " ORDER BY created_at DESC, post_id LIMIT 200",
        {"platform": jump.platform, "id": jump.id},
    ).to_dicts()


def _comparison(jump: Jump) -> Json:
    if jump.baseline == "none":
        return {}
    if jump.baseline == "own_past":
        return {"population": "own_earlier_counts", "size": jump.since}
    population = "accounts_of_the_platform" if jump.kind == "account" else "pages_of_the_platform"
    return {"population": population, "size": len(jump.peers)}


def _evidence(jump: Jump, found: Sample, interest: Interest, farm: int, share: float, needed: int) -> Json:
    listed = found.followers
    if listed.height > _LISTED:
        listed = listed.gather_every(-(-listed.height // _LISTED))
    return {
        "entity": {"platform": jump.platform, "id": jump.id, "kind": jump.kind},
        "counts": [
            {"at": instant(row["at"]), "followers": row["followers"], "interactions": row["interactions"]}
            for row in jump.counts.iter_rows(named=True)
        ],
        "growth": {
            "since": instant(jump.at(jump.since)),
            "until": instant(jump.at(jump.until)),
            "followers_since": jump.followers(jump.since),
            "followers_until": jump.followers(jump.until),
            "days": round(jump.days, 4),
            "gained": jump.gained,
            "per_day": round(jump.gained / jump.days, 4),
            "baseline": jump.baseline,
            "expected_per_day": None if jump.expected_per_day is None else round(jump.expected_per_day, 4),
            "ratio": None if jump.ratio is None else round(jump.ratio, 2),
            "robust_z": None if jump.z is None else round(jump.z, 2),
            "peers": jump.peers,
        },
        "sample": {
            "size": found.followers.height,
            "farm": farm,
            "farm_share": round(share, 4),
            "signs_needed": needed,
            "chronological": found.chronological,
            "accounts": [
                {
                    "platform": jump.platform,
                    "id": row["account_id"],
                    "position": row["position"],
                    "followed_at": None if row["followed_at"] is None else instant(row["followed_at"]),
                    "created_at": None if row["created_at"] is None else instant(row["created_at"]),
                    "followers": row["followers"],
                    "following": row["following"],
                    "signs": [sign for sign in SIGNS if row[sign]],
                }
                for row in listed.iter_rows(named=True)
            ],
        },
        "bands": [
            {
                "created_since": instant(band["since"]), "created_until": instant(band["until"]),
                "accounts": band["accounts"], "position_from": band["position_from"],
                "position_to": band["position_to"], "expected": band["expected"],
            }
            for band in found.bands
        ],
        "engagement": {
            "per_post_before": interest.before,
            "per_post_after": interest.after,
            "per_follower_before": _small(interest.per_follower_before),
            "per_follower_after": _small(interest.per_follower_after),
        },
    }  # fmt: skip


def _alternatives(jump: Jump, found: Sample, interest: Interest, share: float) -> list[Json]:
    def point(code: str, observed: float, expected: float | None) -> Json:
        return {
            "code": code,
            "observed": round(observed, 4),
            "expected": None if expected is None else round(expected, 4),
        }

    ordinary = point("followers_like_others", share, found.usual)
    bands = sum(band["accounts"] for band in found.bands)
    against: list[Any] = []
    if interest.lacking:
        against.append("interactions_unchanged")
    if found.bands:
        against.append(point("made_in_bands_that_followed_together", bands, None))
    suspicious = found.followers.height > 0 and share > 3 * found.usual
    named = [pl.lit("").alias(name) for name in ENTITY]
    gains = [float(gain) for gain in intervals(jump.counts.with_columns(named))["per_day"].to_list()]
    one = len(gains) > 1 and max(gains) == gains[jump.since]
    return [
        {
            "code": "viral_moment",
            "for": [
                *(["one_leap_then_slower"] if one else []),
                *([] if suspicious or not found.followers.height else [ordinary]),
            ],
            "against": [*against, *([ordinary] if suspicious else [])],
        },
        {"code": "planted_by_others", "for": ["anybody_may_send_followers"], "against": []},
    ]


def _small(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
