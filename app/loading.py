"""Loading: files and folders to sources, sources to a loader, chunks to the case, ledger entries back."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from app.progress import Progress
from evidence.case import Case
from evidence.load import keep_original, load, loaded_before
from loaders import loaders, recognise
from loaders.base import Loader, LoadError, Options, Source
from loaders.source import sources
from records.words import platform as platform_word


def load_paths(
    case: Case,
    paths: list[Path],
    *,
    format_name: str | None,
    mapping: Mapping[str, str],
    timezone: str | None,
    platform: str | None,
    copy: bool,
    reporter: Progress,
) -> Iterator[dict[str, Any]]:
    """Load each file, yielding its ledger entry once it is safe in the case.

    Raises LoadError for a file that cannot be read; what was yielded before stays loaded.
    """
    options = Options(timezone=timezone, mapping=dict(mapping), platform=_platform(platform))
    files = list(_files(paths))
    with case.writing("load"):
        for number, path in enumerate(files):
            reporter(f"copying {path.name}", number / len(files))
            digest, readable = keep_original(case, path, copy)
            for source in sources(readable):
                loader = _loader(source, format_name, mapping)
                how = {
                    "format": loader.name,
                    "timezone": timezone or loader.timezone,
                    "mapping": dict(mapping),
                    "platform": options.platform,
                }
                known = loaded_before(case, digest, source.name, how)
                chunks = loader.read(source, options)
                counted = partial(_count, reporter, source.name, number / len(files))
                yield known or load(case, source.name, digest, chunks, how, copy, counted)


def _count(reporter: Progress, name: str, share: float, rows: int) -> None:
    reporter(f"{name}: {rows:,} rows", share)


def _files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in name order, without hidden ones."""
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file()]
            yield from (p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts))
        elif path.exists():
            yield path
        else:
            raise LoadError(f"There is no file {path}; check the name.")


def _loader(source: Source, format_name: str | None, mapping: Mapping[str, str]) -> Loader:
    known = loaders()
    if format_name is None and mapping:
        format_name = "mapped"
    if format_name is not None:
        if format_name not in known:
            raise LoadError(f"There is no format {format_name}; `murmur formats` lists: {', '.join(known)}.")
        return known[format_name]
    found, seen = recognise(source)
    if found is None:
        raise LoadError(f"{source.name}: {seen} Name its format with --format, or its columns with --map COLUMN=FIELD.")
    return found


def _platform(name: str | None) -> str | None:
    if name is None:
        return None
    word = platform_word(name)
    if word is None:
        raise LoadError(f"{name} is not a platform; use one of the contract's words, or other:{name}.")
    return word
