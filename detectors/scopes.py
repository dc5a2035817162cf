"""Which accounts a collection covers: what was never collected cannot be missing, and cannot be usual either."""

from collections.abc import Collection
from dataclasses import dataclass

from records.store import Records


@dataclass(frozen=True, slots=True)
class Covered:
    """What the collections of some scopes cover."""

    platforms: frozenset[str]
    """Platforms covered as a whole: the collection names no one account."""
    subjects: frozenset[tuple[str, str]]
    """(platform, subject as written): an account's id, uid or handle, or a description in words."""
    names: tuple[str, ...]
    """The collections' ids."""

    def account(self, platform: str, *names: str | None) -> bool:
        """Whether an account by any of its names (id, handle) is covered."""
        known = [name for name in names if name]
        written = [*known, *(f"@{name}" for name in known), *(f"{platform}:{name}" for name in known)]
        return platform in self.platforms or any((platform, name) in self.subjects for name in written)

    def platform(self, platform: str) -> bool:
        """Whether anything of a platform is covered: subjects in words ("the four members") name whom nobody can look up."""
        return platform in self.platforms or any(platform == one for one, _ in self.subjects)


def covered(records: Records, scopes: Collection[str], *, complete: bool = True) -> Covered:
    """What collections of these scopes cover; only those said to be complete unless `complete` is false."""
    rows = records.execute(
        "SELECT platform, subject, collection_id FROM collections"
        " WHERE list_contains($scopes, scope) AND (complete = 'yes' OR NOT $complete) ORDER BY collection_id",
        {"scopes": list(scopes), "complete": complete},
    ).fetchall()
    return Covered(
        frozenset(platform for platform, subject, _ in rows if not subject),
        frozenset((platform, subject) for platform, subject, _ in rows if subject),
        tuple(name for _, _, name in rows),
    )
