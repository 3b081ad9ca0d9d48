"""Log: what the roles of PostgreSQL may do; the owner, who migrates, is none of them."""

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import Connection, Engine, text

from services.kit.settings import SettingsRefused

PUBLIC = ("log", "request_key", "tree_node", "log_head")
"""Without anything private; whose rows of the others are seen, policies say (migration 0005)."""
SEALED = ("disclosure", "disclosure_key")
DRAFTS = ("draft", "draft_section", "draft_key")
"""Private rows beside the log."""
SEQUENCES = ("disclosure_key_position_seq",)
"""Used by nothing; a dump reads them with the tables that they belong to."""
EVIDENCE = ("evidence_key",)
"""What opens the files of evidence, which lie in a folder."""
BUDGETS = ("budget_spent",)
"""Of the kit: what was spent of budgets that processes share."""
OWNS = text(
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = CAST('log' AS regclass)"
)
ERASE = "erase_disclosures(int8[])"

Rights: TypeAlias = Sequence[tuple[str, Sequence[str]]]
GRANTS: dict[str, Rights] = {
    "writer": (
        ("SELECT, INSERT", ("log", "request_key", "tree_node")),
        ("SELECT, UPDATE", ("log_head",)),
        ("INSERT", SEALED),
        ("SELECT, UPDATE (key_id, wrapped)", ("disclosure_key", "draft_key", *EVIDENCE)),
        ("SELECT", ("alembic_version",)),
    ),
    "request": (
        ("SELECT", (*PUBLIC, *SEALED, "alembic_version")),
        ("SELECT, INSERT, UPDATE, DELETE", (*DRAFTS, *EVIDENCE, *BUDGETS)),
    ),
    "reader": (("SELECT", (*PUBLIC, *SEALED, *SEQUENCES, *EVIDENCE, "alembic_version")),),
    "eraser": (("SELECT (position, participant)", ("log",)), ("SELECT, DELETE", SEALED)),
}


def grant(
    engine: Engine,
    *,
    writer: str,
    request: str,
    reader: str | None = None,
    eraser: str | None = None,
) -> None:
    """Give roles what they need on the log and nothing else; may be repeated.

    Args:
        engine: as the owner of the tables.
        writer: role that the registry logs in as; as itself it only appends, rewraps keys, and
            erases disclosures that an erasure names.
        request: role that it acts as for everything else: reads, drafts, and evidence.
        reader: role that only reads, for instance for backups.
        eraser: role that may delete disclosures by hand, for instance in a restored backup.

    Raises:
        SettingsRefused: a role is not there, who grants does not own the tables, or the writer
            cannot act as the request role.
    """
    names = {"writer": writer, "request": request, "reader": reader, "eraser": eraser}
    quote = engine.dialect.identifier_preparer.quote_identifier
    with engine.begin() as connection:
        _assert_grantable(connection, [name for name in names.values() if name is not None])
        schema = quote(str(connection.exec_driver_sql("SELECT current_schema()").scalar_one()))
        for part, name in names.items():
            if name is not None:
                _grant_one(connection, schema, part, quote(name))
        function = f"FUNCTION {schema}.{ERASE}"
        connection.exec_driver_sql(f"GRANT EXECUTE ON {function} TO {quote(writer)}")
        is_member = text("SELECT pg_has_role(CAST(:writer AS name), :request, 'MEMBER')")
        if not connection.scalar(is_member, {"writer": writer, "request": request}):
            raise SettingsRefused(
                f"{writer} cannot act as {request}: as a superuser, GRANT {request} TO {writer}"
            )


def _assert_grantable(connection: Connection, names: Sequence[str]) -> None:
    """Refuse before PostgreSQL does: to grant without owning is a warning to it, or an error."""
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    for name in names:
        if name not in known:
            raise SettingsRefused(f"role {name} does not exist")
    if not connection.scalar(OWNS):
        who = connection.scalar(text("SELECT current_user"))
        raise SettingsRefused(f"{who} may grant nothing here: run as the owner of the tables")


def _grant_one(connection: Connection, schema: str, part: str, role: str) -> None:
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    beside = (*SEQUENCES, *EVIDENCE, *BUDGETS, "alembic_version")
    for table in (*PUBLIC, *SEALED, *DRAFTS, *beside):
        connection.exec_driver_sql(f'REVOKE ALL ON {schema}."{table}" FROM {role}')
    connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {schema}.{ERASE} FROM {role}")
    for rights, tables in GRANTS[part]:
        for table in tables:
            connection.exec_driver_sql(f'GRANT {rights} ON {schema}."{table}" TO {role}')
