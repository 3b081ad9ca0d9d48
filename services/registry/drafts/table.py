"""Drafts: their tables, in metadata of their own: the log's tables only grow, these do not."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from services.kit.database import new_metadata
from services.registry.log.table import Number, Word

metadata = new_metadata()

draft = Table(
    "draft",
    metadata,
    Column("draft_id", Word, nullable=False),
    Column("participant", Word, nullable=False),
    Column("cycle_id", Word, nullable=False),
    Column("form", Word, nullable=False),
    Column("instrument_edition", Word, nullable=False),
    Column("template_version", Word, nullable=False),
    Column("follows_version", Number, nullable=False),
    Column("base", LargeBinary, nullable=True),
    Column("state", Word, nullable=False),
    Column("revision", Number, nullable=False),
    Column("created_by", Word, nullable=False),
    Column("created_at", Word, nullable=False),
    Column("changed_by", Word, nullable=False),
    Column("changed_at", Word, nullable=False),
    Column("clearance", LargeBinary, nullable=True),
    Column("submitted_position", Number, nullable=True),
    Column("request_key", Word, nullable=False),
    Column("request_digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("draft_id"),
    UniqueConstraint("participant", "request_key"),
    CheckConstraint(
        "state IN ('draft', 'clearance_requested', 'cleared', 'submitted')", name="state_known"
    ),
    CheckConstraint("form IN ('full', 'update')", name="form_known"),
    CheckConstraint("revision > 0", name="revision_from_one"),
    CheckConstraint("follows_version >= 0", name="follows_version_not_negative"),
    sqlite_strict=True,
)
"""One row a draft. `base` and `clearance` are canonical JSON (`draft.Base`, `draft.Clearance`),
encrypted with the key of the draft;
`follows_version` is the version of the report that stood when the draft was begun, 0 for none."""

draft_section = Table(
    "draft_section",
    metadata,
    Column("draft_id", Word, nullable=False),
    Column("section", Word, nullable=False),
    Column("content", LargeBinary, nullable=True),
    Column("base", LargeBinary, nullable=True),
    Column("revision", Number, nullable=False),
    Column("changed_by", Word, nullable=False),
    Column("changed_at", Word, nullable=False),
    Column("drafted_by", LargeBinary, nullable=False),
    PrimaryKeyConstraint("draft_id", "section"),
    ForeignKeyConstraint(["draft_id"], ["draft.draft_id"]),
    CheckConstraint("revision > 0", name="revision_from_one"),
    sqlite_strict=True,
)
"""One row a section, which delegates write each on their own. `content` and `base` (what was
carried forward) are canonical JSON; no content: the section was deleted, and its revision counts
on. `drafted_by` is the JSON array of everybody who wrote what stands there. All three are encrypted
with the key of the draft, each for its place."""

draft_key = Table(
    "draft_key",
    metadata,
    Column("draft_id", Word, nullable=False),
    Column("participant", Word, nullable=False),
    Column("key_id", Word, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("draft_id"),
    ForeignKeyConstraint(["draft_id"], ["draft.draft_id"]),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The key of a draft, itself encrypted with the key of that id; it goes with the draft, and with
what was submitted from it. `participant` is the draft's: policies look at it."""
