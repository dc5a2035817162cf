"""The parent of one case's Neo4j: starts it, writes the lease, ends it when nobody has used it for a while.

`python -m graph.supervisor CASE` is started by graph.engine and outlives the command that asked for it, so that the next
command finds a running server; without such a parent nobody would end a server whose user simply went home.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psutil

from evidence.files import read_json, write_json
from graph.engine import STOP_SECONDS, Place, answers, live_holders

# Starting again costs five seconds, a gigabyte of memory is missed at once: a quarter of an hour between them.
IDLE_SECONDS = 900
LOOK_SECONDS = 1.0


def supervise(case: Path) -> None:
    """Run the server named in engine/start.json until it ends, is asked to end, or is idle."""
    place = Place(case)
    plan = read_json(place.folder / "start.json")
    with place.log.open("wb") as log:
        server = subprocess.Popen(plan["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    stopping = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    me = psutil.Process()
    lease = {
        "server": {"pid": server.pid, "born": psutil.Process(server.pid).create_time()},
        "supervisor": {"pid": me.pid, "born": me.create_time()},
        "port": plan["port"],
        "http_port": plan["http_port"],
    }
    # Written before the port answers: whoever is killed now leaves a name by which the server can be found.
    write_json(place.lease, lease)
    up = False
    while server.poll() is None and not stopping:
        time.sleep(LOOK_SECONDS if up else 0.1)
        up = up or answers(plan["port"])
        if up and _idle_seconds(place) > IDLE_SECONDS and not live_holders(place):
            break
    if not up and server.poll() is not None:
        (place.folder / "failed").touch()
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


def _idle_seconds(place: Place) -> float:
    """Seconds since the engine was last used; for ever where somebody deleted the case under it."""
    try:
        return time.time() - (place.folder / "used").stat().st_mtime
    except FileNotFoundError:
        return float("inf")


if __name__ == "__main__":
    if os.fork() == 0:
        supervise(Path(sys.argv[1]))
