"""Serving the app: one Streamlit process on this machine's own address, ended with the command."""

import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path

from app.commands.common import note
from evidence.case import Case
from evidence.errors import CaseError
from graph import engine

MAIN = Path(__file__).with_name("main.py")
# A cold start of the libraries takes about five seconds here; a loaded machine gets ten times that.
START_SECONDS = 60
SETTINGS = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "5000",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.primaryColor": "#b8560f",
    "theme.font": "sans-serif",
    "theme.baseRadius": "small",
}


def serve(case: Case, *, port: int = 0, browser: bool = True, address: str = "127.0.0.1", screen: str = "") -> None:
    """Run the app until it is ended with Ctrl-C, opened at `screen` (the overview where it is empty).

    Raises CaseError where it does not come up.
    """
    port = port or _free_port()
    settings = {**SETTINGS, "server.address": address, "server.port": str(port)}
    flags = [word for name, value in settings.items() for word in (f"--{name}", value)]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(MAIN), *flags, "--", "--case", str(case.path.resolve())],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        url = f"http://127.0.0.1:{port}/{screen}"
        note(f"The app is open at {url}; Ctrl-C ends it.")
        if browser:
            webbrowser.open(url)
        process.wait()
    finally:
        process.terminate()
        process.wait()
        engine.stop_unused(case.path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise CaseError("The app did not come up; its lines above say why, and `murmur doctor` what is missing here.")
