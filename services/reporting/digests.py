"""Digests: the state of a projection at a position, as one hash that is equal on every database."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    case,
    collate,
    except_,
    func,
    null,
    select,
)

from services.reporting.projections.base import Projection

CHUNK_ROWS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a projection comes to; compare only where position and parked set are equal."""

    projection: str
    version: int
    position: int
    rows: int
    sha256: str


def digest_of(
    connection: Connection, projection: Projection, generation: int, position: int
) -> Digest:
    """Hash the rows known at a position, in bounded memory.

    Rows are spelled canonically, in the order of their key's bytes; neither the generation nor
    what became known later is in it.
    """
    state = hashlib.sha256()
    rows = 0
    for table in projection.tables:
        state.update(f"{table.name}\n".encode())
        for line in _lines(connection, table, generation, position):
            state.update(line)
            rows += 1
    return Digest(
        projection=projection.name,
        version=projection.version,
        position=position,
        rows=rows,
        sha256=state.hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How many rows of a table two generations do not have in common at a position."""

    table: str
    only_in_old: int
    only_in_new: int


def difference(
    connection: Connection,
    table: Table,
    *,
    old: int,
    new: int,
    position: int,
    without: Collection[str] = (),
) -> Difference:
    """Compare two generations of a table row by row, but for the rows of some participants."""

    def rows_of(generation: int) -> Select[Any]:
        rows = _rows(table, generation, position)
        return rows.where(table.c.participant.not_in(without)) if without else rows

    def only_in(one: int, other: int) -> int:
        rows = except_(rows_of(one), rows_of(other)).subquery()
        return connection.execute(select(func.count()).select_from(rows)).scalar_one()

    return Difference(
        table=table.name, only_in_old=only_in(old, new), only_in_new=only_in(new, old)
    )


def _lines(connection: Connection, table: Table, generation: int, position: int) -> Iterator[bytes]:
    key = (column for column in table.primary_key.columns if column.name != "generation")
    query = _rows(table, generation, position).order_by(
        *(_in_order_of_bytes(column, connection.dialect.name) for column in key)
    )
    streamed = connection.execution_options(yield_per=CHUNK_ROWS).execute(query)
    for row in streamed:
        yield orjson.dumps(tuple(row), default=bytes.hex) + b"\n"


def _rows(table: Table, generation: int, position: int) -> Select[Any]:
    """Select what was known at a position, as it was known then."""
    known_from = table.c.get("known_from", table.c.position)
    columns = (
        _masked(column, position) if column.name == "known_to" else column
        for column in table.columns
        if column.name != "generation"
    )
    return select(*columns).where(table.c.generation == generation, known_from <= position)


def _masked(column: Column[Any], position: int) -> ColumnElement[Any]:
    return case((column > position, null()), else_=column).label(column.name)


def _in_order_of_bytes(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """A database's own collation must not decide; SQLite's default already is by bytes."""
    if dialect == "postgresql" and isinstance(column.type, String):
        return collate(column, "C")
    return column
