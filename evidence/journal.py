"""The journal: one JSON line for everything that was done to a case, each chained to the one before by SHA-256."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

GENESIS = "0" * 64
# Bytes read from the end for the newest entry, doubled until it is whole: most entries have some 500.
TAIL: Final = 4096


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
        if not self.path.exists():
            return GENESIS
        with self.path.open("rb") as stream:
            newest, _ = _newest(stream)
        return str(newest["hash"]) if newest else GENESIS

    def append(self, kind: str, **what: Any) -> dict[str, Any]:
        """Write one entry and flush it to the disk; returns it."""
        with self.path.open("r+b" if self.path.exists() else "w+b") as stream:
            newest, end = _newest(stream)
            entry = {
                "seq": newest["seq"] + 1 if newest else 1,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "kind": kind,
                **what,
                "prev": str(newest["hash"]) if newest else GENESIS,
            }
            entry["hash"] = digest(entry)
            # A process killed while writing leaves half a line; it was never acknowledged, so it is cut off.
            stream.seek(end)
            stream.truncate()
            stream.write(orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) + b"\n")
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


def _newest(stream: BinaryIO) -> tuple[dict[str, Any] | None, int]:
    """The newest whole entry, None in an empty journal, and where it ends; only the end of the file is read."""
    size = stream.seek(0, os.SEEK_END)
    length = TAIL
    while True:
        start = max(0, size - length)
        stream.seek(start)
        tail = stream.read(size - start)
        end = tail.rfind(b"\n") + 1
        begin = tail.rfind(b"\n", 0, max(end - 1, 0)) + 1
        if start == 0 or begin:
            return (orjson.loads(tail[begin:end]) if end else None), start + end
        length *= 2
