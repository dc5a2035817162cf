"""One finding of `engagement`: the posts, what they are compared with, what else explains them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from detectors import verdict
from detectors.base import OUTPUTS
from detectors.engagement.counts import SETTLED, UNKNOWN_AGE
from detectors.engagement.episodes import PUBLISHERS, Together, together
from detectors.engagement.tide import tide
from detectors.scopes import Covered
from records.finding import Finding, Json, instant
from records.store import Records, query

if TYPE_CHECKING:
    from detectors.base import Detector

_ALONE: Final = "one_post_alone"
_SETTLED_SECONDS: Final = 168 * 3600
_TESTED: Final = ("window_seconds", "observed", "expected", "p", "passed")


@dataclass(frozen=True, slots=True)
class Surge:
    """Posts of one author and kind that stand out."""

    series: pl.DataFrame
    """The series they are told by, as `engagement_counts.compared` gives it."""
    found: Together
    all_series: pl.DataFrame
    """The author's other series of the same kind of post: other ages, other measures."""
    peers: list[dict[str, str]] = field(default_factory=list)
    """Whom it is held against, where not against itself."""
    others: pl.DataFrame | None = None
    """The author's posts of every kind, where its own record of this kind is too short; None where it is not."""

    @property
    def own_record(self) -> bool:
        return not self.peers and self.others is None

    def posts(self) -> pl.DataFrame:
        places = [place for one in self.found.episodes for place in one.places]
        return self.series.filter(pl.col("place").is_in(places) & pl.col("above")).sort("at", "post_id")


def finding(
    records: Records,
    surge: Surge,
    rows: pl.DataFrame,
    scope: Covered,
    parameters: Mapping[str, Any],
    detector: "Detector",
    begun: Mapping[bool, Sequence[int]],
    seed: int,
) -> Finding:
    """The finding of one surge; `rows` are all counts, `scope` what complete timelines cover, `begun` as
    `episodes.together` asks for it."""
    posts = surge.posts()
    first = posts.row(0, named=True)
    top = posts.sort(["ratio", "post_id"], descending=[True, False]).row(0, named=True)
    share = _public(records, posts)
    alone = all(len(one.places) == 1 for one in surge.found.episodes)
    news = share >= float(parameters["public_share"])
    rose = tide(rows, posts, int(parameters["min_peers"]), float(parameters["min_usual"]))
    ratio = float(posts["ratio"].median())  # type: ignore[arg-type]
    # Most of the rise, in factors, is everybody's, and what is left is none to speak of.
    swept = rose is not None and rose**2 > ratio and ratio / rose < float(parameters["min_ratio"])
    reasons = []
    if not surge.own_record or first["content_type"] == "ad":
        # What is paid for reaches whom the money reaches: earlier posts are no measure of it.
        reasons.append("no_baseline")
    if not scope.account(first["platform"], first["author_id"]):
        reasons.append("coverage")
    synchrony = _ages(surge, parameters, begun) if surge.found.passed else []
    shown: Json = {"public_share": round(share, 3), "others_rose": None if rose is None else round(rose, 3)}
    traps = [verdict.trap("breaking_news", explains=True, **shown)] if alone or news or swept else []
    return Finding(
        detector=detector.name,
        detector_version=detector.version,
        title_code="engagement.surge",
        score=round(sum(log2(ratio) for ratio in posts["ratio"].to_list()) * (1.0 if surge.found.passed else 0.1), 3),
        members=[
            {
                "platform": first["platform"],
                "id": first["author_id"],
                "kind": first["author_kind"],
                "role": "source",
                "score": round(float(top["ratio"]), 3),
                "action": "investigate" if surge.found.passed else "none",
            }
        ],
        posts=posts.select("platform", "post_id").to_dicts(),
        parameters=dict(parameters),
        evidence={
            "entity": {"platform": first["platform"], "id": first["author_id"], "kind": first["author_kind"]},
            "measure": first["measure"],
            "baseline": _baseline(surge, first),
            "posts": [_post(row) for row in posts.iter_rows(named=True)],
        },
        reasons=reasons,
        first_seen=instant(posts["at"].min()),
        last_seen=instant(posts["at"].max()),
        windows=[{name: row[name] for name in ("window_seconds", "observed", "expected", "p", "q")} for row in synchrony],
        observed=float(top["value"]),
        expected=round(float(top["median"]), 1),
        comparison={
            "population": "pages_and_outlets_of_the_platform" if surge.peers else "own_earlier_posts",
            "size": int(first["n"]),
        },
        # Of the authors looked at, as many as this would be named by chance.
        expected_false_flags=float(parameters["alpha"]) if surge.found.passed else None,
        signs=["engagement"],
        tests={
            "group": {
                "passed": surge.found.passed, "p": _short(surge.found.p), "q": _short(surge.found.q),
                "statistic": float(posts.height), "draws": 0, "method": "binomial_of_own_posts",
            },
            "synchrony": [{name: row[name] for name in _TESTED} for row in synchrony], "deception": [], "traps": traps, "reasons": [],
        },
        alternatives=_alternatives(posts, first, share, rose, alone, news, swept),
        disarm=list(detector.disarm) if surge.found.passed else [],
        seed=seed,
    )  # fmt: skip


def signals(found: Sequence[Surge]) -> pl.DataFrame:
    """How far each author's posts went beyond usual, how many, and when first."""
    rows = []
    for surge in found:
        posts = surge.posts()
        author = str(posts["author"][0])
        rows += [
            (author, "engagement_ratio", float(posts["ratio"].max())),  # type: ignore[arg-type]
            (author, "engagement_surges", float(posts.height)),
            (author, "engagement_surge_at", float(posts["at"].dt.epoch("s").min())),  # type: ignore[arg-type]
        ]
    frame = pl.DataFrame(rows, schema=OUTPUTS["signals"], orient="row")
    first = (
        pl.when(pl.col("name").first().str.ends_with("_at"))
        .then(pl.col("value").min())
        .otherwise(pl.col("value").max())
    )
    return frame.group_by("account", "name", maintain_order=True).agg(first.alias("value"))


