"""Which piece copies which: passages shared by articles, headlines repeated in short pieces, and what was first.

Two texts are one where half of the shorter one's words stand in passages of both. A copy keeps passages of its parent, drops
others and adds its own, and hands all of that on. What a parent added and the copy has too is evidence, as in textual
criticism; what both lack is none, since anybody may leave out the same; and neither is what other stories have too (stock
phrases). So a piece's parent is the earlier one in which most of its words are found again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl

from detectors.chain import overlap
from detectors.texts.families import PRECISIONS
from detectors.texts.text import unquoted
from records.store import Records, query

RUN: Final = 5  # words in a row: of shorter runs any two texts on one subject share many
HEADLINE_RUN: Final = 3
_FRAME: Final = 10  # words in a row that no turn of phrase has (detectors/texts/setphrase.py)
# A headline of fewer words is a set phrase; a piece of no more than this says little more than its headline.
_HEADLINE: Final = 6
_SHORT: Final = 34
# Less than half may be a text with most sentences touched, or one that quotes the same people; a third of it in words that
# stand in no other story is the former.
_REWORDED: Final = 1 / 3
# The same headline three times by one author is the name of a column.
_COLUMN: Final = 3
_HEAD: Final = 200  # characters of a piece without a title that may be its headline
Credited = Callable[[int, Sequence[int]], int | None]
"""Of a piece and others that may be its source, the one it names."""
_POSTS: Final = """
    SELECT platform || ':' || post_id AS post, platform || ':' || author_id AS account, platform, post_id, author_id,
           coalesce(author_kind, 'account') AS author_kind, created_at, coalesce(time_precision, 'second') AS precision,
           coalesce(text, '') AS text, coalesce(title, '') AS title, content_type, client, credited_to,
           coalesce(views, 0) AS views, url,
           array_to_string(urls, chr(10)) AS links
    FROM posts
    WHERE NOT coalesce(is_repost, repost_of_post_id IS NOT NULL) AND in_reply_to_post_id IS NULL
      AND (author_kind IN ('page', 'outlet') OR content_type IN ('article', 'video'))
    ORDER BY created_at, post
