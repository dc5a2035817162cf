"""What was tested of a finding of `copypasta`, as records.finding.Finding.tests says it."""

from typing import Final

import polars as pl

from detectors.texts.families import most_accounts
from records.finding import Json

METHOD: Final = "words_and_burst_holm"


def tests(kind: str, measured: pl.DataFrame, windows: list[int], alpha: float, count: int) -> Json:
    """The group test by the strongest family, and for each window whether the copies come too close together there.

    `measured` has the rows of `significance.test` for the finding's families, of `count` that were tested.
    """
    if kind == "repost":
        # Nobody words a repost, and what was reposted is not in the export: a popular post would look the same.
        return {
            "group": {"passed": None, "method": "none", "p": None, "q": None, "statistic": None, "draws": None},
            "synchrony": [],
            "deception": [],
            "traps": [],
            "reasons": ["coverage"],
        }
    best = measured.sort(["passed", "q", "p", "unit"], descending=[True, False, False, False]).row(0, named=True)
    testable = bool(measured["testable"].any())
    group = {
        "passed": kind == "text" if testable else None,
        "method": METHOD,
        "statistic": round(float(best["bits_beyond"]), 2),
        "p": _rounded(best["p"]),
        "q": _rounded(best["q"]),
        "draws": None,
    }
    synchrony = [
        {
            "window_seconds": row["window"],
            "observed": row["observed"],
            "expected": _rounded(row["expected"]),
            "p": _rounded(row["q"]),
            "passed": row["q"] <= alpha,
        }
        for row in _by_window(measured, count)
        if row["window"] in windows
    ]
    if not any(row["passed"] for row in synchrony):
        synchrony += _own_span(measured, count, alpha)
    return {
        "group": group,
        "synchrony": synchrony,
        "deception": [],
        "traps": [],
        "reasons": [] if testable else ["below_floor"],
    }


def _own_span(measured: pl.DataFrame, count: int, alpha: float) -> list[Json]:
    """The burst of the family densest in its own time: a swarm of an hour is none in any five minutes."""
    best = measured.sort("p_burst", "unit").row(0, named=True)
    p = min(float(best["p_burst"]) * count, 1.0)
    row = {"window_seconds": best["burst_seconds"], "observed": best["accounts"], "expected": None}
    return [row | {"p": _rounded(p), "passed": p <= alpha}]


def windows(rows: pl.DataFrame, widths: list[int], measured: pl.DataFrame, count: int) -> list[Json]:
    """The most accounts of the finding in any stretch of each width, and the test of the family densest there."""
    whole = rows.select(pl.lit("all").alias("family"), "account", "created_at")
    tested = {row["window"]: row for row in _by_window(measured, count)}
    return [
        {
            "window_seconds": width,
            "observed": int(most_accounts(whole, width)["accounts"][0]),
            "expected": _rounded(tested[width]["expected"]) if width in tested else None,
            "p": _rounded(tested[width]["p"]) if width in tested else None,
            "q": _rounded(tested[width]["q"]) if width in tested else None,
        }
        for width in widths
    ]


def expected(measured: pl.DataFrame) -> float | None:
    """Accounts that chance alone would give the finding's families, as the strongest way of counting has it."""
    known = measured["expected_by_words"].drop_nulls()
    return _rounded(min(float(known.sum()), float(measured["accounts"].sum()))) if len(known) else None


def of_family(row: Json) -> Json:
    """What was tested of one family, for the page that shows it; nothing of reposts, which nobody words."""
    if row["p"] is None:
        return {}
    return {
        "counted_accounts": row["counted"],
        "p_words": _rounded(row["p_words"]),
        "p_burst": _rounded(row["p_burst"]),
        "q": _rounded(row["q"]),
        "beyond_chance": bool(row["passed"]),
    }


def _by_window(measured: pl.DataFrame, count: int) -> list[Json]:
    """For each window the family with the smallest p there; q over all families tested and windows tried (Bonferroni)."""
    if "windows" not in measured.columns or measured["windows"].is_null().all():
        return []
    listed = measured.select("unit", "windows").explode("windows").drop_nulls("windows").unnest("windows")
    best = listed.sort("window", "p", "unit").unique("window", keep="first", maintain_order=True)
    widths = listed["window"].n_unique()
    return best.with_columns((pl.col("p") * count * widths).clip(0.0, 1.0).alias("q")).to_dicts()


def _rounded(value: float | None) -> float | None:
    """Three leading digits: what differs by the last bit of a sum does not differ."""
    return None if value is None else float(f"{value:.3g}")
