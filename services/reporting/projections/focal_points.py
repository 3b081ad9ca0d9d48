"""Projections: which mandates exist to act for a participant. No person is known here."""

from sqlalchemy import BigInteger, Column, Date, String

from services.reporting.projections.base import bitemporal

focal_point = bitemporal(
    "focal_point",
    ("focal_point_id",),
    # Random id of this person in this mandate.
    Column("focal_point_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("seat", String(16), nullable=False),
    Column("term_from", Date, nullable=False),
    # Last day of the term; NULL while open.
    Column("term_to", Date),
    Column("received_on", Date, nullable=False),
    # Last day by a communication that ended it; NULL while none came.
    Column("ended_on", Date),
)
"""One row per designation; its end closes the row and opens one with `ended_on`."""
