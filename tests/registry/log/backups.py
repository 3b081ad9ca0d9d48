"""Tests of the log: databases as they were a while ago."""

from sqlalchemy import Connection, text

from contracts.merkle import Frontier
from tests.databases import Database, disposing


def forget_entries(database: Database, keep: int) -> None:
    """Make the database as it was when it had `keep` entries, as a restored backup would be.

    Args:
        database: with fewer than 256 entries, each of a request of its own.
        keep: how many entries stay.
    """
    with disposing(database.admin_url) as admin, admin.begin() as connection:
        triggers = silence(connection)
        rows = connection.execute(
            text(
                "SELECT leaf_hash, recorded_at FROM log WHERE position <= :keep ORDER BY position"
            ),
            {"keep": keep},
        ).all()
        connection.execute(text("DELETE FROM log WHERE position > :keep"), {"keep": keep})
        connection.execute(
            text("DELETE FROM request_key WHERE last_position > :keep"), {"keep": keep}
        )
        connection.execute(
            text("UPDATE log_head SET size = :size, last_recorded_at = :at, frontier = :frontier"),
            {
                "size": keep,
                "at": rows[-1].recorded_at if rows else "",
                "frontier": Frontier().extend(row.leaf_hash for row in rows).to_bytes(),
            },
        )
        for trigger in triggers:
            connection.exec_driver_sql(trigger)


def silence(connection: Connection) -> list[str]:
    """Silence the triggers for this transaction; give what makes them anew at its end."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return []
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ).all()
    for trigger in found:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    return [trigger.sql for trigger in found]
