"""Log: processes and servers die at any moment; what was acknowledged is there afterwards."""

import multiprocessing
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from contracts.errors import VerificationFailed
from migrations.environment import upgrade
from services.kit.clock import utc_now
from services.kit.errors import ServiceError
from services.registry.log import Appended, Log, found
from tests import postgres
from tests.databases import ON_SQLITE, Database, disposing
from tests.registry.conftest import ORIGIN
from tests.registry.log import writer
from tests.registry.log.appending import append, check

PROCESSES, THREADS, KILLS = 4, 4, 10

# Processes come from a server that has imported everything: a start costs a few milliseconds.
PROCESS = multiprocessing.get_context("forkserver")
PROCESS.set_forkserver_preload(["tests.registry.log.writer"])


@dataclass(slots=True)
class Writer:
    """A writing process, killed and started again; goes on after what was acknowledged."""

    url: str
    name: str
    chance: random.Random
    acknowledged: dict[str, Appended] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=lambda: [0] * THREADS)

    def run(self, *, kills: int = KILLS) -> None:
        for _ in range(kills):
            hear, tell = PROCESS.Pipe(duplex=False)
            arguments = (self.url, self.name, list(self.numbers), tell)
            process = PROCESS.Process(target=writer.run, args=arguments)
            process.start()
            tell.close()
            with hear, suppress(EOFError):
                for _ in range(self.chance.randint(5, 60)):
                    self.hear(*hear.recv())
                process.kill()
                while True:  # what it had said when it died
                    self.hear(*hear.recv())
            process.join()

    def hear(self, thread: int, number: int, position: int, recorded_at: str) -> None:
        self.acknowledged[f"plan-{self.name}-{thread}-{number}"] = Appended(
            first_position=position,
            last_position=position,
            versions={},
            recorded_at=recorded_at,
            size=0,
            root=b"",
            replayed=False,
        )
        self.numbers[thread] = number + 1


def test_sixteen_writers_in_four_processes_that_are_killed(
    database: Database, engine: Engine
) -> None:
    writers = [
        Writer(database.url, f"p{number}", random.Random(number))  # noqa: S311 - when to kill
        for number in range(PROCESSES)
    ]
    with ThreadPoolExecutor(PROCESSES) as pool:
        for done in [pool.submit(each.run) for each in writers]:
            done.result()
    acknowledged = {key: a for each in writers for key, a in each.acknowledged.items()}
    size = check(engine, acknowledged)
    # Stored without being acknowledged: at most what each thread had under way at the last kill.
    assert len(acknowledged) <= size <= len(acknowledged) + PROCESSES * THREADS
    with Log(engine, utc_now) as log:
        for each in writers:
            for thread, number in enumerate(each.numbers):
                version = log.stream_version(f"plan-{each.name}-{thread}")
                assert number <= version <= number + 1


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder of a server that is not running, with a log that was founded."""
    with postgres.new_folder() as folder:
        postgres.initialise(folder)
        server = postgres.start(folder)
        upgrade("registry", server.url())
        with disposing(server.url()) as engine:
            found(engine, ORIGIN)
        server.stop()
        yield folder


def write_until_the_server_dies(server: postgres.Server, after: int) -> dict[str, Appended]:
    """Append from eight threads, kill the server meanwhile, and give what was acknowledged."""
    acknowledged: dict[str, Appended] = {}
    enough = threading.Semaphore(0)

    def write(log: Log, thread: int) -> None:
        number = 0
        while True:
            key = f"plan-{thread}-{number}"
            try:
                acknowledged[key] = log.append(append(key, {f"plan-{thread}": number}))
            except ServiceError:
                return
            number += 1
            enough.release()

    with disposing(server.url()) as engine, Log(engine, utc_now) as log:
        threads = [threading.Thread(target=write, args=(log, n)) for n in range(8)]
        for thread in threads:
            thread.start()
        for _ in range(after):
            assert enough.acquire(timeout=30)
        server.kill()
        for thread in threads:
            thread.join()
    return acknowledged


def crash(folder: Path, **settings: str) -> None:
    """Crash a server under load, start it again and check the log."""
    server = postgres.start(folder, settings)
    acknowledged = write_until_the_server_dies(server, after=300)
    again = postgres.start(folder)
    try:
        with disposing(again.url()) as engine:
            assert check(engine, acknowledged) >= len(acknowledged) >= 300
    finally:
        again.throw_away()


def test_a_server_of_postgresql_that_dies_loses_nothing_that_was_acknowledged(
    folder: Path,
) -> None:
    crash(folder)


def test_the_same_check_fails_where_durability_is_switched_off(folder: Path) -> None:
    """A control: were nothing lost here, the check above would show nothing."""
    with pytest.raises(AssertionError, match="is lost"):
        crash(
            folder,
            synchronous_commit="off",
            wal_writer_delay="10s",
            wal_writer_flush_after="100MB",
        )


@ON_SQLITE
def test_the_same_check_fails_on_sqlite_without_what_was_synced(
    database: Database, engine: Engine
) -> None:
    """A control: a killed process loses nothing that the system has in its cache, so this removes
    what a power cut would take from a SQLite that does not sync: the write-ahead log."""
    engine.dispose()
    killed = Writer(database.url, "p", random.Random(1))  # noqa: S311 - when to kill
    killed.run(kills=1)
    write_ahead = Path(f"{make_url(database.url).database}-wal")
    # At 1,000 pages SQLite would write them into the file itself, and nothing would be lost.
    assert 0 < write_ahead.stat().st_size < 1_000 * 4_096
    write_ahead.unlink()
    with pytest.raises((AssertionError, VerificationFailed), match=r"is lost|never founded"):
        check(engine, killed.acknowledged)
