"""Log: while its key changes, processes with the old, with both and with the new one go on."""

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from contracts.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from contracts.errors import VerificationFailed
from contracts.keyring import Signer, SigningKeys
from contracts.note import SigningKey
from services.kit.clock import utc_now
from services.kit.secretfile import replacing
from services.registry.feed import export_lines
from services.registry.keys import SETTING, SigningKeyFile, read_ring, write_signing_key
from services.registry.log import CheckpointStore, Log, Publisher, UnsoundLog, recover
from tests.databases import Database
from tests.registry.conftest import ORIGIN
from tests.registry.log.appending import append
from tests.registry.log.backups import forget_entries

SOON = 10
OLD, NEW = SigningKey.generate(ORIGIN), SigningKey.generate(ORIGIN)
BOTH = SigningKeys((NEW, OLD))
AFTER = SigningKeys((NEW,), former=(OLD.verifier,))
STOLEN = SigningKeys((NEW,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint.db"


class Process:
    """A registry process of its own: log, publisher and connection to the checkpoint store."""

    def __init__(self, stack: ExitStack, engine: Engine, path: Path, signer: Signer) -> None:
        store = stack.enter_context(closing(CheckpointStore(path)))
        publisher = Publisher(engine, store, signer, poll_seconds=0.01)
        self.publisher = stack.enter_context(closing(publisher))
        self.log = stack.enter_context(Log(engine, utc_now, publisher=publisher))

    def write(self, number: int) -> None:
        self.log.append(append(f"k{number}", {"plan-A": number}))
        assert self.publisher.wait_for(number + 1, SOON)

    def is_signed_by(self, *keys: SigningKey) -> bool:
        note = self.publisher.latest().note
        return all(is_signed(note, key) for key in keys)


def is_signed(note: str, key: SigningKey) -> bool:
    try:
        open_checkpoint(note, key.verifier)
    except VerificationFailed:
        return False
    return True


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds that another thread brings about."""
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0)


@pytest.mark.parametrize(
    "signers",
    [(OLD, BOTH), (BOTH, AFTER), (BOTH, BOTH), (OLD, BOTH, BOTH)],
    ids=["old and both", "both and new", "both and both", "one restarted after the other"],
)
def test_processes_of_a_rolling_restart_adopt_what_the_others_sign(
    engine: Engine, path: Path, signers: tuple[Signer, ...]
) -> None:
    with ExitStack() as stack:
        processes = [Process(stack, engine, path, signer) for signer in signers]
        for number in range(12):
            processes[number % len(processes)].write(number)
        eventually(lambda: all(one.publisher.latest().size == 12 for one in processes))
        eventually(lambda: all(one.is_signed_by(NEW, OLD) for one in processes))
        assert {one.publisher.fenced for one in processes} == {None}


def test_a_start_with_a_new_key_signs_the_last_checkpoint_without_an_entry(
    engine: Engine, path: Path
) -> None:
    with ExitStack() as stack:
        Process(stack, engine, path, OLD).write(0)
    with ExitStack() as stack:
        started = Process(stack, engine, path, BOTH)
        assert started.publisher.latest().size == 1
        assert started.is_signed_by(NEW, OLD)


def test_a_log_whose_key_is_lost_goes_on_from_what_it_signed(engine: Engine, path: Path) -> None:
    with ExitStack() as stack:
        Process(stack, engine, path, OLD).write(0)
    with ExitStack() as stack:
        started = Process(stack, engine, path, AFTER)
        assert started.is_signed_by(NEW)
        started.write(1)
        assert started.is_signed_by(NEW)
        assert not started.is_signed_by(OLD)


def test_an_export_of_a_retired_key_recovers_a_database_and_that_of_a_compromised_one_does_not(
    database: Database, engine: Engine, writer: Engine, path: Path
) -> None:
    with ExitStack() as stack:
        process = Process(stack, engine, path, OLD)
        for number in range(6):
            process.write(number)
        note = process.publisher.latest().note
        lines = [line for line, _ in export_lines(process.log, ORIGIN, note, 6)]
    with ExitStack() as stack:
        assert Process(stack, engine, path, BOTH).is_signed_by(NEW)
    forget_entries(database, 2)
    with closing(CheckpointStore(path)) as store:
        with pytest.raises(VerificationFailed, match="no signature of a known key"):
            recover(writer, store, STOLEN.verifier, lines)
        assert recover(writer, store, AFTER.verifier, lines).added == 4
    with ExitStack() as stack:
        Process(stack, engine, path, AFTER).write(6)


def test_what_a_compromised_key_alone_has_signed_is_refused(engine: Engine, path: Path) -> None:
    with ExitStack() as stack:
        Process(stack, engine, path, OLD).write(0)
    with ExitStack() as stack, pytest.raises(UnsoundLog, match="no signature of a known key"):
        Process(stack, engine, path, STOLEN)
    with ExitStack() as stack:
        Process(stack, engine, path, BOTH)
    with ExitStack() as stack:
        Process(stack, engine, path, STOLEN).write(1)


def test_a_checkpoint_of_a_foreign_key_under_a_running_registry_fences_it(
    engine: Engine, path: Path
) -> None:
    with ExitStack() as stack:
        running = Process(stack, engine, path, STOLEN)
        running.write(0)
        with closing(CheckpointStore(path)) as store:
            kept = store.read()
            foreign = sign_checkpoint(Checkpoint(ORIGIN, 1, running.publisher.latest().root), OLD)
            assert store.swap(kept, foreign) == foreign
        eventually(lambda: running.publisher.fenced is not None)


def test_a_file_that_changes_is_followed_by_every_process_that_reads_it(
    engine: Engine, path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "signing.key"
    ring = write_signing_key(file, OLD)
    with ExitStack() as stack:
        one, other = (
            Process(stack, engine, path, SigningKeyFile(file, origin=ORIGIN)) for _ in range(2)
        )
        one.write(0)
        assert not one.is_signed_by(NEW)
        put(file, ring.rotated(NEW).text())
        eventually(lambda: one.is_signed_by(NEW, OLD) and other.is_signed_by(NEW, OLD))
        other.write(1)
        key_id = OLD.verifier.key_id.hex()
        put(file, read_ring(file).without(key_id, is_compromised=True).text())
        one.write(2)
        other.write(3)
        eventually(lambda: one.publisher.latest().size == 4)
        assert not one.is_signed_by(OLD)
        assert one.publisher.fenced is other.publisher.fenced is None


def put(file: Path, text: str) -> None:
    with replacing(file, setting=SETTING) as write:
        write(text)
