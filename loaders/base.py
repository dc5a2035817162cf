"""What a loader is: one module that declares LOADER and turns one export format into chunks of contract tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from records.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: a plain file, or one member of an archive, already decompressed when opened."""

    name: str
    """File name without folders; for an archive's member `archive.zip!member.csv`."""
    size: int
    """Bytes on disk (compressed where it is), for progress."""
    open: Callable[[], BinaryIO]
    """A new stream of the decompressed bytes, bounded in size and ratio; raises LoadError when a bound is passed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What format recognition sees: the beginning of a file."""

    name: str
    head: bytes
    """Up to 256 KiB of decompressed bytes."""
    columns: tuple[str, ...]
    """Header names where the head reads as CSV or TSV, the first object's keys where it reads as JSON; else empty."""
    paths: frozenset[str] = frozenset()
    """Dotted paths of what the head holds where it reads as JSON (loaders.json_paths.paths_of); else empty."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said about one load."""

    timezone: str | None = None
    """IANA zone for times without one; None means the loader's own."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Export column -> contract field, for formats that are mapped."""
    platform: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    """Contract field -> the value all rows have, for formats that are mapped."""
    dates: str | None = None
    """day-first or month-first: how a mapped format writes dates such as 03/04/2024."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """A loader's declaration; every field but the last is required."""

    name: str
    title: str
    platform: str
    """The platform its rows are of; "" where each row says."""
    timezone: str
    """IANA zone in which the format's times without a zone are read; shown in the ledger."""
    sample: str
    """A header and one line as the format really looks, for the docs."""
    how_to_export: str
    """Where a user gets such a file."""
    recognise: Callable[[Sample], int]
    """0 (not mine) to 100 (certainly mine), from content first, name second."""
    read: Callable[[Source, Options], Iterator[Chunk]]
    """The file as chunks of at most some 50,000 rows; raises LoadError with one sentence where nothing can be read."""
    apart: bool = False
    """No batch changes how another is read, so that several processes may share a large file (loaders.parallel). Who never
    says so is read by one."""


class LoadError(Exception):
    """A file that cannot be read at all; the message is one sentence that says what to do."""
