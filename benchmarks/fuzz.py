"""Coverage-guided damage to every loader's fixtures: inputs that reach new lines of the loaders are damaged further.

`python -m benchmarks.fuzz [--seconds N] [--seed N]`: prints for each loader how many inputs were tried, how many lines
of loaders/ they reached, and each distinct failure once; the exit code is 1 where there is one. A failure is any
exception that is no LoadError, or a chunk that does not balance.
"""

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from tests.loaders.test_fuzz import FILES, HOSTILE, content, survives

LOADERS = str(Path(__file__).resolve().parents[1] / "loaders")
# Inputs kept for each fixture; the newest replace the oldest.
KEPT = 40


def reached(work: Callable[[], None], lines: set[tuple[str, int]]) -> int:
    """Run `work`, add the lines of loaders/ it reaches to `lines`; returns how many are new. Raises what it raises."""
    before = len(lines)

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(LOADERS):
            return None
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return len(lines) - before


def damaged(data: bytes, rng: random.Random) -> bytes:
    """One to four changes: a byte, a hostile value, a part gone or moved."""
    found = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        begin = rng.randrange(len(found) + 1)
        end = min(len(found), begin + rng.choice((0, 1, 2, 8, 64, 512)))
        found[begin:end] = rng.choice(
            (
                bytes([rng.randrange(256)]),
                rng.choice(HOSTILE).encode("utf-8", "surrogatepass"),
                b"",
                found[rng.randrange(len(found) + 1) :][: rng.choice((1, 16, 256))],
            )
        )
    return bytes(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    rng = random.Random(wanted.seed)
    lines: set[tuple[str, int]] = set()
    corpus = {path: [content(path)] for path in FILES}
    tried = dict.fromkeys(FILES, 0)
    failures: dict[str, Path] = {}
    end = time.monotonic() + wanted.seconds
    while time.monotonic() < end:
        path = rng.choice(FILES)
        data = damaged(rng.choice(corpus[path]), rng)
        tried[path] += 1
        try:
            if reached(lambda p=path, d=data: survives(p, d), lines):  # type: ignore[misc]
                corpus[path] = [*corpus[path], data][-KEPT:]
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            own = [item for item in traceback.extract_tb(error.__traceback__) if item.filename.startswith(LOADERS)]
            where = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "the check"
            failures.setdefault(
                f"{where} {type(error).__name__}: {str(error).splitlines()[0][:150] if str(error) else ''}", path
            )
    print(f"{sum(tried.values()):,} inputs of {len(FILES)} fixtures, {len(lines):,} lines of the loaders reached")
    for sentence, path in sorted(failures.items()):
        print(f"{path.parent.name}/{path.name}: {sentence}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
