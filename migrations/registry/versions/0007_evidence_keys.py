"""Registry migration 0007: a key for each file of evidence, in a row that its party alone sees."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table; no trigger guards it, since its rows may change and go."""
    op.create_table(
        "evidence_key",
        sa.Column("participant", Word, nullable=False),
        sa.Column("digest", Word, nullable=False),
        sa.Column("file", Word, nullable=False),
        sa.Column("media_type", Word, nullable=False),
        sa.Column("size_bytes", Number, nullable=False),
        sa.Column("touched_at", Word, nullable=False),
        sa.Column("key_id", Word, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("participant", "digest", name="pk_evidence_key"),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_evidence_key_size_bytes_from_one")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        _hide_rows()


def _hide_rows() -> None:
    """Show a transaction the rows of the party it is for; all of them to who wraps keys anew."""
    party = "current_setting('concord.party', true)"
    op.execute("REVOKE ALL ON evidence_key FROM PUBLIC")
    op.execute("ALTER TABLE evidence_key ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE evidence_key FORCE ROW LEVEL SECURITY")
    for name, policy in (
        ("own", f"FOR ALL USING (participant = {party})"),
        ("seen", f"FOR SELECT USING ({party} = 'everybody')"),
        ("rewrapped", f"FOR UPDATE USING ({party} = 'everybody')"),
    ):
        op.execute(f"CREATE POLICY {name} ON evidence_key {policy}")
