"""Execution: statements of projections become SQL, batched by table.

A batch's new rows go in first, then closes and amendments follow in the order of the log. That is
the same as one by one, since these touch only rows known before their own position.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias, cast

import psycopg
from sqlalchemy import Column, Connection, Dialect, Table
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from services.reporting.projections.base import Amend, Close, Expect, Insert, Statement

Row: TypeAlias = Mapping[str, Any]


class NothingOpen(Exception):
    """No row is open that an entry speaks of."""


REFUSED = (IntegrityError, DataError, NothingOpen)
"""What is the fault of one entry; whom it names is parked."""


def execute(connection: Connection, generation: int, statements: Iterable[Statement]) -> None:
    """Carry out statements in the caller's transaction.

    Args:
        connection: in the transaction that also moves the checkpoint.
        generation: whose rows these are.
        statements: in the order of the log.

    Raises:
        NothingOpen: a row that is expected is not there.
    """
    rows: dict[Table, list[Row]] = {}
    later: list[Close | Amend | Expect] = []
    for statement in statements:
        if isinstance(statement, Insert):
            rows.setdefault(statement.table, []).append(statement.row)
        else:
            later.append(statement)
    for table, new in rows.items():
        insert_rows(connection, generation, table, new)
    for statement in later:
        if isinstance(statement, Expect):
            _look(connection, generation, statement)
            continue
        if isinstance(statement, Amend):
            _copy(connection, generation, statement)
        _close(connection, generation, statement)


def insert_rows(connection: Connection, generation: int, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that name every column but `generation`, in one go.

    The driver gets plain tuples: the compiler's work per row would cost more than the insert. On
    PostgreSQL they are copied in, which takes a quarter of what arrays take.
    """
    columns, values = _insert(table)
    tuples = ((generation, *values(row)) for row in rows)
    if connection.dialect.name == "postgresql":
        _copy_in(connection, f"COPY {table.name} ({columns}) FROM STDIN", tuples)
    else:
        marks = ", ".join("?" * len(table.columns))
        # S608: names come from our own tables, never from outside.
        sql = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"  # noqa: S608
        connection.exec_driver_sql(sql, list(tuples))


@lru_cache(maxsize=64)
def _insert(table: Table) -> tuple[str, Callable[[Row], tuple[Any, ...]]]:
    """Give a table's columns as SQL, `generation` first, and how to take the others from a row."""
    names = [column.name for column in table.columns if column.name != "generation"]
    return ", ".join(f'"{name}"' for name in ("generation", *names)), itemgetter(*names)


def _copy_in(connection: Connection, sql: str, tuples: Iterable[tuple[Any, ...]]) -> None:
    """Copy rows in; what the database refuses is raised as any other statement's refusal is."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(sql.encode()) as copy:
            for row in tuples:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            sql, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def _copy(connection: Connection, generation: int, statement: Amend) -> None:
    """Open a row under the key of the one that is open now, with the changes."""
    changes = {**statement.changes, "known_from": statement.at}
    sql = _copying(statement.table, tuple(statement.key), tuple(changes), connection.dialect)
    values = (*changes.values(), generation, *statement.key.values(), statement.at)
    connection.exec_driver_sql(sql, values)


def _close(connection: Connection, generation: int, statement: Close | Amend) -> None:
    sql = _closing(statement.table, tuple(statement.key), connection.dialect)
    values = (statement.at, generation, *statement.key.values(), statement.at)
    connection.exec_driver_sql(sql, values)


def _look(connection: Connection, generation: int, statement: Expect) -> None:
    sql = _looking(statement.table, tuple(statement.key), connection.dialect)
    values = (generation, *statement.key.values(), statement.at)
    if connection.exec_driver_sql(sql, values).first() is None:
        raise NothingOpen(statement.table.name)


# The texts below are made once: the compiler's work per row would cost more than the change.
# S608: names and types come from our own tables, never from outside.


@lru_cache(maxsize=256)
def _copying(table: Table, key: tuple[str, ...], changed: tuple[str, ...], dialect: Dialect) -> str:
    """Give the SQL that takes the changes, then what `_open_row` takes."""
    others = [column.name for column in table.columns if column.name not in changed]
    columns = ", ".join(f'"{name}"' for name in (*changed, *others))
    new = [_mark(table.c[name], dialect) for name in changed]
    old = [f'"{name}"' for name in others]
    values = ", ".join([*new, *old])
    where = _open_row(key, dialect)
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {table.name} {where}"  # noqa: S608


@lru_cache(maxsize=256)
def _looking(table: Table, key: tuple[str, ...], dialect: Dialect) -> str:
    """Give the SQL that takes what `_open_row` takes, and finds one row or none."""
    return f"SELECT 1 FROM {table.name} {_open_row(key, dialect)}"  # noqa: S608


@lru_cache(maxsize=256)
def _closing(table: Table, key: tuple[str, ...], dialect: Dialect) -> str:
    """Give the SQL that takes where the row ends, then what `_open_row` takes."""
    mark = _mark(table.c.known_to, dialect)
    return f"UPDATE {table.name} SET known_to = {mark} {_open_row(key, dialect)}"  # noqa: S608


def _open_row(key: tuple[str, ...], dialect: Dialect) -> str:
    """Find the row by generation, key, and the position before which it is known."""
    mark = "%s" if dialect.name == "postgresql" else "?"
    named = " AND ".join(f'"{name}" = {mark}' for name in ("generation", *key))
    return f"WHERE {named} AND known_from < {mark} AND known_to IS NULL"


def _mark(column: Column[Any], dialect: Dialect) -> str:
    """Give the placeholder of a new value; PostgreSQL has to be told which type a text is of."""
    if dialect.name != "postgresql":
        return "?"
    return f"CAST(%s AS {column.type.compile(dialect)})"
