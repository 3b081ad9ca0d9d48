"""Log: somebody else holds the database; every caller is told soon, then it goes on."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, select
from sqlalchemy.event import listen

from services.kit.clock import utc_now
from services.kit.database import write_transaction
from services.kit.errors import Unavailable
from services.registry.log import Log
from services.registry.log.batch import prepare
from services.registry.log.table import log_head
from services.registry.log.writing import BatchWriter
from tests.databases import Database, disposing
from tests.registry.log.appending import append, check
from tests.registry.log.faults import Plan, faulty

LOCK_SECONDS = 0.5
CALLERS = 24


@contextmanager
def impatient(database: Database) -> Iterator[Engine]:
    """Give an engine that waits half a second for somebody else's lock."""

    def set_up(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {int(LOCK_SECONDS * 1000)}").close()

    url = make_url(database.url)
    if database.dialect == "postgresql":
        url = url.update_query_dict({"options": f"-c lock_timeout={LOCK_SECONDS}s"})
    with disposing(url.render_as_string(hide_password=False)) as engine:
        if database.dialect == "sqlite":
            listen(engine, "connect", set_up)
        yield engine


def test_while_somebody_holds_the_lock_every_caller_is_told_soon(
    database: Database, engine: Engine, writer: Engine
) -> None:
    waited: list[float] = []

    def call(log: Log, number: int) -> Callable[[], None]:
        def run() -> None:
            began = time.monotonic()
            with pytest.raises(Unavailable):
                log.append(append(f"k{number}", {f"plan-{number}": 0}))
            waited.append(time.monotonic() - began)

        return run

    with impatient(database) as impatient_engine, Log(impatient_engine, utc_now) as log:
        with write_transaction(writer) as connection:
            connection.execute(select(log_head.c.size).with_for_update())
            with ThreadPoolExecutor(CALLERS) as pool:
                for future in [pool.submit(call(log, number)) for number in range(CALLERS)]:
                    future.result()
        assert len(waited) == CALLERS
        assert max(waited) < 2 * LOCK_SECONDS + 1  # one batch under way, one that waited behind it
        answer = log.append(append("k0", {"plan-0": 0}))
    assert check(engine, {"k0": answer}) == 1


def test_a_database_that_is_away_is_not_asked_for_every_append_of_a_batch(
    database: Database,
) -> None:
    plan = Plan()
    calls = []
    with faulty(database, plan) as fragile, closing(BatchWriter(fragile, utc_now)) as writer:
        for count in (1, 20):
            batch = [prepare(append(f"k{n}", {f"plan-{n}": 0})) for n in range(count)]
            plan.arm(1, "before", lasting=True)
            outcomes = writer.commit(batch)
            plan.disarm()
            calls.append(plan.calls)
            assert [type(outcome) for outcome in outcomes] == [Unavailable] * count
    assert calls[0] == calls[1]
