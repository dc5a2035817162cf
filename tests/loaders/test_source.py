"""Files, folders and archives as bounded streams: everything readable, nothing outside, no bomb."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
import zstandard

from loaders import recognise, source
from loaders.base import LoadError
from loaders.source import cut_short, seekable, sources, stem

TEXT = "".join(f"line {n} {n * n}\n" for n in range(20_000)).encode()


def content(path: Path) -> bytes:
    (one,) = sources(path)
    with one.open() as stream:
        data = stream.read()
        assert cut_short(stream) is None
    return data


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def sentence(path: Path) -> str:
    with pytest.raises(LoadError) as caught:
        for one in sources(path):
            with one.open() as stream:
                while stream.read(1 << 20):
                    pass
    return str(caught.value)


def test_what_is_packed_reads_as_what_was_packed_whatever_its_name(tmp_path: Path) -> None:
    packer = zstandard.ZstdCompressor()
    files = {
        "plain.csv": TEXT,
        "a.csv.gz": gzip.compress(TEXT),
        "two members.gz": gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]) + b"\0" * 512,
        "a.csv.zst": packer.compress(TEXT),
        "two frames.zst": packer.compress(TEXT[:1000]) + packer.compress(TEXT[1000:]),
        "no suffix": gzip.compress(TEXT),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert content(tmp_path / name) == TEXT
    (one,) = sources(zipped(tmp_path / "a.zip", {"in/b.csv": TEXT, "__MACOSX/._b.csv": b"x", ".hidden": b"x"}))
    assert one.name == "a.zip!in/b.csv"
    assert content(tmp_path / "a.zip") == TEXT


def test_reddit_s_wide_zstd_window_is_read(tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=28, enable_ldm=True)
    path = tmp_path / "wide.zst"
    path.write_bytes(zstandard.ZstdCompressor(compression_params=wide).compressobj().compress(TEXT))
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    path.write_bytes(packer.compress(TEXT) + packer.flush())
    assert content(path) == TEXT


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_cut_file_gives_its_beginning_and_says_that_it_is_cut(tmp_path: Path, pack: object, share: float) -> None:
    import random

    text = random.Random(1).randbytes(1_000_000)
    data = pack(text)  # type: ignore[operator]
    path = tmp_path / "cut"
    path.write_bytes(data[: int(len(data) * share)])
    with sources(path)[0].open() as stream:
        got = stream.read()
        assert cut_short(stream) == f"the compressed file is cut short after {len(got):,} bytes of content"
    assert text.startswith(got)
    assert len(got) >= len(text) * (share - 0.15)


def test_a_damaged_file_gives_its_beginning_and_says_that_it_is_damaged(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(TEXT))
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "damaged.gz"
    path.write_bytes(bytes(data))
    with sources(path)[0].open() as stream:
        got = stream.read()
        assert "the compressed file is damaged" in (cut_short(stream) or "")
    assert got[:1000] == TEXT[:1000]


@pytest.mark.parametrize("kind", ["gz", "zst", "zip"])
def test_a_bomb_is_one_sentence(tmp_path: Path, kind: str) -> None:
    zeros = bytes(100 * 2**20)
    path = tmp_path / f"bomb.{kind}"
    if kind == "zip":
        zipped(path, {"a.csv": zeros})
    else:
        path.write_bytes(gzip.compress(zeros) if kind == "gz" else zstandard.ZstdCompressor().compress(zeros))
    assert "unpacks to more than 250 times its size, as no export does" in sentence(path)


def test_too_much_of_anything_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(TEXT))
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    assert "unpack it and load it in parts" in sentence(path)
    monkeypatch.setattr(source, "MAX_MEMBERS", 1)
    assert sentence(zipped(tmp_path / "a.zip", {"a": b"1", "b": b"2"})) == (
        "a.zip holds 2 files; unpack it and load the exports among them."
    )


def test_archives_that_should_not_be_trusted_are_one_sentence(tmp_path: Path) -> None:
    assert "leads outside it" in sentence(zipped(tmp_path / "a.zip", {"../x.csv": b"a"}))
    assert "leads outside it" in sentence(zipped(tmp_path / "b.zip", {"/etc/x.csv": b"a"}))
    assert "leads outside it" in sentence(zipped(tmp_path / "c.zip", {"..\\x.csv": b"a"}))
    assert "holds an archive" in sentence(zipped(tmp_path / "d.zip", {"x.zip": b"a"}))
    assert "holds an archive" in sentence(zipped(tmp_path / "e.zip", {"x.csv.gz": b"a"}))
    assert "office document" in sentence(zipped(tmp_path / "f.xlsx", {"[Content_Types].xml": b"a"}))
    assert "without files" in sentence(zipped(tmp_path / "g.zip", {}))
    broken = tmp_path / "h.zip"
    broken.write_bytes(b"PK\x03\x04" + b"x" * 100)
    assert "not a readable zip archive" in sentence(broken)
    locked = bytearray(zipped(tmp_path / "i.zip", {"a.csv": b"a"}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    (tmp_path / "i.zip").write_bytes(bytes(locked))
    assert "is encrypted" in sentence(tmp_path / "i.zip")


def test_a_folder_is_its_files_sorted_without_hidden_ones_and_links(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/.hidden.csv", ".git/x.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link.csv").symlink_to("/etc/hostname")
    zipped(tmp_path / "bad.zip", {"../x": b"a"})
    found = sources(tmp_path)
    assert [one.name for one in found] == ["b.csv", "bad.zip", "z.csv"]
    with pytest.raises(LoadError, match="leads outside it"):
        found[1].open()
    with pytest.raises(LoadError, match="leads outside it"):
        recognise(found[1])


def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    assert sentence(tmp_path / "no.csv").endswith("no.csv does not exist; check the path.")
    (tmp_path / "empty").mkdir()
    assert "is a folder without files" in sentence(tmp_path / "empty")


def test_a_packed_file_can_be_searched(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(TEXT))
    with seekable(sources(path)[0]) as stream:
        stream.seek(-10, io.SEEK_END)
        assert stream.read() == TEXT[-10:]


def test_a_bare_name_has_no_folder_archive_or_suffix() -> None:
    assert [stem(name) for name in ("a.zip!b/Posts.csv", "posts.jsonl.gz", "posts")] == ["posts"] * 3
