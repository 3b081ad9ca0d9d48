"""Kit: connections to both databases are set up as the log relies on."""

import os
import signal
import threading
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, Table, make_url, text
from sqlalchemy.exc import OperationalError

from services.kit.database import (
    DATABASE_AWAY,
    make_engine,
    new_metadata,
    write_transaction,
)
from services.kit.schema import read_revisions
from services.registry.log.soundness import HISTORY
from tests import postgres
from tests.databases import ON_POSTGRESQL, ON_SQLITE, Database, disposing


@ON_SQLITE
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("busy_timeout", 5000),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
    ],
)
def test_every_connection_to_sqlite_is_durable_and_patient(
    database: Database, pragma: str, value: Any
) -> None:
    with database.engine() as engine, engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            assert connection.scalar(text(f"PRAGMA {pragma}")) == value


@ON_POSTGRESQL
def test_every_connection_to_postgresql_has_its_limits(database: Database) -> None:
    expected = {
        "transaction_isolation": "read committed",
        "lock_timeout": "5s",
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "1min",
    }
    with database.engine() as engine, engine.connect() as connection:
        for name, value in expected.items():
            found = connection.scalar(text("SELECT current_setting(:name)"), {"name": name})
            assert found == value, name


def limited_to(database: Database, **limits: str) -> str:
    """Give the same address with limits of its own, so that nobody has to wait for ours."""
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    url = make_url(database.owner_url).update_query_dict({"options": options})
    return url.render_as_string(hide_password=False)


@ON_POSTGRESQL
def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    with (
        disposing(limited_to(database, statement_timeout="100ms")) as engine,
        engine.connect() as connection,
    ):
        with pytest.raises(DATABASE_AWAY, match="statement timeout"):
            connection.scalar(text("SELECT pg_sleep(30)"))
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1


@ON_POSTGRESQL
def test_whoever_waits_too_long_for_a_lock_gives_up(database: Database) -> None:
    with (
        disposing(limited_to(database, lock_timeout="100ms")) as engine,
        engine.begin() as first,
        engine.connect() as second,
    ):
        first.execute(text("LOCK TABLE log_head"))
        with pytest.raises(DATABASE_AWAY, match="lock timeout"):
            second.execute(text("SELECT size FROM log_head"))
        second.rollback()
        assert second.scalar(text("SELECT 1")) == 1


@ON_POSTGRESQL
def test_a_transaction_that_does_nothing_lets_go_of_its_locks(database: Database) -> None:
    limited = limited_to(database, idle_in_transaction_session_timeout="100ms")
    with (
        disposing(limited) as engine,
        disposing(database.owner_url) as others,
        engine.connect() as idle,
    ):
        idle.execute(text("LOCK TABLE log_head"))
        with others.connect() as connection:
            connection.execute(text("SELECT size FROM log_head"))  # as soon as the lock is gone
        with pytest.raises(DATABASE_AWAY):
            idle.scalar(text("SELECT 1"))
        assert idle.invalidated
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 2")) == 2


@ON_POSTGRESQL
def test_an_address_may_bring_its_own_limits(database: Database) -> None:
    url = make_url(database.url).update_query_dict({"options": "-c lock_timeout=7s"})
    with (
        disposing(url.render_as_string(hide_password=False)) as engine,
        engine.connect() as connection,
    ):
        assert connection.scalar(text("SELECT current_setting('lock_timeout')")) == "7s"


def test_a_server_that_stands_still_is_given_up_and_found_again() -> None:
    """Its own limits end nothing then; and a host that is gone answers nothing either."""
    with postgres.running() as server, disposing(server.url(), answer_seconds=0.5) as engine:
        with engine.connect() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
            os.kill(backend, signal.SIGSTOP)
            going_on = threading.Timer(20, os.kill, (backend, signal.SIGCONT))
            going_on.start()
            try:
                with pytest.raises(OperationalError, match=r"did not answer for 0\.5 seconds"):
                    connection.scalar(text("SELECT 1"))
                assert connection.invalidated
            finally:
                going_on.cancel()
                os.kill(backend, signal.SIGCONT)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 2")) == 2
            with pytest.raises(OperationalError, match="did not answer"):
                connection.scalar(text("SELECT pg_sleep(10)"))


@ON_SQLITE
def test_two_that_read_and_then_write_wait_for_each_other(database: Database) -> None:
    """With the driver's own transactions, or a deferred one, the second could only fail."""
    together = threading.Barrier(2)

    def add(engine: Any) -> None:
        together.wait()
        for _ in range(50):
            with write_transaction(engine) as connection:
                number = connection.scalar(text("SELECT number FROM counter"))
                connection.execute(text("UPDATE counter SET number = :n"), {"n": number + 1})

    with database.engine() as engine:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE counter AS SELECT 0 AS number"))
        threads = [threading.Thread(target=add, args=(engine,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT number FROM counter")) == 100


@ON_SQLITE
def test_a_read_transaction_sees_one_moment(database: Database) -> None:
    with database.engine() as engine:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE counter AS SELECT 0 AS number"))
        with engine.connect() as reader:
            assert reader.scalar(text("SELECT number FROM counter")) == 0
            with write_transaction(engine) as writer:
                writer.execute(text("UPDATE counter SET number = 1"))
            assert reader.scalar(text("SELECT number FROM counter")) == 0


def test_what_fails_is_rolled_back(database: Database) -> None:
    def fail(engine: Engine) -> None:
        with write_transaction(engine) as connection:
            connection.execute(text("CREATE TABLE never_made (number INTEGER)"))
            raise ZeroDivisionError

    with database.owner() as engine:
        with pytest.raises(ZeroDivisionError):
            fail(engine)
        with engine.connect() as connection, pytest.raises(Exception, match="never_made"):
            connection.execute(text("SELECT number FROM never_made"))


def test_errors_show_no_parameters(database: Database) -> None:
    with (
        database.engine() as engine,
        engine.connect() as connection,
        pytest.raises(Exception, match="nowhere") as raised,
    ):
        connection.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": "a secret"})
    assert "a secret" not in str(raised.value)


def test_the_schema_says_where_it_is(database: Database) -> None:
    with database.engine() as engine, engine.connect() as connection:
        found = read_revisions(connection, HISTORY)
    assert found.at == found.newest
    assert found.is_known


def test_constraints_have_names_that_say_the_rule() -> None:
    table = Table("thing", new_metadata(), Column("number", Integer, primary_key=True))
    assert table.primary_key.name == "pk_thing"


def test_a_database_that_is_away_is_an_operational_error(tmp_path: Any) -> None:
    with (
        disposing(f"postgresql+psycopg://nobody@/none?host={tmp_path}") as engine,
        pytest.raises(OperationalError),
    ):
        engine.connect()
    assert make_engine("sqlite:///x.db").dialect.name == "sqlite"
