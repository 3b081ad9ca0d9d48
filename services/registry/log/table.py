"""Log: its tables. Every column of `log` but leaf and body is derived from those two."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from services.kit.database import new_metadata

metadata = new_metadata()

# On SQLite an INTEGER PRIMARY KEY is the row's own address; on PostgreSQL "C" compares bytes.
Number = BigInteger().with_variant(Integer(), "sqlite")
Small = SmallInteger().with_variant(Integer(), "sqlite")
Word = Text().with_variant(Text(collation="C"), "postgresql")

log = Table(
    "log",
    metadata,
    Column("position", Number, autoincrement=False, nullable=False),
    Column("version", Number, nullable=False),
    Column("stream", Word, nullable=False),
    Column("type", Word, nullable=False),
    Column("participant", Word, nullable=True),
    Column("recorded_at", Word, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("position"),
    UniqueConstraint("stream", "version"),
    CheckConstraint("position > 0", name="position_from_one"),
    CheckConstraint("version > 0", name="version_from_one"),
    CheckConstraint("length(leaf_hash) = 32", name="leaf_hash_sha256"),
    CheckConstraint("length(leaf) <= 65535", name="leaf_fits_bundle"),
    sqlite_strict=True,
)
"""The entries, for ever: append-only by triggers on both databases."""

_REGISTERED = text("type = 'plan-registered'")
Index(
    "ix_log_participant_plan",
    log.c.participant,
    postgresql_where=_REGISTERED,
    sqlite_where=_REGISTERED,
)

request_key = Table(
    "request_key",
    metadata,
    Column("scope", Word, nullable=False),
    Column("key", Word, nullable=False),
    Column("request_digest", LargeBinary, nullable=False),
    Column("first_position", Number, nullable=False),
    Column("last_position", Number, nullable=False),
    Column("checksum", LargeBinary, nullable=False),
    PrimaryKeyConstraint("scope", "key"),
    CheckConstraint("first_position <= last_position", name="positions_in_order"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Which request made which entries; append-only. `checksum` is SHA-256 over the other columns, the
only ones that nothing else could confirm."""

tree_node = Table(
    "tree_node",
    metadata,
    Column("level", Small, nullable=False),
    Column("node_index", Number, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "node_index"),
    CheckConstraint("length(hash) = 32", name="hash_sha256"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Roots of perfect subtrees at levels 8, 16, …: node (level, index) covers the leaves from
index · 2^level on, 2^level of them. Append-only."""

disclosure = Table(
    "disclosure",
    metadata,
    Column("position", Number, nullable=False),
    Column("name", Word, nullable=False),
    Column("encoded", Text, nullable=False),
    PrimaryKeyConstraint("position", "name"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What was sealed, encrypted (see `vault`). Only from here and from its keys is anything ever
deleted: by an erasure, or by hand."""

disclosure_key = Table(
    "disclosure_key",
    metadata,
    Column("position", Number, nullable=False),
    Column("key_id", Word, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("position"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The key of what an entry discloses, itself encrypted with the key of that id. Both columns change
when keys are rotated; no key is ever added to an entry that is in the log already."""

log_head = Table(
    "log_head",
    metadata,
    Column("id", Small, autoincrement=False, nullable=False),
    Column("size", Number, nullable=False),
    Column("last_recorded_at", Word, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("origin", Word, nullable=False),
    PrimaryKeyConstraint("id"),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("size >= 0", name="size_not_negative"),
    sqlite_strict=True,
)
"""One row, locked by every append: how many entries, when the last was recorded (empty text before
the first), the frontier of the tree, and the origin fixed at genesis."""

APPEND_ONLY = (log, request_key, tree_node)
