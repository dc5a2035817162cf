"""`murmur links` as a whole process, against coordination-network-toolkit and plain DuckDB. `python benchmarks/links.py`.

The table is made here, the same every time: objects' popularity falls off as a power of their rank, a tenth of the
shares follow their object's first within minutes. Peers are installed from PyPI into their own environments.
Seconds depend on the machine; the ratios are medians of runs that alternate, so that a busy machine slows all alike.
"""

import argparse
import csv
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from detectors import links  # noqa: E402

TOOLKIT = "coordination-network-toolkit==1.5.2"
WINDOW = 60
COLUMNS = ["--object", "url", "--account", "user_id", "--content", "message_id", "--time", "timestamp"]
MONTH, DAY = 30 * 86_400, 86_400


def made(folder: Path, rows: int, objects: int, accounts: int, viral: int = 0) -> Path:
    """A CSV of `rows` shares; `viral` of them of one object on one day."""
    path = folder / f"shares-{rows}-{objects}-{viral}.csv"
    if path.exists():
        return path
    dice = np.random.default_rng(1)
    popularity = 1 / np.arange(1, objects + 1) ** 0.7
    item = dice.choice(objects, rows, p=popularity / popularity.sum())
    item[:objects] = np.arange(objects)  # every object is shared at least once
    account = (accounts * dice.random(rows) ** 2).astype(int)
    first = dice.random(objects) * MONTH
    at = np.where(dice.random(rows) < 0.1, first[item] + dice.exponential(120, rows), dice.random(rows) * MONTH)
    if viral:
        chosen = dice.choice(rows, viral, replace=False)
        item[chosen], at[chosen] = objects, dice.random(viral) * DAY
    order = dice.permutation(rows)
    pl.DataFrame(
        {
            "message_id": 900_000_000_000_000_000 + np.arange(rows) * 7,
            "user_id": 1_000_000_000 + account[order] * 7919,
            "url": [f"https://example.org/story/{number}" for number in item[order]],
            "timestamp": 1_600_000_000 + at[order].astype(int),
        }
    ).write_csv(path)
    return path


def eight_columns(path: Path) -> Path:
    """The same table as the toolkit reads it."""
    out = path.with_suffix(".eight.csv")
    if not out.exists():
        table = pl.read_csv(path, infer_schema=False)
        empty = pl.lit("")
        table.select(
            "message_id", "user_id", pl.col("user_id").alias("username"), empty.alias("repost_id"),
            empty.alias("reply_id"), empty.alias("message"), "timestamp", pl.col("url").alias("urls"),
        ).write_csv(out)  # fmt: skip
    return out


def environment(folder: Path) -> Path:
    """A virtual environment with the toolkit; made once."""
    home = folder / "toolkit"
    program = home / "bin" / "compute_networks"
    if not program.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", TOOLKIT], check=True)
    return program


def script(path: Path, folder: Path, mode: links.Mode) -> Path:
    """The statements `murmur links` runs, for DuckDB alone: one file, numbers written in."""
    rules = links.Rules(WINDOW * 1_000_000, mode, min_edge_weight=1)
    source = (
        f"CREATE TEMP TABLE given AS SELECT url AS object, user_id AS account, message_id AS content,"
        f" CAST(round(CAST(timestamp AS DOUBLE) * 1000000) AS BIGINT) AS time_us FROM read_csv('{path}', header = true,"
        " all_varchar = true); CREATE TEMP VIEW shares AS SELECT rowid AS row_id, * FROM given;"
    )
    recorder = Recorder()
    links.number(recorder, rules)  # type: ignore[arg-type]
    links.build(recorder, rules)  # type: ignore[arg-type]
    select, parameters = links.result(rules)
    recorder.execute(f"COPY ({select}) TO '{folder / 'plain.csv'}' (FORMAT csv, HEADER)", parameters)
    out = folder / f"plain-{mode}.sql"
    out.write_text(source + ";\n".join(recorder.statements), encoding="utf-8")
    return out


