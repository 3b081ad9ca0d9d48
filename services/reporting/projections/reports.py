"""Projections: every submitted version of a report, part by part."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Text

from services.reporting.projections.base import bitemporal, json_text, text_by_language

report_version = bitemporal(
    "report_version",
    ("report_id", "report_version"),
    # `<participant>-<cycle_id>`.
    Column("report_id", String(40), nullable=False),
    Column("report_version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    # Version in the report's stream (decisions count too): what If-Match is compared with.
    Column("version", Integer, nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    # submission | illustrative_compilation
    Column("origin", String(32), nullable=False),
    # submitted | corrigendum | nothing_new
    Column("act", String(16), nullable=False),
    # full | update | nothing_new
    Column("form", String(16), nullable=False),
    Column("supersedes", Integer),
    Column("template_version", String(32)),
    Column("ruleset_version", String(32)),
    Column("validated_at_position", BigInteger),
    # sha256:… of the canonical document as sealed; NULL for nothing_new.
    Column("digest", String(71)),
    # Random ids, never names.
    Column("drafted_by", String(64), nullable=False),
    Column("cleared_by", String(64), nullable=False),
    Column("exception_reference", Text),
    json_text("findings"),
    json_text("explanations"),
    # Of a corrigendum.
    text_by_language("reason", nullable=True),
    # Parts A, B, C of the document as canonical JSON; NULL for nothing_new.
    json_text("cover", nullable=True),
    json_text("plans", nullable=True),
    json_text("treaties", nullable=True),
    # Of nothing_new: the version it renews.
    Column("renews_report", String(40)),
    Column("renews_version", Integer),
    Column("renews_digest", String(71)),
    Index("ix_report_version_generation_cycle", "generation", "cycle_id", "participant"),
    Index("ix_report_version_generation_participant", "generation", "participant"),
)
"""One row per version; which one is the latest at a position is the largest number known then."""

postulate_statement = bitemporal(
    "postulate_statement",
    ("report_id", "report_version", "unit"),
    Column("report_id", String(40), nullable=False),
    Column("report_version", Integer, nullable=False),
    # Reporting unit of the instrument: P1 … P8.a … P10.
    Column("unit", String(8), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("origin", String(32), nullable=False),
    # True: sealed; `seal` holds the digest, and content, status and changed are NULL.
    Column("restricted", Boolean(create_constraint=False), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("changed", Boolean(create_constraint=False)),
    Column("implementation_status", String(32)),
    Column("measure_count", Integer),
    Column("seal", String(64)),
    # The statement as canonical JSON.
    json_text("content", nullable=True),
    Index("ix_postulate_statement_generation_cycle", "generation", "cycle_id", "unit"),
)
"""One row per version and reporting unit."""

report_section = bitemporal(
    "report_section",
    ("report_id", "report_version", "section"),
    Column("report_id", String(40), nullable=False),
    Column("report_version", Integer, nullable=False),
    # human_rights | observations
    Column("section", String(16), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("participant", String(16), nullable=False),
    Column("cycle_id", String(20), nullable=False),
    Column("origin", String(32), nullable=False),
    Column("restricted", Boolean(create_constraint=False), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("seal", String(64)),
    json_text("content", nullable=True),
)
"""One row per version and part E (human_rights) or F (observations) of the document."""
