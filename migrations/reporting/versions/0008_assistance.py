"""Reporting migration 0008: needs for assistance, offers of it, matches, and who cites them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables of assistance."""
    _table(
        "assistance",
        ("assistance_id",),
        _text("kind", 16),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("stands_to", sa.Date(), nullable=True),
        _text("unit", 16),
        _text("pillar", 8),
        _text("assistance_type", 32),
        sa.Column("languages", sa.Text(), nullable=False),
        *_passage("said"),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        _text("outcome", 32, nullable=True),
        sa.Column("concluded_at", sa.BigInteger(), nullable=True),
        *_passage("conclusion", nullable=True),
    )
    _table(
        "assistance_match",
        ("assistance_id", "version"),
        _text("offer_id", 64),
        _text("provider", 16),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
    )
    op.create_table(
        "assistance_citation",
        sa.Column("generation", sa.Integer(), nullable=False),
        _text("report_id", 40),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("part", 16),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _text("participant", 16),
        _text("cycle_id", 20),
        _text("assistance_id", 64),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation",
            "report_id",
            "version",
            "part",
            "place",
            "known_from",
            name=op.f("pk_assistance_citation"),
        ),
    )
    op.create_index(
        "ix_assistance_citation_generation_assistance",
        "assistance_citation",
        ["generation", "assistance_id"],
    )


def downgrade() -> None:
    """Drop them again; the log remembers."""
    op.drop_table("assistance_citation")
    op.drop_table("assistance_match")
    op.drop_table("assistance")


def _table(name: str, key: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("generation", sa.Integer(), nullable=False),
        _text("assistance_id", 64),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _text("recorded_at", 27),
        _text("participant", 16),
        *columns,
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("generation", *key, "known_from", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_generation_participant", name, ["generation", "participant"])


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _passage(name: str, *, nullable: bool = False) -> tuple[sa.Column[Any], ...]:
    return (
        _text(f"{name}_visibility", 16, nullable=nullable),
        _text(f"{name}_seal", 64, nullable=True),
        sa.Column(f"{name}_text", sa.Text(), nullable=True),
    )
