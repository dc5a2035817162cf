"""The Neo4j server's jars: named and hashed in jgo.lock.toml, fetched once to this machine, checked one by one.

Neo4j Community is a separate program under the GPLv3; it is not part of Murmuration and not shipped with it. The lock was
made by jgo, which writes every jar's SHA-256 but does not check it; here each is checked before it is used.
"""

import hashlib
import http.client
import os
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs
from jgo.constants import MAVEN_CENTRAL_URL

from graph.errors import EngineError

LOCK = Path(__file__).with_name("jgo.lock.toml")
# Enough to fill an ordinary line; more would be impolite to a public mirror.
AT_ONCE = 6
TIMEOUT_SECONDS = 60
STAMP = "complete"


@dataclass(frozen=True, slots=True)
class Jar:
    """One jar of the lock."""

    name: str
    """ARTIFACT-VERSION[-CLASSIFIER].jar"""
    path: str
    """Where a Maven repository keeps it."""
    sha256: str


@cache
def lock() -> tuple[Jar, ...]:
    """Every jar of the server and of Neo4j Browser, in the lock's order."""
    jars = []
    for entry in tomllib.loads(LOCK.read_text())["dependencies"]:
        classifier = f"-{entry['classifier']}" if entry.get("classifier") else ""
        name = f"{entry['artifactId']}-{entry['version']}{classifier}.jar"
        folder = f"{entry['groupId'].replace('.', '/')}/{entry['artifactId']}/{entry['version']}"
        jars.append(Jar(name, f"{folder}/{name}", entry["sha256"]))
    return tuple(jars)


def version() -> str:
    """The server's version, such as 5.26.30."""
    entries = tomllib.loads(LOCK.read_text())["dependencies"]
    return next(str(e["version"]) for e in entries if (e["groupId"], e["artifactId"]) == ("org.neo4j", "neo4j"))


def folder() -> Path:
    """Where the jars are: MURMUR_JARS (an air-gapped room's copy), else this user's cache."""
    named = os.environ.get("MURMUR_JARS")
    return Path(named) if named else Path(platformdirs.user_cache_dir("murmuration")) / f"neo4j-{version()}"


def present(where: Path | None = None) -> bool:
    """Whether every jar was fetched and checked, and they and no others are still there by name and size; reads no jar."""
    target = where or folder()
    try:
        return (target / STAMP).read_text() == _signature(target)
    except OSError:
        return False


def fetch(
    to: Path | None = None,
    progress: Callable[[str, float], None] = lambda what, share: None,
    carried: Path | None = None,
) -> Path:
    """Make every jar of the lock stand in `to` (default `folder()`), each checked by SHA-256; returns that folder.

    `carried`: a folder filled elsewhere by `fetch(to=...)`, taken instead of the network. What is there already is checked
    and kept, so an interrupted fetch goes on where it was. Raises EngineError.
    """
    target = to or folder()
    if present(target):
        return target
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise EngineError(
            f"{target} cannot be written ({problem.strerror}); name another folder with MURMUR_JARS."
        ) from None
    strange = {path.name for path in target.glob("*.jar")} - {jar.name for jar in lock()}
    if strange:
        # Java takes every jar of the folder: one that nobody checked must not be among them.
        raise EngineError(f"{target} holds {min(strange)}, which the lock does not name; remove it and ask again.")
    missing = [jar for jar in lock() if _hash(target / jar.name) != jar.sha256]
    if missing and os.environ.get("MURMUR_JARS") and to is None:
        raise EngineError(
            f"{target} (MURMUR_JARS) lacks {len(missing)} of {len(lock())} jars or holds changed ones, {missing[0].name} among"
            " them; fill it on a connected machine with `murmur graph fetch --to DIR`."
        )
    base = os.environ.get("MURMUR_MAVEN", MAVEN_CENTRAL_URL).rstrip("/")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        if carried is not None:
            pending = [pool.submit(_take, (carried / jar.name).resolve().as_uri(), jar, target) for jar in missing]
        else:
            pending = [pool.submit(_take, f"{base}/{jar.path}", jar, target) for jar in missing]
        try:
            for done, future in enumerate(as_completed(pending), start=1):
                future.result()
                progress(f"fetching Neo4j {version()}: {done} of {len(missing)} files", done / len(missing))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    # A folder that may only be read (a carried disc) is hashed each time instead, which takes half a second.
    with suppress(OSError):
        stamp = target / f".{STAMP}-{os.getpid()}"
        stamp.write_text(_signature(target))
        stamp.replace(target / STAMP)
    return target


def _signature(target: Path) -> str:
    """The lock the jars were checked against, and the name and size of each: a jar cut short, gone or new is noticed."""
    here = [f"{path.name} {path.stat().st_size}" for path in sorted(target.glob("*.jar"))]
    return "\n".join([hashlib.sha256(LOCK.read_bytes()).hexdigest(), *here])


def _hash(path: Path) -> str | None:
    if not path.exists():
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _take(address: str, jar: Jar, target: Path) -> None:
    partial = target / f".{jar.name}-{os.getpid()}"
    try:
        if not address.startswith(("https://", "http://", "file://")):
            raise EngineError("MURMUR_MAVEN is not an address that begins with https://, http:// or file://.")
        with (
            urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer,  # noqa: S310 (scheme checked above)
            partial.open("wb") as writer,
        ):
            while block := answer.read(1 << 20):
                writer.write(block)
        if _hash(partial) != jar.sha256:
            raise EngineError(f"{jar.name} is not the file the lock names (its SHA-256 differs); it was not kept.")
        partial.replace(target / jar.name)
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as problem:
        reason = getattr(problem, "reason", problem)
        raise EngineError(
            f"{jar.name} could not be fetched ({reason}); check the way out to Maven Central, name a mirror with MURMUR_MAVEN,"
            " or carry the jars over with `murmur graph fetch --to DIR` and MURMUR_JARS."
        ) from None
    except OSError as problem:
        raise EngineError(
            f"{jar.name} could not be written to {target} ({problem.strerror}); make room there, or name another folder with"
            " MURMUR_JARS."
        ) from None
    finally:
        partial.unlink(missing_ok=True)


def main() -> int:
    """`python -m graph.fetch`: fetch with a progress line; 0 done, 1 with one sentence."""
    if present():
        return 0
    print("Fetching the Neo4j server (Community Edition, GPLv3, a separate program) to this machine.", file=sys.stderr)
    ends = "\r" if sys.stderr.isatty() else "\n"
    shown = -1

    def progress(what: str, share: float) -> None:
        nonlocal shown
        if ends == "\r" or int(share * 10) > shown:
            shown = int(share * 10)
            print(f"{what}   ", end=ends, file=sys.stderr, flush=True)

    try:
        fetch(progress=progress)
    except EngineError as problem:
        print(f"murmur: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
