"""One step of a story, and how often one author takes it from another."""

from dataclasses import dataclass

from detectors.chain.credit import Credit


@dataclass(frozen=True, slots=True)
class Hop:
    """One piece that copies an earlier one."""

    piece: int
    parent: int
    post: str
    copies: str
    source: str
    """Uid of the parent's author."""
    copier: str
    similarity: float
    lag: float
    """Seconds."""
    tie: bool
    credit: Credit | None


@dataclass(slots=True)
class Route:
    """How often one author carries another's pieces."""

    source: str
    copier: str
    stories: int
    carried: int
    expected: float
    p: float | None
    passed: bool
