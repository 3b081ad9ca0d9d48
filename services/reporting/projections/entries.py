"""Projections: the index of the log's entries, by position and by instant."""

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

from services.reporting.projections.base import metadata

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
    Index("ix_entry_generation_participant", "generation", "participant", "position"),
    sqlite_with_rowid=False,
)
"""One row per entry of the log; it is known from its own position on."""
