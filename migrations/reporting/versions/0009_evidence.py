"""Reporting migration 0009: evidence that participants put forward."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the table of evidence."""
    op.create_table(
        "evidence",
        sa.Column("generation", sa.Integer(), nullable=False),
        _text("participant", 16),
        _text("digest", 71),
        _text("evidence_id", 64),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _text("recorded_at", 27),
        _text("cycle_id", 20, nullable=True),
        _text("unit", 16, nullable=True),
        _text("media_type", 128),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _text("replaces", 71, nullable=True),
        _text("description_visibility", 16),
        _text("description_seal", 64, nullable=True),
        sa.Column("description_text", sa.Text(), nullable=True),
        *(
            column
            for act in ("replaced", "withdrawn", "redacted")
            for column in (
                sa.Column(f"{act}_by", sa.BigInteger(), nullable=True),
                _text(f"{act}_at", 27, nullable=True),
            )
        ),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("redaction_reason", sa.Text(), nullable=True),
        sa.Column("redaction_reference", sa.Text(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "participant", "digest", "known_from", name=op.f("pk_evidence")
        ),
    )


def downgrade() -> None:
    """Drop it again; the log remembers."""
    op.drop_table("evidence")


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)
