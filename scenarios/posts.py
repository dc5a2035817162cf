"""Posts while a world is being made: plain columns in pieces, posts and accounts by number; ids come at the end."""

from typing import Any, Final

import numpy as np

from scenarios.clock import Ints
from scenarios.grammar import Texts

NUMBERS: Final = ("reply", "repost", "quote", "mention", "speech", "likes", "shares", "views")
"""Whole numbers, -1 where there is none: posts replied to, reposted, quoted; the account mentioned; the language
(of LANGUAGES) where it is not the author's; counts."""
WORDS: Final = (
    "text",
    "url",
    "tags",
    "media",
    "objects",
    "client",
    "type",
    "title",
    "credited",
    "address",
    "place",
    "precision",
)
"""Texts or None. `url` and `tags` hold several with a space between; `client` None is the author's usual one; `address`
is the post's own; `place` where it says it is;
`precision` of its time, None is the second."""


class Posts:
    """Columns of posts, by number in the order they were added."""

    def __init__(self) -> None:
        self._pieces: list[dict[str, Any]] = []
        self._whole: dict[str, Any] | None = None
        self.count = 0

    def add(self, author: Ints, at: Ints, text: Texts, **columns: Any) -> Ints:
        """Add posts; every other column of NUMBERS and WORDS may be given. Returns the posts' numbers."""
        n = len(author)
        piece: dict[str, Any] = {"author": np.asarray(author, dtype=np.int64), "at": np.asarray(at, dtype=np.int64)}
        columns["text"] = text
        for name in NUMBERS:
            given = columns.pop(name, -1)
            piece[name] = np.broadcast_to(np.asarray(given, dtype=np.int64), (n,))
        for name in WORDS:
            given = columns.pop(name, None)
            if isinstance(given, np.ndarray):
                piece[name] = given
            else:
                piece[name] = np.full(n, None, dtype=object)
                piece[name][:] = given
        if columns:
            raise TypeError(f"no such column: {', '.join(columns)}")
        self._pieces.append(piece)
        self._whole = None
        self.count += n
        return np.arange(self.count - n, self.count)

    def column(self, name: str) -> Any:
        """All values of a column."""
        if self._whole is None:
            self._whole = {}
        if name not in self._whole:
            parts = [piece[name] for piece in self._pieces]
            self._whole[name] = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
        return self._whole[name]
