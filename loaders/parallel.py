"""A file's chunks, made while those before them are written; large files of JSON by two processes, every other batch each.

Tables are read by libraries that let other threads work, JSON by Python itself, which does not.

`python -m loaders.parallel` is such a process. It is started anew, not forked: a fork of a process that has used Polars
or DuckDB may wait for a lock for ever.
"""

import heapq
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from loaders import text as texts
from loaders.ahead import ahead
from loaders.base import Loader, LoadError, Options, Source
from loaders.portion import OWN
from loaders.source import HEAD, sources
from records.chunk import Chunk

# To start a process takes as long as to read some 10 MB; a smaller file is read here.
LARGE: Final = 32 * 2**20
# Each holds some 300 MB, and a load of any size shall stay below 1 GB; who writes the chunks keeps up with two.
PROCESSES: Final = 2
# A batch of posts, profiles and follows may come as several chunks.
MESSAGES: Final = 6
_SIZE: Final = 8
"""Bytes that say how long a message is."""


@dataclass(frozen=True, slots=True)
class _Job:
    loader: str
    path: Path
    number: int
    """Which of the sources behind the path."""
    options: Options
    rank: int


def read(loader: Loader, path: Path, number: int, source: Source, options: Options) -> Generator[Chunk, None, None]:
    """What `loader.read` yields of the source, which is the one of this number behind the path.

    Read by several processes where the loader's batches can be read apart and the file is large. Raises LoadError.
    """
    if not (loader.apart and source.size >= LARGE and (os.cpu_count() or 1) >= PROCESSES and is_json(source)):
        yield from ahead(loader.read(source, options))
        return
    with ExitStack() as stack:
        jobs = [_Job(loader.name, path, number, options, rank) for rank in range(PROCESSES)]
        parts = [stack.enter_context(_started(job)) for job in jobs]
        # In file order; some chunks of each are taken in meanwhile, so that none of them waits for its turn.
        said = [ahead(_received(part, source.name), MESSAGES) for part in parts]
        for _, chunk in heapq.merge(*said, key=itemgetter(0)):
            yield chunk


def is_json(source: Source) -> bool:
    with source.open() as stream:
        return texts.decode(stream.read(HEAD)).lstrip()[:1] in ("{", "[")


@contextmanager
def _started(job: _Job) -> Iterator[BinaryIO]:
    """A process that reads its portion; yields what it says, and ends it when nobody listens any more."""
    # One thread each: two processes of two threads would only wait for each other.
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    words = [sys.executable, "-m", "loaders.parallel"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert process.stdin is not None and process.stdout is not None
    try:
        _send(process.stdin, job)
        process.stdin.close()
        yield cast(BinaryIO, process.stdout)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _received(stream: BinaryIO, name: str) -> Iterator[tuple[int, Chunk]]:
    while True:
        head = stream.read(_SIZE)
        body = stream.read(int.from_bytes(head)) if len(head) == _SIZE else b""
        if not body:
            raise LoadError(f"A process that read {name} ended before it was done; is there memory and disk left?")
        message = pickle.loads(body)  # noqa: S301  from a child of ours
        if message is None:
            return
        if isinstance(message, LoadError):
            raise message
        yield message


def _send(stream: Any, message: object) -> None:
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(body).to_bytes(_SIZE))
    stream.write(body)
    stream.flush()


def main() -> None:
    """Read the portion that stdin names; each chunk goes to stdout with the number of its batch, None at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a keystroke is for the parent, which ends this one
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no message
    head = sys.stdin.buffer.read(_SIZE)
    job: _Job = pickle.loads(sys.stdin.buffer.read(int.from_bytes(head)))  # noqa: S301  from the parent
    OWN.rank, OWN.of = job.rank, PROCESSES
    try:
        loader: Loader = import_module(f"loaders.{job.loader}").LOADER  # alone: all of them take a second to import
        for chunk in loader.read(sources(job.path)[job.number], job.options):
            _send(out, (OWN.at, chunk))
        _send(out, None)
    except LoadError as error:
        _send(out, error)
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more


if __name__ == "__main__":
    main()
