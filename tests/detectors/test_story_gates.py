"""The comment flood of a made-up world meets every gate; each gate taken away in the world itself is missed by name."""

from functools import cache

import polars as pl
import pytest

import scenarios
from detectors import detectors
from detectors.base import no_progress
from detectors.run import run
from records.finding import Finding
from records.store import in_memory
from scenarios import World

pytestmark = pytest.mark.slow

Tables = dict[str, pl.DataFrame]


@cache
def world() -> World:
    return scenarios.build("comment_flood", 4102, participation=0.4, size=0.3)


def about(tables: Tables) -> list[Finding]:
    """What all detectors say of the planted accounts, operations first, then the largest."""
    which = list(detectors().values())
    found = run(in_memory(tables), which, {one.name: one.defaults() for one in which}, 1, no_progress).findings
    theirs = [one for one in found if one.member_ids() & world().truth.members]
    return sorted(theirs, key=lambda one: (one.detector != "operation", -len(one.members)))


def planted(column: str) -> pl.Expr:
    return pl.format("{}:{}", "platform", column).is_in(sorted(world().truth.members))


def without(gate: str) -> Tables:
    tables = dict(world().tables)
    posts, accounts = tables["posts"], tables["accounts"]
    if gate == "group_test":
        few = sorted(world().truth.members)[:3]
        only = ~planted("author_id") | pl.format("{}:{}", "platform", "author_id").is_in(few)
        return {**tables, "posts": posts.filter(only)}
    if gate == "two_windows":
        day = pl.when(planted("author_id"))
        coarse = day.then(pl.col("created_at").dt.truncate("1d")).otherwise("created_at").alias("created_at")
        known = day.then(pl.lit("day")).otherwise("time_precision").alias("time_precision")
        return {**tables, "posts": posts.with_columns(coarse, known)}
    if gate == "deception_sign":
        # Nobody says whether whole timelines were collected: a silence may be a gap in the data, and a new account an old one.
        born = pl.when(planted("account_id")).then(None).otherwise("created_at").alias("created_at")
        return {**tables, "accounts": accounts.with_columns(born), "collections": tables["collections"].clear()}
    says = pl.when(planted("account_id")).then(pl.lit("volunteer team member of Harbour Union local 12"))
    return {**tables, "accounts": accounts.with_columns(says.otherwise("description").alias("description"))}


def test_with_every_gate_on_the_operation_meets_them() -> None:
    operation = about(dict(world().tables))[0]
    assert (operation.detector, operation.outcome, operation.unmet) == ("operation", "unexplained", [])
    assert operation.meets_deceptive
    assert len(operation.member_ids() & world().truth.members) >= 0.9 * len(world().truth.members)


@pytest.mark.parametrize("gate", ["group_test", "two_windows", "deception_sign", "no_trap"])
def test_each_gate_taken_away_in_the_world_is_missed_by_name(gate: str) -> None:
    found = about(without(gate))
    assert not any(one.meets_deceptive for one in found)
    assert found == [] if gate == "group_test" else gate in found[0].unmet
