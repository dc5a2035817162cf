"""How long a pack of 10,000 accounts takes in all formats, and how much memory: `python -m benchmarks.referrals`."""

import csv
import resource
import tempfile
import time
from pathlib import Path
from typing import Final

import polars as pl

from detectors.base import OUTPUTS
from evidence import review
from evidence.case import Case
from evidence.load import keep_original, load
from evidence.runs import find, store
from loaders.base import Options
from loaders.source import sources
from loaders.tables import LOADER
from records.finding import Finding
from referrals.choose import choose
from referrals.collect import Sender, collect
from referrals.formats import formats
from referrals.receivers import receiver
from referrals.write import build

ACCOUNTS: Final = 10_000
POSTS_EACH: Final = 3
ELSEWHERE: Final = 2_000
"""Accounts of another platform in the same finding, all of whom have to be covered in every text."""
TEXT: Final = "Just got back from the rally in Fallowmere, still buzzing 🎉 的 {n} cc @elsewhere_{m} t.me/elsewhere_{m}"


def make(folder: Path) -> Case:
    """A case with one finding of that many accounts, confirmed by two people."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    people = [("x", f"9{n:09d}", f"crowd_{n}_x") for n in range(ACCOUNTS)]
    people += [("telegram", f"8{n:09d}", f"elsewhere_{n}") for n in range(ELSEWHERE)]
    with (tables / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["platform", "account_id", "handle", "display_name", "description", "followers"])
        writer.writerows(
            [p, i, h, h.title(), f"also {people[(n * 7) % len(people)][2]}", n] for n, (p, i, h) in enumerate(people)
        )
    posts = []
    with (tables / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["platform", "post_id", "author_id", "created_at", "text"])
        for number in range(ACCOUNTS * POSTS_EACH):
            platform, account, _ = people[number % ACCOUNTS]
            posts.append({"platform": platform, "post_id": f"7{number:011d}"})
            at = f"2026-03-{1 + number // 2000:02d}T{number % 24:02d}:{number % 60:02d}:00Z"
            writer.writerow([platform, posts[-1]["post_id"], account, at, TEXT.format(n=number, m=number % ELSEWHERE)])
    case = Case.create(folder / "case")
    how: dict[str, object] = {"format": "tables", "timezone": "UTC", "mapping": {}, "platform": None}
    members = [
        {"platform": p, "id": i, "kind": "account", "role": "amplifier", "score": 1.0, "action": "remove"}
        for p, i, _ in people
    ]
    finding = Finding(
        detector="coaction", detector_version="1", title_code="coaction.cluster", score=1.0, members=members, posts=posts,
        parameters={}, evidence={"layers": []}, outcome="unexplained", meets_deceptive=True, unmet=[], reasons=[],
    )  # fmt: skip
    with case.writing("benchmark"):
        for path in sorted(tables.glob("*.csv")):
            digest, original = keep_original(case, path, copy=True)
            for source in sources(original):
                load(case, path.name, digest, LOADER.read(source, Options()), how, True, lambda rows: None)
        links = _links(people)
        store(
            case,
            [finding],
            {"links": links},
            detectors={"coaction": {"version": "1", "parameters": {}}},
            seed=0,
            notes={},
        )
        stored = find(case, None).findings()[0]
        review.decide(case, stored, "confirmed", "Ada", "read", "deceptive")
        review.approve(case, stored, "Bo")
    return case


def _links(people: list[tuple[str, str, str]]) -> pl.DataFrame:
    """Every account with its neighbours, as a run would have found them."""
    uids = [f"{p}:{i}" for p, i, _ in people[:ACCOUNTS]]
    rows = [
        {"source": min(pair), "target": max(pair), "layer": "text", "window_seconds": 60, "weight": 3,
         "mean_time_delta": 1.0, "expected": None, "z": None, "q": None}
        for step in (1, 7, 31) for pair in zip(uids, uids[step:], strict=False)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=OUTPUTS["links"])


def main(folder: Path) -> None:
    case = make(folder)
    to, sender = receiver("x"), Sender(name="Desk", email="desk@review.example")
    started = time.monotonic()
    with case.writing("benchmark"):
        build(case, to, folder / "out", sender=sender)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"built in all formats: {time.monotonic() - started:.1f} s; peak memory {peak:,.0f} MB")
    started = time.monotonic()
    (pack,) = collect(case, to, choose(case, to), sender)
    print(
        f"of that, collecting {len(pack.assets):,} accounts, {len(pack.posts):,} posts: {time.monotonic() - started:.1f} s"
    )
    for name, form in formats().items():
        out = folder / "each" / name
        out.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        if form.lacks(pack) is None:
            form.write(pack, out)
        print(f"  {name}: {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
