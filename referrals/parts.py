"""Accounts and their posts in portions that one receiver can take."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from referrals.base import Asset, Post

MOST_ASSETS: Final = 10_000
MOST_POSTS: Final = 50_000
"""Beyond either a pack is split: no receiver's form or spreadsheet takes more."""


def portions(assets: list[Asset], posts: list[Post]) -> Iterator[tuple[list[Asset], list[Post]]]:
    """Accounts with their posts, as many at a time as one pack takes."""
    by_author: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        by_author[post.author].append(post)
    held: list[Asset] = []
    evidence: list[Post] = []
    for asset in assets:
        theirs = by_author[asset.uid]
        if held and (len(held) >= MOST_ASSETS or len(evidence) + len(theirs) > MOST_POSTS):
            yield held, ordered(evidence)
            held, evidence = [], []
        held.append(asset)
        evidence += theirs
    yield held, ordered(evidence)


def ordered(posts: list[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: (post.created_at, post.uid))
