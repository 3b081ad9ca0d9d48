"""Projections: how far they have come; one row of truth for all of them together."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from services.reporting.projections.base import metadata

projection_checkpoint = Table(
    "projection_checkpoint",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    # Last position whose rows are in the tables.
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27)),
    Column("frontier", LargeBinary, nullable=False),
    # Last position whose root equalled a signed root. Queries see nothing beyond it.
    Column("proven_position", BigInteger, nullable=False),
    Column("proven_recorded_at", String(27)),
    Column("proven_frontier", LargeBinary, nullable=False),
    # The signed note that proved it; NULL before the first.
    Column("checkpoint", Text),
    # JSON object: version by name of each projection that filled this generation.
    Column("versions", Text, nullable=False),
)
"""One row per generation; the projector's compare-and-swap is on `position`."""

projection_head = Table(
    "projection_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column(
        "live_generation",
        Integer,
        ForeignKey("projection_checkpoint.generation"),
        nullable=False,
    ),
    # The last number given, never given again: the only generation that a rebuild may fill.
    Column("newest_generation", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The one row that says which generation answers, and which one may be next."""

projector_status = Table(
    "projector_status",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    # running | stopped
    Column("state", String(16), nullable=False),
    # Why it stopped, in words for an operator; NULL while running.
    Column("reason", Text),
    # Entry that may not be projected, or signed size with a wrong root; NULL while running.
    Column("stopped_at_position", BigInteger),
    # Largest signed size seen at the registry; lag in events = seen_size - proven_position.
    Column("seen_size", BigInteger, nullable=False),
    # Clock of the projector when it last spoke with the registry, as UTC instant.
    Column("seen_at", String(27)),
    # How often a projector found that another one holds the checkpoint.
    Column("fenced", Integer, nullable=False),
    # Clock of the projector when the registry first gave no answer, and why it gave none last;
    # NULL while it answers.
    Column("unreachable_since", String(27)),
    Column("unreachable_because", Text),
)
"""What operators need to know; written beside the pages, never part of a digest."""

parked_participant = Table(
    "parked_participant",
    metadata,
    Column("generation", Integer, nullable=False),
    Column("participant", String(16), nullable=False),
    # First position that is missing from this participant's rows.
    Column("since_position", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("generation", "participant"),
)
"""Participants whose entries are held back: their answers are incomplete since a position."""

parked_entry = Table(
    "parked_entry",
    metadata,
    Column("generation", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("leaf", Text, nullable=False),
    Column("data", Text, nullable=False),
    PrimaryKeyConstraint("generation", "position"),
)
"""The entries held back, verbatim, to be replayed in order."""
