"""Reporting migration 0006: measures by the commitments they name; a registry out of reach."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the table of links, and since when the registry does not answer."""
    op.create_table(
        "measure_link",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("measure_id", sa.String(length=64), nullable=False),
        sa.Column("implementation_status", sa.String(length=32), nullable=True),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("commitment_id", sa.String(length=64), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation",
            "report_id",
            "version",
            "part",
            "place",
            "known_from",
            name=op.f("pk_measure_link"),
        ),
    )
    op.create_index(
        "ix_measure_link_generation_plan",
        "measure_link",
        ["generation", "plan_id", "commitment_id"],
    )
    with op.batch_alter_table("projector_status") as table:
        table.add_column(sa.Column("unreachable_since", sa.String(length=27), nullable=True))
        table.add_column(sa.Column("unreachable_because", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it again; the log remembers."""
    with op.batch_alter_table("projector_status") as table:
        table.drop_column("unreachable_because")
        table.drop_column("unreachable_since")
    op.drop_table("measure_link")