"""


def pieces(records: Records) -> pl.DataFrame:
    """Articles, videos and what pages and outlets publish, oldest first, with `error` (seconds their clock may be off)."""
    rows = query(records, _POSTS)
    error = pl.col("precision").replace_strict(PRECISIONS, default=1, return_dtype=pl.Int64)
    return rows.with_columns(error.alias("error")).with_row_index("piece")


def hops(
    rows: pl.DataFrame,
    containment: float,
    similarity: float,
    days: float,
    credited: Credited = lambda piece, sources: None,
    names: Sequence[str] = (),
) -> pl.DataFrame:
    """Each piece that copies an earlier one, with its parent: `piece`, `parent` (numbers of `rows`), `similarity` (the
    share of the parent's words found again, 0..1).

    By their text where `containment` of the shorter one's words stand in passages of both, else by their headline where
    the piece says little more than that and `similarity` of either is found in the other; within `days` of each other.
    `credited` says which of several pieces one names as its source: it decides where words or clocks cannot. The `names` of
    authors are no words of a story: two who credit one source have its name in common without having it from each other.
    """
    said = overlap.words(_said(rows, names))
    inside = overlap.unframed(said, rows, _FRAME)
    by_text = _by_text(inside.filter(pl.len().over("piece") > _SHORT), rows, containment, days, credited)
    # What a video tells is spoken; beside it stand its headline and calls to follow, share and subscribe.
    video = rows.filter(content_type="video").join(by_text, on="piece", how="anti")
    little = (pl.len().over("piece") <= _SHORT) | pl.col("piece").is_in(video["piece"].implode())
    by_head = _by_headline(said.filter(little), rows, similarity, days)
    return pl.concat([by_text, _headed(by_head, by_text)]).sort("piece")


def _by_text(
    said: pl.DataFrame,
    rows: pl.DataFrame,
    containment: float,
    days: float,
    credited: Credited,
) -> pl.DataFrame:
    # A run covers as many words as it has, so fewer shared ones cannot cover enough.
    found = _near(overlap.pairs(said, rows, RUN, _REWORDED / RUN), rows, days)
    # The calls under one's own videos are alike; a new version of an article is a piece of its own.
    video = rows.filter(content_type="video")
    found = pl.concat(
        [found.join(video, on="piece", how="anti"), _between(found.join(video, on="piece", how="semi"), rows)]
    )
    shorter = pl.min_horizontal("length", "parent_length")
    of_shorter = pl.when(pl.col("length") <= pl.col("parent_length")).then("share").otherwise("parent_share")
    found = overlap.covered(found, said, said, RUN).filter(of_shorter >= _REWORDED)
    place = _moved(found, rows, credited)
    if place:
        found = overlap.covered(_turned(found, place), said, said, RUN)
    own = overlap.own(said, _together(found), RUN)
    found = found.with_columns(overlap.taken(found, said, own, RUN).alias("taken"))
    found = found.filter((of_shorter >= containment) | (pl.col("taken") >= _REWORDED * shorter))
    best = found
    for measure in ("taken", "share"):
        best = best.filter(pl.col(measure) == pl.col(measure).max().over("piece"))
    made = []
    for (piece,), part in best.group_by("piece", maintain_order=True):
        share = dict(part.select("parent", "parent_share").rows())
        # The same words in several are from the one it names, or from the first, as far as anybody can tell.
        earliest = sorted(share, key=lambda one: (place.get(one, one), one))
        named = credited(piece, earliest) if len(share) > 1 else None
        parent = earliest[0] if named is None else named
        made.append((piece, parent, share[parent]))
    schema = {"piece": rows.schema["piece"], "parent": rows.schema["piece"], "similarity": pl.Float64()}
    return pl.DataFrame(made, schema=schema, orient="row")


def _moved(found: pl.DataFrame, rows: pl.DataFrame, credited: Credited) -> dict[int, float]:
    """Pieces that come later than their number says, to their place among the numbers. A page with a date alone may be of any
    time of that day: if it names a piece of that time as its source, it came after that."""
    clock = rows.select("piece", "created_at", "error")
    both = found.join(clock, on="piece").join(clock.rename({"piece": "parent"}), on="parent", suffix="_of")
    lag = (pl.col("created_at") - pl.col("created_at_of")).dt.total_seconds()
    within = both.filter(lag < pl.col("error_of")).sort("piece", "parent").select("piece", "parent").rows()
    place: dict[int, float] = {}
    for second, first in within:
        if credited(first, [second]) is not None and credited(second, [first]) is None:
            place[first] = max(place.get(first, 0.0), second + 0.5)
    return place


def _turned(found: pl.DataFrame, place: Mapping[int, float]) -> pl.DataFrame:
    """`found` (`piece`, `parent`), the later of the two first."""
    pairs = [
        sorted(pair, key=lambda one: (place.get(one, one), one)) for pair in found.select("parent", "piece").rows()
    ]
    return pl.DataFrame(pairs, schema={name: found.schema[name] for name in ("parent", "piece")}, orient="row")


def _by_headline(said: pl.DataFrame, rows: pl.DataFrame, similarity: float, days: float) -> pl.DataFrame:
    """Short pieces and whose headline they repeat best: `piece`, `parent`, `similarity`, one row for each that is as good."""
    heads = overlap.words(_headlines(rows)).filter(pl.len().over("piece") >= _HEADLINE)
    either = pl.concat([said, heads.join(said, on="piece", how="anti")])
    found = _near(overlap.pairs(either, rows, HEADLINE_RUN, similarity / HEADLINE_RUN), rows, days)
    found = overlap.covered(found.join(said, on="piece", how="semi"), said, heads, HEADLINE_RUN)
    found = found.filter(pl.max_horizontal("share", "parent_share") >= similarity)
    found = _between(found, rows)  # nobody hands a headline on to oneself
    found = found.filter(pl.col("share") == pl.col("share").max().over("piece"))
    return found.select("piece", "parent", similarity="parent_share")


def _headed(by_head: pl.DataFrame, by_text: pl.DataFrame) -> pl.DataFrame:
    """One parent of those with the headline. It may head several stories: it is of the one told last, and there of who
    changed it to this; where it is as old as the story, of who printed it last."""
    parent_of = dict(by_text.select("piece", "parent").rows())
    made = []
    for _, part in by_head.sort("piece", "parent").group_by("piece", maintain_order=True):
        piece, share = part["piece"][0], dict(part.select("parent", "similarity").rows())
        last = max(share)
        origin = _origin(last, parent_of)
        first = min(parent for parent in share if _origin(parent, parent_of) == origin)
        parent_of[piece] = last if first == origin else first
        made.append((piece, parent_of[piece], share[parent_of[piece]]))
    return pl.DataFrame(made, schema=by_text.schema, orient="row")


def _together(found: pl.DataFrame) -> pl.DataFrame:
    """`piece`, `story` (its first piece): pieces that `found` joins, at any remove."""
    story: dict[int, int] = {}
    for piece, parent in found.select("piece", "parent").rows():
        for one in (piece, parent):
            story.setdefault(one, one)
        low, high = sorted((_origin(piece, story), _origin(parent, story)))
        story[high] = low
    rows = [(piece, _origin(piece, story)) for piece in story]
    return pl.DataFrame(rows, schema={"piece": found.schema["piece"], "story": pl.Int64()}, orient="row")


def line(piece: int, parent_of: Mapping[int, int]) -> list[int]:
    """The piece, its parent, that one's parent ... up to where the story begins."""
    passed = [piece]
    while (parent := parent_of.get(passed[-1], passed[-1])) != passed[-1]:
        passed.append(parent)
    return passed


def _origin(piece: int, parent_of: Mapping[int, int]) -> int:
    return line(piece, parent_of)[-1]


def _near(found: pl.DataFrame, rows: pl.DataFrame, days: float) -> pl.DataFrame:
    """Those of `found` that lie within `days` of each other."""
    at = rows.select("piece", "created_at")
    found = found.join(at, on="piece").join(at.rename({"piece": "parent"}), on="parent", suffix="_of")
    lag = (pl.col("created_at") - pl.col("created_at_of")).dt.total_seconds()
    return found.filter(lag <= days * 86_400).select("piece", "parent")


def _between(found: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Those of `found` whose two pieces are by different authors."""
    by = rows.select("piece", "account")
    found = found.join(by, on="piece").join(by.rename({"piece": "parent"}), on="parent", suffix="_of")
    return found.filter(pl.col("account") != pl.col("account_of")).drop("account", "account_of")


def _said(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """`piece`, `words`: title and text, once where the text begins with its title. What stands between quotation marks is
    somebody else's by its own mark, who may have said it to many; it is left out where enough is said beside it."""
    again = pl.col("text").str.starts_with(pl.col("title"))
    both = pl.concat_str("title", pl.lit("\n"), "text")
    said = rows.select("piece", pl.when(again).then("text").otherwise(both).alias("words"))
    words = pl.col("words").str.replace_many(list(names), [" "] * len(names), ascii_case_insensitive=True)
    said = said.with_columns(words) if names else said
    beside = unquoted(pl.col("words"))
    enough = overlap.words(said.with_columns(beside)).group_by("piece").len().filter(pl.col("len") > _SHORT)
    told = said["piece"].is_in(enough["piece"].implode())
    return said.with_columns(pl.when(told).then(beside).otherwise("words").alias("words"))


def _headlines(rows: pl.DataFrame) -> pl.DataFrame:
    """`piece`, `words`: its title, or the text of a short piece without one; names of columns left out."""
    said = rows.with_columns(
        pl.when(pl.col("title") != "").then("title").otherwise(pl.col("text").str.head(_HEAD)).alias("words")
    )
    often = said.group_by("account", "words").len().filter(pl.col("len") >= _COLUMN)
    return said.join(often, on=["account", "words"], how="anti").select("piece", "words")


def stories(found: pl.DataFrame) -> dict[int, list[int]]:
    """Origin to all pieces that go back to it, in the order of time (pieces are numbered by it)."""
    parent_of = dict(found.select("piece", "parent").rows())
    told: dict[int, list[int]] = {}
    for piece in sorted(parent_of):
        origin = _origin(piece, parent_of)
        told.setdefault(origin, [origin]).append(piece)
    return told
