"""Projections: national and regional plans."""

from sqlalchemy import BigInteger, Column, Date, Index, String, Text

from services.reporting.projections.base import bitemporal, json_text, text_by_language

plan = bitemporal(
    "plan",
    ("plan_id",),
    Column("plan_id", String(64), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("participant", String(16), nullable=False),
    # national | regional
    Column("scope", String(16), nullable=False),
    text_by_language("title"),
    Column("adopted_on", Date),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date),
    json_text("pillars"),
    json_text("postulates"),
    Column("lead_body", Text),
    Column("monitoring_body", Text),
    Column("reference", Text),
    # submission | illustrative_compilation
    Column("origin", String(32), nullable=False),
    json_text("sources"),
    Index("ix_plan_generation_participant", "generation", "participant"),
)
"""One row per registered plan."""
