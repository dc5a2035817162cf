"""Jars come as the lock names them or not at all."""

import errno
import hashlib
import shutil
from pathlib import Path

import pytest

from graph import fetch
from graph.errors import EngineError


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror on this disk with two jars, and a lock that names them."""
    folder = tmp_path / "mirror"
    jars = []
    for name in ("one", "two"):
        path = f"org/example/{name}/1.0/{name}-1.0.jar"
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_bytes(name.encode() * 1000)
        jars.append(fetch.Jar(f"{name}-1.0.jar", path, hashlib.sha256(name.encode() * 1000).hexdigest()))
    monkeypatch.setenv("MURMUR_MAVEN", folder.as_uri())
    monkeypatch.setattr(fetch, "lock", lambda: tuple(jars))
    return folder


def test_the_lock_names_the_server_and_its_browser_with_a_hash_each() -> None:
    jars = fetch.lock()
    assert len(jars) == 217
    assert {"neo4j-5.26.30.jar", "neo4j-browser-5.24.0.jar"} <= {jar.name for jar in jars}
    assert len({jar.name for jar in jars}) == len(jars)
    assert {len(jar.sha256) for jar in jars} == {64}
    assert fetch.version() == "5.26.30"


def test_jars_are_fetched_once_and_then_need_no_network(tmp_path: Path, mirror: Path) -> None:
    seen: list[float] = []
    assert fetch.fetch(tmp_path / "jars", lambda what, share: seen.append(share)) == tmp_path / "jars"
    assert sorted(path.name for path in (tmp_path / "jars").glob("*.jar")) == ["one-1.0.jar", "two-1.0.jar"]
    assert seen == [0.5, 1.0]
    shutil.rmtree(mirror)
    assert fetch.fetch(tmp_path / "jars") == tmp_path / "jars"


def test_a_changed_jar_is_refused_and_not_kept(tmp_path: Path, mirror: Path) -> None:
    (mirror / "org/example/two/1.0/two-1.0.jar").write_bytes(b"something else")
    with pytest.raises(EngineError, match=r"two-1\.0\.jar is not the file the lock names \(its SHA-256 differs\)"):
        fetch.fetch(tmp_path / "jars")
    assert not fetch.present(tmp_path / "jars")
    assert not (tmp_path / "jars" / "two-1.0.jar").exists()


def test_no_way_out_is_one_sentence_with_the_remedy(tmp_path: Path, mirror: Path) -> None:
    shutil.rmtree(mirror)
    with pytest.raises(EngineError, match=r"could not be fetched .* MURMUR_MAVEN, or carry the jars over"):
        fetch.fetch(tmp_path / "jars")


def test_a_jar_cut_short_after_the_fetch_is_noticed_and_fetched_again(tmp_path: Path, mirror: Path) -> None:
    fetch.fetch(tmp_path / "jars")
    (tmp_path / "jars" / "two-1.0.jar").write_bytes(b"tw")
    assert not fetch.present(tmp_path / "jars")
    fetch.fetch(tmp_path / "jars")
    assert (tmp_path / "jars" / "two-1.0.jar").read_bytes() == b"two" * 1000
    assert fetch.present(tmp_path / "jars")


def test_a_full_disk_is_one_sentence(tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(EngineError, match=r"could not be written to .*No space left on device.*make room there"):
        fetch.fetch(tmp_path / "jars")


def test_a_jar_nobody_checked_is_never_loaded(tmp_path: Path, mirror: Path) -> None:
    fetch.fetch(tmp_path / "jars")
    (tmp_path / "jars" / "a-stranger.jar").write_bytes(b"anything")
    with pytest.raises(EngineError, match=r"holds a-stranger\.jar, which the lock does not name; remove it"):
        fetch.fetch(tmp_path / "jars")


def test_an_interrupted_fetch_goes_on_where_it_was(tmp_path: Path, mirror: Path) -> None:
    fetch.fetch(tmp_path / "jars")
    (tmp_path / "jars" / fetch.STAMP).unlink()
    (tmp_path / "jars" / "two-1.0.jar").unlink()
    (mirror / "org/example/one/1.0/one-1.0.jar").unlink()
    fetch.fetch(tmp_path / "jars")
    assert fetch.present(tmp_path / "jars")


def test_an_air_gapped_folder_that_lacks_jars_says_so(
    tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MURMUR_JARS", str(tmp_path / "carried"))
    with pytest.raises(EngineError, match=r"lacks 2 of 2 jars .*murmur graph fetch --to DIR"):
        fetch.fetch()
    fetch.fetch(tmp_path / "carried")
    shutil.rmtree(mirror)
    assert fetch.fetch() == tmp_path / "carried"
    assert fetch.fetch(tmp_path / "installed", carried=tmp_path / "carried") == tmp_path / "installed"
    assert fetch.present(tmp_path / "installed")
