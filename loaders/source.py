"""The files behind a path a user names: plain, folders, .gz, .zst, .xz and .zip, opened as bounded streams."""

import io
import lzma
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, cast

import zstandard

from loaders.base import LoadError, Source

HEAD: Final = 256 * 1024
BLOCK: Final = 1024 * 1024
# 256 GiB unpacked: a month of all Reddit comments, the largest single export users bring, is some 200 GiB.
MAX_BYTES: Final = 256 * 2**30
# Text exports pack 3 to 40 times, JSON lines with long keys up to about 100; gzip's own limit, which bombs reach, is
# 1,032. Below 64 MiB unpacked the ratio is not looked at: so little harms nobody, and tiny regular files pack well.
MAX_RATIO: Final = 250
RATIO_FREE: Final = 64 * 2**20
# More members than this is a folder someone packed by mistake, not an export.
MAX_MEMBERS: Final = 10_000
# Reddit's dumps are packed with windows of 2 GiB; zstandard refuses them unless told.
ZSTD_WINDOW: Final = 2**31
_ZSTD_BITE: Final = 2048

_PACKED: Final = {
    b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip",
    b"\xfd7zXZ\0": "xz",
}  # fmt: skip
_SUFFIXES: Final = (".gz", ".zst", ".zip", ".xz")


class Unpacked(io.RawIOBase):
    """Decompressed bytes of one packed stream, read once from the beginning, never more than the bounds allow.

    A stream that ends too early or is damaged ends like any other, with the reason in `cut`: what could be read is
    worth having, and the reader says where it stops.
    """

    def __init__(self, name: str, packed: BinaryIO, size: int, unpack: Callable[[BinaryIO], BinaryIO]) -> None:
        self._name, self._packed, self._size = name, packed, max(size, 1)
        self._stream = unpack(packed)
        self._read = 0
        self.cut: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self.cut:
            return 0
        try:
            data = self._stream.read(min(len(view), BLOCK))
        except EOFError:
            return self._ends("the compressed file is cut short")
        except (zlib.error, zipfile.BadZipFile, zstandard.ZstdError, lzma.LZMAError, OSError) as error:
            return self._ends(f"the compressed file is damaged ({error})")
        self._read += len(data)
        if self._read > MAX_BYTES:
            raise LoadError(f"{self._name} unpacks to more than {MAX_BYTES >> 30} GiB; unpack it and load it in parts.")
        if self._read > RATIO_FREE and self._read > MAX_RATIO * self._size:
            raise LoadError(
                f"{self._name} unpacks to more than {MAX_RATIO} times its size, as no export does; "
                "if you trust it, unpack it yourself and load the result."
            )
        view[: len(data)] = data
        return len(data)

    def _ends(self, reason: str) -> int:
        self.cut = f"{reason} after {self._read:,} bytes of content"
        return 0

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._packed.close()
        super().close()


def cut_short(stream: BinaryIO) -> str | None:
    """Why an exhausted stream ended before its file did, or None where it ended as it should."""
    return getattr(getattr(stream, "raw", stream), "cut", None)


def sources(path: Path) -> list[Source]:
    """Every file behind `path`: itself, a folder's files (sorted, hidden ones and links left out), a zip's members.

    A file of a folder that cannot be opened stays in the list and says so when it is read. Raises LoadError.
    """
    if path.is_dir():
        found: list[Source] = []
        for folder, folders, files in os.walk(path):  # does not follow links, so nothing outside is read
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                file = Path(folder) / name
                if name.startswith(".") or file.is_symlink() or not file.is_file():
                    continue
                try:
                    found.extend(_file(file))
                except LoadError as error:
                    found.append(Source(name, file.stat().st_size, _raiser(error)))
        if not found:
            raise LoadError(f"{path.name or path} is a folder without files; name the export itself.")
        return found
    if not path.exists():
        raise LoadError(f"{path} does not exist; check the path.")
    if not path.is_file():
        raise LoadError(f"{path} is not a file; save the export to a file first.")
    return _file(path)


def sample(source: Source) -> bytes:
    """The first 256 KiB of decompressed bytes."""
    with source.open() as stream:
        return stream.read(HEAD)


def seekable(source: Source) -> BinaryIO:
    """The source as a stream that can be searched (Parquet keeps its directory at the end), spooled where packed."""
    stream = source.open()
    if stream.seekable():
        return stream
    spool = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  the caller closes it
    with stream:
        while block := stream.read(BLOCK):
            spool.write(block)
        if reason := cut_short(stream):
            spool.close()
            raise LoadError(f"{source.name}: {reason}; fetch it again.")
    spool.seek(0)
    return spool


def stem(name: str) -> str:
    """A source's bare name: `a.zip!b/posts.csv.gz` is `posts`."""
    return PurePosixPath(name.rsplit("!", 1)[-1]).name.split(".")[0].lower()


