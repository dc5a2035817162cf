"""The example case with decisions: what packs are made of in these tests."""

from pathlib import Path

from evidence import review
from evidence.case import Case
from evidence.runs import find
from examples.thirteen.case import build
from referrals.base import Pack
from referrals.choose import choose
from referrals.collect import Sender, collect
from referrals.receivers import receiver

SWARM, HIJACK, FLOOD, FARM, CHAIN = (
    "c26a80d3df1826d0", "70aacb0795c2c320", "43aa7c3c741247d4", "6623175798e3342d", "0b86c15824d72f62",
)  # fmt: skip
SENDER = Sender(name="Review desk (fictional)", email="desk@review.example")
RECEIVERS = ("x", "instagram", "web", "douyin", "wechat", "authority")
"""All that have something to be referred once `decide` was called."""


def decide(case: Case, approved: tuple[str, ...] = (FLOOD, FARM)) -> Case:
    """Every finding confirmed by Ada, deceptive where the gates are met; `approved` by Bo."""
    with case.writing("decide"):
        for finding in find(case, None).findings():
            outcome = "deceptive" if finding.meets_deceptive else None
            review.decide(case, finding, "confirmed", "Ada Lund", "Read side by side.", outcome)
        for one in approved:
            review.approve(case, review.finding_of(case, one), "Bo Reyes")
    return case


def decided(folder: Path) -> Case:
    return decide(build(folder))


def packs(case: Case, platform: str) -> list[Pack]:
    to = receiver(platform)
    return collect(case, to, choose(case, to), SENDER)
