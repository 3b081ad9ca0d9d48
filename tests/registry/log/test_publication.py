"""Log: what is committed gets signed, forward only; a log that went back or forked is refused."""

import os
import queue
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from contracts.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from contracts.merkle import EMPTY_ROOT
from contracts.note import SigningKey
from services.kit.clock import utc_now
from services.kit.errors import Unavailable
from services.registry.log import CheckpointStore, Log, Publisher, Signed, UnsoundLog
from tests.databases import ON_POSTGRESQL, ON_SQLITE, Database
from tests.registry.conftest import ORIGIN
from tests.registry.log.appending import append
from tests.registry.log.backups import forget_entries
from tests.registry.log.faults import Plan, faulty

SOON = 10


def note_of(key: SigningKey, size: int, root: bytes) -> str:
    return sign_checkpoint(Checkpoint(ORIGIN, size, root), key)


def fill(log: Log, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        log.append(append(f"k{number}", {"plan-A": number}))


def test_every_size_that_is_signed_has_the_root_of_the_log(
    log: Log, publisher: Publisher, signing_key: SigningKey, checkpoints: CheckpointStore
) -> None:
    assert publisher.latest().size == 0
    for number in range(5):
        answer = log.append(append(f"k{number}", {"plan-A": number}))
        signed = publisher.wait_for(answer.size, SOON)
        assert signed is not None
        checkpoint = open_checkpoint(signed.note, signing_key.verifier)
        assert (checkpoint.size, checkpoint.root) == (answer.size, answer.root)
        assert checkpoints.read() == signed.note


def test_watchers_hear_of_every_newly_signed_checkpoint(log: Log, publisher: Publisher) -> None:
    heard: queue.Queue[Signed] = queue.Queue()
    end = publisher.watch(heard.put)
    fill(log, 1)
    assert heard.get(timeout=SOON).size == 1
    end()
    fill(log, 1, start=1)
    assert publisher.wait_for(2, SOON)
    assert heard.empty()


def test_waiting_for_what_never_comes_ends(publisher: Publisher) -> None:
    assert publisher.wait_for(1, 0.01) is None


def test_two_publishers_share_a_log_and_follow_each_other(
    engine: Engine,
    log: Log,
    publisher: Publisher,
    checkpoints: CheckpointStore,
    signing_key: SigningKey,
    tmp_path: Path,
) -> None:
    with (
        closing(CheckpointStore(tmp_path / "checkpoint.db")) as same,
        closing(Publisher(engine, same, signing_key, poll_seconds=0.01)) as other,
        Log(engine, utc_now, publisher=other) as their_log,
    ):
        for number in range(0, 20, 2):
            log.append(append(f"k{number}", {"plan-A": number}))
            their_log.append(append(f"k{number + 1}", {"plan-A": number + 1}))
        mine, theirs = publisher.wait_for(20, SOON), other.wait_for(20, SOON)
    assert mine is not None
    assert mine == theirs
    assert publisher.fenced is None
    assert other.fenced is None


def test_what_a_killed_process_left_unsigned_is_signed_by_another(
    engine: Engine, publisher: Publisher
) -> None:
    with Log(engine, utc_now) as unsigned:  # commits, and nobody signs
        fill(unsigned, 3)
    assert publisher.wait_for(3, SOON)


def test_a_start_signs_what_was_left_unsigned(
    engine: Engine, checkpoints: CheckpointStore, signing_key: SigningKey
) -> None:
    Publisher(engine, checkpoints, signing_key).close()
    with Log(engine, utc_now) as unsigned:
        fill(unsigned, 3)
    with closing(Publisher(engine, checkpoints, signing_key)) as publisher:
        assert publisher.latest().size == 3


@pytest.fixture
def signed_log(
    engine: Engine, checkpoints: CheckpointStore, signing_key: SigningKey
) -> CheckpointStore:
    """The store of a log of ten entries that was closed."""
    with (
        closing(Publisher(engine, checkpoints, signing_key)) as publisher,
        Log(engine, utc_now, publisher=publisher) as log,
    ):
        fill(log, 10)
    return checkpoints


def refused(engine: Engine, checkpoints: CheckpointStore, key: SigningKey, reason: str) -> None:
    with pytest.raises(UnsoundLog, match=reason):
        Publisher(engine, checkpoints, key).close()


def test_a_restored_older_database_is_refused(
    database: Database, engine: Engine, signed_log: CheckpointStore, signing_key: SigningKey
) -> None:
    forget_entries(database, 7)
    refused(engine, signed_log, signing_key, "7 entries, but 10 were signed.*recover")


def test_a_fork_is_refused(
    database: Database, engine: Engine, signed_log: CheckpointStore, signing_key: SigningKey
) -> None:
    forget_entries(database, 7)
    with Log(engine, utc_now) as log:  # as if somebody had gone on from the backup
        fill(log, 5, start=7)
    refused(engine, signed_log, signing_key, "first 10 entries are not those that were signed")


def test_a_log_without_its_checkpoint_is_refused(
    engine: Engine, signed_log: CheckpointStore, signing_key: SigningKey, tmp_path: Path
) -> None:
    with closing(CheckpointStore(tmp_path / "new.db")) as empty:
        refused(engine, empty, signing_key, "10 entries, but no checkpoint is kept")


def test_a_checkpoint_without_its_log_is_refused(
    database: Database, engine: Engine, signed_log: CheckpointStore, signing_key: SigningKey
) -> None:
    forget_entries(database, 0)
    refused(engine, signed_log, signing_key, "0 entries, but 10 were signed")


def test_a_checkpoint_of_another_key_or_log_is_refused(
    engine: Engine, signed_log: CheckpointStore, signing_key: SigningKey
) -> None:
    refused(engine, signed_log, SigningKey.generate(ORIGIN), "not this log's")
    refused(engine, signed_log, SigningKey.generate("another.test"), f"key named {ORIGIN}")
    kept = signed_log.read()
    signed_log.swap(kept, str(kept).replace("10", "11", 1))
    refused(engine, signed_log, signing_key, "not this log's")


def test_a_signed_tree_that_the_log_never_had_is_refused(
    engine: Engine, signed_log: CheckpointStore, signing_key: SigningKey
) -> None:
    signed_log.swap(signed_log.read(), note_of(signing_key, 10, bytes(32)))
    refused(engine, signed_log, signing_key, "not those that were signed")


def test_a_database_restored_under_a_running_registry_fences_it(
    database: Database, engine: Engine, log: Log, publisher: Publisher
) -> None:
    fill(log, 10)
    assert publisher.wait_for(10, SOON)
    forget_entries(database, 7)
    with pytest.raises(Unavailable, match=r"went back or forked|behind"):
        log.append(append("k", {"plan-B": 0}))
    assert publisher.fenced
    with pytest.raises(Unavailable, match="recover"):
        log.append(append("k", {"plan-B": 0}))
    assert log.head().size == 7


def test_a_fork_made_under_a_running_registry_fences_it(
    database: Database, engine: Engine, log: Log, publisher: Publisher
) -> None:
    fill(log, 10)
    assert publisher.wait_for(10, SOON)
    forget_entries(database, 7)
    with Log(engine, utc_now) as another:
        fill(another, 3, start=7)
    with pytest.raises(Unavailable, match=r"went back or forked|behind"):
        log.append(append("k", {"plan-B": 0}))


@pytest.mark.parametrize("kept", ["older", "forged", "gone"])
def test_a_checkpoint_store_that_went_back_fences(
    engine: Engine,
    log: Log,
    publisher: Publisher,
    signing_key: SigningKey,
    tmp_path: Path,
    kept: str,
) -> None:
    fill(log, 3)
    assert publisher.wait_for(3, SOON)
    with closing(sqlite3.connect(tmp_path / "checkpoint.db", isolation_level=None)) as store:
        if kept == "gone":
            store.execute("DELETE FROM checkpoint")
        else:
            size, root = (2, EMPTY_ROOT) if kept == "older" else (9, bytes(32))
            store.execute("UPDATE checkpoint SET note = ?", (note_of(signing_key, size, root),))
    assert publisher.wait_for(99, SOON) is None  # it waits no longer once fenced
    with pytest.raises(Unavailable, match="recover"):
        log.append(append("k", {"plan-B": 0}))
    assert publisher.fenced


class FakeTime:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_appends_go_on_without_receipt_for_a_while_when_the_store_fails(
    engine: Engine, signing_key: SigningKey, tmp_path: Path
) -> None:
    path, fake = tmp_path / "busy.db", FakeTime()
    with (
        closing(CheckpointStore(path, busy_seconds=0)) as checkpoints,
        closing(
            Publisher(engine, checkpoints, signing_key, poll_seconds=0.01, monotonic=fake)
        ) as publisher,
        Log(engine, utc_now, publisher=publisher) as log,
    ):
        fill(log, 2)
        assert publisher.wait_for(2, SOON)
        with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
            blocker.execute("BEGIN IMMEDIATE")
            assert log.append(append("k2", {"plan-A": 2})).first_position == 3
            assert publisher.wait_for(3, SOON) is None
            assert publisher.failing
            fake.now += 10
            assert log.append(append("k3", {"plan-A": 3})).first_position == 4
            fake.now += 0.1
            with pytest.raises(Unavailable, match="checkpoints cannot be kept"):
                log.append(append("k4", {"plan-A": 4}))
        signed = None
        while signed is None:
            signed = publisher.wait_for(4, SOON)
        assert log.append(append("k4", {"plan-A": 4})).first_position == 5


def test_the_age_of_the_checkpoint_grows_only_while_it_is_not_up_to_date(
    engine: Engine, signing_key: SigningKey, tmp_path: Path
) -> None:
    path, fake = tmp_path / "busy.db", FakeTime()
    with (
        closing(CheckpointStore(path, busy_seconds=0)) as checkpoints,
        closing(
            Publisher(engine, checkpoints, signing_key, poll_seconds=0.01, monotonic=fake)
        ) as publisher,
        Log(engine, utc_now, publisher=publisher) as log,
    ):
        fake.now += 5  # nothing comes; the thread looks and finds nothing to do
        eventually(lambda: publisher.age_seconds() == 0)
        with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
            blocker.execute("BEGIN IMMEDIATE")
            fill(log, 1)
            eventually(lambda: publisher.failing)
            fake.now += 7
            eventually(lambda: publisher.age_seconds() == 7)
        eventually(lambda: publisher.age_seconds() == 0)


@ON_POSTGRESQL
def test_a_database_that_is_away_is_not_called_a_store_that_fails(
    database: Database, engine: Engine, signing_key: SigningKey, tmp_path: Path
) -> None:
    plan, fake = Plan(), FakeTime()
    with (
        closing(CheckpointStore(tmp_path / "checkpoint.db")) as checkpoints,
        faulty(database, plan) as fragile,
        closing(
            Publisher(fragile, checkpoints, signing_key, poll_seconds=0.01, monotonic=fake)
        ) as publisher,
    ):
        plan.arm(1, "before", lasting=True)
        eventually(lambda: plan.calls > 3)
        fake.now += 11
        assert not publisher.failing
        publisher.admit()  # whether the database takes it is not for the publisher to say
        assert publisher.age_seconds() == 11
        plan.disarm()
        eventually(lambda: publisher.age_seconds() == 0)
        with Log(engine, utc_now, publisher=publisher) as log:
            fill(log, 1)
            assert publisher.wait_for(1, SOON)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds that another thread brings about."""
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0)


def test_only_the_expected_checkpoint_is_exchanged(checkpoints: CheckpointStore) -> None:
    assert checkpoints.read() is None
    assert checkpoints.swap(None, "one") == "one"
    assert checkpoints.swap(None, "two") == "one"
    assert checkpoints.swap("one", "two") == "two"
    assert checkpoints.swap("one", "three") == "two"
    assert checkpoints.read() == "two"


def replaced(path: Path, how: str) -> None:
    """Take a file of SQLite away from those who have it open, as a restore or a clean-up would.

    Args:
        path: of the file.
        how: `deleted`, `replaced` by a copy, or `cut` in the middle.
    """
    if how == "cut":
        os.truncate(path, path.stat().st_size // 2)
        return
    with closing(sqlite3.connect(path)) as source:
        copy = path.with_suffix(".copy")
        source.execute("VACUUM INTO ?", (str(copy),))
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    if how == "replaced":
        copy.rename(path)


def reason_of_fence(log: Log, publisher: Publisher) -> str:
    """Append until the fence is up; give its reason."""
    for number in range(3, 100):
        if publisher.fenced:
            break
        with suppress(Unavailable):
            log.append(append(f"k{number}", {"plan-A": number}))
        publisher.wait_for(1000, 0.05)
    with pytest.raises(Unavailable, match="recover"):
        log.append(append("k", {"plan-B": 0}))
    return str(publisher.fenced)


def test_a_checkpoint_store_that_is_deleted_under_a_running_registry_fences_it(
    log: Log, publisher: Publisher, tmp_path: Path
) -> None:
    fill(log, 3)
    assert publisher.wait_for(3, SOON)
    replaced(tmp_path / "checkpoint.db", "deleted")
    assert "gone" in reason_of_fence(log, publisher)


def test_a_checkpoint_store_that_is_replaced_by_an_older_one_fences(
    log: Log, publisher: Publisher, tmp_path: Path, signing_key: SigningKey
) -> None:
    fill(log, 3)
    assert publisher.wait_for(3, SOON)
    with closing(CheckpointStore(tmp_path / "older.db")) as older:
        older.swap(None, note_of(signing_key, 2, EMPTY_ROOT))
    replaced(tmp_path / "checkpoint.db", "deleted")
    (tmp_path / "older.db").rename(tmp_path / "checkpoint.db")
    assert "went back" in reason_of_fence(log, publisher)


def test_a_checkpoint_store_that_is_replaced_by_its_copy_is_used_from_then_on(
    log: Log, publisher: Publisher, tmp_path: Path, checkpoints: CheckpointStore
) -> None:
    fill(log, 3)
    assert publisher.wait_for(3, SOON)
    replaced(tmp_path / "checkpoint.db", "replaced")
    fill(log, 1, start=3)
    signed = publisher.wait_for(4, SOON)
    assert signed is not None
    with closing(CheckpointStore(tmp_path / "checkpoint.db")) as opened_anew:
        assert opened_anew.read() == checkpoints.read() == signed.note


@ON_SQLITE
@pytest.mark.parametrize("how", ["deleted", "replaced", "cut"])
def test_a_log_whose_file_is_taken_away_under_a_running_registry_is_fenced(
    database: Database, log: Log, publisher: Publisher, how: str
) -> None:
    fill(log, 3)
    assert publisher.wait_for(3, SOON)
    replaced(Path(str(make_url(database.url).database)), how)
    assert "file" in reason_of_fence(log, publisher)
