"""Progress for people: a bar on a terminal, and a file the app reads when a command runs as its job."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from evidence.files import read_json, write_json

# The app looks at a job twice a second; writing more often is lost work.
INTERVAL_SECONDS = 0.5

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0..1."""


class Reporter:
    """Called with (what, share done 0..1). Shows a bar on stderr if it is a terminal; fills MURMUR_JOB's file if set."""

    def __init__(self) -> None:
        job = os.environ.get("MURMUR_JOB")
        self.job = Path(job) if job else None
        self.written = 0.0
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self.task = self.bar.add_task("", total=1.0)

    def __enter__(self) -> "Reporter":
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def __call__(self, what: str, share: float) -> None:
        share = min(max(share, 0.0), 1.0)
        self.bar.update(self.task, description=what, completed=share)
        now = time.monotonic()
        if self.job is not None and (now - self.written >= INTERVAL_SECONDS or share >= 1.0):
            self.written = now
            write_json(self.job, {**read_json(self.job), "what": what, "share": share})


class Part:
    """One step's share of a whole job's bar."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self.whole, self.start, self.end = whole, start, end

    def __call__(self, what: str, share: float) -> None:
        self.whole(what, self.start + (self.end - self.start) * min(max(share, 0.0), 1.0))
