"""Neo4j Browser opens on this machine only; a server without our walls is told apart, and the plan check holds there too."""

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from graph import connect as bolt
from graph import engine
from graph.connect import connect, outward
from graph.errors import EngineError, RefusedError
from graph.guard import read

pytestmark = pytest.mark.engine


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    engine.stop(tmp_path)


def listening(pid: int) -> set[tuple[str, int]]:
    found = [c.laddr for c in psutil.Process(pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    return {(address.ip.removeprefix("::ffff:"), address.port) for address in found}


def test_browser_is_served_until_closed_and_a_question_does_not_close_it(case: Path) -> None:
    lease = engine.start(case, http=True)
    with urllib.request.urlopen(f"http://127.0.0.1:{lease['http_port']}/browser/", timeout=30) as answer:
        assert answer.status == 200
        assert b"Neo4j Browser" in answer.read()
    assert listening(lease["server"]["pid"]) == {("127.0.0.1", lease["port"]), ("127.0.0.1", lease["http_port"])}
    with connect(case) as driver:
        assert read(driver, "RETURN 1").rows == [[1]]
    assert engine.start(case) == lease
    lease = engine.start(case, http=False)
    assert lease["http_port"] is None
    assert listening(lease["server"]["pid"]) == {("127.0.0.1", lease["port"])}


class Unreachable(socket.socket):
    """A listener whose name leads to a port at which nobody listens."""

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", engine.free_port()


def unreachable(address: tuple[str, int]) -> Unreachable:
    listener = Unreachable()
    listener.bind(address)
    listener.listen()
    return listener


def test_a_server_without_the_block_list_is_told_apart_and_the_plan_check_holds_alone(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walled = engine.settings.conf

    def unwalled(*args: int) -> str:
        return "".join(line + "\n" for line in walled(*args).splitlines() if "blocklist" not in line)

    monkeypatch.setattr(engine.settings, "conf", unwalled)
    with connect(case) as driver:
        assert outward(driver) == "open"
        # A listener the server cannot reach, as from within a container, must not be taken for a block-list.
        monkeypatch.setattr(bolt.socket, "create_server", unreachable)
        assert outward(driver) == "cannot be checked"
        monkeypatch.undo()
        for query in (
            "LOAD CSV FROM 'http://127.0.0.1:1/x' AS l RETURN l",
            "RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'http://127.0.0.1:1/x' AS l RETURN l }]",
        ):
            with pytest.raises(RefusedError):
                read(driver, query)


def test_a_password_is_never_an_option_to_the_tool(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.secrets, "token_urlsafe", lambda size: "-looks-like-an-option")
    engine.set_password(case, case / "graph")
    assert engine.Place(case).password.isalnum()


def test_a_tool_that_fails_says_why_in_one_sentence(case: Path) -> None:
    with pytest.raises(EngineError, match=r"Neo4j's own tool failed: Unknown option: '--no-such'$"):
        engine.run_admin(case / "graph", ["database", "info", "--no-such"], heap_mb=64)


def test_a_server_no_lease_names_is_ended_by_the_next_start(case: Path) -> None:
    lease = engine.start(case)
    os.kill(lease["supervisor"]["pid"], signal.SIGKILL)
    engine.Place(case).lease.unlink()
    began = time.monotonic()
    again = engine.start(case)
    assert again["server"]["pid"] != lease["server"]["pid"]
    assert engine.process(lease, "server") is None
    assert time.monotonic() - began < engine.START_SECONDS
