"""One story as a finding: its steps, aligned passages, clocks, credits, habits, and what else could explain them."""

import re
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Final

import polars as pl

from detectors.base import Detector
from detectors.chain import openly
from detectors.chain.hop import Hop, Route
from detectors.texts import traps
from records.finding import Finding, Json, instant

_WORDS: Final = re.compile(r"[㐀-鿿぀-ヿ฀-๿]|[^\s㐀-鿿぀-ヿ฀-๿]+")
_PASSAGE: Final = 5  # words in a row that are shown as one passage
_READ: Final = 1_500  # words of a text that are aligned: a page or two; what follows is counted, not shown
_SPANS: Final = 60
_STEPS: Final = 200


def finding(
    rows: pl.DataFrame,
    hops: list[Hop],
    routes: dict[tuple[str, str], Route],
    parameters: Json,
    detector: Detector,
    known: traps.Context,
) -> Finding:
    """The finding about the story of `rows` (chain_stories.pieces, origin first) and its hops, in the same order."""
    table = {row["post"]: row for row in rows.iter_rows(named=True)}
    kinds = {row["account"]: row["author_kind"] for row in table.values()}
    used = [routes[pair] for pair in dict.fromkeys((hop.source, hop.copier) for hop in hops) if pair in routes]
    passed = [route for route in used if route.passed]
    tested = [route for route in used if route.p is not None]
    best = min(tested, key=lambda route: (route.p, route.source, route.copier), default=None)
    uncredited = [hop for hop in hops if hop.credit is None and hop.source != hop.copier]
    steps = _steps(rows, hops)
    reasons = []
    if steps[0]["order"] == "tie" or sum(hop.tie for hop in hops) * 2 > len(hops):
        reasons.append("order_unknown")
    return Finding(
        detector=detector.name,
        detector_version=detector.version,
        title_code="chain.story",
        score=round(len({hop.copier for hop in hops}) * (1.0 if passed else 0.2) + len(uncredited) / len(hops), 3),
        members=_members(rows, hops, passed),
        posts=[{"platform": row["platform"], "post_id": row["post_id"]} for row in rows.iter_rows(named=True)],
        parameters=parameters,
        evidence={
            "steps": steps[:_STEPS],
            "passages": [
                passage for hop in hops[:_STEPS] if (passage := _passages(table[hop.post], table[hop.copies]))["spans"]
            ],
            "times": [
                {
                    "platform": row["platform"], "post_id": row["post_id"], "source": "export",
                    "error_seconds": float(row["error"]),
                }
                for row in list(table.values())[:_STEPS]
            ],
            "credits": [
                {"platform": table[hop.post]["platform"], "post_id": table[hop.post]["post_id"],
                 "phrase": hop.credit.phrase, "names": hop.credit.names}
                for hop in hops if hop.credit
            ],
            "habit": [_habit(route, kinds) for route in used],
        },
        reasons=reasons,
        first_seen=instant(rows["created_at"].min()),
        last_seen=instant(rows["created_at"].max()),
        layers=["text"],
        observed=float(best.carried) if best else None,
        expected=round(best.expected, 3) if best else None,
        comparison={"population": "stories_of_the_source", "size": best.stories if best else 0},
        signs=["text"],
        tests={
            "group": {
                "passed": bool(passed) if tested else None,
                "p": float(f"{best.p:.3g}") if best and best.p is not None else None,
                "q": None,
                "statistic": float(len(passed)),
                "draws": None,
                "method": "binomial_habit_holm",
            },
            "synchrony": [],
            "deception": [],
            "traps": _traps(rows, hops, known),
            "reasons": [] if tested else ["no_baseline"],
        },
        alternatives=_alternatives(hops, uncredited),
        disarm=list(detector.disarm),
    )  # fmt: skip


def _traps(rows: pl.DataFrame, hops: list[Hop], known: traps.Context) -> list[Json]:
    """Each once: what explains goes before what its texts show of it."""
    found = openly.recognise(rows, hops, known)
    told = {one["code"] for one in found}
    return found + [one for one in traps.recognise(_as_family(rows), known) if one["code"] not in told]


def _as_family(rows: pl.DataFrame) -> pl.DataFrame:
    """The pieces as the traps of texts read them."""
    return rows.with_columns(
        pl.lit(None, dtype=pl.String).alias("address"),
        pl.lit(False).alias("is_repost"),
        pl.col("text").alias("surface"),
        pl.lit("story").alias("family"),
    )


