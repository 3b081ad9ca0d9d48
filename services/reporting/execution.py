"""Execution: statements of projections become SQL, batched by table.

A batch's new rows go in first, then closes and amendments follow in the order of the log. That is
the same as one by one, since these touch only rows known before their own position.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Dialect,
    Table,
    and_,
    insert,
    literal,
    select,
    update,
)

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
    """Insert rows that name every column but `generation`, in one statement."""
    sql, values = _insert(table, connection.dialect)
    if connection.dialect.name == "postgresql":
        columns: list[list[Any]] = list(map(list, zip(*map(values, rows), strict=True)))
        connection.exec_driver_sql(sql, (generation, *columns))
    else:
        connection.exec_driver_sql(sql, [(generation, *values(row)) for row in rows])


@lru_cache(maxsize=64)
def _insert(table: Table, dialect: Dialect) -> tuple[str, Callable[[Row], tuple[Any, ...]]]:
    """Give the SQL of an insert, and how to take its parameters from a row.

    The driver gets plain tuples: the compiler's work per row would cost more than the insert.
    On PostgreSQL columns travel as arrays, which is one round trip however many rows there are.
    """
    columns = [column for column in table.columns if column.name != "generation"]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values: Callable[[Row], tuple[Any, ...]] = itemgetter(*(column.name for column in columns))
    into = f"INSERT INTO {table.name} (generation, {names})"
    if dialect.name == "postgresql":
        kinds = (column.type.compile(dialect) for column in columns)
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        # S608: names and types come from our own tables, never from outside.
        sql = f"{into} SELECT %s, new.* FROM unnest({arrays}) AS new({names})"  # noqa: S608
        return sql, values
    marks = ", ".join("?" * len(columns))
    return f"{into} VALUES (?, {marks})", values


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
