"""Reporting migration 0005: reviews, clarifications, withdrawals of reports, what is shown."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add what is said on a version after it was filed."""
    _reviews()
    _clarifications()
    _withdrawals()
    _publications()
    _decision_as_wide_as(32, before=16)


def downgrade() -> None:
    """Drop it again; the log remembers."""
    for table in ("section_publication", "report_withdrawal", "clarification", "review_opening"):
        op.drop_table(table)
    op.execute("DELETE FROM review_decision WHERE decision = 'acceptance_revoked'")
    _decision_as_wide_as(16, before=32)


def _decision_as_wide_as(length: int, *, before: int) -> None:
    with op.batch_alter_table("review_decision") as table:
        table.alter_column(
            "decision",
            type_=sa.String(length=length),
            existing_type=sa.String(length=before),
            existing_nullable=False,
        )


def _act_on_a_version() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
    )


def _known() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
    )


def _reviews() -> None:
    op.create_table(
        "review_opening",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        *_act_on_a_version(),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("ruleset_version", sa.String(length=32), nullable=False),
        *_known(),
        sa.PrimaryKeyConstraint(
            "generation", "report_id", "version", "known_from", name=op.f("pk_review_opening")
        ),
    )


def _clarifications() -> None:
    op.create_table(
        "clarification",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        sa.Column("clarification_id", sa.String(length=64), nullable=False),
        *_act_on_a_version(),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("ruleset_version", sa.String(length=32), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("questions_seal", sa.String(length=64), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.String(length=27), nullable=True),
        sa.Column("answered_units", sa.Text(), nullable=True),
        sa.Column("answers_seal", sa.String(length=64), nullable=True),
        *_known(),
        sa.PrimaryKeyConstraint(
            "generation",
            "report_id",
            "clarification_id",
            "known_from",
            name=op.f("pk_clarification"),
        ),
    )


def _withdrawals() -> None:
    op.create_table(
        "report_withdrawal",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        *_act_on_a_version(),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_known(),
        sa.PrimaryKeyConstraint(
            "generation", "report_id", "version", "known_from", name=op.f("pk_report_withdrawal")
        ),
    )


def _publications() -> None:
    op.create_table(
        "section_publication",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        *_act_on_a_version(),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=True),
        sa.Column("implementation_status", sa.String(length=32), nullable=True),
        sa.Column("measure_count", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        *_known(),
        sa.PrimaryKeyConstraint(
            "generation",
            "report_id",
            "version",
            "part",
            "known_from",
            name=op.f("pk_section_publication"),
        ),
    )
