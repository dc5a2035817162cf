"""Murmuration from a fresh clone: `python3 start.py` opens the demonstration, `python3 start.py test` runs every test.

Needs Python 3.11 or newer with pip, nothing else. The first run installs what the lock files name into .venv, checked by
hash; later runs need no network. Only the standard library is used here.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
CHECKS = (
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports"],
    ["codespell"],
    ["python", "tests/licences.py"],
)


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):
        return say(
            f"Murmuration needs Python 3.11 or newer; this is {sys.version.split()[0]}. Start it with a newer python3."
        )
    if arguments not in ([], ["test"]):
        return say("Use `python3 start.py` for the demonstration or `python3 start.py test` for the tests.", 2)
    testing = bool(arguments)
    problem = install(testing)
    if problem:
        return say(problem)
    return test() if testing else call([BIN / "murmur", "demo"])


def say(sentence: str, code: int = 1) -> int:
    print(sentence, file=sys.stderr)
    return code


def call(command: list[str | Path], **more: object) -> int:
    try:
        return subprocess.run([str(word) for word in command], cwd=ROOT, **more).returncode  # type: ignore[call-overload, no-any-return]
    except KeyboardInterrupt:
        return 130


def install(testing: bool) -> str | None:
    """Make .venv hold exactly what the lock names; returns a sentence where that failed."""
    lock = ROOT / ("requirements-dev.lock" if testing else "requirements.lock")
    stamp = VENV / f".installed-{lock.stem}"
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return None
    if not PYTHON.exists():
        print("Making .venv ...", file=sys.stderr)
        shutil.rmtree(VENV, ignore_errors=True)
        if call([sys.executable, "-m", "venv", VENV], stdout=subprocess.DEVNULL) != 0:
            shutil.rmtree(VENV, ignore_errors=True)
            return "Python could not make a virtual environment; install its venv part (Debian, Ubuntu: apt install python3-venv)."
    print(f"Installing what {lock.name} names (the first time, some minutes) ...", file=sys.stderr)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if call([*pip, "--progress-bar", "on", "--require-hashes", "-r", lock]) != 0:
        return (
            "pip could not install everything; look at its message above, check the way out to PyPI, and start again."
        )
    if call([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT]) != 0:
        return "pip could not install Murmuration itself; look at its message above and start again."
    stamp.write_text(wanted)
    return None


def test() -> int:
    """Style, types, layers, spelling, licences, then every test; in CI nothing is left out."""
    in_ci = bool(os.environ.get("CI"))
    for check in CHECKS:
        print(f"$ {' '.join(check)}", file=sys.stderr, flush=True)
        if call([BIN / check[0], *check[1:]]) != 0:
            return say(f"{check[0]} found something; its lines are above.")
    left_out = []
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        sentence = "The browser tests need Chromium (Debian: apt install chromium)."
        if in_ci:
            return say(sentence)
        print(f"{sentence} They are left out this time.", file=sys.stderr)
        left_out = ["-m", "not browser"]
    if call([PYTHON, "-m", "graph.fetch"]) != 0:
        return 1
    # Two at a time, each file by one of them: more would not fit the memory of two cores' machines (an engine and a browser each).
    # In the order of tests/conftest.py: by their number of tests the longest of all would come last and alone.
    # Each with one thread of Polars: two of two would wait for each other.
    alone = {**os.environ, "POLARS_MAX_THREADS": "1"}
    return call(
        [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *left_out], env=alone
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
