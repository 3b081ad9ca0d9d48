"""Log: whatever call to the database fails, what was acknowledged is stored, and stored once."""

from collections.abc import Sequence
from itertools import count

import pytest
from sqlalchemy import Engine

from services.kit.clock import utc_now
from services.kit.errors import Unavailable, VersionConflict
from services.registry.log import Append, Appended, Log
from services.registry.log.batch import Recorded, prepare
from services.registry.log.writing import BatchWriter
from tests.databases import Database
from tests.registry.log.appending import append, check
from tests.registry.log.faults import Plan, When, faulty

FEWEST_CALLS = 8
"""An append makes at least so many; else the faults would miss it."""


class Client:
    """Sends batches, keeps what was acknowledged, and repeats what was not, under the same key."""

    def __init__(self, writer: BatchWriter, log: Log) -> None:
        self.writer, self.log = writer, log
        self.acknowledged: dict[str, Appended] = {}

    def send(self, batch: Sequence[Append]) -> list[Append]:
        """Send a batch; give what has to be sent again."""
        again = []
        outcomes = self.writer.commit([prepare(made) for made in batch])
        for made, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Unavailable):
                again.append(made)
            elif isinstance(outcome, Recorded):
                before = self.log.find(made.scope, made.key, made.request_digest)
                assert before is not None
                self.acknowledged[made.key] = before
            elif isinstance(outcome, Appended):
                self.acknowledged[made.key] = outcome
            else:
                assert isinstance(outcome, VersionConflict)
                assert made.key.endswith("stale")
        return again


@pytest.mark.parametrize("lasting", [False, True], ids=["one call", "every call from then on"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failure_at_any_call_loses_nothing_and_doubles_nothing(
    database: Database, engine: Engine, when: When, lasting: bool
) -> None:
    plan = Plan()
    with faulty(database, plan) as fragile, Log(engine, utc_now) as log:
        writer = BatchWriter(fragile, utc_now)
        client = Client(writer, log)
        for number in count(1):
            batch = [
                append(f"{number}-a", {f"plan-{number}-a": 0}),
                append(f"{number}-stale", {f"plan-{number}-a": 7}),
                append(f"{number}-b", {f"plan-{number}-b": 0}),
            ]
            plan.arm(number, when, lasting=lasting)
            rest = client.send(batch)
            plan.disarm()
            assert not client.send(rest)
            if not plan.fired:
                break
        writer.close()
        assert number > FEWEST_CALLS
        assert len(client.acknowledged) == 2 * number
        assert check(engine, client.acknowledged) == 2 * number
