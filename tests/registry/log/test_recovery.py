"""Log: an older database is brought up to what was signed, byte by byte, or nothing happens."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, select

from contracts.errors import VerificationFailed
from contracts.note import SigningKey
from services.kit.clock import utc_now
from services.registry.feed import export_lines
from services.registry.log import (
    CheckpointStore,
    Log,
    Publisher,
    Recovered,
    UnsoundLog,
    found,
    recover,
    verify,
)
from services.registry.log.recovery import SCOPE
from services.registry.log.table import log as log_table
from tests.databases import Database
from tests.registry.conftest import ORIGIN
from tests.registry.log.appending import append, event
from tests.registry.log.backups import forget_entries

SIZE = 40


def fill(log: Log, first: int, last: int) -> None:
    for number in range(first, last + 1):
        made = event(f"plan-{number % 3}", number=number, text="Ғ “x”")
        log.append(append(f"k{number}", {made.stream: (number - 1) // 3}, made))


def export(log: Log, publisher: Publisher, size: int) -> list[bytes]:
    signed = publisher.wait_for(size, 10)
    assert signed is not None
    return [line for line, _ in export_lines(log, ORIGIN, signed.note, signed.size)]


@pytest.fixture
def exported(engine: Engine, checkpoints: CheckpointStore, signing_key: SigningKey) -> list[bytes]:
    """The export of a log of forty entries; log and checkpoint are closed."""
    with (
        closing(Publisher(engine, checkpoints, signing_key)) as publisher,
        Log(engine, utc_now, publisher=publisher) as log,
    ):
        fill(log, 1, SIZE)
        return export(log, publisher, SIZE)


def rows(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        return list(connection.execute(select(log_table).order_by(log_table.c.position)))


@pytest.mark.parametrize("kept", [0, 25, SIZE])
def test_a_restored_older_database_is_recovered_byte_by_byte(
    database: Database,
    engine: Engine,
    writer: Engine,
    checkpoints: CheckpointStore,
    signing_key: SigningKey,
    exported: list[bytes],
    kept: int,
) -> None:
    before, verified = rows(engine), verify(engine)
    forget_entries(database, kept)
    told: list[int] = []
    done = recover(writer, checkpoints, signing_key.verifier, exported, progress=told.append)
    assert done == Recovered(SIZE, SIZE - kept)
    assert told == [SIZE]
    assert rows(engine) == before
    assert verify(engine) == verified
    with (
        closing(Publisher(engine, checkpoints, signing_key)) as publisher,
        Log(engine, utc_now, publisher=publisher) as log,
    ):
        fill(log, SIZE + 1, SIZE + 3)
        assert publisher.wait_for(SIZE + 3, 10)
    verify(engine)


def test_no_party_shares_its_keys_with_a_recovery() -> None:
    """A party is a participant's code, or the secretariat."""
    assert not re.fullmatch(r"[A-Z]{3}|ORG-[A-Z0-9]{2,12}|secretariat", SCOPE)


def test_a_lost_checkpoint_is_taken_from_the_export(
    engine: Engine, writer: Engine, signing_key: SigningKey, exported: list[bytes], tmp_path: Path
) -> None:
    with closing(CheckpointStore(tmp_path / "new.db")) as empty:
        with pytest.raises(UnsoundLog):
            Publisher(engine, empty, signing_key)
        assert recover(writer, empty, signing_key.verifier, exported) == Recovered(SIZE, 0)
        with closing(Publisher(engine, empty, signing_key)) as publisher:
            assert publisher.latest().size == SIZE


def test_entries_after_the_export_stay(
    engine: Engine,
    writer: Engine,
    checkpoints: CheckpointStore,
    signing_key: SigningKey,
    tmp_path: Path,
) -> None:
    with (
        closing(Publisher(engine, checkpoints, signing_key)) as publisher,
        Log(engine, utc_now, publisher=publisher) as log,
    ):
        fill(log, 1, 9)
        early = export(log, publisher, 9)
        fill(log, 10, 12)
    with closing(CheckpointStore(tmp_path / "new.db")) as empty:
        assert recover(writer, empty, signing_key.verifier, early) == Recovered(12, 0)
        with closing(Publisher(engine, empty, signing_key)) as publisher:
            assert publisher.latest().size == 12
    with pytest.raises(UnsoundLog, match="ends at 9, but 12 entries were signed"):
        recover(writer, checkpoints, signing_key.verifier, early)


def test_a_database_that_went_its_own_way_is_not_mended(
    database: Database,
    engine: Engine,
    writer: Engine,
    checkpoints: CheckpointStore,
    signing_key: SigningKey,
    exported: list[bytes],
) -> None:
    forget_entries(database, 25)
    with Log(engine, utc_now) as log:
        fill(log, 26, 30)
    before = rows(engine)
    with pytest.raises(UnsoundLog, match="another entry at position 26"):
        recover(writer, checkpoints, signing_key.verifier, exported)
    assert rows(engine) == before


def change(line: bytes, edit: Callable[[list[dict[str, object]]], object]) -> bytes:
    page = orjson.loads(line)
    edit(page)
    return orjson.dumps(page)


SPOILED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "no checkpoint": lambda lines: lines[:-1],
    "nothing": lambda lines: lines[:0],
    "no JSON": lambda lines: [b"{", *lines[1:]],
    "a body changed": lambda lines: [
        change(lines[0], lambda page: page[30].update(data={"another": 1})),
        *lines[1:],
    ],
    "a leaf changed": lambda lines: [lines[0].replace(b"a-3f9c", b"b-3f9c", 1), *lines[1:]],
    "a gap": lambda lines: [change(lines[0], lambda page: page.pop(30)), *lines[1:]],
    "an end cut off": lambda lines: [change(lines[0], lambda page: page.pop()), *lines[1:]],
    "no event": lambda lines: [change(lines[0], lambda page: page[30].pop("leaf")), *lines[1:]],
    "no page": lambda lines: [b'"x"', *lines[1:]],
    "a forged checkpoint": lambda lines: [lines[0], lines[1].replace(b"40", b"41", 1)],
}


def test_an_export_that_does_not_check_out_changes_nothing(
    database: Database,
    engine: Engine,
    writer: Engine,
    checkpoints: CheckpointStore,
    signing_key: SigningKey,
    exported: list[bytes],
) -> None:
    forget_entries(database, 25)
    before, kept = rows(engine), checkpoints.read()
    for how, spoil in SPOILED.items():
        with pytest.raises((VerificationFailed, UnsoundLog)):
            recover(writer, checkpoints, signing_key.verifier, spoil(exported))
        assert (rows(engine), checkpoints.read()) == (before, kept), how


def test_another_log_or_none_is_refused(
    database: Database, checkpoints: CheckpointStore, signing_key: SigningKey
) -> None:
    with database.owner() as owner:
        with pytest.raises(UnsoundLog, match="found it first"):
            recover(owner, checkpoints, signing_key.verifier, [])
        found(owner, "another.test")
        with pytest.raises(UnsoundLog, match="origin"):
            recover(owner, checkpoints, signing_key.verifier, [])
