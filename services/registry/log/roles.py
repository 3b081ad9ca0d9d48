"""Log: what the roles of PostgreSQL may do; the owner, who migrates, is none of them."""

from sqlalchemy import Engine

READER = ("log", "request_key", "tree_node", "log_head", "disclosure", "alembic_version")
DRAFTS = ("draft", "draft_section")
"""Private rows beside the log, which only the service reads, changes and deletes."""
GRANTS = {
    "writer": (
        ("SELECT, INSERT", ("log", "request_key", "tree_node")),
        ("SELECT, INSERT, DELETE", ("disclosure",)),
        ("SELECT, UPDATE", ("log_head",)),
        ("SELECT, INSERT, UPDATE, DELETE", DRAFTS),
        ("SELECT", ("alembic_version",)),
    ),
    "reader": (("SELECT", READER),),
    "eraser": (("SELECT, DELETE", ("disclosure",)),),
}


def grant(
    engine: Engine, *, writer: str, reader: str | None = None, eraser: str | None = None
) -> None:
    """Give roles what they need on the log and nothing else; may be repeated.

    Args:
        engine: as the owner of the tables.
        writer: role of the registry service.
        reader: role that only reads, for instance for backups.
        eraser: role that may delete disclosures by hand, for instance in a restored backup; the
            writer deletes those of whom the log says that they were erased.
    """
    names = {"writer": writer, "reader": reader, "eraser": eraser}
    quote = engine.dialect.identifier_preparer.quote_identifier
    with engine.begin() as connection:
        schema = quote(str(connection.exec_driver_sql("SELECT current_schema()").scalar_one()))
        for part, name in names.items():
            if name is None:
                continue
            role = quote(name)
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
            for table in (*READER, *DRAFTS):
                connection.exec_driver_sql(f"REVOKE ALL ON {schema}.{quote(table)} FROM {role}")
            for rights, tables in GRANTS[part]:
                for table in tables:
                    connection.exec_driver_sql(
                        f"GRANT {rights} ON {schema}.{quote(table)} TO {role}"
                    )
