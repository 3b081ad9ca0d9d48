"""Reporting migration 0003: revisions and conclusions of plans, and commitments in them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("plan_revision", "commitment", "commitment_milestone", "commitment_progress")
CONCLUSION = (
    "concluded_on",
    "outcome",
    "replaced_by",
    "summary",
    "conclusion_sources",
    "concluded_at",
)


def upgrade() -> None:
    """Create the tables, and room for a conclusion; the projections are rebuilt after this."""
    _conclusion()
    _revisions()
    _commitments()
    _progress()


def downgrade() -> None:
    """Drop them: reporting forgets, the log remembers."""
    for table in TABLES:
        op.drop_table(table)
    for column in CONCLUSION:
        op.drop_column("plan", column)


def _conclusion() -> None:
    """How a plan ended, in the plan's row."""
    op.add_column("plan", sa.Column("concluded_on", sa.Date(), nullable=True))
    op.add_column("plan", sa.Column("outcome", sa.String(length=16), nullable=True))
    op.add_column("plan", sa.Column("replaced_by", sa.String(length=64), nullable=True))
    op.add_column("plan", sa.Column("summary", sa.Text(), nullable=True))
    op.add_column("plan", sa.Column("conclusion_sources", sa.Text(), nullable=True))
    op.add_column("plan", sa.Column("concluded_at", sa.BigInteger(), nullable=True))


def _revisions() -> None:
    """What describes a plan from a day on."""
    op.create_table(
        "plan_revision",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("pillars", sa.Text(), nullable=False),
        sa.Column("postulates", sa.Text(), nullable=False),
        sa.Column("lead_body", sa.Text(), nullable=True),
        sa.Column("monitoring_body", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "plan_id", "version", "known_from", name=op.f("pk_plan_revision")
        ),
    )


def _commitments() -> None:
    """What is promised, and the steps on the way."""
    op.create_table(
        "commitment",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("commitment_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("pillars", sa.Text(), nullable=False),
        sa.Column("postulates", sa.Text(), nullable=False),
        sa.Column("lead_body", sa.Text(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "plan_id", "commitment_id", "known_from", name=op.f("pk_commitment")
        ),
    )
    op.create_index(
        "ix_commitment_generation_participant",
        "commitment",
        ["generation", "participant"],
        unique=False,
    )
    op.create_table(
        "commitment_milestone",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("commitment_id", sa.String(length=64), nullable=False),
        sa.Column("milestone_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("target_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("reached_at", sa.BigInteger(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation",
            "plan_id",
            "commitment_id",
            "milestone_id",
            "known_from",
            name=op.f("pk_commitment_milestone"),
        ),
    )


def _progress() -> None:
    """How far commitments are."""
    op.create_table(
        "commitment_progress",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("implementation_status", sa.String(length=32), nullable=False),
        sa.Column("milestones_reached", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "plan_id", "version", "known_from", name=op.f("pk_commitment_progress")
        ),
    )
