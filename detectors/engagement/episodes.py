"""Posts far above normal that came together: how often an author's posts do that by themselves."""

from dataclasses import dataclass
from typing import Final

import polars as pl
from scipy.stats import betabinom

# Two days: a surge asked for lasts while its topic does, and a night's rest does not end it.
_APART_SECONDS: Final = 48 * 3600
_ORDINARY: Final = 0.1


@dataclass(slots=True)
class Episode:
    """Posts of one series, far above normal, none more than two days after the one before."""

    places: list[int]
    """Of its posts in the series."""
    among: int
    """Posts the author made from the first to the last of them."""
    p: float = 1.0
    """That a post which stands out is followed by so many among so many, if each of the author's posts stood out as often
    as its others do; 1 for a post alone. An episode may end with any later post that stands out, and the end was chosen by
    looking: the chance of k posts counts k(k - 1) times, which spends over all k what one of them may have."""


def surges(series: pl.DataFrame, alpha: float, tests: int, ratio: float) -> list[Episode]:
    """The episodes of one series (rows of `engagement.counts.compared`), each with its chance.

    How often posts stand out is counted on the author's other posts. What belongs to another episode beyond chance
    (Bonferroni over `tests`, the posts of the case that stand out: each could begin one) is no example of the ordinary and
    left out; an episode that is not beyond chance is put back among the ordinary, and all are asked again.
    """
    places = series.filter("above")["place"].to_list()
    if not places:
        return []
    at = dict(series.select("place", pl.col("at").dt.epoch("s")).rows())
    # The first posts have nothing before them: they are ordinary unless they tower over each other.
    begin = series.filter(pl.col("median").is_null())
    towering = begin.filter(pl.col("value") >= ratio * pl.col("value").median())["place"].to_list()
    episodes: list[Episode] = []
    for place in places:
        if episodes and at[place] - at[episodes[-1].places[-1]] <= _APART_SECONDS:
            episodes[-1].places.append(place)
        else:
            episodes.append(Episode([place], 0))
    for one in episodes:
        one.among = sum(one.places[0] <= place <= one.places[-1] for place in at)
    # What may be taken out of the ordinary, the largest first, together never more than a tenth of all posts: what an
    # author reaches that often is what it usually reaches.
    out: set[int] = set()
    for number in sorted(range(len(episodes)), key=lambda number: (-len(episodes[number].places), number)):
        several = len(episodes[number].places) > 1
        if several and sum(episodes[one].among for one in {*out, number}) <= _ORDINARY * len(at):
            out.add(number)
    while True:
        for number, one in enumerate(episodes):
            aside = out | {number}
            others = len(towering)
            others += sum(len(other.places) for place, other in enumerate(episodes) if place not in aside)
            posts = len(at) - sum(episodes[place].among for place in aside)
            # The share is known from so many posts only (Jeffreys' prior): that it never happened does not mean that it
            # never will, and what was seen of thirty posts binds less than what was seen of three hundred.
            number_of = len(one.places)
            if number_of > 1:
                follow = float(betabinom.sf(number_of - 2, one.among - 1, others + 0.5, posts - others + 0.5))
                one.p = min(number_of * (number_of - 1) * follow, 1.0)
        kept = {number for number in out if episodes[number].p * tests <= alpha}
        if kept == out:
            return episodes
        out = kept
