"""Registry migration 0004: a key for what each entry discloses, and for each draft."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables of keys; what is there in clear is encrypted before the next migration."""
    op.create_table(
        "disclosure_key",
        sa.Column("position", Number, nullable=False),
        sa.Column("key_id", Word, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_disclosure_key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft_key",
        sa.Column("draft_id", Word, nullable=False),
        sa.Column("participant", Word, nullable=False),
        sa.Column("key_id", Word, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_draft_key"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.draft_id"], name="fk_draft_key_draft_id_draft"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("disclosure_key", "draft_key"):
            op.execute(f"REVOKE ALL ON {table} FROM PUBLIC")
