"""Registry migration 0002: an index that finds the plans of a participant."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

REGISTERED = sa.text("type = 'plan-registered'")


def upgrade() -> None:
    """Index the entries that register a plan; there are few, so appending others costs nothing."""
    op.create_index(
        "ix_log_participant_plan",
        "log",
        ["participant"],
        postgresql_where=REGISTERED,
        sqlite_where=REGISTERED,
    )
