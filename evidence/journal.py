"""The journal: one JSON line for everything that was done to a case, each chained to the one before by SHA-256."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

GENESIS = "0" * 64


def digest(entry: dict[str, Any]) -> str:
    """SHA-256 of an entry without its own `hash`, keys sorted."""
    body = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Journal:
    """Appends and reads `journal.ndjson`. Append only under the case's writer lock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[dict[str, Any]]:
        """Every whole entry, oldest first; a torn last line (a killed process) is not one."""
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")
        return [orjson.loads(line) for line in lines[:-1] if line]

    def head(self) -> str:
        """Hash of the newest entry, GENESIS for an empty journal."""
        entries = self.entries()
        return str(entries[-1]["hash"]) if entries else GENESIS

    def append(self, kind: str, **what: Any) -> dict[str, Any]:
        """Write one entry and flush it to the disk; returns it."""
        entries = self.entries()
        entry = {
            "seq": len(entries) + 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "kind": kind,
            **what,
            "prev": str(entries[-1]["hash"]) if entries else GENESIS,
        }
        entry["hash"] = digest(entry)
        line = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) + b"\n"
        with self.path.open("r+b" if self.path.exists() else "w+b") as stream:
            content = stream.read()
            # A process killed while writing leaves half a line; it was never acknowledged, so it is cut off.
            stream.seek(content.rfind(b"\n") + 1)
            stream.truncate()
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
        return entry

    def problems(self) -> list[str]:
        """One sentence for each break of the chain; empty for a whole journal."""
        found = []
        previous = GENESIS
        try:
            entries = self.entries()
        except orjson.JSONDecodeError:
            return ["journal.ndjson holds a line that is not JSON."]
        for number, entry in enumerate(entries, start=1):
            if entry.get("seq") != number or entry.get("prev") != previous or entry.get("hash") != digest(entry):
                found.append(f"journal.ndjson line {number} was changed after it was written.")
            previous = str(entry.get("hash"))
        return found
