"""Loading: files and folders to sources, sources to a loader, chunks to the case, ledger entries back."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from app import gathered
from app.gathered import Statement
from app.progress import Progress
from evidence.case import Case
from evidence.load import keep_original, load, loaded_before
from loaders import loaders, parallel, recognise
from loaders.base import Loader, LoadError, Options, Source
from loaders.mapping import of, words
from loaders.opening import columns_of
from loaders.source import sources, stem
from records.words import platform as platform_word

# Texts that stand beside data; a comma in their first line makes them no table.
_BESIDE: Final = frozenset({"readme", "license", "licence", "notice", "copying", "copyright", "changelog", "authors"})
# Formats that read the file's name: the same picture under two names was posted twice.
_NAME_COUNTS: Final = frozenset({"media_folder"})


def load_paths(
    case: Case,
    paths: list[Path],
    *,
    options: Options,
    copy: bool,
    reporter: Progress,
    format_name: str | None = None,
    known: Mapping[tuple[str, ...], Options] | None = None,
    statement: Statement | None = None,
    unread: Callable[[Path, str], None] = lambda path, name: None,
) -> Iterator[dict[str, Any]]:
    """Load each file, yielding its ledger entry once it is safe in the case.

    `known` are mappings already settled, by the columns they are for. `statement` is how all of the files were gathered;
    what is written of it stands in the entry as `gathered`. A file of no known format that was found in a folder or an
    archive (a README, a licence) is passed by and told to `unread` with where it stands; one that was named is an error.
    Raises LoadError for a file that cannot be read; what was yielded before stays loaded.
    """
    if statement:
        statement.check()
    options = with_platform(options)
    files = list(files_of(paths))
    named = {path for path in paths if not path.is_dir()}
    read = False
    # A word on how a file was gathered need not say again how it is read.
    again = statement is not None and not options.mapping and format_name is None
    beside = partial(_beside, options=options, settled=known or {})
    with case.writing("load"):
        for number, path in enumerate(files):
            # Before a copy of it is kept: what is not read is no evidence.
            if format_name is None and path not in named and all(beside(source) for source in sources(path)):
                digest = keep_original(case, path, False)[0]
                if not (again and any(gathered.loaded(case, digest, source.name) for source in sources(path))):
                    unread(path.parent, path.name)
                    continue
            reporter(f"copying {path.name}", number / len(files))
            digest, readable = keep_original(case, path, copy)
            inside = sources(readable)
            for place, source in enumerate(inside):
                entry = gathered.loaded(case, digest, source.name) if again else None
                if entry is None and format_name is None and len(inside) > 1 and beside(source):
                    unread(path, source.name.partition("!")[2])
                    continue
                if entry is None:
                    loader, how_read = _reading(source, path, format_name, options, known or {})
                    how = _how(loader, how_read, source.name)
                    entry = loaded_before(case, digest, source.name, how)
                if entry is None:
                    counted = partial(_count, reporter, source.name, number / len(files))
                    with closing(parallel.read(loader, readable, place, source, how_read)) as chunks:
                        entry = load(case, source.name, digest, chunks, how, copy, counted)
                if statement and (said := gathered.say(case, entry, statement)):
                    entry = {**entry, "gathered": {"batch": said["batch"], **said["gathered"]}}
                read = True
                yield entry
    if files and not read:
        raise LoadError(f"{paths[0].name} holds no file of a known format; `murmur formats` lists what can be read.")


def _beside(source: Source, options: Options, settled: Mapping[tuple[str, ...], Options]) -> bool:
    """Whether a file among others is of no known format, and no mapping says how to read it."""
    if recognise(source)[0] is not None:
        return False
    columns = () if stem(source.name) in _BESIDE else columns_of(source)
    return len(columns) < 2 or not (options.mapping or columns in settled)


def _how(loader: Loader, options: Options, file: str) -> dict[str, Any]:
    """What decides how a file is read; the same file read the same way is not read again."""
    return {
        **({"file": file} if loader.name in _NAME_COUNTS else {}),
        "format": loader.name,
        "timezone": options.timezone or loader.timezone,
        "mapping": words(of(options)) if options.mapping else {},
        "platform": options.platform,
        # None where nothing was said, as in cases made before these could be said.
        "constants": dict(options.constants) or None,
        "dates": options.dates,
    }


def files_of(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in name order, without hidden ones. Raises LoadError."""
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file()]
            yield from (p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts))
        elif path.exists():
            yield path
        else:
            raise LoadError(f"There is no file {path}; check the name.")


def with_platform(options: Options) -> Options:
    """The options with the platform in the contract's word. Raises LoadError where it is none."""
    if options.platform is None:
        return options
    word = platform_word(options.platform)
    if word is None:
        raise LoadError(
            f"{options.platform} is not a platform; use one of the contract's words, or other:{options.platform}."
        )
    return replace(options, platform=word)


def _count(reporter: Progress, name: str, share: float, rows: int) -> None:
    reporter(f"{name}: {rows:,} rows", share)


def _reading(
    source: Source, path: Path, format_name: str | None, options: Options, settled: Mapping[tuple[str, ...], Options]
) -> tuple[Loader, Options]:
    """The loader for a file and what it is read with."""
    known = loaders()
    if format_name is None and options.mapping:
        format_name = "mapped"
    if format_name is not None:
        if format_name not in known:
            raise LoadError(f"There is no format {format_name}; `murmur formats` lists: {', '.join(known)}.")
        return known[format_name], options
    found, seen = recognise(source)
    if found is not None:
        return found, options
    columns = columns_of(source)
    if columns in settled:
        return known["mapped"], settled[columns]
    if len(columns) > 1:
        raise LoadError(
            f"{source.name} is of no known format; `murmur load {shlex.quote(str(path))} --preview` shows what its"
            " columns look like and says the command that loads it."
        )
    raise LoadError(f"{seen} Name its format with --format if you know it.")
