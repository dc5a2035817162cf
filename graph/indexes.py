"""Constraints and indexes of the schema, made where they are missing and waited for."""

import time
from typing import Final

import neo4j

from graph.errors import EngineError
from graph.schema import index_names, statements

LOOK_SECONDS: Final = 0.1


def ensure(driver: neo4j.Driver) -> None:
    """Make every constraint and index that is missing; returns once all can be used. Raises EngineError.

    Only what is missing is asked for, in one transaction: eighteen statements cost four seconds one by one.
    """
    names = index_names()
    there = {record["name"] for record in _show(driver)}
    missing = [statement for name, statement in zip(names, statements(), strict=True) if name not in there]
    if missing:
        with driver.session() as session, session.begin_transaction() as transaction:
            for statement in missing:
                transaction.run(statement).consume()
            transaction.commit()
    while True:
        states = {record["name"]: record["state"] for record in _show(driver)}
        ours = [states.get(name) for name in names]
        if "FAILED" in ours or None in ours:
            lost = ", ".join(name for name in names if states.get(name) in ("FAILED", None))
            raise EngineError(
                f"The graph could not be indexed ({lost}); delete the case's graph/ folder and build again."
            )
        if all(word == "ONLINE" for word in ours):
            return
        # Not db.awaitIndexes: it runs inside a transaction, which the server ends after two minutes.
        time.sleep(LOOK_SECONDS)


def _show(driver: neo4j.Driver) -> list[neo4j.Record]:
    return driver.execute_query("SHOW INDEXES YIELD name, state").records
