"""Log: any change to anything stored is noticed, and where."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, Update, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from contracts.errors import VerificationFailed
from contracts.sealing import seal_section
from services.kit.clock import utc_now
from services.kit.encryption import Keyring, WrappingKey
from services.registry.log import Log, Vault, verify
from services.registry.log import table as tables
from services.registry.log.soundness import TRIGGERS
from services.registry.log.verification import verify_within
from tests.databases import Database, disposing
from tests.registry.conftest import KEYS, ORIGIN, VAULT
from tests.registry.log.appending import append, event

TABLES = (
    tables.log,
    tables.request_key,
    tables.disclosure,
    tables.disclosure_key,
    tables.log_head,
)


@pytest.fixture
def small(engine: Engine) -> None:
    """Three entries of two requests, one with something sealed."""
    marker, opened = seal_section("/reasons", {"text": "kept back"}, bytes(range(16)))
    with Log(engine, utc_now, vault=VAULT) as log:
        sealed = event("report-A", disclosures=(opened,), reasons=marker)
        log.append(append("first", {"plan-A": 0, "report-A": 0}, event("plan-A", n=1), sealed))
        log.append(append("second", {"plan-A": 1}, event("plan-A", text="Ж")))


@pytest.fixture
def mighty(database: Database) -> Iterator[Connection]:
    """A connection that may change everything; what it does is thrown away."""
    with disposing(database.admin_url) as admin, admin.connect() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            for trigger in TRIGGERS["sqlite"]:
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        yield connection


def changes(value: Any) -> Iterator[Any]:
    """Give a value with each of its bytes changed in turn, an integer with each of its digits."""
    if isinstance(value, int):
        yield from (value + 1, value + 1000)
    elif isinstance(value, str):
        for at, character in enumerate(value):
            yield value[:at] + chr(ord(character) ^ 1) + value[at + 1 :]
        yield value + "x"
    elif isinstance(value, bytes):
        for at in range(len(value)):
            yield value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
        yield value + b"x"


@pytest.mark.usefixtures("small")
def test_an_untouched_log_verifies(engine: Engine) -> None:
    told: list[tuple[int, int]] = []
    verified = verify(
        engine, VAULT, origin=ORIGIN, progress=lambda at, size: told.append((at, size))
    )
    assert (verified.size, verified.origin) == (3, ORIGIN)
    assert told == [(3, 3)]
    with pytest.raises(VerificationFailed, match="origin"):
        verify(engine, VAULT, origin="another.test")


@pytest.mark.usefixtures("small")
def test_what_a_key_opens_that_is_not_here_is_counted_and_all_else_is_looked_at(
    engine: Engine, mighty: Connection
) -> None:
    (gone,) = KEYS.key_ids
    elsewhere = Vault(ORIGIN, Keyring([WrappingKey(bytes(32))]))
    found = verify(engine, elsewhere, origin=ORIGIN)
    assert (found.size, found.opened, found.unopened) == (3, 0, 1)
    assert found.keys_missing == (gone,)
    mighty.execute(text("UPDATE log SET version = 9 WHERE position = 3"))
    with pytest.raises(VerificationFailed, match="position 3"):
        verify_within(mighty, elsewhere, origin=ORIGIN)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_any_changed_byte_of_any_column_is_noticed(mighty: Connection, table: Table) -> None:
    verify_within(mighty, VAULT, origin=ORIGIN)
    keys = list(table.primary_key.columns)
    # What happens in memory is the same on both: every byte on one, every eleventh on the other.
    step = 1 if mighty.dialect.name == "sqlite" else 11
    for row in mighty.execute(select(table).order_by(*keys).limit(2)).all():
        where = [key == getattr(row, key.name) for key in keys]
        for column in (column.name for column in table.c if column.name != "id"):
            for changed in islice(changes(getattr(row, column)), 0, None, step):
                assert is_noticed(mighty, update(table).where(*where).values({column: changed}))
    verify_within(mighty, VAULT, origin=ORIGIN)


def is_noticed(mighty: Connection, change: Update) -> bool:
    """Make a change, look, and take it back."""
    try:
        with mighty.begin_nested() as savepoint:
            mighty.execute(change)
            try:
                found = verify_within(mighty, VAULT, origin=ORIGIN)
            except VerificationFailed:
                return True
            finally:
                savepoint.rollback()
            return bool(found.keys_missing)  # what names another key, nothing here opens
    except IntegrityError:  # a key or a check of the table says no
        return True


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log WHERE position = 2",
        "DELETE FROM log WHERE position = 3",
        "DELETE FROM request_key WHERE key = 'first'",
        "DELETE FROM request_key WHERE key = 'second'",
        "DELETE FROM log_head",
        "UPDATE log SET participant = NULL WHERE position = 1",
        "UPDATE disclosure SET position = 1",
        "UPDATE disclosure SET position = 4",
        "UPDATE disclosure_key SET position = 1",
        "DELETE FROM disclosure",
        "DELETE FROM disclosure_key",
    ],
)
def test_what_is_missing_or_misplaced_is_noticed(mighty: Connection, statement: str) -> None:
    mighty.execute(text(statement))
    with pytest.raises(VerificationFailed):
        verify_within(mighty, VAULT)


@pytest.mark.usefixtures("small")
def test_an_erased_disclosure_is_no_difference(mighty: Connection) -> None:
    mighty.execute(text("DELETE FROM disclosure_key"))
    mighty.execute(text("DELETE FROM disclosure"))
    verify_within(mighty, VAULT)


@pytest.fixture
def tiled(engine: Engine) -> None:
    with Log(engine, utc_now) as log:
        log.append(append("k", {"plan-A": 0}, *[event("plan-A")] * 300))


@pytest.mark.usefixtures("tiled")
def test_stored_nodes_are_checked_too(mighty: Connection) -> None:
    verify_within(mighty, VAULT)
    (node,) = mighty.scalars(select(tables.tree_node.c.hash))
    for change in (
        update(tables.tree_node).values(hash=bytes(31) + node[:1]),
        update(tables.tree_node).values(level=16),
        update(tables.tree_node).values(node_index=1),
        insert(tables.tree_node).values(level=8, node_index=1, hash=node),
    ):
        with mighty.begin_nested() as savepoint:
            mighty.execute(change)
            with pytest.raises(VerificationFailed, match="node"):
                verify_within(mighty, VAULT)
            savepoint.rollback()
