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
        self.count = 0
        self._room = 1024
        self._columns: dict[str, Any] = {name: np.empty(self._room, np.int64) for name in ("author", "at", *NUMBERS)}
        self._columns |= {name: np.empty(self._room, object) for name in WORDS}

    def add(self, author: Ints, at: Ints, text: Texts, **columns: Any) -> Ints:
        """Add posts; every other column of NUMBERS and WORDS may be given, as one value or one a post. Returns the
        posts' numbers.

        Raises TypeError for a column that does not exist.
        """
        first, self.count = self.count, self.count + len(author)
        self._grow()
        given = {"author": author, "at": at, "text": text}
        for name, values in self._columns.items():
            missing = None if name in WORDS else -1
            values[first : self.count] = given[name] if name in given else columns.pop(name, missing)
        if columns:
            raise TypeError(f"no such column: {', '.join(columns)}")
        return np.arange(first, self.count)

    def column(self, name: str) -> Any:
        """All values of a column; not to be written to."""
        return self._columns[name][: self.count]

    def _grow(self) -> None:
        while self._room < self.count:
            self._room *= 2
            for name, values in self._columns.items():
                self._columns[name] = np.concatenate([values, np.empty_like(values)])