def _public(records: Records, posts: pl.DataFrame) -> float:
    """The share of the platform's collected accounts that answered, shared or otherwise reacted to the post, as far as
    the data name them: the middle one of the posts."""
    wanted = posts["post_id"].to_list()
    platform = str(posts["platform"][0])
    reacting = query(
        records,
        """
        WITH acts AS (
            SELECT in_reply_to_post_id AS post, author_id AS account FROM posts WHERE platform = $platform
            UNION SELECT repost_of_post_id, author_id FROM posts WHERE platform = $platform
            UNION SELECT quote_of_post_id, author_id FROM posts WHERE platform = $platform
            UNION SELECT post_id, account_id FROM engagements WHERE platform = $platform
        )
        SELECT post, count(DISTINCT account) AS accounts FROM acts WHERE list_contains($wanted, post) GROUP BY post
        """,
        {"platform": platform, "wanted": wanted},
    )
    row = records.execute(
        "SELECT count(DISTINCT author_id) FROM posts WHERE platform = $p", {"p": platform}
    ).fetchall()[0]
    counted = sorted(reacting["accounts"].to_list() + [0] * (len(wanted) - reacting.height))
    return float(counted[len(counted) // 2]) / max(int(row[0]), 1)


def _ages(surge: Surge, parameters: Mapping[str, Any], begun: Mapping[bool, Sequence[int]]) -> list[Json]:
    """The same posts counted at other ages: a surge that is real stands at each."""
    alpha, ratio = float(parameters["alpha"]), float(parameters["min_ratio"])
    told = surge.series.row(0, named=True)
    posts = surge.posts()["post_id"].to_list()
    rows = []
    same = surge.all_series.filter(measure=told["measure"], source=told["source"])
    for (age,), part in same.sort("age").group_by("age", maintain_order=True):
        mine = part.filter(pl.col("post_id").is_in(posts))
        if age == UNKNOWN_AGE or mine.is_empty():
            continue
        whole = part.sort("at", "post_id").with_columns(pl.int_range(pl.len()).alias("place"))
        seen = together(whole, ratio, alpha, begun[told["author_kind"] in PUBLISHERS])
        hours = part["age_hours"].median()
        rows.append(
            {
                "window_seconds": _SETTLED_SECONDS if age == SETTLED else round(float(hours or 0) * 3600),  # type: ignore[arg-type]
                "observed": float(mine["value"].median() or 0),  # type: ignore[arg-type]
                "expected": round(float(mine["median"].median() or 0), 1),  # type: ignore[arg-type]
                "p": _short(seen.p),
                "q": _short(seen.q),
                "passed": seen.passed,
            }
        )
    return rows


def _baseline(surge: Surge, first: Json) -> Json:
    """The posts before the first one that stands out; every later one has its own, with `expected` beside it."""
    values: list[Json] = []
    if not surge.peers:
        source = surge.series if surge.others is None else surge.others.filter(
            author=first["author"], measure=first["measure"], source=first["source"], age=first["age"]
        )  # fmt: skip
        before = source.filter(pl.col("place") < first["place"]).sort("at", "post_id").tail(int(first["n"]))
        values = [
            {"platform": row["platform"], "post_id": row["post_id"], "at": instant(row["at"]), "value": row["value"],
             "age_hours": _hours(row["age_hours"])}
            for row in before.iter_rows(named=True)
        ]  # fmt: skip
    return {
        "kind": "peers" if surge.peers else "own",
        "posts_available": 0 if surge.peers else int(first["n"]),
        "age_hours": _hours(first["age_hours"]),
        "median": round(float(first["median"]), 1),
        "low": round(float(first["low"]), 1),
        "high": round(float(first["high"]), 1),
        "scale": round(float(first["scale"]), 2),
        "posts": values,
        "peers": surge.peers,
    }


def _post(row: Json) -> Json:
    return {
        "platform": row["platform"], "post_id": row["post_id"], "at": instant(row["at"]),
        "content_type": row["content_type"], "age_hours": _hours(row["age_hours"]), "value": row["value"],
        "expected": round(float(row["median"]), 1), "ratio": round(float(row["ratio"]), 4),
        "robust_z": round(float(row["z"]), 2),
    }  # fmt: skip


def _alternatives(
    posts: pl.DataFrame, first: Json, share: float, rose: float | None, alone: bool, news: bool, swept: bool
) -> list[Json]:
    public = {"code": "share_of_all_accounts_reacted", "observed": round(share, 3), "expected": None}
    others = {"code": "others_posts_rose_too", "observed": round(rose or 1.0, 3), "expected": 1.0}
    advert = first["content_type"] == "ad"
    together = {"code": "several_posts_within_days", "observed": posts.height, "expected": None}
    return [
        {
            "code": "breaking_news",
            "for": [*([_ALONE] if alone else []), *([public] if news else []), *([others] if swept else [])],
            "against": [*([] if alone else [together]), *([] if news else [public])],
        },
        {
            "code": "paid_boost",
            "for": ["marked_as_advertising"] if advert else [],
            "against": [] if advert else ["not_marked_as_advertising"],
        },
    ]


def _hours(value: float | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _short(value: float) -> float:
    """Three leading digits: what differs by the last bit of a sum does not differ."""
    return float(f"{min(value, 1.0):.3g}")
