"""How the embedded server is set up: this machine only, read-only where it can be, and silent towards the outside."""

from pathlib import Path

import psutil

from graph.errors import EngineError

GIB = 1 << 30
# Below this the server, Python and the browser do not fit together; a sentence is better than a crash.
LEAST_MEMORY = 4 * GIB * 0.9
# One question may not take the machine: a cartesian product over a million posts ends here and not in swap.
TRANSACTION_MEMORY = "256m"
# The longest a question may take; graph.guard asks for less.
TRANSACTION_SECONDS = 120
# What the server's own reflection needs on Java 17 and newer.
ADD_OPENS = (
    "java.base/java.nio", "java.base/java.io", "java.base/java.util", "java.base/java.util.concurrent",
    "java.base/java.lang", "java.base/sun.nio.ch",
)  # fmt: skip


def memory() -> tuple[int, int]:
    """(heap, page cache) in MB for this machine: a heap of 0.5-1 GB, a page cache of at most a quarter of memory."""
    total = psutil.virtual_memory().total
    if total < LEAST_MEMORY:
        raise EngineError(
            f"This machine has {total / GIB:.1f} GB of memory and the graph needs 4; use a team's server (NEO4J_URI), or load and"
            " detect with --no-graph."
        )
    heap = 1024 if total >= 8 * GIB else 512
    return heap, min(int(total / GIB / 4 * 1024), 2048)


def java_options(heap_mb: int, hosts: Path) -> list[str]:
    """Options of the Java process. `hosts` holds localhost alone, so that no name is ever looked up outside."""
    opens = [word for package in ADD_OPENS for word in ("--add-opens", f"{package}=ALL-UNNAMED")]
    return [
        *opens,
        "--enable-native-access=ALL-UNNAMED",
        f"-Xms{min(heap_mb, 256)}m",
        f"-Xmx{heap_mb}m",
        f"-Djdk.net.hosts.file={hosts}",
        "-Dfile.encoding=UTF-8",
        "-XX:+UseG1GC",
        "-XX:+ExitOnOutOfMemoryError",
    ]


def conf(port: int, page_cache_mb: int, http_port: int | None) -> str:
    """neo4j.conf for one home. `http_port` only while Neo4j Browser is open."""
    lines = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "true" if http_port else "false",
        "server.https.enabled": "false",
        "server.memory.pagecache.size": f"{page_cache_mb}m",
        # Nothing leaves: no LOAD CSV to anywhere, no files, no usage reports, no telemetry of drivers or Browser.
        "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        # A question that runs away is ended by the server.
        "db.transaction.timeout": f"{TRANSACTION_SECONDS}s",
        "db.memory.transaction.max": TRANSACTION_MEMORY,
        "dbms.memory.transaction.total.max": "512m",
        "dbms.security.auth_enabled": "true",
        "db.logs.query.enabled": "OFF",
        "server.logs.gc.enabled": "false",
        # The graph can be built anew at any time: a few checkpoints are enough, old logs are not kept.
        "db.tx_log.rotation.retention_policy": "2 files",
    }
    if http_port:
        lines["server.http.listen_address"] = f"127.0.0.1:{http_port}"
        lines["server.http.advertised_address"] = f"127.0.0.1:{http_port}"
    return "".join(f"{name}={value}\n" for name, value in lines.items())
