"""Reporting migration 0004: publications, closings of cycles, extensions and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the tables, and let a cycle say when it closed."""
    op.add_column("cycle", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("cycle", sa.Column("closing_note", sa.Text(), nullable=True))
    op.add_column("cycle", sa.Column("closed_at_position", sa.BigInteger(), nullable=True))
    op.add_column("cycle", sa.Column("closed_recorded_at", sa.String(length=27), nullable=True))
    _publications()
    _obligations()


def downgrade() -> None:
    """Drop them again: reporting forgets, the log remembers."""
    for table in ("reminder", "extension", "rule_deactivation", "publication"):
        op.drop_table(table)
    for column in ("closed_recorded_at", "closed_at_position", "closing_note", "closed_on"):
        op.drop_column("cycle", column)


def _publications() -> None:
    """What governs reports and figures."""
    op.create_table(
        "publication",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation", "kind", "name", "edition", "known_from", name=op.f("pk_publication")
        ),
    )
    op.create_table(
        "rule_deactivation",
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("ruleset_version", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "generation",
            "ruleset_version",
            "rule",
            "known_from",
            name=op.f("pk_rule_deactivation"),
        ),
    )


def _obligations() -> None:
    """More time for one participant, and what it was reminded of."""
    op.create_table(
        "extension",
        *_heading(),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        *_known("extension"),
    )
    op.create_table(
        "reminder",
        *_heading(),
        sa.Column("reminder", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        *_known("reminder"),
    )


def _heading() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.String(length=20), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
    )


def _known(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    key = ("generation", "cycle_id", "participant", "version", "known_from")
    return (
        sa.Column("known_from", sa.BigInteger(), nullable=False),
        sa.Column("known_to", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
