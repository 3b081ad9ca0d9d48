"""Reporting migration 0001: the tables of the projections; all can be made anew from the log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create every table of reporting."""
    _head()
    _entries()
    _participation()
    _plans_and_cycles()
    _report_versions()
    _report_parts()


def downgrade() -> None:
    """Drop every table: reporting forgets, the log remembers."""
    for table in (
        "projector_status",
        "parked_participant",
        "parked_entry",
        "entry",
        "participation_act",
        "membership",
        "focal_point",
        "plan",
        "cycle",
        "report_version",
        "postulate_statement",
        "report_section",
        "review_decision",
        "projection_head",
        "projection_checkpoint",
    ):
        op.drop_table(table)


def _head() -> None:
    """How far the projections have come, what stopped them, what is held back."""
    op.create_table(
        "projection_checkpoint",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=True),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("proven_position", sa.BigInteger(), nullable=False),
        sa.Column("proven_recorded_at", sa.String(length=27), nullable=True),
        sa.Column("proven_frontier", sa.LargeBinary(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=True),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("generation", name=op.f("pk_projection_checkpoint")),
    )
    op.create_table(
        "projection_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("live_generation", sa.Integer(), nullable=False),
        sa.Column("newest_generation", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_projection_head_one_row")),
        sa.ForeignKeyConstraint(
            ["live_generation"],
            ["projection_checkpoint.generation"],
            name=op.f("fk_projection_head_live_generation_projection_checkpoint"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projection_head")),
    )
    op.create_table(
        "projector_status",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("stopped_at_position", sa.BigInteger(), nullable=True),
        sa.Column("seen_size", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.String(length=27), nullable=True),
        sa.Column("fenced", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("generation", name=op.f("pk_projector_status")),
    )
    op.create_table(
        "parked_participant",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("since_position", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "participant", name=op.f("pk_parked_participant")),
    )
    op.create_table(
        "parked_entry",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "position", name=op.f("pk_parked_entry")),
    )


def _entries() -> None:
    """The index of the log's entries."""
    op.create_table(
        "entry",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("generation", "position", name=op.f("pk_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_entry_generation_recorded_at", "entry", ["generation", "recorded_at"], unique=False
    )
    op.create_index(
        "ix_entry_generation_stream", "entry", ["generation", "stream", "version"], unique=False
    )


def _participation() -> None:
    """Acts, memberships, mandates."""
    op.create_table(
        "participation_act",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("date_precision", sa.String(length=16), nullable=False),
        sa.Column("claim_status", sa.String(length=16), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("concerns", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rescinded_by", sa.Integer(), nullable=True),
        sa.Column("rectified_by", sa.Integer(), nullable=True),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "participant", "version", "known_from", name=op.f("pk_participation_act")
        ),
    )
    op.create_table(
        "membership",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("organisation", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("date_precision", sa.String(length=16), nullable=False),
        sa.Column("claim_status", sa.String(length=16), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("rectified_by", sa.Integer(), nullable=True),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "participant", "version", "known_from", name=op.f("pk_membership")
        ),
    )
    op.create_table(
        "focal_point",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("focal_point_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_to", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "focal_point_id", "known_from", name=op.f("pk_focal_point")
        ),
    )


def _plans_and_cycles() -> None:
    """Plans and cycles."""
    op.create_table(
        "plan",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("pillars", sa.Text(), nullable=False),
        sa.Column("postulates", sa.Text(), nullable=False),
        sa.Column("lead_body", sa.Text(), nullable=True),
        sa.Column("monitoring_body", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("generation", "plan_id", "known_from", name=op.f("pk_plan")),
    )
    op.create_index(
        "ix_plan_generation_participant", "plan", ["generation", "participant"], unique=False
    )
    op.create_table(
        "cycle",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("on_time_until", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("participant_kinds", sa.Text(), nullable=False),
        sa.Column("template_version", sa.String(length=32), nullable=False),
        sa.Column("ruleset_version", sa.String(length=32), nullable=False),
        sa.Column("methodology_version", sa.String(length=32), nullable=False),
        sa.Column("instrument_edition", sa.String(length=32), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("generation", "cycle_id", "known_from", name=op.f("pk_cycle")),
    )


def _report_versions() -> None:
    """Versions of reports."""
    op.create_table(
        "report_version",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("template_version", sa.String(length=32), nullable=True),
        sa.Column("ruleset_version", sa.String(length=32), nullable=True),
        sa.Column("validated_at_position", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=71), nullable=True),
        sa.Column("drafted_by", sa.String(length=64), nullable=False),
        sa.Column("cleared_by", sa.String(length=64), nullable=False),
        sa.Column("exception_reference", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("explanations", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("cover", sa.Text(), nullable=True),
        sa.Column("plans", sa.Text(), nullable=True),
        sa.Column("treaties", sa.Text(), nullable=True),
        sa.Column("renews_report", sa.String(length=40), nullable=True),
        sa.Column("renews_version", sa.Integer(), nullable=True),
        sa.Column("renews_digest", sa.String(length=71), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation",
            "report_id",
            "report_version",
            "known_from",
            name=op.f("pk_report_version"),
        ),
    )
    op.create_index(
        "ix_report_version_generation_cycle",
        "report_version",
        ["generation", "cycle_id", "participant"],
        unique=False,
    )
    op.create_index(
        "ix_report_version_generation_participant",
        "report_version",
        ["generation", "participant"],
        unique=False,
    )


def _report_parts() -> None:
    """What the versions say, unit by unit; what was decided on them."""
    op.create_table(
        "postulate_statement",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=True),
        sa.Column("implementation_status", sa.String(length=32), nullable=True),
        sa.Column("measure_count", sa.Integer(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation",
            "report_id",
            "report_version",
            "unit",
            "known_from",
            name=op.f("pk_postulate_statement"),
        ),
    )
    op.create_index(
        "ix_postulate_statement_generation_cycle",
        "postulate_statement",
        ["generation", "cycle_id", "unit"],
        unique=False,
    )
    op.create_table(
        "report_section",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation",
            "report_id",
            "report_version",
            "section",
            "known_from",
            name=op.f("pk_report_section"),
        ),
    )
    op.create_table(
        "review_decision",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("ruleset_version", sa.String(length=32), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("reasons_seal", sa.String(length=64), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "report_id", "version", "known_from", name=op.f("pk_review_decision")
        ),
    )
