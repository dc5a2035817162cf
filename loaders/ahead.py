"""One step of reading while the next one is worked on: what is behind it is asked for in a thread of its own."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
U = TypeVar("U")
_END: Final = object()


def ahead(items: Iterator[T], depth: int = 1) -> Generator[T, None, None]:
    """The items in their order; while one is looked at the next `depth` are made. Raises what making them raises.

    Polars, Arrow and DuckDB let other threads work meanwhile, so that tables are parsed, converted and written at once.
    """
    pool = ThreadPoolExecutor(1)
    try:
        coming = deque(pool.submit(next, items, _END) for _ in range(depth))
        while (item := coming.popleft().result()) is not _END:
            coming.append(pool.submit(next, items, _END))
            yield item  # type: ignore[misc]  # of the items, as it is not the end
    finally:
        pool.shutdown(cancel_futures=True)


def each(make: Callable[[T], U], items: Iterator[T]) -> Generator[U, None, None]:
    """`make` of every item in their order, two at once; the first is made alone, so that what it settles holds for all."""
    for first in items:
        yield make(first)
        break
    made: deque[Future[U]] = deque()
    with ThreadPoolExecutor(2) as pool:
        for item in items:
            made.append(pool.submit(make, item))
            if len(made) == 2:
                yield made.popleft().result()
        while made:
            yield made.popleft().result()
