"""The one place that opens Bolt: the case's embedded engine, or a team's own server by NEO4J_URI."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable, TransientError

from graph import engine
from graph.errors import EngineError

# What a team's database may hold beside this case's nodes: nothing. Only what carries the case's id is ever deleted.
OTHERS = """
    MATCH (n) WHERE NOT n:Case WITH count(n) AS nodes
    OPTIONAL MATCH (c:Case) WITH nodes, collect(c.id) AS cases
    RETURN nodes, cases
"""
PROBE_SECONDS = 2.0
# How the server says that it did not even try: "access to /127.0.0.1 is blocked via the configuration property ...".
BLOCKED = "is blocked via the configuration property internal.dbms.cypher_ip_blocklist"
# A server that died between the look and the question is started again; one that dies each time is broken.
STARTS = 3


def team_server() -> str | None:
    """The address of the team's own server, None where the embedded engine is used."""
    return os.environ.get("NEO4J_URI") or None


@contextmanager
def connect(case: Path) -> Iterator[neo4j.Driver]:
    """A driver for the case's graph; starts the embedded engine where none runs. Raises EngineError.

    While the block runs the engine counts as used, so that it does not end under a long question.
    """
    if uri := team_server():
        with _sentences(), _open(uri, _team_user(), os.environ.get("NEO4J_PASSWORD", "")) as driver:
            yield driver
        return
    place = engine.Place(case)
    with _sentences():
        driver = _embedded(case, place)
        holder = engine.hold(place)
        try:
            with driver:
                yield driver
        finally:
            holder.unlink(missing_ok=True)
            if place.folder.exists():
                engine.touch(place)


def _embedded(case: Path, place: engine.Place) -> neo4j.Driver:
    """A driver that was answered. A server killed a moment ago may still look alive: it is asked, and started again."""
    for attempt in range(STARTS):
        lease = engine.start(case)
        try:
            return _open(f"bolt://127.0.0.1:{lease['port']}", engine.USER, place.password)
        except ServiceUnavailable:
            if attempt == STARTS - 1:
                raise
            time.sleep(1.0)
    raise AssertionError("unreachable")


def _team_user() -> str:
    return os.environ.get("NEO4J_USER", engine.USER)


def _open(uri: str, user: str, password: str) -> neo4j.Driver:
    driver = neo4j.GraphDatabase.driver(
        uri,
        auth=(user, password),
        telemetry_disabled=True,
        user_agent="murmuration",
        # Hints for those who write the query; on stderr they would stand between the program's own sentences.
        notifications_min_severity="OFF",
    )
    try:
        driver.verify_connectivity()
    except BaseException:
        driver.close()
        raise
    return driver


@contextmanager
def _sentences() -> Iterator[None]:
    """Let nothing of the driver's out but one sentence."""
    try:
        yield
    except (Neo4jError, DriverError) as problem:
        raise EngineError(sentence(problem)) from problem


def claim(driver: neo4j.Driver, case_id: str) -> None:
    """Make sure a team's database is this case's own: empty, or marked with its id; else refuse. Marks an empty one."""
    with driver.session() as session:
        row = session.run(OTHERS).single()
        assert row is not None
        others = [known for known in row["cases"] if known != case_id]
        if others or (row["nodes"] and case_id not in row["cases"]):
            raise EngineError(
                "The database at NEO4J_URI holds something else than this case; give the case a database of its own, nothing"
                " was changed."
            )
        session.run("MERGE (:Case {id: $id})", id=case_id).consume()


def outward(driver: neo4j.Driver) -> str:
    """Whether the server would fetch from the network on a question: "blocked", "open" or "cannot be checked".

    Asks it to read from a listener of our own on 127.0.0.1; a server elsewhere could not reach that listener. Nor could one
    in a container, though its port is published here: so only its own word that the address is blocked counts as that.
    """
    uri = team_server()
    if uri is not None and urlsplit(uri).hostname not in ("127.0.0.1", "localhost", "::1"):
        return "cannot be checked"
    reached, over = threading.Event(), threading.Event()
    said = ""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/probe"
        watcher = threading.Thread(target=_receive, args=(listener, reached, over), daemon=True)
        watcher.start()
        try:
            with driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
                session.run("LOAD CSV FROM $url AS line RETURN line LIMIT 1", url=url).consume()
        except Neo4jError as problem:
            said = str(problem)
        finally:
            over.set()
            watcher.join()
    if BLOCKED in said:
        return "blocked"
    return "open" if reached.is_set() else "cannot be checked"


def _receive(listener: socket.socket, reached: threading.Event, over: threading.Event) -> None:
    """Answer whoever comes until it is over.

    Everybody gets an answer, however late or often: a server left waiting would wait for ever, for its own time limit does
    not end a read from the network.
    """
    # Closing a listener does not wake who waits at it on every system: so it looks up now and then.
    listener.settimeout(0.1)
    while not over.is_set():
        with suppress(TimeoutError):
            visitor = listener.accept()[0]
            reached.set()
            with visitor, suppress(OSError):
                visitor.settimeout(PROBE_SECONDS)
                visitor.recv(65536)
                visitor.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 2\r\n\r\n1\n")


def sentence(problem: Exception) -> str:
    """A driver's error as one sentence that says what to do."""
    code = getattr(problem, "code", None) or ""
    message = " ".join(str(getattr(problem, "message", None) or problem).split())
    if isinstance(problem, AuthError):
        return "The graph refuses the password; check NEO4J_USER and NEO4J_PASSWORD, or delete the case's engine/ and graph/ folders."
    if isinstance(problem, ServiceUnavailable):
        return (
            "The graph does not answer (it was ended, or is not there); ask again, and check NEO4J_URI if you set it."
        )
    if "TransactionTimedOut" in code or "timeout" in message.lower():
        return "The question took too long and was ended; narrow it, for example with a LIMIT or a time span."
    if "MemoryLimit" in code or "MemoryPool" in code or "OutOfMemory" in code or "memory" in message.lower():
        return "The question needed too much memory and was ended; narrow it, for example by joining its parts."
    if "ForbiddenOnReadOnly" in code or "AccessMode" in code or "Writing in read access mode" in message:
        return "The graph is read-only here: it is made anew from the case, which keeps everything that was decided."
    if "SyntaxError" in code:
        return f"That is not Cypher the server understands: {message[:400]}"
    if "ParameterMissing" in code:
        return f"{message[:300]}. Name it as name=value."
    if isinstance(problem, (ClientError, TransientError, Neo4jError)):
        return f"The server refused: {message[:400]}"
    return f"The graph could not be asked: {message[:300]}"