class Recorder:
    """Stands where a connection stands and writes down what it is told; answers as a table of one row a post does."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, sql: str, parameters: dict[str, int] | None = None) -> "Recorder":
        for name, value in (parameters or {}).items():
            sql = sql.replace(f"${name}", str(value))
        self.statements.append(sql)
        return self

    def fetchone(self) -> tuple[int, int]:
        return (1, 1)

    def fetchall(self) -> list[tuple[object, ...]]:
        return []


def timed(command: list[str | Path], environ: dict[str, str] | None = None) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def peak_mb(command: list[str | Path]) -> float:
    """Largest resident memory of one process, in MB; the child says so itself, so that no other is counted."""
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def murmur(path: Path, out: Path, mode: str) -> list[str | Path]:
    least = ["--min-edge-weight", "1"]
    words = ["links", path, *COLUMNS, "--window", str(WINDOW), "--mode", mode, *least, "--out", out]
    return [sys.executable, "-m", "app.cli", *words]


def toolkit_edges(database: Path) -> set[tuple[str, str, int]]:
    rows = sqlite3.connect(database).execute(
        "SELECT user_1, user_2, weight FROM co_link_network WHERE user_1 <> user_2"
    )
    return set(rows.fetchall())


def our_edges(path: Path) -> set[tuple[str, str, int]]:
    with path.open(newline="") as stream:
        return {(row["source"], row["target"], int(row["weight"])) for row in csv.DictReader(stream)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path.home() / ".cache" / "murmuration" / "benchmarks")
    parser.add_argument("--small", action="store_true", help="without the table of five million rows")
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    table, out, database = made(folder, 1_000_000, 193_000, 60_000), folder / "ours.csv", folder / "toolkit.db"
    program, eight = environment(folder), eight_columns(table)
    run_plain = "import duckdb, sys; duckdb.connect().execute(open(sys.argv[1]).read())"
    taken: dict[str, list[float]] = {name: [] for name in ("toolkit", "ours_t", "plain_t", "ours_c", "plain_c")}
    for _ in range(options.runs):
        for old in folder.glob("toolkit.db*"):
            old.unlink()
        # Its CSV export fails in this version, so its edges stay in its database, which favours it.
        load = timed([program, database, "preprocess", eight])
        compute: list[str | Path] = [program, database, "compute", "co_link", "--time_window", str(WINDOW)]
        taken["toolkit"].append(load + timed([*compute, "--min_edge_weight", "1"]))
        taken["ours_c"].append(timed(murmur(table, out, "cooRTweet")))
        taken["plain_c"].append(timed([sys.executable, "-c", run_plain, script(table, folder, "cooRTweet")]))
        taken["ours_t"].append(timed(murmur(table, out, "toolkit")))
        taken["plain_t"].append(timed([sys.executable, "-c", run_plain, script(table, folder, "toolkit")]))
    middle = {name: statistics.median(seconds) for name, seconds in taken.items()}
    same = toolkit_edges(database) == our_edges(out)
    print(f"1,000,000 rows, 193,000 objects, {WINDOW} s, whole processes, median of {options.runs}")
    print(f"{'':34}{'seconds':>9}{'ratio':>9}{'bar':>9}")
    print(f"{'murmur links, mode toolkit':34}{middle['ours_t']:9.2f}{1:9.1f}{'<= 4 s':>9}")
    print(f"{TOOLKIT:34}{middle['toolkit']:9.2f}{middle['toolkit'] / middle['ours_t']:9.1f}{'>= 15':>9}")
    print(f"{'murmur links, mode cooRTweet':34}{middle['ours_c']:9.2f}{1:9.1f}{'<= 4 s':>9}")
    for mode, letter in (("toolkit", "t"), ("cooRTweet", "c")):
        ratio = middle[f"ours_{letter}"] / middle[f"plain_{letter}"]
        print(f"{'plain DuckDB, same SQL, ' + mode:34}{middle[f'plain_{letter}']:9.2f}{1 / ratio:9.2f}{'>= 0.5':>9}")
    print(f"{'same edges as the toolkit':34}{'yes' if same else 'NO':>9}")
    sizes = [(1_000_000, 193_000, 60_000, "<= 1,500"), (5_000_000, 900_000, 200_000, "<= 4,000")]
    for rows, objects, accounts, bar in sizes[: 1 if options.small else 2]:
        viral = made(folder, rows, objects, accounts, viral=74_000)
        for mode in links.MODES:
            what = f"{rows:,} rows, 74,000 of one object, {mode}"
            print(f"{what:52}{peak_mb(murmur(viral, out, mode)):9.0f} MB{bar:>9}")
    for rest in (out, folder / "plain.csv"):
        rest.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
