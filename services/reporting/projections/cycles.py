"""Projections: reporting cycles and what governs them."""

from sqlalchemy import BigInteger, Column, Date, Integer, String

from services.reporting.projections.base import bitemporal, json_text, text_by_language

cycle = bitemporal(
    "cycle",
    ("cycle_id",),
    Column("cycle_id", String(20), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("version", Integer, nullable=False),
    text_by_language("title"),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("grace_days", Integer, nullable=False),
    # due_on + grace_days: the last day in `time_zone` on which a report is on time.
    Column("on_time_until", Date, nullable=False),
    # IANA name.
    Column("time_zone", String(64), nullable=False),
    # JSON array of kinds: which participants are expected to report.
    json_text("participant_kinds"),
    Column("template_version", String(32), nullable=False),
    Column("ruleset_version", String(32), nullable=False),
    Column("methodology_version", String(32), nullable=False),
    Column("instrument_edition", String(32), nullable=False),
)
"""One row per cycle."""
