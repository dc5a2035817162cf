"""Reading ahead, in threads and by two processes: the same chunks in the same order, and an end in one sentence."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loaders import items, loaders, parallel, text
from loaders.ahead import ahead, each
from loaders.base import LoadError, Options
from loaders.portion import OWN
from loaders.source import sources
from records.chunk import Chunk

FIXTURES = Path(__file__).parent / "fixtures"
APART = sorted(name for name, loader in loaders().items() if loader.apart)
# Enough that every fixture has its first item in the first batch, as every file has with blocks of megabytes.
BLOCK, STEP = 3_000, 3


def files(name: str) -> list[Path]:
    return [
        path
        for path in sorted((FIXTURES / name).iterdir())
        if path.is_file() and ".expected" not in path.name and ".options" not in path.name
    ]


def said(chunk: Chunk) -> Any:
    frames = {name: (frame.schema, frame.rows()) for name, frame in chunk.frames.items()}
    return chunk.rows, chunk.primary, frames, chunk.refused, chunk.ignored, chunk.notes


def portion(name: str, path: Path, number: int, rank: int, of: int) -> Iterator[tuple[int, Any]]:
    """What one process of several says, and what it says last where it fails."""
    OWN.rank, OWN.of, OWN.at, OWN.shared = rank, of, -1, False
    try:
        for chunk in loaders()[name].read(sources(path)[number], Options()):
            yield OWN.at, said(chunk)
    except LoadError as error:
        yield 10**9, str(error)
    finally:
        OWN.rank, OWN.of, OWN.shared = 0, 1, False


@pytest.mark.parametrize("name", APART)
def test_the_portions_of_a_file_are_the_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "BLOCK", BLOCK)
    monkeypatch.setattr(text, "STEP", STEP)
    monkeypatch.setattr(items, "_STEP", STEP)
    parted = 0
    for path in files(name):
        for number in (number for number, source in enumerate(sources(path)) if parallel.is_json(source)):
            whole = list(portion(name, path, number, 0, 1))
            found = sorted(
                [part for rank in range(2) for part in portion(name, path, number, rank, 2)], key=lambda part: part[0]
            )
            if whole and whole[-1][0] == 10**9:  # every process that reaches the error says it; the first one counts
                found = [part for part in found if part[0] < 10**9] + [part for part in found if part[0] == 10**9][:1]
            assert [chunk for _, chunk in found] == [chunk for _, chunk in whole], path.name
            parted += len(whole) > 1
    assert parted, "no fixture of this loader has two batches"


@pytest.mark.parametrize(
    ("name", "fixture"),
    [("x_api", "flat.jsonl"), ("reddit", "RC_2024-03.ndjson.zst"), ("mastodon", "timeline.json")],
)
def test_two_processes_say_what_one_says(name: str, fixture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(path for path in files(name) if path.name == fixture)
    source = sources(path)[0]
    alone = list(parallel.read(loaders()[name], path, 0, source, Options()))
    monkeypatch.setattr(parallel, "LARGE", 0)
    together = list(parallel.read(loaders()[name], path, 0, source, Options()))
    assert [said(chunk) for chunk in together] == [said(chunk) for chunk in alone]


def test_a_file_of_another_kind_is_refused_in_the_same_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n')
    source = sources(path)[0]
    with pytest.raises(LoadError) as alone:
        list(loaders()["reddit"].read(source, Options()))
    monkeypatch.setattr(parallel, "LARGE", 0)
    with pytest.raises(LoadError) as together:
        list(parallel.read(loaders()["reddit"], path, 0, source, Options()))
    assert str(together.value) == str(alone.value)


def test_a_process_that_is_killed_ends_the_load_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    path = FIXTURES / "x_api" / "flat.jsonl"
    monkeypatch.setattr(parallel, "LARGE", 0)
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*words: Any, **more: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*words, **more))
        if len(started) == 2:
            os.kill(started[0].pid, signal.SIGKILL)
        return started[-1]

    monkeypatch.setattr(parallel.subprocess, "Popen", start)
    with pytest.raises(LoadError, match=r"^A process that read flat\.jsonl ended before it was done"):
        list(parallel.read(loaders()["x_api"], path, 0, sources(path)[0], Options()))
    assert [process.poll() is not None for process in started] == [True, True]


def counted(until: int, asked: list[int]) -> Iterator[int]:
    for number in range(until):
        asked.append(number)
        yield number
    raise LoadError("the file ends here too early")


def test_what_is_read_ahead_comes_in_order_with_its_error_in_its_place() -> None:
    asked: list[int] = []
    found = []
    with pytest.raises(LoadError, match="too early"):
        for number in ahead(counted(5, asked)):
            found.append(number)
    assert (found, asked) == ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])


def test_no_more_is_read_ahead_than_said_and_nothing_after_the_end() -> None:
    asked: list[int] = []
    coming = ahead(counted(100, asked), 2)
    assert next(coming) == 0
    coming.close()
    assert len(asked) <= 4  # the one handed out, the two ahead, and one that had begun
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]


def test_each_is_made_in_order_the_first_alone() -> None:
    making: list[int] = []

    def make(number: int) -> int:
        making.append(number)
        if number == 1:
            time.sleep(0.05)  # the later one is made meanwhile
        return -number

    assert list(each(make, iter(range(6)))) == [0, -1, -2, -3, -4, -5]
    assert making[0] == 0
    assert sorted(making) == list(range(6))
    assert list(each(make, iter([]))) == []
