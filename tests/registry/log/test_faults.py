"""Log: whatever call to the database fails, what was acknowledged is stored, and stored once."""

import threading
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.event import listen

from services.kit.clock import utc_now
from services.kit.errors import Unavailable, VersionConflict
from services.registry.log import Append, Appended, Log, NewEvent
from services.registry.log.batch import Recorded, prepare
from services.registry.log.writing import BatchWriter
from tests.databases import ON_POSTGRESQL, ON_SQLITE, Database, disposing
from tests.registry.log.appending import append, check, event
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
            assert not rest or not client.send(rest)
            if not plan.fired:
                break
        writer.close()
        assert number > FEWEST_CALLS
        assert len(client.acknowledged) == 2 * number
        assert check(engine, client.acknowledged) == 2 * number


@ON_SQLITE
def test_a_full_disk_refuses_and_goes_on_when_there_is_room(
    database: Database, engine: Engine
) -> None:
    pages = 200

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    acknowledged: dict[str, Appended] = {}
    with disposing(database.url) as small:
        listen(small, "connect", limit)
        with Log(small, utc_now) as log:
            for number in count():
                made = append(f"k{number}", {"plan-A": number}, big(number))
                try:
                    acknowledged[made.key] = log.append(made)
                except Unavailable:
                    break
            pages = 10_000
            acknowledged[made.key] = log.append(made)
    assert len(acknowledged) > 3
    check(engine, acknowledged)


def big(number: int) -> NewEvent:
    return event("plan-A", key=f"k{number}", text="x" * 50_000)


@ON_POSTGRESQL
def test_connections_that_are_cut_again_and_again(database: Database, engine: Engine) -> None:
    """Threads go on appending while somebody ends every connection of the service."""
    acknowledged: dict[str, Appended] = {}
    done = threading.Event()

    def write(log: Log, thread: int) -> None:
        number = 0
        while not done.is_set():
            made = append(f"{thread}-{number}", {f"plan-{thread}": number})
            try:
                acknowledged[made.key] = log.append(made)
            except Unavailable:
                continue  # again, under the same key
            number += 1

    cut = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE usename = :service AND datname = current_database()"
    )
    with Log(engine, utc_now) as log, disposing(database.admin_url) as admin:
        threads = [threading.Thread(target=write, args=(log, n)) for n in range(8)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            before = len(acknowledged)
            with admin.connect() as connection:
                service = make_url(database.url).username
                connection.execute(cut, {"service": service})
            while len(acknowledged) < before + 10:
                threads[0].join(timeout=0.001)
        done.set()
        for thread in threads:
            thread.join()
    engine.dispose()  # a reader's connection that was cut last may still lie in the pool
    assert check(engine, acknowledged) >= 200
