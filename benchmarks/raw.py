"""Benchmarks: the limit of appends: the same rows inserted with nothing around them.

Rows are made before the clock runs. What is missing: callers, idempotency, versions, leaves being
made, hashing, the tree, the head, the signature.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from time import perf_counter
from typing import Any

import psycopg

from benchmarks.callers import Work
from benchmarks.logs import COLUMNS, KEY_COLUMNS, KeyRow, LogRow, log_rows
from benchmarks.measuring import Measure
from migrations.environment import upgrade
from services.kit.database import make_engine

GROUP = 64
"""Rows in one transaction: as many as there are callers."""
MOST_ROWS = 10**7
TYPES = ("int8", "int8", "text", "text", "text", "text", "bytea", "bytea", "bytea")
KEY_TYPES = ("text", "text", "bytea", "int8", "int8", "bytea")

# S608: tables, columns and types are those above.
_UNNEST = "INSERT INTO {} ({}) SELECT * FROM unnest({})"
INSERT_ENTRIES = _UNNEST.format("log", COLUMNS, ", ".join(f"%b::{kind}[]" for kind in TYPES))
INSERT_KEYS = _UNNEST.format(
    "request_key", KEY_COLUMNS, ", ".join(f"%b::{kind}[]" for kind in KEY_TYPES)
)
LOCK = "SELECT size FROM log_head WHERE id = 1 FOR UPDATE"
MOVE = "UPDATE log_head SET size = %s WHERE id = 1"

Group = tuple[list[LogRow], list[KeyRow]]
Rows = Iterator[tuple[LogRow, KeyRow]]


@contextmanager
def on_postgresql(url: str) -> Iterator[tuple["psycopg.Connection[Any]", Rows]]:
    """Give a connection to an empty log, and rows for it."""
    upgrade("registry", url)
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute(
            "INSERT INTO log_head (id, size, last_recorded_at, frontier, origin)"
            " VALUES (1, 0, '', '', 'raw')"
        )
        connection.commit()
        yield connection, log_rows(MOST_ROWS)


def grouped_inserts(
    connection: "psycopg.Connection[Any]", rows: Rows, groups: int, *, moves_head: bool = False
) -> Measure:
    """Measure rows a second, inserted from arrays, a transaction for each group.

    Args:
        connection: to an empty log.
        rows: to insert.
        groups: how many transactions.
        moves_head: let each move the head as well, where something is to happen then.
    """

    def insert(group: Group) -> None:
        with connection.pipeline():
            connection.execute(INSERT_ENTRIES, _columns(group[0]), prepare=True)
            connection.execute(INSERT_KEYS, _columns(group[1]), prepare=True)
            if moves_head:
                connection.execute(MOVE, (group[0][-1][0],), prepare=True)
            connection.commit()

    return lambda: _rate(insert, _groups(rows, groups))


def copies(connection: "psycopg.Connection[Any]", rows: Rows, groups: int) -> Measure:
    """Measure rows a second, copied in binary, a transaction for each group."""

    def insert(group: Group) -> None:
        with connection.cursor() as cursor:
            for table, columns, kinds, new in (
                ("log", COLUMNS, TYPES, group[0]),
                ("request_key", KEY_COLUMNS, KEY_TYPES, group[1]),
            ):
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)") as copy:
                    copy.set_types(kinds)
                    for row in new:
                        copy.write_row(row)
        connection.commit()

    return lambda: _rate(insert, _groups(rows, groups))


def under_the_lock(connection: "psycopg.Connection[Any]", rows: Rows) -> Work:
    """Give an insert of one entry and its key under the lock on the head, in two round trips."""

    def work() -> None:
        row, key = next(rows)
        with connection.pipeline():
            head = connection.execute(LOCK, prepare=True)
        if head.fetchone() is None:
            raise AssertionError("expected a head to lock")
        with connection.pipeline():
            connection.execute(INSERT_ENTRIES, _columns([row]), prepare=True)
            connection.execute(INSERT_KEYS, _columns([key]), prepare=True)
            connection.execute(MOVE, (row[0],), prepare=True)
            connection.commit()

    return work


@contextmanager
def on_sqlite(url: str) -> Iterator[tuple[sqlite3.Connection, Rows]]:
    """Give a connection to an empty log, set up as the service's, and rows for it."""
    upgrade("registry", url)
    engine = make_engine(url)
    with closing(engine.raw_connection()) as pooled:
        connection: Any = pooled.driver_connection
        yield connection, log_rows(MOST_ROWS)
    engine.dispose()


def batches(connection: sqlite3.Connection, rows: Rows, groups: int) -> Measure:
    """Measure rows a second, inserted by `executemany`, a transaction for each group."""
    marks, key_marks = ", ".join("?" * len(TYPES)), ", ".join("?" * len(KEY_TYPES))

    def insert(group: Group) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO log ({COLUMNS}) VALUES ({marks})", group[0])  # noqa: S608 - ours
        connection.executemany(
            f"INSERT INTO request_key ({KEY_COLUMNS}) VALUES ({key_marks})",  # noqa: S608 - ours
            group[1],
        )
        connection.execute("COMMIT")

    return lambda: _rate(insert, _groups(rows, groups))


def _groups(rows: Rows, count: int) -> list[Group]:
    return [_group(list(islice(rows, GROUP))) for _ in range(count)]


def _group(pairs: list[tuple[LogRow, KeyRow]]) -> Group:
    return [row for row, _ in pairs], [key for _, key in pairs]


def _rate(insert: Any, groups: list[Group]) -> float:
    began = perf_counter()
    for group in groups:
        insert(group)
    return GROUP * len(groups) / (perf_counter() - began)


def _columns(rows: Any) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
