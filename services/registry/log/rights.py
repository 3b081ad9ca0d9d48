"""Log: what the roles that the service has on PostgreSQL must not be able to do, and must.

It logs in as the writer, which appends, and acts as another role, that of requests, for the rest.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, text

from services.registry.log.roles import BUDGETS, DRAFTS, ERASE, EVIDENCE, SEALED

FOR_EVER = ("log", "request_key", "tree_node")
"""Tables in which the service changes and deletes nothing."""

Rights: TypeAlias = Sequence[tuple[str, Sequence[str]]]
NOT_OF_THE_WRITER: Rights = (
    ("UPDATE, DELETE, TRUNCATE, TRIGGER", FOR_EVER),
    ("DELETE, TRUNCATE, TRIGGER", ("log_head", "disclosure_key", "draft_key", *EVIDENCE)),
    ("INSERT", EVIDENCE),
    ("SELECT, UPDATE, DELETE, TRUNCATE, TRIGGER", ("disclosure",)),
    ("SELECT, INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER", ("draft", "draft_section", *BUDGETS)),
)
NOT_OF_REQUESTS: Rights = (
    ("INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER", (*FOR_EVER, "log_head", *SEALED)),
    ("TRUNCATE, TRIGGER", (*DRAFTS, *EVIDENCE, *BUDGETS)),
)
BY_COLUMN = ("SELECT", "INSERT", "UPDATE")
"""Rights that may be given for single columns."""

MIGHT = text(
    "SELECT rolsuper, rolbypassrls, EXISTS (SELECT 1 FROM pg_class WHERE oid = 'log'::regclass"
    " AND pg_has_role(rolname, relowner, 'MEMBER')) AS owns FROM pg_roles WHERE rolname = :role"
)
HAS = text(
    "SELECT name FROM unnest(CAST(:tables AS text[])) AS name"
    " WHERE has_table_privilege(CAST(:role AS name), name, :right)"
)
HAS_FOR_A_COLUMN = text(
    "SELECT name FROM unnest(CAST(:tables AS text[])) AS name"
    " WHERE has_any_column_privilege(CAST(:role AS name), name, :right)"
)
HIDES = text(
    "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class"
    " WHERE oid = CAST(:table AS regclass)"
)
MAY_ERASE = text("SELECT has_function_privilege(CAST(:role AS name), :function, 'EXECUTE')")

MAY_COUNT = text(
    "SELECT bool_and(has_table_privilege(CAST(:role AS name), :table, name))"
    " FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS name"
)
"""`has_table_privilege` with several rights at once would ask for any of them."""


def faults_of_roles(connection: Connection) -> Iterator[str]:
    """Say what is wrong with the roles that a connection has, in words; nothing if all is well."""
    writer, request = connection.execute(text("SELECT session_user, current_user")).one()
    yield from _mighty(connection, writer)
    yield from _mighty(connection, request)
    if writer == request:
        yield (
            "expected requests to act as a role of their own (REGISTRY_REQUEST_ROLE), but they"
            f" act as {writer}, which appends"
        )
    yield from _excessive(connection, writer, NOT_OF_THE_WRITER)
    yield from _excessive(connection, request, NOT_OF_REQUESTS)
    for table in (*SEALED, *DRAFTS, *EVIDENCE):
        if not connection.scalar(HIDES, {"table": table}):
            yield f"expected row-level security on {table}, but it is off"
    if not connection.scalar(MAY_ERASE, {"role": writer, "function": ERASE}):
        yield f"{writer} may not erase disclosures"
    if not connection.scalar(MAY_COUNT, {"role": request, "table": BUDGETS[0]}):
        yield f"{request} may not count budgets"


def _mighty(connection: Connection, role: str) -> Iterator[str]:
    found = connection.execute(MIGHT, {"role": role}).one()
    if found.rolsuper or found.owns:
        yield (
            f"expected a role that cannot remove the log's triggers, but {role} is"
            f" {'a superuser' if found.rolsuper else 'its owner'}"
        )
    elif found.rolbypassrls:
        yield f"expected a role that row-level security binds, but {role} passes it by"


def _excessive(connection: Connection, role: str, never: Rights) -> Iterator[str]:
    for rights, tables in never:
        for right in rights.split(", "):
            asked = {"tables": list(tables), "role": role, "right": right}
            by = HAS_FOR_A_COLUMN if right in BY_COLUMN else HAS
            if found := connection.scalars(by, asked).all():
                yield (
                    f"expected a role that does its part alone, but {role} may {right} on"
                    f" {', '.join(found)}"
                )