def _steps(rows: pl.DataFrame, hops: list[Hop]) -> list[Json]:
    """Origin first. It is known to be the first only where nothing else of the story lies within its clock's error."""
    first = rows.row(0, named=True)
    until = first["created_at"] + timedelta(seconds=first["error"])
    tied = bool((rows["created_at"][1:] < until).any())
    by_post = {hop.post: hop for hop in hops}
    of = dict(rows.select("post", "post_id").rows())
    made = []
    for row in rows.iter_rows(named=True):
        hop = by_post.get(row["post"])
        made.append(
            {
                "platform": row["platform"], "post_id": row["post_id"], "author_id": row["author_id"],
                "author_kind": row["author_kind"], "at": instant(row["created_at"]),
                "copies": of[hop.copies] if hop else None,
                "similarity": round(hop.similarity, 4) if hop else None,
                "credited": hop.credit is not None if hop else None,
                "lag_seconds": hop.lag if hop else None,
                "order": "tie" if (hop.tie if hop else tied) else "known",
            }
        )  # fmt: skip
    return made


def _members(rows: pl.DataFrame, hops: list[Hop], passed: list[Route]) -> list[Json]:
    """The origin is the source; everybody else copies, and is asked about where it names nobody and does so by habit."""
    origin = rows["account"][0]
    silent = {hop.copier for hop in hops if hop.credit is None} & {route.copier for route in passed}
    made = []
    people = rows.group_by("account", maintain_order=True).agg(
        pl.col("platform").first(), pl.col("author_id").first(), pl.col("author_kind").first(), pl.len().alias("pieces")
    )
    for row in people.iter_rows(named=True):
        made.append(
            {
                "platform": row["platform"], "id": row["author_id"], "kind": row["author_kind"],
                "role": "source" if row["account"] == origin else "copier",
                "score": round(row["pieces"] / rows.height, 4),
                "action": "investigate" if row["account"] in silent and row["account"] != origin else "none",
            }
        )  # fmt: skip
    return made


def _habit(route: Route, kinds: dict[str, str]) -> Json:
    def entity(uid: str) -> Json:
        platform, _, number = uid.partition(":")
        return {"platform": platform, "id": number, "kind": kinds[uid]}

    return {
        "source": entity(route.source),
        "copier": entity(route.copier),
        "stories": route.stories,
        "carried": route.carried,
        "expected": round(route.expected, 4),
        "p": None if route.p is None else float(f"{route.p:.3g}"),
    }


def _alternatives(hops: list[Hop], uncredited: list[Hop]) -> list[Json]:
    def point(code: str, observed: float, expected: float | None = None) -> Json:
        return {"code": code, "observed": observed, "expected": expected}

    credited = len(hops) - len(uncredited)
    ties = sum(hop.tie for hop in hops)
    return [
        {
            "code": "wire",
            "for": [point("hops_with_credit", credited)] if credited else [],
            "against": [point("hops_without_credit", len(uncredited))] if uncredited else [],
        },
        {
            "code": "press_release",
            "for": [point("hops_within_the_clocks_error", ties)] if ties else [],
            "against": [],
        },
        {"code": "same_owner", "for": [], "against": []},
    ]


def _passages(later: Json, earlier: Json) -> Json:
    """What both texts have in a row; of a headline repeated, the headline."""
    new, old = _text(later), _text(earlier)
    spans = _spans(new, old) or _spans(new, str(earlier["title"]))
    return {"platform": later["platform"], "post_id": later["post_id"], "copies": earlier["post_id"], "spans": spans}


def _text(row: Json) -> str:
    return str(row["text"] or row["title"])


def _spans(new: str, old: str) -> list[Json]:
    a, b = (list(_WORDS.finditer(text))[:_READ] for text in (new, old))
    matcher = SequenceMatcher(
        None, [m.group().casefold() for m in a], [m.group().casefold() for m in b], autojunk=False
    )
    found = [block for block in matcher.get_matching_blocks() if block.size >= _PASSAGE]
    return [
        {
            "from": a[block.a].start(), "to": a[block.a + block.size - 1].end(),
            "copies_from": b[block.b].start(), "copies_to": b[block.b + block.size - 1].end(),
        }
        for block in found[:_SPANS]
    ]  # fmt: skip
