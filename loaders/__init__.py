"""Loaders: one module a format, found by its LOADER; add a file to add one."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from loaders import csvfile, json_paths, jsonfile
from loaders.base import Loader, LoadError, Sample, Source
from loaders.source import describe, sample


@cache
def loaders() -> dict[str, Loader]:
    """Every loader by name, in alphabetical order."""
    found = {}
    for module in sorted(item.name for item in iter_modules(__path__)):
        loader = getattr(import_module(f"{__name__}.{module}"), "LOADER", None)
        if loader is not None:
            found[loader.name] = loader
    return dict(sorted(found.items()))


def look(source: Source) -> Sample:
    """The beginning of a file as recognition sees it. Raises LoadError where it cannot be opened."""
    try:
        head = sample(source)
    except OSError as error:
        raise LoadError(f"{source.name} cannot be read: {error.strerror}.") from error
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        return Sample(source.name, head, jsonfile.keys_of(head), json_paths.paths_of(head))
    if head.startswith(b"PAR1"):
        return Sample(source.name, head, ())
    return Sample(source.name, head, csvfile.header_of(head)[0])


def recognise(source: Source) -> tuple[Loader | None, str]:
    """The loader that knows this file best, and one sentence about what was seen. Raises LoadError."""
    seen = look(source)
    if not seen.head.strip(b"\0\r\n\t \xef\xbb\xbf"):
        return None, f"{source.name} is empty; export it again."
    scores = {name: loader.recognise(seen) for name, loader in loaders().items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0:
        return loaders()[best], f"{source.name} looks like {loaders()[best].title} (format {best})."
    if other := describe(seen.head):
        return None, f"{source.name} is of no known format: {other}."
    if len(seen.columns) > 1:
        names = ", ".join(seen.columns[:8]) + (", ..." if len(seen.columns) > 8 else "")
        return None, (
            f"{source.name} is of no known format: its columns are {names}. "
            "Say which is which with --map column=field, or name the format with --format."
        )
    return None, f"{source.name} is of no known format: it is no table with a header; see murmur formats."
