"""Made-up cases of two platforms whose people name each other everywhere: no pack lets one platform read of the other."""

import csv
import html
import json
import tempfile
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from detectors.base import OUTPUTS
from evidence import review
from evidence.case import Case
from evidence.load import keep_original, load
from evidence.runs import find, store
from loaders.base import Options
from loaders.source import sources
from loaders.tables import LOADER
from records.finding import Finding
from records.masking import folded
from referrals import parts as portioning
from referrals.base import Pack
from referrals.formats import formats
from tests.referrals.decided import packs

HOW = {"format": "tables", "timezone": "UTC", "mapping": {}, "platform": None}
SITES = {"x": "https://x.com/{}", "telegram": "https://t.me/{}"}
SITE_DIGIT = {"x": 5, "telegram": 6}
WRITTEN = {
    "plain": lambda name: name,
    "at": lambda name: f"@{name}",
    "upper": lambda name: name.upper(),
    "wide": lambda name: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
    "joined": lambda name: "\u200d".join(name),
    "percent": lambda name: quote("".join(name), safe="").replace("_", "%5F"),
    "entity": lambda name: html.escape(name).replace("_", "&#95;"),
    "glued": lambda name: f"我{name}的",
}
# Handles and ids as platforms give them: long enough to be names, of several scripts.
HANDLES = st.from_regex(r"[a-z]{3,6}_[a-z0-9]{3,6}", fullmatch=True) | st.sampled_from(
    ["Зоя_Орлова", "山田花子さん", "Éloïse.Noël9"]
)
IDS = st.integers(10**8, 10**12).map(str)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, object]:
    """Six people on each of two platforms, and how each names somebody of the other one."""
    people = {
        platform: list(zip(draw(st.lists(IDS, min_size=6, max_size=6, unique=True)),
                           draw(st.lists(HANDLES, min_size=6, max_size=6, unique_by=folded)), strict=True))
        for platform in SITES
    }  # fmt: skip
    ways = draw(st.lists(st.sampled_from(sorted(WRITTEN)), min_size=12, max_size=12))
    return {"people": people, "ways": ways, "victims": draw(st.integers(0, 2))}


