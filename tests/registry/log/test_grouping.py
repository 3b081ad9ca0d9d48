"""Log: how concurrent appends gather; the commit is an argument here, the threads are real."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest

from services.kit.errors import Unavailable
from services.registry.log.batch import Outcome, Prepared, prepare
from services.registry.log.grouping import MOST_APPENDS, MOST_BYTES, GroupCommit
from tests.registry.log.appending import append, event


class Gate:
    """A commit that waits until it may; keeps what it was given."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.may = threading.Semaphore(0)
        self.batches: list[list[str]] = []

    def __call__(self, batch: Sequence[Prepared]) -> Sequence[Outcome]:
        self.batches.append([prepared.append.key for prepared in batch])
        self.entered.release()
        assert self.may.acquire(timeout=10)
        return [LookupError(prepared.append.key) for prepared in batch]


def prepared(key: str, text: str = "") -> Prepared:
    return prepare(append(key, {"plan-A": 0}, event("plan-A", text=text)))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(MOST_APPENDS + 8) as pool:
        yield pool


def queued(group: GroupCommit, count: int) -> None:
    """Wait until so many callers stand in the queue."""
    deadline = time.monotonic() + 10
    while len(group._queue) < count:
        assert time.monotonic() < deadline
        time.sleep(0)


def test_a_lone_caller_is_a_batch_of_one_and_those_who_come_meanwhile_are_the_next(
    pool: ThreadPoolExecutor,
) -> None:
    gate = Gate()
    with closing(GroupCommit(gate)) as group:
        first = pool.submit(group.submit, prepared("first"))
        assert gate.entered.acquire(timeout=10)
        others = [pool.submit(group.submit, prepared(f"k{number}")) for number in range(20)]
        queued(group, 20)
        gate.may.release(2)
        assert str(first.result(10)) == "first"
        assert [str(other.result(10)) for other in others] == [f"k{n}" for n in range(20)]
    assert [len(batch) for batch in gate.batches] == [1, 20]


def test_a_batch_has_an_end_in_number_and_in_bytes(pool: ThreadPoolExecutor) -> None:
    gate = Gate()
    gate.may.release(100)
    with closing(GroupCommit(gate)) as group:
        gate.may = threading.Semaphore(0)
        futures = [pool.submit(group.submit, prepared("first"))]
        assert gate.entered.acquire(timeout=10)
        big = "x" * (MOST_BYTES // 2)
        futures += [pool.submit(group.submit, prepared(f"big{n}", big)) for n in range(2)]
        queued(group, 2)
        futures += [pool.submit(group.submit, prepared(f"k{n}")) for n in range(MOST_APPENDS)]
        queued(group, MOST_APPENDS + 2)
        gate.may.release(100)
        for future in futures:
            future.result(10)
    assert [len(batch) for batch in gate.batches] == [1, 1, MOST_APPENDS, 1]


def test_more_than_the_queue_holds_are_turned_away_at_once(pool: ThreadPoolExecutor) -> None:
    gate = Gate()
    with closing(GroupCommit(gate, capacity=3)) as group:
        futures = [pool.submit(group.submit, prepared("first"))]
        assert gate.entered.acquire(timeout=10)
        futures += [pool.submit(group.submit, prepared(f"k{number}")) for number in range(3)]
        queued(group, 3)
        with pytest.raises(Unavailable) as raised:
            group.submit(prepared("one too many"))
        assert raised.value.retry_after_seconds == 1
        gate.may.release(4)
        for future in futures:
            future.result(10)


def test_closing_finishes_what_waits_and_takes_no_more(pool: ThreadPoolExecutor) -> None:
    gate = Gate()
    group = GroupCommit(gate)
    futures: list[Future[Outcome]] = [pool.submit(group.submit, prepared("first"))]
    assert gate.entered.acquire(timeout=10)
    futures += [pool.submit(group.submit, prepared(f"k{number}")) for number in range(5)]
    queued(group, 5)
    closing_call = pool.submit(group.close)
    gate.may.release(2)
    closing_call.result(10)
    assert [str(future.result(10)) for future in futures] == ["first", *(f"k{n}" for n in range(5))]
    with pytest.raises(Unavailable, match="closed"):
        group.submit(prepared("late"))


def test_a_bug_in_the_commit_reaches_every_caller_and_the_thread_goes_on() -> None:
    def broken(batch: Sequence[Prepared]) -> Sequence[Outcome]:
        raise ZeroDivisionError

    with closing(GroupCommit(broken)) as group:
        for number in range(2):
            assert isinstance(group.submit(prepared(f"k{number}")), ZeroDivisionError)
