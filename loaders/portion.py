"""Which batches of a file this process reads, where several processes share one file: every so many, in turn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Portion:
    """Batches `rank`, `rank + of`, `rank + 2 * of` ... of a file, counted from 0; by default all of them."""

    rank: int = 0
    of: int = 1
    at: int = -1
    """Number of the batch handed out last."""

    shared: bool = False
    """Whether others hold some of what was read."""

    @property
    def first(self) -> bool:
        """Whether this process sees how the file begins, and is the one to say what is wrong with the whole of it."""
        return self.rank == 0

    def takes(self, number: int) -> bool:
        """Whether batch `number`, the next one, is of this portion."""
        if number % self.of != self.rank:
            self.shared = True
            return False
        self.at = number
        return True

    def mine(self, batches: Iterable[T]) -> Iterator[T]:
        """Of all batches of a file those of this portion."""
        return (batch for number, batch in enumerate(batches) if self.takes(number))


# Of the process, not of a call: between who decides it (loaders.parallel) and who reads (csvfile, items, jsonfile) stands
# every loader, and none of them has to know.
OWN: Final = Portion()
