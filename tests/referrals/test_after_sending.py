"""After a pack is sent: outcomes, retractions for everybody who got it, precision, and what is remembered."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.text_families import wilson as reference
from evidence import review
from evidence.case import Case
from evidence.errors import CaseError
from evidence.runs import find
from loaders.base import Options
from loaders.source import sources
from loaders.tables import LOADER
from referrals import campaigns, outcomes
from referrals.receivers import receiver
from referrals.retract import retract
from referrals.verify import verify
from referrals.write import build
from tests.app.test_commands import document, murmur
from tests.referrals.decided import FARM, FLOOD, HIJACK, SENDER, SWARM, decided


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return decided(tmp_path / "case")


def sent(case: Case, platform: str, out: Path) -> str:
    (written,) = build(case, receiver(platform), out, names=["json", "csv"], sender=SENDER)
    outcomes.record(case, written.pack.id, "sent", "2026-03-20", "by the form", "Ada")
    return written.pack.id


def test_outcomes_are_recorded_with_date_note_and_name(case: Case, tmp_path: Path) -> None:
    pack = sent(case, "x", tmp_path / "out")
    outcomes.record(case, pack[:6], "decided", "2026-04-01", "all suspended", "Bo")
    (row,) = outcomes.overview(case)
    assert (row["pack"], row["state"], row["date"], len(row["outcomes"])) == (pack, "decided", "2026-04-01", 2)
    assert row["outcomes"][0] == {"state": "sent", "date": "2026-03-20", "note": "by the form", "by": "Ada"}
    assert case.journal.problems() == []


@pytest.mark.parametrize(
    ("state", "when", "says"),
    [
        ("decided", "2026-04-01", "not recorded as sent"),
        ("sent", "tomorrow", "is no date"),
        ("sent", "2999-01-01", "lies ahead"),
        ("lost", "2026-04-01", "is no outcome"),
    ],
)
def test_outcomes_that_cannot_be_are_refused(case: Case, tmp_path: Path, state: str, when: str, says: str) -> None:
    (written,) = build(case, receiver("x"), tmp_path / "out", names=["json"], sender=SENDER)
    with pytest.raises(CaseError, match=says):
        outcomes.record(case, written.pack.id, state, when, "n", "Ada")
    with pytest.raises(CaseError, match="No pack begins"):
        outcomes.record(case, "ffff", "sent", "2026-04-01", "n", "Ada")


def test_precision_counts_settled_packs_alone_and_what_was_reinstated_as_wrong(case: Case, tmp_path: Path) -> None:
    x, instagram = sent(case, "x", tmp_path / "out"), sent(case, "instagram", tmp_path / "out")
    sent(case, "web", tmp_path / "out")
    assert outcomes.precision(case) == []
    outcomes.record(case, x, "decided", "2026-04-01", "n", "Ada")
    outcomes.record(case, instagram, "decided", "2026-04-01", "n", "Ada")
    outcomes.record(case, instagram, "appeal", "2026-04-02", "n", "Ada")
    outcomes.record(case, instagram, "reinstated", "2026-04-09", "n", "Ada")
    rows = {(row["detector"], row["platform"]): row for row in outcomes.precision(case)}
    assert rows.keys() == {("copypasta", "x"), ("flood", "x"), ("hijack", "x"), ("follower_farm", "instagram")}
    assert (rows["flood", "x"]["settled"], rows["flood", "x"]["wrong"], rows["flood", "x"]["precision"]) == (1, 0, 1.0)
    farm = rows["follower_farm", "instagram"]
    assert (farm["settled"], farm["wrong"], farm["precision"], farm["low"]) == (1, 1, 0.0, 0.0)
    assert farm["high"] == pytest.approx(0.7935, abs=1e-4)


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_the_one_used_for_the_detectors(counts: tuple[int, int]) -> None:
    assert outcomes.wilson(*counts) == pytest.approx(reference(*counts), abs=1e-4)


def test_what_still_stands_is_not_taken_back(case: Case, tmp_path: Path) -> None:
    sent(case, "x", tmp_path / "out")
    with pytest.raises(CaseError, match="still stands"):
        retract(case, [FLOOD], tmp_path / "back", "Ada", "n")


def test_every_receiver_of_a_corrected_finding_gets_a_retraction_of_its_own_rows(case: Case, tmp_path: Path) -> None:
    packs = {platform: sent(case, platform, tmp_path / "out") for platform in ("x", "instagram", "authority")}
    review.decide(case, review.finding_of(case, FLOOD), "dismissed", "Ada", "a protest after all")
    written = retract(case, [FLOOD[:8]], tmp_path / "back", "Ada", "a protest after all")
    assert {one["receiver"]: one["packs"] for one in written} == {p: [packs[p]] for p in ("x", "authority")}
    for one in written:
        report = verify(Path(one["folder"]))
        assert (report["problems"], report["manifest_sha256"]) == ([], one["manifest_sha256"])
        body = json.loads((Path(one["folder"]) / "retraction.json").read_bytes())
        assert body["findings"] == [FLOOD]
        assert {row["platform"] for row in body["accounts"]} == {"x"}
        asked = {row["id"]: (row["was_asked"], row["now_asked"]) for row in body["accounts"]}
        assert sum(was == "remove" for was, _ in asked.values()) == 12
        assert {now for was, now in asked.values() if was == "remove"} == {"restore"}
        if one["receiver"] == "x":  # the six whose accounts were taken are still spoken of by the hijack finding
            assert asked["480000000101"] == ("secure_and_restore", "only what the other findings say")
    again = retract(case, [FLOOD], tmp_path / "back", "Ada", "a protest after all")
    assert [one["manifest_sha256"] for one in again] == [one["manifest_sha256"] for one in written]
    assert sum(entry["kind"] == "retraction" for entry in case.journal.entries()) == 2


def test_a_false_positive_allows_a_retraction_and_nobody_to_write_to_is_said(case: Case, tmp_path: Path) -> None:
    pack = sent(case, "instagram", tmp_path / "out")
    outcomes.record(case, pack, "false_positive", "2026-04-02", "fans", "Ada")
    (written,) = retract(case, [FARM], tmp_path / "back", "Ada", "fans")
    assert (written["receiver"], written["accounts"]) == ("instagram", 39)
    review.decide(case, review.finding_of(case, HIJACK), "dismissed", "Ada", "emigrants")
    with pytest.raises(CaseError, match="nobody to write to"):
        retract(case, [HIJACK], tmp_path / "back", "Ada", "n")


def test_confirmed_operations_load_as_campaigns_without_victims_and_the_watched(case: Case, tmp_path: Path) -> None:
    told = campaigns.export(case, tmp_path / "campaigns.csv")
    (source,) = sources(tmp_path / "campaigns.csv")
    (chunk,) = LOADER.read(source, Options())
    rows = chunk.frames["campaigns"]
    assert (chunk.refused, rows.height) == ([], told["rows"])
    assert set(rows["confirmed_by"]) == {"Ada Lund"}
    assert rows["date"].null_count() == 0
    accounts = set(rows.filter(indicator_kind="account")["indicator"])
    # The hijack finding names possible victims alone: nothing of it is remembered against anybody.
    confirmed = [f for f in find(case, None).findings() if f.outcome == "unexplained" and f.id != HIJACK]
    assert told["campaigns"] == len(confirmed)
    victims = {m["id"] for f in confirmed for m in f.members if m["role"] in ("possible_victim", "target")}
    assert accounts & victims == set()
    assert {m["id"] for f in confirmed if f.id == SWARM for m in f.members} <= accounts
    texts = {family["text"] for f in confirmed if f.id == SWARM for family in f.evidence["families"]}
    assert texts <= set(rows.filter(indicator_kind="text")["indicator"])
    review.decide(case, review.finding_of(case, SWARM), "dismissed", "Ada", "n")
    assert campaigns.export(case, tmp_path / "again.csv")["campaigns"] == len(confirmed) - 1


def test_the_commands(case: Case, tmp_path: Path) -> None:
    at = ("--case", case.path)
    (written,) = document("refer", "build", "--platform", "instagram", "--format", "json", "--out", tmp_path / "o", *at)
    by = ("--note", "by the form", "--by", "Ada")
    entry = document("refer", "outcome", written["folder"], "--state", "sent", "--date", "2026-03-20", *by, *at)
    assert (entry["pack"], entry["state"]) == (written["pack"], "sent")
    document("refer", "outcome", written["pack"], "--state", "false_positive", "--date", "2026-03-21", *by, *at)
    assert [row["state"] for row in document("refer", "packs", *at)] == ["false_positive"]
    assert [row["wrong"] for row in document("refer", "precision", *at)] == [1]
    (back,) = document("refer", "retract", FARM, *by, "--out", tmp_path / "back", *at)
    assert document("refer", "verify", back["folder"])["problems"] == []
    told = document("refer", "campaigns", "--out", tmp_path / "campaigns.csv", *at)
    assert document("load", tmp_path / "campaigns.csv", "--case", tmp_path / "other")[0]["kept"] == told["rows"]
    murmur("refer", "outcome", written["pack"], "--state", "lost", "--date", "2026-03-20", *by, *at, code=2)
