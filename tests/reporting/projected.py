"""Tests: what lies in the tables after projecting, and the digests of it."""

from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select

from services.kit.database import write_transaction
from services.reporting.digests import digest_of
from services.reporting.generations import (
    live_generation,
    new_generation,
    read_place,
    switch,
)
from services.reporting.parking import Parked, read_parked
from services.reporting.projections.catalogue import PROJECTIONS, TABLES

Row = dict[str, Any]


def rows(engine: Engine, table: Table, *, generation: int | None = None) -> list[Row]:
    """Every row of a generation (the live one), in the order of its key."""
    with engine.begin() as connection:
        mine = table.c.generation == (generation or live_generation(connection))
        found = connection.execute(select(table).where(mine)).mappings().all()
    key = [column.name for column in table.primary_key.columns]
    return sorted((dict(row) for row in found), key=lambda row: [row[name] for name in key])


def known(engine: Engine, table: Table, position: int) -> list[Row]:
    """The rows that were known at a position, without what became known later."""
    return [
        row
        for row in rows(engine, table)
        if row["known_from"] <= position and (row["known_to"] or position + 1) > position
    ]


def only(found: list[Row]) -> Row:
    assert len(found) == 1, found
    return found[0]


def digests(engine: Engine, position: int | None = None) -> dict[str, str]:
    """Digest by projection of the live generation, as known at a position."""
    with engine.begin() as connection:
        place = read_place(connection, _live(connection))
        at = place.proven_position if position is None else position
        return {
            each.name: digest_of(connection, each, place.generation, at).sha256
            for each in PROJECTIONS
        }


def counts(engine: Engine) -> dict[str, int]:
    """Rows by table, of all generations."""
    with engine.begin() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in TABLES
        }


def parked(engine: Engine) -> list[Parked]:
    with engine.begin() as connection:
        return read_parked(connection, _live(connection))


def position(engine: Engine) -> tuple[int, int]:
    """Projected and proven position."""
    with engine.begin() as connection:
        place = read_place(connection, _live(connection))
        return place.position, place.proven_position


def begin_anew(engine: Engine) -> None:
    """Let an empty generation answer; the next projector fills it."""
    with write_transaction(engine) as connection:
        before = live_generation(connection)
        generation = new_generation(connection)
        if before is not None:
            switch(connection, expected=before, generation=generation)


def _live(connection: Connection) -> int:
    generation = live_generation(connection)
    assert generation is not None
    return generation
