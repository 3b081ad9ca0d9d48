"""Projectors at work: one moves, the others stand by; who is asked to stop finishes its page."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError

from services.kit.database import write_transaction
from services.reporting.database import make_reporting_engine
from services.reporting.feed import HttpFeed
from services.reporting.folding import Stopped
from services.reporting.generations import (
    Fenced,
    Superseded,
    new_generation,
    read_place,
    switch,
)
from services.reporting.projections.entries import entry_table
from services.reporting.projections.head import projector_status
from services.reporting.projector import Projector
from services.reporting.rebuild import rebuild
from services.reporting.running import Stop, StopAsked, run
from services.reporting.status import read_status
from tests import makers
from tests.databases import Database
from tests.reporting.answering import Told
from tests.reporting.projected import begin_anew, digests, position, rows
from tests.simulated_registry import SimulatedRegistry, client_of

Answer = Callable[[httpx.Request], httpx.Response]


def projector_on(
    engine: Engine, registry: SimulatedRegistry, answer: Answer | None = None
) -> Projector:
    feed = HttpFeed(client_of(answer or registry.answer))
    return Projector(engine, feed, registry.key.verifier, lambda: datetime.now(UTC))


def run_until(told: Told, stop: Stop, answer: Answer) -> None:
    projector = projector_on(told.engine, told.registry, answer)
    run(projector, stop, wait_seconds=0, stand_by_seconds=0.01)


def fenced(engine: Engine) -> int:
    with engine.begin() as connection:
        return sum(connection.execute(select(projector_status.c.fenced)).scalars())


def test_the_one_who_comes_second_writes_nothing_and_is_counted(told: Told) -> None:
    told.registry.append(makers.signature_recorded("ZZA"), makers.signature_recorded("ZZB"))
    first = projector_on(told.engine, told.registry)
    second = projector_on(told.engine, told.registry)
    batch, twin = first.fetch(0), second.fetch(0)
    assert batch is not None
    assert twin is not None
    first.apply(batch)
    before = digests(told.engine)
    with pytest.raises(Fenced, match="expected generation 1 at 0, it is elsewhere"):
        second.apply(twin)
    assert digests(told.engine) == before
    assert fenced(told.engine) == 1
    told.registry.append(makers.signature_recorded("ZZC"))
    rest = second.fetch(0)
    assert rest is not None
    second.apply(rest)
    assert position(told.engine) == (3, 3)


def test_a_page_that_is_being_written_keeps_others_out_at_once(told: Told) -> None:
    told.tell(makers.cycle_opened())
    told.registry.append(makers.signature_recorded("ZZA"))
    batch = told.projector.fetch(0)
    assert batch is not None
    expected: type[Exception] = Fenced
    if told.engine.dialect.name == "sqlite":  # one writer at a time, no row locks
        expected = OperationalError
        event.listen(told.engine, "connect", _impatient)
        told.engine.dispose()
    other = make_reporting_engine(told.engine.url.render_as_string(hide_password=False))
    try:
        with write_transaction(other) as connection:
            read_place(connection, 1, lock=True)
            with pytest.raises(expected):
                told.projector.apply(batch)
    finally:
        other.dispose()
    assert position(told.engine) == (1, 1)
    told.project()
    assert position(told.engine) == (2, 2)


def _impatient(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 1").close()


def test_a_projector_follows_when_another_generation_answers(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    told.registry.append(makers.signature_recorded("ZZB"))
    batch = told.projector.fetch(0)
    assert batch is not None
    with write_transaction(told.engine) as connection:
        switch(connection, expected=1, generation=new_generation(connection))
    with pytest.raises(Fenced, match="generation 1 is no longer the one that answers"):
        told.projector.apply(batch)
    told.project()
    assert position(told.engine) == (2, 2)
    assert len(rows(told.engine, entry_table)) == 2


def test_a_projector_at_rest_follows_when_another_generation_answers(told: Told) -> None:
    """Else the clock of what answers would stand still until the next entry."""
    told.tell(makers.signature_recorded("ZZA"))
    rebuild(
        told.engine,
        (told.registry.feed(),),
        told.registry.key.verifier,
        told.clock,
        grace_seconds=0,
    )
    told.now += timedelta(minutes=1)
    told.project()
    with told.engine.connect() as connection:
        status = read_status(connection, 2)
    assert status is not None
    assert (status.seen_at, status.seen_size) == ("2026-11-21T12:01:00.000000Z", 1)
    half_a_minute_ago = told.now - timedelta(seconds=30)
    assert told.ask(lambda _, moment: moment.position, as_of=half_a_minute_ago) == 1


def test_a_generation_is_built_no_further_once_a_later_one_was_begun(told: Told) -> None:
    told.tell(makers.signature_recorded("ZZA"))
    with write_transaction(told.engine) as connection:
        begun = new_generation(connection)
    key = told.registry.key.verifier
    builder = Projector(told.engine, told.registry.feed(), key, told.clock, generation=begun)
    batch = builder.fetch(0)
    assert batch is not None
    with write_transaction(told.engine) as connection:
        new_generation(connection)
    with pytest.raises(Superseded, match="generation 2 will not answer"):
        builder.apply(batch)
    assert rows(told.engine, entry_table, generation=begun) == []


def test_a_failed_check_takes_nothing_back_from_one_who_came_further(told: Told) -> None:
    told.registry.append(makers.signature_recorded("ZZA"))
    misled = projector_on(
        told.engine,
        told.registry,
        lambda request: (
            httpx.Response(200, content=b"{}")
            if told.registry.size > 1
            else told.registry.answer(request)
        ),
    )
    first = misled.fetch(0)
    assert first is not None
    misled.apply(first)
    told.tell(makers.signature_recorded("ZZB"))
    with pytest.raises(Fenced, match="expected generation 1 at 1, it is elsewhere"):
        misled.fetch(0)
    assert position(told.engine) == (2, 2)


def test_two_at_once_project_every_entry_once(reporting_database: Database) -> None:
    registry = SimulatedRegistry()
    registry.limit = 3
    registry.append(*(makers.declaration_lodged(f"ZZ{chr(65 + n % 20)}") for n in range(60)))
    stop, failures = Stop(), []
    engines = [make_reporting_engine(reporting_database.url) for _ in range(2)]
    begin_anew(engines[0])

    def work(engine: Engine) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.params.get("after") == "60":
                stop.ask()
            return registry.answer(request)

        try:
            run(projector_on(engine, registry, answer), stop, wait_seconds=0, stand_by_seconds=0.01)
        except BaseException as error:  # noqa: BLE001 - told to the test's thread
            failures.append(error)
            stop.ask()

    threads = [threading.Thread(target=work, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    engine = engines[0]
    try:
        assert position(engine) == (60, 60)
        assert [row["position"] for row in rows(engine, entry_table)] == [*range(1, 61)]
        together = digests(engine)
        begin_anew(engine)
        alone = projector_on(engine, registry)
        while batch := alone.fetch(0):
            alone.apply(batch)
        assert digests(engine) == together
    finally:
        for each in engines:
            each.dispose()


def test_a_registry_that_does_not_answer_is_waited_for(told: Told) -> None:
    told.registry.append(makers.signature_recorded("ZZA"))
    stop, asked = Stop(), []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) <= 2:
            return httpx.Response(503)
        if request.url.params.get("after") == "1":
            stop.ask()
        return told.registry.answer(request)

    run_until(told, stop, answer)
    assert position(told.engine) == (1, 1)


def test_nothing_more_is_read_once_a_stop_was_asked_for(told: Told) -> None:
    told.registry.append(makers.signature_recorded("ZZA"), makers.signature_recorded("ZZB"))
    told.registry.limit = 1
    stop = Stop()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/checkpoint":
            stop.ask()  # the first page is in flight
        return told.registry.answer(request)

    run_until(told, stop, answer)
    assert position(told.engine) == (1, 0)


def test_what_stops_the_projector_ends_the_loop(told: Told) -> None:
    told.registry.append_body("cycle-opened", {}, stream="cycle-1")
    with pytest.raises(Stopped, match="stopped at position 1"):
        run_until(told, Stop(), told.registry.answer)


def test_a_signal_ends_a_wait_at_once_and_a_page_at_its_end() -> None:
    stop, done = Stop(), []
    before = signal.getsignal(signal.SIGTERM)
    with stop.on_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("page")  # not broken off
        with pytest.raises(StopAsked), stop.waiting():
            done.append("never")
    assert done == ["page"]
    assert stop.is_asked
    assert signal.getsignal(signal.SIGTERM) is before

    waiting = Stop()
    with waiting.on_signals(), pytest.raises(StopAsked), waiting.waiting():
        os.kill(os.getpid(), signal.SIGINT)


def test_a_pause_ends_when_a_stop_is_asked_for() -> None:
    stop = Stop()
    threading.Thread(target=stop.ask).start()
    stop.pause(60)
    assert stop.is_asked
