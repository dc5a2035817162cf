"""The two nulls of a text family: would so many write these words by chance, and would they do so this close together?

Both must be refused, each family at the larger of its two p-values, all families of the case together by Holm: the
chance that any family of ordinary talk passes is at most alpha. A text that is no more than a set phrase of its language
cannot be tested by its words; it is said to lie below the floor.
"""

from math import ceil, lgamma, log
from typing import Final

import numpy as np
import polars as pl
from scipy.stats import binom

from detectors.texts import core
from detectors.texts.families import PRECISIONS, WINDOWS, Families
from detectors.texts.neardup import Ints

# The model of the language errs: in a made-up world without copies three in four texts that recur are written up to 40
# times as often as it says, on the boxing night half of them 25 times; the others are headlines and set phrases, which
# are not priced at all (docs/verdicts-text.md). Chance is given somewhat more.
_MODEL_ERROR: Final = 64.0
# Bits a text must cost beyond a set phrase to be tested by its words at all.
FLOOR: Final = 1.0
_STRANGERS: Final = 0.05  # of a story's texts may be somebody else's
_HALF: Final = 0.5
_ROUNDS: Final = 8  # few stories hide behind others that hide behind others
_LEAST_PACE: Final = 100
"""Posts of a language from which its own pace can be told."""
_SMALLEST: Final = 1e-300
_SHARES: Final = (1.0, 0.9, 0.5)  # a straggler must not hide a swarm, nor as many others again
_LN10: Final = log(10)


