"""Execution: statements of projections become SQL, batched by table.

A batch's new rows go in first, then closes and amendments follow in the order of the log. That is
the same as one by one, since these touch only rows known before their own position.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias, cast

import psycopg
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Table,
    and_,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from services.reporting.projections.base import Amend, Close, Insert, Statement

Row: TypeAlias = Mapping[str, Any]


def execute(connection: Connection, generation: int, statements: Iterable[Statement]) -> None:
    """Carry out statements in the caller's transaction.

    Args:
        connection: in the transaction that also moves the checkpoint.
        generation: whose rows these are.
        statements: in the order of the log.
    """
    rows: dict[Table, list[Row]] = {}
    later: list[Close | Amend] = []
    for statement in statements:
        if isinstance(statement, Insert):
            rows.setdefault(statement.table, []).append(statement.row)
        else:
            later.append(statement)
    for table, new in rows.items():
        insert_rows(connection, generation, table, new)
    for statement in later:
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


def _open_row(generation: int, statement: Close | Amend) -> ColumnElement[bool]:
    columns = statement.table.c
    return and_(
        columns.generation == generation,
        *(columns[name] == value for name, value in statement.key.items()),
        columns.known_from < statement.at,
        columns.known_to.is_(None),
    )


def _copy(connection: Connection, generation: int, statement: Amend) -> None:
    table = statement.table
    changes = {**statement.changes, "known_from": statement.at}
    copied = [
        _literal(column, changes[column.name]) if column.name in changes else column
        for column in table.columns
    ]
    source = select(*copied).where(_open_row(generation, statement))
    connection.execute(insert(table).from_select([column.name for column in table.columns], source))


def _literal(column: Column[Any], value: Any) -> ColumnElement[Any]:
    if isinstance(column.type, Date) and value is not None:
        value = date.fromisoformat(value)
    return literal(value, column.type)


def _close(connection: Connection, generation: int, statement: Close | Amend) -> None:
    table = statement.table
    connection.execute(
        update(table).where(_open_row(generation, statement)).values(known_to=statement.at)
    )
