"""The example as a case: tables loaded, an earlier and a present run stored, with the links and copies they speak of.

`python examples/thirteen/case.py FOLDER` makes one to look at; tests call `build`.
"""

import json
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

import polars as pl  # noqa: E402

from detectors.base import OUTPUTS  # noqa: E402
from evidence.case import Case  # noqa: E402
from evidence.load import keep_original, load  # noqa: E402
from evidence.runs import Run, store  # noqa: E402
from loaders.base import Options  # noqa: E402
from loaders.source import sources  # noqa: E402
from loaders.tables import LOADER  # noqa: E402
from records.finding import Finding, from_json  # noqa: E402
from records.store import Records, query  # noqa: E402

Rows = list[dict[str, Any]]
# How the tables are read; part of what a later load compares with.
HOW: Final = {"format": "tables", "timezone": "UTC", "mapping": {}, "platform": None}
WINDOW_SECONDS: Final = 60


def build(folder: Path, tables: Path = HERE, documents: Rows | None = None) -> Case:
    """A new case in `folder`: the CSV files of `tables` loaded, an earlier run, and a run of `documents` or the thirteen."""
    case = Case.create(folder, "The thirteen (invented)")
    with case.writing("load"):
        for path in sorted(tables.glob("*.csv")):
            digest, original = keep_original(case, path, copy=True)
            for source in sources(original):
                load(case, path.name, digest, LOADER.read(source, Options()), HOW, True, lambda rows: None)
        records = case.records()
        for run in (_read("findings_before"), documents or _read("findings")):
            _store(case, records, [from_json(document) for document in run])
    return case


def _read(name: str) -> Rows:
    found: Rows = json.loads((HERE / f"{name}.json").read_bytes())
    return found


def _store(case: Case, records: Records, findings: list[Finding]) -> Run:
    ran = {
        finding.detector: {"version": finding.detector_version, "parameters": finding.parameters}
        for finding in findings
    }
    return store(case, findings, outputs(records, findings), detectors=ran, seed=0, notes={"invented": True})


def outputs(records: Records, findings: list[Finding]) -> dict[str, pl.DataFrame]:
    """What detectors would have returned beside these findings: links of coaction, families and copies, signals."""
    by_detector = {finding.detector: finding for finding in findings}
    posts = {
        f"{row['platform']}:{row['post_id']}": row
        for row in query(records, "SELECT platform, post_id, author_id, created_at, text, urls FROM posts").to_dicts()
    }
    rows: dict[str, Rows] = {name: [] for name in OUTPUTS}
    if "coaction" in by_detector:
        rows["links"] = _links(by_detector["coaction"], posts)
    if "copypasta" in by_detector:
        rows["families"], rows["copies"] = _families(by_detector["copypasta"], posts)
    if "chain" in by_detector:
        rows["copies"] += _hops(by_detector["chain"])
    if "hijack" in by_detector:
        for account in by_detector["hijack"].evidence["accounts"]:
            uid = f"{account['platform']}:{account['id']}"
            woke = pl.Series([account["woke_at"]]).str.to_datetime(time_zone="UTC").dt.epoch("s")[0]
            rows["signals"] += [
                {"account": uid, "name": "dormant_days", "value": account["gap_days"]},
                {"account": uid, "name": "woke_at", "value": float(woke)},
                {"account": uid, "name": "changes", "value": float(len(account["changes"]))},
            ]
    return {name: pl.DataFrame(rows[name], schema=schema) for name, schema in OUTPUTS.items()}


def _links(finding: Finding, posts: Mapping[str, Any]) -> Rows:
    """Pages that shared one link within a minute, weighted by how often."""
    deltas: dict[tuple[str, str], list[float]] = {}
    ids = [f"{post['platform']}:{post['post_id']}" for post in finding.posts]
    for one, two in combinations([posts[uid] for uid in ids], 2):
        lag = abs((one["created_at"] - two["created_at"]).total_seconds())
        if one["urls"] == two["urls"] and one["author_id"] != two["author_id"] and lag <= WINDOW_SECONDS:
            pair = sorted(f"{row['platform']}:{row['author_id']}" for row in (one, two))
            deltas.setdefault((pair[0], pair[1]), []).append(lag)
    return [
        {"source": source, "target": target, "layer": "link", "window_seconds": WINDOW_SECONDS, "weight": len(lags),
         "mean_time_delta": sum(lags) / len(lags), "expected": None, "z": None, "q": None}
        for (source, target), lags in sorted(deltas.items())
    ]  # fmt: skip


def _families(finding: Finding, posts: Mapping[str, Any]) -> tuple[Rows, Rows]:
    """Posts of each family, and each as a copy of the first."""
    ids = [f"{post['platform']}:{post['post_id']}" for post in finding.posts]
    families: Rows = []
    copies: Rows = []
    for family in finding.evidence["families"]:
        uids = [uid for uid in ids if posts[uid]["text"] in family["forms"]]
        for uid in uids:
            row = posts[uid]
            families.append({"family": family["family"], "post": uid, "account": f"{row['platform']}:{row['author_id']}",
                             "created_at": row["created_at"], "is_repost": False, "similarity": 1.0})  # fmt: skip
            if uid != uids[0]:
                lag = (row["created_at"] - posts[uids[0]]["created_at"]).total_seconds()
                copies.append(
                    {"post": uid, "original": uids[0], "similarity": 1.0, "lag_seconds": lag, "credited": False}
                )
    return families, copies


def _hops(chain: Finding) -> Rows:
    steps = {step["post_id"]: step for step in chain.evidence["steps"]}
    return [
        {"post": f"{step['platform']}:{step['post_id']}", "original": f"{steps[step['copies']]['platform']}:{step['copies']}",
         "similarity": step["similarity"], "lag_seconds": step["lag_seconds"], "credited": step["credited"]}
        for step in steps.values() if step["copies"]
    ]  # fmt: skip


if __name__ == "__main__":
    print(build(Path(sys.argv[1])).path)
