"""How a file was gathered, as its user says: rows of `collections` for what was loaded, in a batch of their own."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import polars as pl

from evidence.case import Case
from evidence.held import Held
from evidence.load import load
from loaders import columns
from loaders.base import LoadError
from records import words
from records.chunk import Chunk
from records.tables import TABLES

FORMAT = "gathered"
"""What the ledger calls the batch that holds a user's word; no loader is called so."""
LOST = (
    "How {file} was gathered is not known: claims on dormancy, echo and what is usual stay undetermined (coverage)."
    " If you know it, say: {command} --scope timeline|keyword|replies|followers|sample --complete yes|no"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a user says of how a file was gathered; fields are the columns of `collections`."""

    scope: str
    query: str | None = None
    subject: str | None = None
    since: str | None = None
    """ISO 8601, UTC where it states no zone."""
    until: str | None = None
    complete: str = "unknown"

    def check(self) -> None:
        """Raise LoadError, saying what may stand there instead, where a word or a time is none."""
        if self.scope not in words.SCOPES:
            raise LoadError(f"{self.scope} is no scope; say one of {', '.join(words.SCOPES)}.")
        if self.complete not in words.COMPLETENESS:
            raise LoadError(f"complete is {' or '.join(words.COMPLETENESS)}, not {self.complete}.")
        for name in ("since", "until"):
            _instant(name, getattr(self, name))


def loaded(case: Case, sha256: str, file: str) -> dict[str, Any] | None:
    """The ledger entry of the newest load of the same bytes, however they were read, as one that brought nothing new."""
    for entry in reversed(case.held().entries(sha256, file)):
        if entry["format"] != FORMAT:
            return {**entry, "kept": 0, "merged": entry["kept"] + entry["merged"], "already_loaded": True}
    return None


def untold(held: Held, entry: dict[str, Any]) -> bool:
    """Whether a load brought posts or engagements and neither the export nor the user said how they were gathered."""
    tables = entry["tables"]
    if not (tables.get("posts") or tables.get("engagements")) or tables.get("collections"):
        return False
    return _said(held, entry) is None


def say(case: Case, entry: dict[str, Any], statement: Statement) -> dict[str, Any] | None:
    """Write the statement for what `entry` loaded; the caller holds the writer lock. Returns the batch's ledger entry.

    Where the export itself said something, its rows are the ones that are corrected; a later statement stands above an
    earlier one whole. None where the file brought nothing that is gathered. The same statement again changes nothing.
    """
    statement.check()
    known = _said(case.held(), entry)
    if known is not None and known["gathered"] == asdict(statement):
        return known
    rows = _rows(case, entry, statement)
    if rows is None:
        return None
    how = {"format": FORMAT, "timezone": "UTC", "mapping": {}, "platform": None, "gathered": asdict(statement)}
    chunk = Chunk(rows=rows.height, primary="collections", frames={"collections": rows})
    return load(case, entry["file"], entry["sha256"], [chunk], how, bool(entry.get("copied")), lambda _: None)


def _rows(case: Case, entry: dict[str, Any], statement: Statement) -> pl.DataFrame | None:
    """One row for each collection of the file: the export's own, else one for each platform in it."""
    folder = case.path / "evidence" / "batches" / entry["batch"]
    own = folder / "collections.parquet"
    if own.exists():
        found = pl.read_parquet(own).select(TABLES["collections"].names).unique("collection_id", keep="last")
    else:
        platforms = sorted(
            {
                platform
                for table in ("posts", "engagements")
                if (folder / f"{table}.parquet").exists()
                for platform in pl.scan_parquet(folder / f"{table}.parquet")
                .select("platform")
                .unique()
                .collect()["platform"]
            }
        )
        if not platforms:
            return None
        member = entry["file"].partition("!")[2]
        base = f"file:{entry['sha256'][:16]}" + (f"!{member}" if member else "")
        ids = [base if len(platforms) == 1 else f"{base}:{platform}" for platform in platforms]
        found = pl.DataFrame({"collection_id": ids, "platform": platforms})
        found = found.with_columns(pl.lit(None, pl.String).alias(name) for name in ("query", "subject"))
        found = found.with_columns(pl.lit(None, pl.Datetime("us", "UTC")).alias(name) for name in ("since", "until"))
    said = {"scope": statement.scope, "query": statement.query, "subject": statement.subject}
    times = {name: _instant(name, getattr(statement, name)) for name in ("since", "until")}
    return found.with_columns(
        *(pl.lit(value).alias(name) for name, value in said.items() if value),
        *(pl.lit(value, pl.Datetime("us", "UTC")).alias(name) for name, value in times.items() if value),
        pl.lit(statement.complete).alias("complete"),
        pl.lit(1, pl.Int64).alias("_source_line"),
    )


def _said(held: Held, entry: dict[str, Any]) -> dict[str, Any] | None:
    """The newest statement on the same file."""
    known = reversed(held.entries(entry["sha256"], entry["file"]))
    return next((one for one in known if one["format"] == FORMAT), None)


def _instant(name: str, text: str | None) -> datetime | None:
    if not text:
        return None
    found = columns.times(pl.Series([text]), first=None).values[0]
    if found is None:
        raise LoadError(f"{text} is no time for --{name}; write it as 2024-03-01 or 2024-03-01T12:00:00Z.")
    assert isinstance(found, datetime)
    return found
