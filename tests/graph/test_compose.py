"""The compose file a team starts from: nothing reachable from outside, no password of ours, the embedded engine's own walls."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph import fetch, settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
# What keeps questions read-only and the server silent; a team's server gets the same as the embedded one.
WALLS = (
    "internal.dbms.cypher_ip_blocklist", "dbms.security.allow_csv_import_from_file_urls", "dbms.usage_report.enabled",
    "client.allow_telemetry", "db.transaction.timeout", "db.memory.transaction.max",
)  # fmt: skip


@pytest.fixture
def services() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return dict(document["services"])


def test_the_server_and_the_app_are_published_on_this_machine_only(services: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in services.items()}
    assert ports == {
        "neo4j": ["127.0.0.1:7474:7474", "127.0.0.1:7687:7687"],
        "app": ["127.0.0.1:8501:8501"],
    }
    assert not any("network_mode" in service or service.get("privileged") for service in services.values())


def test_the_server_is_the_series_the_embedded_engine_is_of(services: dict[str, Any]) -> None:
    assert services["neo4j"]["image"] == f"neo4j:{fetch.version().rsplit('.', 1)[0]}-community"


def test_there_is_no_password_until_somebody_sets_one(services: dict[str, Any]) -> None:
    required = r"\$\{NEO4J_PASSWORD:\?[^}]+\}"
    assert re.fullmatch(f"neo4j/{required}", services["neo4j"]["environment"]["NEO4J_AUTH"])
    assert re.fullmatch(required, services["app"]["environment"]["NEO4J_PASSWORD"])
    assert services["app"]["environment"]["NEO4J_URI"] == "bolt://neo4j:7687"


def test_a_teams_server_has_the_embedded_ones_walls(services: dict[str, Any]) -> None:
    embedded = dict(line.split("=", 1) for line in settings.conf(1, 1, None).splitlines())
    # The image's own spelling of a setting: a dot becomes _, an underscore becomes __.
    spelled = {name: "NEO4J_" + name.replace("_", "__").replace(".", "_") for name in WALLS}
    environment = services["neo4j"]["environment"]
    assert {name: environment[spelled[name]] for name in WALLS} == {name: embedded[name] for name in WALLS}


def test_what_a_team_gathers_outlives_its_containers(services: dict[str, Any]) -> None:
    volumes = yaml.safe_load(COMPOSE.read_text())["volumes"]
    assert services["neo4j"]["volumes"] == ["neo4j:/data"]
    assert services["app"]["volumes"] == ["case:/case"]
    assert set(volumes) == {"neo4j", "case"}


def test_the_image_installs_by_hash_and_runs_as_nobody_special() -> None:
    steps = (ROOT / "Dockerfile").read_text().splitlines()
    assert steps[0] == "FROM python:3.11-slim"
    assert any("--require-hashes -r requirements.lock" in step for step in steps)
    users = [step.split()[1] for step in steps if step.startswith("USER ")]
    assert users == ["murmur"]
    assert all(name not in step for step in steps if step.startswith(("ENV", "ARG")) for name in ("PASSWORD", "KEY"))


def test_the_image_carries_no_case_and_no_history() -> None:
    assert {".git", ".venv", "case"} <= set((ROOT / ".dockerignore").read_text().split())


def test_compose_itself_reads_the_file_and_refuses_to_start_without_a_password() -> None:
    """Where a compose client is; the checks above need none."""
    client = _client()
    if client is None:
        return
    base = {name: value for name, value in os.environ.items() if name != "NEO4J_PASSWORD"}
    command = [*client, "-f", str(COMPOSE), "config"]
    without = subprocess.run(command, capture_output=True, text=True, env=base, check=False)
    assert without.returncode != 0
    assert "set NEO4J_PASSWORD to a password" in without.stderr
    given = {**base, "NEO4J_PASSWORD": "correct-horse"}
    done = subprocess.run(command, capture_output=True, text=True, env=given, check=True)
    read = yaml.safe_load(done.stdout)["services"]
    assert read["neo4j"]["environment"]["NEO4J_AUTH"] == "neo4j/correct-horse"
    ports = [port for service in read.values() for port in service["ports"]]
    # The plug-in writes a port out as a mapping, the older program as one text.
    assert {port["host_ip"] if isinstance(port, dict) else port.split(":")[0] for port in ports} == {"127.0.0.1"}


def _client() -> list[str] | None:
    """The compose client of this machine: docker's plug-in, or the older program of its own."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True).returncode == 0:
            return command
    return None
