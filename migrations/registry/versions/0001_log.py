"""Registry migration 0001: the log and the law that the database itself upholds."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Small = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
Word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

APPEND_ONLY = ("log", "request_key", "tree_node")


def upgrade() -> None:
    """Create the log, whose entries nobody can change or remove."""
    _log()
    _request_key()
    _tree()
    _disclosure()
    if op.get_bind().dialect.name == "postgresql":
        _law_of_postgresql()
    else:
        _law_of_sqlite()


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("position", Number, autoincrement=False, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("stream", Word, nullable=False),
        sa.Column("type", Word, nullable=False),
        sa.Column("participant", Word, nullable=True),
        sa.Column("recorded_at", Word, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_log"),
        sa.UniqueConstraint("stream", "version", name="uq_log_stream_version"),
        sa.CheckConstraint("position > 0", name=op.f("ck_log_position_from_one")),
        sa.CheckConstraint("version > 0", name=op.f("ck_log_version_from_one")),
        sa.CheckConstraint("length(leaf_hash) = 32", name=op.f("ck_log_leaf_hash_sha256")),
        sa.CheckConstraint("length(leaf) <= 65535", name=op.f("ck_log_leaf_fits_bundle")),
        sqlite_strict=True,
    )


def _request_key() -> None:
    op.create_table(
        "request_key",
        sa.Column("scope", Word, nullable=False),
        sa.Column("key", Word, nullable=False),
        sa.Column("request_digest", sa.LargeBinary, nullable=False),
        sa.Column("first_position", Number, nullable=False),
        sa.Column("last_position", Number, nullable=False),
        sa.Column("checksum", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_request_key"),
        sa.CheckConstraint(
            "first_position <= last_position", name=op.f("ck_request_key_positions_in_order")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _tree() -> None:
    op.create_table(
        "tree_node",
        sa.Column("level", Small, nullable=False),
        sa.Column("node_index", Number, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "node_index", name="pk_tree_node"),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_tree_node_hash_sha256")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_head",
        sa.Column("id", Small, autoincrement=False, nullable=False),
        sa.Column("size", Number, nullable=False),
        sa.Column("last_recorded_at", Word, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("origin", Word, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_one_row")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_log_head_size_not_negative")),
        sqlite_strict=True,
    )


def _disclosure() -> None:
    op.create_table(
        "disclosure",
        sa.Column("position", Number, nullable=False),
        sa.Column("name", Word, nullable=False),
        sa.Column("encoded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("position", "name", name="pk_disclosure"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _law_of_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% of % is refused: it only grows', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'insufficient_privilege';
        END $$
    """)
    for table, refused in (
        *((table, "UPDATE OR DELETE OR TRUNCATE") for table in APPEND_ONLY),
        ("disclosure", "UPDATE OR TRUNCATE"),
        ("log_head", "DELETE OR TRUNCATE"),
    ):
        op.execute(f"""
            CREATE TRIGGER {table}_is_append_only BEFORE {refused} ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """)
    op.execute("""
        CREATE TRIGGER log_head_goes_forward BEFORE UPDATE ON log_head FOR EACH ROW
        WHEN (NEW.origin <> OLD.origin OR NEW.size <= OLD.size
              OR NEW.last_recorded_at < OLD.last_recorded_at)
        EXECUTE FUNCTION refuse_change()
    """)
    for table in (*APPEND_ONLY, "disclosure", "log_head"):
        op.execute(f"REVOKE ALL ON {table} FROM PUBLIC")


def _law_of_sqlite() -> None:
    for table, changes in (
        *((table, ("UPDATE", "DELETE")) for table in APPEND_ONLY),
        ("disclosure", ("UPDATE",)),
        ("log_head", ("DELETE",)),
    ):
        for change in changes:
            _refuse(f"{table}_refuses_{change.lower()}", f"BEFORE {change} ON {table}", table)
    # INSERT OR REPLACE removes a row without asking the triggers for DELETE.
    _refuse(
        "log_refuses_replace",
        "BEFORE INSERT ON log WHEN EXISTS (SELECT 1 FROM log WHERE position = NEW.position)"
        " OR EXISTS (SELECT 1 FROM log WHERE stream = NEW.stream AND version = NEW.version)",
        "log",
    )
    _refuse(
        "request_key_refuses_replace",
        "BEFORE INSERT ON request_key WHEN EXISTS"
        " (SELECT 1 FROM request_key WHERE scope = NEW.scope AND key = NEW.key)",
        "request_key",
    )
    _refuse(
        "tree_node_refuses_replace",
        "BEFORE INSERT ON tree_node WHEN EXISTS"
        " (SELECT 1 FROM tree_node WHERE level = NEW.level AND node_index = NEW.node_index)",
        "tree_node",
    )
    _refuse(
        "disclosure_refuses_replace",
        "BEFORE INSERT ON disclosure WHEN EXISTS"
        " (SELECT 1 FROM disclosure WHERE position = NEW.position AND name = NEW.name)",
        "disclosure",
    )
    _refuse(
        "log_head_refuses_replace",
        "BEFORE INSERT ON log_head WHEN EXISTS (SELECT 1 FROM log_head)",
        "log_head",
    )
    _refuse(
        "log_head_goes_forward",
        "BEFORE UPDATE ON log_head WHEN NEW.id <> OLD.id OR NEW.origin <> OLD.origin"
        " OR NEW.size <= OLD.size OR NEW.last_recorded_at < OLD.last_recorded_at",
        "log_head",
    )


def _refuse(trigger: str, when: str, table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {trigger} {when}"
        f" BEGIN SELECT RAISE(ABORT, '{table} only grows: this change is refused'); END"
    )
