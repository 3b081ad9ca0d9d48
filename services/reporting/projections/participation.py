"""Projections: who takes part in the Code, since when, by which act."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Text

from services.reporting.projections.base import bitemporal, json_text, text_by_language

participation_act = bitemporal(
    "participation_act",
    ("participant", "version"),
    Column("participant", String(16), nullable=False),
    # Version of the act in the participant's stream: how later acts name it.
    Column("version", Integer, nullable=False),
    # Where the act itself was recorded; `known_from` is later where it was amended.
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # signature | declaration | withdrawal | withdrawal_rescission | renaming | rectification
    Column("act", String(32), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("effective_on", Date),
    Column("date_precision", String(16), nullable=False),
    Column("claim_status", String(16), nullable=False),
    # Span of the legal day, from the act alone: possible from the first, certain from the last.
    Column("earliest_on", Date),
    Column("latest_on", Date, nullable=False),
    # Of a signature: state | organisation.
    Column("kind", String(16)),
    # Of a signature or a renaming.
    text_by_language("name", nullable=True),
    # Of a declaration.
    text_by_language("text", nullable=True),
    # Of a rectification or a rescission: version of the act it speaks of.
    Column("concerns", Integer),
    # Of a rectification.
    Column("reason", Text),
    # Of a withdrawal: version of the act that took it back.
    Column("rescinded_by", Integer),
    # Version of the act that put these dates right; NULL while they are as first recorded.
    Column("rectified_by", Integer),
    json_text("sources"),
)
"""One row per act; a rectification closes the act's row and opens one with the right dates."""

membership = bitemporal(
    "membership",
    ("participant", "version"),
    Column("participant", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("organisation", String(16), nullable=False),
    # member | observer | associate | suspended
    Column("status", String(16), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("effective_on", Date),
    Column("date_precision", String(16), nullable=False),
    Column("claim_status", String(16), nullable=False),
    Column("earliest_on", Date),
    Column("latest_on", Date, nullable=False),
    # First day it was no longer so; NULL while it lasts.
    Column("ended_on", Date),
    Column("rectified_by", Integer),
    json_text("sources"),
)
"""One row per recorded membership of a participant in an organisation."""
