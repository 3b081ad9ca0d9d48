"""Registry migration 0003: private drafts of reports, outside the log and deletable."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables of drafts; no trigger guards them, since their rows may change and go."""
    _draft()
    _draft_section()
    if op.get_bind().dialect.name == "postgresql":
        for table in ("draft", "draft_section"):
            op.execute(f"REVOKE ALL ON {table} FROM PUBLIC")


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("draft_id", Word, nullable=False),
        sa.Column("participant", Word, nullable=False),
        sa.Column("cycle_id", Word, nullable=False),
        sa.Column("form", Word, nullable=False),
        sa.Column("instrument_edition", Word, nullable=False),
        sa.Column("template_version", Word, nullable=False),
        sa.Column("follows_version", Number, nullable=False),
        sa.Column("base", sa.LargeBinary, nullable=True),
        sa.Column("state", Word, nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("created_by", Word, nullable=False),
        sa.Column("created_at", Word, nullable=False),
        sa.Column("changed_by", Word, nullable=False),
        sa.Column("changed_at", Word, nullable=False),
        sa.Column("clearance", sa.LargeBinary, nullable=True),
        sa.Column("submitted_position", Number, nullable=True),
        sa.Column("request_key", Word, nullable=False),
        sa.Column("request_digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_draft"),
        sa.UniqueConstraint("participant", "request_key", name="uq_draft_participant_request_key"),
        sa.CheckConstraint(
            "state IN ('draft', 'clearance_requested', 'cleared', 'submitted')",
            name=op.f("ck_draft_state_known"),
        ),
        sa.CheckConstraint("form IN ('full', 'update')", name=op.f("ck_draft_form_known")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_draft_revision_from_one")),
        sa.CheckConstraint(
            "follows_version >= 0", name=op.f("ck_draft_follows_version_not_negative")
        ),
        sqlite_strict=True,
    )


def _draft_section() -> None:
    op.create_table(
        "draft_section",
        sa.Column("draft_id", Word, nullable=False),
        sa.Column("section", Word, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=True),
        sa.Column("base", sa.LargeBinary, nullable=True),
        sa.Column("revision", Number, nullable=False),
        sa.Column("changed_by", Word, nullable=False),
        sa.Column("changed_at", Word, nullable=False),
        sa.Column("drafted_by", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "section", name="pk_draft_section"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.draft_id"], name="fk_draft_section_draft_id_draft"
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_draft_section_revision_from_one")),
        sqlite_strict=True,
    )