def made(world: dict[str, object], folder: Path) -> Case:
    people: dict[str, list[tuple[str, str]]] = world["people"]  # type: ignore[assignment]
    ways: list[str] = world["ways"]  # type: ignore[assignment]
    accounts, posts = [], []
    for platform, names in people.items():
        others = people["telegram" if platform == "x" else "x"]
        for number, (account, handle) in enumerate(names):
            other_id, other = others[number]
            way = WRITTEN[ways[number if platform == "x" else number + 6]]
            accounts.append({"platform": platform, "account_id": account, "handle": handle, "display_name": f"also {way(other)}",
                             "description": f"on the other: {way(other_id)}"})  # fmt: skip
            site = SITES["telegram" if platform == "x" else "x"]
            text = (
                f"see {site.format(other)} or {way(other)} ({way(other_id)}), {site.format(other).replace('.', '[.]')}"
            )
            post_id = f"{SITE_DIGIT[platform]}{number}{account}"
            posts.append({"platform": platform, "post_id": post_id, "author_id": account, "text": text,
                          "created_at": f"2026-03-01T10:0{number}:00Z", "url": site.format(f"{other}/{number}")})  # fmt: skip
    (folder / "tables").mkdir()
    for name, rows in (("accounts", accounts), ("posts", posts)):
        with (folder / "tables" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    case = Case.create(folder / "case")
    members = [
        {"platform": a["platform"], "id": a["account_id"], "kind": "account", "score": 1.0,
         "role": "possible_victim" if n % 6 < int(str(world["victims"])) else "amplifier",
         "action": "secure_and_restore" if n % 6 < int(str(world["victims"])) else "remove"}
        for n, a in enumerate(accounts)
    ]  # fmt: skip
    finding = Finding(
        detector="copypasta", detector_version="1", title_code="copypasta.families", score=1.0, members=members,
        posts=[{"platform": p["platform"], "post_id": p["post_id"]} for p in posts], parameters={},
        evidence={"families": [{"text": p["text"], "first_author": p["author_id"], "note": {a["handle"]: 1 for a in accounts}}
                               for p in posts], "accounts": [{"platform": a["platform"], "id": a["account_id"]} for a in accounts]},
        outcome="unexplained", meets_deceptive=True, unmet=[], reasons=[],
    )  # fmt: skip
    with case.writing("test"):
        for path in sorted((folder / "tables").glob("*.csv")):
            digest, original = keep_original(case, path, copy=True)
            for source in sources(original):
                load(case, path.name, digest, LOADER.read(source, Options()), HOW, True, lambda rows: None)
        tables = {name: pl.DataFrame(schema=schema) for name, schema in OUTPUTS.items()}
        store(case, [finding], tables, detectors={"copypasta": {"version": "1", "parameters": {}}}, seed=0, notes={})
        (stored,) = find(case, None).findings()
        everybody = " ".join(f"{handle} {account}" for names in people.values() for account, handle in names)
        review.decide(case, stored, "confirmed", "Ada", f"these are one: {everybody}", "deceptive")
        review.approve(case, stored, "Bo")
    return case


def printed(path: Path) -> str:
    """What the file says to whoever opens it."""
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")
    return "".join(page.extract_text() for page in PdfReader(path).pages).replace("\u200b", "").replace("\n", "")


def leaks(pack: Pack, platform: str, people: dict[str, list[tuple[str, str]]], folder: Path) -> list[tuple[str, str]]:
    """Identifiers of the other platform in anything the pack's formats write."""
    own = [folded(word) for names in people[platform] for word in names]
    other = "telegram" if platform == "x" else "x"
    theirs = {folded(word) for names in people[other] for word in names}
    theirs = {word for word in theirs if not any(word in mine for mine in own)}
    posts = {f"{SITE_DIGIT[other]}{n}{account}" for n, (account, _) in enumerate(people[other])}
    found = []
    for form in formats().values():
        if form.lacks(pack) is None:
            for path in form.write(pack, folder):
                text = folded(html.unescape(printed(path)))
                # JSON escapes what is not ASCII in some formats.
                text += folded(json.dumps(text, ensure_ascii=False))
                found += [(path.name, word) for word in theirs | posts if word in text]
    return found


# Each example is a case of its own: shrinking one would take minutes.
@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(worlds())
def test_no_identifier_of_one_platform_is_in_the_pack_for_another(world: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = made(world, folder)
        for platform in SITES:
            (pack,) = packs(case, platform)
            assert {asset.platform for asset in pack.everyone} == {platform}
            assert len(pack.everyone) == len(pack.posts) == 6
            assert len(pack.victims) == world["victims"]
            assert {asset.action for asset in pack.assets} == {"remove"}
            out = folder / platform
            out.mkdir()
            assert leaks(pack, platform, world["people"], out) == []  # type: ignore[arg-type]
            # What is the platform's own is not covered away.
            assert {asset.handle for asset in pack.everyone} == {handle for _, handle in world["people"][platform]}  # type: ignore[index]


def test_what_is_too_much_for_one_pack_is_split_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    (whole,) = packs(case, "x")
    monkeypatch.setattr(portioning, "MOST_ASSETS", 10)
    parts = packs(case, "x")
    assert [(one.part, one.parts) for one in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert len({one.id for one in parts}) == len(parts) == 5
    assert sorted(a.uid for one in parts for a in one.everyone) == sorted(a.uid for a in whole.everyone)
    assert sorted(p.uid for one in parts for p in one.posts) == sorted(p.uid for p in whole.posts)
    for one in parts:
        assert {post.author for post in one.posts} <= {asset.uid for asset in one.everyone}
        assert len(one.everyone) <= 10
