"""Benchmarks: threads that append as fast as they are answered, and what they append to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter
from typing import TypeAlias

from benchmarks.logs import ORIGIN, Caller
from contracts.note import SigningKey
from migrations.environment import upgrade
from services.kit.clock import utc_now
from services.kit.database import make_engine
from services.registry.log import CheckpointStore, Log, Publisher, found
from services.registry.log.batch import prepare
from services.registry.log.writing import BatchWriter

Work: TypeAlias = Callable[[], object]
"""Appends one event, and returns when it is on the disk."""


def rate_of_all(works: Sequence[Work], seconds: float) -> float:
    """Let each work go on in a thread of its own, and give how many were done in a second.

    Raises:
        Exception: what a work raised.
    """
    done, failed = [0] * len(works), list[BaseException]()
    began = perf_counter()
    until = began + seconds

    def go_on(number: int, work: Work) -> None:
        try:
            while perf_counter() < until:
                work()
                done[number] += 1
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for us
            failed.append(error)

    threads = [Thread(target=go_on, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(done) / (perf_counter() - began)


def latency_of(work: Work, times: int) -> float:
    """Give the median of the seconds that a lone caller waits."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return median(taken)


def found_log(url: str) -> None:
    """Make an empty log."""
    upgrade("registry", url)
    engine = make_engine(url)
    found(engine, ORIGIN)
    engine.dispose()


@contextmanager
def log_on(url: str, folder: Path | None, callers: int) -> Iterator[list[Work]]:
    """Give callers of a new log.

    Args:
        url: of an empty database.
        folder: where the checkpoint is kept; `None`: nothing is signed.
        callers: how many, each with streams of its own.
    """
    found_log(url)
    with ExitStack() as stack:
        engine = make_engine(url)
        stack.callback(engine.dispose)
        publisher = None
        if folder is not None:
            store = CheckpointStore(folder / f"checkpoint-{callers}.db")
            publisher = Publisher(engine, store, SigningKey.generate(ORIGIN))
            stack.callback(publisher.close)
        log = stack.enter_context(Log(engine, utc_now, publisher=publisher))
        yield [_to(log, Caller(number, callers)) for number in range(callers)]


def _to(log: Log, caller: Caller) -> Work:
    return lambda: log.append(caller.append())


@contextmanager
def writers_on(url: str, callers: int) -> Iterator[list[Work]]:
    """Give callers that commit each append by itself: the same transaction, nothing grouped."""
    found_log(url)
    engine = make_engine(url, pool_size=callers)
    writers = [BatchWriter(engine, utc_now) for _ in range(callers)]
    try:
        yield [_alone(writer, Caller(number, callers)) for number, writer in enumerate(writers)]
    finally:
        for writer in writers:
            writer.close()
        engine.dispose()


def _alone(writer: BatchWriter, caller: Caller) -> Work:
    def work() -> None:
        (outcome,) = writer.commit([prepare(caller.append())])
        if isinstance(outcome, Exception):
            raise outcome

    return work
