"""Registry web: while nothing can be written, reads, readiness and metrics are as quick as ever."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from services.kit.database import write_transaction
from services.kit.web import Limits
from services.registry.app import Room
from services.registry.log.table import log_head
from tests import makers, writes
from tests.databases import Database
from tests.registry.web import drafting
from tests.registry.web.reads import READS
from tests.running_registry import RunningRegistry, running_registry

ROOM = Room(limits=Limits(threads=2), max_writing=3)


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Iterator[RunningRegistry]:
    with running_registry(database, tmp_path, room=ROOM) as running:
        running.sign()
        running.designate("ZZA")
        yield running


@contextmanager
def standstill(registry: RunningRegistry, database: Database) -> Iterator[list[Future[int]]]:
    """Lock the log as another process may, with as many writes under way as may be."""
    body = writes.act(makers.participant_renamed())
    with ThreadPoolExecutor(ROOM.max_writing) as pool, database.owner() as engine:
        with write_transaction(engine) as connection:
            connection.execute(select(log_head.c.size).with_for_update())
            held = [
                pool.submit(_status, registry, body, f"held-{number}")
                for number in range(ROOM.max_writing)
            ]
            wait_until_under_way(registry, ROOM.max_writing)
            yield held
        assert {future.result(30) for future in held} <= {201, 412, 503}


def _status(registry: RunningRegistry, body: dict[str, object], key: str) -> int:
    path = "/v1/participants/ZZA/acts"
    return registry.post(path, body, expected=1, key=key).status_code


def wait_until_under_way(registry: RunningRegistry, count: int) -> None:
    for _ in range(1_000_000):
        if registry.app.state.writing.inside == count:
            return
    raise AssertionError(f"never saw {count} writes under way")


def test_reads_readiness_and_metrics_need_no_thread_of_a_write(
    registry: RunningRegistry, database: Database
) -> None:
    registry.hand_in(makers.FILE.encode())
    registry.record("/v1/participants/ZZA/evidence", writes.act(makers.evidence_deposited()))
    with standstill(registry, database) as held, ThreadPoolExecutor(1) as pool:
        for read in READS.values():
            answer: httpx.Response = pool.submit(registry.get, read.target, by=read.by).result(4)
            assert answer.status_code == 200, read.target
        assert not any(future.done() for future in held)


def test_reads_of_drafts_need_no_thread_of_a_write_either(
    registry: RunningRegistry, database: Database
) -> None:
    registry.open_cycle()
    drafting.begin(registry)
    reads = (
        "/v1/drafts?participant=ZZA",
        drafting.DRAFT,
        *(f"{drafting.DRAFT}/{tail}" for tail in ("cover", "preview")),
    )
    with standstill(registry, database) as held, ThreadPoolExecutor(1) as pool:
        for target in reads:
            answer: httpx.Response = pool.submit(registry.get, target, by="ZZA").result(4)
            assert answer.status_code == 200, target
        assert not any(future.done() for future in held)


def test_a_write_more_than_may_be_under_way_is_told_when_to_come_back(
    registry: RunningRegistry, database: Database
) -> None:
    body = writes.act(makers.participant_renamed())
    with standstill(registry, database) as held:
        answer = registry.post("/v1/participants/ZZA/acts", body, expected=1)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert not any(future.done() for future in held)
    assert registry.app.state.writing.inside == 0


def test_a_write_that_is_refused_makes_room(registry: RunningRegistry) -> None:
    for _ in range(ROOM.max_writing + 1):
        assert registry.post("/v1/plans", b"{", expected=0).status_code == 400
    assert registry.app.state.writing.inside == 0
