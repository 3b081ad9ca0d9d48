"""Projections: the index of the log's entries, by position and by instant.

It is made of leaves alone, so it has no gap where a participant is parked.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from contracts.envelope import Entry
from contracts.events import RegistryEvent
from services.reporting.projections.base import Projection, Statement, metadata

entry_table = Table(
    "entry",
    metadata,
    Column("generation", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("type", String(64), nullable=False),
    Column("stream", String(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("participant", String(16)),
    Column("occurred_on", Date),
    Column("effective_on", Date),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    PrimaryKeyConstraint("generation", "position"),
    Index("ix_entry_generation_recorded_at", "generation", "recorded_at"),
    Index("ix_entry_generation_stream", "generation", "stream", "version"),
    sqlite_with_rowid=False,
)
"""One row per entry of the log; it is known from its own position on."""


def index_row(entry: Entry, leaf_hash: bytes) -> dict[str, Any]:
    """Give the row of one entry."""
    return {
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "type": entry.type,
        "stream": entry.stream,
        "version": entry.version,
        "participant": entry.participant,
        "occurred_on": entry.occurred_on,
        "effective_on": entry.effective_on,
        "leaf_hash": leaf_hash,
    }


def _on(_entry: Entry, _event: RegistryEvent) -> Iterator[Statement]:
    """Give nothing: the index needs no event."""
    return iter(())


ENTRIES = Projection(
    name="entries",
    version=1,
    tables=(entry_table,),
    cares_about=frozenset(),
    on=_on,
)
