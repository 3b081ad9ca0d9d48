"""Reporting migration 0002: contested acts and successions; delegations, mandates, erasures.

The projections whose tables change have new versions, so all is made anew from the log: rows that
are here already do not matter, and the table of focal points is made again with another key.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Let acts be contested and people delegate."""
    for table in ("participation_act", "membership"):
        op.add_column(table, sa.Column("contested_by", sa.Integer(), nullable=True))
    op.add_column(
        "participation_act", sa.Column("predecessor", sa.String(length=16), nullable=True)
    )
    op.drop_table("focal_point")
    _create(
        "focal_point",
        ("participant", "focal_point_id"),
        sa.Column("focal_point_id", sa.String(length=64), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        *_term(is_open=True),
    )
    _create(
        "delegation",
        ("participant", "delegation_id"),
        sa.Column("delegation_id", sa.String(length=64), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        *_term(is_open=False),
    )
    _create(
        "mandate",
        ("mandate_id",),
        sa.Column("mandate_id", sa.String(length=64), nullable=False),
        sa.Column("participants", sa.Text(), nullable=True),
        sa.Column("cycles", sa.Text(), nullable=True),
        *_term(is_open=False),
    )


def downgrade() -> None:
    """Forget delegations, mandates and objections; the log remembers."""
    for table in ("mandate", "delegation", "focal_point"):
        op.drop_table(table)
    op.drop_column("participation_act", "predecessor")
    for table in ("membership", "participation_act"):
        op.drop_column(table, "contested_by")
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


def _term(*, is_open: bool) -> tuple[sa.Column[object], ...]:
    """Give the columns of a term; an open one may have no last day."""
    return (
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_to", sa.Date(), nullable=is_open),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
    )


def _create(name: str, key: tuple[str, ...], *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        *columns,
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("generation", *key, "known_from", name=op.f(f"pk_{name}")),
    )
