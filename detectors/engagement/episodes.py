"""Posts far above normal that came together: how often an author's posts do that by themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import comb, prod
from typing import Final

import polars as pl
from scipy.stats import betabinom

from detectors.engagement.counts import SERIES

# Two days: a surge asked for lasts while its topic does, and a night's rest does not end it.
_APART_SECONDS: Final = 48 * 3600
# What an author reaches with more than a tenth of all posts is what it usually reaches.
_ORDINARY: Final = 0.1
PUBLISHERS: Final = ("page", "outlet")
_QUESTIONS: Final = 4
"""Each has a quarter of the error rate: pages and outlets, which are few, and people, who are many, asked for one episode
and for two together. More than two would ask whether what goes far goes on, which on some platforms everything does."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Posts of one series, far above normal, none more than two days after the one before."""

    places: tuple[int, ...]
    """Of its posts in the series."""
    among: int
    """Posts the author made from the first to the last of them."""

    @property
    def ends(self) -> int:
        """What the choice of the end costs: an episode may end with any later post that stands out, and its end was found
        by looking; k(k - 1) times the chance of k posts spends over all k what one of them may have."""
        return len(self.places) * (len(self.places) - 1)


@dataclass(frozen=True, slots=True)
class Together:
    """Episodes of one series and the chance of the fewest of them that are beyond it."""

    episodes: Sequence[Episode] = field(default_factory=list)
    p: float = 1.0
    """That as many posts that stand out are followed by so many among so many, if each of the author's posts stood out as
    often as those outside the episodes do, counted for every choice of their ends."""
    q: float = 1.0
    """That any author of the case has episodes as unlikely."""
    passed: bool = False


def beginnings(rows: pl.DataFrame) -> dict[bool, list[int]]:
    """How many episodes begin in each series in which any does: of pages and outlets (true), of people (false)."""
    above = rows.filter("above").sort(*SERIES, "at", "post_id")
    after = (pl.col("at") - pl.col("at").shift(1).over(SERIES)).dt.total_seconds()
    begun = above.with_columns((after.fill_null(_APART_SECONDS + 1) > _APART_SECONDS).alias("begins"))
    count = begun.group_by(SERIES).agg(pl.col("begins").sum(), pl.col("author_kind").first())
    published = count["author_kind"].is_in(PUBLISHERS)
    return {kind: sorted(count.filter(published if kind else ~published)["begins"].to_list()) for kind in (True, False)}


def together(series: pl.DataFrame, ratio: float, alpha: float, begun: Sequence[int]) -> Together:
    """The episodes of one series (rows of `engagement.counts.compared`) that are beyond chance, or else all of them.

    One episode is asked first, then two together: a surge that comes twice is rarer than either time. `begun` says how many
    episodes begin in each series of the case that is asked (`beginnings`): Bonferroni goes over every choice of one, or of
    two of one author's. An author once beyond chance has its other episodes asked among its own alone: that names nobody
    more.
    """
    episodes = _episodes(series)
    several = sorted((one for one in episodes if len(one.places) > 1), key=lambda one: (-len(one.places), one.places))
    best = Together(episodes)
    for number in range(1, min(len(several), 2) + 1):
        chosen = several[:number]
        if sum(one.among for one in chosen) > _ORDINARY * series.height:
            break
        p = _chance(series, ratio, episodes, chosen)
        q = min(p * _QUESTIONS * sum(comb(begin, number) for begin in begun), 1.0)
        if q <= alpha:
            own = len(episodes)
            more = [
                one for one in several[number:]
                if _chance(series, ratio, episodes, [*chosen, one], asked=[one]) * own <= alpha
            ]  # fmt: skip
            return Together(sorted([*chosen, *more], key=lambda one: one.places), p, q, passed=True)
        if q < best.q:
            best = Together(episodes, p, q)
    return best


def _episodes(series: pl.DataFrame) -> list[Episode]:
    at = dict(series.select("place", pl.col("at").dt.epoch("s")).rows())
    made: list[list[int]] = []
    for place in series.filter("above")["place"].to_list():
        if made and at[place] - at[made[-1][-1]] <= _APART_SECONDS:
            made[-1].append(place)
        else:
            made.append([place])
    return [Episode(tuple(one), sum(one[0] <= place <= one[-1] for place in at)) for one in made]


def _chance(
    series: pl.DataFrame,
    ratio: float,
    episodes: Iterable[Episode],
    aside: Sequence[Episode],
    asked: Sequence[Episode] | None = None,
) -> float:
    """That the first posts of the episodes `asked` (those set `aside`, if not given) are followed by so many among so many.

    How often posts stand out is counted outside the episodes set aside, and is known from so many posts only (Jeffreys'
    prior): that it never happened does not mean that it never will, and what was seen of thirty posts binds less than what
    was seen of three hundred.
    """
    # The first posts have nothing before them: they are ordinary unless they tower over each other.
    begin = series.filter(pl.col("median").is_null())
    towering = int((begin["value"] >= ratio * begin["value"].median()).sum()) if begin.height else 0  # type: ignore[operator]
    others = towering + sum(len(one.places) for one in episodes if one not in aside)
    posts = series.height - sum(one.among for one in aside)
    tested = aside if asked is None else asked
    following = sum(len(one.places) - 1 for one in tested)
    among = sum(one.among - 1 for one in tested)
    follow = float(betabinom.sf(following - 1, among, others + 0.5, posts - others + 0.5))
    return min(prod(one.ends for one in tested) * follow, 1.0)