def judge(
    found: Families, units: pl.DataFrame, candidates: pl.DataFrame, tests: int, alpha: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both nulls for the units named in `candidates` (`unit`), out of `tests` that there are.

    `units` has the posts of each unit: `unit`, `family`, `post`, `account`, `created_at`, `precision`. Returns a row a
    unit, sorted: `unit`, `family`, `held` (as core.price has it), `counted` (accounts that hold so much of the
    wording), `bits_beyond` a set phrase, `expected_by_words` (accounts that chance gives), `p_words`, `p_burst` and
    the `burst_seconds` it holds for, `p` (the larger), `q` (Holm), `testable` (its words cost more than a set phrase),
    `passed`, and `windows`: for each of WINDOWS the most accounts in it, their expected number and the p-value (null
    where the clock is too coarse). And the
    posts of rewritten copies that hold enough to be counted: `family`, `post`.
    """
    rows = units.join(candidates.select("unit"), on="unit", how="semi").join(
        found.posts.select("family", "post", "text", "component", "tongue", "address"), on=["family", "post"]
    )
    rows = rows.join(found.families.select("family", "tier"), on="family")
    timed = _timed(found, rows)
    patterns = core.patterns(found.written, rows)
    told = found.written.clear()
    count = -1
    # A swarm must not hide behind the swarms beside it: what is found is taken out of what everybody else says.
    for _ in range(_ROUNDS):
        words, counted = _words(found, rows, patterns, told, timed, tests)
        table = _holm(
            timed.join(words, on="unit").with_columns(pl.max_horizontal("p_words", "p_burst").alias("p")), tests
        )
        table = table.with_columns((pl.col("testable") & (pl.col("q") <= alpha)).alias("passed"))
        passed = table.filter("passed")
        if passed.height == count:
            break
        count = passed.height
        told = rows.join(passed.select("unit"), on="unit", how="semi").select("account", "text").unique()
    table = _by_known_accounts(table, rows, found, tests, alpha)
    return table.select(
        "unit", "family", "held", "counted", "bits_beyond", "expected_by_words", "p_words", "p_burst", "burst_seconds", "p", "q",
        "testable", "passed", "windows",
    ).sort("unit"), counted  # fmt: skip


def _timed(found: Families, rows: pl.DataFrame) -> pl.DataFrame:
    """Each unit's burst: `unit`, `family`, `p_burst`, `burst_seconds`, `windows`, `during` (share of all posts in its span)."""
    paces = _paces(found, rows)
    begun = rows.group_by("unit", "account").agg(pl.col("created_at").min().dt.epoch("us").alias("at"))
    begun = begun.sort("unit", "at", "account").group_by("unit", maintain_order=True).agg("at")
    facts = rows.group_by("unit").agg(
        pl.col("family").first(),
        pl.col("tongue").mode().min(),
        pl.col("precision").replace_strict(PRECISIONS, default=1, return_dtype=pl.Int64).max().alias("tick"),
    )
    table = facts.join(begun, on="unit").join(found.families.select("family", "ever"), on="family").sort("unit")
    bursts, windows, during = [], [], []
    for at, tick, ever, tongue in table.select("at", "tick", "ever", "tongue").rows():
        here = [pace for pace in (paces[None], paces.get(tongue)) if pace is not None]
        times = np.array(at)
        bursts.append(_burst(times, tick, ever, here))
        windows.append([_window(times, width, ever, here) if width >= tick else None for width in WINDOWS])
        during.append(float(_share(here[:1], times[:1], times[-1:])[0]))
    fields = pl.Struct({"window": pl.Int64(), "observed": pl.Int64(), "expected": pl.Float64(), "p": pl.Float64()})
    return table.select(
        "unit",
        "family",
        pl.Series("p_burst", [p for p, _ in bursts], dtype=pl.Float64),
        pl.Series("burst_seconds", [span for _, span in bursts], dtype=pl.Int64),
        pl.Series("windows", windows, dtype=pl.List(fields)),
        pl.Series("during", during, dtype=pl.Float64),
    )


def _by_known_accounts(
    table: pl.DataFrame, rows: pl.DataFrame, found: Families, tests: int, alpha: float
) -> pl.DataFrame:
    """`table` with those passed, too, that say less by themselves but come from accounts that others passed with.

    Both nulls must be refused for the family alone, and that so many of its accounts are among the known ones (drawn
    as they post: a binomial tail) for all families together.
    """
    known = rows.join(table.filter("passed").select("unit"), on="unit", how="semi").select("account").unique()
    by = found.pace.select("account").join(known, on="account", how="semi").height / max(found.pace.height, 1)
    people = rows.select("unit", "account").unique()
    held = people.join(known.with_columns(pl.lit(1).alias("known")), on="account", how="left")
    held = held.group_by("unit").agg(pl.len().alias("all"), pl.col("known").sum()).join(table.select("unit"), on="unit")
    overlap = binom.sf(held["known"].to_numpy() - 1, held["all"].to_numpy(), min(by, 1.0)) * tests
    held = held.select("unit", pl.Series("overlap", np.clip(overlap, 0.0, 1.0)))
    joint = pl.max_horizontal("p", "overlap")
    late = ~pl.col("passed") & pl.col("testable") & (joint <= alpha)
    return table.join(held, on="unit").with_columns(
        pl.when(late).then(joint).otherwise("q").alias("q"), (pl.col("passed") | late).alias("passed")
    )


def _words(
    found: Families, rows: pl.DataFrame, weighed: core.Patterns, told: pl.DataFrame, timed: pl.DataFrame, tests: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rarest way of counting each unit: `unit`, `held`, `counted`, `bits_beyond`, `expected_by_words`,
    `p_words`, `testable`; and `family`, `post` of rewritten copies that are counted. `told` (`account`, `text`) is
    known to be copied and says nothing of how people write."""
    stories = found.posts.filter(~pl.col("is_repost")).select("component", "account", "text")
    stories = pl.concat([stories, found.kin]).unique()
    priced, held = core.price(weighed, stories, told)
    priced = priced.rename({"accounts": "counted", "bits": "bits_beyond"})
    priced = priced.join(rows.select("unit", "tier").unique(), on="unit").join(
        timed.select("unit", "during"), on="unit"
    )
    expected = pl.lit(found.written.height * _MODEL_ERROR) * pl.lit(2.0).pow(-pl.col("bits_beyond"))
    # The first account's text is the pattern; what is improbable is that the others match it. Every text of the data
    # could have been a pattern, which Holm's correction over the families that came of it does not count.
    counted, chance = pl.col("counted").cast(pl.Float64) - 1, pl.col("expected_by_words")
    patterns = max(found.notes["token_sets"] / tests, 1.0)
    # Chernoff's bound for a Poisson count, for each of the ways it was looked at.
    bound = chance - counted + counted * (counted / chance).log()
    bound = pl.when((counted > chance) & (counted > 0)).then(-bound).otherwise(0.0)
    p = (bound.exp() * core.WAYS * patterns * pl.lit(2.0).pow(pl.col("ways"))).clip(_SMALLEST, 1.0).alias("p_words")
    priced = priced.with_columns(expected.alias("expected_by_words")).with_columns(p)
    best = priced.sort(["unit", "p_words", "held", "kept"], descending=[False, False, True, True]).unique(
        "unit", keep="first"
    )
    # Once a story is known to be copied, a text belongs to it that others would hardly have written while it ran.
    strangers = pl.lit(float(found.written.height)) * pl.col("during") * pl.lit(2.0).pow(-pl.col("bits_beyond"))
    member = priced.filter((pl.col("tier") == core.REWRITTEN) & (strangers <= _STRANGERS * pl.col("counted")))
    member = member.group_by("unit", "kept").agg(pl.col("held").min())
    kept = rows.join(member, on="unit").join(held, on=["unit", "kept", "text"])
    # Words changed within many stretches spoil them all, but half of what they cost is as telling.
    kept = kept.filter((pl.col("beyond") >= pl.col("held") - 1e-3) | (pl.col("share") >= _HALF))
    kept = kept.select("family", "post").unique()
    best = best.with_columns((pl.col("bits_beyond") >= FLOOR).alias("testable"))
    return best.select("unit", "held", "counted", "bits_beyond", "expected_by_words", "p_words", "testable"), kept


def _paces(found: Families, rows: pl.DataFrame) -> dict[str | None, Ints]:
    """When everybody else posted, in microseconds, sorted: in all, and by language where there are enough."""
    others = found.pace.join(rows.select("post").unique(), on="post", how="anti")
    paces: dict[str | None, Ints] = {None: others["created_at"].dt.epoch("us").sort().to_numpy()}
    for (tongue,), part in others.partition_by("tongue", as_dict=True).items():
        if part.height >= _LEAST_PACE:
            paces[str(tongue)] = part["created_at"].dt.epoch("us").sort().to_numpy()
    return paces


def _share(paces: list[Ints], begins: Ints, ends: Ints) -> np.ndarray:
    """The share of posts in each stretch [begin, end], at whichever pace it is larger; never 0."""
    shares = [
        (np.searchsorted(pace, ends, side="right") - np.searchsorted(pace, begins, side="left") + 1) / (len(pace) + 1)
        for pace in paces
    ]
    return np.asarray(np.minimum(np.max(shares, axis=0), 1.0))


def _burst(at: Ints, tick: int, ever: int, paces: list[Ints]) -> tuple[float, int]:
    """A bound on the chance that, of `ever` accounts that ever write this text, so many do within so short a time, and
    that time in seconds.

    `at` are the accounts' first times, ascending; `tick` what the clock cannot tell apart, in seconds. Time is counted
    in posts of everybody else, so that nights, evenings and the rush of an event are no sign. With m of n accounts in
    a stretch that holds a share q of those posts the bound is C(n, m) * m * q^(m - 1), times the three m tried (the
    scan statistic's union bound; Naus 1965).
    """
    best, span = 0.0, int(at[-1] - at[0]) // 1_000_000 + tick
    parts = sorted({ceil(share * len(at)) for share in _SHARES})
    for part in parts:
        if part < 2:
            continue
        begins, ends = at[: len(at) - part + 1], at[part - 1 :]
        shares = _share(paces, begins, ends + tick * 1_000_000)
        least = int(shares.argmin())
        bound = _log_scan(part, ever, float(shares[least])) + log(len(parts))
        if bound < best:
            best, span = bound, int(ends[least] - begins[least]) // 1_000_000 + tick
    return max(float(np.exp(best)), _SMALLEST), span


def _window(at: Ints, width: int, ever: int, paces: list[Ints]) -> dict[str, float]:
    """The most accounts within `width` seconds, how many chance gives there, and the chance of so many."""
    last = np.searchsorted(at, at + width * 1_000_000, side="right")
    counts = last - np.arange(len(at))
    most = int(counts.max())
    begins = np.flatnonzero(counts == most)
    share = float(_share(paces, at[begins], at[begins] + width * 1_000_000).min())
    p = 1.0 if most < 2 else float(np.exp(min(_log_scan(most, ever, share), 0.0)))
    return {"window": width, "observed": most, "expected": ever * share, "p": max(p, _SMALLEST)}


def _log_scan(part: int, ever: int, share: float) -> float:
    choices = lgamma(ever + 1) - lgamma(part + 1) - lgamma(ever - part + 1)
    return choices + log(part) + (part - 1) * log(share)


def _holm(table: pl.DataFrame, tests: int) -> pl.DataFrame:
    """Holm's adjusted p-values over `tests`; those not in the table have larger p-values."""
    ranked = table.sort("p", "unit").with_row_index("rank")
    q = (pl.col("p") * (tests - pl.col("rank").cast(pl.Float64))).clip(0.0, 1.0).cum_max()
    return ranked.with_columns(q.alias("q")).sort("unit").drop("rank")