def describe(head: bytes) -> str | None:
    """What a file is whose first bytes no loader reads, where that is known, with the remedy."""
    if head.startswith(b"%PDF"):
        return "it is a PDF; export a table instead"
    if head.startswith((b"\xd0\xcf\x11\xe0", b"PK\x03\x04")):
        return "it is an office document or archive; save the sheet as CSV"
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "it is a web page; download the file behind it"
    return None


def _file(path: Path) -> list[Source]:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            magic = stream.read(6)
    except OSError as error:
        raise LoadError(f"{path.name} cannot be read: {error.strerror}.") from error
    kind = next((kind for start, kind in _PACKED.items() if magic.startswith(start)), None)
    if kind == "zip":
        return _members(path)
    if kind == "gzip":
        return [Source(path.name, size, lambda: _unpacked(path.name, path.open("rb"), size, _gunzip))]
    if kind == "zstd":
        return [Source(path.name, size, lambda: _unpacked(path.name, path.open("rb"), size, _unzstd))]
    if kind == "xz":
        return [Source(path.name, size, lambda: _unpacked(path.name, path.open("rb"), size, _unxz))]
    return [Source(path.name, size, lambda: path.open("rb"))]


def _members(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise LoadError(f"{path.name} is not a readable zip archive ({error}); fetch it again.") from error
    names = [item.filename for item in members]
    if "[Content_Types].xml" in names:
        raise LoadError(f"{path.name} is an office document; save the sheet as CSV and load that.")
    if len(members) > MAX_MEMBERS:
        raise LoadError(f"{path.name} holds {len(members):,} files; unpack it and load the exports among them.")
    found = []
    for item in sorted(members, key=lambda item: item.filename):
        inside = PurePosixPath(item.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
            raise LoadError(f"{path.name} holds a path that leads outside it ({item.filename!r}); do not trust it.")
        if any(part.startswith(".") or part == "__MACOSX" for part in inside.parts):
            continue
        if item.flag_bits & 0x1:
            raise LoadError(f"{path.name} is encrypted; unpack it with its password and load the result.")
        if inside.suffix.lower() in _SUFFIXES:
            raise LoadError(f"{path.name} holds an archive ({item.filename!r}); unpack the outer one first.")
        found.append(Source(f"{path.name}!{item.filename}", item.compress_size, _member_opener(path, item)))
    if not found:
        raise LoadError(f"{path.name} is an archive without files; nothing to load.")
    return found


def _member_opener(path: Path, item: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def open_member() -> BinaryIO:
        def unpack(packed: BinaryIO) -> BinaryIO:
            try:
                return cast(BinaryIO, zipfile.ZipFile(packed).open(item))
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise LoadError(f"{path.name}: {item.filename!r} cannot be unpacked ({error}).") from error

        return _unpacked(f"{path.name}!{item.filename}", path.open("rb"), item.compress_size, unpack)

    return open_member


def _unpacked(name: str, packed: BinaryIO, size: int, unpack: Callable[[BinaryIO], BinaryIO]) -> BinaryIO:
    return io.BufferedReader(Unpacked(name, packed, size, unpack), BLOCK)


def _gunzip(packed: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, _Inflating(packed))


def _unzstd(packed: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, _Zstd(packed))


def _unxz(packed: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, lzma.LZMAFile(packed))


class _Inflating:
    """gzip members one after another. Unlike gzip.GzipFile it hands over what came before a cut before it complains."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._inflate = zlib.decompressobj(wbits=31)
        self._started = False

    def read(self, size: int) -> bytes:
        while True:
            if self._inflate.eof:
                rest = self._inflate.unused_data or self._packed.read(BLOCK)
                if not rest.strip(b"\0"):  # some writers pad the end with zeros
                    return b""
                self._inflate = zlib.decompressobj(wbits=31)
            else:
                rest = self._inflate.unconsumed_tail or self._packed.read(BLOCK)
                if not rest:
                    raise EOFError
            data = self._inflate.decompress(rest, size)
            if data:
                return data

    def close(self) -> None:
        self._packed.close()


class _Zstd:
    """zstd frames one after another, fed in small bites: 4 bytes may stand for 128 KiB, so 2 KiB for 64 MiB at most.

    The library's own stream reader ends silently where a frame is cut; this one knows whether its frame was complete.
    """

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
        self._frame = self._unpacker.decompressobj()
        self._ready = memoryview(b"")
        self._inside = False

    def read(self, size: int) -> bytes:
        while not self._ready:
            rest = b""
            if self._frame.eof:
                rest, self._frame, self._inside = self._frame.unused_data, self._unpacker.decompressobj(), False
            if not (rest := rest or self._packed.read(_ZSTD_BITE)):
                if self._inside:
                    raise EOFError
                return b""
            self._inside = True
            self._ready = memoryview(self._frame.decompress(rest))
        data, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return data

    def close(self) -> None:
        self._packed.close()


def _raiser(error: LoadError) -> Callable[[], BinaryIO]:
    def raise_it() -> BinaryIO:
        raise error

    return raise_it
