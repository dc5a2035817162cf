"""Files that appear whole or not at all, and their SHA-256."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import orjson

BLOCK = 1 << 20


def sha256(path: Path) -> str:
    """SHA-256 of a file in hex, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Flush a file or folder to the disk, so that a rename after it cannot overtake it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, document: Any) -> None:
    """Write JSON so that `path` holds either the old document or the new one, whatever happens."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as stream:
        stream.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def read_json(path: Path) -> Any:
    return orjson.loads(path.read_bytes())


def manifest(folder: Path) -> dict[str, str]:
    """Relative name to SHA-256 of every file in `folder` but the manifest itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def publish(pending: Path, final: Path) -> str:
    """Seal a finished folder with its manifest and let it appear under its name by one rename.

    Returns the manifest's SHA-256, which the journal records.
    """
    write_json(pending / "manifest.json", manifest(pending))
    for path in pending.iterdir():
        sync(path)
    sync(pending)
    final.parent.mkdir(parents=True, exist_ok=True)
    pending.rename(final)
    sync(final.parent)
    return sha256(final / "manifest.json")


REPLACED = ".replaced-"
"""Before the name of a folder that another one takes the place of at this moment."""


def publish_as(pending: Path, final: Path) -> None:
    """Let a finished folder appear under its name, in the place of an earlier one; killed in between, `settle` ends it."""
    for path in pending.iterdir():
        sync(path)
    sync(pending)
    final.parent.mkdir(parents=True, exist_ok=True)
    earlier = final.with_name(REPLACED + final.name)
    remove(earlier)
    if final.exists():
        final.rename(earlier)
    pending.rename(final)
    sync(final.parent)
    remove(earlier)


def settle(root: Path) -> None:
    """Bring back folders that a killed `publish_as` had set aside without putting the new one in their place."""
    for earlier in root.glob(f"**/{REPLACED}*"):
        final = earlier.with_name(earlier.name.removeprefix(REPLACED))
        if final.exists():
            remove(earlier)
        else:
            earlier.rename(final)


def copy_and_hash(source: Path, folder: Path | None) -> tuple[str, Path]:
    """Hash `source`, and where `folder` is given keep a copy of it there as SHA/NAME.

    Returns the hash and the path to read from: the copy, so that what is hashed is what is read.
    """
    if folder is None:
        return sha256(source), source
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".copy-{os.getpid()}"
    digest = hashlib.sha256()
    try:
        with source.open("rb") as reader, temporary.open("wb") as writer:
            while block := reader.read(BLOCK):
                digest.update(block)
                writer.write(block)
            writer.flush()
            os.fsync(writer.fileno())
        final = folder / digest.hexdigest() / source.name
        if not final.exists():
            final.parent.mkdir(exist_ok=True)
            temporary.rename(final)
            sync(final.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return digest.hexdigest(), final


def remove(path: Path) -> None:
    """Remove a file or folder if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
