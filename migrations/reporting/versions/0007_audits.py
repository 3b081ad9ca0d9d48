"""Reporting migration 0007: what auditors say on claims, and what participants answer."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("observation", "finding", "recommendation", "audit_response", "follow_up")


def upgrade() -> None:
    """Add the tables of audits."""
    _table(
        "observation",
        _text("observation_id", 64),
        *_claim(),
        _text("method", 16),
        sa.Column("observed_on", sa.Date(), nullable=False),
        *_passage("observation"),
        key="observation_id",
    )
    _table(
        "finding",
        _text("finding_id", 64),
        *_claim(),
        sa.Column("observations", sa.Text(), nullable=False),
        sa.Column("respond_by", sa.Date(), nullable=False),
        _text("assessment", 32, nullable=True),
        *_passage("finding"),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        _text("closed_at", 27, nullable=True),
        _text("closing_mandate_id", 64, nullable=True),
        _text("outcome", 32, nullable=True),
        *_passage("closing", nullable=True),
        key="finding_id",
    )
    _table(
        "recommendation",
        _text("recommendation_id", 64),
        _text("finding_id", 64),
        _text("mandate_id", 64),
        sa.Column("respond_by", sa.Date(), nullable=False),
        *_passage("recommendation"),
        key="recommendation_id",
    )
    _table(
        "audit_response",
        _text("finding_id", 64),
        _text("recommendation_id", 64, nullable=True),
        _text("answer", 16),
        *_passage("response"),
        key="version",
    )
    _table(
        "follow_up",
        _text("finding_id", 64),
        _text("recommendation_id", 64),
        _text("mandate_id", 64),
        sa.Column("effective_on", sa.Date(), nullable=False),
        _text("status", 32),
        *_passage("note"),
        key="version",
    )


def downgrade() -> None:
    """Drop them again; the log remembers."""
    for table in TABLES:
        op.drop_table(table)


def _table(name: str, *columns: sa.Column[Any], key: str) -> None:
    op.create_table(
        name,
        sa.Column("generation", sa.Integer(), nullable=False),
        _text("report_id", 40),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _text("recorded_at", 27),
        _text("participant", 16),
        _text("cycle_id", 20),
        *columns,
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "report_id", key, "known_from", name=op.f(f"pk_{name}")
        ),
    )
    op.create_index(f"ix_{name}_generation_participant", name, ["generation", "participant"])


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _claim() -> tuple[sa.Column[Any], ...]:
    return (
        _text("mandate_id", 64),
        sa.Column("report_version", sa.Integer(), nullable=False),
        _text("digest", 71),
        _text("unit", 16),
        _text("measure_id", 64, nullable=True),
    )


def _passage(name: str, *, nullable: bool = False) -> tuple[sa.Column[Any], ...]:
    return (
        _text(f"{name}_visibility", 16, nullable=nullable),
        _text(f"{name}_seal", 64, nullable=True),
        sa.Column(f"{name}_text", sa.Text(), nullable=True),
    )
