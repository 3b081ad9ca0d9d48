"""Log: an append may destroy what was disclosed of earlier entries, in the same transaction."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, Table, insert, select

from contracts.errors import ContractError, VerificationFailed
from contracts.note import SigningKey
from contracts.sealing import seal_section
from services.kit.clock import utc_now
from services.kit.errors import VersionConflict
from services.registry.log import (
    EVERYBODY,
    Append,
    CheckpointStore,
    Log,
    NewEvent,
    Publisher,
    recover,
    seen_by,
    verify,
)
from services.registry.log.append import ERASURE
from services.registry.log.table import disclosure, disclosure_key
from tests.databases import Database, disposing
from tests.registry.conftest import VAULT
from tests.registry.log.appending import append, event
from tests.registry.log.backups import forget_entries, silence
from tests.registry.log.test_recovery import export


def named(number: int) -> NewEvent:
    """An event with two sealed sections."""
    marks, opened = zip(
        *(
            seal_section(name, f"{name} {number}", bytes([number]) * 16)
            for name in ("/person", "/other")
        ),
        strict=True,
    )
    return event("people", disclosures=opened, person=marks[0], other=marks[1])


def erasing(key: str, version: int, position: int) -> Append:
    made = replace(event("people", key=key), type=ERASURE, causation=position)
    return replace(append(key, {"people": version}, made), erases=(position,))


Stored = dict[Table, list[dict[str, object]]]


def stored(connection: Connection) -> Stored:
    """Everything disclosed as it lies there, and what opens it."""
    return {
        table: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in (disclosure_key, disclosure)
    }


def restore(database: Database, rows: Stored) -> None:
    """Put back what a backup had, as somebody does who restores one."""
    with disposing(database.admin_url) as admin, admin.begin() as connection:
        triggers = silence(connection)
        for table, those in rows.items():
            connection.execute(table.delete())
            connection.execute(insert(table), those)
        for trigger in triggers:
            connection.exec_driver_sql(trigger)


@pytest.fixture
def three(log: Log) -> Log:
    """A log in which three people were named, one after the other."""
    for number in (1, 2, 3):
        log.append(append(f"n{number}", {"people": number - 1}, named(number)))
    return log


def disclosed(log: Log) -> set[int]:
    return {found.position for found in log.disclosures(0, 100, seen_by=EVERYBODY)}


def test_what_an_append_erases_is_gone_with_it_and_nothing_else(three: Log, engine: Engine) -> None:
    answer = three.append(erasing("e", 3, 2))
    assert answer.versions == {"people": 4}
    assert disclosed(three) == {1, 3}
    assert len(three.disclosures(0, 100, seen_by=EVERYBODY)) == 4
    assert verify(engine, VAULT).size == 4


def test_an_append_that_is_refused_erases_nothing(three: Log) -> None:
    with pytest.raises(VersionConflict):
        three.append(erasing("e", 2, 2))
    assert disclosed(three) == {1, 2, 3}


def test_a_repetition_erases_nothing_more(three: Log) -> None:
    first = three.append(erasing("e", 3, 2))
    again = three.append(erasing("e", 3, 2))
    assert (again.first_position, again.replayed) == (first.first_position, True)
    assert disclosed(three) == {1, 3}


@pytest.mark.parametrize("position", [0, 4])
def test_only_what_stands_before_it_is_erased(three: Log, position: int) -> None:
    made = replace(append("e", {"people": 3}), erases=(position,))
    with pytest.raises(ContractError):
        three.append(made)
    assert disclosed(three) == {1, 2, 3}


def test_what_was_erased_and_is_there_again_is_noticed(
    three: Log, engine: Engine, database: Database
) -> None:
    with seen_by(engine, EVERYBODY).connect() as connection:
        kept = stored(connection)
    three.append(erasing("e", 3, 2))
    restore(database, kept)
    with pytest.raises(VerificationFailed, match="erased") as caught:
        verify(engine, VAULT)
    assert caught.value.position == 2


@pytest.fixture
def exported(
    engine: Engine, checkpoints: CheckpointStore, signing_key: SigningKey
) -> Iterator[tuple[list[bytes], Stored]]:
    """The export of a log with an erasure, and the disclosures as they were before it."""
    with (
        closing(Publisher(engine, checkpoints, signing_key)) as publisher,
        Log(engine, utc_now, publisher=publisher, vault=VAULT) as log,
    ):
        log.append(append("n1", {"people": 0}, named(1)))
        log.append(append("n2", {"people": 1}, named(2)))
        with seen_by(engine, EVERYBODY).connect() as connection:
            before = stored(connection)
        log.append(erasing("e", 2, 1))
        yield export(log, publisher, 3), before


def test_a_restored_backup_forgets_again_what_was_erased_since(
    exported: tuple[list[bytes], Stored],
    database: Database,
    checkpoints: CheckpointStore,
    signing_key: SigningKey,
) -> None:
    lines, before = exported
    forget_entries(database, 2)
    with disposing(database.admin_url) as admin:
        restore(database, before)
        recover(admin, checkpoints, signing_key.verifier, lines)
        with admin.connect() as connection:
            left = set(connection.scalars(select(disclosure.c.position)))
        assert left == {2}
        assert verify(admin, VAULT).size == 3
