"""Pictures and videos as PDQ hashes, each file with the names by which posts may know it."""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import orjson
import polars as pl

from loaders.base import Loader, LoadError, Options, Sample, Source
from loaders.pdq import pdq
from loaders.source import BLOCK, HEAD, cut_short
from records.chunk import Chunk, Refusal
from records.tables import empty

_PICTURES: Final = (".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".bmp", ".avif")
_VIDEOS: Final = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".flv", ".3gp")
# Platforms give out pictures of some 10 MB at most; videos are bounded by what a disk for temporary files should hold.
MAX_PICTURE: Final = 64 * 2**20
MAX_VIDEO: Final = 4 * 2**30
# Shorter names are places in a list ("photo_3"), not ids; digits shorter than a date with its time are dates.
_NAME: Final = 5
_DIGITS: Final = 9


def recognise(sample: Sample) -> int:
    if _kind(sample.head):
        return 95
    # An error page saved as photo.jpg belongs into the quarantine; a table is somebody else's whatever its name.
    return 60 if _by_name(sample.name) and len(sample.columns) < 2 else 0


def read(source: Source, options: Options) -> Iterator[Chunk]:
    with source.open() as stream:
        kind = _kind(stream.read(HEAD)) or _by_name(source.name)
    if kind is None:
        raise LoadError(
            f"{source.name} is no picture or video: neither its first bytes nor its name say so; leave --format out."
        )
    yield _picture(source) if kind == "image" else _video(source)


def names_of(name: str) -> list[str]:
    """What in a file's name may be the id of its post, as Instaloader, yt-dlp, gallery-dl, 4CAT and others name files.

    The whole name, what stands in brackets, what stands behind the last dash (yt-dlp's eleven), parts between blanks, points
    and underscores where they are long numbers, and each without a number at its end (the second picture of a post).
    """
    stem = PurePosixPath(name.rsplit("!", 1)[-1]).name.rsplit(".", 1)[0]
    found = [stem, re.sub(r"[_ -]\d{1,2}$", "", stem), *re.findall(r"\[([^\[\]]+)\]", stem)]
    found += [stem[-11:]] if len(stem) > 12 and stem[-12] == "-" else []
    found += re.findall(rf"(?<!\d)\d{{{_DIGITS},}}(?!\d)", stem)
    return list(dict.fromkeys(part for part in found if len(part) >= _NAME))


def _picture(source: Source) -> Chunk:
    from loaders import picture

    with source.open() as stream:
        data = stream.read(MAX_PICTURE + 1)
        cut = cut_short(stream)
    if len(data) > MAX_PICTURE or cut:
        return _refused(
            f"The picture is cut short: {cut}." if cut else f"The file is larger than {MAX_PICTURE >> 20} MiB."
        )
    try:
        media_hash, quality = pdq(picture.read(data))
    except picture.PictureError as error:
        return _refused(str(error))
    row = {"media_hash": media_hash, "kind": "image", "quality": quality, "frame": None, "_source_line": 1}
    return _chunk(source, hashlib.sha256(data).hexdigest(), [row], "")


def _video(source: Source) -> Chunk:
    from loaders import video

    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(suffix=".video") as copy:
        with source.open() as stream:
            while (block := stream.read(BLOCK)) and size <= MAX_VIDEO:
                digest.update(block)
                copy.write(block)
                size += len(block)
        copy.flush()
        if size > MAX_VIDEO:
            return _refused(f"The file is larger than {MAX_VIDEO >> 30} GiB; cut the clip that matters out of it.")
        clip = video.read(Path(copy.name))
    if not clip.frames:
        return _refused(clip.ended or "The video has no frame that can be read; it is damaged, or of another kind.")
    rows = [
        {
            "media_hash": frame.media_hash,
            "kind": "video",
            "quality": frame.quality,
            "frame": frame.second,
            "_source_line": number,
        }
        for number, frame in enumerate(clip.frames, start=1)
    ]
    return _chunk(source, digest.hexdigest(), rows, clip.ended)


def _chunk(source: Source, sha256: str, rows: list[dict[str, Any]], ended: str) -> Chunk:
    extra = orjson.dumps({"names": names_of(source.name)}).decode()
    frame = pl.DataFrame(
        rows, schema_overrides={"frame": pl.Int64(), "quality": pl.Int64(), "_source_line": pl.Int64()}
    )
    frame = frame.with_columns(path=pl.lit(source.name), sha256=pl.lit(sha256), extra=pl.lit(extra))
    return Chunk(rows=len(rows), primary="media", frames={"media": frame}, notes={ended: 1} if ended else {})


def _refused(reason: str) -> Chunk:
    return Chunk(rows=1, primary="media", frames={"media": empty("media")}, refused=[Refusal(1, "", reason, "")])


def _kind(head: bytes) -> str | None:
    """image or video by the first bytes; None for anything else."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return "image"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image", b"AVI ": "video"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "image" if head[8:12] in (b"avif", b"avis") else "video"
    if head.startswith((b"\x1a\x45\xdf\xa3", b"FLV\x01")):
        return "video"
    # BM begins words too: the two reserved fields of a bitmap are zero.
    return "image" if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0" else None


def _by_name(name: str) -> str | None:
    suffix = PurePosixPath(name.rsplit("!", 1)[-1]).suffix.lower()
    return "image" if suffix in _PICTURES else "video" if suffix in _VIDEOS else None


LOADER: Final = Loader(
    name="media_folder",
    title="a picture or a video",
    platform="",
    timezone="UTC",
    sample="901656910939770881_1.jpg: a picture of the post 901656910939770881\nA title [dQw4w9WgXcQ].mp4: the video dQw4w9WgXcQ",
    how_to_export="Put pictures and videos into a folder and load the folder; Instaloader, yt-dlp, gallery-dl and 4CAT name"
    " files after their posts. A post is matched by its id in the file's name, or by the file's name in any of its columns.",
    recognise=recognise,
    read=read,
)
