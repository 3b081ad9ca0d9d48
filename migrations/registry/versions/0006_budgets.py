"""Registry migration 0006: what was spent of budgets that all processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the table; on PostgreSQL it is not logged, and a crash empties it."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "budget_spent",
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("budget", "who", name="pk_budget_spent"),
        prefixes=["UNLOGGED"] if is_postgresql else [],
    )
    if is_postgresql:
        op.execute("REVOKE ALL ON budget_spent FROM PUBLIC")
