"""Pictures and videos: the reference's hashes, the names of posts in file names, and files that mean harm."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from loaders import video
from loaders.base import LoadError, Source
from loaders.media_folder import names_of
from loaders.pdq import distance, luma, pdq
from loaders.picture import read as picture
from records.chunk import Chunk
from tests.loaders.loader_snapshots import FIXTURES, balanced, read

FOLDER = FIXTURES / "media_folder"
MOVIE = FOLDER / "A walk by the lake [dQw4w9WgXcQ].mp4"


def scene(width: int, height: int, seed: int, detail: int = 1) -> Image.Image:
    cells = np.random.default_rng(seed).integers(0, 256, (6 * detail, 8 * detail, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)


def load(name: str, data: bytes) -> Chunk:
    (chunk,) = read(Source(name, len(data), lambda: io.BytesIO(data)), "media_folder")
    assert balanced(chunk)
    return chunk


@pytest.mark.parametrize(
    ("seed", "reference"),
    [  # what Meta's own C++ (pdqhash 0.2.8) says of these pictures
        (0, "def6f46b5700bfb35284a163daf6a31c531aa46e523a3b116ce43ce317092f0c"),
        (1, "7a7b5b0e796f596d596e550c597258f152515b165b517469456e070e450d5c63"),
        (2, "f7279e6d266a1b10266fba702627970e3b12a56d27321b92e4ed38f162d8331b"),
    ],
)
def test_a_hash_is_the_references_to_the_bit(seed: int, reference: str) -> None:
    assert pdq(luma(np.asarray(scene(400, 300, seed)))) == (reference, 100)


def test_a_picture_hashes_alike_however_large_and_other_pictures_do_not() -> None:
    hashes = []
    for size in ((1800, 1350), (1200, 900), (2400, 1800)):
        out = io.BytesIO()
        scene(*size, 3, 4).save(out, "JPEG", quality=70)
        hashes.append(pdq(picture(out.getvalue()))[0])
    full = pdq(luma(np.asarray(scene(1800, 1350, 3, 4))))[0]
    assert all(distance(full, found) <= 10 for found in hashes)
    assert distance(full, pdq(luma(np.asarray(scene(1800, 1350, 4, 4))))[0]) > 60


def test_what_shows_nothing_has_a_low_quality_and_what_is_too_small_none() -> None:
    assert pdq(luma(np.full((200, 300, 3), 90, dtype=np.uint8)))[1] == 0
    assert pdq(luma(np.asarray(scene(4, 300, 1)))) == ("0" * 64, 0)


@pytest.mark.parametrize(
    ("name", "post"),
    [
        ("901656910939770881_1.jpg", "901656910939770881"),
        ("media.zip!pictures/901656910939770881.png", "901656910939770881"),
        ("handle_901656910939770881_photo.jpg", "901656910939770881"),
        ("A title with words [dQw4w9WgXcQ].mp4", "dQw4w9WgXcQ"),
        ("A title-with words-_Qw4w9W-XcQ.mkv", "_Qw4w9W-XcQ"),
        ("CzR4nF0oLk2.jpg", "CzR4nF0oLk2"),
        ("CzR4nF0oLk2_3.jpg", "CzR4nF0oLk2"),
        ("BV1xx411c7mD.mp4", "BV1xx411c7mD"),
    ],
)
def test_the_id_of_a_post_is_found_in_a_files_name(name: str, post: str) -> None:
    assert post in names_of(name)


def test_dates_and_places_in_a_list_are_no_ids() -> None:
    assert names_of("2021-05-06_12-30-00_UTC.jpg") == ["2021-05-06_12-30-00_UTC"]
    assert names_of("img1.jpg") == []


def _png(width: int, height: int) -> bytes:
    """A PNG that claims to be of this size and whose pixels are all black, packed a thousandfold."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    line = b"\0" * (width // 8 + 2)
    data = b"".join(packer.compress(line) for _ in range(min(height, 2000))) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", data) + part(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bomb.png", _png(60_000, 60_000), "pixels"),
        ("large.png", _png(8_100, 8_100), "pixels"),
        ("short.png", (FOLDER / "901656910939770881_1.png").read_bytes()[:5000], "damaged or cut short"),
        ("page.jpg", b"<html>403", "no picture of a known kind"),
        ("empty.jpg", b"", "no picture of a known kind"),
        ("magic.jpg", b"\xff\xd8\xff", "picture"),
        ("vector.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage", "no picture of a known kind"),
        ("noise.mp4", b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40, "no frame"),
        ("short.mp4", MOVIE.read_bytes()[:3000], "no frame"),
        ("list.mp4", b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n", "no frame"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(name: str, data: bytes, reason: str) -> None:
    chunk = load(name, data)
    assert chunk.rows == len(chunk.refused) == 1
    assert reason in chunk.refused[0].reason
    assert chunk.refused[0].reason.endswith(".")


def test_the_wrong_extension_does_not_hide_a_picture() -> None:
    chunk = load("really a picture.txt", (FOLDER / "CzR4nF0oLk2.jpg").read_bytes())
    assert chunk.frames["media"]["kind"].to_list() == ["image"]
    with pytest.raises(LoadError, match="no picture or video"):
        load("notes.txt", b"hello")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 15_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_picture_is_read_or_refused(at: int, noise: bytes) -> None:
    data = (FOLDER / "CzR4nF0oLk2.jpg").read_bytes()
    assert load("photo.jpg", data[:at] + noise + data[at + len(noise) :]).rows == 1


def test_a_video_that_takes_too_long_keeps_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "WALL_SECONDS", 0.001)
    chunk = load(MOVIE.name, MOVIE.read_bytes())
    assert chunk.rows == 1
    assert "took longer" in chunk.refused[0].reason


def test_frames_like_the_one_before_are_left_out() -> None:
    clip = video.read(MOVIE)
    assert [frame.second for frame in clip.frames] == [0, 2, 3]
    assert clip.ended == ""
    assert distance(clip.frames[0].media_hash, clip.frames[1].media_hash) > video.SAME_FRAME
