"""Evidence: its table, in metadata of its own: the log's tables only grow, this one does not."""

from sqlalchemy import CheckConstraint, Column, LargeBinary, PrimaryKeyConstraint, Table

from services.kit.database import new_metadata
from services.registry.log.table import Number, Word

metadata = new_metadata()

evidence_key = Table(
    "evidence_key",
    metadata,
    Column("participant", Word, nullable=False),
    Column("digest", Word, nullable=False),
    Column("file", Word, nullable=False),
    Column("media_type", Word, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("touched_at", Word, nullable=False),
    Column("key_id", Word, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("participant", "digest"),
    CheckConstraint("size_bytes > 0", name="size_bytes_from_one"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""One row for all bytes that are held: in which file of the participant's folder they lie, what
they are, and the key of that file, itself encrypted with the key of that id. `size_bytes` is of the
bytes, not of the file; `touched_at` is when they were handed in or claimed last. A file that no row
names is nothing: nobody has its key. Policies look at `participant`."""
