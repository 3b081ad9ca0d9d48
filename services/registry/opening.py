"""Registry: opens a log for a process and closes it in order; what commands and tests stand on."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from contracts.note import SigningKey
from services.kit.clock import Clock, utc_now
from services.kit.database import make_engine
from services.registry.log import CheckpointStore, Log, Publisher, UnsoundLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A log at work."""

    engine: Engine
    log: Log
    publisher: Publisher


@contextmanager
def opened_log(
    url: str,
    checkpoint_store: Path,
    key: SigningKey,
    *,
    clock: Clock,
    capacity: int = 1024,
    pool_size: int = 16,
) -> Iterator[Opened]:
    """Open the log, its checkpoint store and its signer; on leaving, finish the batch under way.

    Args:
        url: of the log's database.
        checkpoint_store: file that keeps the last checkpoint.
        key: signs; its name is the log's origin.
        clock: gives the instant in UTC.
        capacity: appends that may wait for the next commit.
        pool_size: connections kept for reading.

    Raises:
        UnsoundLog: log and checkpoint do not fit together.
    """
    with ExitStack() as stack:
        engine = make_engine(url, pool_size=pool_size)
        stack.callback(engine.dispose)
        publisher = Publisher(engine, CheckpointStore(checkpoint_store), key)
        stack.callback(publisher.close)
        log = Log(engine, clock, publisher=publisher, capacity=capacity)
        stack.callback(log.close)  # first of all: nothing may be committed and left unsigned
        yield Opened(engine=engine, log=log, publisher=publisher)


@contextmanager
def opened_for_reading(url: str, checkpoint_store: Path) -> Iterator[tuple[Log, str]]:
    """Open the log without signing anything; give it with the last signed checkpoint.

    Raises:
        UnsoundLog: no checkpoint is kept.
    """
    checkpoints = CheckpointStore(checkpoint_store)
    note = checkpoints.read()
    checkpoints.close()
    if note is None:
        raise UnsoundLog("no checkpoint is kept: nothing of this log is signed")
    with ExitStack() as stack:
        engine = make_engine(url)
        stack.callback(engine.dispose)
        log = Log(engine, utc_now)
        stack.callback(log.close)
        yield log, note
