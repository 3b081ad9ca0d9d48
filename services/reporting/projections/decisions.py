"""Projections: what the secretariat decided on a version. Acceptance is not endorsement."""

from sqlalchemy import BigInteger, Column, Integer, String

from services.reporting.projections.base import bitemporal, json_text

review_decision = bitemporal(
    "review_decision",
    ("report_id", "version"),
    Column("report_id", String(40), nullable=False),
    # Version in the report's stream.
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("report_version", Integer, nullable=False),
    # Either `returned` or `accepted`.
    Column("decision", String(16), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("ruleset_version", String(32), nullable=False),
    # JSON array of units that the reasons of a return speak of; the reasons stay sealed.
    json_text("units"),
    Column("reasons_seal", String(64)),
)
"""One row per decision."""
