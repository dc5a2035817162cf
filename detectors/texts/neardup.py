"""Near-duplicate texts, exactly: every pair of token sets with Jaccard at least a given fraction, and their components.

Prefix filter (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007; the bounds are those of PPJoin): with
tokens in one global order, rarest first, two sets that overlap enough share a token among the first few of each. Only
such pairs are compared, so nothing is lost and nothing guessed. All bounds are whole numbers: `ceil(0.8 * 5)` in
floating point may be 4 or 5, and a pair exactly at the threshold must not depend on it.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]

THRESHOLD: Final = (4, 5)
"""Jaccard 0.8 as a fraction: the usual threshold for the same text: a word in ten may be changed, not two."""

_CANDIDATES: Final = 4_000_000  # candidate pairs held at once: some 300 MB
_WORDS: Final = 20_000_000  # tokens compared at once: some 500 MB


def collapse(tokens: pl.DataFrame, texts: int) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame]:
    """Identical token sets made one.

    `tokens` has `text` (0..texts-1) and `token`, each pair once. Returns the sets as rows `set` (UInt32, dense),
    `token` (UInt32, dense, rarest first over the distinct sets); for each text its set (UInt32, null for a text without
    tokens); and what each token number means (`token`, `name`). Numbering follows content, never the order of rows.
    """
    names = tokens.select("token").unique().sort("token").with_row_index("code")
    coded = tokens.join(names, on="token").select("text", "code").sort("text", "code")
    lists = coded.group_by("text", maintain_order=True).agg("code")
    distinct = lists.select("code").unique().sort("code").with_row_index("set")
    of = lists.join(distinct, on="code", nulls_equal=True).select("text", "set")
    members = distinct.explode("code", empty_as_null=False, keep_nulls=False)
    order = members.group_by("code").len().sort("len", "code").select("code").with_row_index("token")
    sets = members.join(order, on="code").select("set", "token").sort("set", "token")
    every = pl.DataFrame({"text": pl.arange(texts, eager=True, dtype=pl.UInt32)})
    meant = order.join(names, on="code").select(pl.col("token_right").alias("name"), "token")
    return sets, every.join(of, on="text", how="left").sort("text")["set"], meant.select("token", "name").sort("token")


def pairs(
    sets: pl.DataFrame,
    threshold: tuple[int, int] = THRESHOLD,
    progress: Callable[[float], None] | None = None,
) -> pl.DataFrame:
    """Every two different sets with Jaccard at least `threshold` = (numerator, denominator).

    `sets` is what `collapse` gives. Returns `a` < `b` (UInt32 set numbers) and `overlap` (Int64, tokens in common),
    sorted. Memory is bounded by the answer and two constants, time by the candidates. `progress` gets shares 0..1.
    """
    up, down = threshold
    if not 0 < up <= down:
        raise ValueError("the threshold is a fraction above 0 and at most 1")
    found: list[pl.DataFrame] = []
    if sets.height:
        token, sizes, starts, keys = _layout(sets)
        for share, candidates in _candidates(token, starts, sizes, up, down):
            a, b = candidates["x"].to_numpy(), candidates["y"].to_numpy()
            overlap = _overlaps(a, b, token, starts, sizes, keys)
            kept = (up + down) * overlap >= up * (sizes[a] + sizes[b])
            a, b = a[kept], b[kept]
            found.append(pl.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b), "overlap": overlap[kept]}))
            if progress is not None:
                progress(share)
    schema = pl.Schema({"a": pl.UInt32(), "b": pl.UInt32(), "overlap": pl.Int64()})
    return pl.concat(found).cast(schema).sort("a", "b") if found else pl.DataFrame(schema=schema)


def connected(
    sets: pl.DataFrame, threshold: tuple[int, int] = THRESHOLD, progress: Callable[[float], None] | None = None
) -> Ints:
    """What `components(pairs(sets, threshold))` gives, without keeping the pairs: one number a set.

    Sets already known to be connected are not compared again, so that ten thousand variants of one template, which
    make fifty million pairs, cost some ten thousand comparisons and the listing of candidates.
    """
    up, down = threshold
    if not sets.height:
        return np.zeros(0, dtype=np.int64)
    token, sizes, starts, keys = _layout(sets)
    label = np.arange(len(sizes), dtype=np.int64)
    for share, candidates in _candidates(token, starts, sizes, up, down):
        x, y = candidates["x"].to_numpy(), candidates["y"].to_numpy()
        # First one candidate of each set (they are sorted by y): of variants, that connects nearly all.
        leads = np.append(True, y[1:] != y[:-1])
        for chosen in (leads, ~leads):
            chosen = chosen & (label[x] != label[y])
            a, b = x[chosen], y[chosen]
            overlap = _overlaps(a, b, token, starts, sizes, keys)
            near = (up + down) * overlap >= up * (sizes[a] + sizes[b])
            found = pl.DataFrame({"a": label[a[near]], "b": label[b[near]]})
            label = components(found, len(sizes))[label]
        if progress is not None:
            progress(share)
    return label


def _candidates(token: Ints, starts: Ints, sizes: Ints, up: int, down: int) -> Iterator[tuple[float, pl.DataFrame]]:
    """Pairs (`x` the smaller set, `y` the larger, Int64) that may be near enough, in parts, with the share done.

    Overlap must be at least up * size / down in the larger set and, as the other is no smaller, at least
    2 * up * size / (up + down) in the smaller one: the prefixes hold one token more than may be missed.
    """
    index, probe = (sizes - _ceil(2 * up * sizes, up + down) + 1, sizes - _ceil(up * sizes, down) + 1)
    x, y = (_prefix(length, token, starts, sizes) for length in (index, probe))
    y = y.join(x.group_by("token").len("cost"), on="token").sort("set", "at")
    if not y.height:
        return
    # Parts end between sets, so that a pair is met in one part only.
    part = (y["cost"].cast(pl.Int64).cum_sum() - 1) // _CANDIDATES
    y = y.with_columns(part.alias("part")).with_columns(pl.col("part").min().over("set"))
    parts = y.partition_by("part", maintain_order=True)
    near = (up + down) * (
        pl.min_horizontal("at", "at_right")
        + 1
        + pl.min_horizontal(pl.col("size") - pl.col("at"), pl.col("size_right") - pl.col("at_right"))
        - 1
    )
    for done, rows in enumerate(parts, start=1):
        found = (
            rows.lazy()
            .join(x.lazy(), on="token")
            .filter(
                (pl.col("size_right") < pl.col("size"))
                | ((pl.col("size_right") == pl.col("size")) & (pl.col("set_right") < pl.col("set"))),
                down * pl.col("size_right") >= up * pl.col("size"),
                # Tokens before a common one can only meet tokens before it, tokens after it only those after.
                near >= up * (pl.col("size") + pl.col("size_right")),
            )
        )
        distinct = found.select(pl.col("set_right").alias("x"), pl.col("set").alias("y")).unique()
        yield done / len(parts), distinct.sort("y", "x").collect()


def _prefix(length: Ints, token: Ints, starts: Ints, sizes: Ints) -> pl.DataFrame:
    """The first `length` tokens of each set: `set`, `at` (position), `size`, `token`, all Int64."""
    of = np.repeat(np.arange(len(sizes)), length)
    at = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return pl.DataFrame({"set": of, "at": at, "size": sizes[of], "token": token[starts[of] + at]})


def _overlaps(a: Ints, b: Ints, token: Ints, starts: Ints, sizes: Ints, keys: Ints) -> Ints:
    """How many tokens sets a[i] and b[i] have in common, for each i. `keys` is set * width + token, ascending."""
    counts = np.zeros(len(a), dtype=np.int64)
    width = token.max() + 1
    words = np.cumsum(sizes[a])
    first = 0
    while first < len(a):
        # As many pairs as fit the bound, and at least one.
        spent = words[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(words, spent + _WORDS, side="right")))
        length = sizes[a[first:last]]
        ends = np.cumsum(length)
        at = np.arange(ends[-1]) - np.repeat(ends - length, length) + np.repeat(starts[a[first:last]], length)
        wanted = np.repeat(b[first:last], length) * width + token[at]
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        counts[first:last] = np.add.reduceat((keys[place] == wanted).astype(np.int64), ends - length)
        first = last
    return counts


def jaccard(sets: pl.DataFrame, a: Ints, b: Ints) -> NDArray[np.float64]:
    """The Jaccard similarity of sets a[i] and b[i], for each i."""
    if not len(a):
        return np.zeros(0)
    token, sizes, starts, keys = _layout(sets)
    overlap = _overlaps(a, b, token, starts, sizes, keys)
    return np.asarray(overlap / (sizes[a] + sizes[b] - overlap))


def _layout(sets: pl.DataFrame) -> tuple[Ints, Ints, Ints, Ints]:
    """The tokens of all sets one after another, each set's size and start, and set * width + token, ascending."""
    token = sets["token"].to_numpy().astype(np.int64)
    number = sets["set"].to_numpy().astype(np.int64)
    sizes = np.bincount(number)
    return token, sizes, np.cumsum(sizes) - sizes, number * (token.max() + 1) + token


def _ceil(numerator: Ints, denominator: int) -> Ints:
    return -(-numerator // denominator)


def components(pairs: pl.DataFrame, sets: int) -> Ints:
    """The smallest set number reachable from each of `sets` sets over `pairs` (`a`, `b`): one number a component."""
    label = np.arange(sets, dtype=np.int64)
    a, b = (pairs[name].to_numpy().astype(np.int64) for name in ("a", "b"))
    while len(a):
        low = np.minimum(label[a], label[b])
        before = label.copy()
        # Labels sink along edges and their holders, then each set jumps to its holder's holder.
        for end in (a, b):
            np.minimum.at(label, before[end], low)
            np.minimum.at(label, end, low)
        label = label[label]
        if np.array_equal(label, before):
            break
    return label
