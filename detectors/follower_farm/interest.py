"""Do more followers mean more interest? Reactions to a page's posts before and after its followers came, and its peers'."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy.stats import t as student

from detectors.follower_farm.growth import ENTITY, Jump
from records.store import Records, query

# Fewer posts, or peers, say nothing about what is usual.
_POSTS: Final = 3
_PEERS: Final = 4
# Followers that tripled and brought less than a tenth of the reactions they should have brought.
_GREW: Final = 3.0
_BROUGHT: Final = 0.1
_ALPHA: Final = 0.01

_REACTIONS: Final = """
    SELECT platform, author_id AS id, created_at AS at, likes AS reactions FROM posts
    WHERE platform = $platform AND list_contains($wanted, author_id) AND likes IS NOT NULL
      AND NOT coalesce(is_repost, false) AND in_reply_to_post_id IS NULL AND in_reply_to_account_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class Interest:
    """Reactions a post, and a post and follower; None where unknown."""

    before: float | None
    after: float | None
    followers_before: int
    followers_after: int
    peers: float | None
    """Reactions a post and follower that peers have."""
    p: float | None
    """Chance that a page like its peers has as few a post and follower as this one."""
    lacking: bool
    """The followers brought hardly any reactions."""

    @property
    def per_follower_before(self) -> float | None:
        return None if self.before is None else self.before / max(self.followers_before, 1)

    @property
    def per_follower_after(self) -> float | None:
        return None if self.after is None else self.after / max(self.followers_after, 1)


def interest(records: Records, jump: Jump, counts: pl.DataFrame) -> Interest:
    """What became of the reactions to the page of `jump`; `counts` are those of everybody."""
    alike = counts.filter((pl.col("platform") == jump.platform) & (pl.col("kind") == jump.kind))
    wanted = sorted({*alike["id"].to_list()}) if alike["id"].n_unique() <= 10_000 else [jump.id]
    posts = query(records, _REACTIONS, {"platform": jump.platform, "wanted": wanted})
    own = posts.filter(id=jump.id)
    since, until = jump.at(jump.since), jump.at(jump.until)
    earlier, later = own.filter(pl.col("at") < since)["reactions"], own.filter(pl.col("at") >= since)["reactions"]
    told = jump.counts.with_row_index("row").drop_nulls("interactions")
    before = told.filter(pl.col("row") <= jump.since)["interactions"]
    after = told.filter(pl.col("row") > jump.since)["interactions"]
    first = _middle(before, 1) if len(before) and len(after) else _middle(earlier, _POSTS)
    last = _middle(after, 1) if len(before) and len(after) else _middle(later, _POSTS)
    small, large = jump.followers(jump.since), jump.followers(jump.until)
    grew = large / max(small, 1)
    lacking = False
    if first is not None and last is not None and grew >= _GREW:
        lacking = last / max(first, 1.0) - 1 <= _BROUGHT * (grew - 1)
    usual, p = _peers(posts, counts, jump, later, until)
    return Interest(first, last, small, large, usual, p, lacking or (p is not None and p <= _ALPHA))


def _middle(values: pl.Series, fewest: int) -> float | None:
    return float(values.median()) if len(values) >= fewest else None  # type: ignore[arg-type]


def _peers(
    posts: pl.DataFrame, counts: pl.DataFrame, jump: Jump, own: pl.Series, until: object
) -> tuple[float | None, float | None]:
    """What peers have a post and follower (geometric mean), and the chance of having as few as this page."""
    size = counts.filter(pl.col("kind") == jump.kind).group_by(ENTITY).agg(pl.col("followers").median().alias("size"))
    theirs = posts.filter(pl.col("id") != jump.id).join(size, on=["platform", "id"])
    # Logarithms: reactions vary by factors. One is added: a post nobody reacted to has a logarithm too.
    theirs = theirs.with_columns(((pl.col("reactions") + 1).log() - (pl.col("size") + 1).log()).alias("rate"))
    rates = theirs.filter(pl.len().over("id") >= _POSTS).group_by("id").agg(pl.col("rate").mean())["rate"].to_numpy()
    if len(rates) < _PEERS or len(own) < _POSTS:
        return None, None
    rate = float(np.log(own.to_numpy() + 1).mean() - np.log(jump.followers(jump.until) + 1))
    spread = max(float(np.std(rates, ddof=1)), 0.3) * (1 + 1 / len(rates)) ** 0.5
    return float(np.exp(rates.mean())), float(student.cdf((rate - rates.mean()) / spread, len(rates) - 1))
