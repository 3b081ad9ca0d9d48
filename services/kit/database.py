"""Kit: engines on SQLite and PostgreSQL that are durable and bounded; no tables, no models."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, func, make_url, select
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import ConnectionPoolEntry

from services.kit.settings import SettingsRefused

BUSY_SECONDS = 5
"""How long a statement waits for somebody else's lock before it gives up."""

ANSWER_SECONDS = 65.0
"""How long PostgreSQL is waited for: longer than it lets a statement run."""

SERVING_SECONDS = 20.0
"""The same where a client waits too."""

CONNECTION_SECONDS = 10
"""How long a connection is waited for while others have them all."""

DATABASE_AWAY = (OperationalError, InterfaceError, NoConnectionFree)
"""What is raised while a database cannot be reached, or is too busy to answer."""

POSTGRESQL_OPTIONS = (
    f"-c lock_timeout={BUSY_SECONDS}s"
    " -c statement_timeout=60s"
    " -c idle_in_transaction_session_timeout=60s"
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """Make metadata whose constraints have the same names on both databases."""
    return MetaData(naming_convention=NAMING)


def make_engine(
    url: str, *, pool_size: int = 16, answer_seconds: float = ANSWER_SECONDS, **options: Any
) -> Engine:
    """Make an engine; nothing is opened before the first use.

    On SQLite every connection has WAL, `synchronous=FULL`, a busy timeout, and transactions that
    this code begins and ends (the driver's own habit begins none at a SELECT). On PostgreSQL every
    connection has READ COMMITTED and time limits, on connecting too, and gives up on a server that
    does not answer at all. Errors never show parameters.

    Args:
        url: `sqlite:///<path>` or `postgresql+psycopg://…`.
        pool_size: connections kept; as many again for a burst.
        answer_seconds: how long a server that does not answer is waited for.
        options: for `sqlalchemy.create_engine`.
    """
    kept = {
        "hide_parameters": True,
        "pool_size": pool_size,
        "max_overflow": pool_size,
        "pool_timeout": CONNECTION_SECONDS,
    }
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, **(kept | options))
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    arguments = dict(options.pop("connect_args", {}))
    # What comes later wins: an address may set limits of its own, and leaves the others be.
    arguments["options"] = f"{POSTGRESQL_OPTIONS} {make_url(url).query.get('options', '')}"
    if "connect_timeout" not in make_url(url).query:
        arguments.setdefault("connect_timeout", BUSY_SECONDS)
    isolation: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
    from services.kit.patience import patient  # noqa: PLC0415 - no driver for who has SQLite

    engine = create_engine(url, connect_args=arguments, **(kept | isolation | options))
    event.listen(engine, "begin", _begin_postgresql)
    connect = patient(answer_seconds)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, given: list[Any], named: dict[str, Any]) -> Any:
        return connect(*given, **named)

    return engine


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that will write; on SQLite it takes the write lock at once.

    Without it two SQLite transactions that read first and then write can only fail.
    """
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        yield connection


def alone(connection: Connection, what: str) -> None:
    """Let nobody else who asks for the same be in such a transaction until this one ends.

    On SQLite the transaction holds the lock of all writers anyway.

    Args:
        connection: in a transaction that writes.
        what: is done, and for whom.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(zlib.crc32(what.encode()))))


def let_nothing_linger(connection: Connection) -> None:
    """On SQLite have bytes that are deleted or replaced overwritten with zeros."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON").close()


def is_damaged(error: BaseException) -> bool:
    """Say whether a file of SQLite is none any more; the driver has no class of its own for it."""
    return isinstance(error, DatabaseError) and type(error.orig) is sqlite3.DatabaseError


def _set_up_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # else INSERT OR REPLACE deletes without asking the triggers
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _begin_postgresql(connection: Connection) -> None:
    """Set for this transaction what the engine's option `local` names; nothing outlives it."""
    for setting in connection.get_execution_options().get("local", {}).items():
        connection.exec_driver_sql("SELECT set_config(%s, %s, true)", setting)


def as_role(url: str, role: str) -> str:
    """Give an address whose connections act as another role of PostgreSQL than who logs in.

    Args:
        url: of a database of PostgreSQL.
        role: letters, digits and underscores; who logs in is a member of it.
    """
    made = make_url(url)
    options = f"{made.query.get('options', '')} -c role={role}".strip()
    return made.update_query_dict({"options": options}).render_as_string(hide_password=False)


def assert_there(url: str, migrate: str) -> None:
    """Refuse an SQLite database that is not there: connecting would make an empty one.

    Args:
        url: of the database.
        migrate: command that makes it.

    Raises:
        SettingsRefused: there is no such file.
    """
    named = make_url(url)
    if named.get_backend_name() == "sqlite" and named.database not in (None, "", ":memory:"):
        file = Path(str(named.database))
        if not file.exists():
            raise SettingsRefused(f"there is no database {file}; {migrate} makes one")
